//! Every event that concerns a thing: `GetHistory`.

use prost::Message as _;
use sijill_ledger_core::event::Recorded;
use sijill_projections::audit::entity::{Entity, Part};
use tonic::{Response, Status};

use super::asking::{Asking, BYTES_MAX, READ_MAX, Sight, decoded};
use super::event::{self, Kinds};
use super::{entities, pb};
use crate::grpc::question::desk::Desk;

/// What is asked, read.
struct Wanted {
    entity: Entity,
    parts: Vec<Part>,
    kinds: Kinds,
    /// Indexes of events that were recorded in time: from, and before.
    indexes: (u64, u64),
    effective: (Option<i64>, Option<i64>),
}

/// Answers.
pub async fn get(
    desk: &Desk,
    mut request: pb::GetHistoryRequest,
) -> Result<Response<pb::GetHistoryResponse>, Status> {
    let (context, page) = (request.context.take(), request.page.take());
    let asking = Asking::read(&request, context, page, &["index"], desk)?;
    let live = desk.live();
    let from = match request.recorded_from_micros {
        // What was recorded until the microsecond before comes first.
        Some(from) => live.size_at(from.saturating_sub(1)).await?,
        None => 0,
    };
    let until = match request.recorded_until_micros {
        Some(until) => live.size_at(until).await?,
        None => u64::MAX,
    };
    let wanted = Wanted {
        entity: entities::entity(request.entity.as_ref())?,
        parts: entities::parts(&request.parts)?,
        kinds: Kinds::read(&request.kinds, "kinds")?,
        indexes: (from, until),
        effective: (
            request.effective_from_micros,
            request.effective_until_micros,
        ),
    };
    let answer = asking.look(desk, move |asking, sight| wanted.answer(asking, sight));
    answer.await.map(Response::new)
}

impl Wanted {
    fn answer(&self, asking: &Asking, sight: &Sight<'_>) -> Result<pb::GetHistoryResponse, Status> {
        let (from, until) = self.indexes;
        let mut indexes = sight.audit().history(&self.entity, &self.parts);
        indexes.retain(|index| (from..until.min(sight.size)).contains(index));
        if asking.descending == Some(true) {
            indexes.reverse();
        }
        let (mut rows, mut bytes, mut looked) = (Vec::new(), 0, asking.before());
        for index in indexes.iter().skip(looked).take(READ_MAX) {
            if rows.len() >= asking.rows_max || bytes >= BYTES_MAX {
                break;
            }
            looked = looked.saturating_add(1);
            let Some((event, parts)) = self.read(sight, *index)? else {
                continue;
            };
            let row = event::row(sight, &event, &parts)?;
            bytes = bytes.saturating_add(row.encoded_len());
            rows.push(row);
        }
        Ok(pb::GetHistoryResponse {
            context: Some(sight.context()?),
            rows,
            next_page_token: asking.next(sight.size, looked, indexes.len()),
            total_size: u64::try_from(indexes.len()).unwrap_or(u64::MAX),
        })
    }

    /// The event and how it concerns the thing; `None` for one that is not asked for.
    fn read(&self, sight: &Sight<'_>, index: u64) -> Result<Option<(Recorded, Vec<Part>)>, Status> {
        let batch = sight.entry(index)?;
        if batch
            .get(0)
            .is_some_and(|(_, entry)| !self.kinds.fit(entry.kind))
        {
            return Ok(None);
        }
        let event = decoded(&batch, index)?;
        let effective = event.metadata.effective_at.at().as_micros();
        let (from, until) = self.effective;
        let in_time = from.is_none_or(|from| from <= effective)
            && until.is_none_or(|until| effective <= until);
        let parts = sight.audit().parts_of(&event, &self.entity.name());
        let concerns = parts.iter().any(|part| self.parts.contains(part));
        Ok((in_time && concerns).then_some((event, parts)))
    }
}
