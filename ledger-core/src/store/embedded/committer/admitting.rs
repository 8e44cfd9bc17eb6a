//! From appends to the bytes of a group: each gets its place and its stamps, or hears why it has none.

use std::sync::Arc;

use super::Committer;
use crate::store::embedded::format::{GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES};
use crate::store::embedded::group::{Answer, Group, Request};
use crate::store::embedded::index::{INDEX_ENTRIES_MAX, Index};
use crate::store::embedded::options::GAP_DAYS_MAX;
use crate::store::embedded::parts::Written;
use crate::store::prepare::{CLOCK_BEHIND_SECONDS_MAX, Prepared};
use crate::store::{AppendError, Appended};
use crate::time::{MICROS_PER_DAY, Timestamp};

/// A group is closed when it has this many bytes: more would only make its first append wait longer.
const GROUP_BYTES_ENOUGH: usize = 1 << 20;

impl Committer {
    /// Admits appends into the buffer until the queue is empty, the group is large enough, or one does not fit.
    pub(super) fn assemble(
        &mut self,
        first: Prepared,
        answer: Answer,
        next: &mut dyn FnMut() -> Option<Request>,
    ) -> (Group, Option<Request>) {
        let room = self.room();
        let headers = self.begin_buffer();
        let mut group = Group {
            last_stamp: self.last_stamp,
            ..Group::default()
        };
        let shared = Arc::clone(&self.shared);
        let mut index = shared.index_mut();
        let mut taken = Some((first, answer));
        while let Some((prepared, answer)) = taken.take() {
            let result = self.admit(&mut index, &mut group, prepared);
            group.answers.push((answer, result));
            let bytes = self.buffer.len() - headers;
            if bytes >= GROUP_BYTES_ENOUGH {
                break;
            }
            match next() {
                Some(Request::Append(prepared, answer))
                    if bytes + prepared.frames.len() <= room =>
                {
                    taken = Some((*prepared, answer));
                }
                left => return (group, left),
            }
        }
        (group, None)
    }

    /// Empties the buffer and leaves room for what stands before a group's entries; says how much.
    pub(super) fn begin_buffer(&mut self) -> usize {
        let headers = GROUP_HEADER_BYTES
            + if self.begins_after.is_some() {
                SEGMENT_HEADER_BYTES
            } else {
                0
            };
        let headers = headers as usize;
        self.buffer.clear();
        self.buffer.resize(headers, 0);
        headers
    }

    /// Gives an append its place, or says why it has none.
    fn admit(
        &mut self,
        index: &mut Index,
        group: &mut Group,
        mut prepared: Prepared,
    ) -> Result<Appended, AppendError> {
        let end = index.end(prepared.stream.as_str());
        prepared.check_expected(end.map(|end| end.revision), |id| {
            end.is_some_and(|end| end.may_be(id))
        })?;
        let first_index = index.len();
        if first_index + u64::from(prepared.count) > INDEX_ENTRIES_MAX {
            return Err(AppendError::Unavailable(
                "the log is full: 4,294,967,295 entries".to_owned(),
            ));
        }
        let now = self.clock.now()?;
        self.check_gap(group.last_stamp, now)?;
        let stamps = prepared.stamps(group.last_stamp, now, CLOCK_BEHIND_SECONDS_MAX)?;
        self.clock_trusted = true;
        prepared.stamp(stamps.first);
        let stream = end.map_or_else(
            || index.stream_number(prepared.stream.as_str()),
            |end| end.number,
        );
        let places = prepared.places.iter().map(|(start, _)| (stream, *start));
        self.lay(index, &prepared.frames, places, group.count == 0);
        index.note_last(stream, prepared.last_id);
        for (place, parts) in prepared.withheld {
            let written = parts.into_iter().map(Written::Known).collect();
            group
                .withheld
                .push((first_index + u64::from(place), written));
        }
        group.count += prepared.count;
        group.last_stamp = Some(stamps.last);
        Ok(Appended {
            first_index,
            count: u64::from(prepared.count),
            revision: prepared.last_revision,
            recorded_at: stamps.last,
        })
    }

    /// Puts encoded entries into the buffer, each with the checksum of its index, and notes in the index where they lie:
    /// of which stream each is, and where its frame begins in `frames`.
    pub(super) fn lay(
        &mut self,
        index: &mut Index,
        frames: &[u8],
        places: impl Iterator<Item = (u32, u32)> + Clone,
        begins_group: bool,
    ) {
        let first_index = index.len();
        let frames_at = self.buffer.len();
        // In a new segment, the header that precedes the group in the buffer lies before its end as well.
        let base = if self.begins_after.is_some() {
            0
        } else {
            self.at.offset
        };
        self.buffer.extend_from_slice(frames);
        let ends = places.clone().skip(1).map(|(_, start)| start as usize);
        let ends = ends.chain(std::iter::once(frames.len()));
        for ((n, (stream, start)), end) in (0_u64..).zip(places).zip(ends) {
            let start = start as usize;
            let frame = self
                .buffer
                .get_mut(frames_at + start..frames_at + end)
                .unwrap_or_default();
            if let Some((checksum, frame)) = frame.split_first_chunk_mut::<4>() {
                *checksum = self
                    .shared
                    .log_id
                    .frame_checksum(first_index + n, frame)
                    .to_be_bytes();
            }
            let offset = u32::try_from(frames_at + start).unwrap_or(u32::MAX);
            index.push(stream, base.saturating_add(offset), begins_group && n == 0);
        }
    }

    /// The first stamp after opening is not years after the last one, unless somebody said that it may be.
    fn check_gap(&self, last: Option<Timestamp>, now: Timestamp) -> Result<(), AppendError> {
        let Some(last) = last.filter(|_| !self.clock_trusted) else {
            return Ok(());
        };
        let days = now.micros_since(last) / MICROS_PER_DAY;
        if days < GAP_DAYS_MAX {
            return Ok(());
        }
        Err(AppendError::Unavailable(format!(
            "the clock shows {now}, {days} days after the last recorded entry; set the clock right and open the log again, or \
             allow the gap (--allow-gap, Options::allow_gap) if nothing was recorded for so long"
        )))
    }
}
