//! What becomes of withheld parts. The ledger takes salt and content from its own store, so these are no plain commands.

use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::codec::{DecodeError, Defect};
use sijill_ledger_core::domain::disclosure::Disclosure;
use sijill_ledger_core::store::{ReadError, StreamName};
use sijill_schemas::registry::v1 as pb;
use sijill_schemas::types::v1::CommandResponse;
use tonic::{Request, Response, Status};

use crate::grpc::command::{self, Commands};
use crate::grpc::{authority, status};

const DISCLOSE: &str = "/sijill.registry.v1.RegistryService/DisclosePart";
const ERASE: &str = "/sijill.registry.v1.RegistryService/ErasePart";

/// Publishes a part, where a rule releases it.
pub(super) async fn disclose(
    commands: &Commands,
    request: Request<pb::DisclosePartRequest>,
) -> Result<Response<CommandResponse>, Status> {
    let known = authority::allowed(&request, DISCLOSE)?.clone();
    let it = request.into_inner();
    let circumstances = it.context.unwrap_or_default();
    let (context, part) = command::read(
        circumstances,
        &known.actor,
        "DisclosePartRequest",
        |payload| number(it.part, payload),
    )?;
    let stream = stream(commands, it.index)?;
    let done = commands.ledger().disclose(it.index, part, context).await;
    let done = done.map_err(status::refused)?;
    Ok(Response::new(commands.answer(&stream, &done)))
}

/// Destroys a part on a legal order.
pub(super) async fn erase(
    commands: &Commands,
    request: Request<pb::ErasePartRequest>,
) -> Result<Response<CommandResponse>, Status> {
    let known = authority::allowed(&request, ERASE)?.clone();
    let it = request.into_inner();
    let circumstances = it.context.unwrap_or_default();
    let (context, (part, order)) =
        command::read(circumstances, &known.actor, "ErasePartRequest", |payload| {
            let part = number(it.part, payload)?;
            Ok((part, payload.required(it.order, "order")?))
        })?;
    let stream = stream(commands, it.index)?;
    let done = commands
        .ledger()
        .erase(it.index, part, order, context)
        .await;
    let done = done.map_err(status::refused)?;
    Ok(Response::new(commands.answer(&stream, &done)))
}

fn number(part: u32, payload: &Payload<'_>) -> Result<u8, DecodeError> {
    u8::try_from(part).map_err(|_| payload.defect(Defect::Number(part.to_string()), "part"))
}

/// The stream about the parts of the entry at an index.
fn stream(commands: &Commands, index: u64) -> Result<StreamName, Status> {
    let absent = || status::reading(&ReadError::NotFound { index });
    let batch = commands.ledger().store().entry(index);
    let batch = batch.map_err(|error| status::reading(&error))?;
    let (_, entry) = batch.get(0).ok_or_else(absent)?;
    Ok(Disclosure::stream(entry.id))
}
