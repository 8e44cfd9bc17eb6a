//! A command that is decided and on its way to the disk.

use std::pin::Pin;
use std::sync::Arc;

use uuid::Uuid;

use super::lanes::{Lane, Leaving};
use super::{ATTEMPTS_MAX, Context, ExecuteError, Ledger, Refused};
use crate::aggregate::{Aggregate, Latest};
use crate::codec;
use crate::domain::values::Sha256;
use crate::event::Metadata;
use crate::store::{AppendError, Batch, Entry, EventStore, StreamName};
use crate::time::Timestamp;

/// Entries that are read first for the result of a repeated command: a document and its discrepancies, nearly always.
const RESULT_ENTRIES: usize = 8;
/// Entries that are read at a time where the command has more.
const RESULT_ENTRIES_MORE: usize = 256;

/// The result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Log index of its first event.
    pub first_index: u64,
    /// Number of its events.
    pub count: u64,
    /// Stream revision of its last event.
    pub revision: u64,
    /// Stamp of its last event.
    pub recorded_at: Timestamp,
    /// The command id had been applied before: this is the first result, and nothing was added.
    pub repeated: bool,
}

/// Where a decided command stands.
pub(super) enum Ticket<A: Aggregate, S: EventStore> {
    /// In the store's queue.
    Queued {
        ticket: Pin<Box<S::Ticket>>,
        lane: Arc<tokio::sync::Mutex<Lane>>,
        generation: u64,
        /// Tells those who wait for the same command when nobody waits for this ticket any more.
        leaving: Leaving,
        /// Until when the aggregate lets it be recorded.
        latest: Option<Latest<A::Refusal>>,
    },
    /// Applied before, or still on its way under the same id.
    Repeated {
        revision: u64,
        event_id: Uuid,
        command_hash: Sha256,
    },
}

/// A command that is decided and on its way; [`done`](Self::done) waits for the disk. Dropping it does not take it back.
#[must_use = "a command is durable only when `done` says so"]
pub struct Pending<A: Aggregate, S: EventStore> {
    ledger: Ledger<S>,
    stream: StreamName,
    command: A::Command,
    context: Context,
    ticket: Ticket<A, S>,
}

impl<A: Aggregate, S: EventStore> Pending<A, S> {
    pub(super) const fn new(
        ledger: Ledger<S>,
        stream: StreamName,
        command: A::Command,
        context: Context,
        ticket: Ticket<A, S>,
    ) -> Self {
        Self {
            ledger,
            stream,
            command,
            context,
            ticket,
        }
    }

    /// Waits until the events are durable. After a conflict the command is decided anew, a bounded number of times;
    /// a signed one never is.
    pub async fn done(self) -> Result<Done, Refused<A>> {
        let Self {
            ledger,
            stream,
            command,
            context,
            mut ticket,
        } = self;
        for attempts_left in (0..ATTEMPTS_MAX).rev() {
            match ticket {
                Ticket::Repeated {
                    revision,
                    event_id,
                    command_hash,
                } => {
                    let first =
                        first_result(&ledger, &stream, revision, event_id, command_hash).await?;
                    if let Some(done) = first {
                        return Ok(done);
                    }
                }
                Ticket::Queued {
                    ticket,
                    lane,
                    generation,
                    leaving,
                    latest,
                } => match ticket.await {
                    Ok(appended) => {
                        leaving.stayed();
                        return Ok(Done {
                            first_index: appended.first_index,
                            count: appended.count,
                            revision: appended.revision,
                            recorded_at: appended.recorded_at,
                            repeated: false,
                        });
                    }
                    Err(error) => {
                        lane.lock().await.forget_since(generation);
                        let AppendError::Conflict { .. } = error else {
                            return Err(not_appended(error, latest));
                        };
                        if context.statement.is_some() {
                            return Err(ExecuteError::SignedOnOldState { stream });
                        }
                    }
                },
            }
            // Nothing is on its way when the caller hears that others were faster.
            if attempts_left == 0 {
                break;
            }
            ticket = ledger.decide::<A>(&stream, &command, &context).await?;
        }
        Err(ExecuteError::Contended { stream })
    }
}

