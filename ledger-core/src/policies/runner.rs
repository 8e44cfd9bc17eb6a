//! One policy on its way along the log.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::holding::{Cause, Held};
use super::taking::{Taker, Underway};
use super::{Checkpoint, Checkpoints, Policy, Step};
use crate::aggregate::Explain;
use crate::codec::{self, DecodeError};
use crate::domain::reaction::Reaction;
use crate::event::Recorded;
use crate::follower::Follower;
use crate::ledger::{ExecuteError, Ledger};
use crate::store::{Batch, Entry, EventStore, ReadError, StoredPart, StreamName};
use crate::time::ClockError;

/// Entries after which a position is kept, however fast they come.
const CHECKPOINT_ENTRIES: u64 = 10_000;
/// Time after which a position is kept, however few entries there were. A position that is lost costs time, never a
/// second effect, so a live server does not wait for the disk after every entry.
const CHECKPOINT_AFTER: Duration = Duration::from_secs(5);
/// Steps that may be on their way to the disk at a time: they share its waits.
const UNDERWAY_MAX: usize = 256;
/// How long a policy that has reached the end of the log rests. What comes meanwhile is read as one batch: under load a
/// policy would otherwise be woken for every group that the disk takes, to read the few entries of it.
const REST: Duration = Duration::from_millis(5);

/// Why a policy stopped. It goes on where it stood once the cause is mended.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An entry could not be decoded.
    #[error("the entry at index {index} cannot be decoded: {error}")]
    Decode {
        /// Its index.
        index: u64,
        /// Why.
        error: Box<DecodeError>,
    },
    /// A step had no answer for another reason than a rule.
    #[error(
        "the policy {policy} could not take its step on {stream} for the event at index {index}: {why}"
    )]
    Step {
        /// The policy.
        policy: &'static str,
        /// The stream to be commanded.
        stream: StreamName,
        /// Index of the cause.
        index: u64,
        /// Why.
        why: String,
    },
    /// The same because something is wrong with what the step commands or names: others are taken.
    #[error(
        "the policy {policy} cannot take its step on {stream} for the event at index {index}: {why}; it is tried again, and the others go on"
    )]
    Held {
        /// The policy.
        policy: &'static str,
        /// The stream to be commanded.
        stream: StreamName,
        /// Index of the cause.
        index: u64,
        /// Why.
        why: String,
    },
    /// The time is not known.
    #[error(transparent)]
    Clock {
        /// Why.
        #[from]
        error: ClockError,
    },
    /// A position could not be kept.
    #[error("the position of the policy {policy} could not be kept: {error}")]
    Checkpoint {
        /// The policy.
        policy: &'static str,
        /// Why.
        error: io::Error,
    },
}

impl PolicyError {
    /// A command that had no answer, and is tried again.
    pub(super) fn not_now<R: Explain>(
        policy: &'static str,
        stream: &StreamName,
        index: u64,
        error: &ExecuteError<R>,
    ) -> Self {
        let (stream, why) = (stream.clone(), error.english());
        if error.is_of_the_store() {
            return Self::Step {
                policy,
                stream,
                index,
                why,
            };
        }
        Self::Held {
            policy,
            stream,
            index,
            why,
        }
    }

    /// Whether something is wrong with one stream alone.
    pub(super) const fn is_of_one_stream(&self) -> bool {
        match self {
            Self::Held { .. } | Self::Read(ReadError::Corrupt { .. }) => true,
            Self::Read(
                ReadError::NotFound { .. }
                | ReadError::NoSuchPart { .. }
                | ReadError::Unavailable(_),
            )
            | Self::Decode { .. }
            | Self::Step { .. }
            | Self::Clock { .. }
            | Self::Checkpoint { .. } => false,
        }
    }
}

/// Whether a policy shall stop; also when nobody is left who could say so.
#[derive(Clone, Debug)]
pub(super) struct Stop(pub(super) watch::Receiver<bool>);

