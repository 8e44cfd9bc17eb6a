//! Whose an upload is: the organisation's that acts, or that of the post which an official holds.

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::domain::facility::Facility;
use sijill_ledger_core::domain::official::{Official, Seat};
use sijill_ledger_core::domain::values::{Date, EffectiveAt, FacilityId, OfficialId};
use sijill_ledger_core::event::ActorId;
use sijill_ledger_core::ledger::{ExecuteError, Ledger};
use sijill_ledger_core::store::AppendError;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::time::Clock;
use tonic::Status;

use crate::auth::caller::Known;
use crate::grpc::status;

/// Whose the caller's uploads are, as one line of text: `organization:…`, `facility:…` where the official's store belongs to
/// no organisation, `official:…` where no post of the official is known.
pub async fn of(
    known: &Known,
    ledger: &Ledger<NodeStore>,
    clock: &dyn Clock,
) -> Result<String, Status> {
    match &known.actor.id {
        ActorId::Organization(id) => Ok(format!("organization:{id}")),
        // No token is a key's or the system's; what these may bring is nobody's but their own.
        ActorId::Key(id) => Ok(format!("key:{id}")),
        ActorId::System => Ok("system".to_owned()),
        ActorId::Official(id) => match seat(id, known, ledger, today(clock)?).await? {
            None => Ok(format!("official:{id}")),
            Some(Seat::Organization(id)) => Ok(format!("organization:{id}")),
            Some(Seat::Facility(id)) => of_facility(&id, ledger).await,
        },
    }
}

/// Where the post of the token is, or the first post where the token names none.
async fn seat(
    id: &OfficialId,
    known: &Known,
    ledger: &Ledger<NodeStore>,
    day: Date,
) -> Result<Option<Seat>, Status> {
    let official: Official = read(ledger.state(&Official::stream(id)).await)?;
    let Some(record) = official.record() else {
        return Ok(None);
    };
    let mut seats = record.posts().seats_on(day);
    let position = known.actor.position.as_ref();
    let found = seats.find(|(post, _)| position.is_none_or(|position| position == *post));
    Ok(found.map(|(_, seat)| seat.clone()))
}

async fn of_facility(id: &FacilityId, ledger: &Ledger<NodeStore>) -> Result<String, Status> {
    let facility: Facility = read(ledger.state(&Facility::stream(id)).await)?;
    let owner = facility
        .profile()
        .and_then(|profile| profile.owner.as_ref());
    Ok(owner.map_or_else(
        || format!("facility:{id}"),
        |owner| format!("organization:{owner}"),
    ))
}

fn today(clock: &dyn Clock) -> Result<Date, Status> {
    let now = clock.now();
    let now = now.map_err(|error| status::appending(&AppendError::Clock(error)))?;
    let now = EffectiveAt::new(now, 0);
    now.map(EffectiveAt::date)
        .map_err(|error| status::internal(&error.to_string()))
}

fn read<A, R: Explain>(state: Result<A, ExecuteError<R>>) -> Result<A, Status> {
    state.map_err(status::refused)
}
