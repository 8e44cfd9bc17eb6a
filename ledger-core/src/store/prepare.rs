//! What every store does with an append before it has a place in the log: limits, encoding, and the rules for its stamp.
//!
//! The caller's own task encodes; the single writer only checks the revision, sets the stamp and copies.

use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::entry::{encode, encoded_len, stamp_offset};
use super::{
    APPEND_BYTES_MAX, APPEND_ENTRIES_MAX, Append, AppendError, Expected, Part, StreamName,
};
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// How far the clock may stand behind the last stamp, in seconds, before writes are refused: beyond it, stamps would no longer be
/// near the time at which things happened.
pub(super) const CLOCK_BEHIND_SECONDS_MAX: i64 = 300;

/// Bytes before each entry in [`Prepared::frames`]: room for a checksum (4) and the entry's length (2), as they stand in the log.
pub(super) const FRAME_HEADER_BYTES: usize = 6;

/// An append with its entries encoded, all but the stamps.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) stream: StreamName,
    pub(super) expected: Expected,
    pub(super) not_after: Option<Timestamp>,
    /// Number of entries: 1 to [`APPEND_ENTRIES_MAX`].
    pub(super) count: u32,
    /// The stream's revision after the append.
    pub(super) last_revision: u64,
    /// The id of the last entry.
    pub(super) last_id: Uuid,
    /// For each entry: four zero bytes, its length, its bytes.
    pub(super) frames: Vec<u8>,
    /// Where each frame begins, and where the stamp of its entry lies, from the beginning of `frames`.
    pub(super) places: Vec<(u32, u32)>,
    /// The withheld parts of the entries that have some, by place in this append.
    pub(super) withheld: Vec<(u32, Vec<Part>)>,
    /// Room in a queue that this append takes up until it is dropped.
    pub(super) room: Option<OwnedSemaphorePermit>,
}

/// First and last stamp of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamps {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

/// Checks limits and encodes.
pub(super) fn prepare(append: Append) -> Result<Prepared, AppendError> {
    let invalid = |text: String| AppendError::Invalid(text);
    let Append {
        stream,
        expected,
        entries,
        not_after,
    } = append;
    if entries.is_empty() {
        return Err(invalid("it has no entry".to_owned()));
    }
    if entries.len() > APPEND_ENTRIES_MAX {
        let text = format!(
            "it has {} entries, at most {APPEND_ENTRIES_MAX} are allowed",
            entries.len()
        );
        return Err(invalid(text));
    }
    let (mut frame_bytes, mut part_bytes) = (0_usize, 0_usize);
    for entry in &entries {
        let bytes = encoded_len(&stream, entry).map_err(|error| invalid(error.to_string()))?;
        frame_bytes += FRAME_HEADER_BYTES + bytes;
        part_bytes += entry
            .withheld
            .iter()
            .map(|part| part.bytes.len())
            .sum::<usize>();
    }
    let bytes = frame_bytes + part_bytes;
    if bytes > APPEND_BYTES_MAX {
        return Err(invalid(format!(
            "it has {bytes} bytes, at most {APPEND_BYTES_MAX} are allowed"
        )));
    }
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let last_revision = expected
        .next_revision()
        .checked_add(u64::from(count) - 1)
        .filter(|_| expected.revision() != Some(u64::MAX))
        .ok_or_else(|| invalid("its revisions leave the range of numbers".to_owned()))?;
    let mut prepared = Prepared {
        stream,
        expected,
        not_after,
        count,
        last_revision,
        last_id: entries.last().map_or(Uuid::nil(), |last| last.id),
        frames: Vec::with_capacity(frame_bytes),
        places: Vec::with_capacity(entries.len()),
        withheld: Vec::new(),
        room: None,
    };
    for (place, entry) in (0..).zip(entries) {
        prepared
            .push(place, entry)
            .map_err(|error| invalid(error.to_string()))?;
    }
    Ok(prepared)
}

impl Prepared {
    fn push(&mut self, place: u32, entry: super::NewEntry) -> Result<(), super::EntryError> {
        let start = self.frames.len();
        let revision = self
            .expected
            .next_revision()
            .saturating_add(u64::from(place));
        self.frames.extend_from_slice(&[0; FRAME_HEADER_BYTES]);
        let entry_start = self.frames.len();
        encode(
            &mut self.frames,
            &self.stream,
            revision,
            Timestamp::default(),
            &entry,
        )?;
        let len = u16::try_from(self.frames.len() - entry_start).unwrap_or(u16::MAX);
        if let Some(field) = self.frames.get_mut(entry_start - 2..entry_start) {
            field.copy_from_slice(&len.to_be_bytes());
        }
        let stamp = entry_start + stamp_offset(&self.stream, entry.kind);
        // An append is at most APPEND_BYTES_MAX long, far inside a u32.
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.places.push((narrow(start), narrow(stamp)));
        if !entry.withheld.is_empty() {
            self.withheld.push((place, entry.withheld));
        }
        Ok(())
    }

    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        let parts = self.withheld.iter().flat_map(|(_, parts)| parts);
        self.frames.len() + parts.map(|part| part.bytes.len()).sum::<usize>()
    }

    /// Refuses unless the stream stands where it was expected: at this revision, and at this event where that is known.
    pub(super) fn check_expected(
        &self,
        actual: Option<u64>,
        is_last: impl FnOnce(Uuid) -> bool,
    ) -> Result<(), AppendError> {
        if self.expected.revision() == actual && self.expected.event().is_none_or(is_last) {
            Ok(())
        } else {
            Err(AppendError::Conflict {
                stream: self.stream.clone(),
                actual,
            })
        }
    }

    /// The stamps that the append gets now: strictly after the last one, one microsecond apart.
    pub(super) fn stamps(
        &self,
        last: Option<Timestamp>,
        now: Timestamp,
        behind_seconds_max: i64,
    ) -> Result<Stamps, AppendError> {
        let behind = last.map_or(0, |last| last.micros_since(now));
        if behind > behind_seconds_max.saturating_mul(MICROS_PER_SECOND) {
            let seconds = behind / MICROS_PER_SECOND;
            return Err(AppendError::Unavailable(format!(
                "the clock shows {now}, {seconds} s before the last recorded entry; set the clock right"
            )));
        }
        let first = last.map_or(now, |last| now.max(last.plus_micros(1)));
        let final_stamp = first.plus_micros(i64::from(self.count) - 1);
        if final_stamp.micros_since(first) != i64::from(self.count) - 1 || last == Some(first) {
            return Err(AppendError::Unavailable(
                "the clock stands at the end of time".to_owned(),
            ));
        }
        match self.not_after {
            Some(limit) if final_stamp > limit => {
                let stamped = first.max(limit.plus_micros(1));
                Err(AppendError::TooLate { stamped })
            }
            _ => Ok(Stamps {
                first,
                last: final_stamp,
            }),
        }
    }

    /// Writes the stamps into the encoded entries.
    pub(super) fn stamp(&mut self, first: Timestamp) {
        for (n, (_, at)) in (0..).zip(&self.places) {
            let at = *at as usize;
            if let Some(field) = self.frames.get_mut(at..at + 8) {
                field.copy_from_slice(&first.plus_micros(n).as_micros().to_be_bytes());
            }
        }
    }

    /// The encoded entries, in order.
    pub(super) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.places.iter().skip(1).map(|(start, _)| *start as usize);
        let ends = ends.chain(std::iter::once(self.frames.len()));
        self.places.iter().zip(ends).map(|((start, _), end)| {
            self.frames
                .get(*start as usize + FRAME_HEADER_BYTES..end)
                .unwrap_or_default()
        })
    }
}
