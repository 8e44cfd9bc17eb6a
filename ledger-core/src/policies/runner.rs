//! Runs policies along the log.

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::{Checkpoints, Policy, Step};
use crate::aggregate::{Aggregate, Explain};
use crate::codec::{self, DecodeError};
use crate::domain::Command;
use crate::domain::committee::Committee;
use crate::domain::disclosure::Disclosure;
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::migration::Migration;
use crate::domain::official::Official;
use crate::domain::organization::Organization;
use crate::domain::reaction::{self, Reaction};
use crate::domain::ruleset::Ruleset;
use crate::domain::stock::Stock;
use crate::domain::values::{Code, Names, Text};
use crate::event::{Actor, ActorId, Origin, Recorded, Role};
use crate::follower::Follower;
use crate::ledger::{Context, ExecuteError, Ledger};
use crate::store::{Batch, EventStore, ReadError, StreamName};

/// Why policies stopped. They go on where they stood once the cause is mended.
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
        error: DecodeError,
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
    /// A position could not be kept.
    #[error("the position of the policy {policy} could not be kept: {error}")]
    Checkpoint {
        /// The policy.
        policy: &'static str,
        /// Why.
        error: io::Error,
    },
}

/// One policy on its way along the log.
pub struct PolicyRunner<S: EventStore> {
    ledger: Ledger<S>,
    policy: Box<dyn Policy>,
    checkpoints: Arc<dyn Checkpoints>,
    follower: Follower<S>,
}

impl<S: EventStore> PolicyRunner<S> {
    /// A policy at its checkpoint, else at the start of the log: steps that were taken are answered with their first
    /// results.
    pub fn new(
        ledger: Ledger<S>,
        policy: Box<dyn Policy>,
        checkpoints: Arc<dyn Checkpoints>,
    ) -> Result<Self, PolicyError> {
        let name = policy.name();
        let position = checkpoints
            .load(name)
            .map_err(|error| PolicyError::Checkpoint {
                policy: name,
                error,
            })?;
        // A checkpoint ahead of the log belongs to another one.
        let position = position
            .filter(|position| *position <= ledger.store().size())
            .unwrap_or(0);
        let follower = Follower::from(Arc::clone(ledger.store()), position);
        Ok(Self {
            ledger,
            policy,
            checkpoints,
            follower,
        })
    }

    /// Takes all steps that the log asks for until now, those that its own steps cause included.
    pub async fn catch_up(&mut self) -> Result<(), PolicyError> {
        loop {
            let batch = self.follower.ready().await?;
            if batch.is_empty() {
                return Ok(());
            }
            self.take(&batch).await?;
        }
    }

    /// Takes steps for ever; returns only with an error.
    pub async fn run(&mut self) -> Result<std::convert::Infallible, PolicyError> {
        loop {
            let batch = self.follower.next().await?;
            self.take(&batch).await?;
        }
    }

    async fn take(&mut self, batch: &Batch) -> Result<(), PolicyError> {
        for (index, entry) in batch.iter() {
            // A policy decides from what is public: parts are not read.
            let recorded = codec::recorded(index, &entry, &[])
                .map_err(|error| PolicyError::Decode { index, error })?;
            for (n, step) in (0..).zip(self.policy.react(&recorded)) {
                self.step(&recorded, n, step).await?;
            }
        }
        let policy = self.policy.name();
        self.checkpoints
            .store(policy, self.follower.position())
            .map_err(|error| PolicyError::Checkpoint { policy, error })
    }

    async fn step(&self, cause: &Recorded, n: u32, step: Step) -> Result<(), PolicyError> {
        let (stream, command) = match step {
            Step::Erase { index, part } => {
                return Ok(self.ledger.store().erase_part(index, part).await?);
            }
            Step::Command { stream, command } => (stream, command),
        };
        let own = Reaction::stream(self.policy.name());
        let refused_before = self.ledger.state::<Reaction>(&own).await;
        let refused_before = refused_before.map_err(|error| self.stopped(cause, &own, &error))?;
        if refused_before.is_refused(cause.id, n) {
            return Ok(());
        }
        // Exhaustive: a new aggregate makes the compiler ask.
        macro_rules! ordered {
            ($($name:ident),*) => {
                match command {
                    $(Command::$name(command) => self.order::<$name>(cause, n, &stream, command).await,)*
                }
            };
        }
        ordered!(
            Committee,
            Disclosure,
            Facility,
            Item,
            Migration,
            Official,
            Organization,
            Reaction,
            Ruleset,
            Stock
        )
    }

    async fn order<A: Aggregate>(
        &self,
        cause: &Recorded,
        n: u32,
        stream: &StreamName,
        command: A::Command,
    ) -> Result<(), PolicyError> {
        let context = self.context(cause, n, "step");
        match self.ledger.execute::<A>(stream, command, context).await {
            Ok(_) => Ok(()),
            Err(ExecuteError::Refused(refusal)) => self.record(cause, n, stream, &refusal).await,
            Err(error) => Err(self.stopped(cause, stream, &error)),
        }
    }

    /// Makes a refused step visible.
    async fn record(
        &self,
        cause: &Recorded,
        n: u32,
        stream: &StreamName,
        refusal: &impl Explain,
    ) -> Result<(), PolicyError> {
        let own = Reaction::stream(self.policy.name());
        let shown = || -> Result<_, crate::domain::values::ValueError> {
            Ok(reaction::Refused {
                cause: cause.id,
                cause_index: cause.index,
                step: n,
                stream: Text::new(stream.as_str())?,
                code: Code::new(refusal.code())?,
                reason: Names::new(&refusal.arabic(), &refusal.english())?,
            })
        };
        let refused = shown().map_err(|error| self.stopped(cause, stream, &error))?;
        let context = self.context(cause, n, "refusal");
        let command = reaction::Command::Record(refused);
        let outcome = self
            .ledger
            .execute::<Reaction>(&own, command, context)
            .await;
        outcome
            .map(|_| ())
            .map_err(|error| self.stopped(cause, &own, &error))
    }

    /// Command id = UUIDv5(cause's event id, policy, step): the same after any crash.
    fn context(&self, cause: &Recorded, n: u32, what: &str) -> Context {
        let policy = self.policy.name();
        let command_id = Uuid::new_v5(&cause.id, format!("{policy}/{n}/{what}").as_bytes());
        let actor = Actor {
            id: ActorId::System,
            role: Role::System,
            position: None,
        };
        // A policy's name is a legal code: it names a stream as well.
        let origin = Code::new(policy).map_or(Origin::Native, Origin::Policy);
        Context {
            effective_at: Some(cause.metadata.effective_at),
            correlation_id: Some(cause.metadata.correlation_id),
            causation_id: Some(cause.id),
            origin,
            ..Context::new(command_id, actor)
        }
    }

    fn stopped(
        &self,
        cause: &Recorded,
        stream: &StreamName,
        why: &dyn std::error::Error,
    ) -> PolicyError {
        let (policy, stream, why) = (self.policy.name(), stream.clone(), why.to_string());
        PolicyError::Step {
            policy,
            stream,
            index: cause.index,
            why,
        }
    }
}
