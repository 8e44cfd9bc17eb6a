//! `sijill committee keygen`: offline.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sijill_ledger_core::log::note::write_key;
use sijill_ledger_core::seal::{MemberSecret, Seat, TEXT_BYTES_MAX};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Ui, Word};
use crate::cli::sealed::{self, MEMBER, TENDER, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// File of the secret key, which only its owner can read; no file is overwritten
    #[arg(long)]
    out: PathBuf,
    /// Origin of the log that the tender is in, such as sijill.gov.example/health
    #[arg(long)]
    origin: String,
    /// The tender, as its sealing sheet names it
    #[arg(long)]
    tender: String,
    /// The member, as the sealing sheet names them, such as huda
    #[arg(long)]
    member: String,
}

const KEYS: Word = Word::new("keys", "المفاتيح", "keys");
const KEY: Word = Word::new("key", "المفتاح العام", "public key");
const PROOF: Word = Word::new("proof", "إثبات الحيازة", "proof of possession");

/// Makes it.
pub(super) fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let Arguments {
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
