//! What an entry does not show.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A withheld part of an event: known here, or known only by its commitment (a mirror, or after erasure).
///
/// It serialises as the word `withheld`, so that neither a command's public hash nor a printed event nor a view's
/// snapshot ever carries the content; and it cannot be read back from there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Withheld<T> {
    /// The content.
    Known(T),
    /// Its commitment: SHA-256 as in DESIGN 3.
    Committed([u8; 32]),
}

impl<T> Withheld<T> {
    /// The content, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(content) => Some(content),
            Self::Committed(_) => None,
        }
    }
}

impl<T> Serialize for Withheld<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("withheld")
    }
}

impl<'de, T> Deserialize<'de> for Withheld<T> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(de::Error::custom("withheld content is not kept here"))
    }
}
