//! `sijill committee`: a member's own machine, and anyone's at the opening. Offline: a member's key meets no server.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::log::note::{read_key, write_key};
use sijill_ledger_core::seal::files::{SecretFile, ShareFile};
use sijill_ledger_core::seal::{
    Answer, Answers, MemberSecret, Opening, Outcome, Seat, SeatNumber, ShareError, TEXT_BYTES_MAX,
    open, open_with_r,
};

use super::errors::{Bilingual, Failure};
use super::keygen::{PRIVATE_MODE, new_file};
use super::output::{Cell, Sheet, Ui, Word};
use super::sealed::{self, MEMBER, Read, SEAT, TENDER, unusable};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a member's key for one tender, and print what two registrars enrol: the key with its proof of possession
    Keygen(KeygenArguments),
    /// Check a member's share of an envelope; with --out, write the answer for the opening: the share, or a complaint
    Share(ShareArguments),
    /// Open an envelope with the answers of enough members, or with what its bidder reveals; seal it again, compare every byte,
    /// and name who answered falsely
    Open(OpenArguments),
}

#[derive(Debug, clap::Args)]
struct KeygenArguments {
    /// File of the secret key, which only its owner can read; no file is overwritten
    #[arg(long)]
    out: PathBuf,
    /// Origin of the log that the tender is in, such as sijill.gov.example/health
    #[arg(long)]
    origin: String,
    /// The tender, as its sealing sheet names it
    #[arg(long)]
    tender: String,
    /// The member, as the sealing sheet names them, such as official:huda
    #[arg(long)]
    member: String,
}

#[derive(Debug, clap::Args)]
struct ShareArguments {
    /// The sealing sheet that the envelope was sealed under
    #[arg(long)]
    sheet: PathBuf,
    /// File of the member's secret key for this tender, made by `sijill committee keygen`
    #[arg(long)]
    key: PathBuf,
    /// File of the answer, which only its owner can read: for nobody before the opening
    #[arg(long)]
    out: Option<PathBuf>,
    /// File of the envelope
    envelope: PathBuf,
}

#[derive(Debug, clap::Args)]
struct OpenArguments {
    /// The sealing sheet that the envelope was sealed under
    #[arg(long)]
    sheet: PathBuf,
    /// File of a member's answer; once for each
    #[arg(long)]
    share: Vec<PathBuf>,
    /// The bidder's secret file, where it is revealed because too few shares are right
    #[arg(long)]
    secret: Option<PathBuf>,
    /// File for the bid; no file is overwritten
    #[arg(long)]
    out: PathBuf,
    /// File of the envelope
    envelope: PathBuf,
}

const KEYS: Word = Word::new("keys", "المفاتيح", "keys");
const KEY: Word = Word::new("key", "المفتاح العام", "public key");
const PROOF: Word = Word::new("proof", "إثبات الحيازة", "proof of possession");
const ANSWER: Word = Word::new("answer", "الجواب", "answer");
const WHY: Word = Word::new("why", "السبب", "why");
const JUDGED: Word = Word::new("judged", "الحكم", "judged");
const SHARE: Word = Word::new("share", "حصة", "share");
const COMPLAINT: Word = Word::new("complaint", "شكوى", "complaint");
const RIGHT: Word = Word::new("right", "صحيح", "right");
const FALSE: Word = Word::new("false", "غير صحيح", "false");
const OUTCOME: Word = Word::new("outcome", "النتيجة", "outcome");
const OPENED: Word = Word::new("opened", "فُتح", "opened");
const VOID: Word = Word::new("void", "باطل", "void");
const NOT_ENOUGH: Word = Word::new("not_enough", "حصص لا تكفي", "not enough shares");

/// Makes a key, answers, or opens.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.what {
        What::Keygen(arguments) => keygen(arguments, ui),
        What::Share(arguments) => share(arguments, ui),
        What::Open(arguments) => opening(arguments, ui),
    }
}

fn keygen(arguments: &KeygenArguments, ui: &mut Ui) -> Result<(), Failure> {
    let KeygenArguments {
        out,
        origin,
        tender,
        member,
    } = arguments;
    let lengths = [origin, tender, member].map(String::len);
    if !lengths
        .iter()
        .all(|length| (1..=TEXT_BYTES_MAX).contains(length))
    {
        return Err(Failure::Usage(Bilingual::new(
            "السجل والمناقصة والعضو نصوص من 1 إلى 256 بايت",
            "log, tender and member are texts of 1 to 256 bytes",
        )));
    }
    let secret = MemberSecret::from_seed(&*sealed::random()?);
    write_key(out, &secret.to_text()).map_err(|refusal| unusable(out, &refusal))?;
    let proof = secret.prove(&Seat {
        origin,
        tender,
        member,
    });
    let mut sheet = Sheet::new(KEYS, &[MEMBER, TENDER, KEY, PROOF]);
    sheet.rows.push(vec![
        Cell::text(member),
        Cell::text(tender),
        Cell::text(STANDARD.encode(secret.public().as_bytes())),
        Cell::text(STANDARD.encode(proof)),
    ]);
    ui.sheet(&sheet)
}

