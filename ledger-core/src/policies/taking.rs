//! Takes the steps that a policy asks for: commands, erasures, and the record of a step that a rule refused.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use uuid::Uuid;

use super::{PolicyError, Step};
use crate::aggregate::{Aggregate, Explain, refusals};
use crate::domain::Command;
use crate::domain::application::Application;
use crate::domain::committee::Committee;
use crate::domain::disclosure::Disclosure;
use crate::domain::envelope::Envelope;
use crate::domain::facility::Facility;
use crate::domain::framework::Framework;
use crate::domain::item::Item;
use crate::domain::migration::Migration;
use crate::domain::official::Official;
use crate::domain::order::Order;
use crate::domain::organization::Organization;
use crate::domain::plan::Plan;
use crate::domain::process::Process;
use crate::domain::qualification::Qualification;
use crate::domain::reaction::{self, Reaction};
use crate::domain::requisition::Requisition;
use crate::domain::ruleset::Ruleset;
use crate::domain::security::Security;
use crate::domain::stock::Stock;
use crate::domain::succession::Succession;
use crate::domain::tender::Tender;
use crate::domain::transfer::Transfer;
use crate::domain::values::{Code, Names, Text};
use crate::event::{Actor, ActorId, Origin, Recorded, Role};
use crate::ledger::{Context, ExecuteError, Ledger};
use crate::store::{EventStore, ReadError, StreamName};

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

/// A step that is decided and on its way to the disk.
pub(super) type Underway = Pin<Box<dyn Future<Output = Result<(), PolicyError>> + Send>>;

/// Takes steps for one policy.
pub(super) struct Taker<S: EventStore> {
    pub(super) ledger: Ledger<S>,
    pub(super) policy: &'static str,
}

impl<S: EventStore> Clone for Taker<S> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger.clone(),
            policy: self.policy,
        }
    }
}

impl<S: EventStore> Taker<S> {
    /// The steps that were refused until now: they are not tried again.
    pub(super) async fn refused(&self) -> Result<Reaction, PolicyError> {
        let own = Reaction::stream(self.policy);
        let state = self.ledger.state::<Reaction>(&own).await;
        state.map_err(|error| self.stopped(None, &own, &error))
    }

    /// Decides a step; the future says when it is durable. Steps are decided in the order of these calls. `None` when it
    /// is done already.
    pub(super) async fn begin(
        &self,
        cause: &Arc<Recorded>,
        n: u32,
        step: Step,
    ) -> Result<Option<Underway>, PolicyError> {
        let (stream, command) = match step {
            Step::Erase { index, part } => {
                self.erase(cause, n, index, part).await?;
                return Ok(None);
            }
            Step::Release {
                stream,
                kinds,
                last,
            } => return self.release(cause, n, &stream, kinds, last).await.map(Some),
            Step::Nothing => return Ok(None),
            Step::Command { stream, command } => (stream, command),
        };
        // Exhaustive: a new aggregate makes the compiler ask.
        macro_rules! ordered {
            ($($name:ident),*) => {
                match command {
                    $(Command::$name(command) => self.order::<$name>(cause, n, stream, command).await,)*
                }
            };
        }
        ordered!(
            Application,
            Committee,
            Disclosure,
            Envelope,
            Facility,
            Framework,
            Item,
            Migration,
            Official,
            Order,
            Organization,
            Plan,
            Process,
            Qualification,
            Reaction,
            Requisition,
            Ruleset,
            Security,
            Stock,
            Succession,
            Tender,
            Transfer
        )
    }

    async fn order<A: Aggregate>(
        &self,
        cause: &Arc<Recorded>,
        n: u32,
        stream: StreamName,
        command: A::Command,
    ) -> Result<Option<Underway>, PolicyError> {
        let context = self.context(cause, n, "step");
        let submitted = self.ledger.submit::<A>(&stream, command, context).await;
        match submitted {
            Ok(pending) => {
                let (taker, cause) = (self.clone(), Arc::clone(cause));
                Ok(Some(Box::pin(async move {
                    match pending.done().await {
                        Ok(_) => Ok(()),
                        Err(error) => taker.not_taken::<A>(&cause, n, &stream, error).await,
                    }
                })))
            }
            Err(error) => {
                self.not_taken::<A>(cause, n, &stream, error).await?;
                Ok(None)
            }
        }
    }

