//! A bidder's word that the key under which an envelope was sealed is its own.
//!
//! The envelope shows a key that was made for one tender, and nothing else. Without this word its bidder could deny it when it is
//! listed, and whoever runs the server could invent one. So a key of the organisation, which two registrars enrolled, signs for the
//! tender's key. The word lies in the withheld claim; it is judged when the envelope is sealed, and by everyone when it is listed.

use serde::{Deserialize, Serialize};

use crate::domain::organization::Organization;
use crate::domain::values::{KeyId, OrganizationId, PublicKey, TenderId};
use crate::time::Timestamp;

/// Bytes of a signature, of either algorithm.
pub const SIGNATURE_BYTES: usize = 64;

/// Domain separation, for ever: a signature made for one purpose counts for no other.
const DOMAIN: &[u8] = b"sijill/tender-key/v1";

/// A signature of the bidder over the key that it made for a tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouch {
    /// The enrolled key of the organisation that signed.
    pub key: KeyId,
    /// The signature over [`Vouched::bytes`], of [`SIGNATURE_BYTES`].
    pub signature: Vec<u8>,
}

/// What a bidder vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vouched<'a> {
    /// Origin of the log.
    pub origin: &'a str,
    /// The tender.
    pub tender: &'a TenderId,
    /// Who bids.
    pub bidder: &'a OrganizationId,
    /// The key that the bidder made for the tender.
    pub key: &'a PublicKey,
}

impl Vouched<'_> {
    /// The bytes to sign: six fields, each after its length as a big-endian `u32` (`seal/SEAL.md`).
    pub fn bytes(&self) -> Vec<u8> {
        let fields = [
            DOMAIN,
            self.origin.as_bytes(),
            self.tender.as_str().as_bytes(),
            self.bidder.as_str().as_bytes(),
            self.key.algorithm().name().as_bytes(),
            self.key.bytes(),
        ];
        let mut bytes = Vec::new();
        for field in fields {
            // Origins, ids and keys are far below 4 GiB.
            let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// Whether a word for it is one of this organisation, by a key that counts now.
    pub fn is_vouched_by(&self, vouch: &Vouch, bidder: &Organization) -> bool {
        self.is_signed(
            vouch,
            bidder.keys().and_then(|keys| keys.enrolled(&vouch.key)),
        )
    }

    /// The same by a key that counted at an instant: one that ends afterwards makes no word untrue.
    pub fn was_vouched_by(&self, vouch: &Vouch, bidder: &Organization, at: Timestamp) -> bool {
        let keys = bidder.keys();
        self.is_signed(
            vouch,
            keys.and_then(|keys| keys.enrolled_at(&vouch.key, at)),
        )
    }

    fn is_signed(&self, vouch: &Vouch, key: Option<&PublicKey>) -> bool {
        key.is_some_and(|key| key.verifies(&self.bytes(), &vouch.signature))
    }
}
