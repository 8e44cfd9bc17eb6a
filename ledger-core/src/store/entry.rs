//! The entry: the exact bytes that are stored, hashed as a leaf and served to the world (`FORMAT.md`, "Entry").
//!
//! One canonical layout: what [`encode`] writes is the only form that [`Entry::decode`] takes.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{ENTRY_BYTES_MAX, NewEntry, Part, PartClass, STREAM_NAME_BYTES_MAX, StreamName};
use crate::time::Timestamp;

/// The only version of the layout so far: the first byte of every entry.
pub const ENTRY_VERSION: u8 = 1;
/// Largest event type, in bytes.
pub const KIND_BYTES_MAX: usize = 200;
/// Largest withheld content, in bytes: its later disclosure must fit into one entry together with salt and metadata.
pub const PART_BYTES_MAX: usize = 60_000;
/// Most withheld parts of one entry.
pub const PARTS_MAX: usize = 255;

/// Domain separation of commitments, for ever.
const COMMITMENT_DOMAIN: &[u8] = b"sijill/withheld/v1";
const COMMITMENT_BYTES: usize = 32;
pub(super) const PART_ROW_BYTES: usize = 1 + COMMITMENT_BYTES;
/// Version, lengths, revision, id, stamp and part count: everything whose size does not vary.
const FIXED_BYTES: usize = 1 + 2 + 8 + 2 + 16 + 8 + 2 + 2 + 1;

/// Bytes that are no entry, or fields that cannot become one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The bytes end inside a field.
    #[error("the bytes end inside the {0}")]
    Short(&'static str),
    /// Bytes follow the last field.
    #[error("{0} bytes follow the last field")]
    Trailing(usize),
    /// The layout is of a version that this program does not know.
    #[error("entry version {0} is not known to this program")]
    Version(u8),
    /// The stream name is not legal.
    #[error("the stream name is not legal")]
    Stream,
    /// The event type is not legal.
    #[error(
        "the event type {0:?} is not legal: letters, digits, dots and underscores, at most 200 bytes"
    )]
    Kind(String),
    /// A withheld part has an unknown class.
    #[error("class {0} of a withheld part is not known to this program")]
    Class(u8),
    /// The entry would be too large.
    #[error("the entry would have {bytes} bytes, at most {max} are allowed", max = ENTRY_BYTES_MAX)]
    TooLarge {
        /// How large it would be.
        bytes: usize,
    },
    /// A withheld part is too large.
    #[error("a withheld part has {bytes} bytes, at most {max} are allowed", max = PART_BYTES_MAX)]
    PartTooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// Too many withheld parts.
    #[error("{0} withheld parts, at most 255 are allowed")]
    TooManyParts(usize),
}

/// An entry, borrowed from the bytes that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The stream.
    pub stream: &'a str,
    /// Its revision, from 0 without gaps.
    pub revision: u64,
    /// Event type.
    pub kind: &'a str,
    /// Event id.
    pub id: Uuid,
    /// The store's stamp.
    pub recorded_at: Timestamp,
    /// Encoded metadata.
    pub metadata: &'a [u8],
    /// Encoded public data.
    pub data: &'a [u8],
    bytes: &'a [u8],
    parts: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Reads an entry; takes only the canonical bytes, and all of them.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, EntryError> {
        Ok(Layout::parse(bytes)?.view(bytes))
    }

    /// The whole entry: what is hashed as a leaf.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Number of withheld parts.
    pub fn part_count(&self) -> usize {
        self.parts.len() / PART_ROW_BYTES
    }

    /// Class and commitment of each withheld part, in order.
    pub fn commitments(&self) -> impl ExactSizeIterator<Item = (PartClass, [u8; 32])> + use<'a> {
        self.parts.chunks_exact(PART_ROW_BYTES).map(|row| {
            let (class, commitment) = row.split_first().unwrap_or((&0, &[]));
            // Classes were checked by `Layout::parse`; the strictest stands in for what cannot happen.
            let class = PartClass::from_number(*class).unwrap_or(PartClass::Security);
            (class, commitment.try_into().unwrap_or_default())
        })
    }

    /// Class and commitment of each withheld part, one after the other, as they stand in the entry.
    #[cfg(feature = "kurrentdb")]
    pub(super) fn part_rows(&self) -> &'a [u8] {
        self.parts
    }

    /// The stream's name, owned.
    pub fn stream_name(&self) -> StreamName {
        StreamName(self.stream.into())
    }
}

