//! `sijill ruleset show`: the parameters in force.

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::domain::ruleset::Ruleset;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::time::SystemClock;

use super::file;
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Ui, Word};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Prints them with their version; without one, the built-in parameters.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let store = data::open(&arguments.data)?;
    let ledger = Ledger::new(store, Arc::new(SystemClock::default()));
    let stream = Ruleset::national();
    let ruleset = ledger.state::<Ruleset>(&stream).await;
    let ruleset = ruleset.map_err(|error| data::executing(error, stream.as_str()))?;
    let version = ruleset.version().map(|version| version.version);
    let rules = ruleset.rules().cloned().unwrap_or_default();
    let name = Word::new("version", "الإصدار", "version");
    ui.sheet(&file::sheet(&rules)?.fact(name, Cell::maybe(version)))
}