impl Stop {
    pub(super) async fn requested(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    pub(super) fn is_requested(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

/// One policy on its way along the log.
pub struct PolicyRunner<S: EventStore> {
    policy: Arc<dyn Policy>,
    taker: Taker<S>,
    checkpoints: Arc<dyn Checkpoints>,
    follower: Follower<S>,
    /// The last entry whose steps are all durable, but for those that are held.
    handled: Option<(u64, Uuid)>,
    held: Held,
    /// Where the kept position lets the policy begin, and when it was kept.
    kept: u64,
    kept_at: Instant,
    /// Steps refused before; read when the first step is taken.
    refused: Option<Reaction>,
}

impl<S: EventStore> PolicyRunner<S> {
    /// A policy at its checkpoint, else at the start of the log: steps that were taken are answered with their first
    /// results.
    pub async fn new(
        ledger: Ledger<S>,
        policy: Arc<dyn Policy>,
        checkpoints: Arc<dyn Checkpoints>,
    ) -> Result<Self, PolicyError> {
        let name = policy.name();
        let kept = checkpoints
            .load(name)
            .map_err(|error| PolicyError::Checkpoint {
                policy: name,
                error,
            })?;
        let position = match kept {
            Some(kept) if kept.is_of(&**ledger.store()).await? => kept.next(),
            // Of another log, or of a future that was lost.
            Some(_) | None => 0,
        };
        // What a policy remembers is gathered from the start; nothing is asked for again on the way.
        let start = if policy.memory().is_some() {
            0
        } else {
            position
        };
        Ok(Self {
            policy,
            checkpoints,
            follower: Follower::from(Arc::clone(ledger.store()), start),
            taker: Taker {
                ledger,
                policy: name,
            },
            handled: None,
            held: Held::default(),
            kept: position,
            kept_at: Instant::now(),
            refused: None,
        })
    }

    /// Index of the entry that comes next.
    pub const fn position(&self) -> u64 {
        self.follower.position()
    }

    /// How many events have steps that wait because something is wrong with a stream that they command, and the last error that
    /// kept one back.
    pub fn held(&self) -> (usize, Option<String>) {
        self.held.shown()
    }

    /// Takes all steps that the log asks for until now, those that its own steps cause included, and keeps the position. Those that
    /// cannot be taken because something is wrong with one stream are held, and tried again the next time.
    pub async fn catch_up(&mut self) -> Result<(), PolicyError> {
        self.try_again().await?;
        // Held until the end: a stop is requested where nobody could.
        let (_never, stop) = watch::channel(false);
        let stop = Stop(stop);
        loop {
            let batch = self.follower.ready().await?;
            if batch.is_empty() {
                return self.keep();
            }
            self.take(&batch, &stop).await?;
        }
    }

    /// Takes steps until it shall stop, and keeps the position then. After an error it may be run again and goes on where
    /// it stood. `moved` is called after each batch.
    pub(super) async fn run(
        &mut self,
        mut stop: Stop,
        moved: &(dyn Fn(&Self) + Send + Sync),
    ) -> Result<(), PolicyError> {
        loop {
            let due = self.kept_at + CHECKPOINT_AFTER;
            let again = self.held.again_at();
            tokio::select! {
                biased;
                () = stop.requested() => return self.keep(),
                () = tokio::time::sleep_until(due), if self.is_ahead() => self.keep()?,
                () = tokio::time::sleep_until(again.unwrap_or(due)), if again.is_some() => {
                    self.try_again().await?;
                    moved(self);
                }
                batch = self.follower.next() => {
                    let batch = batch?;
                    self.take(&batch, &stop).await?;
                    moved(self);
                    self.rest(&mut stop).await;
                }
            }
        }
    }

    /// Lets entries gather, where none are left to read.
    async fn rest(&self, stop: &mut Stop) {
        if self.position() < self.taker.ledger.store().size() {
            return;
        }
        tokio::select! {
            () = stop.requested() => {}
            () = tokio::time::sleep(REST) => {}
        }
    }

    /// Takes the steps of a batch and waits until they are durable. An error, or a stop on the way, sets the position back
    /// to the first entry that is not handled for certain.
    async fn take(&mut self, batch: &Batch, stop: &Stop) -> Result<(), PolicyError> {
        let start = batch.get(0).map_or(self.position(), |(index, _)| index);
        let mut handled = None;
        let outcome = self.take_each(batch, stop, &mut handled).await;
        if outcome.is_err() {
            self.seek(start);
            return outcome;
        }
        let Some((last, _)) = handled else {
            self.seek(start);
            return Ok(());
        };
        self.handled = handled;
        self.seek(last.saturating_add(1));
        if let Some(memory) = self.policy.memory() {
            let first = self.held.first().map(|cause| cause.event.index);
            memory.settled(first.unwrap_or_else(|| self.position().max(self.kept)));
        }
        if self.position().saturating_sub(self.kept) >= CHECKPOINT_ENTRIES {
            self.keep()?;
        }
        Ok(())
    }

    async fn take_each(
        &mut self,
        batch: &Batch,
        stop: &Stop,
        handled: &mut Option<(u64, Uuid)>,
    ) -> Result<(), PolicyError> {
        let kinds = self.policy.reacts_to();
        let mut underway: VecDeque<Underway> = VecDeque::new();
        for (index, entry) in batch.iter() {
            if kinds.contains(&entry.kind) {
                if stop.is_requested() {
                    break;
                }
                let event = Arc::new(self.shown(index, &entry).await?);
                if index >= self.kept && !self.held.has(index) {
                    let steps = (0..).zip(self.policy.react(&event)).collect();
                    let before = *handled;
                    let cause = Cause {
                        event,
                        before,
                        steps,
                    };
                    self.take_steps(cause, &mut underway).await?;
                }
            }
            *handled = Some((index, entry.id));
        }
        all_durable(underway).await
    }

    /// Takes the steps of a cause in their order. The first that something is wrong with is held, and with it those after it.
    async fn take_steps(
        &mut self,
        mut cause: Cause,
        underway: &mut VecDeque<Underway>,
    ) -> Result<(), PolicyError> {
        let steps = std::mem::take(&mut cause.steps);
        let mut steps = VecDeque::from(steps);
        while let Some((n, step)) = steps.front() {
            if self.held.blocks(step) {
                cause.steps = steps.into();
                self.held.wait_behind(cause);
                return Ok(());
            }
            match self.begin(&cause.event, *n, step).await {
                Ok(begun) => underway.extend(begun),
                Err(error) if error.is_of_one_stream() => {
                    cause.steps = steps.into();
                    return self.held.hold(cause, error);
                }
                Err(error) => return Err(error),
            }
            if underway.len() >= UNDERWAY_MAX
                && let Some(first) = underway.pop_front()
            {
                first.await?;
            }
            steps.pop_front();
        }
        Ok(())
    }

    async fn begin(
        &mut self,
        cause: &Arc<Recorded>,
        n: u32,
        step: &Step,
    ) -> Result<Option<Underway>, PolicyError> {
        if self.refused().await?.is_refused(cause.id, n) {
            return Ok(None);
        }
        self.taker.begin(cause, n, step.clone()).await
    }

    /// Takes the steps that were held, as far as they can be taken now. After an error all of them are held as before: a step that was
    /// taken is answered with its first result.
    async fn try_again(&mut self) -> Result<(), PolicyError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        let outcome = self.take_held(&held).await;
        if outcome.is_err() {
            held.wait_on();
            self.held = held;
        }
        outcome
    }

    async fn take_held(&mut self, held: &Held) -> Result<(), PolicyError> {
        let mut underway = VecDeque::new();
        for cause in held.causes() {
            self.take_steps(cause.clone(), &mut underway).await?;
        }
        all_durable(underway).await
    }

    /// An event as the policy is shown it: it decides from what is public, and parts are read for its memory alone.
    async fn shown(&self, index: u64, entry: &Entry<'_>) -> Result<Recorded, PolicyError> {
        let decoded = |parts: &[StoredPart]| {
            let recorded = codec::recorded(index, entry, parts);
            recorded.map_err(|error| PolicyError::Decode {
                index,
                error: Box::new(error),
            })
        };
        if let Some(memory) = self.policy.memory() {
            let parts = match self.taker.ledger.store().parts(index).await {
                // What is damaged is not held here either, as after the log was restored without it.
                Err(ReadError::Corrupt { .. }) => Vec::new(),
                parts => parts?,
            };
            memory.remember(&decoded(&parts)?);
        }
        decoded(&[])
    }

    /// What was refused before this runner began, or was last set back. What it finds refused itself does not come again.
    async fn refused(&mut self) -> Result<&Reaction, PolicyError> {
        let refused = match self.refused.take() {
            Some(refused) => refused,
            None => self.taker.refused().await?,
        };
        Ok(self.refused.insert(refused))
    }

    fn seek(&mut self, position: u64) {
        if position != self.follower.position() {
            let store = Arc::clone(self.taker.ledger.store());
            self.follower = Follower::from(store, position);
            self.refused = None;
        }
    }

    /// The last entry up to which no step waits; `None` where no later one is known than at the start.
    fn settled(&self) -> Option<(u64, Uuid)> {
        let first = self.held.first();
        first.map_or(self.handled, |cause| cause.before)
    }

    /// Whether more is handled than the kept position says.
    fn is_ahead(&self) -> bool {
        self.settled().is_some_and(|(index, _)| index >= self.kept)
    }

    /// Keeps the position, where there is a newer one.
    fn keep(&mut self) -> Result<(), PolicyError> {
        let policy = self.policy.name();
        // Also where it fails: the next attempt comes later, and steps are taken until then.
        self.kept_at = Instant::now();
        let Some((index, event)) = self.settled().filter(|_| self.is_ahead()) else {
            return Ok(());
        };
        let origin = self.taker.ledger.store().origin().to_owned();
        let checkpoint = Checkpoint {
            index,
            event,
            origin,
        };
        self.checkpoints
            .store(policy, &checkpoint)
            .map_err(|error| PolicyError::Checkpoint { policy, error })?;
        self.kept = checkpoint.next();
        Ok(())
    }
}

async fn all_durable(underway: VecDeque<Underway>) -> Result<(), PolicyError> {
    for step in underway {
        step.await?;
    }
    Ok(())
}
