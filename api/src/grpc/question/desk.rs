//! The views at the place that a question asks about. What takes its time is read off the async threads, by few questions at
//! a time, and by those without a token in seats of their own; what is short is read at once and waits for nobody.

use std::sync::Arc;
use std::thread::available_parallelism;

use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::codec::recorded;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::event::{ActorId, Recorded};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::Timestamp;
use sijill_projections::runner::ViewDigest;
use sijill_projections::{Runner, Views};
use sijill_schemas::types::v1 as types;
use tokio::sync::Semaphore;
use tonic::{Request, Status};

use crate::auth::caller::Caller;
use crate::grpc::live::Live;
use crate::grpc::question::clock_changes;
use crate::grpc::status;

/// How many entries before the last are asked for the wall clock: more than the envelopes of a busy deadline and their list.
const LOOK_BACK: u64 = 1_000;

/// Circumstances of a question, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    as_of: Option<types::query_context::AsOf>,
    /// The instant asked about.
    pub at: Option<EffectiveAt>,
    minimum_index: Option<u64>,
}

impl Circumstances {
    /// Reads them; nothing said is no circumstance.
    pub fn read(context: Option<types::QueryContext>) -> Result<Self, Status> {
        let types::QueryContext {
            as_of,
            at,
            minimum_index,
        } = context.unwrap_or_default();
        let at = Payload::new("question", &[]).optional(at, "context.at");
        Ok(Self {
            as_of,
            at: at.map_err(|error| status::invalid(&error))?,
            minimum_index,
        })
    }
}

/// The place in the log that a question asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where the views stand.
    Now,
    /// After so many events.
    After(u64),
}

/// Where questions are answered.
#[derive(Clone)]
pub struct Desk {
    live: Arc<Live>,
    seats: Arc<Seats>,
    /// Who asks has a token.
    known: bool,
}

/// Long questions that are answered at a time, about half as many as there are processors of either kind: together they leave
/// none of the others waiting for long.
struct Seats {
    known: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
}

/// How much work an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Up to about a millisecond: it is done at once, which takes less time than to hand it to another thread.
    Short,
    /// More: it is done elsewhere, when a seat is free.
    Long,
}

/// The views at a place of the log, with the last event there.
pub struct Look<'a> {
    runner: &'a Runner,
    store: &'a EmbeddedStore,
    last: Option<Last>,
}

#[derive(Clone, Copy)]
struct Last {
    index: u64,
    recorded_at: Timestamp,
    at: EffectiveAt,
}

impl Desk {
    /// In front of these views.
    pub fn new(live: Arc<Live>) -> Self {
        let seats = available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        let seats = || Arc::new(Semaphore::new(seats));
        Self {
            live,
            seats: Arc::new(Seats {
                known: seats(),
                anonymous: seats(),
            }),
            known: true,
        }
    }

    /// The same desk for who sent a request. Without a gate in front there are no callers without a token.
    pub fn for_caller<T>(&self, request: &Request<T>) -> Self {
        let anonymous = request.extensions().get::<Caller>() == Some(&Caller::Anonymous);
        Self {
            known: !anonymous,
            ..self.clone()
        }
    }

    /// The views.
    pub const fn live(&self) -> &Arc<Live> {
        &self.live
    }

    /// The log's identity.
    pub fn origin(&self) -> &str {
        self.live.store().origin()
    }

    /// The place that is asked about, once the views have seen what they should.
    pub async fn place(&self, asked: &Circumstances) -> Result<Place, Status> {
        if let Some(index) = asked.minimum_index {
            self.live.reach(index).await?;
        }
        Ok(match asked.as_of {
            None => Place::Now,
            Some(types::query_context::AsOf::Size(size)) => Place::After(size),
            Some(types::query_context::AsOf::RecordedAtMicros(micros)) => {
                Place::After(self.live.size_at(micros).await?)
            }
        })
    }

