//! Events of an application.

use sijill_schemas::events::v1 as pb;

use super::error::Fault;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, kinds, record};
use crate::domain::application::{
    Applicant, Applied, Approved, DOCUMENTS_MAX, Event, Rejected, Withdrawn,
};

kinds! { Event {
    SupplierApplied,
    ApplicationApproved,
    ApplicationRejected,
    ApplicationWithdrawn,
} }

record! { Applied = pb::SupplierApplied {
    applicant: required;
    contact = contact_part: apart(Person),
} }

record! { Approved = pb::ApplicationApproved { applied: plain, applicant: required } }

record! { Rejected = pb::ApplicationRejected { applied: plain, reason: plain } }

impl Wire<pb::ApplicationWithdrawn> for Withdrawn {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::ApplicationWithdrawn, Fault> {
        Ok(pb::ApplicationWithdrawn {})
    }

    fn from_wire(
        pb::ApplicationWithdrawn {}: pb::ApplicationWithdrawn,
        _parts: &mut PartsIn<'_>,
    ) -> Result<Self, Fault> {
        Ok(Self {})
    }
}

record! { Applicant = pb::Applicant {
    names: required,
    external: plain,
    country: plain,
    governorate: optional,
    categories: set,
    documents: many[0..=DOCUMENTS_MAX],
    key: required,
    proof: signature,
} }
