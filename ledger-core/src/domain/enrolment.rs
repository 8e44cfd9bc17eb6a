//! Keys of officials and organisations: how they enter, and how they end. One registrar proposes a key with its proof of
//! possession, another enrols it; whatever an aggregate's events say of keys is kept here.

use serde::{Deserialize, Serialize};

use crate::domain::values::{KeyId, PublicKey, Text};
use crate::time::Timestamp;

/// A key that one registrar presents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProposal {
    /// The public key.
    pub key: PublicKey,
    /// Proof of possession: the key's signature, 64 bytes, over the enrolment message of this stream and key.
    pub proof: Vec<u8>,
}

/// A key that another registrar enrols. Repeats the key itself, not only its short id, so that what is agreed to is what
/// was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEnrolment {
    /// The public key.
    pub key: PublicKey,
}

/// The end of a key: what it signs from here on along the log is void, what it signed before stays valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevocation {
    /// The key.
    pub key: KeyId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The discovery that someone else holds a key: what it signed since is in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCompromise {
    /// The key.
    pub key: KeyId,
    /// From when on its signatures are in doubt.
    pub since: Timestamp,
    /// What is known; written for publication.
    pub reason: Text,
}
