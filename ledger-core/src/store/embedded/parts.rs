//! The file of withheld parts: readable by its owner only, written and durable before the entries that commit to it.
//!
//! Records stand in the order of their entries. They are never moved; erasing overwrites one in place.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use super::files::{CHUNK_BYTES, File};
use super::format::{FORMAT_VERSION, Fields, Found, LogId, Role, seal, sealed_version};
use crate::store::{PART_BYTES_MAX, Part, PartClass, StoredPart};

pub(super) const PARTS_FILE: &str = "withheld";
/// File header, and the first record's place.
pub(super) const PARTS_HEADER_BYTES: u64 = 64;
pub(super) const RECORD_HEADER_BYTES: usize = 32;

const MAGIC: [u8; 8] = *b"SIJILLWH";
const MARKER: &[u8; 4] = b"SJW1";
const SALT_BYTES: usize = 32;
const ALIGNMENT: usize = 8;

/// Whether a record still holds its content. The numbers stand on disk for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Held {
    Known = 1,
    Erased = 2,
}

/// What stands before salt and content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordHeader {
    pub(super) index: u64,
    pub(super) part: u8,
    pub(super) class: PartClass,
    pub(super) held: Held,
    pub(super) content_bytes: u32,
}

impl RecordHeader {
    /// The header at an offset: its checksum is bound to the place.
    pub(super) fn encode(&self, log_id: LogId, at: u64) -> Vec<u8> {
        let mut fields = Vec::with_capacity(RECORD_HEADER_BYTES - 8);
        fields.extend_from_slice(&self.index.to_be_bytes());
        fields.extend_from_slice(&[self.part, self.class.number(), self.held as u8, 0]);
        fields.extend_from_slice(&self.content_bytes.to_be_bytes());
        fields.extend_from_slice(&[0; 8]);
        let checksum = log_id.checksum(&[&at.to_be_bytes(), &fields]);
        [&MARKER[..], &checksum.to_be_bytes(), &fields].concat()
    }

    pub(super) fn decode(bytes: &[u8], log_id: LogId, at: u64) -> Option<Self> {
        let (marker, rest) = bytes.get(..RECORD_HEADER_BYTES)?.split_at_checked(4)?;
        let (checksum, fields) = rest.split_at_checked(4)?;
        let good = log_id.checksum(&[&at.to_be_bytes(), fields]).to_be_bytes();
        (marker == MARKER && checksum == good).then_some(())?;
        let mut rest = Fields(fields);
        let index = rest.u64();
        let [part, class, held, _] = rest.array();
        let held = if held == Held::Known as u8 {
            Held::Known
        } else {
            Held::Erased
        };
        let content_bytes = rest.u32();
        let class = PartClass::from_number(class)?;
        (content_bytes as usize <= PART_BYTES_MAX).then_some(())?;
        Some(Self {
            index,
            part,
            class,
            held,
            content_bytes,
        })
    }

    /// Bytes from this header to the next record.
    pub(super) fn record_bytes(&self) -> u64 {
        let bytes = RECORD_HEADER_BYTES + SALT_BYTES + self.content_bytes as usize;
        bytes.next_multiple_of(ALIGNMENT) as u64
    }
}

/// A part as it goes to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Known(Part),
    /// It is not held and never will be: written like one that was erased, which has no content either.
    Absent(PartClass),
}

impl Written {
    const fn class(&self) -> PartClass {
        match self {
            Self::Known(part) => part.class,
            Self::Absent(class) => *class,
        }
    }

    /// Salt and content; those of an absent part are zeros and nothing.
    fn content(&self) -> (&[u8; SALT_BYTES], &[u8]) {
        match self {
            Self::Known(part) => (&part.salt, &part.bytes),
            Self::Absent(_) => (&[0; SALT_BYTES], &[]),
        }
    }
}

/// What was found where a record should begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Record(RecordHeader),
    /// The end: zeros, or a record of an entry that the log does not have.
    End,
    Bad,
}

/// The open file, and where the records of each entry begin.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) file: Arc<dyn File>,
    log_id: LogId,
    role: Role,
    places: RwLock<PartPlaces>,
}

/// Where the records of each entry begin, and where the next record will.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PartPlaces {
    /// (log index, offset of the first record), sorted.
    pub(super) entries: Vec<(u64, u64)>,
    pub(super) end: u64,
}

