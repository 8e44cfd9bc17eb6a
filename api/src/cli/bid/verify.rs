//! `sijill bid verify`: offline.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use sijill_ledger_core::domain::values::Sha256 as Hash;
use sijill_ledger_core::seal::files::SecretFile;
use sijill_ledger_core::seal::{Answers, Outcome, open_with_r};

use super::facts;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::sealed::{self, Read, count, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The sealing sheet that it was sealed under
    #[arg(long)]
    sheet: PathBuf,
    /// The bidder's file of what opens it, as `sijill bid seal` wrote it
    #[arg(long)]
    secret: Option<PathBuf>,
    /// File of the envelope
    envelope: PathBuf,
}

const BID_BYTES: Word = Word::new("bid_bytes", "حجم العطاء (بايت)", "bid, in bytes");
const BID_HASH: Word = Word::new("bid_sha256", "بصمة العطاء", "SHA-256 of the bid");

/// Checks.
pub(super) fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    ui.sheet(&verified(arguments)?)
}

fn verified(arguments: &Arguments) -> Result<Sheet, Failure> {
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
