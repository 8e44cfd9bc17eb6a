//! A log that was in a directory, to a cluster: the same entries with the same stamps, byte for byte, so that the tree is the same and
//! everything signed stays good.
//!
//! One append at a time, so the cluster's order is the log's; each at its place with its ids, so that asking again writes nothing twice
//! and an interrupted move goes on where the mirror ends.

use std::sync::Arc;

use super::appending::patiently;
use super::cluster::Failure;
use super::wire::{NewEvent, Stamped, new_event, part_stream};
use super::{KurrentStore, OpenError, Options, Shared};
use crate::store::embedded::EmbeddedStore;
use crate::store::node::TreeHead;
use crate::store::{
    APPEND_ENTRIES_MAX, AppendError, Batch, Entry, EventStore as _, Expected, ReadError, StoredPart,
};

/// Why a log was not moved, or not wholly. What is moved stays, and the same again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The cluster or the mirror cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log, or the mirror of the cluster's, cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The cluster does not take it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// What the cluster has is not what the log has.
    #[error(
        "the entry at index {index} is another one on the cluster than in the log: somebody else wrote there; move the log to a new cluster"
    )]
    Different {
        /// Its index.
        index: u64,
    },
}

/// Entries of one stream that follow each other along the log.
struct Run {
    stream: String,
    expected: Expected,
    events: Vec<NewEvent>,
    bytes: usize,
}

impl KurrentStore {
    /// Moves a log to a cluster, or goes on with that, and opens it there. Nobody may write to the log meanwhile; `head` is its tree.
    /// `told` hears how many entries the cluster has. At the end the mirror was compared with the log, entry by entry.
    pub async fn migrate(
        options: Options,
        log: Arc<EmbeddedStore>,
        head: TreeHead,
        told: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<Self, MoveError> {
        let store = Self::open_for(options, Some(head)).await?;
        let moved = store.move_all(log, head.size, told).await;
        if moved.is_err() {
            store.close().await;
        }
        moved.map(|()| store)
    }

    async fn move_all(
        &self,
        log: Arc<EmbeddedStore>,
        size: u64,
        told: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<(), MoveError> {
        let mirror = self.mirror().clone();
        let from = mirror.size();
        compare(&log, &mirror, 0, from.min(size)).await?;
        let (shared, moving) = (Arc::clone(&self.inner.shared), Arc::clone(&log));
        let moving = async move { shared.move_from(&moving, from, size, &told).await };
        let moved = self.inner.runtime.1.spawn(moving).await;
        moved.map_err(|error| AppendError::OutcomeUnknown(error.to_string()))??;
        while mirror.size() < size {
            self.grown_past(mirror.size()).await?;
        }
        compare(&log, &mirror, from.min(size), size).await
    }
}

/// Compares entries, from an index to before another.
async fn compare(
    log: &EmbeddedStore,
    mirror: &EmbeddedStore,
    from: u64,
    to: u64,
) -> Result<(), MoveError> {
    let (mut next, mut ours, mut theirs) = (from, Batch::default(), Batch::default());
    let (mut at_ours, mut at_theirs) = (0, 0);
    while next < to {
        if at_ours == ours.len() {
            (ours, at_ours) = (log.read_log(next).await?, 0);
        }
        if at_theirs == theirs.len() {
            (theirs, at_theirs) = (mirror.read_log(next).await?, 0);
        }
        let (one, other) = (ours.get(at_ours), theirs.get(at_theirs));
        let bytes =
            |found: Option<(u64, Entry<'_>)>| found.map(|(_, entry)| entry.bytes().to_vec());
        if one.is_none() || bytes(one) != bytes(other) {
            return Err(MoveError::Different { index: next });
        }
        (next, at_ours, at_theirs) = (next + 1, at_ours + 1, at_theirs + 1);
    }
    Ok(())
}

impl Shared {
    async fn move_from(
        &self,
        log: &EmbeddedStore,
        from: u64,
        to: u64,
        told: &(impl Fn(u64) + Sync),
    ) -> Result<(), MoveError> {
        let mut next = from;
        while next < to {
            let batch = log.read_log(next).await?;
            let mut run: Option<Run> = None;
            for (index, entry) in batch.iter().take_while(|(index, _)| *index < to) {
                self.move_parts(log, index, &entry).await?;
                let event = new_event(&entry, Stamped::Before);
                let is_next = run
                    .as_ref()
                    .is_some_and(|run| self.has_room(run, &entry, &event));
                if !is_next && let Some(full) = run.take() {
                    self.move_run(full).await?;
                    told(index);
                }
                run.get_or_insert_with(|| Run::at(&entry)).push(event);
                next = index + 1;
            }
            if let Some(last) = run {
                self.move_run(last).await?;
                told(next);
            }
        }
        Ok(())
    }

    fn has_room(&self, run: &Run, entry: &Entry<'_>, event: &NewEvent) -> bool {
        run.stream == entry.stream
            && run.events.len() < APPEND_ENTRIES_MAX
            && run.bytes + event.bytes() <= self.options.append_bytes_max
    }

    /// Withheld parts are there before their entry; an erased one can never be written there.
    async fn move_parts(
        &self,
        log: &EmbeddedStore,
        index: u64,
        entry: &Entry<'_>,
    ) -> Result<(), MoveError> {
        if entry.part_count() == 0 {
            return Ok(());
        }
        let parts = log.parts(index).await?;
        for ((number, part), (_, commitment)) in (0_u8..).zip(parts).zip(entry.commitments()) {
            match part {
                StoredPart::Known(part) => self.write_part(entry.id, number, &part).await?,
                StoredPart::Absent => {
                    let name = part_stream(&self.options.namespace, entry.id, number, &commitment);
                    let destroy = || self.cluster.destroy(&name);
                    patiently(self, destroy).await.map_err(not_moved)?;
                }
            }
        }
        Ok(())
    }

    async fn move_run(&self, run: Run) -> Result<(), MoveError> {
        let name = [&self.options.namespace, &*run.stream].concat();
        let append = || self.cluster.append(&name, run.expected, &run.events);
        Ok(patiently(self, append).await.map_err(not_moved)?)
    }
}

impl Run {
    fn at(entry: &Entry<'_>) -> Self {
        Self {
            stream: entry.stream.to_owned(),
            expected: Expected::after(entry.revision.checked_sub(1)),
            events: Vec::new(),
            bytes: 0,
        }
    }

    fn push(&mut self, event: NewEvent) {
        self.bytes += event.bytes();
        self.events.push(event);
    }
}

fn not_moved(failure: Failure) -> AppendError {
    let why = match failure {
        Failure::Lost(why) => return AppendError::OutcomeUnknown(why),
        Failure::Refused(why) => format!("the cluster refuses: {why}"),
        Failure::Conflict(_) | Failure::Destroyed => {
            "a stream on the cluster is not as this log left it: somebody else wrote there; move the log to a new cluster".to_owned()
        }
    };
    AppendError::Unavailable(why)
}
