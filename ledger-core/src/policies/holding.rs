//! Steps that wait because something is wrong with one stream that they command: they are tried again, and all others go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use super::{PolicyError, Step};
use crate::event::Recorded;
use crate::store::StreamName;

/// After how long they are tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Most causes whose steps wait: they are kept in memory, and where so many streams are bad something is wrong with the store.
const HELD_MAX: usize = 1_000;

/// A cause of whose steps some are not taken.
#[derive(Clone)]
pub(super) struct Cause {
    pub(super) event: Arc<Recorded>,
    /// The last entry before it: the position that may be kept meanwhile.
    pub(super) before: Option<(u64, Uuid)>,
    /// Its steps that are not taken, with their numbers, in order.
    pub(super) steps: Vec<(u32, Step)>,
}

/// Causes whose steps wait.
#[derive(Default)]
pub(super) struct Held {
    causes: BTreeMap<u64, Cause>,
    /// What their steps command: steps on a stream are taken in the order of their causes.
    streams: BTreeSet<StreamName>,
    error: Option<String>,
    since: Option<Instant>,
}

impl Held {
    pub(super) fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }

    /// In order.
    pub(super) fn causes(&self) -> impl Iterator<Item = &Cause> {
        self.causes.values()
    }

    pub(super) fn first(&self) -> Option<&Cause> {
        self.causes.values().next()
    }

    /// Whether the steps of the event at this index wait already.
    pub(super) fn has(&self, index: u64) -> bool {
        self.causes.contains_key(&index)
    }

    /// Whether a step would overtake one that waits.
    pub(super) fn blocks(&self, step: &Step) -> bool {
        stream(step).is_some_and(|stream| self.streams.contains(stream))
    }

    /// Lets steps wait; where too many do, the error that there was is given back.
    pub(super) fn hold(&mut self, cause: Cause, error: PolicyError) -> Result<(), PolicyError> {
        self.error = Some(error.to_string());
        if self.causes.len() >= HELD_MAX {
            return Err(error);
        }
        self.wait_behind(cause);
        Ok(())
    }

    /// Lets steps wait that may not overtake others.
    pub(super) fn wait_behind(&mut self, cause: Cause) {
        let streams = cause.steps.iter().filter_map(|(_, step)| stream(step));
        self.streams.extend(streams.cloned());
        self.since.get_or_insert_with(Instant::now);
        self.causes.insert(cause.event.index, cause);
    }

    /// When they are tried again; `None` where none wait.
    pub(super) fn again_at(&self) -> Option<Instant> {
        self.since.map(|since| since + AGAIN_AFTER)
    }

    /// They were tried in vain: later once more.
    pub(super) fn wait_on(&mut self) {
        self.since = self.since.map(|_| Instant::now());
    }

    /// How many causes wait, and the last error that kept one from its steps.
    pub(super) fn shown(&self) -> (usize, Option<String>) {
        let error = self.error.clone().filter(|_| !self.is_empty());
        (self.causes.len(), error)
    }
}

const fn stream(step: &Step) -> Option<&StreamName> {
    match step {
        Step::Command { stream, .. } | Step::Release { stream, .. } => Some(stream),
        Step::Erase { .. } | Step::Nothing => None,
    }
}
