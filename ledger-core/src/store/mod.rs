//! Event stores: bytes in, the same bytes out in order, for ever. Knows no domain.
//!
//! `memory` for tests, `embedded` (the default) in one directory, `kurrentdb` (a feature) on a cluster; one contract suite,
//! [`contract`], runs against every store. A running node has one of the last two: [`node`].
//! What stands on disk is drawn byte by byte in `FORMAT.md`.

pub mod attachments;
mod batch;
pub mod contract;
pub mod embedded;
mod entry;
#[cfg(feature = "kurrentdb")]
pub mod kurrentdb;
mod memory;
pub mod node;
mod prepare;

pub use attachments::{
    ATTACHMENT_BYTES_MAX, AttachmentError, AttachmentHash, AttachmentHashError, Attachments, Stored,
};
pub use batch::Batch;
pub use entry::{
    ENTRY_VERSION, Entry, EntryError, KIND_BYTES_MAX, PART_BYTES_MAX, PARTS_MAX, encode,
    encoded_len,
};
pub use memory::MemoryStore;
pub use node::NodeStore;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use uuid::Uuid;

use crate::time::{ClockError, Timestamp};

/// The name of one stream: a kind in lower-case letters, a dash, and an id of `A–Z a–z 0–9 . _ -`; at most 120 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Arc<str>);

/// Largest stream name, in bytes.
pub const STREAM_NAME_BYTES_MAX: usize = 120;

/// A text that is no stream name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no stream name: a kind in lower-case letters, a dash, an id of A-Z a-z 0-9 . _ -, 120 bytes in all"
)]
pub struct StreamNameError(String);

impl StreamName {
    /// Parses a name.
    pub fn new(name: &str) -> Result<Self, StreamNameError> {
        if entry::stream_is_legal(name.as_bytes()) {
            Ok(Self(name.into()))
        } else {
            Err(StreamNameError(
                name.chars().take(STREAM_NAME_BYTES_MAX).collect(),
            ))
        }
    }

    /// The name of a kind and an id that are legal by construction (the domain's code types).
    pub(crate) fn of(kind: &str, id: &str) -> Self {
        Self([kind, "-", id].concat().into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first dash: the kind of aggregate.
    pub fn kind(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(kind, _)| kind)
    }

    /// What stands after the first dash.
    pub fn id(&self) -> &str {
        self.0.split_once('-').map_or("", |(_, id)| id)
    }
}

impl serde::Serialize for StreamName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a stream must stand for an append to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The stream has no entry.
    NoStream,
    /// The stream's last entry has this revision.
    Revision(u64),
    /// The stream's last entry has this revision and is this event. Who decides on entries that are still on their way must say
    /// which: where they fail, others may come to stand at their revisions.
    Event {
        /// Its revision.
        revision: u64,
        /// Its id.
        id: Uuid,
    },
}

impl Expected {
    /// What to expect after a stream's last known revision.
    pub fn after(revision: Option<u64>) -> Self {
        revision.map_or(Self::NoStream, Self::Revision)
    }

    /// The revision of the stream's last entry.
    pub fn revision(self) -> Option<u64> {
        match self {
            Self::NoStream => None,
            Self::Revision(revision) | Self::Event { revision, .. } => Some(revision),
        }
    }

    /// The revision that the first appended entry gets.
    pub fn next_revision(self) -> u64 {
        self.revision()
            .map_or(0, |revision| revision.saturating_add(1))
    }

    /// Which event the stream's last entry must be, where that matters.
    pub fn event(self) -> Option<Uuid> {
        match self {
            Self::NoStream | Self::Revision(_) => None,
            Self::Event { id, .. } => Some(id),
        }
    }
}

/// One entry to be stored. The store adds revision, index and `recorded_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Event id, unique along the log.
    pub id: Uuid,
    /// Event type: the full name of a message, such as `sijill.events.v1.StockIssued`.
    pub kind: &'static str,
    /// Encoded metadata; public.
    pub metadata: Vec<u8>,
    /// Encoded public data.
    pub data: Vec<u8>,
    /// Parts that stay apart; the entry holds their commitments in this order.
    pub withheld: Vec<Part>,
}

/// A withheld part: kept apart from the entry, which holds only its commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Why and until when it is withheld.
    pub class: PartClass,
    /// 32 random bytes; without them the commitment reveals nothing of guessable content.
    pub salt: [u8; 32],
    /// The encoded content.
    pub bytes: Vec<u8>,
}

/// Content never reaches a log line.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Part({:?}, {} bytes withheld)",
            self.class,
            self.bytes.len()
        )
    }
}

/// Classes of withheld parts (DESIGN 3). The numbers stand on disk for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PartClass {
    /// Public after a later step of the procedure.
    Pending = 1,
    /// Who bids, until the opening.
    Bidder = 2,
    /// About a natural person: never public, erasable on a legal order.
    Person = 3,
    /// Would help a thief or a forger: bank accounts, guard rosters.
    Security = 4,
}

impl PartClass {
    /// The class with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Pending),
            2 => Some(Self::Bidder),
            3 => Some(Self::Person),
            4 => Some(Self::Security),
            _ => None,
        }
    }

    /// The number that stands on disk.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// Entries for one stream, taken all or none, in consecutive positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The stream.
    pub stream: StreamName,
    /// Where it must stand.
    pub expected: Expected,
    /// One to [`APPEND_ENTRIES_MAX`] entries.
    pub entries: Vec<NewEntry>,
    /// The store refuses a later stamp.
    pub not_after: Option<Timestamp>,
}

