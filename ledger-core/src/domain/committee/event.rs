//! What is stored about a committee. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::values::{DocumentNumber, Names, OfficialId, Text};

/// What happened to a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was formed.
    CommitteeFormed(Formation),
    /// One member made way for another.
    MemberReplaced(Replacement),
    /// Members signed the minutes of a decision.
    MinutesSigned(Minutes),
    /// It was dissolved.
    CommitteeDissolved(Dissolution),
}

/// Fewest members of a committee.
pub const MEMBERS_MIN: usize = 3;
/// Most members of a committee, and most alternates: minutes with all their dissents fit into one entry.
pub const MEMBERS_MAX: usize = 15;

/// A new committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formation {
    /// What it decides.
    pub purpose: Purpose,
    /// Names.
    pub names: Names,
    /// Its members: an odd number of them, [`MEMBERS_MIN`] to [`MEMBERS_MAX`].
    pub members: Vec<OfficialId>,
    /// How many members must sign minutes: more than half of them.
    pub quorum: u8,
    /// Who may take a member's place.
    pub alternates: Vec<OfficialId>,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// What a committee decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// Opens bids.
    Opening,
    /// Judges bids, technically and financially.
    Evaluation,
    /// Inspects and takes over deliveries.
    Inspection,
    /// Counts stock.
    Count,
    /// Disposes of what is expired, damaged or worn out.
    Disposal,
    /// Decides complaints.
    Complaints,
}

/// A change of members; the number of members stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Who leaves.
    pub leaves: OfficialId,
    /// Who joins: one of the alternates while there are any.
    pub joins: OfficialId,
    /// Why; written for publication.
    pub reason: Text,
}

/// Minutes of one decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// Their number, unique in this committee.
    pub number: DocumentNumber,
    /// What was decided; written for publication.
    pub decision: Text,
    /// Members who signed.
    pub signers: Vec<Signer>,
}

/// A member's signature under minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The member.
    pub member: OfficialId,
    /// Why the member disagrees; absent from one who agrees. Written for publication.
    pub dissent: Option<Text>,
}

/// The end of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dissolution {
    /// Why; written for publication.
    pub reason: Text,
}