fn share(arguments: &ShareArguments, ui: &mut Ui) -> Result<(), Failure> {
    let read = Read::from(&arguments.sheet, &arguments.envelope)?;
    let envelope = read.checked(&arguments.envelope)?;
    let secret = secret(&arguments.key)?;
    let not_a_member = ShareError::NotAMember;
    let seat = read.sheet.sheet.seat_of(&secret.public());
    let seat = seat.ok_or_else(|| unusable(&arguments.key, &not_a_member))?;
    let (answer, why) = match envelope.share(&secret) {
        Ok(share) => (Answer::Share(*share.value), None),
        Err(refusal) => (Answer::Complaint, Some(refusal)),
    };
    if let Some(out) = &arguments.out {
        let file = ShareFile {
            digest: read.envelope.sealed.dealing.digest(),
            seat,
            answer,
        };
        sealed::save_private(out, &file)?;
    }
    let why = why.map(|why| ui.lang.pick(why.arabic(), why.english()));
    let mut sheet = read.answer(&[SEAT, ANSWER, WHY]);
    let row = vec![
        Cell::Count(seat.into()),
        Cell::Word(word(answer)),
        Cell::maybe(why),
    ];
    sheet.rows.push(row);
    ui.sheet(&sheet)
}

fn secret(path: &std::path::Path) -> Result<MemberSecret, Failure> {
    let text = read_key(path).map_err(|refusal| unusable(path, &refusal))?;
    MemberSecret::parse(&text).ok_or_else(|| Failure::Input {
        file: path.to_owned(),
        text: Bilingual::new(
            "ليس فيه مفتاح عضو لجنة كما ينشئه `sijill committee keygen`؛ تأكد أنه الملف الصحيح",
            "it does not hold a committee member's key, as `sijill committee keygen` makes them; check that it is the right file",
        ),
    })
}

fn opening(arguments: &OpenArguments, ui: &mut Ui) -> Result<(), Failure> {
    let read = Read::from(&arguments.sheet, &arguments.envelope)?;
    let envelope = read.checked(&arguments.envelope)?;
    let shares = arguments.share.iter().map(|path| sealed::load(path));
    let shares: Vec<ShareFile> = shares.collect::<Result<_, _>>()?;
    let answers = read.envelope.answers(&shares);
    let answers = answers.map_err(|refusal| unusable(&arguments.envelope, &refusal))?;
    let ciphertext = &read.envelope.sealed.ciphertext;
    let opening = match &arguments.secret {
        None => open(&envelope, ciphertext, &answers),
        Some(path) => {
            let revealed: SecretFile = sealed::load(path)?;
            open_with_r(&envelope, ciphertext, &answers, &revealed.secrets.r)
        }
    };
    let opening = opening.map_err(|refusal| unusable(&arguments.envelope, &refusal))?;
    if let Outcome::Opened { bid, .. } = &opening.outcome {
        new_file(&arguments.out, PRIVATE_MODE, bid)?;
    }
    ui.sheet(&judged(&read, &answers, &opening))?;
    came_to(opening.outcome)
}

/// The seats, what they answered, and what of it was right.
fn judged(read: &Read, answers: &Answers, opening: &Opening) -> Sheet {
    let outcome = match &opening.outcome {
        Outcome::Opened { .. } => OPENED,
        Outcome::Void { .. } => VOID,
        Outcome::NotEnough { .. } => NOT_ENOUGH,
    };
    let opened = matches!(opening.outcome, Outcome::Opened { .. });
    let judge = |seat: SeatNumber| {
        // Of an envelope that did not open nothing can be said but what the bidder has done.
        let word = if opening.blamed.contains(&seat) {
            FALSE
        } else {
            RIGHT
        };
        if opened {
            Cell::Word(word)
        } else {
            Cell::Absent
        }
    };
    let mut sheet = read
        .answer(&[SEAT, MEMBER, ANSWER, JUDGED])
        .fact(OUTCOME, Cell::Word(outcome));
    for (seat, member) in read.sheet.sheet.seats() {
        let answer = answers.get(&seat).copied();
        sheet.rows.push(vec![
            Cell::Count(seat.into()),
            Cell::text(&member.id),
            answer.map_or(Cell::Absent, |answer| Cell::Word(word(answer))),
            answer.map_or(Cell::Absent, |_| judge(seat)),
        ]);
    }
    sheet
}

const fn word(answer: Answer) -> Word {
    match answer {
        Answer::Share(_) => SHARE,
        Answer::Complaint => COMPLAINT,
    }
}

/// Whoever waits for a bid is told where there is none.
fn came_to(outcome: Outcome) -> Result<(), Failure> {
    match outcome {
        Outcome::Opened { .. } => Ok(()),
        Outcome::Void { why } => Err(Failure::refused(&why, "committee open")),
        Outcome::NotEnough { good, needed } => Err(Failure::Refused {
            code: "SEAL_NOT_ENOUGH_SHARES",
            text: Bilingual::new(
                format!(
                    "الحصص الصحيحة {good}، والمطلوب {needed}؛ اطلب حصص أعضاء آخرين، أو ليكشف صاحب العطاء سره (‎--secret)"
                ),
                format!(
                    "{good} shares are right, {needed} are needed; get those of other members, or have the bidder reveal the secret (--secret)"
                ),
            ),
        }),
    }
}
