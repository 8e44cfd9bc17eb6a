//! What is stored when envelopes are opened.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::envelope::Vouch;
use crate::domain::grown::grown;
use crate::domain::values::{
    CriterionId, DocumentRef, EnvelopeId, LotId, Money, OfficialId, OrganizationId, Quantity,
    SecurityId, Sha256, Text, UnitPrice, octets, optional_octets,
};
use crate::seal::digest;
use crate::time::Timestamp;

/// Most shares of one event.
pub const SHARES_MAX: usize = 400;
/// Most answers to criteria, and most documents, of a bid.
pub const ANSWERS_MAX: usize = 60;

/// Most bytes of a bid as it is sealed: its opening is one event, and fits into an entry.
pub const BID_BYTES_MAX: usize = 48 << 10;

/// What an envelope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EnvelopePart {
    /// The technical bid.
    Technical,
    /// The financial bid.
    Financial,
}

/// An envelope of this tender, disclosed after closing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Receipt {
    /// The envelope: its stream is `envelope-{id}`.
    pub envelope: EnvelopeId,
    /// Whose, as its claim says.
    pub bidder: OrganizationId,
    /// What it holds, as its claim says.
    pub part: EnvelopePart,
    /// When it was sealed, by the stamp of its entry; filled in by the decision.
    pub sealed_at: Option<Timestamp>,
    /// What became of it by the deadline, as far as envelopes are listed; filled in by the decision. Where a later envelope of
    /// the same bidder and part is listed after it and counts, this one counts no more: listed latest first, none changes.
    pub standing: Option<Standing>,
    /// The bidder's word that the envelope's key is its own, as its claim says: whoever has the log checks it again.
    pub vouch: Option<Vouch>,
}

grown!(Receipt { envelope, bidder, part, sealed_at, standing; vouch });

/// Most envelopes that the end of a list names.
pub const UNLISTED_MAX: usize = 1_000;

/// The end of the list: every envelope of the tender is on it, or named as one that could not be listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listing {
    /// How many are listed, whatever became of them; filled in by the decision. As commanded: how many there are.
    pub envelopes: Option<u32>,
    /// Those that could not be listed, the first [`UNLISTED_MAX`] of them: a rule refused it, which stands on the stream of the policy
    /// that lists (`reaction-list-of-envelopes`), or the server does not hold whose they are, and they may be of this tender. As
    /// commanded: all that there are.
    #[serde(default)]
    pub unlisted: Vec<EnvelopeId>,
    /// All that could not be listed, where they are more than are named; filled in by the decision.
    pub left_off: Option<LeftOff>,
}

grown!(Listing { envelopes; unlisted, left_off });

/// More envelopes than one event names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOff {
    /// How many, with those that are named.
    pub count: u32,
    /// SHA-256 over the length-prefixed (four bytes, big-endian) `"sijill/unlisted/v1"` and ids of all of them in ascending order:
    /// whoever claims to have them all can be checked.
    pub digest: Sha256,
}

impl LeftOff {
    /// Of these; `None` where an event names them all.
    pub fn of(unlisted: &[EnvelopeId]) -> Option<Self> {
        (unlisted.len() > UNLISTED_MAX).then_some(())?;
        let ids: BTreeSet<_> = unlisted.iter().collect();
        let fields = ids.iter().map(|id| id.as_str().as_bytes());
        let fields: Vec<_> = std::iter::once(UNLISTED_DOMAIN).chain(fields).collect();
        Some(Self {
            count: u32::try_from(ids.len()).ok()?,
            digest: digest(&fields),
        })
    }
}

const UNLISTED_DOMAIN: &[u8] = b"sijill/unlisted/v1";

impl Listing {
    /// How many could not be listed.
    pub fn left_off(&self) -> usize {
        let all = self.left_off.map(|all| all.count);
        let all = all.and_then(|count| usize::try_from(count).ok());
        all.unwrap_or(self.unlisted.len())
    }

    /// Whether the number of all says what the names alone do not.
    pub fn is_counted_right(&self) -> bool {
        let named = self.unlisted.len();
        match self.left_off {
            None => named <= UNLISTED_MAX,
            Some(_) => named == UNLISTED_MAX && self.left_off() > named,
        }
    }
}

