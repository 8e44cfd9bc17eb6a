//! A store in memory, for tests: the same semantics, nothing durable.

use std::collections::HashMap;
use std::future::{Future, Ready, ready};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::watch;

use super::batch::{Batch, BatchBuilder};
use super::prepare::{self, CLOCK_BEHIND_SECONDS_MAX, Prepared};
use super::{Append, AppendError, Appended, EventStore, Part, ReadError, StoredPart, StreamName};
use crate::time::{Clock, Timestamp};

/// A block's worth: small, so that tests see paging.
const BATCH_ENTRIES_MAX: usize = 256;

/// A store that forgets everything when its last clone goes.
#[derive(Clone)]
pub struct MemoryStore {
    origin: Arc<str>,
    clock: Arc<dyn Clock>,
    log: Arc<RwLock<Log>>,
    size: Arc<watch::Sender<u64>>,
}

#[derive(Default)]
struct Log {
    entries: Vec<Arc<[u8]>>,
    streams: HashMap<StreamName, Vec<u64>>,
    /// Parts by entry; `None` when erased.
    parts: HashMap<u64, Vec<Option<Part>>>,
    last_stamp: Option<Timestamp>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(origin: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            origin: origin.into(),
            clock,
            log: Arc::default(),
            size: Arc::new(watch::Sender::new(0)),
        }
    }

    /// The names of all streams, sorted.
    pub fn stream_names(&self) -> Vec<StreamName> {
        let mut names: Vec<StreamName> = self.read().streams.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn take(&self, append: Append) -> Result<Appended, AppendError> {
        let prepared = prepare::prepare(append)?;
        let mut log = self.write();
        let now = self.clock.now()?;
        let appended = log.take(prepared, now)?;
        let size = log.size();
        drop(log);
        self.size.send_replace(size);
        Ok(appended)
    }

    // A lock is poisoned only by a panic inside these few lines, none of which can panic half-way through a change.
    fn read(&self) -> RwLockReadGuard<'_, Log> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Log> {
        self.log.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    fn take(&mut self, mut prepared: Prepared, now: Timestamp) -> Result<Appended, AppendError> {
        let indexes = self.streams.get(&prepared.stream);
        let indexes = indexes.map_or(&[][..], Vec::as_slice);
        let last = indexes.last().map(|index| self.batch([*index].into_iter()));
        prepared.check_expected((indexes.len() as u64).checked_sub(1), |id| {
            let last = last.and_then(Result::ok);
            last.is_some_and(|last| last.get(0).is_some_and(|(_, entry)| entry.id == id))
        })?;
        let stamps = prepared.stamps(self.last_stamp, now, CLOCK_BEHIND_SECONDS_MAX)?;
        prepared.stamp(stamps.first);
        let first_index = self.size();
        let indexes = self.streams.entry(prepared.stream.clone()).or_default();
        for (index, bytes) in (first_index..).zip(prepared.entries()) {
            self.entries.push(bytes.into());
            indexes.push(index);
        }
        for (place, parts) in prepared.withheld {
            let index = first_index.saturating_add(u64::from(place));
            self.parts
                .insert(index, parts.into_iter().map(Some).collect());
        }
        self.last_stamp = Some(stamps.last);
        Ok(Appended {
            first_index,
            count: u64::from(prepared.count),
            revision: prepared.last_revision,
            recorded_at: stamps.last,
        })
    }

    fn batch(&self, indexes: impl Iterator<Item = u64>) -> Result<Batch, ReadError> {
        let (mut block, mut builder) = (Vec::new(), BatchBuilder::default());
        for index in indexes.take(BATCH_ENTRIES_MAX) {
            let bytes = usize::try_from(index)
                .ok()
                .and_then(|place| self.entries.get(place));
            let start = block.len();
            block.extend_from_slice(bytes.map_or(&[], |bytes| bytes));
            builder.push(&block, index, start..block.len())?;
        }
        Ok(builder.finish(Arc::new(block)))
    }
}

impl EventStore for MemoryStore {
    type Ticket = Ready<Result<Appended, AppendError>>;

    fn origin(&self) -> &str {
        &self.origin
    }

    fn submit(
        &self,
        append: Append,
    ) -> impl Future<Output = Result<Self::Ticket, AppendError>> + Send {
        // Like every store: what can never be stored is refused at once, everything else by the ticket.
        ready(match self.take(append) {
            Err(AppendError::Invalid(text)) => Err(AppendError::Invalid(text)),
            result => Ok(ready(result)),
        })
    }

    fn size(&self) -> u64 {
        self.read().size()
    }

    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        let mut sizes = self.size.subscribe();
        let grown = sizes.wait_for(|now| *now > size).await;
        grown
            .map(|now| *now)
            .map_err(|_| ReadError::Unavailable("the store is gone".to_owned()))
    }

    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        let log = self.read();
        log.batch(from..log.size())
    }

    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.read_stream_at_most(stream, from, BATCH_ENTRIES_MAX)
            .await
    }

    async fn read_stream_at_most(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Result<Batch, ReadError> {
        let log = self.read();
        let indexes = log.streams.get(stream).map_or(&[][..], Vec::as_slice);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        log.batch(indexes.iter().copied().skip(from).take(entries_max))
    }

    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        let log = self.read();
        if index >= log.size() {
            return Err(ReadError::NotFound { index });
        }
        let parts = log.parts.get(&index).map_or(&[][..], Vec::as_slice);
        Ok(parts
            .iter()
            .map(|part| part.clone().map_or(StoredPart::Absent, StoredPart::Known))
            .collect())
    }

    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        let mut log = self.write();
        let parts = log.parts.get_mut(&index);
        let held = parts.and_then(|parts| parts.get_mut(usize::from(part)));
        *held.ok_or(ReadError::NoSuchPart { index, part })? = None;
        Ok(())
    }
}
