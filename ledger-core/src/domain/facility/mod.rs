//! A place that holds stock: central store, warehouse, hospital, clinic, school or office.

mod event;

pub use event::*;

use crate::domain::values::{FacilityId, OfficialId};
use crate::store::StreamName;

/// A facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Facility {
    /// Nothing has been registered.
    #[default]
    Unknown,
    /// It holds stock.
    Open {
        /// Particulars.
        profile: Profile,
        /// Who keeps it.
        keeper: Option<OfficialId>,
    },
    /// It was closed.
    Closed,
}

impl Facility {
    /// The stream of a facility.
    pub fn stream(id: &FacilityId) -> StreamName {
        StreamName::of("facility", id.as_str())
    }

    /// Whether it holds stock now.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

super::passing!(Facility, "facility");
