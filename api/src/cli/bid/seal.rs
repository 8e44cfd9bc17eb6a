//! `sijill bid seal`: offline.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::seal::files::{EnvelopeFile, SecretFile, SheetFile};
use sijill_ledger_core::seal::{SealError, Secrets, seal};
use sijill_ledger_core::statement::StatementKey;
use zeroize::Zeroizing;

use super::facts;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::Ui;
use crate::cli::query::answered;
use crate::cli::sealed::{self, Read, unusable};
use crate::cli::wire::{self, forms};
use crate::grpc::status;

/// Longest file of a bid that is read, in bytes: as JSON a bid is several times as long as it is sealed.
const FILE_BYTES_MAX: usize = 1 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
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
    /// File of the bid: NAME.json with its fields, as `sijill call TechnicalBid --shape` prints them (or `FinancialBid`), or its
    /// bytes, at most 49152; larger documents are attachments
    bid: PathBuf,
}

/// Seals.
pub(super) fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let file: SheetFile = sealed::load(&arguments.sheet)?;
    let key = StatementKey::load(&arguments.key);
    let key = key.map_err(|error| unusable(&arguments.key, &error))?;
    let bid = bid(&arguments.bid, &file, ui)?;
    let secrets = Secrets {
        salt: sealed::random()?,
        r: sealed::random()?,
    };
    let id = sealed::random_id()?;
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
    ui.sheet(&facts(&read))
}

/// The bid; a file that cannot be one is not read whole.
fn bid(path: &Path, file: &SheetFile, ui: &mut Ui) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bid = sealed::bytes(path, FILE_BYTES_MAX)?;
    if bid.len() > FILE_BYTES_MAX {
        let bytes = fs::metadata(path).map_or(bid.len(), |meta| {
            usize::try_from(meta.len()).unwrap_or(usize::MAX)
        });
        return Err(unusable(path, &SealError::Size { bytes }));
    }
    let parts = [EnvelopePart::Technical, EnvelopePart::Financial];
    let named = |part: &EnvelopePart| part.name() == file.sheet.terms().kind;
    let Some(part) = parts.into_iter().find(named) else {
        return Ok(bid);
    };
    if path
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return written(path, &bid, part);
    }
    if codec::read_bid(part, &bid).is_err() {
        ui.note(ui.lang.pick(
            "تنبيه: ليس هذا عطاءً كما تقرؤه المناقصة، ويبطل عند فتحه؛ اكتبه في ملف ‎.json",
            "warning: this is no bid as a tender reads it, and would be void when opened; write it as a .json file",
        ))?;
    }
    Ok(bid)
}

/// A bid out of its fields, in its one encoding.
fn written(path: &Path, json: &[u8], part: EnvelopePart) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |text| Failure::Input {
        file: path.to_owned(),
        text,
    };
    let mut json: Value = serde_json::from_slice(json).map_err(|error| {
        unreadable(Bilingual::new(
            format!("ليس JSON: {error}"),
            format!("it is not JSON: {error}"),
        ))
    })?;
    let message = wire::message(match part {
        EnvelopePart::Technical => "sijill.events.v1.TechnicalBid",
        EnvelopePart::Financial => "sijill.events.v1.FinancialBid",
    })?;
    forms::lengthen(&mut json, &message, &mut Vec::new());
    let message = wire::parsed(&message, &json).map_err(unreadable)?;
    let bytes = Zeroizing::new(prost::Message::encode_to_vec(&message));
    let read = codec::read_bid(part, &bytes);
    let refused = |error| {
        let refused = answered(&status::invalid(&error));
        if let Failure::Answered { text, .. } = refused {
            unreadable(text)
        } else {
            refused
        }
    };
    read.map_err(refused)?;
    Ok(bytes)
}
