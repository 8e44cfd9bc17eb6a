//! One event with everything that its entry holds: `GetEvent`.

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::store::{PartClass, ReadError};
use sijill_projections::audit::mentions;
use tonic::{Response, Status};

use super::asking::{Sight, decoded, sight};
use super::{entities, event, pb};
use crate::grpc::question::desk::{Circumstances, Desk};
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Answers.
pub async fn get(
    desk: &Desk,
    request: pb::GetEventRequest,
) -> Result<Response<pb::GetEventResponse>, Status> {
    let circumstances = Circumstances::read(request.context)?;
    let place = desk.place(&circumstances).await?;
    let index = request.index;
    let answer = sight(desk, place, circumstances.at, move |sight| {
        Ok(pb::GetEventResponse {
            context: Some(sight.context()?),
            event: Some(detail(sight, index)?),
        })
    });
    answer.await.map(Response::new)
}

fn detail(sight: &Sight<'_>, index: u64) -> Result<pb::EventDetail, Status> {
    let beyond = || status::reading(&ReadError::NotFound { index });
    if index >= sight.size {
        return Err(beyond());
    }
    let batch = sight.entry(index)?;
    let recorded = decoded(&batch, index)?;
    let (_, entry) = batch.get(0).ok_or_else(beyond)?;
    let facts = recorded.metadata.facts.iter().map(|fact| pb::FactRow {
        stream: fact.stream.to_string(),
        revision: fact.revision,
        log: fact.log.clone(),
    });
    let statement = recorded.metadata.statement.as_ref().map(write).transpose();
    let mentioned = mentions::all(&recorded);
    let attachments = recorded.event.attachments();
    Ok(pb::EventDetail {
        row: Some(event::row(sight, &recorded, &[])?),
        entry: entry.bytes().to_vec(),
        metadata: entry.metadata.to_vec(),
        data: entry.data.to_vec(),
        withheld: entry
            .commitments()
            .map(|(class, commitment)| pb::WithheldPart {
                class: withheld(class).into(),
                commitment: commitment.to_vec(),
            })
            .collect(),
        facts: facts.collect(),
        statement: statement.map_err(|error| unwritable(&error))?,
        entities: mentioned.iter().map(entities::mention).collect(),
        attachment_sha256: attachments.iter().map(Sha256::to_string).collect(),
    })
}

const fn withheld(class: PartClass) -> pb::WithheldClass {
    match class {
        PartClass::Pending => pb::WithheldClass::Pending,
        PartClass::Bidder => pb::WithheldClass::Bidder,
        PartClass::Person => pb::WithheldClass::Person,
        PartClass::Security => pb::WithheldClass::Security,
    }
}
