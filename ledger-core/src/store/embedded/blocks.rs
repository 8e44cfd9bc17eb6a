//! Reading groups out of a segment, a block at a time: the one place where log bytes are checked on the way in.

use std::io;
use std::ops::Range;

use super::files::File;
use super::format::{GROUP_ALIGNMENT, GROUP_HEADER_BYTES, GroupHeader, LogId, Position};
use crate::store::prepare::FRAME_HEADER_BYTES;

/// How much is read at once, in bytes.
pub(super) const BLOCK_BYTES: usize = 1 << 20;

/// One good group in a block.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) header: GroupHeader,
    pub(super) at: Position,
    /// Its frames, within the block.
    pub(super) body: Range<usize>,
}

/// What ended a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The block is full, or the limit was reached: more may follow at `next`.
    More,
    /// Zeros: no group begins here.
    Zero,
    /// Something else than a group.
    Fault(Fault),
}

/// Bytes that are no good group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) index: u64,
    pub(super) offset: u32,
    pub(super) what: String,
}

/// The groups of one block.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) found: Vec<Group>,
    /// Where the next group begins.
    pub(super) next: u32,
    pub(super) next_index: u64,
    pub(super) end: End,
}

/// What to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) log_id: LogId,
    pub(super) from: Position,
    /// Where to stop: a group must not go beyond.
    pub(super) limit: u32,
    /// The index of the first entry there.
    pub(super) first_index: u64,
    /// Groups from this index on are left alone: they may be half-written.
    pub(super) index_limit: u64,
}

/// Reads at least one group, and as many as fit into a block, into `block`.
pub(super) fn read_groups(file: &dyn File, span: Span, block: &mut Vec<u8>) -> io::Result<Groups> {
    let mut wanted = BLOCK_BYTES;
    loop {
        let room = span.limit.saturating_sub(span.from.offset) as usize;
        wanted = wanted.min(room);
        if block.len() < wanted {
            block.resize(wanted, 0);
        }
        let into = block.get_mut(..wanted).unwrap_or_default();
        let read = file.read_at(into, u64::from(span.from.offset))?;
        let bytes = block.get(..read).unwrap_or_default();
        match parse(bytes, span, read < wanted || wanted == room) {
            Parsed::Groups(groups) => return Ok(groups),
            Parsed::Wants(bytes) => wanted = bytes,
        }
    }
}

enum Parsed {
    Groups(Groups),
    /// The first group is larger than the block.
    Wants(usize),
}

/// `complete`: nothing follows the bytes within the limit.
fn parse(bytes: &[u8], span: Span, complete: bool) -> Parsed {
    let mut out = Groups {
        found: Vec::new(),
        next: span.from.offset,
        next_index: span.first_index,
        end: End::More,
    };
    let mut at = 0;
    while out.next_index < span.index_limit {
        let rest = bytes.get(at..).unwrap_or_default();
        let place = Position {
            segment: span.from.segment,
            offset: out.next,
        };
        let fault = |index, what: &str| Fault {
            index,
            offset: place.offset,
            what: what.to_owned(),
        };
        if rest.len() < GROUP_HEADER_BYTES as usize {
            if complete {
                let zero = rest.iter().all(|b| *b == 0);
                let what = "bytes that are no group header";
                out.end = if zero {
                    End::Zero
                } else {
                    End::Fault(fault(out.next_index, what))
                };
            }
            break;
        }
        let Some(header) = GroupHeader::decode(rest, span.log_id, place) else {
            let zero = rest
                .iter()
                .take(GROUP_HEADER_BYTES as usize)
                .all(|b| *b == 0);
            let what = "the header of a group is damaged";
            out.end = if zero {
                End::Zero
            } else {
                End::Fault(fault(out.next_index, what))
            };
            break;
        };
        let group_bytes = header
            .group_bytes()
            .map_or(usize::MAX, |bytes| bytes as usize);
        if header.first_index != out.next_index || header.count == 0 {
            out.end = End::Fault(fault(
                out.next_index,
                "a group does not follow the one before",
            ));
            break;
        }
        if group_bytes > rest.len() {
            if complete {
                out.end = End::Fault(fault(out.next_index, "the file ends inside a group"));
            } else if at == 0 {
                return Parsed::Wants(group_bytes);
            }
            break;
        }
        let body = at + GROUP_HEADER_BYTES as usize
            ..at + GROUP_HEADER_BYTES as usize + header.body_bytes as usize;
        let padding = bytes.get(body.end..at + group_bytes).unwrap_or_default();
        let body_bytes = bytes.get(body.clone()).unwrap_or_default();
        if crc32c::crc32c(body_bytes) != header.body_checksum || padding.iter().any(|b| *b != 0) {
            let (index, inside) = first_bad_frame(body_bytes, &header, span.log_id);
            let inside = u32::try_from(inside).unwrap_or_default();
            let offset = place
                .offset
                .saturating_add(GROUP_HEADER_BYTES)
                .saturating_add(inside);
            out.end = End::Fault(Fault {
                index,
                offset,
                what: "an entry is damaged".to_owned(),
            });
            break;
        }
        out.found.push(Group {
            header,
            at: place,
            body,
        });
        out.next = out
            .next
            .saturating_add(u32::try_from(group_bytes).unwrap_or(u32::MAX));
        out.next_index = out.next_index.saturating_add(u64::from(header.count));
        at += group_bytes;
    }
    Parsed::Groups(out)
}

