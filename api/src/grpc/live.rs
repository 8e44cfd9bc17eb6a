//! The views of a running node: fed from the log as it grows, read by many.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use sijill_ledger_core::codec;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use tokio::sync::watch;
use tonic::Status;

use super::status;

/// The views, and how far they have come.
pub struct Live {
    store: Arc<EmbeddedStore>,
    runner: RwLock<Runner>,
    seen: watch::Sender<u64>,
}

impl Live {
    /// Views that stand where the runner stands.
    pub fn new(store: Arc<EmbeddedStore>, runner: Runner) -> Self {
        let (seen, _) = watch::channel(runner.position());
        Self {
            store,
            runner: RwLock::new(runner),
            seen,
        }
    }

    /// The log that they are folded from.
    pub const fn store(&self) -> &Arc<EmbeddedStore> {
        &self.store
    }

    /// The views as they are now; hold it only while reading, and never across an await.
    pub fn read(&self) -> RwLockReadGuard<'_, Runner> {
        self.runner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the views have seen the event at an index.
    pub async fn reach(&self, index: u64) -> Result<(), Status> {
        let mut seen = self.seen.subscribe();
        let reached = seen.wait_for(|seen| *seen > index).await;
        reached
            .map(drop)
            .map_err(|_| Status::unavailable("the views have stopped"))
    }

    /// The views as they were when the log had so many events.
    pub async fn as_of(&self, size: u64) -> Result<Arc<Runner>, Status> {
        let mut runner = Runner::default();
        let caught_up = runner.catch_up_to(&self.store, size).await;
        caught_up.map_err(|error| Status::internal(error.to_string()))?;
        Ok(Arc::new(runner))
    }

    /// How many events were recorded until an instant, in microseconds since 1970-01-01T00:00:00Z.
    pub async fn size_at(&self, recorded_at_micros: i64) -> Result<u64, Status> {
        let store = Arc::clone(&self.store);
        let (mut low, mut high) = (0, store.size());
        while low < high {
            let middle = low.midpoint(high);
            let batch = store
                .entry(middle)
                .map_err(|error| status::reading(&error))?;
            let recorded = batch.get(0).map(|(_, entry)| entry.recorded_at.as_micros());
            if recorded.is_some_and(|at| at <= recorded_at_micros) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Feeds the views from the log as it grows, until the store stops.
    pub async fn follow(&self) -> Result<(), Status> {
        let stopped = |error: String| Status::unavailable(error);
        loop {
            let from = *self.seen.borrow();
            let grown = self.store.grown_past(from).await;
            grown.map_err(|error| stopped(error.to_string()))?;
            let batch = self.store.read_log(from).await;
            let batch = batch.map_err(|error| stopped(error.to_string()))?;
            let mut runner = self.runner.write().unwrap_or_else(PoisonError::into_inner);
            for (index, entry) in batch.iter() {
                let event = codec::recorded(index, &entry, &[]);
                let event = event.map_err(|error| stopped(error.to_string()))?;
                runner
                    .apply(&event)
                    .map_err(|error| stopped(error.to_string()))?;
            }
            let seen = runner.position();
            drop(runner);
            self.seen.send_replace(seen);
        }
    }

    /// Tells how many events the views have seen.
    pub fn seen(&self) -> watch::Receiver<u64> {
        self.seen.subscribe()
    }
}
