//! Reading the log from some place to its end, group by group: what a start, a check and a following reader share.

use std::sync::Arc;

use super::blocks::{self, End, Fault, Group, Span, frames, read_groups};
use super::error::{Damage, OpenError};
use super::files::{File, Mode};
use super::format::{
    Found, GROUP_HEADER_BYTES, LogId, Position, SEGMENT_HEADER_BYTES, SegmentHeader,
};
use super::index::Index;
use super::layout::{Dir, SegmentFile};
use crate::store::entry::Entry;
use crate::time::Timestamp;

/// The state of a scan: the index so far, and what the next group must follow.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) log_id: LogId,
    pub(super) index: Index,
    pub(super) at: Position,
    pub(super) last_stamp: Option<Timestamp>,
    /// Entries with withheld parts that were passed: (index, number of parts).
    pub(super) withheld: Vec<(u64, u8)>,
    /// Groups that were passed.
    pub(super) groups: u64,
    /// Where the last group that was passed begins.
    pub(super) last_group: Option<Position>,
}

/// Why a scan ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Zeros follow, or the limit was reached.
    End,
    /// Something else than a group lies at this place.
    Bad(Position, Damage),
}

impl Scan {
    pub(super) fn new(log_id: LogId) -> Self {
        let mut index = Index::default();
        index.begin_segment(1, SEGMENT_HEADER_BYTES);
        Self {
            log_id,
            index,
            at: Position {
                segment: 1,
                offset: SEGMENT_HEADER_BYTES,
            },
            last_stamp: None,
            withheld: Vec::new(),
            groups: 0,
            last_group: None,
        }
    }

    /// Reads on until the end, damage, or `limit` entries.
    pub(super) fn run(
        &mut self,
        dir: &Dir,
        segments: &[SegmentFile],
        limit: u64,
    ) -> Result<Stop, OpenError> {
        let mut block = Vec::new();
        while self.index.len() < limit {
            let number = self.at.segment;
            let Some(segment) = segments.get(number as usize - 1) else {
                return Ok(self.bad(self.at, "the file is missing"));
            };
            let path = dir.segment_path(number);
            let file = dir
                .open_segment(number, Mode::Read)
                .map_err(|e| dir.failed(&path, e))?;
            match self.run_segment(dir, &*file, segment.len, limit, &mut block)? {
                Stop::End if self.index.len() >= limit => break,
                Stop::End => {}
                // The next segment says that this one ends here: what follows are unused bytes.
                Stop::Bad(place, _) if place == self.at && self.ends_here(segments) => {}
                bad @ Stop::Bad(..) => return Ok(bad),
            }
            match segments.get(number as usize).map(|next| &next.found) {
                None | Some(Found::Zero | Found::Newer(_)) => return Ok(Stop::End),
                Some(Found::Bad) => {
                    let place = Position {
                        segment: number + 1,
                        offset: 0,
                    };
                    return Ok(self.bad(place, "the header of the segment is damaged"));
                }
                Some(Found::Good(header)) if self.follows(header) => {
                    self.at = Position {
                        segment: number + 1,
                        offset: SEGMENT_HEADER_BYTES,
                    };
                    self.index.begin_segment(number + 1, SEGMENT_HEADER_BYTES);
                }
                Some(Found::Good(_)) => return Ok(self.bad(self.at, "a group is missing")),
            }
        }
        Ok(Stop::End)
    }

    fn ends_here(&self, segments: &[SegmentFile]) -> bool {
        let next = segments
            .get(self.at.segment as usize)
            .map(|next| &next.found);
        matches!(next, Some(Found::Good(header)) if self.follows(header))
    }

    fn follows(&self, header: &SegmentHeader) -> bool {
        header.previous_end == self.at.offset
            && header.first_index == self.index.len()
            && header.log_id == self.log_id
    }

