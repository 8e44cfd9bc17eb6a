//! The bytes of the log's files, as drawn in `FORMAT.md`. Everything is big-endian.

use crc32c::{crc32c, crc32c_append};

use crate::time::Timestamp;

/// The newest format version that this program writes and reads.
pub(crate) const FORMAT_VERSION: u32 = 1;
pub(super) const SEGMENT_HEADER_BYTES: u32 = 512;
pub(super) const GROUP_HEADER_BYTES: u32 = 40;
pub(super) const HEAD_BYTES: usize = 64;
/// Groups begin at multiples of this, so that a search for a later header looks at few places.
pub(super) const GROUP_ALIGNMENT: u32 = 8;
/// Largest origin, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 255;

const SEGMENT_MAGIC: [u8; 8] = *b"SIJILLOG";
const GROUP_MARKER: &[u8; 4] = b"SJG1";
const HEAD_MAGIC: [u8; 8] = *b"SIJILLHD";

/// The log's random identity: mixed into every checksum, so that bytes of another log, or bytes that a user brought
/// inside an event, are never taken for this log's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogId(pub(crate) [u8; 16]);

impl LogId {
    /// The checksum of some fields, bound to this log.
    pub(crate) fn checksum(self, fields: &[&[u8]]) -> u32 {
        fields
            .iter()
            .fold(crc32c(&self.0), |crc, field| crc32c_append(crc, field))
    }

    /// The checksum of one entry's frame, bound to its index: `frame` is the length and the entry.
    pub(super) fn frame_checksum(self, index: u64, frame: &[u8]) -> u32 {
        self.checksum(&[&index.to_be_bytes(), frame])
    }
}

/// A place in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) segment: u32,
    pub(super) offset: u32,
}

/// What a directory is to its log. The numbers stand on disk for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Role {
    /// The log itself: entries are made here, and every withheld part was.
    Original = 0,
    /// A copy: entries are made elsewhere, and withheld parts may be absent.
    Mirror = 1,
}

/// The first bytes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SegmentHeader {
    pub(super) log_id: LogId,
    pub(super) first_index: u64,
    pub(super) number: u32,
    /// Length of the file when the segment was begun.
    pub(super) segment_bytes: u32,
    /// Where the segment before ends; 0 for the first.
    pub(super) previous_end: u32,
    pub(super) origin: String,
    pub(super) role: Role,
}

/// What the first bytes of a file with a header are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// All zeros: prepared, not begun.
    Zero,
    /// A good header.
    Good(T),
    /// A good header of a version that is not known here.
    Newer(u32),
    /// Damaged.
    Bad,
}

impl SegmentHeader {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(SEGMENT_HEADER_BYTES as usize);
        out.extend_from_slice(&SEGMENT_MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.log_id.0);
        out.extend_from_slice(&self.first_index.to_be_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.segment_bytes.to_be_bytes());
        out.extend_from_slice(&self.previous_end.to_be_bytes());
        let origin = self.origin.as_bytes();
        out.extend_from_slice(
            &u16::try_from(origin.len())
                .unwrap_or_default()
                .to_be_bytes(),
        );
        out.extend_from_slice(origin);
        out.resize(SEGMENT_HEADER_BYTES as usize - 1, 0);
        out.push(self.role as u8);
        seal(&mut out);
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Found<Self> {
        let bytes = bytes.get(..SEGMENT_HEADER_BYTES as usize).unwrap_or(bytes);
        if bytes.iter().all(|b| *b == 0) {
            return Found::Zero;
        }
        if bytes.len() < SEGMENT_HEADER_BYTES as usize {
            return Found::Bad;
        }
        match sealed_version(bytes, SEGMENT_MAGIC) {
            Some(FORMAT_VERSION) => {}
            Some(version) => return Found::Newer(version),
            None => return Found::Bad,
        }
        let role = match bytes.last() {
            Some(0) => Role::Original,
            Some(1) => Role::Mirror,
            _ => return Found::Bad,
        };
        let mut rest = Fields(bytes.get(16..).unwrap_or_default());
        let header = Self {
            log_id: LogId(rest.array()),
            first_index: u64::from_be_bytes(rest.array()),
            number: rest.u32(),
            segment_bytes: rest.u32(),
            previous_end: rest.u32(),
            origin: {
                let len = u16::from_be_bytes(rest.array());
                String::from_utf8_lossy(rest.take(usize::from(len))).into_owned()
            },
            role,
        };
        Found::Good(header)
    }
}

/// What stands before the entries of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupHeader {
    pub(super) first_index: u64,
    pub(super) count: u32,
    pub(super) body_bytes: u32,
    pub(super) body_checksum: u32,
    /// Everything before this place was durable when the group was written.
    pub(super) durable: Position,
}

