//! An item of the national catalogue: medicine, stationery, supply or durable.

mod event;

pub use event::*;

use crate::domain::values::ItemCode;
use crate::store::StreamName;

/// An item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Item {
    /// Nothing has been listed.
    #[default]
    Unknown,
    /// In the catalogue.
    Listed(Profile),
    /// Left the catalogue; stock on hand is used up.
    Delisted(Profile),
}

impl Item {
    /// The stream of an item.
    pub fn stream(code: &ItemCode) -> StreamName {
        StreamName::of("item", code.as_str())
    }

    /// Particulars, listed or delisted.
    pub const fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Unknown => None,
            Self::Listed(profile) | Self::Delisted(profile) => Some(profile),
        }
    }
}

super::passing!(Item, "item");
