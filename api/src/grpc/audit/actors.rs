//! Who acted on a thing, in which roles and from which posts: `ListActors`. An auditor sees at once whether duties were
//! separated.

use std::collections::{BTreeSet, HashMap};

use sijill_ledger_core::codec::kind_of;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::event::Actor;
use sijill_projections::audit::entity::{Entity, Part};
use tonic::{Response, Status};

use super::asking::{Asking, READ_MAX, Sight};
use super::{entities, pb};
use crate::grpc::question::desk::Desk;
use crate::grpc::question::unwritable;

/// What one actor did in one capacity.
struct Deeds {
    events: u64,
    first_index: u64,
    last_index: u64,
    kinds: BTreeSet<&'static str>,
}

/// Answers.
pub async fn list(
    desk: &Desk,
    mut request: pb::ListActorsRequest,
) -> Result<Response<pb::ListActorsResponse>, Status> {
    let (context, page) = (request.context.take(), request.page.take());
    let asking = Asking::read(&request, context, page, &["index"], desk)?;
    let entity = entities::entity(request.entity.as_ref())?;
    let answer = asking.look(desk, move |asking, sight| answer(&entity, asking, sight));
    answer.await.map(Response::new)
}

fn answer(
    entity: &Entity,
    asking: &Asking,
    sight: &Sight<'_>,
) -> Result<pb::ListActorsResponse, Status> {
    // What it did itself is not what was done to it.
    let done_to = [Part::Own, Part::Named];
    let mut indexes = sight.audit().history(entity, &done_to);
    indexes.retain(|index| *index < sight.size);
    let mut looked = asking.before();
    let mut found: HashMap<Actor, Deeds> = HashMap::new();
    for index in indexes.iter().skip(looked).take(READ_MAX) {
        looked = looked.saturating_add(1);
        let event = sight.event(*index)?;
        let parts = sight.audit().parts_of(&event, &entity.name());
        if !parts.iter().any(|part| done_to.contains(part)) {
            continue;
        }
        let kind = kind_of(&event.event);
        let deeds = found.entry(event.metadata.actor).or_insert(Deeds {
            events: 0,
            first_index: *index,
            last_index: *index,
            kinds: BTreeSet::new(),
        });
        deeds.events = deeds.events.saturating_add(1);
        deeds.last_index = *index;
        deeds.kinds.insert(kind);
    }
    let mut found: Vec<(Actor, Deeds)> = found.into_iter().collect();
    found.sort_by_key(|(_, deeds)| deeds.first_index);
    let row = |(actor, deeds): &(Actor, Deeds)| {
        Ok(pb::ActorRow {
            actor: Some(write(actor).map_err(|error| unwritable(&error))?),
            events: deeds.events,
            first_index: deeds.first_index,
            last_index: deeds.last_index,
            kinds: deeds.kinds.iter().map(ToString::to_string).collect(),
        })
    };
    Ok(pb::ListActorsResponse {
        context: Some(sight.context()?),
        rows: found.iter().map(row).collect::<Result<_, Status>>()?,
        next_page_token: asking.next(sight.size, looked, indexes.len()),
    })
}
