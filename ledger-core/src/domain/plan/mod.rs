//! A plan of needs: what a buyer will need, where and by when. Tenders carry it out.
//!
//! Planned, and approved by someone else within the delegated limit. An amendment needs approval again, for nobody has agreed
//! to it. What a plan is expected to cost is withheld until a tender for it opens its bids or fails: a refusal does not say it either.
//!
//! Example: Huda plans 20,000 tablets at 7,000 EGP. Mona may approve up to 5,000 EGP and is refused; Omar may approve up to
//! 10,000 EGP and does. Huda raises the plan to 40,000 tablets at 14,000 EGP: it waits again, and Omar's limit is too low.
//!
//! Tenders that carry it out take what they ask for, together no more than was planned: of 20,000 tablets one takes 15,000, and
//! another that asks for 6,000 is refused. When the first fails, all 20,000 are there again.
//!
//! What Omar may do in each stage of Huda's plan:
//!
//! |  | nothing | planned | approved |
//! |---|---|---|---|
//! | plan | ✓ | PLAN_EXISTS | PLAN_EXISTS |
//! | approve | PLAN_NOT_PLANNED | ✓ | PLAN_APPROVED |
//! | amend | PLAN_NOT_PLANNED | ✓ | ✓ |
//! | take | PLAN_NOT_PLANNED | PLAN_NOT_APPROVED | ✓ |

mod event;
mod refusal;
mod rules;
mod taking;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;
pub use taking::{Needs, Taken};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Readings, Wanted, ensure};
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::member;
use crate::domain::official::buyers;
use crate::domain::organization::Organization;
use crate::domain::tender::Tender;
use crate::domain::values::{OrganizationId, PlanId, TenderId};
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of a plan. All of it is planned, and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Plan a need.
    Plan(Need),
    /// Approve it as it stands; by someone else.
    Approve(Approval),
    /// Change it.
    Amend(Amendment),
    /// Take what the draft of a tender asks for.
    Take {
        /// The tender.
        tender: TenderId,
    },
    /// Keep what an ended tender used, and no more; by Sijill itself.
    Settle {
        /// The tender.
        tender: TenderId,
    },
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Plan {
    /// Nothing was planned.
    #[default]
    Unknown,
    /// Waits for approval.
    Planned(Box<Sheet>),
    /// A tender may carry it out.
    Approved(Box<Sheet>),
}

/// What is known of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    need: Need,
    /// Who planned or amended it: none of them approves it.
    planners: BTreeSet<ActorId>,
    /// Revision of the plan, or of its last amendment.
    revision: u64,
    takings: BTreeMap<TenderId, Taken>,
}

type Decision = Result<Vec<Event>, Refusal>;

impl Plan {
    /// The stream of a plan.
    pub fn stream(id: &PlanId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What is known of it, approved or not; `None` before it was planned.
    pub fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::Unknown => None,
            Self::Planned(sheet) | Self::Approved(sheet) => Some(sheet),
        }
    }

    /// What was approved; `None` while it waits for approval.
    pub fn approved(&self) -> Option<&Sheet> {
        match self {
            Self::Unknown | Self::Planned(_) => None,
            Self::Approved(sheet) => Some(sheet),
        }
    }
}

impl Sheet {
    /// What is needed, as amended.
    pub const fn need(&self) -> &Need {
        &self.need
    }

    /// Revision of the plan, or of its last amendment: what an approval must have read.
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}

