//! Events of a list of qualified suppliers.

use sijill_schemas::events::v1 as pb;

use super::error::Fault;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, kinds, record};
use crate::domain::qualification::{
    Announcement, Assessment, Closing, DOCUMENTS_MAX, Ending, Event, Finding, Publication,
    REQUESTS_MAX, REQUIREMENTS_MAX, Reinstatement, Removal, Request, RequestWithdrawal,
    Requirement, Suspension,
};

kinds! { Event {
    QualificationAnnounced,
    QualificationRequested,
    QualificationRequestWithdrawn,
    QualificationClosed,
    QualificationAssessed,
    QualificationListPublished,
    QualifiedSupplierSuspended,
    QualifiedSupplierReinstated,
    QualifiedSupplierRemoved,
    QualificationEnded,
} }

record! { Announcement = pb::QualificationAnnounced {
    buyer: plain,
    title: required,
    requirements: many[1..=REQUIREMENTS_MAX],
    documents: many[0..=DOCUMENTS_MAX];
    closes_at = closes_micros: plain,
    valid_until = valid_until_days: plain,
} }

record! { Requirement = pb::QualificationRequirement { id: plain, name: required } }

record! { Request = pb::QualificationRequested {
    supplier: plain,
    documents: many[0..=DOCUMENTS_MAX],
} }

record! { Assessment = pb::QualificationAssessed {
    supplier: plain,
    findings: many[1..=REQUIREMENTS_MAX],
} }

record! { Finding = pb::QualificationFinding { requirement: plain, met: plain, reason: plain } }

record! { Publication = pb::QualificationListPublished {
    read: plain,
    qualified: many[1..=REQUESTS_MAX],
} }

record! { Suspension = pb::QualifiedSupplierSuspended { supplier: plain, reason: plain } }

record! { Reinstatement = pb::QualifiedSupplierReinstated { supplier: plain, reason: plain } }

record! { Removal = pb::QualifiedSupplierRemoved { supplier: plain, reason: plain } }

record! { Ending = pb::QualificationEnded { reason: plain } }

/// Messages that say all by being there.
macro_rules! bare {
    ($($domain:ident = $wire:ident),*) => {$(
        impl Wire<pb::$wire> for $domain {
            fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::$wire, Fault> {
                Ok(pb::$wire {})
            }

            fn from_wire(pb::$wire {}: pb::$wire, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                Ok(Self {})
            }
        }
    )*};
}

bare! { RequestWithdrawal = QualificationRequestWithdrawn, Closing = QualificationClosed }