impl Parts {
    pub(super) fn new(file: Arc<dyn File>, log_id: LogId, role: Role, places: PartPlaces) -> Self {
        Self {
            file,
            log_id,
            role,
            places: RwLock::new(places),
        }
    }

    pub(super) fn header(log_id: LogId) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&log_id.0);
        out.resize(64, 0);
        seal(&mut out);
        out
    }

    /// What the first bytes of the file are.
    pub(super) fn check_header(file: &dyn File, log_id: LogId) -> io::Result<Found<()>> {
        let mut bytes = [0; 64];
        let read = file.read_at(&mut bytes, 0)?;
        let zero = bytes.iter().all(|b| *b == 0);
        Ok(match sealed_version(&bytes, MAGIC) {
            Some(FORMAT_VERSION) if bytes.get(16..32) == Some(&log_id.0) => Found::Good(()),
            Some(FORMAT_VERSION) => Found::Bad,
            Some(version) => Found::Newer(version),
            None if zero || read == 0 => Found::Zero,
            None => Found::Bad,
        })
    }

    pub(super) fn places(&self) -> PartPlaces {
        self.places
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Encodes the records of some entries as they will stand at the end of the file, and where each entry's begin.
    pub(super) fn encode(&self, entries: &[(u64, Vec<Written>)]) -> (Vec<u8>, PartPlaces) {
        let start = self
            .places
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .end;
        let mut out = Vec::new();
        let mut places = PartPlaces {
            entries: Vec::with_capacity(entries.len()),
            end: start,
        };
        for (index, parts) in entries {
            places.entries.push((*index, start + out.len() as u64));
            for (part, written) in (0..).zip(parts) {
                let (salt, content) = written.content();
                let header = RecordHeader {
                    index: *index,
                    part,
                    class: written.class(),
                    held: match written {
                        Written::Known(_) => Held::Known,
                        Written::Absent(_) => Held::Erased,
                    },
                    content_bytes: u32::try_from(content.len()).unwrap_or_default(),
                };
                out.extend_from_slice(&header.encode(self.log_id, start + out.len() as u64));
                out.extend_from_slice(salt);
                out.extend_from_slice(content);
                out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
            }
        }
        places.end = start + out.len() as u64;
        (out, places)
    }

    /// Takes up what [`encode`](Self::encode) placed and the writer made durable.
    pub(super) fn add(&self, added: PartPlaces) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        places.entries.extend(added.entries);
        places.end = added.end;
    }

    /// Takes up the records that follow, of entries below `size`; says what ended them.
    pub(super) fn scan(&self, size: u64) -> io::Result<Next> {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.next(places.end, size)? {
                Next::Record(header) => {
                    let last = places.entries.last().map(|(index, _)| *index);
                    let in_order = if header.part == 0 {
                        last.is_none_or(|last| last < header.index)
                    } else {
                        last == Some(header.index)
                    };
                    if !in_order {
                        return Ok(Next::Bad);
                    }
                    let at = places.end;
                    if header.part == 0 {
                        places.entries.push((header.index, at));
                    }
                    places.end = at + header.record_bytes();
                }
                ended @ (Next::End | Next::Bad) => return Ok(ended),
            }
        }
    }

    /// What begins at an offset.
    pub(super) fn next(&self, at: u64, size: u64) -> io::Result<Next> {
        let mut bytes = [0; RECORD_HEADER_BYTES];
        let read = self.file.read_at(&mut bytes, at)?;
        let found = bytes.get(..read).unwrap_or_default();
        Ok(match RecordHeader::decode(found, self.log_id, at) {
            Some(header) if header.index >= size => Next::End,
            Some(header) if at + header.record_bytes() > self.file.len()? => Next::Bad,
            Some(header) => Next::Record(header),
            None if found.iter().all(|b| *b == 0) => Next::End,
            None => Next::Bad,
        })
    }

    /// The first good record from an offset on that belongs to an entry below `size`, and where it begins.
    pub(super) fn find_later(
        &self,
        from: u64,
        size: u64,
    ) -> io::Result<Option<(u64, RecordHeader)>> {
        let mut block = vec![0; CHUNK_BYTES + RECORD_HEADER_BYTES];
        let mut start = from;
        loop {
            let read = self.file.read_at(&mut block, start)?;
            let bytes = block.get(..read).unwrap_or_default();
            for inside in (0..read.min(CHUNK_BYTES)).step_by(ALIGNMENT) {
                let candidate = bytes.get(inside..).unwrap_or_default();
                if candidate.first() != Some(&b'S') {
                    continue;
                }
                let at = start + inside as u64;
                let found = RecordHeader::decode(candidate, self.log_id, at);
                if let Some(header) = found.filter(|header| header.index < size) {
                    return Ok(Some((at, header)));
                }
            }
            if read < CHUNK_BYTES {
                return Ok(None);
            }
            start += CHUNK_BYTES as u64;
        }
    }

    /// Where the record of one part lies, with its header; `None` when the file has none.
    pub(super) fn find(&self, index: u64, part: u8) -> io::Result<Option<(u64, RecordHeader)>> {
        let Some(mut at) = self.entry_at(index) else {
            return Ok(None);
        };
        for _ in 0..part {
            match self.next(at, u64::MAX)? {
                Next::Record(header) if header.index == index => at += header.record_bytes(),
                Next::Record(_) | Next::End | Next::Bad => return Ok(None),
            }
        }
        Ok(match self.next(at, u64::MAX)? {
            Next::Record(header) if header.index == index && header.part == part => {
                Some((at, header))
            }
            Next::Record(_) | Next::End | Next::Bad => None,
        })
    }

    /// One part as it is held, checked against its commitment; `Err` says what is wrong with it.
    pub(super) fn read(
        &self,
        index: u64,
        part: u8,
        commitment: &(PartClass, [u8; 32]),
    ) -> io::Result<Result<StoredPart, &'static str>> {
        // A part that is being erased by another process may be read half-way; it is erased a moment later.
        const ATTEMPTS: u32 = 3;
        for _ in 0..ATTEMPTS {
            let Some((at, header)) = self.find(index, part)? else {
                continue;
            };
            if header.held == Held::Erased {
                return Ok(Ok(StoredPart::Absent));
            }
            if let Some(held) = self.committed(at, &header, commitment)? {
                return Ok(Ok(StoredPart::Known(held)));
            }
        }
        Ok(Err("a withheld part is damaged or missing"))
    }

    /// What the record at an offset holds, where that is what an entry commits to.
    pub(super) fn committed(
        &self,
        at: u64,
        header: &RecordHeader,
        commitment: &(PartClass, [u8; 32]),
    ) -> io::Result<Option<Part>> {
        let content_bytes = SALT_BYTES + header.content_bytes as usize;
        let mut bytes = vec![0; content_bytes.next_multiple_of(ALIGNMENT)];
        self.file
            .read_at(&mut bytes, at + RECORD_HEADER_BYTES as u64)?;
        let (content, padding) = bytes.split_at_checked(content_bytes).unwrap_or_default();
        let (salt, content) = content.split_at_checked(SALT_BYTES).unwrap_or_default();
        let held = Part {
            class: header.class,
            salt: salt.try_into().unwrap_or_default(),
            bytes: content.to_vec(),
        };
        let is_whole = padding.iter().all(|b| *b == 0);
        Ok((is_whole && (held.class, held.commitment()) == *commitment).then_some(held))
    }

    /// Whether the parts of an entry are absent, and may be: a mirror need not hold them.
    pub(super) fn may_lack(&self, index: u64) -> bool {
        match self.role {
            Role::Original => false,
            Role::Mirror => self.entry_at(index).is_none(),
        }
    }

    fn entry_at(&self, index: u64) -> Option<u64> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let nth = places
            .entries
            .binary_search_by_key(&index, |(index, _)| *index)
            .ok()?;
        places.entries.get(nth).map(|(_, at)| *at)
    }

    /// What to write over the record at an offset to erase it: the header that says so, and zeros.
    pub(super) fn erased(&self, at: u64, header: RecordHeader) -> Vec<u8> {
        let erased = RecordHeader {
            held: Held::Erased,
            ..header
        };
        let mut out = erased.encode(self.log_id, at);
        out.resize(
            usize::try_from(header.record_bytes()).unwrap_or(out.len()),
            0,
        );
        out
    }

    pub(super) fn log_id(&self) -> LogId {
        self.log_id
    }
}
