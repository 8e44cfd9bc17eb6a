//! How far a mirror has followed: a hint for the next start, believed only where it fits the mirror.
//!
//! It is written after the entries that it speaks of are durable, so it is never ahead of them. Where it is lost, damaged or of
//! another mirror, the log is read from its beginning and compared with what the mirror holds.

use std::sync::Arc;

use uuid::Uuid;

use crate::store::embedded::{Derived, EmbeddedStore, Mode, read_all, replace};
use crate::store::{EventStore as _, ReadError};
use crate::time::Timestamp;

/// The file, in the mirror's directory.
pub const PLACE_FILE: &str = "cluster";

const MAGIC: &[u8; 8] = b"SIJILLKP";
const PLACE_BYTES: usize = 8 + 8 + 8 + 8 + 16 + 4;

/// A place in the cluster's log: in the order of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) commit: u64,
    pub(super) prepare: u64,
}

/// How far the cluster's log was followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Everything up to here was read; `None` before the beginning.
    pub(super) after: Option<Position>,
    /// The index that the next entry gets.
    pub(super) next: u64,
    /// The stamp of the entry before.
    pub(super) last_stamp: Option<Timestamp>,
}

impl Place {
    /// Where a mirror ended, as its file says; the beginning where that says nothing that fits.
    pub(super) fn load(mirror: &EmbeddedStore) -> Result<Self, ReadError> {
        let Some((after, next, id)) = read(&mirror.derived()) else {
            return Ok(Self::default());
        };
        if next == 0 || next > mirror.size() {
            return Ok(Self::default());
        }
        let batch = mirror.entry(next - 1)?;
        let last = batch.get(0).filter(|(_, entry)| entry.id == id);
        Ok(last.map_or_else(Self::default, |(_, entry)| Self {
            after: Some(after),
            next,
            last_stamp: Some(entry.recorded_at),
        }))
    }

    /// Writes the file, durably. Nothing is written before the first entry.
    pub(super) fn save(self, mirror: &EmbeddedStore) -> Result<(), ReadError> {
        let (Some(after), Some(last)) = (self.after, self.next.checked_sub(1)) else {
            return Ok(());
        };
        let batch = mirror.entry(last)?;
        let id = batch.get(0).map_or(Uuid::nil(), |(_, entry)| entry.id);
        let bytes = encode(after, self.next, id);
        let Derived { files, dir, .. } = mirror.derived();
        replace(&*files, &dir, PLACE_FILE, &bytes)
            .map_err(|error| ReadError::Unavailable(error.to_string()))
    }
}

fn encode(after: Position, next: u64, id: Uuid) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PLACE_BYTES);
    bytes.extend_from_slice(MAGIC);
    for number in [after.commit, after.prepare, next] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_be_bytes());
    bytes
}

fn read(derived: &Derived) -> Option<(Position, u64, Uuid)> {
    let path = derived.dir.join(PLACE_FILE);
    let file: Arc<_> = derived.files.open(&path, Mode::Read).ok()?;
    decode(&read_all(&*file).ok()?)
}

fn decode(bytes: &[u8]) -> Option<(Position, u64, Uuid)> {
    let (fields, checksum) = bytes.split_last_chunk::<4>()?;
    if bytes.len() != PLACE_BYTES || crc32c::crc32c(fields) != u32::from_be_bytes(*checksum) {
        return None;
    }
    let rest = fields.strip_prefix(MAGIC)?;
    let (commit, rest) = rest.split_first_chunk()?;
    let (prepare, rest) = rest.split_first_chunk()?;
    let (next, id) = rest.split_first_chunk()?;
    let position = Position {
        commit: u64::from_be_bytes(*commit),
        prepare: u64::from_be_bytes(*prepare),
    };
    Some((
        position,
        u64::from_be_bytes(*next),
        Uuid::from_slice(id).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_or_not_at_all() {
        let position = Position {
            commit: 7 << 40,
            prepare: 3,
        };
        let place = (position, 12, Uuid::from_u128(9));
        let bytes = encode(place.0, place.1, place.2);
        assert_eq!(decode(&bytes), Some(place));
        for at in 0..bytes.len() {
            assert_eq!(decode(&bytes[..at]), None);
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(decode(&damaged), None, "byte {at}");
        }
    }
}