/// Where the fields of one checked entry lie: what a [`Batch`](super::Batch) keeps instead of checking twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    stream_len: u8,
    kind_len: u8,
    parts: u8,
    metadata_len: u16,
    data_len: u16,
}

impl Layout {
    /// Checks that the bytes are a canonical entry.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut rest = Cursor(bytes);
        let [version] = rest.array("version")?;
        if version != ENTRY_VERSION {
            return Err(EntryError::Version(version));
        }
        let stream = rest.prefixed("stream")?;
        if !stream_is_legal(stream) {
            return Err(EntryError::Stream);
        }
        rest.take(8, "revision")?;
        let kind = rest.prefixed("kind")?;
        if !kind_is_legal(kind) {
            return Err(EntryError::Kind(
                String::from_utf8_lossy(kind).chars().take(200).collect(),
            ));
        }
        rest.take(16, "event id")?;
        rest.take(8, "stamp")?;
        let metadata = rest.prefixed("metadata")?;
        let data = rest.prefixed("data")?;
        let [parts] = rest.array("part count")?;
        for row in rest
            .take(usize::from(parts) * PART_ROW_BYTES, "withheld parts")?
            .chunks(PART_ROW_BYTES)
        {
            let class = row.first().copied().unwrap_or_default();
            PartClass::from_number(class).ok_or(EntryError::Class(class))?;
        }
        if !rest.0.is_empty() {
            return Err(EntryError::Trailing(rest.0.len()));
        }
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge { bytes: bytes.len() });
        }
        let narrow = |field: &[u8]| u16::try_from(field.len()).unwrap_or_default();
        Ok(Self {
            stream_len: u8::try_from(stream.len()).unwrap_or_default(),
            kind_len: u8::try_from(kind.len()).unwrap_or_default(),
            parts,
            metadata_len: narrow(metadata),
            data_len: narrow(data),
        })
    }

    /// The entry in the bytes that were checked. Total: other bytes give empty fields, never a panic.
    pub(super) fn view(self, bytes: &[u8]) -> Entry<'_> {
        let mut rest = Lenient(bytes);
        rest.take(1 + 2);
        let stream = rest.take(usize::from(self.stream_len));
        let revision = u64::from_be_bytes(rest.array());
        rest.take(2);
        let kind = rest.take(usize::from(self.kind_len));
        let id = Uuid::from_bytes(rest.array());
        let recorded_at = Timestamp::from_micros(i64::from_be_bytes(rest.array()));
        rest.take(2);
        let metadata = rest.take(usize::from(self.metadata_len));
        rest.take(2);
        let data = rest.take(usize::from(self.data_len));
        rest.take(1);
        let parts = rest.take(usize::from(self.parts) * PART_ROW_BYTES);
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        Entry {
            stream: text(stream),
            revision,
            kind: text(kind),
            id,
            recorded_at,
            metadata,
            data,
            bytes,
            parts,
        }
    }
}

/// Appends one encoded entry to `out`.
pub fn encode(
    out: &mut Vec<u8>,
    stream: &StreamName,
    revision: u64,
    recorded_at: Timestamp,
    entry: &NewEntry,
) -> Result<(), EntryError> {
    let bytes = encoded_len(stream, entry)?;
    out.reserve(bytes);
    let fields = Fields {
        stream: stream.as_str(),
        revision,
        kind: entry.kind,
        id: entry.id,
        recorded_at,
        metadata: &entry.metadata,
        data: &entry.data,
    };
    fields.put(out);
    out.push(u8::try_from(entry.withheld.len()).unwrap_or(u8::MAX));
    for part in &entry.withheld {
        out.push(part.class.number());
        out.extend_from_slice(&part.commitment());
    }
    Ok(())
}

/// Everything of an entry but its withheld parts.
pub(super) struct Fields<'a> {
    pub(super) stream: &'a str,
    pub(super) revision: u64,
    pub(super) kind: &'a str,
    pub(super) id: Uuid,
    pub(super) recorded_at: Timestamp,
    pub(super) metadata: &'a [u8],
    pub(super) data: &'a [u8],
}