/// What came later than its aggregate lets it is refused by the aggregate's rule, not by the store's.
fn not_appended<R>(error: AppendError, latest: Option<Latest<R>>) -> ExecuteError<R> {
    match (&error, latest) {
        (AppendError::TooLate { stamped }, Some(latest)) if *stamped > latest.stamp => {
            ExecuteError::Refused(latest.refusal)
        }
        _ => error.into(),
    }
}

/// The first result of a command that was applied before. `None` when the event of that id turns out not to be
/// there: what was on its way has failed, or two ids are alike in their first half.
async fn first_result<R, S: EventStore>(
    ledger: &Ledger<S>,
    stream: &StreamName,
    revision: u64,
    event_id: Uuid,
    command_hash: Sha256,
) -> Result<Option<Done>, ExecuteError<R>> {
    let Some(batch) = settled(ledger, stream, revision, event_id).await? else {
        return Ok(None);
    };
    let Some((first_index, first)) = batch.get(0) else {
        return Ok(None);
    };
    if first.id != event_id {
        let lane = ledger.inner.lanes.lane(stream);
        lane.lock().await.forget_where(revision, event_id);
        return Ok(None);
    }
    let metadata = metadata_at(first_index, &first, stream)?;
    if metadata.command_hash != command_hash {
        return Err(ExecuteError::CommandIdReused {
            stream: stream.clone(),
        });
    }
    let done = Done {
        first_index,
        count: 0,
        revision,
        recorded_at: first.recorded_at,
        repeated: true,
    };
    whole_result(ledger, stream, batch, metadata.command_id, done)
        .await
        .map(Some)
}

/// The entries from a revision, once what is on its way there is durable; `None` when it has failed.
async fn settled<R, S: EventStore>(
    ledger: &Ledger<S>,
    stream: &StreamName,
    revision: u64,
    event_id: Uuid,
) -> Result<Option<Batch>, ExecuteError<R>> {
    let store = ledger.store();
    loop {
        let size = store.size();
        let batch = store
            .read_stream_at_most(stream, revision, RESULT_ENTRIES)
            .await?;
        if !batch.is_empty() {
            return Ok(Some(batch));
        }
        let lane = ledger.inner.lanes.lane(stream);
        let mut guard = lane.lock().await;
        let loaded = guard.load::<R, S>(store, stream).await?;
        if loaded.applied(event_id).is_none() {
            return Ok(None);
        }
        let mut left = guard.left();
        if *left.borrow_and_update() {
            // It may have failed with nobody told: only the store knows, and refuses what comes too early.
            guard.forget();
            continue;
        }
        drop(guard);
        tokio::select! {
            grown = store.grown_past(size) => { grown?; }
            _ = left.changed() => {}
        }
    }
}

/// Follows the events of one command to its last, over as many batches as they fill.
async fn whole_result<R, S: EventStore>(
    ledger: &Ledger<S>,
    stream: &StreamName,
    mut batch: Batch,
    command_id: Uuid,
    mut done: Done,
) -> Result<Done, ExecuteError<R>> {
    loop {
        for (index, entry) in batch.iter() {
            let same = metadata_at(index, &entry, stream)?.command_id == command_id;
            if !same || index != done.first_index.saturating_add(done.count) {
                return Ok(done);
            }
            done = Done {
                count: done.count.saturating_add(1),
                revision: entry.revision,
                recorded_at: entry.recorded_at,
                ..done
            };
        }
        let next = done.revision.saturating_add(1);
        batch = ledger
            .store()
            .read_stream_at_most(stream, next, RESULT_ENTRIES_MORE)
            .await?;
        if batch.is_empty() {
            return Ok(done);
        }
    }
}

fn metadata_at<R>(
    index: u64,
    entry: &Entry<'_>,
    stream: &StreamName,
) -> Result<Metadata, ExecuteError<R>> {
    codec::decode_metadata(entry.metadata)
        .map_err(|e| ExecuteError::undecodable(&e, stream, entry.revision, index))
}
