//! `sijill committee share`: a member's answer about one envelope, into a file.

use std::path::{Path, PathBuf};

use sijill_ledger_core::aggregate::Explain as _;
use sijill_ledger_core::seal::files::ShareFile;
use sijill_ledger_core::seal::{Answer, ShareError};

use super::publish::{self, There};
use super::{ANSWER, secret, word};
use crate::cli::call::Signing;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Ui, Word};
use crate::cli::sealed::{self, Read, SEAT, unusable};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The sealing sheet that the envelope was sealed under
    #[arg(long, required_unless_present = "server", conflicts_with = "server")]
    sheet: Option<PathBuf>,
    /// File of the member's secret key for this tender, made by `sijill committee keygen`
    #[arg(long)]
    key: PathBuf,
    /// File of the answer, which only its owner can read: for nobody before the opening
    #[arg(long, conflicts_with = "server")]
    out: Option<PathBuf>,
    /// File of the envelope
    #[arg(required_unless_present = "server", conflicts_with = "server")]
    envelope: Option<PathBuf>,
    #[command(flatten)]
    there: There,
    #[command(flatten)]
    signing: Signing,
}

const WHY: Word = Word::new("why", "السبب", "why");

/// Answers about one envelope, or about all that are due on a server.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match (&arguments.sheet, &arguments.envelope) {
        (Some(sheet), Some(envelope)) => here(arguments, sheet, envelope, ui),
        _ => publish::run(&arguments.there, &arguments.key, &arguments.signing, ui).await,
    }
}

fn here(arguments: &Arguments, sheet: &Path, envelope: &Path, ui: &mut Ui) -> Result<(), Failure> {
    let read = Read::from(sheet, envelope)?;
    let checked = read.checked(envelope)?;
    let secret = secret(&arguments.key)?;
    let not_a_member = ShareError::NotAMember;
    let seat = read.sheet.sheet.seat_of(&secret.public());
    let seat = seat.ok_or_else(|| unusable(&arguments.key, &not_a_member))?;
    let (answer, why) = match checked.share(&secret) {
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
