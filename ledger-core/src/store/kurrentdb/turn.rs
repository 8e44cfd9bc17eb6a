//! Whose turn it is to run the policies: one node at a time, so that work is not done twice. That two run for a moment does no harm,
//! for the ids of what they ask for are the same.
//!
//! A node notes again and again that it is at work. Another one takes over once it has seen nothing new for a while by its own clock:
//! nodes' clocks are never compared.

use std::time::{Duration, Instant};

use bytes::Bytes;
use uuid::Uuid;

use super::appending::patiently;
use super::cluster::Failure;
use super::fence::failed;
use super::wire::NewEvent;
use super::{ClusterError, KurrentStore, Shared};
use crate::store::Expected;

/// No ledger stream has such a name, and its type never becomes an entry.
const STREAM: &str = "sijill.policies";
const KIND: &str = "sijill.policies.v1";

/// A node's view of whose turn it is.
#[derive(Debug)]
pub struct Turns {
    store: KurrentStore,
    node: Uuid,
    /// How long nothing may be noted until the turn is free.
    patience: Duration,
    /// The last note that was seen, and since when.
    seen: Option<(u64, Instant)>,
    /// The revision of this node's last note, while it has the turn.
    held: Option<u64>,
}

impl KurrentStore {
    /// A node's view of whose turn it is to run the policies; a turn is free once nothing was noted for so long.
    pub fn turns(&self, patience: Duration) -> Turns {
        Turns {
            store: self.clone(),
            node: Uuid::from_bytes(node_id()),
            patience,
            seen: None,
            held: None,
        }
    }
}

/// Random, and where the system gives nothing, the process and the instant: it tells two nodes apart and proves nothing.
fn node_id() -> [u8; 16] {
    let mut id = [0; 16];
    if getrandom::fill(&mut id).is_err() {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        id = (since.as_nanos() ^ (u128::from(std::process::id()) << 64)).to_be_bytes();
    }
    id
}

impl Turns {
    /// Whether this node has the turn now. To be asked several times within the patience: who has it notes so, who has not takes it
    /// where it is free. After an error nobody knows, so this node has it not.
    pub async fn look(&mut self) -> Result<bool, ClusterError> {
        if let Some(held) = self.held.take() {
            self.held = self.note(Some(held), self.node).await?;
            return Ok(self.held.is_some());
        }
        let last = self
            .store
            .on_runtime(|shared| async move { shared.turn().await });
        let (revision, holder) = match last.await? {
            Some((revision, holder)) => (Some(revision), holder),
            None => (None, Uuid::nil()),
        };
        // Its own note is one whose answer was lost.
        if holder.is_nil() || holder == self.node || self.is_over(revision) {
            self.held = self.note(revision, self.node).await?;
        }
        Ok(self.held.is_some())
    }

    /// Lets another node take over at once.
    pub async fn release(&mut self) -> Result<(), ClusterError> {
        match self.held.take() {
            Some(held) => self.note(Some(held), Uuid::nil()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Whether nothing was noted for long enough.
    fn is_over(&mut self, revision: Option<u64>) -> bool {
        match (self.seen, revision) {
            (Some((seen, since)), Some(revision)) if seen == revision => {
                since.elapsed() >= self.patience
            }
            (_, Some(revision)) => {
                self.seen = Some((revision, Instant::now()));
                false
            }
            (_, None) => true,
        }
    }

    /// The revision of the note; `None` where another node was first.
    async fn note(&self, after: Option<u64>, holder: Uuid) -> Result<Option<u64>, ClusterError> {
        let noting = move |shared: std::sync::Arc<Shared>| async move {
            shared.note_turn(after, holder).await
        };
        self.store.on_runtime(noting).await
    }
}

impl Shared {
    async fn turn(&self) -> Result<Option<(u64, Uuid)>, ClusterError> {
        let name = [&self.options.namespace, STREAM].concat();
        let read = || self.cluster.last(&name);
        let last = patiently(self, read).await.map_err(failed)?;
        // What is no node's note is nobody's turn.
        let holder = |data: &[u8]| Uuid::from_slice(data).unwrap_or_default();
        Ok(last.map(|event| (event.revision, holder(&event.data))))
    }

    async fn note_turn(
        &self,
        after: Option<u64>,
        holder: Uuid,
    ) -> Result<Option<u64>, ClusterError> {
        let name = [&self.options.namespace, STREAM].concat();
        let expected = Expected::after(after);
        let revision = expected.next_revision();
        // Another id for each place and node: an attempt that was lost is found, another node's never taken for it.
        let id = Uuid::new_v5(&holder, &revision.to_be_bytes());
        let event = [NewEvent {
            id,
            kind: KIND.to_owned(),
            metadata: Bytes::new(),
            data: Bytes::copy_from_slice(holder.as_bytes()),
        }];
        let append = || self.cluster.append(&name, expected, &event);
        match patiently(self, append).await {
            Ok(()) => Ok(Some(revision)),
            Err(Failure::Conflict(_)) => Ok(None),
            Err(failure) => Err(failed(failure)),
        }
    }
}
