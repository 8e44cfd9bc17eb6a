//! Checkpoints that stand in events.

use serde::{Deserialize, Serialize};

use super::{ValueError, legal};
use crate::log::checkpoint::SignedCheckpoint;

/// Largest checkpoint that is taken, in bytes: an entry must hold it.
const NOTE_BYTES_MAX: usize = 32 << 10;

/// A signed checkpoint, verbatim. That its form is right says nothing about its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SavedCheckpoint {
    note: String,
    origin: String,
    size: u64,
}

impl SavedCheckpoint {
    /// Checks the form of a note.
    pub fn new(note: &str) -> Result<Self, ValueError> {
        let parsed = SignedCheckpoint::parse(note.as_bytes()).ok();
        let parsed = parsed.filter(|_| note.len() <= NOTE_BYTES_MAX);
        let parsed = parsed.ok_or_else(|| {
            ValueError::new(
                "checkpoint",
                note,
                legal(
                    "نقطة تحقق موقعة لا تزيد على 32768 بايت",
                    "a signed note of at most 32768 bytes",
                ),
            )
        })?;
        Ok(Self {
            note: note.to_owned(),
            origin: parsed.checkpoint().origin().to_owned(),
            size: parsed.checkpoint().size(),
        })
    }

    /// The note.
    pub fn as_str(&self) -> &str {
        &self.note
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its entries, in number.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Text and signatures, to be checked; `None` never, as its form was checked.
    pub fn signed(&self) -> Option<SignedCheckpoint> {
        SignedCheckpoint::parse(self.note.as_bytes()).ok()
    }
}

impl TryFrom<String> for SavedCheckpoint {
    type Error = ValueError;
    fn try_from(note: String) -> Result<Self, ValueError> {
        Self::new(&note)
    }
}

impl From<SavedCheckpoint> for String {
    fn from(saved: SavedCheckpoint) -> Self {
        saved.note
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::checkpoint::Checkpoint;
    use crate::log::note::LogKey;

    #[test]
    fn only_a_checkpoint_is_one() {
        let key = LogKey::generate("log.test/one").unwrap();
        let signed = Checkpoint::new("log.test/one", 9, crate::log::EMPTY_HASH);
        let signed = signed.unwrap().sign(&key).unwrap();
        let note = String::from_utf8(signed.to_bytes()).unwrap();
        let saved = SavedCheckpoint::new(&note).unwrap();
        assert_eq!((saved.origin(), saved.size()), ("log.test/one", 9));
        assert_eq!(saved.signed(), Some(signed));
        assert!(SavedCheckpoint::new("log.test/one\n9\n").is_err());
        let long = format!("{note}{}", "\n".repeat(NOTE_BYTES_MAX));
        assert!(SavedCheckpoint::new(&long).is_err());
    }
}
