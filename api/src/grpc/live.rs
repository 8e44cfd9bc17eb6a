//! The views of a running node: fed from the log as it grows, read by many.
//!
//! There are two copies of the views. Questions read the one in front; the events of the log go into the other, which then
//! comes to the front, and the same events go into the first. So a question never waits for the fold, and one that takes
//! long (a list over a whole country) delays only how fresh the answers of others are, never the answers themselves.
//! The price is memory for two copies and two folds per event, of which decoding is done once.
//!
//! | File | What |
//! |---|---|
//! | `live` | the copies, and waiting for an index |
//! | [`follow`] | the fold: opening, following the log, snapshots |
//! | [`past`] | the views as they were after an earlier event |

mod follow;
mod past;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, TryLockError};
use std::time::Duration;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use tokio::sync::watch;
use tonic::{Code, Status};

use super::status::{self, COME_BACK, Problem};
use past::Past;

pub use follow::{Fault, Snapshots, open};

/// How long a question waits for the views to see an event: less than a call may take.
pub const REACH: Duration = Duration::from_secs(20);

/// The views, and how far they have come.
pub struct Live {
    store: Arc<EmbeddedStore>,
    copies: [RwLock<Runner>; 2],
    /// Which copy is read: 0 or 1.
    front: AtomicUsize,
    /// How many events the copy in front has seen.
    seen: watch::Sender<u64>,
    past: Past,
}

impl Live {
    /// Views that stand where the runner stands; the second copy is folded from the log when it is followed.
    pub fn new(store: Arc<EmbeddedStore>, runner: Runner) -> Self {
        Self::of(store, runner, Runner::default())
    }

    /// Views of two copies, the first in front.
    pub fn of(store: Arc<EmbeddedStore>, front: Runner, back: Runner) -> Self {
        let (seen, _) = watch::channel(front.position());
        Self {
            past: Past::new(Arc::clone(&store)),
            store,
            copies: [RwLock::new(front), RwLock::new(back)],
            front: AtomicUsize::new(0),
            seen,
        }
    }

    /// The log that they are folded from.
    pub const fn store(&self) -> &Arc<EmbeddedStore> {
        &self.store
    }

    /// The views as they are now; hold it only while reading, and never across an await: the fold waits for whoever
    /// holds an older copy.
    pub fn read(&self) -> RwLockReadGuard<'_, Runner> {
        loop {
            let front = self.front.load(Ordering::Acquire);
            let [first, second] = &self.copies;
            let copy = if front == 0 { first } else { second };
            match copy.try_read() {
                Ok(guard) => return guard,
                // A fold that panicked stopped the node; what it left is still what questions saw before.
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                // The fold locks only the copy that is not in front: another one came to the front meanwhile.
                Err(TryLockError::WouldBlock) => std::hint::spin_loop(),
            }
        }
    }

    /// Tells how many events the views have seen.
    pub fn seen(&self) -> watch::Receiver<u64> {
        self.seen.subscribe()
    }

    /// Waits until the views have seen the event at this index, for [`REACH`] at most (read your writes).
    pub async fn reach(&self, index: u64) -> Result<(), Status> {
        self.reach_within(index, REACH).await
    }

    /// The same with another limit.
    pub async fn reach_within(&self, index: u64, limit: Duration) -> Result<(), Status> {
        let mut seen = self.seen();
        let reached = seen.wait_for(|seen| *seen > index);
        match tokio::time::timeout(limit, reached).await {
            Ok(Ok(_)) => Ok(()),
            // The sender lives as long as `self`.
            Ok(Err(_)) | Err(_) => Err(self.behind(index)),
        }
    }

    fn behind(&self, index: u64) -> Status {
        let size = self.store.size();
        if index >= size {
            return Problem::new(
                Code::DeadlineExceeded,
                "INDEX_NOT_REACHED",
                format!("ليس في السجل بعدُ قيد رقمه {index} (فيه {size})؛ تحقق من الرقم أو أعد السؤال"),
                format!("the log has no entry at index {index} yet (it has {size}); check the index, or ask again"),
            )
            .retry_after(COME_BACK)
            .into();
        }
        let seen = *self.seen.borrow();
        Problem::new(
            Code::DeadlineExceeded,
            "VIEWS_BEHIND",
            format!("لم تبلغ الكشوف القيد {index} بعد (بلغت {seen})؛ أعد السؤال بعد قليل"),
            format!("the views have not seen the entry at index {index} yet (they have seen {seen}); ask again shortly"),
        )
        .retry_after(COME_BACK)
        .into()
    }

    /// The views as of the log's first `size` events. Few are made at a time, and few are kept.
    pub async fn as_of(&self, size: u64) -> Result<Arc<Runner>, Status> {
        self.past.as_of(size).await
    }

    /// How many events were recorded until an instant, in microseconds since 1970-01-01T00:00:00Z.
    pub async fn size_at(&self, recorded_at_micros: i64) -> Result<u64, Status> {
        let store = Arc::clone(&self.store);
        let found = tokio::task::spawn_blocking(move || past::size_at(&store, recorded_at_micros));
        match found.await {
            Ok(found) => found.map_err(|error| status::reading(&error)),
            Err(error) => Err(status::internal(&error.to_string())),
        }
    }

    /// Shows every event to the copy behind, brings it to the front, and shows them to the other. Blocks while
    /// somebody reads the copy that is to change.
    fn take(&self, events: &[sijill_ledger_core::event::Recorded]) -> Result<(), Fault> {
        for _ in 0..2 {
            let behind = 1 - self.front.load(Ordering::Acquire);
            let Some(copy) = self.copies.get(behind) else {
                return Ok(());
            };
            let mut runner = copy.write().unwrap_or_else(PoisonError::into_inner);
            for event in events {
                runner.apply(event)?;
            }
            let position = runner.position();
            drop(runner);
            if position > *self.seen.borrow() {
                self.front.store(behind, Ordering::Release);
                self.seen.send_replace(position);
            }
        }
        Ok(())
    }
}
