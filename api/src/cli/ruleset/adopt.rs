//! `sijill ruleset adopt`: what somebody else proposed comes into force.

use prost::Message as _;
use sijill_schemas::registry::v1::AdoptRulesetRequest;
use sijill_schemas::types::v1::CommandContext;

use super::{There, place};
use crate::cli::call::Signing;
use crate::cli::errors::Failure;
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::query::answered;
use crate::grpc::command::CommandRequest as _;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The version that was proposed and read: 1 for the first, then one more each time
    #[arg(long)]
    version: u32,
    #[command(flatten)]
    server: There,
    #[command(flatten)]
    signing: Signing,
}

/// Adopts it, with a statement where a key is given. Where the rules in force want one, the server says so.
pub(super) async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let version = arguments.version;
    let mut context = arguments.server.context(ui)?;
    let request = |context: &CommandContext| AdoptRulesetRequest {
        context: Some(context.clone()),
        version,
    };
    let unsigned = request(&context).encode_to_vec();
    let (server, path) = (&arguments.server.server, AdoptRulesetRequest::PATH);
    context.statement = arguments.signing.statement(server, path, &unsigned).await?;
    let request = request(&context);
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
