//! Values that are legal by construction: parse once at the edge, trust inside.

mod calendar;
mod checkpoint;
mod clocks;
mod codes;
mod dates;
mod document;
mod keys;
mod legal;
mod media_type;
mod money;
mod octets;
mod quantity;
mod text;
mod withheld;

pub use calendar::{Calendar, Weekday};
pub use checkpoint::SavedCheckpoint;
pub use clocks::{ClockChange, Clocks};
pub use codes::*;
pub use dates::{Date, EffectiveAt, Month, rfc3339};
pub use document::DocumentRef;
pub use keys::{KeyAlgorithm, PublicKey};
pub use legal::{Legal, ValueError, legal};
pub use media_type::MediaType;
pub use money::{Currency, Money, UnitPrice};
pub(crate) use octets::{octets, optional_octets};
pub use quantity::{Change, Quantity};
pub use text::{Names, Text};
pub use withheld::Withheld;
