//! The commit path: appends in, one write, one fdatasync, answers out. Runs on one thread.

mod mirror;

use std::io;
use std::sync::Arc;

use super::erase;
use super::files::{File, Mode};
use super::format::{
    GROUP_ALIGNMENT, GROUP_HEADER_BYTES, GroupHeader, Head, Position, SEGMENT_HEADER_BYTES,
    SegmentHeader,
};
use super::group::{Answer, Group, Request};
use super::index::{INDEX_ENTRIES_MAX, Index};
use super::keeper::Keeper;
use super::layout::HEAD_FILE;
use super::options::GAP_DAYS_MAX;
use super::shared::Shared;
use crate::store::prepare::{CLOCK_BEHIND_SECONDS_MAX, Prepared};
use crate::store::{AppendError, Appended, Part, ReadError};
use crate::time::{Clock, MICROS_PER_DAY, Timestamp};

/// A group is closed when it has this many bytes: more would only make its first append wait longer.
const GROUP_BYTES_ENOUGH: usize = 1 << 20;
/// Entries after which a snapshot of the index is due, at least; and that part of all entries.
const SNAPSHOT_ENTRIES_MIN: u64 = 1 << 18;
const SNAPSHOT_PART: u64 = 8;
/// By how much the file of withheld parts grows at once.
const PARTS_GROWTH_BYTES: u32 = 1 << 20;

/// The single writer.
pub(super) struct Committer {
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    keeper: Keeper,
    head_file: Arc<dyn File>,
    segment: Arc<dyn File>,
    segment_len: u32,
    /// The segment was taken but has no header yet: it goes out with the first group. Where the one before ended.
    begins_after: Option<u32>,
    /// Where the next group goes.
    at: Position,
    /// The committed end.
    head: Head,
    last_stamp: Option<Timestamp>,
    buffer: Vec<u8>,
    snapshot_size: u64,
    /// The clock was found near the last stamp since the log was opened, or is taken at its word.
    clock_trusted: bool,
}

impl Committer {
    /// Takes over a log that was just opened. The head is durable before the first write: from here on the close is not clean.
    pub(super) fn start(
        shared: Arc<Shared>,
        clock: Arc<dyn Clock>,
        keeper: Keeper,
        opened: (Head, Option<Timestamp>, u64),
    ) -> io::Result<Self> {
        let (head, last_stamp, snapshot_size) = opened;
        let dir = &shared.dir;
        let head_file = dir.files.open(&dir.root.join(HEAD_FILE), Mode::Write)?;
        head_file.write_at(&head.encode(shared.log_id), 0)?;
        head_file.sync()?;
        dir.files.sync_dir(&dir.root)?;
        let segment = dir.open_segment(head.end.segment, Mode::Write)?;
        let segment_len = u32::try_from(segment.len()?).unwrap_or(u32::MAX);
        keeper.prepare(head.end.segment.saturating_add(1));
        Ok(Self {
            shared,
            clock,
            keeper,
            head_file,
            segment,
            segment_len,
            begins_after: None,
            at: head.end,
            head,
            last_stamp,
            buffer: Vec::new(),
            snapshot_size,
            clock_trusted: false,
        })
    }

    /// Takes the clock at its word, however far after the last stamp it stands.
    pub(super) const fn trust_clock(&mut self) {
        self.clock_trusted = true;
    }

    /// Handles one request, and what `next` has waiting when it is an append. Returns what did not fit any more.
    pub(super) fn handle(
        &mut self,
        request: Request,
        next: &mut dyn FnMut() -> Option<Request>,
    ) -> Option<Request> {
        match request {
            Request::Append(prepared, answer) => self.commit(*prepared, answer, next),
            Request::Mirror {
                first_index,
                entries,
                answer,
            } => {
                let mirrored = self.mirror(first_index, &entries);
                // Whoever asked may have gone.
                let _ = answer.send(mirrored);
                None
            }
            Request::Erase {
                index,
                part,
                answer,
            } => {
                let erased = self.erase(index, part);
                // Whoever asked may have gone.
                let _ = answer.send(erased);
                None
            }
            Request::Close => None,
        }
    }

