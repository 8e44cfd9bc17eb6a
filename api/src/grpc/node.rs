//! One running node: the ledger, the views, the policies and the published log over a data directory.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sijill_ledger_core::ledger::{Ledger, OsSalts, Surroundings};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::policies::{self, Checkpoints, FileCheckpoints, Progress};
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::attachments::uploads::Uploads;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
#[cfg(feature = "kurrentdb")]
use sijill_ledger_core::store::kurrentdb::KurrentStore;
use sijill_ledger_core::time::{Clock, SystemClock};
use tokio::sync::watch;

use super::documents;
use super::live::{self, Live, Snapshots};
#[cfg(feature = "kurrentdb")]
use crate::cli::cluster;
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::log::Publication;

/// One running node.
pub struct Node {
    /// Where commands go.
    pub ledger: Ledger<NodeStore>,
    /// Where questions go.
    pub live: Arc<Live>,
    /// The log as the world sees it.
    pub publication: Arc<Publication>,
    /// Who brought what no event names yet.
    pub uploads: Arc<Uploads>,
    /// Where the present instant comes from.
    pub clock: Arc<dyn Clock>,
    /// The limits of documents.
    pub documents: documents::Limits,
    /// Another process writes; commands are refused here.
    pub read_only: bool,
    serving: AtomicBool,
    policies: Mutex<Option<watch::Receiver<Vec<Progress>>>>,
}

impl Node {
    /// Opens a directory for writing: what a crash left half done is made good, the views are brought up to date.
    pub async fn open(options: Options, witnesses: Policy) -> Result<Self, Failure> {
        let clock = Arc::clone(&options.clock);
        let store = data::create(options).await?;
        Self::over(store.into(), clock, witnesses, Snapshots::Kept).await
    }

    /// Opens a directory whose writer is elsewhere.
    pub async fn open_read_only(dir: &Path, witnesses: Policy) -> Result<Self, Failure> {
        let store = data::open(dir)?;
        let clock = Arc::new(SystemClock::default());
        Self::over(store.into(), clock, witnesses, Snapshots::Left).await
    }

    /// A node of a cluster that is open already. What another node left half done is made good by whichever runs the policies.
    #[cfg(feature = "kurrentdb")]
    pub async fn of_cluster(
        store: NodeStore,
        clock: Arc<dyn Clock>,
        witnesses: Policy,
    ) -> Result<Self, Failure> {
        Self::over(store, clock, witnesses, Snapshots::Kept).await
    }

    async fn over(
        store: NodeStore,
        clock: Arc<dyn Clock>,
        witnesses: Policy,
        snapshots: Snapshots,
    ) -> Result<Self, Failure> {
        let directory = store.directory();
        let publication = Publication::open(directory, witnesses);
        let publication = publication.map_err(|error| data::hashing(store.dir(), error))?;
        let live = live::open(directory, snapshots).await?;
        let attachments = store.attachments().clone();
        if snapshots == Snapshots::Kept {
            // The directory's lock is held: nobody else is receiving anything.
            let swept = attachments.sweep_incoming();
            let swept = swept.map_err(data::attaching)?;
            if swept > 0 {
                tracing::info!(
                    swept,
                    "uploads that an earlier process did not end are gone"
                );
            }
        }
        let uploads = Uploads::open(attachments.clone());
        let uploads = uploads.map_err(data::attaching)?;
        let surroundings = Surroundings {
            clock: Arc::clone(&clock),
            salts: Arc::new(OsSalts),
            attachments: Some(attachments),
        };
        Ok(Self {
            ledger: Ledger::with(Arc::new(store), surroundings),
            live: Arc::new(live),
            publication: Arc::new(publication),
            uploads: Arc::new(uploads),
            clock,
            documents: documents::Limits::default(),
            read_only: snapshots == Snapshots::Left,
            serving: AtomicBool::new(false),
            policies: Mutex::new(None),
        })
    }

    /// The log, as it is read.
    pub fn store(&self) -> &Arc<EmbeddedStore> {
        self.ledger.store().directory()
    }

    /// Why the node cannot go on: its store may know better than whoever met it.
    #[cfg(feature = "kurrentdb")]
    pub fn fault(&self, met: Failure) -> Failure {
        let cluster = self.ledger.store().as_cluster();
        let stopped = cluster.and_then(KurrentStore::stopped);
        stopped.map_or(met, cluster::stopped)
    }

    /// Why the node cannot go on.
    #[cfg(not(feature = "kurrentdb"))]
    #[allow(clippy::unused_self, reason = "the same call with the feature")]
    pub const fn fault(&self, met: Failure) -> Failure {
        met
    }

    /// Closes the log in order: what is queued is durable then.
    pub async fn close(&self) {
        self.ledger.store().close().await;
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
        followed.map_err(live::Fault::failure)
    }

    /// Where each policy stands; none while they do not run.
    pub fn policies(&self) -> Vec<Progress> {
        let progress = self.policies.lock();
        let progress = progress.unwrap_or_else(PoisonError::into_inner);
        progress
            .as_ref()
            .map_or_else(Vec::new, |progress| progress.borrow().clone())
    }

    /// Runs the policies until `stop` says so. One that cannot go on tries again, and says so; the others go on.
    pub async fn react(&self, mut stop: watch::Receiver<bool>) -> Result<(), Failure> {
        if self.read_only {
            // Its sender being gone is a stop too.
            let _ = stop.wait_for(|stop| *stop).await;
            return Ok(());
        }
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = self.ledger.store().as_cluster() {
            return super::turns::take(self, cluster, stop).await;
        }
        self.run_policies(stop).await
    }

    /// The same, whatever other nodes do.
    pub(super) async fn run_policies(&self, stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let dir = self.store().dir().join("policies");
        let checkpoints = FileCheckpoints::new(dir.clone());
        let checkpoints = checkpoints.map_err(|error| Failure::io(&dir, &error))?;
        let checkpoints: Arc<dyn Checkpoints> = Arc::new(checkpoints);
        let running = {
            let witnesses = Arc::clone(&self.publication);
            policies::run(&self.ledger, &checkpoints, witnesses, &stop)
        };
        let mut progress = running.progress();
        *self.policies.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress.clone());
        let complaining = tokio::spawn(async move {
            let mut said = Vec::new();
            while progress.changed().await.is_ok() {
                let now = progress.borrow_and_update().clone();
                complain(&now, &said);
                said = now;
            }
        });
        running.stopped().await;
        complaining.abort();
        *self.policies.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}

/// Says what is wrong, once as long as it stays the same.
fn complain(progress: &[Progress], said: &[Progress]) {
    for (place, now) in progress.iter().enumerate() {
        let before = said.get(place);
        let same = before.is_some_and(|before| {
            (before.failures, before.held, &before.error) == (now.failures, now.held, &now.error)
        });
        let Some(error) = now.error.as_ref().filter(|_| !same) else {
            continue;
        };
        let Progress {
            policy,
            position,
            failures,
            held,
            ..
        } = now;
        if *failures > 0 {
            tracing::error!(policy, position, failures, %error, "a policy cannot go on; it tries again");
        } else {
            tracing::error!(policy, position, held, %error, "a policy holds back what concerns one stream; it tries again");
        }
    }
}
