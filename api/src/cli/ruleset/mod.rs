//! `sijill ruleset`: the parameters of the rules as a file that people read: checked offline, proposed to a server
//! by one administrator or registrar, adopted by another.

mod adopt;
mod check;
mod file;
mod propose;
mod show;

use std::path::PathBuf;

use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use sijill_schemas::types::v1::{CommandContext, CommandResponse};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use uuid::Uuid;

use super::errors::Failure;
use super::lang::two;
use super::output::Ui;
use super::query::{Bearing, channel};
use super::subcommands::subcommands;

subcommands! {
    /// Check a file of parameters, offline: what is unknown in it, and what is out of range
    Check(check);
    /// Show the parameters in force in a directory, or those proposed and what they change
    Show(show).await;
    /// Propose a file of parameters to a server; an administrator or registrar does
    Propose(propose).await;
    /// Adopt what somebody else proposed
    Adopt(adopt).await;
}

/// A server, and who asks it.
#[derive(Debug, clap::Args)]
struct There {
    /// Address of a server, such as <http://127.0.0.1:7450>
    #[arg(long, value_name = "URL")]
    server: String,
    /// File with the bearer token to show the server
    #[arg(long)]
    token_file: PathBuf,
    /// Id of the command, to repeat one that was not answered: it is carried out once [default: a new one]
    #[arg(long, value_name = "UUID")]
    request_id: Option<Uuid>,
}

impl There {
    async fn registry(
        &self,
    ) -> Result<RegistryServiceClient<InterceptedService<Channel, Bearing>>, Failure> {
        let channel = channel(&self.server, Some(&self.token_file)).await?;
        Ok(RegistryServiceClient::new(channel))
    }

    /// Circumstances of a command; its id is printed before it is sent, so that it can be repeated.
    fn context(&self, ui: &mut Ui) -> Result<CommandContext, Failure> {
        let id = match self.request_id {
            Some(id) => id,
            None => new_id()?,
        };
        let told = two!(ui.lang, "رقم الطلب: {id}", "request id: {id}");
        ui.note(&told)?;
        ui.flush()?;
        Ok(CommandContext {
            request_id: id.to_string(),
            ..CommandContext::default()
        })
    }
}

fn new_id() -> Result<Uuid, Failure> {
    let mut random = [0; 16];
    let drawn = getrandom::fill(&mut random);
    drawn.map_err(|error| Failure::Io {
        path: PathBuf::from("getrandom"),
        what: error.to_string(),
    })?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// Where the event stands.
fn place(answer: &CommandResponse) -> u64 {
    answer
        .position
        .as_ref()
        .map_or(0, |position| position.index)
}
