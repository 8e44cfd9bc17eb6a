//! One running node: the ledger, the views and the policies over a data directory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::policies::{self, Checkpoints, FileCheckpoints, Progress};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::time::{Clock, SystemClock};
use tokio::sync::watch;

use super::live::{self, Live, Snapshots};
use crate::cli::data;
use crate::cli::errors::Failure;

/// One running node.
pub struct Node {
    /// Where commands go.
    pub ledger: Ledger<EmbeddedStore>,
    /// Where questions go.
    pub live: Arc<Live>,
    /// Another process writes; commands are refused here.
    pub read_only: bool,
    serving: AtomicBool,
    /// Where the policies stand, once they run.
    reacting: OnceLock<watch::Receiver<Vec<Progress>>>,
}

impl Node {
    /// Opens a directory for writing: what a crash left half done is made good, the views are brought up to date.
    pub async fn open(options: Options) -> Result<Self, Failure> {
        let clock = Arc::clone(&options.clock);
        let store = data::create(options).await?;
        Self::over(store, clock, Snapshots::Kept).await
    }

    /// Opens a directory whose writer is elsewhere.
    pub async fn open_read_only(dir: &Path) -> Result<Self, Failure> {
        let store = data::open(dir)?;
        Self::over(store, Arc::new(SystemClock::default()), Snapshots::Left).await
    }

    async fn over(
        store: Arc<EmbeddedStore>,
        clock: Arc<dyn Clock>,
        snapshots: Snapshots,
    ) -> Result<Self, Failure> {
        let live = live::open(&store, snapshots).await?;
        Ok(Self {
            ledger: Ledger::new(store, clock),
            live: Arc::new(live),
            read_only: snapshots == Snapshots::Left,
            serving: AtomicBool::new(false),
            reacting: OnceLock::new(),
        })
    }

    /// The log.
    pub fn store(&self) -> &Arc<EmbeddedStore> {
        self.ledger.store()
    }

    /// Whether it takes calls.
    pub fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Relaxed)
    }

    /// Notes whether it takes calls.
    pub fn set_serving(&self, serving: bool) {
        self.serving.store(serving, Ordering::Relaxed);
    }

    /// Follows the log with the views until `stop` says so; returns early only with a failure.
    pub async fn follow(&self, stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let snapshots = if self.read_only {
            Snapshots::Left
        } else {
            Snapshots::Kept
        };
        let followed = Arc::clone(&self.live).follow(snapshots, stop).await;
        followed.map_err(|fault| fault.failure())
    }

    /// How many entries each policy has handled, by name: as it says while it runs, else as it was kept.
    pub fn policies(&self) -> Vec<(&'static str, u64)> {
        if let Some(progress) = self.reacting.get() {
            let progress = progress.borrow();
            return progress.iter().map(|p| (p.policy, p.position)).collect();
        }
        let Ok(checkpoints) = self.checkpoints() else {
            return Vec::new();
        };
        let positions = policies::all().into_iter().map(|policy| {
            let kept = checkpoints.load(policy.name()).ok().flatten();
            (policy.name(), kept.map_or(0, |kept| kept.next()))
        });
        positions.collect()
    }

    /// Runs the policies until `stop` says so. One that cannot go on tries again, and says so; the others go on.
    pub async fn react(&self, mut stop: watch::Receiver<bool>) {
        if self.read_only {
            return wait_for(&mut stop).await;
        }
        let checkpoints = match self.checkpoints() {
            Ok(checkpoints) => checkpoints,
            Err(error) => {
                tracing::error!(%error, "the positions of the policies cannot be kept; none runs");
                return wait_for(&mut stop).await;
            }
        };
        let running = policies::run(&self.ledger, &checkpoints, &stop);
        // Set once: policies run once in a node's life.
        let _ = self.reacting.set(running.progress());
        tokio::select! {
            () = wait_for(&mut stop) => {}
            () = tell(running.progress()) => {}
        }
        running.stopped().await;
    }

    fn checkpoints(&self) -> std::io::Result<Arc<dyn Checkpoints>> {
        let folder = self.store().dir().join(POLICIES_DIR);
        Ok(Arc::new(FileCheckpoints::new(folder)?))
    }
}

/// Where policies keep how far they have come, in the data directory.
const POLICIES_DIR: &str = "policies";

/// Its sender being gone is a stop too.
async fn wait_for(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Logs each new error of a policy; ends when no policy runs any more.
async fn tell(mut progress: watch::Receiver<Vec<Progress>>) {
    let mut told: BTreeMap<&'static str, u32> = BTreeMap::new();
    while progress.changed().await.is_ok() {
        for now in progress.borrow_and_update().iter() {
            let before = told.insert(now.policy, now.failures).unwrap_or_default();
            if let Some(error) = now.error.as_deref().filter(|_| now.failures > before) {
                let (policy, failures) = (now.policy, now.failures);
                tracing::error!(policy, failures, %error, "a policy cannot go on; it tries again");
            }
        }
    }
}
