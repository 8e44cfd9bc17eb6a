//! Where a running node writes: its own directory, or a cluster whose log its directory mirrors. It reads in the directory either way.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::embedded::{self, EmbeddedStore};
#[cfg(feature = "kurrentdb")]
use super::kurrentdb::{self, KurrentStore};
use super::{Append, AppendError, Batch, EventStore, ReadError, StoredPart, StreamName};

/// The store of a running node. Clones share it.
#[derive(Clone, Debug)]
pub struct NodeStore {
    directory: Arc<EmbeddedStore>,
    #[cfg(feature = "kurrentdb")]
    cluster: Option<KurrentStore>,
}

/// Resolves when an append is durable, and in the directory, or refused.
#[derive(Debug)]
pub enum Ticket {
    /// By the directory's own writer.
    Embedded(embedded::Ticket),
    /// By the cluster, and by the mirror after it.
    #[cfg(feature = "kurrentdb")]
    Cluster(kurrentdb::Ticket),
}

impl Future for Ticket {
    type Output = <embedded::Ticket as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Embedded(ticket) => Pin::new(ticket).poll(context),
            #[cfg(feature = "kurrentdb")]
            Self::Cluster(ticket) => Pin::new(ticket).poll(context),
        }
    }
}

/// A tree as it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of entries.
    pub size: u64,
    /// Root hash over them.
    pub root: [u8; 32],
}

/// A tree that a node was about to sign, and where that was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intended {
    /// The tree.
    pub head: TreeHead,
    /// The place of the note.
    pub revision: u64,
}

/// Why the nodes of a log could not agree: there is nothing to agree about without a cluster.
#[cfg(feature = "kurrentdb")]
pub type AgreeError = kurrentdb::ClusterError;
/// Why the nodes of a log could not agree: there is nothing to agree about without a cluster.
#[cfg(not(feature = "kurrentdb"))]
pub type AgreeError = std::convert::Infallible;

impl NodeStore {
    /// A directory that is written here, or by nobody here.
    pub const fn embedded(directory: Arc<EmbeddedStore>) -> Self {
        Self {
            directory,
            #[cfg(feature = "kurrentdb")]
            cluster: None,
        }
    }

    /// A cluster, and the directory that mirrors it.
    #[cfg(feature = "kurrentdb")]
    pub fn cluster(cluster: KurrentStore) -> Self {
        Self {
            directory: Arc::new(cluster.mirror().clone()),
            cluster: Some(cluster),
        }
    }

    /// Where everything is read.
    pub const fn directory(&self) -> &Arc<EmbeddedStore> {
        &self.directory
    }

    /// The cluster, where there is one.
    #[cfg(feature = "kurrentdb")]
    pub const fn as_cluster(&self) -> Option<&KurrentStore> {
        self.cluster.as_ref()
    }

    /// Whether withheld parts can be read: not where the directory is the mirror of a log that is elsewhere.
    pub fn holds_parts(&self) -> bool {
        self.is_on_cluster() || !self.directory.is_mirror()
    }

    /// Whether the log is a cluster's, which other nodes may command too.
    #[cfg(feature = "kurrentdb")]
    pub const fn is_on_cluster(&self) -> bool {
        self.cluster.is_some()
    }

    /// Whether the log is a cluster's, which other nodes may command too.
    #[cfg(not(feature = "kurrentdb"))]
    #[allow(clippy::unused_self, reason = "the same call with the feature")]
    pub const fn is_on_cluster(&self) -> bool {
        false
    }

    /// The tree that a node of this log was about to sign last; `None` before the first, and where nobody else could.
    #[cfg_attr(not(feature = "kurrentdb"), allow(clippy::unused_async))]
    pub async fn intended(&self) -> Result<Option<Intended>, AgreeError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.intended().await;
        }
        Ok(None)
    }

    /// Notes that this node is about to sign a tree that contains the one of `after`; `false` where another node has noted one
    /// meanwhile.
    #[cfg_attr(not(feature = "kurrentdb"), allow(clippy::unused_async))]
    pub async fn intend(
        &self,
        after: Option<Intended>,
        head: TreeHead,
    ) -> Result<bool, AgreeError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.intend(after, head).await;
        }
        // There is nobody to agree with.
        #[cfg(not(feature = "kurrentdb"))]
        let _ = (after, head);
        Ok(true)
    }

    /// Ends in order: what is queued is stored. Later appends are `Unavailable`, reading goes on.
    pub async fn close(&self) {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.close().await;
        }
        let directory = Arc::clone(&self.directory);
        // Closing waits for the disk. Where the runtime is gone, the last clone closes.
        let _ = tokio::task::spawn_blocking(move || directory.close()).await;
    }
}

impl From<Arc<EmbeddedStore>> for NodeStore {
    fn from(directory: Arc<EmbeddedStore>) -> Self {
        Self::embedded(directory)
    }
}

/// What is read, and how, is the directory's in any case; what is written is not asked for there.
impl Deref for NodeStore {
    type Target = EmbeddedStore;

    fn deref(&self) -> &EmbeddedStore {
        &self.directory
    }
}

impl EventStore for NodeStore {
    type Ticket = Ticket;

    fn origin(&self) -> &str {
        self.directory.origin()
    }

    async fn submit(&self, append: Append) -> Result<Ticket, AppendError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.submit(append).await.map(Ticket::Cluster);
        }
        self.directory.submit(append).await.map(Ticket::Embedded)
    }

    fn size(&self) -> u64 {
        self.directory.size()
    }

    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.grown_past(size).await;
        }
        self.directory.grown_past(size).await
    }

    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        self.directory.read_log(from).await
    }

    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.directory.read_stream(stream, from).await
    }

    async fn read_stream_at_most(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Result<Batch, ReadError> {
        let directory = &self.directory;
        directory
            .read_stream_at_most(stream, from, entries_max)
            .await
    }

    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.parts(index).await;
        }
        self.directory.parts(index).await
    }

    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        #[cfg(feature = "kurrentdb")]
        if let Some(cluster) = &self.cluster {
            return cluster.erase_part(index, part).await;
        }
        self.directory.erase_part(index, part).await
    }
}