/// Most entries in one append.
pub const APPEND_ENTRIES_MAX: usize = 1_000;
/// Most bytes in one append, withheld parts included: it is written as one group.
pub const APPEND_BYTES_MAX: usize = 16 << 20;
/// Largest encoded entry, in bytes: what a tlog-tiles entry bundle can hold.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// An append that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Log index of the first entry; the others follow it without gaps.
    pub first_index: u64,
    /// Number of entries.
    pub count: u64,
    /// Stream revision of the last entry.
    pub revision: u64,
    /// Stamp of the last entry.
    pub recorded_at: Timestamp,
}

/// Why an append was not taken, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The stream stands elsewhere; read it and decide again.
    #[error("the stream {stream} stands at {}, not where it was expected", shown(*.actual))]
    Conflict {
        /// The stream.
        stream: StreamName,
        /// Its last revision, `None` when it has no entry.
        actual: Option<u64>,
    },
    /// The stamp would have been later than `not_after`.
    #[error("too late: the stamp would have been {stamped}")]
    TooLate {
        /// The first stamp that would have been too late.
        stamped: Timestamp,
    },
    /// The append breaks a limit or is empty; nothing was stored.
    #[error("the append cannot be stored: {0}")]
    Invalid(String),
    /// The clock cannot be trusted; nothing was stored.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The store takes no writes (any more); nothing was stored.
    #[error("the store takes no writes: {0}")]
    Unavailable(String),
    /// It is not known whether the entries are stored. Retry with the same ids.
    #[error("it is not known whether the entries were stored: {0}; retry with the same command id")]
    OutcomeUnknown(String),
}

/// Why a read failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// What is stored is not what was written.
    #[error("damaged at index {index}: {what}")]
    Corrupt {
        /// Log index of the damage.
        index: u64,
        /// What is wrong there.
        what: String,
    },
    /// There is no such entry.
    #[error("there is no entry at index {index}")]
    NotFound {
        /// The index asked for.
        index: u64,
    },
    /// The entry has no such withheld part.
    #[error("the entry at index {index} has no withheld part {part}")]
    NoSuchPart {
        /// The index asked for.
        index: u64,
        /// The part asked for.
        part: u8,
    },
    /// The store cannot be read now.
    #[error("the store cannot be read: {0}")]
    Unavailable(String),
}

fn shown(revision: Option<u64>) -> String {
    revision.map_or_else(|| "no entry".to_owned(), |r| format!("revision {r}"))
}

/// What a store holds of one withheld part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredPart {
    /// The content, checked against its commitment.
    Known(Part),
    /// Not held here: a mirror, or erased.
    Absent,
}

/// An append-only log of entries in streams. Appends are durable before they are answered.
pub trait EventStore: Send + Sync + 'static {
    /// Resolves when the entries are durable or refused. Dropping it does not take the append back.
    type Ticket: Future<Output = Result<Appended, AppendError>> + Send + 'static;

    /// The log's identity, given at creation: the origin of its checkpoints, such as `sijill.gov.example/health`.
    fn origin(&self) -> &str;

    /// Puts an append into the store's bounded queue, waiting for room; appends are taken in the order of these calls. What can
    /// never be stored (`Invalid`) or finds the store stopped (`Unavailable`) is refused here, everything else by the ticket.
    fn submit(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Self::Ticket, AppendError>> + Send;

    /// Submits and waits for the result.
    fn append(&self, append: Append) -> impl Future<Output = Result<Appended, AppendError>> + Send {
        async move { self.submit(append).await?.await }
    }

    /// Number of durable entries: indexes below it can be read.
    fn size(&self) -> u64;

    /// Waits until [`size`](Self::size) is above `size`, or the store has stopped for good (`Unavailable`).
    fn grown_past(&self, size: u64) -> impl Future<Output = Result<u64, ReadError>> + Send;

    /// The next entries in log order from `from`: a block's worth, empty only at the end.
    fn read_log(&self, from: u64) -> impl Future<Output = Result<Batch, ReadError>> + Send;

    /// The next entries of a stream from a revision, in order: a block's worth, empty only at the end. A stream without entries is empty.
    fn read_stream(
        &self,
        stream: &StreamName,
        from: u64,
    ) -> impl Future<Output = Result<Batch, ReadError>> + Send;

    /// The same, but `entries_max` entries at most: for who needs few, where a block's worth would be wasted.
    fn read_stream_at_most(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> impl Future<Output = Result<Batch, ReadError>> + Send {
        async move {
            let mut batch = self.read_stream(stream, from).await?;
            batch.truncate(entries_max);
            Ok(batch)
        }
    }

    /// The withheld parts of the entry at `index`, in the entry's order.
    /// An index at or above [`size`](Self::size) is `NotFound`.
    fn parts(&self, index: u64) -> impl Future<Output = Result<Vec<StoredPart>, ReadError>> + Send;

    /// Destroys salt and content of one withheld part, durably. Erasing twice is no error.
    fn erase_part(
        &self,
        index: u64,
        part: u8,
    ) -> impl Future<Output = Result<(), ReadError>> + Send;
}
