//! The index in memory: where each entry lies, and which entries a stream has.
//!
//! Eight bytes an event (an offset and a place in its stream's list) besides what lists hold in reserve. The writer adds
//! entries before they are durable; readers pass the committed size and never see beyond it.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::format::{GROUP_HEADER_BYTES, Position};

/// Most entries of one log: indexes are kept as 32-bit numbers in memory (not on disk).
pub(super) const INDEX_ENTRIES_MAX: u64 = u32::MAX as u64;
/// Largest segment, in bytes: the highest bit of an offset marks the first entry of a group.
pub(super) const SEGMENT_BYTES_MAX: u32 = 1 << 30;

const GROUP_FIRST: u32 = 1 << 31;

/// Where entries lie, and which a stream has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) segments: Vec<SegmentIndex>,
    pub(super) streams: Vec<StreamIndex>,
    by_name: HashMap<Arc<str>, u32>,
}

/// The entries of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SegmentIndex {
    pub(super) number: u32,
    pub(super) first_index: u64,
    /// Where the last group ends.
    pub(super) end: u32,
    /// Where each entry's frame begins; the highest bit marks the first entry of a group.
    pub(super) offsets: Vec<u32>,
}

/// The entries of one stream, by index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StreamIndex {
    pub(super) name: Arc<str>,
    pub(super) indexes: Vec<u32>,
    /// A digest of the last event's id where it was appended since the log was opened.
    pub(super) last: Option<NonZeroU64>,
}

/// Where a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StreamEnd {
    pub(super) number: u32,
    pub(super) revision: u64,
    last: Option<NonZeroU64>,
}

impl StreamEnd {
    /// Whether the last entry may be this event. Of what was appended before the log was opened only its bytes would tell; but
    /// what anybody decided on since was durable then, and is what it was.
    pub(super) fn may_be(self, id: Uuid) -> bool {
        self.last.is_none() || self.last == id_digest(id)
    }
}

/// Where one entry's frame lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) start: u32,
    /// The frame ends here or before.
    pub(super) bound: u32,
}

/// Where to begin to read the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupPlace {
    pub(super) at: Position,
    pub(super) first_index: u64,
    /// The segment's last group ends here.
    pub(super) limit: u32,
}

impl Index {
    /// Number of entries, those included that are not durable yet.
    pub(super) fn len(&self) -> u64 {
        self.segments
            .last()
            .map_or(0, |last| last.first_index + last.offsets.len() as u64)
    }

    /// A new segment begins.
    pub(super) fn begin_segment(&mut self, number: u32, start: u32) {
        let first_index = self.len();
        self.segments.push(SegmentIndex {
            number,
            first_index,
            end: start,
            offsets: Vec::new(),
        });
    }

    /// The stream's number, given now when the name is new.
    pub(super) fn stream_number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        // There are never more streams than entries.
        let number = u32::try_from(self.streams.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        self.by_name.insert(Arc::clone(&name), number);
        self.streams.push(StreamIndex {
            name,
            indexes: Vec::new(),
            last: None,
        });
        number
    }

    /// Adds the next entry: of this stream, its frame beginning at this offset of the last segment.
    pub(super) fn push(&mut self, stream: u32, start: u32, group_first: bool) {
        let index = u32::try_from(self.len()).unwrap_or(u32::MAX);
        if let Some(segment) = self.segments.last_mut() {
            segment.offsets.push(if group_first {
                start | GROUP_FIRST
            } else {
                start
            });
        }
        if let Some(stream) = self.streams.get_mut(stream as usize) {
            stream.indexes.push(index);
            stream.last = None;
        }
    }

    /// Notes which event a stream's last entry is.
    pub(super) fn note_last(&mut self, stream: u32, id: Uuid) {
        if let Some(stream) = self.streams.get_mut(stream as usize) {
            stream.last = id_digest(id);
        }
    }

    /// The last group ends here.
    pub(super) fn end_group(&mut self, end: u32) {
        if let Some(segment) = self.segments.last_mut() {
            segment.end = end;
        }
    }

    /// The stream's entries below `size`.
    pub(super) fn stream(&self, name: &str, size: u64) -> &[u32] {
        let number = self
            .by_name
            .get(name)
            .map_or(usize::MAX, |number| *number as usize);
        let indexes = self
            .streams
            .get(number)
            .map_or(&[][..], |stream| &stream.indexes);
        committed(indexes, size)
    }

