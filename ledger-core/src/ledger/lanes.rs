//! One lane per stream: the pending state that the next command is decided on.
//!
//! An append names the event that it was decided on, so a store takes it only where the lane's whole history is the stream's. That
//! is why a command stands once, whoever else appends and whenever a lane is forgotten: where its id is not in the lane's history,
//! it is not stored before the place that it gets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use uuid::Uuid;

use super::ExecuteError;
use super::readings::read_onwards;
use crate::domain::State;
use crate::event::{Event, Metadata};
use crate::store::{EventStore, Expected, StreamName};

/// Streams kept decoded. Beyond it the least recently used ones are read anew when they are commanded again.
const LANES_MAX: usize = 10_000;

/// The lanes of a ledger.
#[derive(Default)]
pub(super) struct Lanes(Mutex<Table>);

#[derive(Default)]
struct Table {
    lanes: HashMap<StreamName, Slot>,
    tick: u64,
}

struct Slot {
    lane: Arc<tokio::sync::Mutex<Lane>>,
    used: u64,
}

impl Lanes {
    pub(super) fn lane(&self, stream: &StreamName) -> Arc<tokio::sync::Mutex<Lane>> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.tick += 1;
        let tick = table.tick;
        if let Some(slot) = table.lanes.get_mut(stream) {
            slot.used = tick;
            return Arc::clone(&slot.lane);
        }
        if table.lanes.len() >= LANES_MAX {
            table.evict();
        }
        let lane = Arc::default();
        table.lanes.insert(
            stream.clone(),
            Slot {
                lane: Arc::clone(&lane),
                used: tick,
            },
        );
        lane
    }
}

impl Table {
    /// Drops the older half of the lanes that nobody holds: a held one has commands in flight.
    fn evict(&mut self) {
        let mut ages: Vec<u64> = self.lanes.values().map(|slot| slot.used).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        self.lanes
            .retain(|_, slot| slot.used >= median || Arc::strong_count(&slot.lane) > 1);
    }
}

/// One stream's lane.
#[derive(Default)]
pub(super) struct Lane {
    loaded: Option<Loaded>,
    generation: u64,
    /// Events are remembered here that the store's queue may not hold: a caller may go away in between.
    unqueued: bool,
    /// Whether someone left what is in flight, since the state was read: it may have failed, and nobody was told.
    left: watch::Sender<bool>,
}

/// Held by whoever waits for what is in flight; tells the lane when it goes away without an answer.
pub(super) struct Leaving(Option<watch::Sender<bool>>);

impl Leaving {
    /// The answer came.
    pub(super) fn stayed(mut self) {
        self.0 = None;
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(left) = &self.0 {
            left.send_replace(true);
        }
    }
}

/// The pending state of a stream.
pub(super) struct Loaded {
    state: State,
    /// Revision and id of the last event.
    last: Option<(u64, Uuid)>,
    /// Event ids, shortened to 64 bits, and the revision each stands at: who finds one reads the entry and compares in full.
    ids: HashMap<u64, u64>,
}

impl Loaded {
    pub(super) const fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn revision(&self) -> Option<u64> {
        self.last.map(|(revision, _)| revision)
    }

    /// Where the stream must stand for what is decided on this state: at its very event, since that may be on its way and fail.
    pub(super) fn expected(&self) -> Expected {
        self.last
            .map_or(Expected::NoStream, |(revision, id)| Expected::Event {
                revision,
                id,
            })
    }

    /// Where the event of this id may stand, pending ones included.
    pub(super) fn applied(&self, id: Uuid) -> Option<u64> {
        self.ids.get(&id.as_u64_pair().0).copied()
    }
}

impl Lane {
    /// The lane's state, read from the store where it is not here or cannot be trusted.
    pub(super) async fn load<R, S: EventStore>(
        &mut self,
        store: &S,
        stream: &StreamName,
    ) -> Result<&Loaded, ExecuteError<R>> {
        if self.unqueued {
            self.forget();
        }
        let loaded = match self.loaded.take() {
            Some(loaded) => loaded,
            None => load(store, stream).await?,
        };
        Ok(self.loaded.insert(loaded))
    }

    /// Remembers a decided event; `false` when the aggregate does not take it.
    pub(super) fn remember(
        &mut self,
        event: &Event,
        stream: &StreamName,
        metadata: &Metadata,
        id: Uuid,
    ) -> bool {
        let Some(Loaded {
            state,
            last,
            mut ids,
        }) = self.loaded.take()
        else {
            return false;
        };
        let next = last.map_or(0, |(revision, _)| revision.saturating_add(1));
        let Some(state) = state.evolve(event, stream, metadata, next, None) else {
            return false;
        };
        ids.insert(id.as_u64_pair().0, next);
        self.unqueued = true;
        self.loaded = Some(Loaded {
            state,
            last: Some((next, id)),
            ids,
        });
        true
    }

    /// What was remembered is in the store's queue.
    pub(super) const fn queued(&mut self) {
        self.unqueued = false;
    }

    /// Drops the state: something in flight failed. It is read anew for the next command.
    pub(super) fn forget(&mut self) {
        self.loaded = None;
        self.unqueued = false;
        self.generation += 1;
        // Also where it was so before: whoever waits looks again.
        self.left.send_replace(false);
    }

    /// Whether what is in flight was left by who waited for it; changes at that moment, and when it has failed.
    pub(super) fn left(&self) -> watch::Receiver<bool> {
        self.left.subscribe()
    }

    /// For who waits for what is in flight.
    pub(super) fn leaving(&self) -> Leaving {
        Leaving(Some(self.left.clone()))
    }

    /// Drops the state unless that has happened since.
    pub(super) fn forget_since(&mut self, generation: u64) {
        if self.generation == generation {
            self.forget();
        }
    }

    /// Drops the state where it holds an event that is not stored where it should stand: what was on its way there has failed.
    pub(super) fn forget_where(&mut self, revision: u64, id: Uuid) {
        let loaded = self.loaded.as_ref();
        if loaded.is_some_and(|loaded| loaded.applied(id) == Some(revision)) {
            self.forget();
        }
    }

    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }
}

async fn load<R, S: EventStore>(store: &S, stream: &StreamName) -> Result<Loaded, ExecuteError<R>> {
    let state = State::before_first(stream.kind())
        .ok_or_else(|| ExecuteError::Unencodable(format!("{stream}: unknown kind of stream")))?;
    let (mut ids, mut last) = (HashMap::new(), None);
    let note = |id: Uuid, revision| {
        ids.insert(id.as_u64_pair().0, revision);
        last = Some((revision, id));
    };
    let (_, state) = read_onwards(store, stream, None, state, note).await?;
    Ok(Loaded { state, last, ids })
}
