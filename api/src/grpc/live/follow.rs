//! The fold: opening the views, following the log, keeping snapshots.

use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::codec;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{Batch, EventStore as _, ReadError};
use sijill_projections::runner::RunError;
use sijill_projections::snapshot::Bounds;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::Live;
use crate::cli::errors::Failure;
use crate::cli::{data, views};

/// Events between two snapshots: about a second of folding, which is what a start after a crash then takes.
pub const SNAPSHOT_EVENTS: u64 = 500_000;

/// How long the fold rests at the end of the log. What comes meanwhile is folded together: under load it would otherwise be
/// woken for every group that the disk takes. A question that waits for an event waits so much longer at most.
const REST: Duration = Duration::from_millis(2);

/// Why the views stopped. They stand at the last event before the fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An event could not be taken in.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The log could not be read, or has stopped for good.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The fold ended in disorder: a defect of the program.
    #[error("the fold of the views ended in disorder: {0}")]
    Disorder(String),
}

impl Fault {
    /// As the failure of the whole node.
    pub fn failure(self) -> Failure {
        match self {
            Self::Run(error) => views::running(error),
            Self::Read(error) => data::reading(error),
            Self::Disorder(what) => Failure::WritesStopped { what },
        }
    }
}

/// Whether snapshots are kept. A node that only reads leaves that to the one that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// Now and then, and at the end.
    Kept,
    /// Never.
    Left,
}

/// The views of a log, up to date. What had to be folded from far is saved, so that the second copy begins there.
pub async fn open(store: &Arc<EmbeddedStore>, snapshots: Snapshots) -> Result<Live, Failure> {
    let size = store.size();
    let restored = views::restore(store, Bounds::newest(size));
    for rejected in &restored.rejected {
        tracing::warn!(%rejected, "a snapshot was not used; its view is folded from the log");
    }
    let mut front = restored.runner;
    let restored_at = front.position();
    views::catch_up(&mut front, store, size).await?;
    if snapshots == Snapshots::Kept && size.saturating_sub(restored_at) >= SNAPSHOT_EVENTS {
        views::save(&front, store)?;
    }
    let mut back = views::restore(store, Bounds::newest(size)).runner;
    views::catch_up(&mut back, store, size).await?;
    Ok(Live::of(Arc::clone(store), front, back))
}

impl Live {
    /// Takes in what the log gains until `stop` says so, or its sender is gone; returns early only with a fault.
    pub async fn follow(
        self: Arc<Self>,
        snapshots: Snapshots,
        stop: watch::Receiver<bool>,
    ) -> Result<(), Fault> {
        let runtime = Handle::current();
        // On a thread of its own: folding is work, and waits for readers of the older copy.
        let fold = move || Fold::new(&self, snapshots, stop).run(&runtime);
        let ended = tokio::task::spawn_blocking(fold).await;
        ended.unwrap_or_else(|error| Err(Fault::Disorder(error.to_string())))
    }

    /// How many events both copies have seen.
    fn position(&self) -> u64 {
        let positions = self.copies.iter().map(|copy| {
            let copy = copy
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            copy.position()
        });
        positions.min().unwrap_or_default()
    }
}

/// The fold on its way along the log.
struct Fold<'a> {
    live: &'a Live,
    snapshots: Snapshots,
    stop: watch::Receiver<bool>,
    /// Index of the entry that comes next.
    next: u64,
    /// Where the newest snapshot stands.
    saved_at: u64,
}

impl<'a> Fold<'a> {
    fn new(live: &'a Live, snapshots: Snapshots, stop: watch::Receiver<bool>) -> Self {
        let next = live.position();
        Self {
            live,
            snapshots,
            stop,
            next,
            saved_at: next,
        }
    }

    fn run(mut self, runtime: &Handle) -> Result<(), Fault> {
        while !self.is_stopped() {
            for batch in self.live.store.log_reader(self.next) {
                self.take(&batch?)?;
                if self.is_stopped() {
                    break;
                }
            }
            runtime.block_on(self.more())?;
        }
        // What the last calls left, so that the snapshots stand at the end of the log.
        if let Some(batch) = self.live.store.log_reader(self.next).next() {
            self.take(&batch?)?;
        }
        self.save();
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }

    /// Waits until the log has grown or the fold is to stop, after a rest that a stop does not shorten.
    async fn more(&mut self) -> Result<(), Fault> {
        tokio::time::sleep(REST).await;
        let Self {
            live, stop, next, ..
        } = self;
        tokio::select! {
            biased;
            // The sender is gone, or says stop: both end the fold.
            _ = stop.wait_for(|stop| *stop) => Ok(()),
            grown = live.store.grown_past(*next) => Ok(grown.map(|_| ())?),
        }
    }

    fn take(&mut self, batch: &Batch) -> Result<(), Fault> {
        let events = decode(batch)?;
        self.live.take(&events)?;
        self.next = batch.next_index().unwrap_or(self.next);
        if self.next.saturating_sub(self.saved_at) >= SNAPSHOT_EVENTS {
            self.save();
        }
        Ok(())
    }

    /// Saves the views. Without a snapshot a start takes longer, so a failure is told and the fold goes on.
    fn save(&mut self) {
        if self.snapshots == Snapshots::Left || self.saved_at == self.next {
            return;
        }
        self.saved_at = self.next;
        let (store, dir) = (&self.live.store, views::dir(&self.live.store));
        let runner = self.live.read();
        if let Err(failure) = views::save(&runner, store) {
            tracing::error!(?failure, "the snapshots of the views could not be saved");
        } else if let Err(error) = runner.thin(&dir, SNAPSHOT_EVENTS) {
            tracing::warn!(%error, "old snapshots of the views could not be removed");
        }
    }
}

/// Views fold public content only, so withheld parts are not fetched.
fn decode(batch: &Batch) -> Result<Vec<Recorded>, Fault> {
    let decoded = batch.iter().map(|(index, entry)| {
        codec::recorded(index, &entry, &[]).map_err(|error| RunError::Decode {
            index,
            error: Box::new(error),
        })
    });
    Ok(decoded.collect::<Result<_, _>>()?)
}
