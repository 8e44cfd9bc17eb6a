//! A command that is decided and on its way to the disk.

use std::pin::Pin;
use std::sync::Arc;

use uuid::Uuid;

use super::lanes::Lane;
use super::{ATTEMPTS_MAX, Context, ExecuteError, Ledger, Refused};
use crate::aggregate::Aggregate;
use crate::codec;
use crate::domain::values::Sha256;
use crate::store::{AppendError, EventStore, StreamName};
use crate::time::Timestamp;

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
pub(super) enum Ticket<S: EventStore> {
    /// In the store's queue.
    Queued {
        ticket: Pin<Box<S::Ticket>>,
        lane: Arc<tokio::sync::Mutex<Lane>>,
        generation: u64,
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
    ticket: Ticket<S>,
}

impl<A: Aggregate, S: EventStore> Pending<A, S> {
    pub(super) const fn new(
        ledger: Ledger<S>,
        stream: StreamName,
        command: A::Command,
        context: Context,
        ticket: Ticket<S>,
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
        for _ in 0..ATTEMPTS_MAX {
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
                } => match ticket.await {
                    Ok(appended) => {
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
                            return Err(error.into());
                        };
                        if context.statement.is_some() {
                            return Err(ExecuteError::SignedOnOldState { stream });
                        }
                    }
                },
            }
            ticket = ledger.decide::<A>(&stream, &command, &context).await?;
        }
        Err(ExecuteError::Contended { stream })
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
    let store = ledger.store();
    let batch = loop {
        let size = store.size();
        let batch = store.read_stream(stream, revision).await?;
        if !batch.is_empty() {
            break batch;
        }
        let lane = ledger.inner.lanes.lane(stream);
        if lane
            .lock()
            .await
            .load::<R, S>(store, stream)
            .await?
            .applied(event_id)
            .is_none()
        {
            return Ok(None);
        }
        store.grown_past(size).await?;
    };
    let Some((first_index, first)) = batch.get(0) else {
        return Ok(None);
    };
    if first.id != event_id {
        return Ok(None);
    }
    let decode = |index, metadata| {
        codec::decode_metadata(metadata)
            .map_err(|e| ExecuteError::undecodable(&e, stream, revision, index))
    };
    let metadata = decode(first_index, first.metadata)?;
    if metadata.command_hash != command_hash {
        return Err(ExecuteError::CommandIdReused {
            stream: stream.clone(),
        });
    }
    let mut done = Done {
        first_index,
        count: 0,
        revision,
        recorded_at: first.recorded_at,
        repeated: true,
    };
    for (index, entry) in batch.iter() {
        let same = decode(index, entry.metadata)?.command_id == metadata.command_id;
        if !same || index != first_index.saturating_add(done.count) {
            break;
        }
        done = Done {
            count: done.count + 1,
            revision: entry.revision,
            recorded_at: entry.recorded_at,
            ..done
        };
    }
    Ok(Some(done))
}
