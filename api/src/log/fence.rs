//! What several nodes of one log may sign. A tree is signed only after it was noted where all nodes look, and noted only by one that
//! has seen that it contains the tree noted before: so whoever signs, all signed trees are one history.
//!
//! A log that only this process writes has no other nodes, and everything here is granted at once.

use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::store::node::{AgreeError, Intended, TreeHead};
use sijill_ledger_core::store::{EventStore as _, NodeStore};

use super::Publication;
use super::signers::SigningError;

/// How long a node waits for entries that another one signs already.
const ENTRIES_WAIT_MAX: Duration = Duration::from_secs(2);
/// How long the place where nodes agree may take to answer: a server that ends does not wait longer for its last signature.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);
/// How often other nodes may be first, in a row.
const ATTEMPTS_MAX: u32 = 8;

/// Where nodes agree.
#[derive(Clone, Debug)]
pub struct Fence {
    store: Arc<NodeStore>,
    publication: Arc<Publication>,
}

impl Fence {
    /// Over the log that is published.
    pub const fn new(store: Arc<NodeStore>, publication: Arc<Publication>) -> Self {
        Self { store, publication }
    }

    /// The size that some node was about to sign last, once this one contains that tree; 0 where there was none.
    pub async fn last(&self) -> Result<u64, SigningError> {
        match asked(self.store.intended()).await? {
            Some(intended) => {
                self.contains(intended.head).await?;
                Ok(intended.head.size)
            }
            None => Ok(0),
        }
    }

    /// The size that may be signed now: that of the whole tree, noted for the other nodes.
    pub async fn claim(&self) -> Result<u64, SigningError> {
        let mut after = asked(self.store.intended()).await?;
        for _ in 0..ATTEMPTS_MAX {
            if let Some(Intended { head, .. }) = after {
                self.contains(head).await?;
            }
            let head = self.head().await?;
            let is_noted = after.is_some_and(|after| after.head == head);
            if is_noted || asked(self.store.intend(after, head)).await? {
                return Ok(head.size);
            }
            after = asked(self.store.intended()).await?;
        }
        let (size, own) = (after.map_or(0, |after| after.head.size), self.store.size());
        Err(SigningError::Behind { size, own })
    }

    /// The tree of all entries that are here.
    async fn head(&self) -> Result<TreeHead, SigningError> {
        self.work(|publication| {
            let size = publication.tree().catch_up()?;
            let root = publication.tree().root(size)?;
            Ok(TreeHead { size, root: root.0 })
        })
        .await
    }

    /// Waits for the entries of a tree, and compares it.
    async fn contains(&self, head: TreeHead) -> Result<(), SigningError> {
        let size = head.size;
        if let Some(before) = size.checked_sub(1) {
            let grown = tokio::time::timeout(ENTRIES_WAIT_MAX, self.grown_past(before)).await;
            let own = self.store.size();
            if grown.is_err() || own < size {
                return Err(SigningError::Behind { size, own });
            }
        }
        let own = self.work(move |publication| {
            publication.tree().catch_up()?;
            Ok(publication.tree().root(size)?)
        });
        if own.await?.0 == head.root {
            Ok(())
        } else {
            Err(SigningError::OtherTree { size })
        }
    }

    async fn grown_past(&self, size: u64) {
        // A store that has stopped for good grows no more, which is seen by its size.
        let _ = self.store.grown_past(size).await;
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Publication) -> Result<T, SigningError> + Send + 'static,
    ) -> Result<T, SigningError> {
        let publication = Arc::clone(&self.publication);
        let done = tokio::task::spawn_blocking(move || work(&publication)).await;
        done.unwrap_or_else(|error| Err(SigningError::Disorder(error.to_string())))
    }
}

async fn asked<T>(asking: impl Future<Output = Result<T, AgreeError>>) -> Result<T, SigningError> {
    match tokio::time::timeout(ANSWER_WAIT_MAX, asking).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(SigningError::Unanswered),
    }
}
