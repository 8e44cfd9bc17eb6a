//! What the log holds, in domain terms: an event, its metadata, and where it stands.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::domain::Event;
use crate::domain::values::{
    Code, EffectiveAt, KeyId, OfficialId, OrganizationId, RulesetId, Sha256, octets,
};
use crate::store::StreamName;
use crate::time::Timestamp;

/// An event as the log holds it, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Leaf index along the log.
    pub index: u64,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream, from 0.
    pub revision: u64,
    /// Event id: UUIDv5(log origin, actor, stream, command id, n).
    pub id: Uuid,
    /// Set once by the store, strictly increasing along the log.
    pub recorded_at: Timestamp,
    /// Who, when, why, on what grounds.
    pub metadata: Metadata,
    /// What happened.
    pub event: Event,
}

/// Who decided, when, by which command, on what grounds. Public.
///
/// The events of one command stand together in one stream and share its id; the first of them carries the facts for
/// all, because a document of many lines would repeat them hundreds of times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The command that caused the event; chosen by the caller, so that a retry is recognised.
    pub command_id: Uuid,
    /// SHA-256 of the command's content (`ledger/IDS.md`): the same id with other content is refused.
    pub command_hash: Sha256,
    /// Binds everything that one request or process set off.
    pub correlation_id: Uuid,
    /// The event that caused the command, where a policy issued it.
    pub causation_id: Option<Uuid>,
    /// Who acted.
    pub actor: Actor,
    /// The instant the rules used.
    pub decided_at: Timestamp,
    /// When it happened in the world.
    pub effective_at: EffectiveAt,
    /// What was read from other streams to decide; on the first event of a command only.
    pub facts: Vec<FactRead>,
    /// The ruleset that was in force, `None` before the first adoption (built-in parameters).
    pub ruleset: Option<RulesetVersion>,
    /// How the event came about.
    pub origin: Origin,
    /// What the actor signed, where a signature is required.
    pub statement: Option<Statement>,
}

/// Who acts: an identity and the capacity in which it acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// Official or organisation.
    pub id: ActorId,
    /// The role the action was allowed under.
    pub role: Role,
    /// The position held, such as `EG-MOH-CAI-storekeeper`.
    pub position: Option<Code>,
}

/// An identity that acts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ActorId {
    /// A public official.
    Official(OfficialId),
    /// An organisation, such as a supplier.
    Organization(OrganizationId),
    /// Sijill itself: policies and the scheduler.
    System,
    /// A pseudonym: who holds this key, which a bidder made for one tender, or a firm that asks to be registered. Whose it is, the
    /// event does not say; every one of its commands is signed by it.
    Key(KeyId),
}

/// `official:…`, `organization:…`, `system` or `key:…`: this text goes into event ids, so it never changes.
impl std::fmt::Display for ActorId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Official(id) => write!(f, "official:{id}"),
            Self::Organization(id) => write!(f, "organization:{id}"),
            Self::System => f.write_str("system"),
            Self::Key(id) => write!(f, "key:{id}"),
        }
    }
}

/// Roles (DESIGN 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Asks for goods.
    Requester,
    /// Runs tenders and orders.
    ProcurementOfficer,
    /// Approves within a delegated limit.
    Approver,
    /// Keeps the budget.
    BudgetOfficer,
    /// Sits on a committee.
    CommitteeMember,
    /// Inspects deliveries.
    Inspector,
    /// Keeps a store.
    Storekeeper,
    /// Pays.
    Payer,
    /// Bids and delivers.
    Supplier,
    /// Decides complaints.
    ReviewBody,
    /// Audits.
    Auditor,
    /// Parliament, civil society.
    Oversight,
    /// Registers organisations, officials, items, facilities and keys.
    Registrar,
    /// Runs the installation; imports history.
    Administrator,
    /// Sijill itself.
    System,
}

/// A reading of another stream that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactRead {
    /// Origin of another log; `None` for this one.
    pub log: Option<String>,
    /// The stream.
    pub stream: StreamName,
    /// Its last revision as read; `None` when it had no entry.
    pub revision: Option<u64>,
}

/// A version of a ruleset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesetVersion {
    /// The ruleset.
    pub id: RulesetId,
    /// Counted from 1.
    pub version: u32,
}

/// How an event came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// A command by its actor.
    Native,
    /// A policy of this name reacted to the causing event.
    Policy(Code),
    /// Imported history: decision rules were skipped.
    Import {
        /// SHA-256 of the file.
        file: Sha256,
        /// Line in the file, from 1, the header included.
        line: u64,
    },
}

/// What an actor signed, kept verbatim (DESIGN 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The exact bytes that were signed.
    #[serde(serialize_with = "octets")]
    pub bytes: Vec<u8>,
    /// The key.
    pub key: KeyId,
    /// The signature, 64 bytes.
    #[serde(serialize_with = "octets")]
    pub signature: Vec<u8>,
}
