//! What is stored about an item. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::values::{Code, Gtin, Names, Quantity, Text, UnitPrice};

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
    /// Packs it comes in, at most [`PACKS_MAX`].
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

/// Most packs of one item: its largest profile fits into one entry.
pub const PACKS_MAX: usize = 20;

/// A pack: so many base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its name, such as `box of 100`; no other pack of the item has it.
    pub name: Text,
    /// Base units in it, above zero.
    pub factor: Quantity,
    /// Its GTIN; no other pack of the item has it.
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
