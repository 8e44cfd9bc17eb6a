//! `sijill verify`: every byte that is stored, then every event in the order of the log.
//!
//! The store checks what it stores (checksums, form, revisions, stamps, commitments); [`events`] checks what it means. The
//! signed tree over the entries is another matter: it comes with the verifiable log.

mod events;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use super::data;
use super::errors::Failure;
use super::output::Ui;
use report::{Check, Report};

/// Damage found by a check.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Log index of the first entry concerned.
    index: u64,
    /// Which check found it.
    check: Check,
    /// What is wrong there.
    what: String,
}

/// Checks checksums, revisions, times, ids, facts, withheld parts, and that every event was possible. Signed tree heads
/// are not part of it yet.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Verifies beside a running writer, up to what is durable when it begins.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let begun = Instant::now();
    let store = match data::open(&arguments.data) {
        Ok(store) => store,
        Err(Failure::Damaged { index, what }) => {
            let mut report = Report::default();
            report.fail(Fault {
                index: index.unwrap_or_default(),
                check: Check::Stored,
                what: what.clone(),
            });
            ui.sheet(&report.sheet(begun.elapsed()))?;
            return Err(Failure::Damaged { index, what });
        }
        Err(failure) => return Err(failure),
    };
    let mut report = Report::of_store(&store, &store.check().map_err(data::reading)?);
    events::check(&store, &mut report, ui.lang)?;
    ui.sheet(&report.sheet(begun.elapsed()))?;
    for note in report.notes(ui.lang) {
        ui.note(&note)?;
    }
    match report.first_fault() {
        None => ui.note(ui.lang.pick("السجل سليم", "the log is whole")),
        Some(fault) => Err(Failure::Damaged {
            index: Some(fault.index),
            what: fault.what.clone(),
        }),
    }
}