    /// Where a stream ends, entries included that are not durable yet.
    pub(super) fn end(&self, name: &str) -> Option<StreamEnd> {
        let number = *self.by_name.get(name)?;
        let stream = self.streams.get(number as usize)?;
        Some(StreamEnd {
            number,
            revision: (stream.indexes.len() as u64).checked_sub(1)?,
            last: stream.last,
        })
    }

    /// Where an entry lies.
    pub(super) fn place(&self, index: u64) -> Option<Place> {
        let (segment, nth) = self.find(index)?;
        let start = *segment.offsets.get(nth)? & !GROUP_FIRST;
        let bound = match segment.offsets.get(nth + 1) {
            Some(next) if next & GROUP_FIRST != 0 => {
                (next & !GROUP_FIRST).saturating_sub(GROUP_HEADER_BYTES)
            }
            Some(next) => *next,
            None => segment.end,
        };
        Some(Place {
            segment: segment.number,
            start,
            bound,
        })
    }

    /// The group that holds an entry.
    pub(super) fn group(&self, index: u64) -> Option<GroupPlace> {
        let (segment, nth) = self.find(index)?;
        let before = segment.offsets.get(..=nth)?;
        let first = before
            .iter()
            .rposition(|offset| offset & GROUP_FIRST != 0)?;
        let start = *before.get(first)? & !GROUP_FIRST;
        let at = Position {
            segment: segment.number,
            offset: start.checked_sub(GROUP_HEADER_BYTES)?,
        };
        let first_index = segment.first_index + first as u64;
        Some(GroupPlace {
            at,
            first_index,
            limit: segment.end,
        })
    }

    /// SHA-256 over where the entries below `size` lie and which stream has which: equal for the same log, however the
    /// index came about.
    pub(super) fn digest(&self, size: u64) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let begun = |segment: &&SegmentIndex| segment.first_index < size;
        for segment in self.segments.iter().take_while(begun) {
            let below = usize::try_from(size.saturating_sub(segment.first_index));
            let count = below.unwrap_or(usize::MAX).min(segment.offsets.len());
            hasher.update(segment.number.to_be_bytes());
            hasher.update(segment.first_index.to_be_bytes());
            put_numbers(
                &mut hasher,
                segment.offsets.get(..count).unwrap_or_default(),
            );
        }
        // Streams are in the order of their first entry; those that begin at or above the size are not there yet.
        for stream in &self.streams {
            let indexes = committed(&stream.indexes, size);
            if !indexes.is_empty() {
                hasher.update((stream.name.len() as u64).to_be_bytes());
                hasher.update(stream.name.as_bytes());
                put_numbers(&mut hasher, indexes);
            }
        }
        hasher.finalize().into()
    }

    /// Rebuilds the names' table after the streams were filled in.
    pub(super) fn rebuild_names(&mut self) {
        let names = self.streams.iter().map(|stream| Arc::clone(&stream.name));
        self.by_name = names.zip(0..).collect();
    }

    fn find(&self, index: u64) -> Option<(&SegmentIndex, usize)> {
        let after = self
            .segments
            .partition_point(|segment| segment.first_index <= index);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let nth = usize::try_from(index - segment.first_index).ok()?;
        (nth < segment.offsets.len()).then_some((segment, nth))
    }
}

/// 64 of an id's bits: enough to tell two events apart that were decided for the same place.
fn id_digest(id: Uuid) -> Option<NonZeroU64> {
    let (high, low) = id.as_u64_pair();
    NonZeroU64::new(high ^ low)
}

fn put_numbers(hasher: &mut Sha256, numbers: &[u32]) {
    hasher.update((numbers.len() as u64).to_be_bytes());
    for number in numbers {
        hasher.update(number.to_be_bytes());
    }
}

/// The part of a sorted list below the committed size.
pub(super) fn committed(indexes: &[u32], size: u64) -> &[u32] {
    let below = |index: &u32| u64::from(*index) < size;
    // Nearly always all of them.
    let count = if indexes.last().is_none_or(below) {
        indexes.len()
    } else {
        indexes.partition_point(below)
    };
    indexes.get(..count).unwrap_or_default()
}
