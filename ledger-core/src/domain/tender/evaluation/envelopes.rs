//! What the stages ask of sealed envelopes: what their streams show, and what the published shares make of them.

use std::collections::{BTreeMap, BTreeSet};

use super::state::Published;
use crate::domain::envelope::Claim;
use crate::domain::tender::event::{BidContent, EnvelopePart};
use crate::domain::tender::notice::Notice;
use crate::domain::values::{EnvelopeId, PublicKey};
use crate::time::Timestamp;

/// An envelope as its stream shows it. Instants are stamps of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Whose it is, where that is known: a mirror knows it when it was disclosed.
    pub claim: Option<Claim>,
    /// The key that signed for it.
    pub key: PublicKey,
    pub sealed_at: Timestamp,
    /// Number of the last amendment that its bidder confirmed it under, before an instant.
    pub confirmations: BTreeMap<Timestamp, u16>,
    pub withdrawn_at: Option<Timestamp>,
}

/// What published shares, or the bidder's secret, make of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsealing {
    pub outcome: Unsealed,
    /// Places in the sealing order, from 1, of members whose shares were bad.
    pub blamed: BTreeSet<u8>,
}

/// What became of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unsealed {
    /// What was in it.
    Opened(Vec<u8>),
    /// Its bidder dealt badly.
    Void,
    /// Too few good shares.
    NotEnough { good: usize, needed: usize },
    /// The secret is another envelope's.
    OtherSecret,
}

/// Where envelopes are asked about.
pub(super) trait Envelopes {
    /// What an envelope's stream shows; `None` where there is none, or its entry has no stamp yet.
    fn shown(&self, id: &EnvelopeId) -> Option<Shown>;

    /// Opens an envelope from what was published; `None` where there is none.
    fn unseal(
        &self,
        notice: &Notice,
        part: EnvelopePart,
        id: &EnvelopeId,
        published: &Published,
    ) -> Option<Unsealing>;

    /// Reads a bid; `None` for bytes that are not one in its one encoding.
    fn read(&self, part: EnvelopePart, bytes: &[u8]) -> Option<BidContent>;
}