    fn run_segment(
        &mut self,
        dir: &Dir,
        file: &dyn File,
        len: u32,
        limit: u64,
        block: &mut Vec<u8>,
    ) -> Result<Stop, OpenError> {
        loop {
            let first_index = self.index.len();
            let span = Span {
                log_id: self.log_id,
                from: self.at,
                limit: len,
                first_index,
                index_limit: limit,
            };
            let read = read_groups(file, span, block)
                .map_err(|error| dir.failed(&dir.segment_path(self.at.segment), error))?;
            for group in &read.found {
                if let Err(damage) = self.absorb(group, block) {
                    return Ok(Stop::Bad(group.at, damage));
                }
            }
            match read.end {
                End::More if self.at.offset >= len || self.index.len() >= limit => {
                    return Ok(Stop::End);
                }
                End::More if read.found.is_empty() => return Ok(Stop::End),
                End::More => {}
                End::Zero => return Ok(Stop::End),
                End::Fault(Fault {
                    index,
                    offset,
                    what,
                }) => {
                    let place = Position {
                        segment: self.at.segment,
                        offset: self.at.offset,
                    };
                    let file = Dir::segment_name(self.at.segment);
                    return Ok(Stop::Bad(
                        place,
                        Damage {
                            index,
                            file,
                            offset: u64::from(offset),
                            what,
                        },
                    ));
                }
            }
        }
    }

    /// Takes up a group whose checksum is good; what it says may still be impossible.
    fn absorb(&mut self, group: &Group, block: &[u8]) -> Result<(), Damage> {
        let body = block.get(group.body.clone()).unwrap_or_default();
        let body_offset = group.at.offset + GROUP_HEADER_BYTES;
        let (mut passed, mut end) = (0_u32, 0);
        for frame in frames(body, group.header.first_index, group.header.count) {
            let start = body_offset
                .saturating_add(u32::try_from(frame.range.start).unwrap_or(u32::MAX) - 4);
            let entry = Entry::decode(body.get(frame.entry()).unwrap_or_default())
                .map_err(|error| self.damage(frame.index, start, &error.to_string()))?;
            let stream = self.index.stream_number(entry.stream);
            let revisions = self
                .index
                .streams
                .get(stream as usize)
                .map_or(0, |s| s.indexes.len() as u64);
            if entry.revision != revisions {
                return Err(self.damage(frame.index, start, "a revision of a stream is missing"));
            }
            if self
                .last_stamp
                .is_some_and(|last| last >= entry.recorded_at)
            {
                return Err(self.damage(
                    frame.index,
                    start,
                    "the stamp is not after the one before",
                ));
            }
            self.last_stamp = Some(entry.recorded_at);
            if entry.part_count() > 0 {
                self.withheld.push((
                    frame.index,
                    u8::try_from(entry.part_count()).unwrap_or(u8::MAX),
                ));
            }
            self.index.push(stream, start, passed == 0);
            passed += 1;
            end = frame.range.end;
        }
        if passed != group.header.count || end != body.len() {
            let index = group.header.first_index;
            return Err(self.damage(
                index,
                group.at.offset,
                "the group does not hold what its header says",
            ));
        }
        let bytes = group.header.group_bytes().unwrap_or_default();
        self.at.offset = group.at.offset.saturating_add(bytes);
        self.index.end_group(self.at.offset);
        self.groups += 1;
        self.last_group = Some(group.at);
        Ok(())
    }

    fn damage(&self, index: u64, offset: u32, what: &str) -> Damage {
        let file = Dir::segment_name(self.at.segment);
        Damage {
            index,
            file,
            offset: u64::from(offset),
            what: what.to_owned(),
        }
    }

    fn bad(&self, place: Position, what: &str) -> Stop {
        let file = Dir::segment_name(place.segment);
        let offset = u64::from(place.offset);
        Stop::Bad(
            place,
            Damage {
                index: self.index.len(),
                file,
                offset,
                what: what.to_owned(),
            },
        )
    }
}

/// Whether anything after a place says that the bytes before it were durable: then what lies there is damage, not a
/// write that never ended.
pub(super) fn durable_after(
    dir: &Dir,
    segments: &[SegmentFile],
    log_id: LogId,
    place: Position,
) -> Result<bool, OpenError> {
    for segment in segments
        .iter()
        .filter(|segment| segment.number >= place.segment)
    {
        let later = segment.number > place.segment;
        if later && matches!(&segment.found, Found::Good(header) if header.log_id == log_id) {
            return Ok(true);
        }
        let path = dir.segment_path(segment.number);
        let file: Arc<dyn File> = dir
            .open_segment(segment.number, Mode::Read)
            .map_err(|e| dir.failed(&path, e))?;
        let offset = if later { 0 } else { place.offset };
        let from = Position {
            segment: segment.number,
            offset,
        };
        let found = blocks::durable_later(&*file, log_id, from, segment.len, place);
        if found.map_err(|error| dir.failed(&path, error))? {
            return Ok(true);
        }
    }
    Ok(false)
}
