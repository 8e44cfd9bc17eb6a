//! Shapes that stock documents share: keys, papers, lines.

use serde::{Deserialize, Serialize};

use crate::domain::values::{
    Batch, Date, DocumentNumber, ItemCode, Programme, Quantity, ReservationId, Sha256, Text,
    UnitPrice, Withheld,
};

/// Most lines of one document.
pub const LINES_MAX: usize = 200;

/// What is kept apart in a store: item, and where they are tracked batch and programme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StockKey {
    /// The item.
    pub item: ItemCode,
    /// The batch.
    pub batch: Option<Batch>,
    /// The programme that owns the stock.
    pub programme: Option<Programme>,
}

/// The paper behind an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its number.
    pub number: DocumentNumber,
    /// Its scan, in the attachment store.
    pub attachment: Option<Sha256>,
    /// A remark; it may name people, so it is withheld.
    pub note: Option<Withheld<Text>>,
}

/// A line of goods coming in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineIn {
    /// What.
    pub key: StockKey,
    /// The batch's expiry: usable through this day.
    pub expiry: Option<Date>,
    /// How much, in base units, above zero (an opening balance may be zero).
    pub quantity: Quantity,
    /// What one base unit cost.
    pub unit_price: Option<UnitPrice>,
}

/// A line of goods going out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOut {
    /// What.
    pub key: StockKey,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
    /// The reservation it is taken from.
    pub reservation: Option<ReservationId>,
    /// Why not the batch that expires first.
    pub fefo_override: Option<Text>,
}

/// `item`, `item/batch` or `item/batch@programme`, as people read it.
impl std::fmt::Display for StockKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.item)?;
        if let Some(batch) = &self.batch {
            write!(f, "/{batch}")?;
        }
        if let Some(programme) = &self.programme {
            write!(f, "@{programme}")?;
        }
        Ok(())
    }
}
