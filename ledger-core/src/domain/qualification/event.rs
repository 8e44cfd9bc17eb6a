//! What is stored about a list of qualified suppliers. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::values::{CriterionId, Date, DocumentRef, Names, OrganizationId, Sha256, Text};
use crate::time::Timestamp;

/// Most requirements of a list.
pub const REQUIREMENTS_MAX: usize = 30;
/// Most documents of an announcement, and of a request.
pub const DOCUMENTS_MAX: usize = 20;
/// Most suppliers that ask to be on one list: the publication of a tender by it names them in one entry.
pub const REQUESTS_MAX: usize = 200;
/// Most days after the closing through which a list is valid, two years: who met its requirements once need not meet them for ever.
pub const VALID_DAYS_MAX: i32 = 730;

/// What happened to a list of qualified suppliers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A buyer announced what it requires, and until when suppliers may ask to be on the list.
    QualificationAnnounced(Announcement),
    /// A supplier asked to be on it.
    QualificationRequested(Request),
    /// It took that back.
    QualificationRequestWithdrawn(RequestWithdrawal),
    /// The time for requests is over.
    QualificationClosed(Closing),
    /// An official judged a supplier by the requirements.
    QualificationAssessed(Assessment),
    /// Someone else published the list.
    QualificationListPublished(Publication),
    /// A supplier on the list is not invited for the time being.
    QualifiedSupplierSuspended(Suspension),
    /// It is invited again.
    QualifiedSupplierReinstated(Reinstatement),
    /// It is off the list for good.
    QualifiedSupplierRemoved(Removal),
    /// The list was given up.
    QualificationEnded(Ending),
}

impl Event {
    /// The attachments that the event names in public.
    pub fn attachments(&self) -> Vec<Sha256> {
        let documents = match self {
            Self::QualificationAnnounced(announcement) => &announcement.documents,
            Self::QualificationRequested(request) => &request.documents,
            Self::QualificationRequestWithdrawn(_)
            | Self::QualificationClosed(_)
            | Self::QualificationAssessed(_)
            | Self::QualificationListPublished(_)
            | Self::QualifiedSupplierSuspended(_)
            | Self::QualifiedSupplierReinstated(_)
            | Self::QualifiedSupplierRemoved(_)
            | Self::QualificationEnded(_) => return Vec::new(),
        };
        documents.iter().map(|document| document.sha256).collect()
    }
}

/// What a buyer requires of suppliers, before it tenders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Who keeps the list, and invites by it.
    pub buyer: OrganizationId,
    /// What the list is for; written for publication.
    pub title: Names,
    /// What a supplier must meet: 1 to [`REQUIREMENTS_MAX`], all of them.
    pub requirements: Vec<Requirement>,
    /// Documents; 0 to [`DOCUMENTS_MAX`].
    pub documents: Vec<DocumentRef>,
    /// Until when suppliers may ask: a request stamped at this instant is late.
    pub closes_at: Timestamp,
    /// Last day on which a tender may be published by the list; at most [`VALID_DAYS_MAX`] days after the closing.
    pub valid_until: Date,
}

/// A requirement: met or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Its id in this list.
    pub id: CriterionId,
    /// What is required; written for publication.
    pub name: Names,
}

/// A supplier asks to be on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who asks: whoever acts.
    pub supplier: OrganizationId,
    /// What shows that it meets the requirements; public, 0 to [`DOCUMENTS_MAX`].
    pub documents: Vec<DocumentRef>,
}

/// A supplier takes its request back: whoever acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestWithdrawal {}

/// The end of the time for requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {}

/// A judgement of one supplier. It qualifies where every requirement is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Whom it is about.
    pub supplier: OrganizationId,
    /// One finding for each requirement, in any order.
    pub findings: Vec<Finding>,
}

/// Whether one requirement is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which requirement.
    pub requirement: CriterionId,
    /// Whether it is met.
    pub met: bool,
    /// What shows that, or what is missing; written for publication.
    pub reason: Text,
}

/// The list, published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Revision up to which the assessments were read and are agreed to: none may have come since.
    pub read: u64,
    /// Who qualified, in the order of their ids; filled in by the decision.
    pub qualified: Vec<OrganizationId>,
}

/// A supplier is not invited until it is reinstated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Which.
    pub supplier: OrganizationId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The end of a suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinstatement {
    /// Which supplier.
    pub supplier: OrganizationId,
    /// Why; written for publication.
    pub reason: Text,
}

/// A suspended supplier leaves the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Which.
    pub supplier: OrganizationId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The list is given up: no tender is published by it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Why; written for publication.
    pub reason: Text,
}
