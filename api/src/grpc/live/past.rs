//! The views as they were after an earlier event: the newest retained snapshot before it, and the log from there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, ReadError};
use sijill_projections::Runner;
use sijill_projections::runner::RunError;
use sijill_projections::snapshot::Bounds;
use tokio::sync::Semaphore;
use tonic::{Code, Status};

use crate::cli::views;
use crate::grpc::status::{self, Problem};

/// Views that are made at a time: each takes as much memory as the views of today.
const MAKING_MAX: usize = 1;
/// Questions that may wait for their turn.
const WAITING_MAX: usize = 8;
/// Views that are kept, the last asked for: somebody who turns the pages of an answer asks for the same ones.
const KEPT_MAX: usize = 2;

/// Makes and keeps past views.
pub struct Past {
    store: Arc<EmbeddedStore>,
    /// The last asked for at the end.
    kept: Mutex<VecDeque<(u64, Arc<Runner>)>>,
    waiting: Semaphore,
    making: Semaphore,
}

impl Past {
    /// Of a log.
    pub fn new(store: Arc<EmbeddedStore>) -> Self {
        Self {
            store,
            kept: Mutex::default(),
            waiting: Semaphore::new(WAITING_MAX),
            making: Semaphore::new(MAKING_MAX),
        }
    }

    /// The views as of the log's first `size` events.
    pub async fn as_of(&self, size: u64) -> Result<Arc<Runner>, Status> {
        let log_size = self.store.size();
        if size > log_size {
            return Err(beyond(size, log_size));
        }
        if let Some(kept) = self.find(size) {
            return Ok(kept);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| crowded())?;
        let _making = self.making.acquire().await.map_err(|_| crowded())?;
        // Whoever was before us may have asked for the same.
        if let Some(kept) = self.find(size) {
            return Ok(kept);
        }
        let runner = Arc::new(self.make(size, log_size).await?);
        self.keep(size, &runner);
        Ok(runner)
    }

    fn find(&self, size: u64) -> Option<Arc<Runner>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(kept, _)| *kept == size)?;
        let found = kept.remove(at)?;
        let runner = Arc::clone(&found.1);
        kept.push_back(found);
        Some(runner)
    }

    fn keep(&self, size: u64, runner: &Arc<Runner>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((size, Arc::clone(runner)));
        if kept.len() > KEPT_MAX {
            kept.pop_front();
        }
    }

    /// A caller who goes away ends the work: the catch-up stops with this future.
    async fn make(&self, size: u64, log_size: u64) -> Result<Runner, Status> {
        let store = Arc::clone(&self.store);
        let bounds = Bounds {
            log_size,
            at_most: size,
        };
        let restored = tokio::task::spawn_blocking(move || views::restore(&store, bounds)).await;
        let restored = restored.map_err(|error| status::internal(&error.to_string()))?;
        for rejected in &restored.rejected {
            tracing::warn!(%rejected, "a snapshot was not used");
        }
        let mut runner = restored.runner;
        let caught_up = runner.catch_up_to(&self.store, size).await;
        caught_up.map_err(|error| folding(&error))?;
        Ok(runner)
    }
}

/// How many events were recorded until an instant. Stamps increase along the log, so it is found by halving.
pub fn size_at(store: &EmbeddedStore, recorded_at_micros: i64) -> Result<u64, ReadError> {
    let (mut low, mut high) = (0, store.size());
    while low < high {
        let middle = low.midpoint(high);
        let batch = store.entry(middle)?;
        let Some((_, entry)) = batch.get(0) else {
            return Err(ReadError::NotFound { index: middle });
        };
        if entry.recorded_at.as_micros() <= recorded_at_micros {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn folding(error: &RunError) -> Status {
    match error {
        RunError::Read(error) => status::reading(error),
        RunError::Decode { index, .. }
        | RunError::Gap {
            expected: index, ..
        } => status::reading(&ReadError::Corrupt {
            index: *index,
            what: error.to_string(),
        }),
        RunError::Short { .. } | RunError::Stopped => status::internal(&error.to_string()),
    }
}

fn beyond(size: u64, log_size: u64) -> Status {
    Problem::new(
        Code::OutOfRange,
        "AS_OF_BEYOND_LOG",
        format!("في السجل {log_size} قيدًا فقط، والمطلوب {size}"),
        format!("the log has only {log_size} entries, and {size} were asked for"),
    )
    .field("context.as_of", "beyond the end of the log")
    .into()
}

fn crowded() -> Status {
    status::overloaded(
        "PAST_VIEWS_BUSY",
        "يُعِدّ الخادم كشوفًا ماضية أخرى الآن؛ أعد السؤال بعد قليل",
        "the server is making other past views now; ask again shortly",
    )
}