impl Fields<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(ENTRY_VERSION);
        put_prefixed(out, self.stream.as_bytes());
        out.extend_from_slice(&self.revision.to_be_bytes());
        put_prefixed(out, self.kind.as_bytes());
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(&self.recorded_at.as_micros().to_be_bytes());
        put_prefixed(out, self.metadata);
        put_prefixed(out, self.data);
    }

    /// The entry again, out of fields and [`Entry::part_rows`] that were kept elsewhere. What they cannot be is refused by
    /// [`Entry::decode`].
    #[cfg(feature = "kurrentdb")]
    pub(super) fn entry(&self, part_rows: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(FIXED_BYTES + self.data.len() + self.metadata.len());
        self.put(&mut out);
        let parts = part_rows.len() / PART_ROW_BYTES;
        out.push(u8::try_from(parts).unwrap_or(u8::MAX));
        out.extend_from_slice(part_rows);
        out
    }
}

/// How many bytes the entry takes, or why it cannot be encoded.
pub fn encoded_len(stream: &StreamName, entry: &NewEntry) -> Result<usize, EntryError> {
    if !kind_is_legal(entry.kind.as_bytes()) {
        return Err(EntryError::Kind(
            entry.kind.chars().take(KIND_BYTES_MAX).collect(),
        ));
    }
    if entry.withheld.len() > PARTS_MAX {
        return Err(EntryError::TooManyParts(entry.withheld.len()));
    }
    if let Some(part) = entry
        .withheld
        .iter()
        .find(|part| part.bytes.len() > PART_BYTES_MAX)
    {
        return Err(EntryError::PartTooLarge {
            bytes: part.bytes.len(),
        });
    }
    let bytes = FIXED_BYTES
        + stream.as_str().len()
        + entry.kind.len()
        + entry.metadata.len()
        + entry.data.len()
        + entry.withheld.len() * PART_ROW_BYTES;
    if bytes > ENTRY_BYTES_MAX {
        Err(EntryError::TooLarge { bytes })
    } else {
        Ok(bytes)
    }
}

/// Where the stamp lies in an encoded entry: the one field that only the store knows, so it is written last.
pub(super) fn stamp_offset(stream: &StreamName, kind: &str) -> usize {
    1 + 2 + stream.as_str().len() + 8 + 2 + kind.len() + 16
}

impl Part {
    /// What the entry holds of this part: SHA-256 over its length-prefixed fields.
    pub fn commitment(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for field in [
            COMMITMENT_DOMAIN,
            &[self.class.number()],
            &self.salt,
            &self.bytes,
        ] {
            // A content of 4 GiB is refused long before; a longer one would only fail to verify.
            hash.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
    }
}

fn put_prefixed(out: &mut Vec<u8>, field: &[u8]) {
    // `encoded_len` keeps the whole entry, and so each field, within a u16.
    out.extend_from_slice(&u16::try_from(field.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(field);
}

/// The rule of [`StreamName::new`], on bytes.
pub(super) fn stream_is_legal(name: &[u8]) -> bool {
    let Some(dash) = name.iter().position(|b| *b == b'-') else {
        return false;
    };
    let (kind, id) = (
        name.get(..dash).unwrap_or_default(),
        name.get(dash + 1..).unwrap_or_default(),
    );
    name.len() <= STREAM_NAME_BYTES_MAX
        && !kind.is_empty()
        && kind.iter().all(u8::is_ascii_lowercase)
        && !id.is_empty()
        && id
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

fn kind_is_legal(kind: &[u8]) -> bool {
    (1..=KIND_BYTES_MAX).contains(&kind.len())
        && kind
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
}

/// Takes fields off untrusted bytes.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize, field: &'static str) -> Result<&'a [u8], EntryError> {
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or(EntryError::Short(field))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], EntryError> {
        self.take(N, field)?
            .try_into()
            .map_err(|_| EntryError::Short(field))
    }

    fn prefixed(&mut self, field: &'static str) -> Result<&'a [u8], EntryError> {
        let len = u16::from_be_bytes(self.array(field)?);
        self.take(usize::from(len), field)
    }
}

/// Takes fields off bytes that were checked before.
struct Lenient<'a>(&'a [u8]);

impl<'a> Lenient<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or_default();
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap_or([0; N])
    }
}