/// What became of an envelope by the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It counts.
    Counts,
    /// It came at or after the deadline.
    Late,
    /// The bidder sealed a later one.
    Superseded,
    /// The bidder withdrew it.
    Withdrawn,
    /// The tender was amended after it was sealed, and it was not confirmed.
    Unconfirmed,
    /// The bidder was debarred at the deadline.
    Debarred,
    /// Nobody it could be of vouched for its key: it is nobody's bid.
    Unvouched,
    /// The bidder was not invited, or no envelopes are taken.
    Uninvited,
    /// Its stamp is before the deadline, and the witnesses had not seen it soon enough after it ([`DeadlineWitness`](super::DeadlineWitness)).
    Unwitnessed,
}

/// Shares that a member publishes. Shares of envelopes that do not count are never asked for, nor of financial ones before the
/// technical result, nor of those of rejected bids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// Who publishes them.
    pub member: OfficialId,
    /// The shares: 1 to [`SHARES_MAX`], each envelope once.
    pub shares: Vec<EnvelopeShare>,
}

/// A member's share of one envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeShare {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// The share: a canonical scalar; `None` where the member says that what was sealed to the member holds none.
    #[serde(serialize_with = "optional_octets")]
    pub share: Option<[u8; 32]>,
}

/// The secret of an envelope, shown by its bidder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// The random value `r` from which everything in it was derived (`seal/SEAL.md`).
    #[serde(serialize_with = "octets")]
    pub secret: [u8; 32],
}

/// An opened envelope. Whoever has the log opens it again, from the shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedBid {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Whose; filled in by the decision.
    pub bidder: Option<OrganizationId>,
    /// What was in it; filled in by the decision.
    pub content: Option<BidContent>,
    /// Members whose published shares were bad; filled in by the decision.
    pub blamed: Vec<OfficialId>,
}

impl OpenedBid {
    /// To be opened: the decision fills in the rest.
    pub const fn asked(envelope: EnvelopeId) -> Self {
        Self {
            envelope,
            bidder: None,
            content: None,
            blamed: Vec::new(),
        }
    }
}

/// What was in an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BidContent {
    /// A technical bid.
    Technical(TechnicalBid),
    /// A financial bid.
    Financial(FinancialBid),
}

/// A technical bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicalBid {
    /// Lots that are bid for.
    pub lots: Vec<LotId>,
    /// Answers to criteria.
    pub answers: Vec<CriterionAnswer>,
    /// Documents, each encrypted under its own key until now.
    pub documents: Vec<SealedDocument>,
    /// The bid security.
    pub security: Option<SecurityId>,
}

/// An answer to a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionAnswer {
    /// The criterion.
    pub criterion: CriterionId,
    /// The answer; written for publication.
    pub text: Text,
}

/// A document that lay encrypted in the attachment store until the bid was opened, if its bidder brought it: who opens the bid
/// does not wait for it, and the bidder may bring it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedDocument {
    /// The ciphertext, as it lies in the attachment store.
    pub sealed: DocumentRef,
    /// The key that opens it (`seal/SEAL.md`).
    #[serde(serialize_with = "octets")]
    pub key: [u8; 32],
}

/// A financial bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinancialBid {
    /// Prices of lines: each line at most once.
    pub prices: Vec<LinePrice>,
    /// What the bidder says the lots come to: each lot that is bid for, once.
    pub totals: Vec<LotTotal>,
}

/// The price of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePrice {
    /// The lot.
    pub lot: LotId,
    /// The line, from 1.
    pub line: u16,
    /// How much is offered, in base units, above zero; at most what is asked.
    pub quantity: Quantity,
    /// Price of one base unit.
    pub unit_price: UnitPrice,
}

/// What a lot comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotTotal {
    /// The lot.
    pub lot: LotId,
    /// The total.
    pub total: Money,
}

/// An envelope without a bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidedBid {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Whose; filled in by the decision.
    pub bidder: Option<OrganizationId>,
    /// Why; filled in by the decision.
    pub reason: Option<VoidReason>,
    /// Members whose published shares were bad; filled in by the decision.
    pub blamed: Vec<OfficialId>,
}

/// Why an envelope holds no bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VoidReason {
    /// Dealing again from its secret gives other bytes: the bidder dealt badly.
    BadDeal,
    /// It opens, and what is in it cannot be read as a bid.
    Unreadable,
    /// It opens, and the bid does not fit the tender: another currency, unknown lots or lines, nothing offered.
    Unfitting,
    /// Too few good shares, and the bidder did not show the secret within the ruleset's window.
    NotOpened,
}

/// The offer of the supplier that is asked directly, as it was received on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectOffer {
    /// Whose.
    pub bidder: OrganizationId,
    /// What it offers.
    pub offer: FinancialBid,
    /// The paper.
    pub document: DocumentRef,
}
