//! Proofs about the log itself: receipts, consistency, checkpoints as they are published, digests of the views.

mod consistency;
mod digest;
mod follow;
pub mod receipt;

use std::sync::Arc;

use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::tree::TreeError;
use tonic::{Code, Status};

use super::pb;
use crate::grpc::status::{self, COME_BACK, Problem};
use crate::log::{Publication, Published};

pub use digest::Digests;
pub use follow::{Checkpoints, Follows};

/// Answers from a published log.
pub struct Proofs {
    /// `None` where a directory is asked that nobody serves.
    publication: Option<Arc<Publication>>,
    follows: Follows,
}

impl Proofs {
    /// Of a published log.
    pub fn new(publication: Option<Arc<Publication>>) -> Self {
        Self {
            publication,
            follows: Follows::default(),
        }
    }

    fn publication(&self) -> Result<&Arc<Publication>, Status> {
        self.publication.as_ref().ok_or_else(unpublished)
    }

    /// The receipt for an entry.
    pub async fn receipt(
        &self,
        request: &pb::GetReceiptRequest,
    ) -> Result<pb::GetReceiptResponse, Status> {
        receipt::get(self.publication()?, request).await
    }

    /// The proof that one size begins with another.
    pub async fn consistency(
        &self,
        request: pb::GetConsistencyProofRequest,
    ) -> Result<pb::GetConsistencyProofResponse, Status> {
        consistency::get(self.publication()?, request).await
    }

    /// Checkpoints as they are published, for a caller whom a token names or not.
    pub fn follow(
        &self,
        request: pb::FollowCheckpointsRequest,
        known: bool,
    ) -> Result<Checkpoints, Status> {
        self.follows.start(self.publication()?, request, known)
    }
}

/// A checkpoint on the wire.
fn shown(published: &Published) -> pb::Checkpoint {
    let checkpoint = published.checkpoint();
    pb::Checkpoint {
        origin: checkpoint.origin().to_owned(),
        size: checkpoint.size(),
        root: bytes(checkpoint.root()),
        note: published.note.to_vec(),
        witnesses: published.witnesses.clone(),
        quorum: published.has_quorum,
    }
}

fn bytes(hash: Hash) -> Vec<u8> {
    hash.0.to_vec()
}

/// Reads the tree, where waiting for the disk is allowed.
async fn blocking<T: Send + 'static>(
    publication: &Arc<Publication>,
    read: impl FnOnce(&Publication) -> Result<T, TreeError> + Send + 'static,
) -> Result<T, Status> {
    let publication = Arc::clone(publication);
    let done = tokio::task::spawn_blocking(move || read(&publication)).await;
    let done = done.map_err(|error| status::internal(&error.to_string()))?;
    done.map_err(unprovable)
}

fn unprovable(error: TreeError) -> Status {
    match error {
        TreeError::Entries(error) => status::reading(&error),
        other @ (TreeError::Io { .. }
        | TreeError::TooSmall { .. }
        | TreeError::NoSuchIndex { .. }
        | TreeError::Shrunk { .. }
        | TreeError::Disorder(_)) => status::internal(&other.to_string()),
    }
}

/// Nothing is published here.
fn unpublished() -> Status {
    Problem::new(
        Code::Unavailable,
        "NOTHING_PUBLISHED",
        "لم تُنشر نقطة تحقق لهذا السجل بعد؛ على مشغّله أن يشغّله بمفتاح توقيع (‎--log-key)، أو أعد الطلب بعد قليل",
        "no checkpoint of this log was published yet; its operator starts it with a signing key (--log-key), or try again shortly",
    )
    .retry_after(COME_BACK)
    .into()
}
