//! What is stored about a sealed envelope.

use serde::{Deserialize, Serialize};

use super::vouch::Vouch;
use crate::domain::grown::grown;
use crate::domain::tender::EnvelopePart;
use crate::domain::values::{OrganizationId, PublicKey, TenderId, Withheld, octets};

/// Most bytes of a sealed envelope: it lies in its entry, beside the stream's name, the metadata and a signature.
pub const SEALED_BYTES_MAX: usize = 60_000;

/// Most envelopes of one bidder for one tender, of both parts together and whatever became of them: enough to seal both again every
/// time that a tender is amended. Tender and bidder are withheld parts of an envelope, so nothing that everyone could judge again
/// counts them: a server that holds the parts refuses one more ([`Refusal::TooMany`](super::Refusal::TooMany)), under the rules of
/// the fourth edition. Where more came all the same, of each part one counts.
pub const ENVELOPES_MAX: usize = 100;

/// What happened to an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A bidder sealed it. Nothing in it says for which tender, or who.
    BidSealed(Sealed),
    /// After an amendment, its bidder stands by it.
    BidConfirmed(Confirmation),
    /// Its bidder took it back: it is never opened.
    BidWithdrawn(Withdrawal),
}

/// A sealed envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// For which tender, whose and what; withheld until bidding is closed.
    pub claim: Withheld<Claim>,
    /// The key that the bidder made for this tender: it signs for the envelope.
    pub key: PublicKey,
    /// The envelope's bytes (`seal/SEAL.md`).
    #[serde(serialize_with = "octets")]
    pub sealed: Vec<u8>,
}

/// Whose an envelope is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Claim {
    /// The tender.
    pub tender: TenderId,
    /// The bidder.
    pub bidder: OrganizationId,
    /// What it holds.
    pub part: EnvelopePart,
    /// The bidder's word that the key is its own; absent on envelopes from before there were any.
    pub vouch: Option<Vouch>,
}

grown!(Claim { tender, bidder, part; vouch });

/// A confirmation after an amendment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Number of the last amendment that the bidder has read.
    pub amendment: u16,
}

/// A withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {}
