//! `sijill ruleset show`: the parameters in force, or those that are proposed and what they change.

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::domain::ruleset::{Proposal, Refusal, Ruleset};
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::time::SystemClock;

use super::file;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Ui, Word};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Show what is proposed, before it is adopted: what differs from what is in force, as it is and as it would be
    #[arg(long)]
    proposed: bool,
}

/// Prints them with their version; without one, the built-in parameters. Of a proposal what it changes.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let store = data::open(&arguments.data)?;
    let ledger = Ledger::new(store, Arc::new(SystemClock::default()));
    let stream = Ruleset::national();
    let ruleset = ledger.state::<Ruleset>(&stream).await;
    let ruleset = ruleset.map_err(|error| data::executing(error, stream.as_str()))?;
    let version = ruleset.version().map(|version| version.version);
    let rules = ruleset.rules().cloned().unwrap_or_default();
    let name = Word::new("version", "الإصدار", "version");
    if !arguments.proposed {
        return ui.sheet(&file::sheet(&rules)?.fact(name, Cell::maybe(version)));
    }
    let Some(Proposal {
        version,
        rules: proposed,
        reason,
    }) = ruleset.proposed()
    else {
        return Err(Failure::Refused {
            code: "RULESET_NOTHING_PROPOSED",
            text: Bilingual::refusal(&Refusal::NothingProposed),
        });
    };
    let sheet = file::differences(&rules, proposed)?;
    let because = Word::new("reason", "السبب", "reason");
    let sheet = sheet.fact(name, Cell::text(version));
    ui.sheet(&sheet.fact(because, Cell::text(reason)))
}
