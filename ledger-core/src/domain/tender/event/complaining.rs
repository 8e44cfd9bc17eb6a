//! What is stored about complaints.

use serde::{Deserialize, Serialize};

use crate::domain::values::{ComplaintId, DocumentNumber, DocumentRef, LotId, PublicKey, Text};

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Its id in this tender.
    pub id: ComplaintId,
    /// Against what.
    pub against: Against,
    /// The grounds; written for publication.
    pub grounds: Text,
    /// Its documents.
    pub documents: Vec<DocumentRef>,
    /// Before bids are opened: the key made for this tender under which it is filed. After that a complaint is filed by a
    /// bidder, in its own name.
    pub key: Option<PublicKey>,
}

/// What is complained about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Against {
    /// The tender documents, before the deadline.
    Documents,
    /// The evaluation or the award of a lot, in standstill.
    Award(LotId),
    /// The technical result, in standstill or before the award.
    TechnicalResult,
}

/// The review body's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintDecision {
    /// The complaint.
    pub complaint: ComplaintId,
    /// Number of the decision.
    pub decision: DocumentNumber,
    /// What was decided.
    pub outcome: ComplaintOutcome,
    /// In words; written for publication.
    pub reason: Text,
}

/// What a review body decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ComplaintOutcome {
    /// Not heard: not a bidder's, too late, or without grounds.
    Invalid,
    /// Heard and declined.
    Declined,
    /// Upheld: against documents the tender must be amended or cancelled; against an award, the award falls.
    Upheld,
}

/// A complaint taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintWithdrawal {
    /// The complaint.
    pub complaint: ComplaintId,
}
