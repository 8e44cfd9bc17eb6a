//! The store on a cluster of `KurrentDB` or `EventStoreDB` (23.10 or newer): the cluster decides order and acknowledges by quorum,
//! every node mirrors its log into a directory, reads there, and answers an append once the mirror holds it.
//!
//! | file | what |
//! |---|---|
//! | `options`, `error` | how to open, and why that failed |
//! | `cluster` | the official client; its types end there |
//! | `wire` | an entry as an event and back (`FORMAT.md`, "On a cluster") |
//! | `open` | from options to a running node |
//! | `appending` | appends: one at a time on each stream, retried with the same ids |
//! | `withheld` | withheld parts, each in a stream of its own |
//! | `follower` | from the cluster's log to the mirror |
//! | `place` | how far that got, kept beside the mirror |
//! | `fence` | what nodes are about to sign, so that they agree |
//! | `turn` | which of them runs the policies |
//! | `moving` | a log that was in a directory, to the cluster |
//! | `event_store` | the trait |
//!
//! Deliberately absent: subscriptions and batch appends. A subscription of the client 1.2 that the server ends in order never
//! returns from one poll again, which no watchdog can stop; a batch append dies of its first refusal. The log is read page by page
//! instead, at once after each append of this node, where every wait has an end.
//!
//! A deadline (`not_after`) is judged here by this node's clock before an append is sent, but the stamp is the cluster's: an entry
//! may be stamped later, and whoever folds it judges by the stamp.

mod appending;
mod cluster;
mod error;
mod event_store;
mod fence;
mod follower;
mod moving;
mod open;
mod options;
mod place;
mod turn;
mod wire;
mod withheld;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Notify, Semaphore, watch};

pub use error::{ClusterError, OpenError};
pub use event_store::Ticket;
pub use moving::MoveError;
pub use options::Options;
pub use place::PLACE_FILE;
pub use turn::Turns;

use super::StreamName;
use super::embedded::{EmbeddedStore, Mirror};
use super::node::TreeHead;
use crate::time::{Clock, Timestamp};
use appending::Lanes;
use cluster::Cluster;

/// A node of a ledger on a cluster. Clones share it.
#[derive(Clone)]
pub struct KurrentStore {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    lanes: Lanes,
    room: Arc<Semaphore>,
    runtime: Background,
    /// True once the follower has ended.
    ended: watch::Receiver<bool>,
}

/// What appends, the follower and readers share.
struct Shared {
    options: Options,
    cluster: Cluster,
    mirror: Mirror,
    clock: Arc<dyn Clock>,
    last_stamp: Mutex<Option<Timestamp>>,
    /// There may be something new to read.
    news: Notify,
    /// What was moved here from a directory, if anything was.
    moved: OnceLock<TreeHead>,
    closing: OnceLock<()>,
    stopped: OnceLock<ClusterError>,
    trouble: Mutex<Option<String>>,
}

/// A runtime of its own: work goes on whoever waits for it, and may be dropped from inside another runtime.
struct Background(Option<Runtime>, Handle);

impl KurrentStore {
    /// The mirror: everything that can be read, as any directory of a log. Its withheld parts are on the cluster only.
    pub fn mirror(&self) -> &EmbeddedStore {
        self.inner.shared.mirror.store()
    }

    /// Why the mirror does not follow any more, for good: its log and the cluster's are not the same.
    pub fn stopped(&self) -> Option<&ClusterError> {
        self.inner.shared.stopped.get()
    }

    /// What keeps the mirror from following at present.
    pub fn trouble(&self) -> Option<String> {
        self.inner.shared.trouble().clone()
    }

    /// Resolves when the mirror follows no more: the store was closed, or has [stopped](Self::stopped).
    pub async fn ended(&self) {
        // The follower is gone without a word only when the runtime is.
        let _ = self.inner.ended.clone().wait_for(|ended| *ended).await;
    }

    /// Ends in order: the mirror is durable and its place noted. Later appends are `Unavailable`, reading goes on.
    pub async fn close(&self) {
        self.inner.shared.begin_to_close();
        self.ended().await;
    }
}

impl fmt::Debug for KurrentStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KurrentStore({:?})", self.mirror())
    }
}

impl Shared {
    /// The name of a ledger stream on the cluster.
    fn name(&self, stream: &StreamName) -> String {
        [&self.options.namespace, stream.as_str()].concat()
    }

    fn begin_to_close(&self) {
        // Closing twice is no error.
        let _ = self.closing.set(());
        self.news.notify_one();
    }

    /// Follows no more, for good. The first reason stays.
    fn stop(&self, why: ClusterError) {
        let _ = self.stopped.set(why);
    }

    /// Why nothing can be appended, if so.
    fn refusal(&self) -> Option<String> {
        let closed = || {
            self.closing
                .get()
                .map(|()| "the store was closed".to_owned())
        };
        let stopped = self.stopped.get().map(ToString::to_string);
        stopped.or_else(closed)
    }

    // No code under these locks can panic half-way through a change.
    fn trouble(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_stamp(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.last_stamp
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Background {
    fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("sijill-cluster")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.begin_to_close();
    }
}
