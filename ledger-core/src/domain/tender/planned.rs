//! What a tender asks for of the plan that it carries out. From the fourth edition of the rules on the plan's own stream says that it
//! was taken for this tender ([`plan`](crate::domain::plan)), before it is published and when its lots are amended.

use super::bidding::Bidding;
use super::command::Command;
use super::drafting::Drafting;
use super::event::{Change, Draft, InvitationGround, Lot, Procedure};
use super::{End, LastStage, Refusal, Tender};
use crate::aggregate::{Facts, Readings, ensure};
use crate::domain::plan::{Needs, Plan};
use crate::domain::values::{PlanId, TenderId};
use crate::store::StreamName;

/// From this edition on.
const EDITION: u8 = 4;

impl Tender {
    /// What a draft that carries out this plan asks for; `None` where it is no such draft, or holds no lot.
    pub fn drafted_for(&self, plan: &PlanId) -> Option<Needs> {
        let Self::Draft(drafting) = self else {
            return None;
        };
        let needs = needs(&drafting.lots);
        let carries = drafting.draft.plan.as_ref() == Some(plan) && !needs.is_empty();
        carries.then_some(needs)
    }

    /// The stream of the plan, which whoever publishes the draft or amends a lot reads.
    pub(super) fn plan_read(&self, readings: &Readings, command: &Command) -> Option<StreamName> {
        let plan = match self {
            Self::Draft(drafting) if matches!(command, Command::Publish(_)) => {
                drafting.asked_plan(readings)
            }
            Self::Bidding(bidding) if command.amends_a_lot() => bidding.asked_plan(readings),
            Self::Unknown
            | Self::Draft(_)
            | Self::Bidding(_)
            | Self::Evaluation(_)
            | Self::Ended(_) => None,
        };
        plan.map(Plan::stream)
    }

    /// What a tender that ended has used: each lot that it awarded, whole. `None` before its end.
    pub fn used(&self) -> Option<Needs> {
        let Self::Ended(ended) = self else {
            return None;
        };
        Some(match (ended.end, &ended.last) {
            (End::Completed, LastStage::Evaluation(evaluation)) => {
                let lots = evaluation.notice().lots.iter();
                let awarded = |lot: &&Lot| evaluation.awards().any(|it| it.lot == lot.id);
                needs(lots.filter(awarded))
            }
            (
                End::Completed | End::Cancelled | End::Failed,
                LastStage::Draft | LastStage::Bidding(_) | LastStage::Evaluation(_),
            ) => Needs::new(),
        })
    }
}

impl Command {
    const fn amends_a_lot(&self) -> bool {
        if let Self::Amend(amendment) = self {
            matches!(amendment.change, Change::Lot { .. })
        } else {
            false
        }
    }
}

/// How much of each item lots ask for, and where, in base units.
fn needs<'a>(lots: impl IntoIterator<Item = &'a Lot>) -> Needs {
    let mut needs = Needs::new();
    for line in lots.into_iter().flat_map(|lot| &lot.lines) {
        let place = (line.item.clone(), line.facility.clone());
        let sum = needs.entry(place).or_default();
        // At most 400 lines of quantities, which are far below what a decimal holds.
        *sum = sum.saturating_add(line.quantity.get());
    }
    needs
}

impl Draft {
    /// Whether the rules in force ask that it carries out a plan: not what is asked for by quotations, nor after a catastrophe.
    pub(super) fn must_be_planned(&self, facts: &Facts) -> bool {
        let rules = facts.rules().procurement();
        let urgent = || {
            let invitation = self.invitation.as_ref();
            invitation.is_some_and(|it| it.ground == InvitationGround::Urgency)
        };
        let plannable = match self.procedure {
            Procedure::Open | Procedure::Limited | Procedure::Selective => true,
            Procedure::Direct => !urgent(),
            Procedure::Quotation => false,
        };
        rules.has_edition(EDITION) && rules.plan_required.unwrap_or(false) && plannable
    }
}

impl Drafting {
    fn asked_plan(&self, readings: &Readings) -> Option<&PlanId> {
        let asked = readings.rules().procurement().has_edition(EDITION);
        self.draft.plan.as_ref().filter(|_| asked)
    }

    pub(super) fn check_planned(&self, facts: &Facts) -> Result<(), Refusal> {
        let plan = self.asked_plan(&facts.readings);
        check_taken(plan, &self.tender, &self.lots, facts)
    }
}

impl Bidding {
    fn asked_plan(&self, readings: &Readings) -> Option<&PlanId> {
        let asked = self.notice.has_edition(EDITION, readings);
        self.notice.draft.plan.as_ref().filter(|_| asked)
    }

    /// Lots as they would be.
    pub(super) fn check_planned(&self, lots: &[Lot], facts: &Facts) -> Result<(), Refusal> {
        let plan = self.asked_plan(&facts.readings);
        check_taken(plan, &self.notice.tender, lots, facts)
    }
}

/// All that lots ask for was taken from the plan for this tender.
fn check_taken(
    plan: Option<&PlanId>,
    tender: &TenderId,
    lots: &[Lot],
    facts: &Facts,
) -> Result<(), Refusal> {
    let Some(plan) = plan else {
        return Ok(());
    };
    let read = facts.readings.get::<Plan>(&Plan::stream(plan));
    let sheet = read.and_then(Plan::sheet);
    let taken = sheet.is_some_and(|sheet| sheet.covers(tender, &needs(lots)));
    ensure(taken, Refusal::PlanNotTaken { plan: plan.clone() })
}
