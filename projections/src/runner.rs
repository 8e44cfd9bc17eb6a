//! Feeds the log to the views: each entry is read, checked and decoded once for all of them, in log order.
//!
//! Reading and decoding run in tasks of their own, ahead of the folds by a few batches, so that a catch-up uses all cores.
//! Every view has its own position: one that was rebuilt, or restored from an older snapshot, is fed from there, and
//! the others skip what they have seen.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::codec::{DecodeError, recorded};
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::{Batch, EventStore, ReadError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::registry::{Views, Visitor, VisitorMut};
use crate::snapshot::{self, Bounds, EventIds, Place, Rejected, SaveError};
use crate::view::{View, digest};

/// Decoded batches that may wait for the folds: a block's worth of entries each.
const BATCHES_AHEAD_MAX: usize = 4;

/// The views and how far each has come.
#[derive(Default, Debug)]
pub struct Runner {
    views: Views,
    /// How far each view has come.
    places: [Place; Views::COUNT],
}

/// Why a catch-up stopped. The views stand at the last event before the fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An entry is no event that this program knows.
    #[error("the entry at index {index} cannot be decoded: {error}")]
    Decode {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        error: Box<DecodeError>,
    },
    /// The log skipped entries.
    #[error("the log went on at index {found} where {expected} comes next")]
    Gap {
        /// What comes next.
        expected: u64,
        /// What came.
        found: u64,
    },
    /// The runtime that decodes was shut down.
    #[error("the catch-up was stopped with its runtime")]
    Stopped,
    /// The log ended before the index that was asked for.
    #[error("the log ends at index {size}, before the index {wanted} that was asked for")]
    Short {
        /// Number of entries.
        size: u64,
        /// What was asked for.
        wanted: u64,
    },
}

/// A view's place and content, for comparison with another copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewDigest {
    /// The view's name.
    pub view: &'static str,
    /// The view's version.
    pub version: u32,
    /// How many events it has seen.
    pub index: u64,
    /// SHA-256 over its rows.
    pub digest: Sha256,
}

/// Views restored from disk, and what could not be used.
#[derive(Debug)]
pub struct Restored {
    /// The views; those without a usable snapshot start from the beginning of the log.
    pub runner: Runner,
    /// Snapshots that were not used, and why.
    pub rejected: Vec<Rejected>,
}

impl Runner {
    /// Restores each view from its newest usable snapshot in `dir`, at most at `bounds.at_most`; a view without one is
    /// rebuilt by the next catch-up. `ids` are those of the log, which must have the event that a snapshot ends with.
    pub fn restore(dir: &Path, origin: &str, bounds: Bounds, ids: &EventIds<'_>) -> Restored {
        let mut restoring = Restoring {
            dir,
            origin,
            bounds,
            ids,
            places: Default::default(),
            rejected: Vec::new(),
        };
        let mut views = Views::default();
        views.visit_mut(&mut restoring);
        Restored {
            runner: Self {
                views,
                places: restoring.places,
            },
            rejected: restoring.rejected,
        }
    }

    /// Writes a snapshot of every view into `dir`, durably.
    pub fn save(&self, dir: &Path, origin: &str) -> Result<Vec<PathBuf>, SaveError> {
        let mut saving = Saving {
            dir,
            origin,
            places: &self.places,
            saved: Ok(Vec::new()),
        };
        self.views.visit(&mut saving);
        saving.saved
    }

    /// Removes old snapshots from `dir`, as [`snapshot::thin`] says.
    pub fn thin(&self, dir: &Path, step: u64) -> io::Result<()> {
        let mut thinning = Thinning {
            dir,
            step,
            thinned: Ok(()),
        };
        self.views.visit(&mut thinning);
        thinning.thinned
    }

    /// The views.
    pub const fn views(&self) -> &Views {
        &self.views
    }

    /// How many events every view has seen.
    pub fn position(&self) -> u64 {
        let indexes = self.places.iter().map(|place| place.index);
        indexes.min().unwrap_or_default()
    }

    /// How many events each view has seen, by name, in the order of the registry.
    pub fn positions(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let indexes = self.places.iter().map(|place| place.index);
        Views::NAMES.iter().copied().zip(indexes)
    }

    /// The digest of every view, in the order of the registry.
    pub fn digests(&self) -> Vec<ViewDigest> {
        let mut digesting = Digesting {
            places: &self.places,
            digests: Vec::with_capacity(Views::COUNT),
        };
        self.views.visit(&mut digesting);
        digesting.digests
    }

    /// Shows an event to every view that has not seen it.
    pub fn apply(&mut self, event: &Recorded) -> Result<(), RunError> {
        let expected = self.position();
        if event.index > expected {
            let found = event.index;
            return Err(RunError::Gap { expected, found });
        }
        self.views.visit_mut(&mut Applying {
            event,
            places: &mut self.places,
        });
        Ok(())
    }

    /// Takes in everything that is durable now.
    pub async fn catch_up<S: EventStore>(&mut self, store: &Arc<S>) -> Result<(), RunError> {
        self.catch_up_to(store, store.size()).await
    }

