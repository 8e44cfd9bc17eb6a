//! Steps of policies that a rule refused: visible, so that someone looks at them. One stream per policy.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::aggregate::{Aggregate, Facts, Occurred, ensure, refusals};
use crate::domain::member;
use crate::domain::values::{Code, Names, Text};
use crate::event::ActorId;
use crate::store::StreamName;

/// What happened to a policy's steps. Those that were taken stand on their own streams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A rule refused a step.
    StepRefused(Refused),
}

/// A refused step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Event id of the cause.
    pub cause: Uuid,
    /// Log index of the cause.
    pub cause_index: u64,
    /// Which of the steps that the cause asked for, from 0.
    pub step: u32,
    /// The stream that was to be commanded.
    pub stream: Text,
    /// Stable code of the refusal.
    pub code: Code,
    /// The refusal as people read it.
    pub reason: Names,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Record that a step was refused.
    Record(Refused),
}

/// The refused steps of one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    refused: BTreeSet<(Uuid, u32)>,
}

impl Reaction {
    /// The stream of a policy.
    pub fn stream(policy: &str) -> StreamName {
        StreamName::of(Self::KIND, policy)
    }

    /// Whether the step of this cause was refused: it is not tried again, whatever has changed since.
    pub fn is_refused(&self, cause: Uuid, step: u32) -> bool {
        self.refused.contains(&(cause, step))
    }
}

impl Aggregate for Reaction {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "reaction";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let Command::Record(refused) = command;
        ensure(facts.actor.id == ActorId::System, Refusal::NotAPolicy)?;
        ensure(
            !self.is_refused(refused.cause, refused.step),
            Refusal::AlreadyRecorded,
        )?;
        Ok(vec![Event::StepRefused(refused)])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let Event::StepRefused(refused) = occurred.event;
        self.refused
            .insert((refused.cause, refused.step))
            .then_some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        let Event::StepRefused(refused) = event.clone();
        Some(Command::Record(refused))
    }

    member!(Reaction);
}

refusals! {
    /// Why a refused step is not recorded.
    pub enum Refusal {
        /// Only policies record their steps.
        NotAPolicy = "REACTION_NOT_A_POLICY",
            "تسجّل سجل نفسها خطوات سياساتها ولا يسجلها أحد غيرها",
            "only Sijill itself records the steps of its policies";
        /// It stands there already.
        AlreadyRecorded = "REACTION_ALREADY_RECORDED",
            "سُجّل رفض هذه الخطوة من قبل",
            "the refusal of this step is recorded already";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Actor, Role};
    use crate::testing::{Given, official};

    #[test]
    fn a_refused_step_is_recorded_once_and_by_sijill_alone() {
        let refused = Refused {
            cause: Uuid::from_u128(7),
            cause_index: 3,
            step: 0,
            stream: Text::new("order-1").unwrap(),
            code: Code::new("ORDER_CLOSED").unwrap(),
            reason: Names::new("أُغلق الأمر", "the order is closed").unwrap(),
        };
        let record = Command::Record(refused.clone());
        let by_hand = Given::<Reaction>::nothing()
            .by(official("huda"))
            .when(record.clone());
        assert_eq!(by_hand.refused(), Refusal::NotAPolicy);
        let system = Actor {
            id: ActorId::System,
            role: Role::System,
            position: None,
        };
        let recorded = Given::<Reaction>::nothing().by(system).when(record.clone());
        assert_eq!(recorded.last(), [Event::StepRefused(refused)]);
        assert!(recorded.state().is_refused(Uuid::from_u128(7), 0));
        assert_eq!(recorded.when(record).refused(), Refusal::AlreadyRecorded);
    }
}
