//! Documents that events name.

use serde::{Deserialize, Serialize};

use super::{MediaType, Names, Sha256};

/// A document as an event names it: its content lies in the attachment store, durable before the event unless a bid names it
/// ([`SealedDocument`](crate::domain::tender::SealedDocument)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// What it is called.
    pub title: Names,
    /// SHA-256 of its bytes: its name in the attachment store.
    pub sha256: Sha256,
    /// Its length, in bytes.
    pub bytes: u64,
    /// What it is.
    pub media_type: MediaType,
}
