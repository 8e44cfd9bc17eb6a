//! `sijill ruleset propose`: a file of parameters goes to a server.

use std::path::PathBuf;

use prost::Message as _;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Proposal};
use sijill_ledger_core::domain::values::Text;
use sijill_ledger_core::event::Event;
use sijill_schemas::events::v1 as events;
use sijill_schemas::registry::v1::ProposeRulesetRequest;

use super::{There, file, place};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// File of parameters (JSON), as in schemas/examples/rulesets
    file: PathBuf,
    /// Why; written for publication
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    server: There,
}

/// Checks the file as `check` does, and proposes it.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let rules = file::read(&arguments.file)?;
    let reason = Text::new(&arguments.reason);
    let reason = reason.map_err(|error| Failure::Usage(Bilingual::from(&error)))?;
    // The event that a proposal becomes has the parameters in the form that requests have.
    let proposal = RulesetEvent::RulesetProposed(Proposal {
        version: 1,
        rules,
        reason,
    });
    let wire = codec::encode(&Event::Ruleset(proposal));
    let wire = wire.map_err(|error| unwritable(&error))?;
    let wire = events::RulesetProposed::decode(wire.data.as_slice());
    let wire = wire.map_err(|error| unwritable(&error))?;
    let request = ProposeRulesetRequest {
        context: Some(arguments.server.context(ui)?),
        rules: wire.rules,
        reason: wire.reason,
    };
    let answer = arguments
        .server
        .registry()
        .await?
        .propose_ruleset(request)
        .await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    let index = place(&answer);
    ui.line(&two!(
        ui.lang,
        "اقتُرحت المعايير في القيد {index}؛ يقرؤها غيرك ثم يعتمدها بالأمر `sijill ruleset adopt`",
        "proposed at entry {index}; somebody else reads it, then adopts it with `sijill ruleset adopt`"
    ))
}

fn unwritable(error: &impl std::fmt::Display) -> Failure {
    Failure::Io {
        path: PathBuf::from("ruleset"),
        what: error.to_string(),
    }
}