    /// Ends in order: snapshot, then the head that says so.
    pub(super) fn close(mut self) {
        self.keeper.finish();
        if self.shared.stopped().is_some() {
            return;
        }
        if self.snapshot_size != self.head.size {
            self.keeper.snapshot_now(&self.head);
        }
        let head = Head {
            clean: true,
            ..self.head
        };
        let written = self.head_file.write_at(&head.encode(self.shared.log_id), 0);
        if let Err(error) = written.and_then(|()| self.head_file.sync()) {
            self.shared
                .note(format!("the head could not be closed: {error}"));
        }
        self.shared.stop("it was closed");
    }

    fn commit(
        &mut self,
        first: Prepared,
        answer: Answer,
        next: &mut dyn FnMut() -> Option<Request>,
    ) -> Option<Request> {
        if let Some(why) = self.shared.stopped() {
            let _ = answer.send(Err(AppendError::Unavailable(why.to_owned())));
            return None;
        }
        if let Err(error) = self.make_room(first.frames.len()) {
            let why = format!("no room for more entries: {error}");
            self.shared.stop(&why);
            let _ = answer.send(Err(AppendError::Unavailable(why)));
            return None;
        }
        let (group, left) = self.assemble(first, answer, next);
        if group.count == 0 {
            group.answer();
            return left;
        }
        match self.write(&group) {
            Ok(()) => self.publish(group),
            Err(error) => {
                self.shared.stop(&error.to_string());
                group.answer_unknown(&error.to_string());
            }
        }
        left
    }

    /// Goes to the next segment when this one has no room for so many bytes of frames.
    fn make_room(&mut self, frame_bytes: usize) -> io::Result<()> {
        if frame_bytes <= self.room() {
            return Ok(());
        }
        let needed =
            frame_bytes + (SEGMENT_HEADER_BYTES + GROUP_HEADER_BYTES + GROUP_ALIGNMENT) as usize;
        let needed = u32::try_from(needed).map_err(|_| io::ErrorKind::FileTooLarge)?;
        if self.begins_after.is_some() {
            // Taken before, for appends that were then refused, and too small for this one.
            self.segment_len = Keeper::lengthen(&*self.segment, self.segment_len, needed)?;
            return Ok(());
        }
        let number = self
            .at
            .segment
            .checked_add(1)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        let prepared = self.keeper.take(number, needed)?;
        self.begins_after = Some(self.at.offset);
        self.segment = prepared.file;
        self.segment_len = prepared.len;
        self.at = Position {
            segment: number,
            offset: SEGMENT_HEADER_BYTES,
        };
        self.shared
            .index_mut()
            .begin_segment(number, SEGMENT_HEADER_BYTES);
        self.keeper.prepare(number.saturating_add(1));
        Ok(())
    }

    /// Bytes of frames that still fit into the segment.
    fn room(&self) -> usize {
        let used = self
            .at
            .offset
            .saturating_add(GROUP_HEADER_BYTES + GROUP_ALIGNMENT);
        self.segment_len.saturating_sub(used) as usize
    }