    /// Reads from the views at a place: what is short at once, where the views stand there.
    pub async fn see<T, W>(&self, place: Place, effort: Effort, work: W) -> Result<T, Status>
    where
        T: Send + 'static,
        W: FnOnce(&Look<'_>) -> Result<T, Status> + Send + 'static,
    {
        if effort == Effort::Short {
            let runner = self.live.read();
            if place.is_where(&runner) {
                return Look::new(&runner, self.live.store()).and_then(|look| work(&look));
            }
        }
        self.look(place, work).await
    }

    /// Reads from the views at a place what takes its time.
    pub async fn look<T, W>(&self, place: Place, work: W) -> Result<T, Status>
    where
        T: Send + 'static,
        W: FnOnce(&Look<'_>) -> Result<T, Status> + Send + 'static,
    {
        let work = match self.look_now(place, work).await? {
            Ok(done) => return done,
            Err(work) => work,
        };
        let Place::After(size) = place else {
            return Err(status::internal("the views of now were not at hand"));
        };
        let past = self.live.as_of(size).await?;
        let live = Arc::clone(&self.live);
        self.seated(move || work(&Look::new(&past, live.store())?))
            .await?
    }

    /// Reads from the views as they are, if they stand at the place; else hands the work back.
    async fn look_now<T, W>(
        &self,
        place: Place,
        work: W,
    ) -> Result<Result<Result<T, Status>, W>, Status>
    where
        T: Send + 'static,
        W: FnOnce(&Look<'_>) -> Result<T, Status> + Send + 'static,
    {
        if !place.is_where(&self.live.read()) {
            return Ok(Err(work));
        }
        let live = Arc::clone(&self.live);
        self.seated(move || {
            let runner = live.read();
            if !place.is_where(&runner) {
                return Err(work);
            }
            Ok(Look::new(&runner, live.store()).and_then(|look| work(&look)))
        })
        .await
    }

    /// Does work that takes its time. Whoever asked may have gone away: the seat is taken until the work ends.
    async fn seated<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Status> {
        let Seats { known, anonymous } = &*self.seats;
        let seats = if self.known { known } else { anonymous };
        let seat = Arc::clone(seats).acquire_owned().await;
        let seat = seat.map_err(|error| status::internal(&error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        });
        done.await
            .map_err(|error| status::internal(&error.to_string()))
    }
}

impl Place {
    fn is_where(self, runner: &Runner) -> bool {
        match self {
            Self::Now => true,
            Self::After(size) => runner.position() == size,
        }
    }
}

impl Effort {
    /// Of so many steps, of which that many take about a millisecond.
    pub const fn of(steps: usize, short_max: usize) -> Self {
        if steps <= short_max {
            Self::Short
        } else {
            Self::Long
        }
    }
}

impl<'a> Look<'a> {
    /// At the views as they stand.
    pub fn new(runner: &'a Runner, store: &'a EmbeddedStore) -> Result<Self, Status> {
        let last = runner.position().checked_sub(1);
        let last = last.map(|index| Last::read(store, index)).transpose()?;
        let rules = runner.views().tenders.rules();
        let last = last.map(|last| Last {
            at: rules
                .clocks(last.at.offset_minutes())
                .show(last.recorded_at)
                .unwrap_or(last.at),
            ..last
        });
        Ok(Self {
            runner,
            store,
            last,
        })
    }

    /// What the country's clocks show, as the ruleset in force names them.
    pub fn clocks(&self) -> Vec<types::ClockChange> {
        let rules = self.views().tenders.rules();
        clock_changes(&rules.clocks(0))
    }

    /// The views.
    pub const fn views(&self) -> &Views {
        self.runner.views()
    }

    /// The log that they are folded from.
    pub const fn store(&self) -> &EmbeddedStore {
        self.store
    }

    /// Their digests, over all rows of each.
    pub fn digests(&self) -> Vec<ViewDigest> {
        self.runner.digests()
    }

    /// How many events they have seen.
    pub fn size(&self) -> u64 {
        self.runner.position()
    }

    /// The instant of a question: the one that is named, else when the last event was recorded, on the country's clock, or where the
    /// ruleset names none on the one that stood where it happened; `None` when there is no event. Never the machine's clock: the same log gives the same
    /// answer tomorrow.
    pub fn at(&self, named: Option<EffectiveAt>) -> Option<EffectiveAt> {
        named.or_else(|| self.last.map(|last| last.at))
    }

    /// The place as answers name it.
    pub fn position(&self) -> Option<types::Position> {
        self.last.map(|last| types::Position {
            log_id: self.store.origin().to_owned(),
            index: last.index,
        })
    }

    /// When the last event was recorded, in microseconds since 1970.
    pub fn recorded_at_micros(&self) -> i64 {
        self.last.map_or(0, |last| last.recorded_at.as_micros())
    }
}

impl Last {
    fn read(store: &EmbeddedStore, index: u64) -> Result<Self, Status> {
        let batch = store
            .entry(index)
            .map_err(|error| status::reading(&error))?;
        let (_, entry) = batch
            .get(0)
            .ok_or_else(|| status::internal("an entry that the views have seen is not there"))?;
        let event = recorded(index, &entry, &[]);
        let event = event.map_err(|error| status::internal(&error.to_string()))?;
        let offset = match wall(&event) {
            Some(offset) => offset,
            None => before(store, index)?.unwrap_or_default(),
        };
        let at = EffectiveAt::new(event.recorded_at, offset);
        Ok(Self {
            index,
            recorded_at: event.recorded_at,
            at: at.map_err(|error| status::internal(&error.to_string()))?,
        })
    }
}

/// How far the wall clock stood from UTC where an event happened, in minutes; `None` for what Sijill itself does when an instant
/// has come, and for bidders, who do not say where they are.
const fn wall(event: &Recorded) -> Option<i16> {
    match event.metadata.actor.id {
        ActorId::Official(_) | ActorId::Organization(_) => {
            Some(event.metadata.effective_at.offset_minutes())
        }
        ActorId::System | ActorId::Key(_) => None,
    }
}

/// The same of the last event before an entry that tells.
fn before(store: &EmbeddedStore, index: u64) -> Result<Option<i16>, Status> {
    for index in (index.saturating_sub(LOOK_BACK)..index).rev() {
        let batch = store
            .entry(index)
            .map_err(|error| status::reading(&error))?;
        let event = batch.get(0).map(|(_, entry)| recorded(index, &entry, &[]));
        let event = event.transpose();
        let event = event.map_err(|error| status::internal(&error.to_string()))?;
        if let Some(offset) = event.as_ref().and_then(wall) {
            return Ok(Some(offset));
        }
    }
    Ok(None)
}
