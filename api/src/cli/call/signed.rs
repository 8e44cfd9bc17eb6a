//! Requests that are signed before they are sent.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sijill_ledger_core::statement::{Approved, StatementKey};
use sijill_ledger_core::store::Entry;
use sijill_schemas::types::v1::{CommandContext, Statement};

use crate::cli::errors::Failure;
use crate::cli::remote::Remote;
use crate::cli::sealed::random_id;
use crate::cli::sign;
use crate::grpc::command::CommandRequest;

/// With which key a request is signed, and what it approves.
#[derive(Debug, clap::Args)]
pub struct Signing {
    /// File of the key that signs the request, made by `sijill sign key`
    #[arg(long, value_name = "FILE", requires = "origin")]
    pub sign: Option<PathBuf>,
    /// Origin of the log that what is signed is for, such as sijill.gov.example/health
    #[arg(long)]
    pub origin: Option<String>,
    /// Index of the entry that is approved: it is fetched, and what is signed names its hash
    #[arg(long, value_name = "INDEX", requires = "sign")]
    pub approves: Option<u64>,
}

impl Signing {
    /// What the key says of a request to this server; `None` where no key is given.
    pub async fn statement(
        &self,
        server: &str,
        path: &str,
        request: &[u8],
    ) -> Result<Option<Statement>, Failure> {
        let (Some(file), Some(origin)) = (&self.sign, &self.origin) else {
            return Ok(None);
        };
        let key = StatementKey::load(file).map_err(|error| sign::unusable(file, &error))?;
        let approved = match self.approves {
            Some(index) => Some(approved(server, index).await?),
            None => None,
        };
        statement(&key, origin, path, request, approved).map(Some)
    }

    /// A new command with its statement.
    pub async fn signed<C: CommandRequest>(
        &self,
        server: &str,
        request: impl Fn(Option<CommandContext>) -> C,
    ) -> Result<C, Failure> {
        let mut context = CommandContext {
            request_id: random_id()?.to_string(),
            ..CommandContext::default()
        };
        let unsigned = request(Some(context.clone())).encode_to_vec();
        context.statement = self.statement(server, C::PATH, &unsigned).await?;
        Ok(request(Some(context)))
    }
}

/// The entry that is approved, as the server has it: its hash is signed, so that no other can stand in its place.
async fn approved(server: &str, index: u64) -> Result<Approved, Failure> {
    let entry = Remote::connect(server).await?.entry(index).await?;
    let entry = Entry::decode(&entry).map_err(|error| Failure::Damaged {
        index: Some(index),
        what: error.to_string(),
    })?;
    Ok(Approved::of(&entry))
}

/// What the key says of an encoded request of the method at this path.
pub fn statement(
    key: &StatementKey,
    origin: &str,
    path: &str,
    request: &[u8],
    approved: Option<Approved>,
) -> Result<Statement, Failure> {
    let claim = sign::claim(origin, path, request, key.public().id(), approved)?;
    let signed = key.sign(&claim);
    Ok(Statement {
        signed: signed.bytes,
        key: signed.key.to_string(),
        signature: signed.signature,
    })
}

/// The same as it stands in JSON.
pub fn in_json(statement: &Statement) -> Value {
    json!({
        "signed": STANDARD.encode(&statement.signed),
        "key": statement.key,
        "signature": STANDARD.encode(&statement.signature),
    })
}

/// A request with the statement of the key that signs it.
pub fn request<C: CommandRequest>(
    key: &StatementKey,
    origin: &str,
    context: CommandContext,
    request: impl Fn(Option<CommandContext>) -> C,
) -> Result<C, Failure> {
    let unsigned = request(Some(context.clone())).encode_to_vec();
    let statement = statement(key, origin, C::PATH, &unsigned, None)?;
    Ok(request(Some(CommandContext {
        statement: Some(statement),
        ..context
    })))
}
