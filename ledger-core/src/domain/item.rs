//! An item of the national catalogue: medicine, stationery, supply or durable.

use serde::{Deserialize, Serialize};

use crate::domain::values::{Code, Gtin, ItemCode, Names, Quantity, Text, UnitPrice};
use crate::store::StreamName;

/// What happened to an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It entered the catalogue.
    ItemListed(Profile),
    /// Its particulars changed; the whole profile after the change.
    ItemAmended(Amendment),
    /// A reference price was set.
    ReferencePriceSet(ReferencePrice),
    /// It left the catalogue; what is in stock is used up.
    ItemDelisted(Delisting),
}

/// Particulars of an item. The base unit, category and tracking never change: a changed one is a new item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Names.
    pub names: Names,
    /// What it is.
    pub category: Category,
    /// The unit of every quantity of this item, a UCUM code or a word such as `tablet`.
    pub base_unit: Code,
    /// Packs it comes in.
    pub packs: Vec<Pack>,
    /// ATC code (WHO).
    pub atc: Option<Code>,
    /// UNSPSC code.
    pub unspsc: Option<Code>,
    /// On the national list of essential medicines.
    pub essential: bool,
    /// Must be kept cold.
    pub cold_chain: bool,
    /// What each movement must name.
    pub tracking: Tracking,
    /// Receipts wait for inspection before they can be used.
    pub inspected: bool,
}

/// A pack: so many base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its name, such as `box of 100`.
    pub name: Text,
    /// Base units in it.
    pub factor: Quantity,
    /// Its GTIN.
    pub gtin: Option<Gtin>,
}

/// Categories of item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Medicine.
    Medicine,
    /// Stationery.
    Stationery,
    /// Other consumable.
    Supply,
    /// Durable: in someone's custody until returned or scrapped; never consumed.
    Durable,
}

/// What each movement of an item must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tracking {
    /// The quantity alone.
    Quantity,
    /// The batch.
    Batch,
    /// The batch and its expiry.
    BatchAndExpiry,
}

/// A change of particulars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The whole profile after the change.
    pub profile: Profile,
    /// Why; written for publication.
    pub reason: Text,
}

/// A price to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferencePrice {
    /// Per base unit.
    pub price: UnitPrice,
    /// Where it comes from; written for publication.
    pub source: Text,
}

/// The end of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delisting {
    /// Why; written for publication.
    pub reason: Text,
}

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

impl crate::aggregate::Aggregate for Item {
    type Command = Event;
    type Event = Event;
    type Refusal = super::ruleset::Refusal;
    const KIND: &'static str = "item";
    fn reads(&self, _: &StreamName, _: &Event) -> Vec<StreamName> {
        Vec::new()
    }
    fn decide(
        &self,
        command: Event,
        _: &crate::aggregate::Facts,
    ) -> Result<Vec<Event>, Self::Refusal> {
        Ok(vec![command])
    }
    fn evolve(self, o: crate::aggregate::Occurred<'_, Event>) -> Option<Self> { if let Event::ItemListed(p) = o.event { Some(Self::Listed(p.clone())) } else { Some(self) } }
    super::member!(Item);
}
