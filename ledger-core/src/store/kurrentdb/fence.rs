//! What nodes are about to sign, in a stream of its own, so that no two of them ever sign different trees (`FORMAT.md`, "On a
//! cluster"): each tree there contains the one before, for whoever notes one has seen that.

use bytes::Bytes;
use uuid::Uuid;

use super::appending::patiently;
use super::cluster::Failure;
use super::wire::NewEvent;
use super::{ClusterError, KurrentStore, Shared};
use crate::store::Expected;
use crate::store::node::{Intended, TreeHead};

/// No ledger stream has such a name, and its type never becomes an entry.
const STREAM: &str = "sijill.checkpoints";
const KIND: &str = "sijill.checkpoints.v1";

impl KurrentStore {
    /// What was noted last, by whichever node.
    pub async fn intended(&self) -> Result<Option<Intended>, ClusterError> {
        self.on_runtime(|shared| async move { shared.intended().await })
            .await
    }

    /// Notes a tree, where nothing was noted after `after`; `false` where something was.
    pub async fn intend(
        &self,
        after: Option<Intended>,
        head: TreeHead,
    ) -> Result<bool, ClusterError> {
        self.on_runtime(move |shared| async move { shared.intend(after, head).await })
            .await
    }
}

impl Shared {
    async fn intended(&self) -> Result<Option<Intended>, ClusterError> {
        let name = [&self.options.namespace, STREAM].concat();
        let read = || self.cluster.last(&name);
        let Some(event) = patiently(self, read).await.map_err(failed)? else {
            return Ok(None);
        };
        let head = (event.kind == KIND).then(|| decode(&event.data)).flatten();
        match head {
            Some(head) => Ok(Some(Intended {
                revision: event.revision,
                head,
            })),
            None => Err(ClusterError::NoEntry {
                stream: name,
                revision: event.revision,
                why: "it is no tree that a node was about to sign".to_owned(),
            }),
        }
    }

    async fn intend(&self, after: Option<Intended>, head: TreeHead) -> Result<bool, ClusterError> {
        let name = [&self.options.namespace, STREAM].concat();
        let event = [NewEvent {
            // One tree has one id, so an attempt that was lost is not noted twice.
            id: Uuid::new_v5(&Uuid::NAMESPACE_URL, &encode(head)),
            kind: KIND.to_owned(),
            metadata: Bytes::new(),
            data: encode(head).into(),
        }];
        let expected = Expected::after(after.map(|after| after.revision));
        let append = || self.cluster.append(&name, expected, &event);
        match patiently(self, append).await {
            Ok(()) => Ok(true),
            Err(Failure::Conflict(_)) => Ok(false),
            Err(failure) => Err(failed(failure)),
        }
    }
}

/// A failure about one of the streams that nodes agree in.
pub(super) fn failed(failure: Failure) -> ClusterError {
    match failure {
        Failure::Lost(why) => ClusterError::Unreachable { why },
        Failure::Refused(why) => ClusterError::Refused { why },
        Failure::Conflict(_) | Failure::Destroyed => ClusterError::Refused {
            why: "a stream in which the nodes agree was deleted".to_owned(),
        },
    }
}

/// Size, root.
pub(super) fn encode(head: TreeHead) -> Vec<u8> {
    [&head.size.to_be_bytes()[..], &head.root].concat()
}

pub(super) fn decode(bytes: &[u8]) -> Option<TreeHead> {
    let (size, root) = bytes.split_first_chunk()?;
    Some(TreeHead {
        size: u64::from_be_bytes(*size),
        root: root.try_into().ok()?,
    })
}
