//! Appends: in order on each stream, tried again with the same ids while their outcome is unknown, answered by the mirror.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::Shared;
use super::cluster::Failure;
use super::wire::{self, NewEvent};
use crate::store::prepare::{CLOCK_BEHIND_SECONDS_MAX, Prepared};
use crate::store::{AppendError, Appended, EventStore as _, Expected, StreamName};

/// Keeps appends to one stream in the order in which they were submitted, and tells each what became of the one before.
#[derive(Clone, Default)]
pub(super) struct Lanes {
    last: Arc<Mutex<LastTurns>>,
}

#[derive(Default)]
struct LastTurns {
    turns: u64,
    by_stream: HashMap<StreamName, (u64, oneshot::Receiver<Ended>)>,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ended {
    /// The stream's last event, at this revision, is now this one.
    Stored(u64, Uuid),
    /// The stream stood elsewhere.
    Refused(Option<u64>),
}

/// A turn on a stream: it comes when the one before has ended.
pub(super) struct Turn {
    lanes: Lanes,
    stream: StreamName,
    number: u64,
    before: Option<oneshot::Receiver<Ended>>,
    // Dropped without a word, it ends the turn as well.
    next: Option<oneshot::Sender<Ended>>,
}

impl Lanes {
    /// The next turn on a stream.
    pub(super) fn enter(&self, stream: &StreamName) -> Turn {
        let (next, wait) = oneshot::channel();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.turns += 1;
        let number = last.turns;
        let before = last.by_stream.insert(stream.clone(), (number, wait));
        Turn {
            lanes: self.clone(),
            stream: stream.clone(),
            number,
            before: before.map(|(_, before)| before),
            next: Some(next),
        }
    }
}

impl Turn {
    /// Waits for the one before; says how it ended, where that is known.
    async fn come(&mut self) -> Option<Ended> {
        self.before.take()?.await.ok()
    }

    /// Ends it. Who enters as long as it is not dropped hears how.
    fn end(&mut self, ended: Option<Ended>) {
        if let (Some(next), Some(ended)) = (self.next.take(), ended) {
            // Nobody may come after it.
            let _ = next.send(ended);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut last = self
            .lanes
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let number = last.by_stream.get(&self.stream).map(|(number, _)| *number);
        if number == Some(self.number) {
            last.by_stream.remove(&self.stream);
        }
    }
}

/// Does something again and again until the cluster answers, or it has been long enough.
pub(super) async fn patiently<T, F: Future<Output = Result<T, Failure>>>(
    shared: &Shared,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    let deadline = Instant::now() + shared.options.retry_for;
    loop {
        match attempt().await {
            Err(Failure::Lost(_)) if Instant::now() < deadline && shared.refusal().is_none() => {
                sleep(shared.options.retry_delay).await;
            }
            outcome => return outcome,
        }
    }
}

impl Shared {
    /// Appends, and waits until the mirror holds the entries. The turn lasts as long: until then only it says what was stored.
    pub(super) async fn settle(
        &self,
        prepared: Prepared,
        events: Vec<NewEvent>,
        mut turn: Turn,
    ) -> Result<Appended, AppendError> {
        let before = turn.come().await;
        let sent = self.append_after(before, &prepared, &events).await;
        turn.end(match &sent {
            Ok(()) => Some(Ended::Stored(prepared.last_revision, prepared.last_id)),
            Err(AppendError::Conflict { actual, .. }) => Some(Ended::Refused(*actual)),
            // The next one must find in the mirror what it follows.
            Err(
                AppendError::TooLate { .. }
                | AppendError::Invalid(_)
                | AppendError::Clock(_)
                | AppendError::Unavailable(_)
                | AppendError::OutcomeUnknown(_),
            ) => None,
        });
        self.news.notify_one();
        match sent {
            Ok(()) => self.mirrored(&prepared).await,
            // It may have been stored all the same, and be here by now.
            Err(AppendError::OutcomeUnknown(why)) => self
                .found(&prepared)
                .await
                .unwrap_or(Err(AppendError::OutcomeUnknown(why))),
            Err(error) => {
                if let AppendError::Conflict { actual, .. } = error {
                    self.caught_up(&prepared.stream, actual).await;
                }
                Err(error)
            }
        }
    }

    async fn append_after(
        &self,
        before: Option<Ended>,
        prepared: &Prepared,
        events: &[NewEvent],
    ) -> Result<(), AppendError> {
        self.judge(prepared)?;
        self.follows(prepared, before).await?;
        self.write_parts(prepared, events).await?;
        self.send(prepared, events).await
    }

    /// What this node's own clock and mirror say against it.
    fn judge(&self, prepared: &Prepared) -> Result<(), AppendError> {
        if let Some(why) = self.refusal() {
            return Err(AppendError::Unavailable(why));
        }
        if let Some(moved) = self.moved.get() {
            let (size, held) = (moved.size, self.mirror.store().size());
            if held < size {
                return Err(AppendError::Unavailable(format!(
                    "the log is being moved to this cluster, {held} of {size} entries are here; go on with sijill migrate, or wait for it"
                )));
            }
        }
        let now = self.clock.now()?;
        prepared.stamps(*self.last_stamp(), now, CLOCK_BEHIND_SECONDS_MAX)?;
        // The cluster's own numbers are signed.
        let revision = prepared.expected.revision();
        if revision.is_some_and(|revision| i64::try_from(revision).is_err()) {
            let actual = self.mirror.store().revision(&prepared.stream);
            return Err(conflict(prepared, actual));
        }
        Ok(())
    }

