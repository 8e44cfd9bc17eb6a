//! Events of a contracting process of another system.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::release_recorded::Content as WireContent;

use super::error::{At, Fault};
use super::fields::{in_bounds, take};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::process::{
    Award, Content, Event, Field, INLINE_BYTES_MAX, Party, Release, Summary,
};

kinds! { Event { ReleaseRecorded } }

record! { Release = pb::ReleaseRecorded {
    ocid: plain,
    id: plain,
    tags: list,
    source: plain,
    sha256: plain,
    bytes: plain,
    content: required,
    summary: required;
    date = date_micros: plain,
} }

/// The event holds its release in a box, because the other fields of an event are small.
impl Wire<pb::ReleaseRecorded> for Box<Release> {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<pb::ReleaseRecorded, Fault> {
        (**self).to_wire(parts)
    }

    fn from_wire(wire: pb::ReleaseRecorded, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Wire::from_wire(wire, parts).map(Self::new)
    }
}

impl Wire<WireContent> for Content {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireContent, Fault> {
        Ok(match self {
            Self::Inline(compressed) => {
                in_bounds(0, compressed.len(), INLINE_BYTES_MAX)?;
                WireContent::Inline(compressed.clone())
            }
            Self::Attachment(sha256) => WireContent::AttachmentSha256(sha256.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WireContent, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireContent::Inline(compressed) => {
                in_bounds(0, compressed.len(), INLINE_BYTES_MAX)?;
                Self::Inline(compressed)
            }
            WireContent::AttachmentSha256(sha256) => {
                Self::Attachment(take::plain(sha256, parts).at("attachment_sha256")?)
            }
        })
    }
}

record! { Summary = pb::ReleaseSummary {
    title: optional,
    buyer: optional,
    procuring_entity: optional,
    status: optional,
    method: optional,
    value: optional,
    tenderers: optional,
    awards: list,
    removed: list,
    left_out: list,
} }

record! { Party = pb::ReleaseParty { id: optional, name: optional } }

record! { Award = pb::ReleaseAward {
    id: plain,
    status: optional,
    value: optional,
    suppliers: list,
} }

choice! { Field = pb::SummaryField {
    Title, Buyer, ProcuringEntity, Status, Method, Value, Tenderers,
} }
