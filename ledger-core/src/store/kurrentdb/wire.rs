//! An entry as an event of the cluster and back: the same bytes on every node (`FORMAT.md`, "On a cluster").
//!
//! The cluster keeps everything but the stamp, which follows from its log alone.

use bytes::Bytes;
use uuid::Uuid;

use super::place::Position;
use crate::store::entry::{Fields, PART_ROW_BYTES};
use crate::store::prepare::Prepared;
use crate::store::{AppendError, Entry, EntryError};
use crate::time::Timestamp;

/// What the types of all entries begin with; nothing else becomes one.
pub(super) const KIND_PREFIX: &str = "sijill.events.";

/// The first byte of an event's metadata: its entry is stamped by the cluster.
const METADATA_VERSION: u8 = 1;
/// The same where the entry was stamped elsewhere, before its log was moved to the cluster: the stamp follows.
const STAMPED_VERSION: u8 = 2;

/// An event to be written.
#[derive(Clone, Debug)]
pub(super) struct NewEvent {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) metadata: Bytes,
    pub(super) data: Bytes,
}

impl NewEvent {
    /// How large the cluster takes it to be, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.data.len() + self.metadata.len() + 2 * self.kind.len()
    }
}

/// An event as the cluster gives it.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) position: Position,
    pub(super) stream: String,
    pub(super) revision: u64,
    pub(super) kind: String,
    pub(super) id: Uuid,
    /// When the cluster wrote it, as it says.
    pub(super) created: Option<Timestamp>,
    pub(super) metadata: Bytes,
    pub(super) data: Bytes,
}

/// The events of an append.
pub(super) fn events(prepared: &Prepared) -> Result<Vec<NewEvent>, AppendError> {
    let event = |bytes| Entry::decode(bytes).map(|entry| new_event(&entry, Stamped::Here));
    let events: Result<_, EntryError> = prepared.entries().map(event).collect();
    events.map_err(|error| AppendError::Invalid(error.to_string()))
}

/// Where an entry gets its stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamped {
    /// On this cluster.
    Here,
    /// In a directory, before the log was moved here.
    Before,
}

/// An entry as the cluster keeps it.
pub(super) fn new_event(entry: &Entry<'_>, stamped: Stamped) -> NewEvent {
    let rows = entry.part_rows();
    let mut metadata = Vec::with_capacity(10 + rows.len() + entry.metadata.len());
    match stamped {
        Stamped::Here => metadata.push(METADATA_VERSION),
        Stamped::Before => {
            metadata.push(STAMPED_VERSION);
            metadata.extend_from_slice(&entry.recorded_at.as_micros().to_be_bytes());
        }
    }
    metadata.push(u8::try_from(entry.part_count()).unwrap_or(u8::MAX));
    metadata.extend_from_slice(rows);
    metadata.extend_from_slice(entry.metadata);
    NewEvent {
        id: entry.id,
        kind: entry.kind.to_owned(),
        metadata: metadata.into(),
        data: Bytes::copy_from_slice(entry.data),
    }
}

impl Event {
    /// The stream of the ledger that this event belongs to; `None` where it is of something else.
    pub(super) fn ledger_stream(&self, namespace: &str) -> Option<&str> {
        let stream = self.stream.strip_prefix(namespace)?;
        self.kind.starts_with(KIND_PREFIX).then_some(stream)
    }

    /// The entry, and its stamp: when the cluster wrote it, but after the entry before; or the one that it brought.
    pub(super) fn entry(
        &self,
        stream: &str,
        last_stamp: Option<Timestamp>,
        stamped: Stamped,
    ) -> Result<(Vec<u8>, Timestamp), String> {
        let Told {
            stamp,
            rows,
            metadata,
        } = split(&self.metadata)
            .ok_or("its metadata is not of this program, or of a newer one")?;
        let recorded_at = match (stamped, stamp) {
            (Stamped::Here, None) => self.stamp(last_stamp)?,
            (Stamped::Before, Some(stamp)) if last_stamp < Some(stamp) => stamp,
            (Stamped::Before, Some(_)) => {
                return Err("its stamp is not after the one before".into());
            }
            (Stamped::Before, None) => {
                return Err(
                    "it has no stamp of its own, and the log is still being moved here".into(),
                );
            }
            (Stamped::Here, Some(_)) => {
                return Err(
                    "it brings a stamp, as only entries of a log that was moved here".into(),
                );
            }
        };
        let fields = Fields {
            stream,
            revision: self.revision,
            kind: &self.kind,
            id: self.id,
            recorded_at,
            metadata,
            data: &self.data,
        };
        let entry = fields.entry(rows);
        Entry::decode(&entry).map_err(|error| error.to_string())?;
        Ok((entry, recorded_at))
    }

    fn stamp(&self, last: Option<Timestamp>) -> Result<Timestamp, String> {
        let created = self
            .created
            .ok_or("the cluster does not say when it was written")?;
        Ok(last.map_or(created, |last| created.max(last.plus_micros(1))))
    }
}

/// What an event's metadata tells of its entry.
struct Told<'a> {
    /// The stamp that it brought.
    stamp: Option<Timestamp>,
    /// The rows of withheld parts.
    rows: &'a [u8],
    /// The metadata of the entry.
    metadata: &'a [u8],
}

fn split(metadata: &[u8]) -> Option<Told<'_>> {
    let (version, rest) = metadata.split_first()?;
    let (stamp, rest) = match *version {
        METADATA_VERSION => (None, rest),
        STAMPED_VERSION => {
            let (micros, rest) = rest.split_first_chunk()?;
            let micros = i64::from_be_bytes(*micros);
            (Some(Timestamp::from_micros(micros)), rest)
        }
        _ => return None,
    };
    let (parts, rest) = rest.split_first()?;
    let (rows, metadata) = rest.split_at_checked(usize::from(*parts) * PART_ROW_BYTES)?;
    Some(Told {
        stamp,
        rows,
        metadata,
    })
}

/// The name of the stream that keeps one withheld part: found from the entry, and another one for another content.
pub(super) fn part_stream(namespace: &str, id: Uuid, part: u8, commitment: &[u8; 32]) -> String {
    use std::fmt::Write as _;

    let mut name = format!("{namespace}sijill.withheld-{}.{part}.", id.simple());
    for byte in commitment {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}
