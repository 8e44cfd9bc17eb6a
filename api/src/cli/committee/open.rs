//! `sijill committee open`: one envelope, from files, by whoever has them.

use std::path::PathBuf;

use sijill_ledger_core::seal::files::{SecretFile, ShareFile};
use sijill_ledger_core::seal::{Answers, Opening, Outcome, SeatNumber, open, open_with_r};

use super::publish::There;
use super::{ANSWER, opening, word};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::keygen::{PRIVATE_MODE, new_file};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::sealed::{self, MEMBER, Read, SEAT, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The sealing sheet that the envelope was sealed under
    #[arg(long, required_unless_present = "server", conflicts_with = "server")]
    sheet: Option<PathBuf>,
    /// File of a member's answer; once for each
    #[arg(long, conflicts_with = "server")]
    share: Vec<PathBuf>,
    /// The bidder's secret file, where it is revealed because too few shares are right
    #[arg(long, conflicts_with = "server")]
    secret: Option<PathBuf>,
    /// File for the bid; no file is overwritten
    #[arg(long, required_unless_present = "server", conflicts_with = "server")]
    out: Option<PathBuf>,
    /// File of the envelope
    #[arg(required_unless_present = "server", conflicts_with = "server")]
    envelope: Option<PathBuf>,
    #[command(flatten)]
    there: There,
}

const JUDGED: Word = Word::new("judged", "الحكم", "judged");
const RIGHT: Word = Word::new("right", "صحيح", "right");
const FALSE: Word = Word::new("false", "غير صحيح", "false");
pub(super) const OUTCOME: Word = Word::new("outcome", "النتيجة", "outcome");
pub(super) const OPENED: Word = Word::new("opened", "فُتح", "opened");
pub(super) const VOID: Word = Word::new("void", "باطل", "void");
const NOT_ENOUGH: Word = Word::new("not_enough", "حصص لا تكفي", "not enough shares");

/// Opens one envelope, or has all opened that are due on a server.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match (&arguments.sheet, &arguments.envelope, &arguments.out) {
        (Some(sheet), Some(envelope), Some(out)) => {
            let files = Files {
                sheet,
                envelope,
                out,
            };
            here(arguments, &files, ui)
        }
        _ => opening::run(&arguments.there, ui).await,
    }
}

/// Where one envelope lies, and where its bid goes.
struct Files<'a> {
    sheet: &'a std::path::Path,
    envelope: &'a std::path::Path,
    out: &'a std::path::Path,
}

fn here(arguments: &Arguments, files: &Files<'_>, ui: &mut Ui) -> Result<(), Failure> {
    let read = Read::from(files.sheet, files.envelope)?;
    let envelope = read.checked(files.envelope)?;
    let shares = arguments.share.iter().map(|path| sealed::load(path));
    let shares: Vec<ShareFile> = shares.collect::<Result<_, _>>()?;
    let answers = read.envelope.answers(&shares);
    let answers = answers.map_err(|refusal| unusable(files.envelope, &refusal))?;
    let ciphertext = &read.envelope.sealed.ciphertext;
    let opening = match &arguments.secret {
        None => open(&envelope, ciphertext, &answers),
        Some(path) => {
            let revealed: SecretFile = sealed::load(path)?;
            open_with_r(&envelope, ciphertext, &answers, &revealed.secrets.r)
        }
    };
    let opening = opening.map_err(|refusal| unusable(files.envelope, &refusal))?;
    if let Outcome::Opened { bid, .. } = &opening.outcome {
        new_file(files.out, PRIVATE_MODE, bid)?;
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
