//! Where entries come from: the store of a data directory, or tiles as the log publishes them.

use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::codec;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Entry, EventStore as _, PartClass, ReadError, StoredPart};
use uuid::Uuid;

use super::Fault;
use super::checks::Check;
use super::lineage::Lineage;
use crate::cli::data;
use crate::cli::errors::Failure;

/// The entries of a log, in their order.
pub trait Source: Sync {
    /// Which log.
    fn origin(&self) -> &str;

    /// Earlier logs that this one goes on from.
    fn lineage(&self) -> &Lineage;

    /// The log in which the entry at an index was made.
    fn origin_at(&self, index: u64) -> &str {
        self.lineage().origin_at(index, self.origin())
    }

    /// Directory of the files.
    fn dir(&self) -> &Path;

    /// Hands over what is read, in order, up to an index; ends early when it is not taken any more.
    fn read(&self, until: u64, take: &mut dyn FnMut(Read) -> bool);

    /// Hands over the bytes of all entries below an index, in order, as they are.
    fn bytes(&self, until: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), Failure>;

    /// An entry once more; `None` when it is not there.
    fn entry(&self, index: u64) -> Result<Option<Looked>, Failure>;
}

/// What is handed over.
pub enum Read {
    /// Events, decoded.
    Events {
        /// In the order of the log.
        events: Vec<Recorded>,
        /// How many of their withheld parts are not here.
        absent_parts: u64,
    },
    /// Damage: the end.
    Fault(Fault),
    /// It could not be read: the end.
    Failed(Failure),
}

/// An entry that another one names.
pub struct Looked {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its event id.
    pub id: Uuid,
    /// Class and commitment of its withheld parts.
    pub commitments: Vec<(PartClass, [u8; 32])>,
}

impl Looked {
    /// Of an entry.
    pub fn of(entry: &Entry<'_>) -> Self {
        Self {
            bytes: entry.bytes().to_vec(),
            id: entry.id,
            commitments: entry.commitments().collect(),
        }
    }
}

/// Decodes an entry with the parts that are held of it; how many of them are not.
pub fn decoded(
    index: u64,
    entry: &Entry<'_>,
    parts: &[StoredPart],
) -> Result<(Recorded, u64), Fault> {
    let held = parts
        .iter()
        .filter(|part| matches!(part, StoredPart::Known(_)));
    let absent = entry.part_count().saturating_sub(held.count()) as u64;
    let event = codec::recorded(index, entry, parts).map_err(|error| Fault {
        index: Some(index),
        check: Check::Decoded,
        code: None,
        what: error.to_string(),
    })?;
    Ok((event, absent))
}

/// The log of a data directory.
pub struct Stored {
    store: Arc<EmbeddedStore>,
    runtime: tokio::runtime::Handle,
    with_parts: bool,
    lineage: Lineage,
}

impl Stored {
    /// Of a store; withheld parts are read where this user may.
    pub fn new(store: &Arc<EmbeddedStore>, with_parts: bool, lineage: Lineage) -> Self {
        Self {
            store: Arc::clone(store),
            runtime: tokio::runtime::Handle::current(),
            with_parts,
            lineage,
        }
    }

    fn decode(&self, index: u64, entry: &Entry<'_>) -> Result<(Recorded, u64), Read> {
        let parts = if self.with_parts && entry.part_count() > 0 {
            let parts = self.runtime.block_on(self.store.parts(index));
            parts.map_err(|error| not_read(Check::Withheld, error))?
        } else {
            Vec::new()
        };
        let (event, absent) = decoded(index, entry, &parts).map_err(Read::Fault)?;
        // What was not looked for is not absent.
        Ok((event, if self.with_parts { absent } else { 0 }))
    }
}

impl Source for Stored {
    fn origin(&self) -> &str {
        self.store.origin()
    }

    fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    fn dir(&self) -> &Path {
        self.store.dir()
    }

    fn read(&self, until: u64, take: &mut dyn FnMut(Read) -> bool) {
        for batch in self.store.log_reader(0) {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    take(not_read(Check::Stored, error));
                    return;
                }
            };
            let below = batch.iter().take_while(|(index, _)| *index < until);
            let decoded = below.map(|(index, entry)| self.decode(index, &entry));
            if !hand_over(batch.len(), decoded, take) {
                return;
            }
        }
    }

    fn bytes(&self, until: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        for batch in self.store.log_reader(0) {
            let batch = batch.map_err(data::reading)?;
            for (_, entry) in batch.iter().take_while(|(index, _)| *index < until) {
                take(entry.bytes());
            }
            if batch.next_index().is_none_or(|next| next >= until) {
                break;
            }
        }
        Ok(())
    }

    fn entry(&self, index: u64) -> Result<Option<Looked>, Failure> {
        match self.store.entry(index) {
            Ok(batch) => Ok(batch.get(0).map(|(_, entry)| Looked::of(&entry))),
            Err(ReadError::NotFound { .. }) => Ok(None),
            Err(error) => Err(data::reading(error)),
        }
    }
}

/// Hands over the events of a batch up to the first that is none. `false` when that was the end: of the batch's events, of what
/// is whole, or of whoever takes them.
pub fn hand_over(
    len: usize,
    decoded: impl Iterator<Item = Result<(Recorded, u64), Read>>,
    take: &mut dyn FnMut(Read) -> bool,
) -> bool {
    let (mut events, mut absent_parts, mut last) = (Vec::with_capacity(len), 0, None);
    for one in decoded {
        match one {
            Ok((event, absent)) => {
                events.push(event);
                absent_parts += absent;
            }
            Err(stop) => {
                last = Some(stop);
                break;
            }
        }
    }
    let is_all = last.is_none() && events.len() == len;
    let taken = take(Read::Events {
        events,
        absent_parts,
    });
    if let Some(last) = last {
        take(last);
    }
    taken && is_all
}

fn not_read(check: Check, error: ReadError) -> Read {
    match error {
        ReadError::Corrupt { index, what } => Read::Fault(Fault {
            index: Some(index),
            check,
            code: None,
            what,
        }),
        other @ (ReadError::NotFound { .. }
        | ReadError::NoSuchPart { .. }
        | ReadError::Unavailable(_)) => Read::Failed(data::reading(other)),
    }
}
