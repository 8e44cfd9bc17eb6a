//! Organization.

mod event;

pub use event::*;

use crate::domain::values::OrganizationId;
use crate::store::StreamName;

/// Organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization;

impl Organization {
    /// The stream.
    pub fn stream(id: &OrganizationId) -> StreamName {
        StreamName::of("organization", id.as_str())
    }
}

super::passing!(Organization, "organization");
