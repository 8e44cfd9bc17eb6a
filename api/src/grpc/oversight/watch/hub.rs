//! Looks at the views as they grow, once for all watchers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_projections::shortage::query::Filter;
use sijill_schemas::types::v1 as types;
use tokio::sync::broadcast;
use tonic::Status;

use super::super::pb;
use super::scope::{Facilities, Rows, Scope, is_near, key, status_of};
use crate::grpc::question::desk::{Desk, Look, Place};
use crate::grpc::question::unwritable;

/// Looks that a watcher may be behind.
const LOOKS_MAX: usize = 256;
/// Rest between two looks: changes of a busy log are told together.
const REST: Duration = Duration::from_millis(200);

/// What a look found; a look that failed ends all watching, with the reason.
pub type News = Result<Found, Status>;

/// What changed between two places of the log.
#[derive(Clone, Debug)]
pub struct Found {
    /// Number of events that were looked at before.
    pub before: u64,
    /// Number of events that are looked at now.
    pub size: u64,
    /// What changed, in the order of facility and item.
    pub changes: Vec<pb::ShortageChange>,
}

/// Keeps the rows as they were last looked at, while anyone watches.
pub struct Hub {
    desk: Desk,
    state: Mutex<State>,
    news: broadcast::Sender<Arc<News>>,
    /// Taken while a watcher is let in.
    door: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    running: bool,
    seen: Seen,
}

/// The rows at a place of the log.
#[derive(Default)]
struct Seen {
    size: u64,
    at: Option<EffectiveAt>,
    rows: Rows,
    /// Facilities with events that were recorded before they are effective, and until when.
    early: Facilities,
}

impl Hub {
    /// Over these views.
    pub fn new(desk: Desk) -> Self {
        let (news, _) = broadcast::channel(LOOKS_MAX);
        Self {
            desk,
            state: Mutex::default(),
            news,
            door: tokio::sync::Mutex::default(),
        }
    }

    /// Lets a watcher in who has seen these rows at a size of the log: what changed since, and all news from then on.
    pub async fn join(
        self: &Arc<Self>,
        then: Option<(u64, Rows)>,
        narrow: &Filter,
    ) -> Result<(Found, broadcast::Receiver<Arc<News>>), Status> {
        let _door = self.door.lock().await;
        if !self.state().running {
            let look = self
                .desk
                .look(Place::Now, |look| Seen::new(look, &Scope::Everything));
            let seen = look.await?;
            *self.state() = State {
                running: true,
                seen,
            };
            tokio::spawn(Arc::clone(self).run());
        }
        let behind = |(size, _): &(u64, Rows)| *size > self.state().seen.size;
        if then.as_ref().is_some_and(behind) {
            self.look().await?;
        }
        let state = self.state();
        let seen = &state.seen;
        let (before, changes) = match then {
            None => (seen.size, Vec::new()),
            Some((size, then)) => {
                let is_near = |row: &pb::ShortageRow| is_near(row, narrow);
                let now = seen.rows.values().filter(|row| is_near(row));
                (size, changes(&then, now, seen.at)?)
            }
        };
        let size = seen.size;
        Ok((
            Found {
                before,
                size,
                changes,
            },
            self.news.subscribe(),
        ))
    }

    /// Looks until nobody watches any more.
    async fn run(self: Arc<Self>) {
        let mut size = self.desk.live().seen();
        loop {
            let known = self.state().seen.size;
            // The views live as long as the hub; should they not, nothing changes any more.
            if size.wait_for(|size| *size > known).await.is_err() {
                return;
            }
            let failed = self.look().await.err();
            tokio::time::sleep(REST).await;
            // Whoever is on the way in is counted, or comes when this has ended.
            let _door = self.door.lock().await;
            let mut state = self.state();
            if let Some(error) = failed {
                // Those who watched are told; whoever comes next begins anew.
                let _ = self.news.send(Arc::new(Err(error)));
                *state = State::default();
                return;
            }
            if self.news.receiver_count() == 0 {
                *state = State::default();
                return;
            }
        }
    }

    /// One look, told to all.
    async fn look(&self) -> Result<(), Status> {
        let (size, at, early) = {
            let seen = &self.state().seen;
            (seen.size, seen.at, seen.early.clone())
        };
        let look = move |look: &Look<'_>| {
            let day = |at: Option<EffectiveAt>| at.map(EffectiveAt::date);
            let scope = if day(at) == day(look.at(None)) {
                Scope::of(look.store(), size, look.size())?.and(early)
            } else {
                // Batches expire and months end without an event.
                Scope::Everything
            };
            Seen::new(look, &scope)
        };
        let seen = self.desk.look(Place::Now, look).await?;
        let mut state = self.state();
        if seen.size <= state.seen.size {
            return Ok(());
        }
        let found = Found {
            before: state.seen.size,
            size: seen.size,
            changes: changes(&state.seen.rows, seen.rows.values(), seen.at)?,
        };
        state.seen.size = seen.size;
        state.seen.at = seen.at;
        state.seen.early = seen.early;
        state.seen.rows.extend(seen.rows);
        // Nobody may be listening any more.
        let _ = self.news.send(Arc::new(Ok(found)));
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn new(look: &Look<'_>, scope: &Scope) -> Result<Self, Status> {
        let at = look.at(None);
        Ok(Self {
            size: look.size(),
            at,
            rows: scope.rows(look)?,
            early: scope.early(at),
        })
    }
}

/// What is different now, in the order of facility and item. Rows are never lost: what moved once is known for ever.
fn changes<'a>(
    then: &Rows,
    now: impl Iterator<Item = &'a pb::ShortageRow>,
    at: Option<EffectiveAt>,
) -> Result<Vec<pb::ShortageChange>, Status> {
    let at: Option<types::EffectiveAt> = at
        .map(|at| write(&at))
        .transpose()
        .map_err(|error| unwritable(&error))?;
    let change = |row: &pb::ShortageRow| {
        let before = then.get(&key(row)).map_or(0, status_of);
        let after = status_of(row);
        (before != after).then(|| pb::ShortageChange {
            at,
            before,
            after,
            row: Some(row.clone()),
        })
    };
    Ok(now.filter_map(change).collect())
}
