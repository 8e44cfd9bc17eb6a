//! What can be wrong with an event that is written or read: where, and what.

use crate::domain::values::ValueError;
use crate::store::PartClass;

/// Stored bytes that are no event: which kind, which field, what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} cannot be read{}: {defect}", shown(field))]
pub struct DecodeError {
    /// The event type as stored, cut to 200 characters.
    pub kind: String,
    /// Path of the field, such as `lines[3].key.item`; empty for the event as a whole.
    pub field: String,
    /// What is wrong.
    pub defect: Defect,
}

/// An event that cannot be written, because it could not be read again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} cannot be written{}: {defect}", shown(field))]
pub struct EncodeError {
    /// The event type.
    pub kind: &'static str,
    /// Path of the field, such as `lines[3].quantity`; empty for the event as a whole.
    pub field: String,
    /// What is wrong.
    pub defect: Defect,
}

/// What is wrong with a field or a whole event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// The event type is not one that this program knows.
    #[error("this program does not know the event type")]
    UnknownKind,
    /// The bytes are not protobuf of this message.
    #[error("{0}")]
    Protobuf(#[from] prost::DecodeError),
    /// The field must be there.
    #[error("it is missing")]
    Missing,
    /// The number stands for nothing in its enumeration.
    #[error("{0} is not a value of this enumeration")]
    Choice(i32),
    /// The value is not legal.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A list is too short or too long.
    #[error("{count} of them; {min} to {max} are allowed")]
    Count {
        /// How many there are.
        count: usize,
        /// Fewest allowed.
        min: usize,
        /// Most allowed.
        max: usize,
    },
    /// The elements of a set are not in rising order, or one is there twice.
    #[error("it is not above the one before")]
    Order,
    /// A field of fixed size has another size.
    #[error("{actual} bytes instead of {expected}")]
    Length {
        /// Its size in bytes.
        actual: usize,
        /// The size it must have, in bytes.
        expected: usize,
    },
    /// A number does not fit where it is kept.
    #[error("the number {0} is too large or too small")]
    Number(String),
    /// A withheld part with this index is not in the entry.
    #[error("it refers to withheld part {0}, which the entry does not have")]
    NoSuchPart(u32),
    /// Another field refers to the same withheld part.
    #[error("another field also refers to withheld part {0}")]
    PartTaken(u32),
    /// A withheld part is of another class than the field's.
    #[error("withheld part {part} is of class {actual:?} instead of {expected:?}")]
    PartClass {
        /// Index of the part.
        part: u32,
        /// Its class.
        actual: PartClass,
        /// The class of the field.
        expected: PartClass,
    },
    /// The content of a withheld part is not UTF-8.
    #[error("the content of withheld part {0} is not UTF-8")]
    PartText(u32),
    /// The content of a withheld part has another form. It is not repeated here: errors are shown and logged.
    #[error("the content of withheld part {part} is not {form}")]
    PartForm {
        /// Index of the part.
        part: u32,
        /// The form that it must have.
        form: &'static str,
    },
    /// The same bid has another encoding, which is the one that counts.
    #[error("these bytes are not the one encoding of what they say")]
    NotCanonical,
    /// No field refers to a withheld part.
    #[error("no field refers to withheld part {0}")]
    PartUnused(usize),
    /// The entry and what the store holds of it differ in their number of withheld parts.
    #[error("{held} withheld parts were given for an entry that has {committed}")]
    PartCount {
        /// Parts that were given.
        held: usize,
        /// Parts that the entry has.
        committed: usize,
    },
    /// Only the commitment of a withheld part is known, so it cannot be written anew.
    #[error("only the commitment of this withheld content is known")]
    Committed,
    /// The ledger fills the field in, so a request leaves it empty.
    #[error("the ledger fills it in; leave it empty")]
    FilledIn,
    /// The stream's name is not legal.
    #[error("{0}")]
    Stream(#[from] crate::store::StreamNameError),
}

/// A defect on its way up: each level puts the name of its field in front.
#[derive(Debug)]
pub struct Fault(Box<(String, Defect)>);

impl<D: Into<Defect>> From<D> for Fault {
    fn from(defect: D) -> Self {
        Self(Box::new((String::new(), defect.into())))
    }
}

impl Fault {
    pub(super) fn decode_error(self, kind: &str) -> DecodeError {
        let (field, defect) = *self.0;
        let kind = kind.chars().take(200).collect();
        DecodeError {
            kind,
            field,
            defect,
        }
    }

    pub(super) fn encode_error(self, kind: &'static str) -> EncodeError {
        let (field, defect) = *self.0;
        EncodeError {
            kind,
            field,
            defect,
        }
    }

    /// Puts a field's name or an element's `[n]` in front of the path.
    pub(super) fn below(mut self, place: &str) -> Self {
        let path = &mut self.0.0;
        let dot = !path.is_empty() && !path.starts_with('[');
        *path = format!("{place}{}{path}", if dot { "." } else { "" });
        self
    }
}

/// Says where a fault is. Costs nothing where there is none.
pub(super) trait At: Sized {
    /// In the field of this name.
    fn at(self, field: &str) -> Self;
    /// In this element of a list.
    fn nth(self, index: usize) -> Self;
}

impl<T> At for Result<T, Fault> {
    fn at(self, field: &str) -> Self {
        self.map_err(|fault| fault.below(field))
    }

    fn nth(self, index: usize) -> Self {
        self.map_err(|fault| fault.below(&format!("[{index}]")))
    }
}

fn shown(field: &str) -> String {
    if field.is_empty() {
        String::new()
    } else {
        format!(" at {field}")
    }
}
