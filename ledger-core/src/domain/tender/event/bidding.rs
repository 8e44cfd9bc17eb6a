//! What is stored while suppliers may bid.

use serde::{Deserialize, Serialize};

use super::drafting::LotLine;
use crate::domain::grown::grown;
use crate::domain::values::{
    DocumentRef, LotId, OfficialId, OrganizationId, PublicKey, QuestionId, SavedCheckpoint, Text,
    octets,
};
use crate::time::Timestamp;

/// The publication of a tender.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Publication {
    /// Until when questions are taken.
    pub enquiries_until: Timestamp,
    /// Deadline: an envelope stamped at this instant is late.
    pub closes_at: Timestamp,
    /// To whom envelopes are sealed; filled in by the decision, absent where none are taken.
    pub sealing: Option<Sealing>,
    /// Whom a selective tender invites: all whom its list then holds, each once. Other tenders say so when they are drafted.
    #[serde(default)]
    pub invited: Vec<OrganizationId>,
}

grown!(Publication { enquiries_until, closes_at, sealing; invited });

/// To whom envelopes are sealed. Its order numbers the members from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// How many members open an envelope together.
    pub threshold: u8,
    /// Members with their keys.
    pub members: Vec<SealingMember>,
}

/// A member who holds a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingMember {
    /// Who.
    pub member: OfficialId,
    /// Public key, Ed25519, in whose X25519 form envelopes are sealed (`seal/SEAL.md`).
    #[serde(serialize_with = "octets")]
    pub key: [u8; 32],
    /// Proof that the member holds the secret key: whoever seals checks it again.
    #[serde(serialize_with = "octets")]
    pub proof: Vec<u8>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id in this tender.
    pub id: QuestionId,
    /// What is asked; written for publication.
    pub text: Text,
    /// The key made for this tender under which it is asked: whose it is stays unknown.
    pub key: PublicKey,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: QuestionId,
    /// What is answered; written for publication.
    pub text: Text,
}

/// A change of what was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Number of the amendment, from 1; filled in by the decision.
    pub number: Option<u16>,
    /// Why; written for publication.
    pub reason: Text,
    /// What changes.
    pub change: Change,
    /// The deadline from now on: as it was, or later.
    pub closes_at: Timestamp,
}

/// What an amendment changes, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The tender documents.
    Documents {
        /// As they were; filled in by the decision.
        before: Vec<DocumentRef>,
        /// As they are.
        after: Vec<DocumentRef>,
    },
    /// The lines of a lot.
    Lot {
        /// Which.
        lot: LotId,
        /// As they were; filled in by the decision.
        before: Vec<LotLine>,
        /// As they are.
        after: Vec<LotLine>,
    },
}

/// A later deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The new deadline.
    pub closes_at: Timestamp,
    /// Until when questions are taken.
    pub enquiries_until: Timestamp,
    /// Why; written for publication.
    pub reason: Text,
}

/// A time in which the service could not be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// What happened; written for publication.
    pub reason: Text,
    /// The deadline from now on; filled in by the decision: moved by the outage and the ruleset's allowance. Absent where the
    /// deadline has passed and a second person has yet to confirm it.
    pub closes_at: Option<Timestamp>,
}

/// What witnesses outside had seen of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineWitness {
    /// The deadline.
    pub closes_at: Timestamp,
    /// The checkpoint with their cosignatures.
    pub checkpoint: SavedCheckpoint,
    /// Stamp of the last entry that it covers. No rule can check this, nor the root, nor what follows: whoever has the log does
    /// (`sijill verify`).
    pub covered_until: Timestamp,
    /// How many entries it does not cover whose stamps are before the deadline: more than none is an incident. Envelopes of any
    /// tender may be among them.
    pub outside: u64,
}

/// The end of bidding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The deadline that passed.
    pub closed_at: Timestamp,
}
