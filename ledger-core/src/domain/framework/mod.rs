//! A framework agreement: prices and ceilings that a tender awarded, from which goods are called off through its term.
//!
//! A tender announces it in its draft (`FrameworkTerms`) and awards each lot to its best bidders, whole to each. Once the tender is
//! completed, the agreement is concluded under the tender's id and runs for the announced days. It is *closed*: nobody enters
//! later (UNCITRAL Model Law on Public Procurement, 2011, chapter VII, without second-stage competition). A call-off goes to the
//! best supplier of the lot that can be called, or says why not; its prices are the agreed ones or lower, and all call-offs of a
//! line together never exceed the tender's quantity. It is judged as an order is, by its officer's limit and interests, and then
//! the policy `call-offs` places the order. A cancelled order gives its quantities back; one that is closed short does not.
//!
//! Example: 100 tablets at 4 from Delta, else at 5 from Nile, through 365 days. On the first of March 60 are called off from Delta
//! and the order is placed; 41 more are refused, 40 are not. With Delta suspended Nile is called without a word of
//! justification, and while it is not, with one.
//!
//! What may be asked in which stage stands in `STAGES.md`.

mod agreement;
mod calling;
mod concluding;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

pub use agreement::{Agreement, Called, Place};
pub use event::*;
pub use refusal::Refusal;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Readings, Wanted, ensure};
use crate::domain::member;
use crate::domain::official::buyers;
use crate::domain::order::{Order, Placement};
use crate::domain::tender::Tender;
use crate::domain::values::{ContractId, OrderId, OrganizationId};
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of a framework agreement. All of it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Conclude what the tender of this id awarded.
    Conclude,
    /// Call goods off.
    CallOff(CallOff),
    /// Take back a call-off whose order was cancelled, or was never placed because another has its id.
    Release(Release),
    /// Call a supplier no more for the time being.
    SuspendPlace(PlaceChange),
    /// Let it be called again.
    ReinstatePlace(PlaceChange),
    /// Call it never again.
    EndPlace(PlaceChange),
    /// Propose to end the agreement before its term.
    ProposeTermination(TerminationProposal),
    /// Agree to that; by someone else.
    Terminate(Termination),
}

/// A framework agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Framework {
    /// None was concluded.
    #[default]
    Unknown,
    /// It runs, or its term is over.
    Concluded(Box<Agreement>),
    /// It was ended before its term.
    Terminated(Box<Agreement>),
}

type Decision = Result<Vec<Event>, Refusal>;

impl Framework {
    /// The stream of a framework agreement, which bears the id of its tender.
    pub fn stream(id: &ContractId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What was agreed, also after an early end; `None` before the conclusion.
    pub fn agreement(&self) -> Option<&Agreement> {
        match self {
            Self::Unknown => None,
            Self::Concluded(agreement) | Self::Terminated(agreement) => Some(agreement),
        }
    }

    /// Whether a call-off stands that places exactly this order.
    pub fn places(&self, order: &OrderId, placement: &Placement) -> bool {
        let called = self.agreement().and_then(|it| it.standing(order));
        called.is_some_and(|called| called.call_off.placement.as_deref() == Some(placement))
    }

    /// Who buys, by the agreement or by the tender that it is concluded after.
    fn buyer<'a>(&'a self, facts: &'a Facts) -> Option<&'a OrganizationId> {
        match self {
            Self::Unknown => {
                let tender = StreamName::of(Tender::KIND, facts.stream.id());
                let notice = facts.readings.get::<Tender>(&tender)?.notice();
                notice.map(|notice| &notice.draft.buyer)
            }
            Self::Concluded(agreement) | Self::Terminated(agreement) => {
                Some(&agreement.conclusion().buyer)
            }
        }
    }

    fn known(&self) -> Result<&Agreement, Refusal> {
        self.agreement().ok_or(Refusal::NotConcluded)
    }

    fn in_force(&self) -> Result<&Agreement, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotConcluded),
            Self::Concluded(agreement) => Ok(agreement),
            Self::Terminated(_) => Err(Refusal::Terminated),
        }
    }
}

impl Aggregate for Framework {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "framework";

