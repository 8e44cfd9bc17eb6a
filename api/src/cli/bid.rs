//! `sijill bid`: a bidder's own machine. Offline: what opens the envelope meets no server before its bidder wants it.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use sijill_ledger_core::domain::values::Sha256 as Hash;
use sijill_ledger_core::seal::files::{EnvelopeFile, SecretFile, SheetFile};
use sijill_ledger_core::seal::{
    Answers, BID_BYTES_MAX, Outcome, SealError, Secrets, open_with_r, seal,
};
use sijill_ledger_core::statement::StatementKey;

use super::errors::{Bilingual, Failure};
use super::output::{Cell, Sheet, Ui, Word};
use super::sealed::{self, MEMBER, Read, SEAT, count, unusable};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Seal a bid, so that only so many committee members together can open it
    Seal(SealArguments),
    /// Check an envelope against its sealing sheet; with --secret, that it opens to the bid and would be valid
    Verify(VerifyArguments),
}

#[derive(Debug, clap::Args)]
struct SealArguments {
    /// The tender's sealing sheet for this kind of envelope
    #[arg(long)]
    sheet: PathBuf,
    /// File of the key that signs for this bid, made by `sijill sign key`: nobody else can hand the envelope in
    #[arg(long)]
    key: PathBuf,
    /// File of the sealed envelope, to be handed in; no file is overwritten
    #[arg(long)]
    out: PathBuf,
    /// File of what opens it, to be kept: only its owner can read it, and who has it reads the bid
    #[arg(long)]
    secret: PathBuf,
    /// File of the bid, of at most 1048508 bytes; larger documents are attachments
    bid: PathBuf,
}

#[derive(Debug, clap::Args)]
struct VerifyArguments {
    /// The sealing sheet that it was sealed under
    #[arg(long)]
    sheet: PathBuf,
    /// The bidder's file of what opens it, as `sijill bid seal` wrote it
    #[arg(long)]
    secret: Option<PathBuf>,
    /// File of the envelope
    envelope: PathBuf,
}

/// Seals or verifies.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let sheet = match &arguments.what {
        What::Seal(arguments) => sealed_bid(arguments)?,
        What::Verify(arguments) => verified(arguments)?,
    };
    ui.sheet(&sheet)
}

fn sealed_bid(arguments: &SealArguments) -> Result<Sheet, Failure> {
    let file: SheetFile = sealed::load(&arguments.sheet)?;
    let key = StatementKey::load(&arguments.key);
    let key = key.map_err(|error| unusable(&arguments.key, &error))?;
    let bid = bid(&arguments.bid)?;
    let secrets = Secrets {
        salt: sealed::random()?,
        r: sealed::random()?,
    };
    let id = uuid::Builder::from_random_bytes(id_bytes()?).into_uuid();
    let sealed = seal(&file.sheet, id, key.public(), &bid, &secrets);
    let sealed = sealed.map_err(|refusal| unusable(&arguments.bid, &refusal))?;
    let secret = SecretFile {
        envelope: id,
        digest: sealed.dealing.digest(),
        secrets,
        receipt: None,
    };
    let envelope = EnvelopeFile {
        sheet: file.sheet.digest(),
        sealed,
    };
    // First what opens it: an envelope without it could only be opened by the committee.
    sealed::save_private(&arguments.secret, &secret)?;
    if let Err(failure) = sealed::save(&arguments.out, &envelope) {
        // Made a moment ago, for an envelope that there is not.
        let _ = fs::remove_file(&arguments.secret);
        return Err(failure);
    }
    let read = Read {
        sheet: file,
        envelope,
    };
    Ok(facts(&read))
}

/// The bid, not longer than can be sealed.
fn bid(path: &Path) -> Result<impl std::ops::Deref<Target = Vec<u8>>, Failure> {
    let bid = sealed::bytes(path, BID_BYTES_MAX)?;
    if bid.len() > BID_BYTES_MAX {
        let bytes = fs::metadata(path).map_or(bid.len(), |meta| {
            usize::try_from(meta.len()).unwrap_or(usize::MAX)
        });
        return Err(unusable(path, &SealError::Size { bytes }));
    }
    Ok(bid)
}

fn id_bytes() -> Result<[u8; 16], Failure> {
    let mut bytes = [0; 16];
    let drawn = sealed::random()?;
    bytes
        .iter_mut()
        .zip(drawn.iter())
        .for_each(|(byte, drawn)| *byte = *drawn);
    Ok(bytes)
}

fn verified(arguments: &VerifyArguments) -> Result<Sheet, Failure> {
    let read = Read::from(&arguments.sheet, &arguments.envelope)?;
    let envelope = read.checked(&arguments.envelope)?;
    let Some(path) = &arguments.secret else {
        return Ok(facts(&read));
    };
    let secret: SecretFile = sealed::load_private(path)?;
    let other = |ar: &str, en: &str| Failure::Input {
        file: path.clone(),
        text: Bilingual::new(ar, en),
    };
    let dealing = &read.envelope.sealed.dealing;
    if (secret.envelope, secret.digest) != (dealing.id, dealing.digest()) {
        return Err(other(
            "هذا سر مظروف آخر؛ هات الملف الذي كُتب مع هذا المظروف",
            "this opens another envelope; give the file that was written with this one",
        ));
    }
    let (ciphertext, r) = (&read.envelope.sealed.ciphertext, &secret.secrets.r);
    let opening = open_with_r(&envelope, ciphertext, &Answers::new(), r);
    let opening = opening.map_err(|refusal| unusable(path, &refusal))?;
    match opening.outcome {
        Outcome::Opened { bid, salt } if salt == *secret.secrets.salt => {
            let hash = Hash(Sha256::digest(&bid).into());
            Ok(facts(&read)
                .fact(BID_BYTES, count(bid.len()))
                .fact(BID_HASH, Cell::text(hash)))
        }
        Outcome::Opened { .. } => Err(other(
            "الملح في الملف السري غير الذي في المظروف؛ هات الملف الأصلي",
            "the salt in the secret file is not the one in the envelope; give the original file",
        )),
        Outcome::Void { why } => Err(Failure::refused(&why, "bid verify")),
        // The bidder's r needs no member.
        Outcome::NotEnough { .. } => Err(other("لا يُفتح", "it does not open")),
    }
}

const BID_BYTES: Word = Word::new("bid_bytes", "حجم العطاء (بايت)", "bid, in bytes");
const BID_HASH: Word = Word::new("bid_sha256", "بصمة العطاء", "SHA-256 of the bid");

/// The envelope, and who can open it.
fn facts(read: &Read) -> Sheet {
    let mut sheet = read.answer(&[SEAT, MEMBER]);
    let seats = read.sheet.sheet.seats();
    let seats = seats.map(|(seat, member)| vec![Cell::Count(seat.into()), Cell::text(&member.id)]);
    sheet.rows = seats.collect();
    sheet
}
