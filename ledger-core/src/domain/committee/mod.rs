//! Committee.

mod event;

pub use event::*;

use crate::domain::values::CommitteeId;
use crate::store::StreamName;

/// Committee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committee;

impl Committee {
    /// The stream.
    pub fn stream(id: &CommitteeId) -> StreamName {
        StreamName::of("committee", id.as_str())
    }
}

super::passing!(Committee, "committee");
