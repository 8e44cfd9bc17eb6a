//! From the cluster's log to the mirror: every entry once, in order, whatever is cut, repeated or late.
//!
//! The index of an entry follows from the order of the log, its stamp from the entry before; so every node stores the same bytes.
//! What the mirror holds already is compared, not stored again: a place that is older than the mirror costs time only.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

use super::cluster::{Failure, PAGE_EVENTS_MAX, Pick};
use super::place::Place;
use super::wire::{Event, Stamped};
use super::{ClusterError, Shared};
use crate::store::embedded::MirrorError;
use crate::store::{EventStore as _, ReadError};

/// How often the place is noted, at most: after a kill, so much is read again.
const SAVE_EVERY: Duration = Duration::from_secs(5);
/// How often a log is read with everything that is no entry, so that the next pages begin near its end; and how often the cluster
/// is asked whether it still has the mirror's last entry, which it may have lost between two questions.
const READ_ON_EVERY: Duration = Duration::from_secs(10);
/// How often the cluster must say that it lacks the mirror's last entry before it is believed: a node that was just made leader
/// may say so for a moment.
const DENIALS_MAX: u32 = 3;

/// Why following came to a halt.
#[derive(Debug)]
pub(super) enum Halt {
    /// For now: to be tried again.
    Trouble(String),
    /// For good: the two logs are not the same, or the mirror takes no writes.
    Stop(ClusterError),
}

/// Follows the cluster's log into the mirror.
pub(super) struct Follower {
    shared: Arc<Shared>,
    place: Place,
    saved: Place,
    saved_at: Instant,
    read_on_at: Instant,
    /// Whether the cluster still has the mirror's last entry is not known.
    doubtful: bool,
}

impl Follower {
    pub(super) fn new(shared: Arc<Shared>, place: Place) -> Self {
        Self {
            shared,
            place,
            saved: place,
            saved_at: Instant::now(),
            read_on_at: Instant::now(),
            doubtful: false,
        }
    }

    /// Follows until the store is closed, or cannot follow any more.
    pub(super) async fn run(mut self, ended: watch::Sender<bool>) {
        let shared = Arc::clone(&self.shared);
        while shared.refusal().is_none() {
            match self.step().await {
                Ok(entries) => {
                    *shared.trouble() = None;
                    if entries == 0 {
                        self.rest().await;
                    }
                }
                Err(Halt::Trouble(why)) => {
                    *shared.trouble() = Some(why);
                    self.doubtful = true;
                    self.wait(shared.options.retry_delay).await;
                }
                Err(Halt::Stop(why)) => shared.stop(why),
            }
        }
        self.end().await;
        // Nobody may be waiting.
        let _ = ended.send(true);
    }

    /// Reads a page and takes it; says how many entries it brought.
    async fn step(&mut self) -> Result<u64, Halt> {
        if self.doubtful {
            self.shared.check_reach().await?;
            self.doubtful = false;
        }
        let before = self.place.next;
        let is_due = self.read_on_at.elapsed() >= READ_ON_EVERY;
        let pick = if is_due { Pick::All } else { Pick::Entries };
        let (after, shared) = (self.place.after, Arc::clone(&self.shared));
        // A task of its own: the client panics over some answers, and the page may still hold what came before.
        let page = tokio::spawn(async move {
            let mut page = Vec::new();
            let read = shared.cluster.page(after, pick, &mut page).await;
            (page, read)
        });
        let (page, read) = page
            .await
            .map_err(|error| Halt::Trouble(format!("the client failed: {error}")))?;
        let is_last = page.len() < PAGE_EVENTS_MAX;
        self.take(page).await?;
        read.map_err(trouble)?;
        if is_due && is_last {
            self.read_on_at = Instant::now();
            self.doubtful = true;
        }
        Ok(self.place.next - before)
    }

