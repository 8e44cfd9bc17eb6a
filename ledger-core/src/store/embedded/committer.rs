//! The commit path: appends in, one write, one fdatasync, answers out. Runs on one thread.

mod admitting;
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
use super::keeper::Keeper;
use super::layout::HEAD_FILE;
use super::parts::Written;
use super::shared::Shared;
use crate::store::prepare::Prepared;
use crate::store::{AppendError, ReadError};
use crate::time::{Clock, Timestamp};

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
                withheld,
                answer,
            } => {
                let mirrored = self.mirror(first_index, &entries, withheld);
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

    fn write_parts(&self, withheld: &[(u64, Vec<Written>)]) -> io::Result<()> {
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
