//! Appends: in order on each stream, tried again with the same ids while their outcome is unknown, answered by the mirror.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};

use super::Shared;
use super::cluster::Failure;
use super::wire::{self, NewEvent};
use crate::store::prepare::{CLOCK_BEHIND_SECONDS_MAX, Prepared};
use crate::store::{AppendError, Appended, EventStore as _, Expected, StreamName};

/// Keeps appends to one stream in the order in which they were submitted.
#[derive(Clone, Default)]
pub(super) struct Lanes {
    last: Arc<Mutex<HashMap<StreamName, Last>>>,
}

/// The number of a stream's last turn, and its end.
type Last = (u64, oneshot::Receiver<()>);

/// A turn on a stream: it comes when the one before has gone.
pub(super) struct Turn {
    lanes: Lanes,
    stream: StreamName,
    number: u64,
    before: Option<oneshot::Receiver<()>>,
    // Dropped last, which is what the next turn waits for.
    _gone: oneshot::Sender<()>,
}

impl Lanes {
    /// The next turn on a stream.
    pub(super) fn enter(&self, stream: &StreamName) -> Turn {
        let (gone, wait) = oneshot::channel();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let number = last.get(stream).map_or(0, |(number, _)| number + 1);
        let before = last.insert(stream.clone(), (number, wait));
        Turn {
            lanes: self.clone(),
            stream: stream.clone(),
            number,
            before: before.map(|(_, before)| before),
            _gone: gone,
        }
    }
}

impl Turn {
    async fn come(&mut self) {
        if let Some(before) = self.before.take() {
            // An error is what is waited for: the sender is gone.
            let _ = before.await;
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
        if last
            .get(&self.stream)
            .is_some_and(|(number, _)| *number == self.number)
        {
            last.remove(&self.stream);
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
    /// Appends, and waits until the mirror holds the entries.
    pub(super) async fn settle(
        &self,
        prepared: Prepared,
        events: Vec<NewEvent>,
        mut turn: Turn,
    ) -> Result<Appended, AppendError> {
        turn.come().await;
        self.judge(&prepared)?;
        self.write_parts(&prepared, &events).await?;
        let sent = self.send(&prepared, &events).await;
        drop(turn);
        self.news.notify_one();
        match sent {
            Ok(()) => self.mirrored(&prepared, &events).await,
            // It may have been stored all the same, and be here by now.
            Err(AppendError::OutcomeUnknown(why)) => self
                .found(&prepared, &events)
                .await
                .unwrap_or(Err(AppendError::OutcomeUnknown(why))),
            Err(error) => Err(error),
        }
    }

    /// What this node's own clock and mirror say against it.
    fn judge(&self, prepared: &Prepared) -> Result<(), AppendError> {
        if let Some(why) = self.refusal() {
            return Err(AppendError::Unavailable(why));
        }
        let now = self.clock.now()?;
        prepared.stamps(*self.last_stamp(), now, CLOCK_BEHIND_SECONDS_MAX)?;
        match prepared.expected {
            // The cluster's own numbers are signed.
            Expected::Revision(revision) if i64::try_from(revision).is_err() => Err(conflict(
                prepared,
                self.mirror.store().revision(&prepared.stream),
            )),
            Expected::NoStream | Expected::Revision(_) => Ok(()),
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
    async fn mirrored(
        &self,
        prepared: &Prepared,
        events: &[NewEvent],
    ) -> Result<Appended, AppendError> {
        let deadline = Instant::now() + self.options.retry_for;
        loop {
            let size = self.mirror.store().size();
            if let Some(found) = self.found(prepared, events).await {
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

    /// The answer, once the mirror has an entry where the last of these belongs.
    async fn found(
        &self,
        prepared: &Prepared,
        events: &[NewEvent],
    ) -> Option<Result<Appended, AppendError>> {
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
        if events.last().map(|event| event.id) != Some(entry.id) {
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