    /// A step that had no result: refused for good, taken before, or to be tried again.
    pub(super) async fn not_taken<A: Aggregate>(
        &self,
        cause: &Recorded,
        n: u32,
        stream: &StreamName,
        error: ExecuteError<A::Refusal>,
    ) -> Result<(), PolicyError> {
        match error {
            // Asking again would be answered the same: somebody must look at it, and it holds up nothing else.
            ExecuteError::Refused(_)
            | ExecuteError::Import(_)
            | ExecuteError::Statement(_)
            | ExecuteError::DocumentTooLarge { .. }
            | ExecuteError::EffectiveInFuture { .. }
            | ExecuteError::Unencodable(_)
            | ExecuteError::Impossible { .. }
            | ExecuteError::Read(ReadError::NotFound { .. } | ReadError::NoSuchPart { .. }) => {
                self.record(cause, n, stream, &error).await
            }
            // Only this policy has commands under these ids: an earlier version of it took the step, in other words.
            ExecuteError::CommandIdReused { .. } => Ok(()),
            // Not of the step: what is wrong there may be mended, and then the step is taken.
            ExecuteError::TooLate { .. }
            | ExecuteError::SignedOnOldState { .. }
            | ExecuteError::Contended { .. }
            | ExecuteError::AttachmentMissing { .. }
            | ExecuteError::PartAbsent { .. }
            | ExecuteError::Damaged { .. }
            | ExecuteError::Append(_)
            | ExecuteError::Read(ReadError::Corrupt { .. } | ReadError::Unavailable(_)) => {
                Err(self.not_now(cause, stream, &error))
            }
        }
    }

    /// The error of a step that is tried again.
    pub(super) fn not_now<R: Explain>(
        &self,
        cause: &Recorded,
        stream: &StreamName,
        error: &ExecuteError<R>,
    ) -> PolicyError {
        PolicyError::not_now(self.policy, stream, cause.index, error)
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
    pub(super) async fn record(
        &self,
        cause: &Recorded,
        n: u32,
        stream: &StreamName,
        refusal: &impl Explain,
    ) -> Result<(), PolicyError> {
        let own = Reaction::stream(self.policy);
        let shown = || -> Result<_, crate::domain::values::ValueError> {
            Ok(reaction::Refused {
                cause: cause.id,
                cause_index: cause.index,
                step: n,
                stream: Text::new(stream.as_str())?,
                code: Code::new(refusal.code())?,
                reason: Names::new(&one_line(&refusal.arabic()), &one_line(&refusal.english()))?,
            })
        };
        let refused = shown().map_err(|error| self.stopped(Some(cause), stream, &error))?;
        let context = self.context(cause, n, "refusal");
        let command = reaction::Command::Record(refused);
        let outcome = self
            .ledger
            .execute::<Reaction>(&own, command, context)
            .await;
        match outcome {
            // An earlier version of this program said it in other words.
            Ok(_) | Err(ExecuteError::CommandIdReused { .. }) => Ok(()),
            Err(error) => Err(self.stopped(Some(cause), &own, &error)),
        }
    }

    /// Command id = UUIDv5(cause's event id, policy, step): the same after any crash.
    pub(super) fn context(&self, cause: &Recorded, n: u32, what: &str) -> Context {
        let policy = self.policy;
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

    pub(super) fn stopped(
        &self,
        cause: Option<&Recorded>,
        stream: &StreamName,
        why: &dyn std::error::Error,
    ) -> PolicyError {
        PolicyError::Step {
            policy: self.policy,
            stream: stream.clone(),
            index: cause.map_or(0, |cause| cause.index),
            why: why.to_string(),
        }
    }
}

/// As an event may hold it: what the system says of itself may be longer than a text, and of several lines.
fn one_line(text: &str) -> String {
    const CHARACTERS_MAX: usize = 500;
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(plain).take(CHARACTERS_MAX).collect();
    line.trim().to_owned()
}
