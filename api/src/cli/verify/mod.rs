//! `sijill verify`: every byte that is stored, then every event in the order of the log.
//!
//! The store checks what it stores (checksums, form, revisions, stamps, commitments); [`events`] checks what it means. The
//! signed tree over the entries is another matter: it comes with the verifiable log.

mod balances;
mod disclosed;
mod events;
mod report;
mod statements;
mod stream;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::data;
use super::errors::Failure;
use super::lang::Lang;
use super::output::Ui;
use report::Check;
pub use report::Report;

/// Damage found by a check.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Log index of the first entry concerned, where one is.
    index: Option<u64>,
    /// Which check found it.
    check: Check,
    /// What is wrong there.
    what: String,
}

impl Fault {
    fn failure(&self) -> Failure {
        Failure::Damaged {
            index: self.index,
            what: self.what.clone(),
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Verifies beside a running writer, up to what is durable when it begins.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let report = match data::open(&arguments.data) {
        Ok(store) => inspect(&store, ui.lang).await?,
        Err(Failure::Damaged { index, what }) => Report::of_damage(index, what),
        Err(failure) => return Err(failure),
    };
    ui.sheet(&report.sheet())?;
    for note in report.notes(ui.lang) {
        ui.note(&note)?;
    }
    report
        .first_fault()
        .map_or(Ok(()), |fault| Err(fault.failure()))?;
    ui.note(ui.lang.pick("السجل سليم", "the log is whole"))
}

/// The whole check; the first damage is the error.
pub async fn verify(store: &Arc<EmbeddedStore>, lang: Lang) -> Result<Report, Failure> {
    let report = inspect(store, lang).await?;
    match report.first_fault() {
        None => Ok(report),
        Some(fault) => Err(fault.failure()),
    }
}

/// The whole check; damage is in the report.
async fn inspect(store: &Arc<EmbeddedStore>, lang: Lang) -> Result<Report, Failure> {
    let own = Arc::clone(store);
    let inspected = tokio::task::spawn_blocking(move || inspect_all(&own, lang)).await;
    inspected.unwrap_or_else(|error| {
        let error = std::io::Error::other(error.to_string());
        Err(Failure::io(store.dir(), &error))
    })
}

fn inspect_all(store: &Arc<EmbeddedStore>, lang: Lang) -> Result<Report, Failure> {
    let begun = Instant::now();
    let mut report = Report::of_store(store, &store.check().map_err(data::reading)?);
    let views = events::check(store, &mut report, lang)?;
    if report.first_fault().is_none() {
        balances::check(&views, &mut report, lang);
    }
    report.elapsed = begun.elapsed();
    Ok(report)
}