impl Aggregate for Plan {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "plan";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        let (buyer, lines) = match command {
            Command::Plan(need) => (Some(Organization::stream(&need.buyer)), &need.lines),
            Command::Amend(amendment) => (None, &amendment.lines),
            Command::Approve(_) => return Vec::new(),
            Command::Take { tender } | Command::Settle { tender } => {
                return vec![Tender::stream(tender)];
            }
        };
        let named = |line: &PlanLine| [Item::stream(&line.item), Facility::stream(&line.facility)];
        let named: BTreeSet<_> = lines.iter().flat_map(named).collect();
        buyer.into_iter().chain(named).collect()
    }

    fn judges_actor(&self, command: &Command) -> bool {
        matches!(command, Command::Approve(_))
    }

    fn judges_actor_under(&self, readings: &Readings, _command: &Command) -> bool {
        buyers::are_asked(readings)
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::PlanApproved(_) => Wanted::Approval {
                revision: self.sheet().map(Sheet::revision),
            },
            Event::NeedPlanned(_)
            | Event::PlanAmended(_)
            | Event::PlanTaken(_)
            | Event::PlanSettled(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        let buyer = self.buyer(&command);
        let buyer = buyer.and_then(|it| buyers::asked(it, &facts.readings));
        buyers::check(buyer, facts)?;
        let event = match command {
            Command::Plan(need) => {
                ensure(*self == Self::Unknown, Refusal::Exists)?;
                need.check(facts)?;
                Event::NeedPlanned(need)
            }
            Command::Approve(approval) => {
                Event::PlanApproved(self.waiting()?.approve(&approval, facts)?)
            }
            Command::Amend(amendment) => {
                let sheet = self.known()?;
                amendment.check(facts)?;
                sheet.check_holds(&amendment.lines)?;
                Event::PlanAmended(amendment)
            }
            Command::Take { tender } => {
                self.known()?;
                let sheet = self.approved().ok_or(Refusal::NotApproved)?;
                sheet.take(&tender, facts)?
            }
            Command::Settle { tender } => self.known()?.settle(&tender, facts)?,
        };
        Ok(vec![event])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let (by, revision) = (&occurred.metadata.actor.id, occurred.revision);
        match (occurred.event, self) {
            (Event::NeedPlanned(need), Self::Unknown) => Some(Self::Planned(Box::new(Sheet {
                need: need.clone(),
                planners: BTreeSet::from([by.clone()]),
                revision,
                takings: BTreeMap::new(),
            }))),
            (Event::PlanApproved(approval), Self::Planned(sheet)) => {
                let judged = approval.read == sheet.revision && !sheet.planners.contains(by);
                (judged || occurred.imported()).then_some(Self::Approved(sheet))
            }
            (
                Event::PlanAmended(amendment),
                Self::Planned(mut sheet) | Self::Approved(mut sheet),
            ) => {
                sheet.check_holds(&amendment.lines).ok()?;
                sheet.need.estimate = amendment.estimate.clone();
                sheet.need.lines.clone_from(&amendment.lines);
                sheet.planners.insert(by.clone());
                sheet.revision = revision;
                Some(Self::Planned(sheet))
            }
            (Event::PlanTaken(taking), Self::Approved(mut sheet)) => {
                sheet.remember_taken(taking)?;
                Some(Self::Approved(sheet))
            }
            (Event::PlanSettled(it), Self::Planned(mut sheet)) => {
                sheet.remember_settled(it)?;
                Some(Self::Planned(sheet))
            }
            (Event::PlanSettled(it), Self::Approved(mut sheet)) => {
                sheet.remember_settled(it)?;
                Some(Self::Approved(sheet))
            }
            (Event::NeedPlanned(_), Self::Planned(_) | Self::Approved(_))
            | (Event::PlanApproved(_), Self::Unknown | Self::Approved(_))
            | (Event::PlanTaken(_), Self::Unknown | Self::Planned(_))
            | (Event::PlanAmended(_) | Event::PlanSettled(_), Self::Unknown) => None,
        }
    }

    /// The limit stays in the command: where the estimate is known only by its commitment, it tells in which currency to judge.
    /// Elsewhere the decision fills it in anew.
    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::NeedPlanned(need) => Command::Plan(need),
            Event::PlanApproved(approval) => Command::Approve(approval),
            Event::PlanAmended(amendment) => Command::Amend(amendment),
            Event::PlanTaken(taking) => Command::Take {
                tender: taking.tender,
            },
            Event::PlanSettled(settlement) => Command::Settle {
                tender: settlement.tender,
            },
        })
    }

    member!(Plan);
}

impl Plan {
    /// Who buys, by the plan or by what begins it.
    fn buyer<'a>(&'a self, command: &'a Command) -> Option<&'a OrganizationId> {
        match (self, command) {
            (Self::Unknown, Command::Plan(need)) => Some(&need.buyer),
            (
                Self::Unknown,
                Command::Approve(_)
                | Command::Amend(_)
                | Command::Take { .. }
                | Command::Settle { .. },
            ) => None,
            (Self::Planned(sheet) | Self::Approved(sheet), _) => Some(&sheet.need.buyer),
        }
    }

    fn known(&self) -> Result<&Sheet, Refusal> {
        self.sheet().ok_or(Refusal::NotPlanned)
    }

    fn waiting(&self) -> Result<&Sheet, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotPlanned),
            Self::Planned(sheet) => Ok(sheet),
            Self::Approved(_) => Err(Refusal::Approved),
        }
    }
}
