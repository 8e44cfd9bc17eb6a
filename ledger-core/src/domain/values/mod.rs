//! Values that are legal by construction: parse once at the edge, trust inside.

mod calendar;
mod codes;
mod dates;
mod document;
mod keys;
mod media_type;
mod money;
mod octets;
mod quantity;
mod text;
mod withheld;

pub use calendar::{Calendar, Weekday};
pub use codes::*;
pub use dates::{Date, EffectiveAt, Month};
pub use document::DocumentRef;
pub use keys::{KeyAlgorithm, PublicKey};
pub use media_type::MediaType;
pub use money::{Currency, Money, UnitPrice};
pub(crate) use octets::{octets, optional_octets};
pub use quantity::{Change, Quantity};
pub use text::{Names, Text};
pub use withheld::Withheld;

/// A value that cannot be: which one, what was given, what is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no {what}: {rule}")]
pub struct ValueError {
    /// What it should have been, such as `item code`.
    pub what: &'static str,
    /// What was given, cut to 80 characters.
    pub given: String,
    /// What is legal.
    pub rule: &'static str,
}

impl ValueError {
    /// Describes an illegal value.
    pub fn new(what: &'static str, given: impl std::fmt::Display, rule: &'static str) -> Self {
        Self {
            what,
            given: given.to_string().chars().take(80).collect(),
            rule,
        }
    }
}
