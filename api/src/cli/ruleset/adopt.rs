//! `sijill ruleset adopt`: what somebody else proposed comes into force.

use sijill_schemas::registry::v1::AdoptRulesetRequest;

use super::{There, place};
use crate::cli::errors::Failure;
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::query::answered;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The version that was proposed and read: 1 for the first, then one more each time
    #[arg(long)]
    version: u32,
    #[command(flatten)]
    server: There,
}

/// Adopts it. Where the rules in force want a signature, the server says so.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let version = arguments.version;
    let request = AdoptRulesetRequest {
        context: Some(arguments.server.context(ui)?),
        version,
    };
    let answer = arguments
        .server
        .registry()
        .await?
        .adopt_ruleset(request)
        .await;
    let answer = answer.map_err(|status| answered(&status))?.into_inner();
    let index = place(&answer);
    ui.line(&two!(
        ui.lang,
        "اعتُمد الإصدار {version} في القيد {index}، وهو سارٍ",
        "version {version} is adopted at entry {index}, and in force"
    ))
}
