//! Official.

mod event;

pub use event::*;

use crate::domain::values::OfficialId;
use crate::store::StreamName;

/// Official.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Official;

impl Official {
    /// The stream.
    pub fn stream(id: &OfficialId) -> StreamName {
        StreamName::of("official", id.as_str())
    }
}

super::passing!(Official, "official");
