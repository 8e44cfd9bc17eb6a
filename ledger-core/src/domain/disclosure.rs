//! What became of the withheld parts of one entry: published, or erased on a legal order. One stream per entry, named
//! after its event id.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::values::{DocumentNumber, Text};
use crate::store::{PartClass, StreamName};

/// What happened to a withheld part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Salt and content were published: anyone can check them against the commitment in the entry.
    PartDisclosed(Disclosed),
    /// Salt and content were destroyed; the entry and its leaf stay.
    PartErased(Erased),
}

/// A published part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// Which part.
    pub part: PartRef,
    /// Its class.
    pub class: PartClass,
    /// Its salt.
    pub salt: [u8; 32],
    /// Its encoded content, at most [`PART_BYTES_MAX`] bytes.
    pub bytes: Vec<u8>,
}

/// A destroyed part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Which part.
    pub part: PartRef,
    /// The legal order.
    pub order: LegalOrder,
}

/// A withheld part of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRef {
    /// The entry's event id.
    pub event: Uuid,
    /// The entry's log index.
    pub index: u64,
    /// The part's number in the entry, from 0.
    pub part: u8,
}

/// An order of a court or authority to erase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalOrder {
    /// Its number.
    pub number: DocumentNumber,
    /// Who gave it.
    pub authority: Text,
    /// On what grounds; written for publication.
    pub grounds: Text,
}

/// Largest content that a disclosure can carry, in bytes: it must fit into one entry with its metadata.
pub const PART_BYTES_MAX: usize = 60_000;

/// The fate of the withheld parts of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure;

impl Disclosure {
    /// The stream about the entry with this event id.
    pub fn stream(event: Uuid) -> StreamName {
        StreamName::of("disclosure", &event.hyphenated().to_string())
    }
}

super::passing!(Disclosure, "disclosure");
