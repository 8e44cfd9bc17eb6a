//! What an entry does not show.

use serde::{Deserialize, Serialize};

/// A withheld part of an event: known here, or known only by its commitment (a mirror, or after erasure).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Withheld<T> {
    /// The content.
    Known(T),
    /// Its commitment: SHA-256 as in DESIGN 3.
    Committed([u8; 32]),
}

impl<T> Withheld<T> {
    /// The content, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(content) => Some(content),
            Self::Committed(_) => None,
        }
    }
}
