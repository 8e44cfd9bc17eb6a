//! Runs policies along the log.

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::{Checkpoint, Checkpoints, Policy, Step};
use crate::aggregate::{Aggregate, Explain, refusals};
use crate::codec::{self, DecodeError};
use crate::domain::Command;
use crate::domain::committee::Committee;
use crate::domain::disclosure::Disclosure;
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::migration::Migration;
use crate::domain::official::Official;
use crate::domain::order::Order;
use crate::domain::organization::Organization;
use crate::domain::process::Process;
use crate::domain::reaction::{self, Reaction};
use crate::domain::requisition::Requisition;
use crate::domain::ruleset::Ruleset;
use crate::domain::stock::Stock;
use crate::domain::transfer::Transfer;
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

refusals! {
    /// Why a step that is no command is refused.
    enum StepRefusal {
        /// The log has no such part.
        NothingToErase {
            /// Index of the entry.
            index: u64,
            /// The part.
            part: u8,
        } = "STEP_NOTHING_TO_ERASE",
            "لا جزء محجوبًا رقمه {part} في القيد {index}؛ راجع الحدث الذي طلب محوه",
            "there is no withheld part {part} in the entry at index {index}; look at the event that asked for its erasure";
    }
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
    pub async fn new(
        ledger: Ledger<S>,
        policy: Box<dyn Policy>,
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
        let mut last = None;
        for (index, entry) in batch.iter() {
            last = Some((index, entry.id));
            // A policy decides from what is public: parts are not read.
            let recorded = codec::recorded(index, &entry, &[])
                .map_err(|error| PolicyError::Decode { index, error })?;
            for (n, step) in (0..).zip(self.policy.react(&recorded)) {
                self.step(&recorded, n, step).await?;
            }
        }
        let Some((index, event)) = last else {
            return Ok(());
        };
        let policy = self.policy.name();
        let origin = self.ledger.store().origin().to_owned();
        self.checkpoints
            .store(
                policy,
                &Checkpoint {
                    index,
                    event,
                    origin,
                },
            )
            .map_err(|error| PolicyError::Checkpoint { policy, error })
    }

    async fn step(&self, cause: &Recorded, n: u32, step: Step) -> Result<(), PolicyError> {
        let own = Reaction::stream(self.policy.name());
        let refused_before = self.ledger.state::<Reaction>(&own).await;
        let refused_before = refused_before.map_err(|error| self.stopped(cause, &own, &error))?;
        if refused_before.is_refused(cause.id, n) {
            return Ok(());
        }
        let (stream, command) = match step {
            Step::Erase { index, part } => return self.erase(cause, n, index, part).await,
            Step::Command { stream, command } => (stream, command),
        };
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
            Order,
            Organization,
            Process,
            Reaction,
            Requisition,
            Ruleset,
            Stock,
            Transfer
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
        let Err(error) = self.ledger.execute::<A>(stream, command, context).await else {
            return Ok(());
        };
        match error {
            ExecuteError::Refused(_)
            | ExecuteError::Import(_)
            | ExecuteError::DocumentTooLarge { .. }
            | ExecuteError::EffectiveInFuture { .. }
            | ExecuteError::Read(ReadError::NotFound { .. } | ReadError::NoSuchPart { .. }) => {
                self.record(cause, n, stream, &error).await
            }
            // Not of the step: what is wrong there may be mended, and then the step is taken.
            ExecuteError::CommandIdReused { .. }
            | ExecuteError::TooLate { .. }
            | ExecuteError::SignedOnOldState { .. }
            | ExecuteError::Contended { .. }
            | ExecuteError::AttachmentMissing { .. }
            | ExecuteError::PartAbsent { .. }
            | ExecuteError::Unencodable(_)
            | ExecuteError::Impossible { .. }
            | ExecuteError::Damaged { .. }
            | ExecuteError::Append(_)
            | ExecuteError::Read(ReadError::Corrupt { .. } | ReadError::Unavailable(_)) => {
                Err(self.stopped(cause, stream, &error))
            }
        }
    }

    /// Destroys a part. One that is not in the log can never be destroyed: somebody must look at what asked for it.
    async fn erase(
        &self,
        cause: &Recorded,
        n: u32,
        index: u64,
        part: u8,
    ) -> Result<(), PolicyError> {
        match self.ledger.store().erase_part(index, part).await {
            Ok(()) => Ok(()),
            Err(ReadError::NotFound { .. } | ReadError::NoSuchPart { .. }) => {
                let refusal = StepRefusal::NothingToErase { index, part };
                self.record(cause, n, &cause.stream, &refusal).await
            }
            Err(error @ (ReadError::Corrupt { .. } | ReadError::Unavailable(_))) => {
                Err(error.into())
            }
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