    /// Whether the stream has the event that the append must follow. The cluster itself compares revisions only; and an event
    /// that was found there stays there.
    async fn follows(&self, prepared: &Prepared, before: Option<Ended>) -> Result<(), AppendError> {
        let Expected::Event { revision, id } = prepared.expected else {
            return Ok(());
        };
        let store = self.mirror.store();
        let actual = match before {
            Some(Ended::Stored(last, event)) if (last, event) == (revision, id) => return Ok(()),
            Some(Ended::Refused(actual)) => actual,
            Some(Ended::Stored(..)) | None => store.revision(&prepared.stream),
        };
        let read = store.read_stream_at_most(&prepared.stream, revision, 1);
        let batch = read
            .await
            .map_err(|error| AppendError::Unavailable(error.to_string()))?;
        match batch.get(0) {
            Some((_, entry)) if entry.id == id => Ok(()),
            Some(_) | None => Err(conflict(prepared, actual)),
        }
    }

    async fn send(&self, prepared: &Prepared, events: &[NewEvent]) -> Result<(), AppendError> {
        let name = self.name(&prepared.stream);
        let was_lost = AtomicBool::new(false);
        let append = || async {
            let appended = self.cluster.append(&name, prepared.expected, events).await;
            if matches!(appended, Err(Failure::Lost(_))) {
                was_lost.store(true, Ordering::Relaxed);
            }
            appended
        };
        let why = match patiently(self, append).await {
            Ok(()) => return Ok(()),
            // Said of the place, where the same events would have been found.
            Err(Failure::Conflict(actual)) => return Err(conflict(prepared, actual)),
            Err(Failure::Destroyed) => format!(
                "the stream {name} was deleted on the cluster, where nobody may delete; restore the cluster from a backup"
            ),
            Err(Failure::Refused(why)) => format!("the cluster refuses: {why}"),
            Err(Failure::Lost(why)) => why,
        };
        // An earlier attempt may have been stored.
        Err(if was_lost.into_inner() {
            AppendError::OutcomeUnknown(why)
        } else {
            AppendError::Unavailable(why)
        })
    }

    /// Waits until the mirror holds the entries.
    async fn mirrored(&self, prepared: &Prepared) -> Result<Appended, AppendError> {
        let deadline = Instant::now() + self.options.retry_for;
        loop {
            let size = self.mirror.store().size();
            if let Some(found) = self.found(prepared).await {
                return found;
            }
            let grown = timeout_at(deadline, self.mirror.store().grown_past(size)).await;
            let unknown = |why: String| {
                AppendError::OutcomeUnknown(format!(
                    "the cluster has stored them, but they are not in this node's mirror yet: {why}"
                ))
            };
            match grown {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(unknown(self.refusal().unwrap_or(error.to_string()))),
                Err(_) => return Err(unknown(self.trouble().clone().unwrap_or_default())),
            }
        }
    }

    /// Waits until the mirror shows what is in the way: whoever decides again reads there. After a while it is not waited for any
    /// more; the conflict stands in any case.
    async fn caught_up(&self, stream: &StreamName, actual: Option<u64>) {
        let deadline = Instant::now() + self.options.patience;
        let store = self.mirror.store();
        loop {
            let size = store.size();
            if store.revision(stream) >= actual {
                return;
            }
            let grown = timeout_at(deadline, store.grown_past(size)).await;
            if !matches!(grown, Ok(Ok(_))) {
                return;
            }
        }
    }

    /// The answer, once the mirror has an entry where the last of these belongs.
    async fn found(&self, prepared: &Prepared) -> Option<Result<Appended, AppendError>> {
        let store = self.mirror.store();
        let revision = prepared.last_revision;
        store
            .revision(&prepared.stream)
            .filter(|held| *held >= revision)?;
        let read = store
            .read_stream_at_most(&prepared.stream, revision, 1)
            .await;
        let batch = match read {
            Ok(batch) => batch,
            Err(error) => return Some(Err(AppendError::OutcomeUnknown(error.to_string()))),
        };
        let (index, entry) = batch.get(0)?;
        if entry.id != prepared.last_id {
            let actual = store.revision(&prepared.stream);
            return Some(Err(conflict(prepared, actual)));
        }
        let count = u64::from(prepared.count);
        Some(Ok(Appended {
            // The cluster writes an append without anything in between.
            first_index: (index + 1).saturating_sub(count),
            count,
            revision,
            recorded_at: entry.recorded_at,
        }))
    }
}

fn conflict(prepared: &Prepared, actual: Option<u64>) -> AppendError {
    AppendError::Conflict {
        stream: prepared.stream.clone(),
        actual,
    }
}

/// What an append becomes on the cluster, and how large it is there, in bytes.
pub(super) fn events(prepared: &Prepared) -> Result<(Vec<NewEvent>, usize), AppendError> {
    let events = wire::events(prepared)?;
    let bytes = events.iter().map(NewEvent::bytes).sum();
    Ok((events, bytes))
}
