//! The views of a running node: fed from the log as it grows, read by many.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use tokio::sync::watch;

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

    /// Tells how many events the views have seen.
    pub fn seen(&self) -> watch::Receiver<u64> {
        self.seen.subscribe()
    }
}