    /// Takes in the entries below `index`, so that every view has seen at least so many. A view that is further stays there.
    pub async fn catch_up_to<S: EventStore>(
        &mut self,
        store: &Arc<S>,
        index: u64,
    ) -> Result<(), RunError> {
        let from = self.position();
        if from >= index {
            return Ok(());
        }
        let (sender, mut batches) = mpsc::channel(BATCHES_AHEAD_MAX);
        // The task ends by itself: at the index, at a fault, or when this future is dropped and with it the receiver.
        tokio::spawn(read(Arc::clone(store), from, index, sender));
        while let Some(decoding) = batches.recv().await {
            let batch = decoding.await.map_err(|_| RunError::Stopped)?;
            for event in &batch.events {
                self.apply(event)?;
            }
            batch.fault.map_or(Ok(()), Err)?;
        }
        let (size, wanted) = (self.position(), index);
        if size < wanted {
            return Err(RunError::Short { size, wanted });
        }
        Ok(())
    }
}

/// Decoded events in log order, and the fault that came after them.
struct Decoded {
    events: Vec<Recorded>,
    fault: Option<RunError>,
}

/// Reads batches in order and has each decoded in a task of its own; the tasks are handed on in the batches' order.
async fn read<S: EventStore>(
    store: Arc<S>,
    mut from: u64,
    until: u64,
    decoding: mpsc::Sender<JoinHandle<Decoded>>,
) {
    while from < until {
        let task = match store.read_log(from).await {
            Ok(batch) => {
                let Some(next) = batch.next_index() else {
                    return;
                };
                from = next;
                tokio::spawn(async move { decode(&batch, until) })
            }
            Err(error) => {
                from = until;
                let fault = Some(RunError::Read(error));
                tokio::spawn(async move {
                    let events = Vec::new();
                    Decoded { events, fault }
                })
            }
        };
        if decoding.send(task).await.is_err() {
            return;
        }
    }
}

/// Decodes entries below an index. Views fold public content only, so withheld parts are not fetched.
fn decode(batch: &Batch, until: u64) -> Decoded {
    let mut events = Vec::with_capacity(batch.len());
    for (index, entry) in batch.iter().take_while(|(index, _)| *index < until) {
        match recorded(index, &entry, &[]) {
            Ok(event) => events.push(event),
            Err(error) => {
                let error = Box::new(error);
                let fault = Some(RunError::Decode { index, error });
                return Decoded { events, fault };
            }
        }
    }
    let fault = None;
    Decoded { events, fault }
}

struct Applying<'a> {
    event: &'a Recorded,
    places: &'a mut [Place; Views::COUNT],
}

impl VisitorMut for Applying<'_> {
    fn visit<V: View>(&mut self, place: usize, view: &mut V) {
        if let Some(place) = self.places.get_mut(place)
            && place.index == self.event.index
        {
            view.apply(self.event);
            *place = Place {
                index: place.index.saturating_add(1),
                last_event: Some(self.event.id),
            };
        }
    }
}

struct Digesting<'a> {
    places: &'a [Place],
    digests: Vec<ViewDigest>,
}

impl Visitor for Digesting<'_> {
    fn visit<V: View>(&mut self, place: usize, view: &V) {
        self.digests.push(ViewDigest {
            view: V::NAME,
            version: V::VERSION,
            index: self.places.get(place).copied().unwrap_or_default().index,
            digest: digest(view),
        });
    }
}

struct Saving<'a> {
    dir: &'a Path,
    origin: &'a str,
    places: &'a [Place],
    saved: Result<Vec<PathBuf>, SaveError>,
}

impl Visitor for Saving<'_> {
    fn visit<V: View>(&mut self, place: usize, view: &V) {
        let Ok(saved) = &mut self.saved else { return };
        let place = self.places.get(place).copied().unwrap_or_default();
        match snapshot::save(self.dir, self.origin, place, view) {
            Ok(path) => saved.push(path),
            Err(error) => self.saved = Err(error),
        }
    }
}

struct Thinning<'a> {
    dir: &'a Path,
    step: u64,
    thinned: io::Result<()>,
}

impl Visitor for Thinning<'_> {
    fn visit<V: View>(&mut self, _: usize, _: &V) {
        if self.thinned.is_ok() {
            self.thinned = snapshot::thin::<V>(self.dir, self.step);
        }
    }
}

struct Restoring<'a> {
    dir: &'a Path,
    origin: &'a str,
    bounds: Bounds,
    ids: &'a EventIds<'a>,
    places: [Place; Views::COUNT],
    rejected: Vec<Rejected>,
}

impl VisitorMut for Restoring<'_> {
    fn visit<V: View>(&mut self, place: usize, view: &mut V) {
        let (origin, bounds) = (self.origin, self.bounds);
        let found = snapshot::restore(self.dir, origin, bounds, self.ids, &mut self.rejected);
        if let (Some((restored, until)), Some(place)) = (found, self.places.get_mut(place)) {
            (*view, *place) = (restored, until);
        }
    }
}
