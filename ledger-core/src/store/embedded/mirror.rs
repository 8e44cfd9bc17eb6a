//! Mirrors: the entries of a log that is elsewhere, byte for byte, in a directory that everything but an append works on.
//!
//! Whoever mirrors has compared the entries with a checkpoint; here they must only be a log: numbered, in order, whole.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::EmbeddedStore;
use super::group::Request;
use super::index::{INDEX_ENTRIES_MAX, Index};
use super::salvage::Salvage;
use crate::store::prepare::FRAME_HEADER_BYTES;
use crate::store::{Entry, EntryError};
use crate::time::Timestamp;

/// Most bytes of entries that a mirror takes at once, with six more for each: what a bundle of tlog-tiles holds fits.
pub const MIRROR_BYTES_MAX: usize = 32 << 20;

/// A mirror, open for writing. Clones share it; when the last one and the last store are gone, it is closed.
#[derive(Clone, Debug)]
pub struct Mirror {
    store: EmbeddedStore,
    /// Where a log is restored: the withheld parts that are left of it.
    salvaged: Option<Arc<Salvage>>,
}

/// Why entries were not taken into a mirror.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError {
    /// The entries do not follow those that are here.
    #[error(
        "the entries begin at index {first_index}, but the mirror has {size}: fetch from {size}"
    )]
    Position {
        /// Index of the first entry given.
        first_index: u64,
        /// Number of entries in the mirror.
        size: u64,
    },
    /// The bytes are no entry.
    #[error("what was given for index {index} is no entry: {error}")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        error: EntryError,
    },
    /// The entry is not the next one of its stream.
    #[error(
        "the entry at index {index} has revision {revision} of {stream}, where {expected} is next"
    )]
    Revision {
        /// Its index.
        index: u64,
        /// Its stream.
        stream: String,
        /// Its revision.
        revision: u64,
        /// The revision that would be next.
        expected: u64,
    },
    /// The entry's stamp is not after the one before.
    #[error(
        "the entry at index {index} is stamped {recorded_at}, not after {last}, as the one before it is"
    )]
    Stamp {
        /// Its index.
        index: u64,
        /// Its stamp.
        recorded_at: Timestamp,
        /// The stamp of the entry before.
        last: Timestamp,
    },
    /// Too much at once.
    #[error("{bytes} bytes of entries at once, at most {MIRROR_BYTES_MAX} are taken: give fewer")]
    TooLarge {
        /// How many bytes, with six for each entry.
        bytes: usize,
    },
    /// No log has more entries.
    #[error("the log is full: {INDEX_ENTRIES_MAX} entries")]
    Full,
    /// The mirror takes no writes (any more). After a failed write it is not known whether these entries are stored.
    #[error("the mirror takes no writes: {0}; open it again and go on from the size that it has")]
    Stopped(String),
}

impl Mirror {
    pub(super) const fn new(store: EmbeddedStore) -> Self {
        Self {
            store,
            salvaged: None,
        }
    }

    pub(super) const fn restoring(store: EmbeddedStore, salvaged: Arc<Salvage>) -> Self {
        Self {
            store,
            salvaged: Some(salvaged),
        }
    }

    /// The mirror for reading. Appends to it are refused.
    pub const fn store(&self) -> &EmbeddedStore {
        &self.store
    }

    /// Takes the log's next entries as they are, all or none, and answers with the mirror's size when they are durable.
    /// `first_index` is the index of the first one. Their withheld parts stay absent, but for what was salvaged of them.
    pub async fn mirror(
        &self,
        first_index: u64,
        entries: Vec<Vec<u8>>,
    ) -> Result<u64, MirrorError> {
        let inner = &self.store.inner;
        let stopped = || MirrorError::Stopped(inner.unavailable());
        let bytes = frame_bytes(&entries)?;
        let units = u32::try_from(bytes.div_ceil(super::QUEUE_UNIT_BYTES)).unwrap_or(u32::MAX);
        let room = Arc::clone(&inner.queue_room).acquire_many_owned(units);
        let _room = room.await.map_err(|_| stopped())?;
        let withheld = match &self.salvaged {
            Some(salvaged) => salvaged
                .of(first_index, &entries)
                .map_err(|error| MirrorError::Stopped(error.to_string()))?,
            None => Vec::new(),
        };
        let (answer, answered) = oneshot::channel();
        let request = Request::Mirror {
            first_index,
            entries,
            withheld,
            answer,
        };
        let queue = inner.queue.as_ref().ok_or_else(stopped)?;
        queue.send(request).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

fn frame_bytes(entries: &[Vec<u8>]) -> Result<usize, MirrorError> {
    let bytes = entries
        .iter()
        .map(|entry| FRAME_HEADER_BYTES + entry.len())
        .sum();
    if bytes > MIRROR_BYTES_MAX {
        return Err(MirrorError::TooLarge { bytes });
    }
    Ok(bytes)
}

/// Entries that may follow what a mirror has.
#[derive(Debug)]
pub(super) struct Successors<'a> {
    /// For each entry: four zero bytes, its length, its bytes.
    pub(super) frames: Vec<u8>,
    /// The stream of each, and where its frame begins.
    pub(super) places: Vec<(&'a str, u32)>,
    pub(super) last_stamp: Option<Timestamp>,
}

impl<'a> Successors<'a> {
    /// Checks that the entries are the next ones of a log.
    pub(super) fn check(
        index: &Index,
        last_stamp: Option<Timestamp>,
        first_index: u64,
        entries: &'a [Vec<u8>],
    ) -> Result<Self, MirrorError> {
        let size = index.len();
        if first_index != size {
            return Err(MirrorError::Position { first_index, size });
        }
        if entries.len() as u64 > INDEX_ENTRIES_MAX.saturating_sub(size) {
            return Err(MirrorError::Full);
        }
        let mut successors = Self {
            frames: Vec::with_capacity(frame_bytes(entries)?),
            places: Vec::with_capacity(entries.len()),
            last_stamp,
        };
        let mut revisions = HashMap::new();
        for (at, bytes) in (first_index..).zip(entries) {
            let entry =
                Entry::decode(bytes).map_err(|error| MirrorError::Entry { index: at, error })?;
            let next = revisions
                .entry(entry.stream)
                .or_insert_with(|| index.stream(entry.stream, u64::MAX).len() as u64);
            successors.push(at, &entry, *next)?;
            *next += 1;
        }
        Ok(successors)
    }

    fn push(
        &mut self,
        index: u64,
        entry: &Entry<'a>,
        next_revision: u64,
    ) -> Result<(), MirrorError> {
        if entry.revision != next_revision {
            return Err(MirrorError::Revision {
                index,
                stream: entry.stream.to_owned(),
                revision: entry.revision,
                expected: next_revision,
            });
        }
        let recorded_at = entry.recorded_at;
        if let Some(last) = self.last_stamp.filter(|last| *last >= recorded_at) {
            return Err(MirrorError::Stamp {
                index,
                recorded_at,
                last,
            });
        }
        self.last_stamp = Some(recorded_at);
        // Both fit: an entry that was decoded is within a u16, all frames within MIRROR_BYTES_MAX.
        let start = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
        let len = u16::try_from(entry.bytes().len()).unwrap_or(u16::MAX);
        self.frames.extend_from_slice(&[0; FRAME_HEADER_BYTES - 2]);
        self.frames.extend_from_slice(&len.to_be_bytes());
        self.frames.extend_from_slice(entry.bytes());
        self.places.push((entry.stream, start));
        Ok(())
    }
}