    /// Takes events in the order of the log: those that are entries into the mirror, or compared with what it holds.
    pub(super) async fn take(&mut self, events: Vec<Event>) -> Result<(), Halt> {
        let size = self.shared.mirror.store().size();
        let (mut place, mut entries) = (self.place, Vec::new());
        for event in events {
            // A page begins with the event that the one before ended with; and a server may repeat itself.
            if place.after.is_some_and(|after| event.position <= after) {
                continue;
            }
            place.after = Some(event.position);
            let Some(stream) = event.ledger_stream(&self.shared.options.namespace) else {
                continue;
            };
            let (bytes, stamp) = event
                .entry(stream, place.last_stamp, self.shared.stamped(place.next))
                .map_err(|why| {
                    let (stream, revision) = (event.stream.clone(), event.revision);
                    Halt::Stop(ClusterError::NoEntry {
                        stream,
                        revision,
                        why,
                    })
                })?;
            if place.next < size {
                self.compare(place.next, &bytes)?;
            } else {
                entries.push(bytes);
            }
            place.next += 1;
            place.last_stamp = Some(stamp);
        }
        if !entries.is_empty() {
            self.store(place, size, entries).await?;
        }
        self.place = place;
        Ok(())
    }

    async fn store(&self, place: Place, size: u64, entries: Vec<Vec<u8>>) -> Result<(), Halt> {
        // Whoever sees the entries sees their stamp too.
        *self.shared.last_stamp() = place.last_stamp;
        let mirrored = self.shared.mirror.mirror(size, entries).await;
        let stop = |error: MirrorError| {
            let why = error.to_string();
            Halt::Stop(ClusterError::Mirror { why })
        };
        mirrored.map(|_| ()).map_err(stop)
    }

    fn compare(&self, index: u64, bytes: &[u8]) -> Result<(), Halt> {
        let batch = self
            .shared
            .mirror
            .store()
            .entry(index)
            .map_err(|error| unreadable(&error))?;
        if batch.get(0).is_some_and(|(_, held)| held.bytes() == bytes) {
            return Ok(());
        }
        Err(Halt::Stop(ClusterError::Different { index }))
    }

    /// What to do when there was nothing new.
    async fn rest(&mut self) {
        if self.place != self.saved && self.saved_at.elapsed() >= SAVE_EVERY {
            self.save();
        }
        self.wait(self.shared.options.poll_every).await;
    }

    async fn wait(&self, at_most: Duration) {
        // Either way it is time to look.
        let _ = timeout(at_most, self.shared.news.notified()).await;
    }

    /// Notes how far it got. Where that fails the next start reads more, which is all.
    fn save(&mut self) {
        if let Err(error) = self.place.save(self.shared.mirror.store()) {
            *self.shared.trouble() = Some(error.to_string());
        }
        (self.saved, self.saved_at) = (self.place, Instant::now());
    }

    async fn end(&mut self) {
        self.save();
        let store = self.shared.mirror.store().clone();
        // Closing waits for the disk. It fails only where the runtime is gone, and then the last clone closes.
        let _ = tokio::task::spawn_blocking(move || store.close()).await;
    }
}

impl Shared {
    /// Where the entry at an index got its stamp.
    fn stamped(&self, index: u64) -> Stamped {
        match self.moved.get() {
            Some(moved) if index < moved.size => Stamped::Before,
            Some(_) | None => Stamped::Here,
        }
    }

    /// Whether the cluster has the mirror's last entry. A mirror that is ahead of its cluster must not go on.
    pub(super) async fn check_reach(&self) -> Result<(), Halt> {
        let store = self.mirror.store();
        let Some(last) = store.size().checked_sub(1) else {
            return Ok(());
        };
        let batch = store.entry(last).map_err(|error| unreadable(&error))?;
        let Some((_, entry)) = batch.get(0) else {
            return Ok(());
        };
        let name = self.name(&entry.stream_name());
        for _ in 0..DENIALS_MAX {
            let found = self.cluster.event(&name, entry.revision).await;
            match found {
                Ok(found) if found.as_ref().map(|event| event.id) == Some(entry.id) => {
                    return Ok(());
                }
                Ok(_) | Err(Failure::Destroyed) => {
                    tokio::time::sleep(self.options.retry_delay).await;
                }
                Err(failure) => return Err(trouble(failure)),
            }
        }
        Err(Halt::Stop(ClusterError::Ahead {
            entries: last + 1,
            stream: name,
            revision: entry.revision,
        }))
    }
}

pub(super) fn trouble(failure: Failure) -> Halt {
    Halt::Trouble(match failure {
        Failure::Refused(why) | Failure::Lost(why) => why,
        Failure::Conflict(_) | Failure::Destroyed => "a stream was changed meanwhile".to_owned(),
    })
}

fn unreadable(error: &ReadError) -> Halt {
    let why = format!("it cannot be read: {error}");
    Halt::Stop(ClusterError::Mirror { why })
}