impl GroupHeader {
    /// The header as it stands at a place: its checksum is bound to the place.
    pub(super) fn encode(&self, log_id: LogId, at: Position) -> [u8; GROUP_HEADER_BYTES as usize] {
        let mut out = [0; GROUP_HEADER_BYTES as usize];
        let fields = [
            &self.first_index.to_be_bytes()[..],
            &self.count.to_be_bytes(),
            &self.body_bytes.to_be_bytes(),
            &self.body_checksum.to_be_bytes(),
            &self.durable.segment.to_be_bytes(),
            &self.durable.offset.to_be_bytes(),
            &[0; 4],
        ]
        .concat();
        let checksum = header_checksum(log_id, at, &fields).to_be_bytes();
        let bytes = GROUP_MARKER.iter().chain(&checksum).chain(&fields);
        out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        out
    }

    /// The header at a place, if there is a good one.
    pub(super) fn decode(bytes: &[u8], log_id: LogId, at: Position) -> Option<Self> {
        let bytes = bytes.get(..GROUP_HEADER_BYTES as usize)?;
        let (marker, rest) = bytes.split_at_checked(4)?;
        let (checksum, fields) = rest.split_at_checked(4)?;
        if marker != GROUP_MARKER || checksum != header_checksum(log_id, at, fields).to_be_bytes() {
            return None;
        }
        let mut rest = Fields(fields);
        Some(Self {
            first_index: u64::from_be_bytes(rest.array()),
            count: rest.u32(),
            body_bytes: rest.u32(),
            body_checksum: rest.u32(),
            durable: Position {
                segment: rest.u32(),
                offset: rest.u32(),
            },
        })
    }

    /// Bytes from this header to the next group; `None` for a length that no segment has.
    pub(super) fn group_bytes(&self) -> Option<u32> {
        self.body_bytes
            .checked_add(GROUP_HEADER_BYTES)?
            .checked_next_multiple_of(GROUP_ALIGNMENT)
    }
}

fn header_checksum(log_id: LogId, at: Position, fields: &[u8]) -> u32 {
    log_id.checksum(&[&at.segment.to_be_bytes(), &at.offset.to_be_bytes(), fields])
}

/// The committed end of the log, as readers beside a running writer see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) end: Position,
    /// Stamp of the last entry; 0 in an empty log.
    pub(super) last_stamp: Timestamp,
    /// The writer closed in order: nothing was begun after the end.
    pub(super) clean: bool,
}

impl Head {
    pub(super) fn encode(&self, log_id: LogId) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_BYTES);
        out.extend_from_slice(&HEAD_MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&log_id.0);
        out.extend_from_slice(&self.size.to_be_bytes());
        out.extend_from_slice(&self.end.segment.to_be_bytes());
        out.extend_from_slice(&self.end.offset.to_be_bytes());
        out.extend_from_slice(&self.last_stamp.as_micros().to_be_bytes());
        out.push(u8::from(self.clean));
        out.resize(HEAD_BYTES, 0);
        seal(&mut out);
        out
    }

    /// The head of this log, if the bytes are one.
    pub(super) fn decode(bytes: &[u8], log_id: LogId) -> Option<Self> {
        if bytes.len() != HEAD_BYTES || sealed_version(bytes, HEAD_MAGIC)? != FORMAT_VERSION {
            return None;
        }
        let mut rest = Fields(bytes.get(16..)?);
        (rest.array::<16>() == log_id.0).then_some(())?;
        Some(Self {
            size: u64::from_be_bytes(rest.array()),
            end: Position {
                segment: rest.u32(),
                offset: rest.u32(),
            },
            last_stamp: Timestamp::from_micros(i64::from_be_bytes(rest.array())),
            clean: rest.array() == [1],
        })
    }
}

/// Puts the checksum of a header into its bytes 12 to 16. Magic, version and checksum lie there in every version to come,
/// so that a newer format is told from damage.
pub(crate) fn seal(header: &mut [u8]) {
    let checksum = sealed_checksum(header);
    if let Some(field) = header.get_mut(12..16) {
        field.copy_from_slice(&checksum.to_be_bytes());
    }
}

/// The version of a sealed header, if its magic and checksum are good.
pub(crate) fn sealed_version(header: &[u8], magic: [u8; 8]) -> Option<u32> {
    let mut fields = Fields(header);
    let found: [u8; 8] = fields.array();
    let version = fields.u32();
    (found == magic && fields.u32() == sealed_checksum(header)).then_some(version)
}

fn sealed_checksum(header: &[u8]) -> u32 {
    let before = crc32c(header.get(..12).unwrap_or_default());
    crc32c_append(before, header.get(16..).unwrap_or_default())
}

/// Takes fields off bytes; what is missing reads as zero. Used after a checksum over all of the bytes.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    pub(super) fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap_or([0; N])
    }

    pub(super) fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.array())
    }

    pub(super) fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.array())
    }
}