/// One entry in a body.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) index: u64,
    /// The checksum that stands before it.
    pub(super) checksum: u32,
    /// Length and entry, within the body.
    pub(super) range: Range<usize>,
}

impl Frame {
    /// The entry, within the body.
    pub(super) fn entry(&self) -> Range<usize> {
        self.range.start + 2..self.range.end
    }
}

/// The frames of a body; ends early when the body does.
pub(super) fn frames(body: &[u8], first_index: u64, count: u32) -> impl Iterator<Item = Frame> {
    let mut at = 0;
    (0..u64::from(count)).map_while(move |n| {
        let header = body.get(at..at + FRAME_HEADER_BYTES)?;
        let (checksum, len) = header.split_first_chunk::<4>()?;
        let len = usize::from(u16::from_be_bytes(len.try_into().ok()?));
        let frame = at + 4..at + FRAME_HEADER_BYTES + len;
        body.get(frame.clone())?;
        at = frame.end;
        let index = first_index.saturating_add(n);
        Some(Frame {
            index,
            checksum: u32::from_be_bytes(*checksum),
            range: frame,
        })
    })
}

/// Index and place of the first frame whose own checksum is wrong; of the group when there is none.
fn first_bad_frame(body: &[u8], header: &GroupHeader, log_id: LogId) -> (u64, usize) {
    let (mut index, mut at) = (header.first_index, 0);
    for frame in frames(body, header.first_index, header.count) {
        let bytes = body.get(frame.range.clone()).unwrap_or_default();
        index = frame.index;
        if log_id.frame_checksum(index, bytes) != frame.checksum {
            return (index, frame.range.start - 4);
        }
        at = frame.range.end;
    }
    (index, at)
}

/// Whether a good group header, from `from` to `limit`, says that the bytes before `at` were durable.
pub(super) fn durable_later(
    file: &dyn File,
    log_id: LogId,
    from: Position,
    limit: u32,
    at: Position,
) -> io::Result<bool> {
    let step = GROUP_ALIGNMENT as usize;
    let mut block = vec![0; BLOCK_BYTES + GROUP_HEADER_BYTES as usize];
    let mut start = from.offset.next_multiple_of(GROUP_ALIGNMENT);
    while start < limit {
        let read = file.read_at(&mut block, u64::from(start))?;
        let bytes = block.get(..read).unwrap_or_default();
        for inside in (0..read.min(BLOCK_BYTES)).step_by(step) {
            // The marker's first byte tells nearly all places apart at once.
            let candidate = bytes.get(inside..).unwrap_or_default();
            if candidate.first() != Some(&b'S') {
                continue;
            }
            let offset = start.saturating_add(u32::try_from(inside).unwrap_or(u32::MAX));
            let place = Position {
                segment: from.segment,
                offset,
            };
            if GroupHeader::decode(candidate, log_id, place)
                .is_some_and(|header| header.durable > at)
            {
                return Ok(true);
            }
        }
        if read < BLOCK_BYTES {
            break;
        }
        start = start.saturating_add(u32::try_from(BLOCK_BYTES).unwrap_or(u32::MAX));
    }
    Ok(false)
}
