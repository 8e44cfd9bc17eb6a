//! One running node: the ledger, the views and the policies over a data directory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sijill_ledger_core::ledger::{Ledger, OsSalts, Surroundings};
use sijill_ledger_core::policies::{
    Checkpoints as _, Erasure, FileCheckpoints, Policy, PolicyError, PolicyRunner,
};
use sijill_ledger_core::store::Attachments;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::time::{Clock, SystemClock};
use tokio::sync::watch;

use super::live::{self, Live, Snapshots};
use crate::cli::data;
use crate::cli::errors::Failure;

/// How long a policy that could not go on waits before it tries again: first, and at most.
const RETRY_FIRST: Duration = Duration::from_millis(200);
const RETRY_MAX: Duration = Duration::from_secs(30);

/// One running node.
pub struct Node {
    /// Where commands go.
    pub ledger: Ledger<EmbeddedStore>,
    /// Where questions go.
    pub live: Arc<Live>,
    /// Another process writes; commands are refused here.
    pub read_only: bool,
    serving: AtomicBool,
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
        let attachments = Some(Attachments::new(store.dir()));
        let salts = Arc::new(OsSalts);
        let surroundings = Surroundings {
            clock,
            salts,
            attachments,
        };
        Ok(Self {
            ledger: Ledger::with(store, surroundings),
            live: Arc::new(live),
            read_only: snapshots == Snapshots::Left,
            serving: AtomicBool::new(false),
        })
    }

    /// The log.
    pub fn store(&self) -> &Arc<EmbeddedStore> {
        self.ledger.store()
    }

    /// What events name and do not hold.
    pub fn attachments(&self) -> Attachments {
        Attachments::new(self.store().dir())
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

    /// How many entries each policy has handled, by name.
    pub fn policies(&self) -> Vec<(&'static str, u64)> {
        let Ok(checkpoints) = FileCheckpoints::new(self.store().dir().join(POLICIES_DIR)) else {
            return Vec::new();
        };
        let positions = POLICIES.iter().map(|make| {
            let name = make().name();
            let kept = checkpoints.load(name).ok().flatten();
            (name, kept.map_or(0, |kept| kept.next()))
        });
        positions.collect()
    }

    /// Runs the policies until `stop` says so. One that cannot go on tries again, and says so; the others go on.
    pub async fn react(&self, mut stop: watch::Receiver<bool>) {
        let mut running = tokio::task::JoinSet::new();
        if !self.read_only {
            for make in POLICIES {
                running.spawn(react(self.ledger.clone(), *make, stop.clone()));
            }
        }
        // Its sender being gone is a stop too.
        let _ = stop.wait_for(|stop| *stop).await;
        while running.join_next().await.is_some() {}
    }
}

/// Makes a policy: one that stopped is made anew, at its checkpoint.
type Make = fn() -> Box<dyn Policy>;

/// The policies that run beside commands.
const POLICIES: &[Make] = &[|| Box::new(Erasure)];
/// Where they keep how far they have come, in the data directory.
const POLICIES_DIR: &str = "policies";

async fn react(ledger: Ledger<EmbeddedStore>, make: Make, mut stop: watch::Receiver<bool>) {
    let mut wait = RETRY_FIRST;
    loop {
        let error = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            error = run(ledger.clone(), make()) => error,
        };
        let policy = make().name();
        tracing::error!(policy, %error, "a policy cannot go on; it tries again");
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = wait.saturating_mul(2).min(RETRY_MAX);
    }
}

/// Runs one policy from its checkpoint; ends only with an error.
async fn run(ledger: Ledger<EmbeddedStore>, policy: Box<dyn Policy>) -> PolicyError {
    let name = policy.name();
    let checkpoints = match FileCheckpoints::new(ledger.store().dir().join(POLICIES_DIR)) {
        Ok(checkpoints) => Arc::new(checkpoints),
        Err(error) => {
            return PolicyError::Checkpoint {
                policy: name,
                error,
            };
        }
    };
    match PolicyRunner::new(ledger, policy, checkpoints).await {
        Ok(mut runner) => match runner.run().await {
            Ok(never) => match never {},
            Err(error) => error,
        },
        Err(error) => error,
    }
}