    /// Admits appends into the buffer until the queue is empty, the group is large enough, or one does not fit.
    fn assemble(
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
    fn begin_buffer(&mut self) -> usize {
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
        prepared.check_expected(index.revision(prepared.stream.as_str()))?;
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
        let stream = index.stream_number(prepared.stream.as_str());
        let places = prepared.places.iter().map(|(start, _)| (stream, *start));
        self.lay(index, &prepared.frames, places, group.count == 0);
        for (place, parts) in prepared.withheld {
            group.withheld.push((first_index + u64::from(place), parts));
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
    fn lay(
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

    /// Makes the group durable: its withheld parts first, then its entries.
    fn write(&mut self, group: &Group) -> io::Result<()> {
        if !group.withheld.is_empty() {
            self.write_parts(&group.withheld)?;
        }
        let (at, log_id) = (self.at, self.shared.log_id);
        let segment_header = if self.begins_after.is_some() {
            SEGMENT_HEADER_BYTES as usize
        } else {
            0
        };
        let (_, group_bytes) = self
            .buffer
            .split_at_mut_checked(segment_header)
            .unwrap_or_default();
        let (_, body) = group_bytes
            .split_at_checked(GROUP_HEADER_BYTES as usize)
            .unwrap_or_default();
        let durable = match self.begins_after {
            Some(offset) => Position {
                segment: at.segment - 1,
                offset,
            },
            None => at,
        };
        let header = GroupHeader {
            first_index: self.head.size,
            count: group.count,
            body_bytes: u32::try_from(body.len()).unwrap_or(u32::MAX),
            body_checksum: crc32c::crc32c(body),
            durable,
        };
        put(&mut self.buffer, segment_header, &header.encode(log_id, at));
        if let Some(previous_end) = self.begins_after {
            let header = SegmentHeader {
                log_id,
                first_index: self.head.size,
                number: at.segment,
                segment_bytes: self.segment_len,
                previous_end,
                origin: self.shared.origin.to_string(),
                role: self.shared.role,
            };
            put(&mut self.buffer, 0, &header.encode());
        }
        let padded = self.buffer.len().next_multiple_of(GROUP_ALIGNMENT as usize);
        self.buffer.resize(padded, 0);
        let offset = if self.begins_after.is_some() {
            0
        } else {
            at.offset
        };
        self.segment.write_at(&self.buffer, u64::from(offset))?;
        self.segment.sync()?;
        let end = offset.saturating_add(u32::try_from(padded).unwrap_or(u32::MAX));
        self.at.offset = end;
        self.head.end = self.at;
        self.head.size += u64::from(group.count);
        self.head.last_stamp = group.last_stamp.unwrap_or_default();
        self.last_stamp = group.last_stamp;
        self.begins_after = None;
        Ok(())
    }

    fn write_parts(&self, withheld: &[(u64, Vec<Part>)]) -> io::Result<()> {
        let parts = &self.shared.parts;
        let (mut bytes, places) = parts.encode(withheld);
        let start = places.end - bytes.len() as u64;
        if places.end > parts.file.len()? {
            // Grown by whole chunks: later records then fall into bytes that are already the file's.
            let end = places
                .end
                .next_multiple_of(self.keeper.segment_bytes.min(PARTS_GROWTH_BYTES).into());
            bytes.resize(usize::try_from(end - start).unwrap_or(bytes.len()), 0);
        }
        parts.file.write_at(&bytes, start)?;
        parts.file.sync()?;
        parts.add(places);
        Ok(())
    }

    /// Shows the durable group to everybody, then answers.
    fn publish(&mut self, group: Group) {
        self.shared.index_mut().end_group(self.head.end.offset);
        self.shared.publish(self.head.size);
        // Readers beside this process see the head; it needs no fsync, its news is only ever late.
        if let Err(error) = self
            .head_file
            .write_at(&self.head.encode(self.shared.log_id), 0)
        {
            self.shared
                .stop(&format!("the head cannot be written: {error}"));
        }
        group.answer();
        let grown = self.head.size - self.snapshot_size;
        if grown >= SNAPSHOT_ENTRIES_MIN.max(self.head.size / SNAPSHOT_PART) {
            self.snapshot_size = self.head.size;
            self.keeper.snapshot(self.head);
        }
    }

    fn erase(&mut self, index: u64, part: u8) -> Result<(), ReadError> {
        if let Some(why) = self.shared.stopped() {
            return Err(ReadError::Unavailable(why.to_owned()));
        }
        if self.shared.parts.may_lack(index) {
            return Ok(());
        }
        let unavailable = |error: io::Error| ReadError::Unavailable(error.to_string());
        let found = self.shared.parts.find(index, part).map_err(unavailable)?;
        let what = "a withheld part is damaged or missing".to_owned();
        let (at, header) = found.ok_or(ReadError::Corrupt { index, what })?;
        if header.held == super::parts::Held::Erased {
            return Ok(());
        }
        erase::erase(&self.shared.dir, &self.shared.parts, at, header).map_err(|error| {
            self.shared
                .stop(&format!("a withheld part could not be erased: {error}"));
            ReadError::Unavailable(error.to_string())
        })
    }
}

fn put(buffer: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(field) = buffer.get_mut(at..at + bytes.len()) {
        field.copy_from_slice(bytes);
    }
}