    fn reads(&self, stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Conclude => vec![StreamName::of(Tender::KIND, stream.id())],
            Command::CallOff(call_off) => {
                let agreement = self.agreement();
                agreement.map_or_else(Vec::new, |it| it.reads(call_off))
            }
            Command::Release(release) => vec![Order::stream(&release.order)],
            Command::SuspendPlace(_)
            | Command::ReinstatePlace(_)
            | Command::EndPlace(_)
            | Command::ProposeTermination(_)
            | Command::Terminate(_) => Vec::new(),
        }
    }

    fn judges_actor(&self, command: &Command) -> bool {
        matches!(command, Command::CallOff(_))
    }

    fn judges_actor_under(&self, readings: &Readings, _command: &Command) -> bool {
        buyers::are_asked(readings)
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::FrameworkTerminated(_) => Wanted::Approval {
                revision: self.agreement().and_then(Agreement::proposed),
            },
            Event::FrameworkConcluded(_)
            | Event::FrameworkLotAgreed(_)
            | Event::CallOffMade(_)
            | Event::CallOffReleased(_)
            | Event::FrameworkPlaceSuspended(_)
            | Event::FrameworkPlaceReinstated(_)
            | Event::FrameworkPlaceEnded(_)
            | Event::FrameworkTerminationProposed(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        ensure(!facts.imported(), Refusal::NotHistory)?;
        let buyer = self.buyer(facts);
        let buyer = buyer.and_then(|it| buyers::asked(it, &facts.readings));
        buyers::check(buyer, facts)?;
        if let Command::Release(release) = command {
            check_releaser(facts)?;
            self.known()?.check_release(&release, facts)?;
            return Ok(vec![Event::CallOffReleased(release)]);
        }
        let official = matches!(facts.actor.id, ActorId::Official(_));
        ensure(official, Refusal::NotAnOfficial)?;
        if command == Command::Conclude {
            ensure(*self == Self::Unknown, Refusal::Concluded)?;
            return concluding::conclude(facts);
        }
        let agreement = self.in_force()?;
        let event = match command {
            Command::CallOff(it) => Event::CallOffMade(agreement.call_off(it, facts)?),
            Command::SuspendPlace(it) => {
                agreement.check_active(&it.supplier)?;
                Event::FrameworkPlaceSuspended(it)
            }
            Command::ReinstatePlace(it) => {
                agreement.check_suspended(&it.supplier)?;
                Event::FrameworkPlaceReinstated(it)
            }
            Command::EndPlace(it) => {
                agreement.check_not_ended(&it.supplier)?;
                Event::FrameworkPlaceEnded(it)
            }
            Command::ProposeTermination(it) => Event::FrameworkTerminationProposed(it),
            Command::Terminate(it) => {
                agreement.check_termination(&it, facts)?;
                Event::FrameworkTerminated(it)
            }
            Command::Conclude | Command::Release(_) => return Err(Refusal::Concluded),
        };
        Ok(vec![event])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        // No rule would have judged it (`decide`).
        (!occurred.imported()).then_some(())?;
        match self {
            Self::Unknown => {
                let Event::FrameworkConcluded(conclusion) = occurred.event else {
                    return None;
                };
                let agreement = Agreement::new(conclusion.clone());
                Some(Self::Concluded(Box::new(agreement)))
            }
            Self::Concluded(mut agreement) => {
                agreement.remember(&occurred)?;
                Some(match occurred.event {
                    Event::FrameworkTerminated(_) => Self::Terminated(agreement),
                    Event::FrameworkConcluded(_)
                    | Event::FrameworkLotAgreed(_)
                    | Event::CallOffMade(_)
                    | Event::CallOffReleased(_)
                    | Event::FrameworkPlaceSuspended(_)
                    | Event::FrameworkPlaceReinstated(_)
                    | Event::FrameworkPlaceEnded(_)
                    | Event::FrameworkTerminationProposed(_) => Self::Concluded(agreement),
                })
            }
            Self::Terminated(mut agreement) => {
                let Event::CallOffReleased(release) = occurred.event else {
                    return None;
                };
                agreement.release(release)?;
                Some(Self::Terminated(agreement))
            }
        }
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::FrameworkConcluded(_) => Command::Conclude,
            Event::FrameworkLotAgreed(_) => return None,
            Event::CallOffMade(it) => Command::CallOff(it),
            Event::CallOffReleased(it) => Command::Release(it),
            Event::FrameworkPlaceSuspended(it) => Command::SuspendPlace(it),
            Event::FrameworkPlaceReinstated(it) => Command::ReinstatePlace(it),
            Event::FrameworkPlaceEnded(it) => Command::EndPlace(it),
            Event::FrameworkTerminationProposed(it) => Command::ProposeTermination(it),
            Event::FrameworkTerminated(it) => Command::Terminate(it),
        })
    }

    member!(Framework);
}

/// A policy gives back what a cancelled order took; an official what never became an order.
fn check_releaser(facts: &Facts) -> Result<(), Refusal> {
    let able = match facts.actor.id {
        ActorId::Official(_) | ActorId::System => true,
        ActorId::Organization(_) | ActorId::Key(_) => false,
    };
    ensure(able, Refusal::NotAnOfficial)
}
