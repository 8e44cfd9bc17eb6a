//! A requisition: one facility asks another for goods.
//!
//! Submitted, approved by levels within delegated limits (`approving`) or sent back, fulfilled by dispatches, and closed
//! by a withdrawal or by a record of the demand that stays unmet. Dispatches are facts that a policy brings here; what was
//! not approved and was sent all the same is recorded with a discrepancy.

mod approving;
mod event;
mod refusal;
mod sheet;
#[cfg(test)]
mod tests;

pub use event::*;
pub use refusal::Refusal;
pub use sheet::Sheet;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::facility::Facility;
use crate::domain::item::Item;
use crate::domain::member;
use crate::domain::values::{DiscrepancyId, FacilityId, ItemCode, Quantity, RequisitionId, Text};
use crate::event::ActorId;
use crate::store::StreamName;

/// Most lines of a requisition.
pub const LINES_MAX: usize = 200;

/// What can be asked of a requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Plan: ask for goods, or ask again after a rejection.
    Submit(Submission),
    /// Plan: approve it, as a whole or lowered; by someone else.
    Approve {
        /// Each line that was asked for; zero refuses it.
        lines: Vec<ApprovedLine>,
    },
    /// Plan: send it back; by someone else.
    Reject(Rejection),
    /// Fact: the supplying store dispatched something. By a policy, or imported.
    Fulfil(Fulfilment),
    /// Plan: say what cannot be supplied, and close.
    RecordUnmet {
        /// Why; written for publication.
        reason: Text,
    },
    /// Plan: the goods are needed no more.
    Withdraw(Withdrawal),
    /// Fact: someone answers a discrepancy.
    AnswerDiscrepancy(DiscrepancyAnswer),
}

/// A requisition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Requisition {
    /// Nothing has been asked for.
    #[default]
    Unknown,
    /// Waits for its first approval, or for the next level's.
    Submitted(Sheet),
    /// Sent back; may be submitted again.
    Rejected(Sheet),
    /// Goods may be sent.
    Approved(Sheet),
    /// Withdrawn, or the rest is recorded as unmet.
    Closed(Sheet),
}

type Decision = Result<Vec<Event>, Refusal>;

impl Requisition {
    /// The stream of a requisition.
    pub fn stream(id: &RequisitionId) -> StreamName {
        StreamName::of("requisition", id.as_str())
    }

    /// What is known of it; `None` before it was submitted.
    pub const fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::Unknown => None,
            Self::Submitted(sheet)
            | Self::Rejected(sheet)
            | Self::Approved(sheet)
            | Self::Closed(sheet) => Some(sheet),
        }
    }
}

impl Aggregate for Requisition {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "requisition";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Submit(submission) => {
                let sides = [&submission.from, &submission.supplier].map(Facility::stream);
                let items = submission.lines.iter().map(|line| Item::stream(&line.item));
                sides.into_iter().chain(items).collect()
            }
            Command::Approve { lines } => {
                lines.iter().map(|line| Item::stream(&line.item)).collect()
            }
            Command::Reject(_)
            | Command::Fulfil(_)
            | Command::RecordUnmet { .. }
            | Command::Withdraw(_)
            | Command::AnswerDiscrepancy(_) => Vec::new(),
        }
    }

    fn judges_actor(&self, command: &Command) -> bool {
        matches!(command, Command::Approve { .. })
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::RequisitionApproved(_) => Wanted::Approval {
                revision: self.sheet().map(|sheet| sheet.revision),
            },
            Event::RequisitionSubmitted(_)
            | Event::RequisitionRejected(_)
            | Event::RequisitionFulfilled(_)
            | Event::UnmetDemandRecorded(_)
            | Event::RequisitionWithdrawn(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        match command {
            Command::Submit(submission) => self.submit(submission, facts),
            Command::Approve { lines } => self.waiting()?.approve(lines, facts),
            Command::Reject(rejection) => {
                let own = self.waiting()?.was_submitted_by(&facts.actor.id);
                ensure(facts.imported() || !own, Refusal::OwnRequisition)?;
                Ok(vec![Event::RequisitionRejected(rejection)])
            }
            Command::Fulfil(fulfilment) => self.fulfil(fulfilment, facts),
            Command::RecordUnmet { reason } => self.record_unmet(reason),
            Command::Withdraw(withdrawal) => {
                self.open()?;
                Ok(vec![Event::RequisitionWithdrawn(withdrawal)])
            }
            Command::AnswerDiscrepancy(answer) => self.answer(answer),
        }
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let (by, revision) = (&occurred.metadata.actor.id, occurred.revision);
        match (occurred.event, self) {
            (Event::RequisitionSubmitted(submission), Self::Unknown) => {
                Some(Self::Submitted(Sheet::new(submission, by, revision)))
            }
            (Event::RequisitionSubmitted(submission), Self::Rejected(sheet)) => sheet
                .resubmitted(submission, by, revision)
                .map(Self::Submitted),
            (Event::RequisitionApproved(approval), Self::Submitted(sheet)) => {
                let sheet = sheet.approved_by(approval, by)?;
                Some(if approval.complete {
                    Self::Approved(sheet)
                } else {
                    Self::Submitted(sheet)
                })
            }
            (Event::RequisitionRejected(_), Self::Submitted(sheet)) => Some(Self::Rejected(sheet)),
            (
                Event::UnmetDemandRecorded(_) | Event::RequisitionWithdrawn(_),
                Self::Submitted(sheet) | Self::Approved(sheet),
            )
            | (Event::RequisitionWithdrawn(_), Self::Rejected(sheet)) => Some(Self::Closed(sheet)),
            (Event::RequisitionFulfilled(fulfilment), known) => {
                known.change(|sheet| sheet.fulfilled(fulfilment))
            }
            (Event::DiscrepancyOpened(discrepancy), known) => known.change(|mut sheet| {
                let new = sheet.open_discrepancies.insert(discrepancy.id.clone());
                new.then_some(sheet)
            }),
            (Event::DiscrepancyAnswered(answer), known) => known.change(|mut sheet| {
                let was_open = sheet.open_discrepancies.remove(&answer.id);
                was_open.then_some(sheet)
            }),
            (
                Event::RequisitionSubmitted(_),
                Self::Submitted(_) | Self::Approved(_) | Self::Closed(_),
            )
            | (
                Event::RequisitionApproved(_) | Event::RequisitionRejected(_),
                Self::Unknown | Self::Rejected(_) | Self::Approved(_) | Self::Closed(_),
            )
            | (
                Event::UnmetDemandRecorded(_),
                Self::Unknown | Self::Rejected(_) | Self::Closed(_),
            )
            | (Event::RequisitionWithdrawn(_), Self::Unknown | Self::Closed(_)) => None,
        }
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::RequisitionSubmitted(it) => Command::Submit(it),
            Event::RequisitionApproved(it) => Command::Approve { lines: it.lines },
            Event::RequisitionRejected(it) => Command::Reject(it),
            Event::RequisitionFulfilled(it) => Command::Fulfil(it),
            Event::UnmetDemandRecorded(it) => Command::RecordUnmet { reason: it.reason },
            Event::RequisitionWithdrawn(it) => Command::Withdraw(it),
            Event::DiscrepancyAnswered(it) => Command::AnswerDiscrepancy(it),
            Event::DiscrepancyOpened(_) => return None,
        })
    }

    member!(Requisition);
}

impl Requisition {
    /// The same stage with a changed sheet.
    fn change(self, change: impl FnOnce(Sheet) -> Option<Sheet>) -> Option<Self> {
        match self {
            Self::Unknown => None,
            Self::Submitted(sheet) => change(sheet).map(Self::Submitted),
            Self::Rejected(sheet) => change(sheet).map(Self::Rejected),
            Self::Approved(sheet) => change(sheet).map(Self::Approved),
            Self::Closed(sheet) => change(sheet).map(Self::Closed),
        }
    }

    /// The sheet of a requisition that waits for an approval.
    fn waiting(&self) -> Result<&Sheet, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotSubmitted),
            Self::Submitted(sheet) => Ok(sheet),
            Self::Rejected(_) | Self::Approved(_) => Err(Refusal::NotWaiting),
            Self::Closed(_) => Err(Refusal::Closed),
        }
    }

    /// The sheet of a requisition that has not ended.
    fn open(&self) -> Result<&Sheet, Refusal> {
        match self {
            Self::Unknown => Err(Refusal::NotSubmitted),
            Self::Submitted(sheet) | Self::Rejected(sheet) | Self::Approved(sheet) => Ok(sheet),
            Self::Closed(_) => Err(Refusal::Closed),
        }
    }

    fn submit(&self, submission: Submission, facts: &Facts) -> Decision {
        match self {
            Self::Unknown => {}
            Self::Rejected(before) => ensure(
                before.submission().from == submission.from,
                Refusal::RequesterChanges {
                    from: before.submission().from.clone(),
                },
            )?,
            Self::Submitted(_) | Self::Approved(_) => return Err(Refusal::Submitted),
            Self::Closed(_) => return Err(Refusal::Closed),
        }
        submission.check_lines()?;
        if !facts.imported() {
            submission.check_world(facts)?;
        }
        Ok(vec![Event::RequisitionSubmitted(submission)])
    }

    /// A fact: what was sent is recorded; where it was not approved, someone must answer.
    fn fulfil(&self, mut fulfilment: Fulfilment, facts: &Facts) -> Decision {
        let system = facts.actor.id == ActorId::System;
        ensure(facts.imported() || system, Refusal::NotAPolicy)?;
        let sheet = self.sheet().ok_or(Refusal::NotSubmitted)?;
        ensure(
            !sheet.counts(&fulfilment.from, fulfilment.dispatch),
            Refusal::DispatchCounted {
                facility: fulfilment.from.clone(),
                revision: fulfilment.dispatch,
            },
        )?;
        fulfilment.lines = summed(&fulfilment.lines)?;
        let Fulfilment {
            from, to, lines, ..
        } = fulfilment.clone();
        let mut findings = Findings::of(Event::RequisitionFulfilled(fulfilment), facts);
        if let Some(first) = lines.first() {
            let mut of_all = |rule| findings.open(rule, first, Decimal::ZERO);
            let submission = sheet.submission();
            if submission.supplier != from {
                of_all(BrokenRule::OtherSupplier);
            }
            if submission.from != to {
                of_all(BrokenRule::OtherReceiver);
            }
            match self {
                Self::Submitted(_) | Self::Rejected(_) => of_all(BrokenRule::NotApproved),
                Self::Closed(_) => of_all(BrokenRule::AfterClosing),
                Self::Unknown | Self::Approved(_) => {}
            }
        }
        for line in &lines {
            self.examine(line, sheet, &mut findings);
        }
        Ok(findings.events)
    }

    /// What can be wrong with an item that was sent.
    fn examine(&self, line: &ItemQuantity, sheet: &Sheet, findings: &mut Findings<'_>) {
        if sheet.requested(&line.item).is_none() {
            findings.open(BrokenRule::NotRequested, line, Decimal::ZERO);
            return;
        }
        let Self::Approved(_) = self else {
            // The dispatch as a whole is in question.
            return;
        };
        let approved = sheet.approved(&line.item).unwrap_or_default().get();
        let left = approved.saturating_sub(sheet.sent(&line.item));
        if line.quantity.get() > left {
            findings.open(BrokenRule::AboveApproved, line, left.max(Decimal::ZERO));
        }
    }

    fn record_unmet(&self, reason: Text) -> Decision {
        let lines = match self {
            Self::Unknown => return Err(Refusal::NotSubmitted),
            Self::Rejected(_) => return Err(Refusal::NotWaiting),
            Self::Closed(_) => return Err(Refusal::Closed),
            Self::Submitted(sheet) => sheet.outstanding(false),
            Self::Approved(sheet) => sheet.outstanding(true),
        };
        ensure(!lines.is_empty(), Refusal::NothingUnmet)?;
        Ok(vec![Event::UnmetDemandRecorded(UnmetDemand {
            reason,
            lines,
        })])
    }

    fn answer(&self, answer: DiscrepancyAnswer) -> Decision {
        let is_open = self
            .sheet()
            .is_some_and(|sheet| sheet.open_discrepancies.contains(&answer.id));
        let id = answer.id.clone();
        ensure(is_open, Refusal::DiscrepancyUnknown { id })?;
        Ok(vec![Event::DiscrepancyAnswered(answer)])
    }
}

/// Each item once, in the order of their first lines.
fn summed(lines: &[ItemQuantity]) -> Result<Vec<ItemQuantity>, Refusal> {
    let count = lines.len();
    ensure(
        (1..=LINES_MAX).contains(&count),
        Refusal::LineCount { lines: count },
    )?;
    let mut sums: Vec<ItemQuantity> = Vec::new();
    let mut places: BTreeMap<&ItemCode, usize> = BTreeMap::new();
    for line in lines {
        let item = &line.item;
        ensure(
            !line.quantity.is_zero(),
            Refusal::ZeroQuantity { item: item.clone() },
        )?;
        let place = *places.entry(item).or_insert(sums.len());
        match sums.get_mut(place) {
            Some(sum) => {
                let total = sum.quantity.get().saturating_add(line.quantity.get());
                let too_large = |_| Refusal::TooLarge { item: item.clone() };
                sum.quantity = Quantity::new(total).map_err(too_large)?;
            }
            None => sums.push(line.clone()),
        }
    }
    Ok(sums)
}

impl Submission {
    /// 1 to 200 lines, each item once, nothing asked for in vain, and not of itself: what holds in any history.
    fn check_lines(&self) -> Result<(), Refusal> {
        ensure(self.from != self.supplier, Refusal::SameFacility)?;
        let count = self.lines.len();
        ensure(
            (1..=LINES_MAX).contains(&count),
            Refusal::LineCount { lines: count },
        )?;
        let mut seen = BTreeSet::new();
        for line in &self.lines {
            let item = || line.item.clone();
            ensure(
                seen.insert(&line.item),
                Refusal::DuplicateLine { item: item() },
            )?;
            ensure(
                !line.requested.is_zero(),
                Refusal::ZeroQuantity { item: item() },
            )?;
        }
        Ok(())
    }

    /// Both facilities are open, and the items are in the catalogue.
    fn check_world(&self, facts: &Facts) -> Result<(), Refusal> {
        for id in [&self.from, &self.supplier] {
            check_open(id, facts)?;
        }
        let unlisted = self.lines.iter().find(|line| {
            let item = facts.readings.get::<Item>(&Item::stream(&line.item));
            !item.is_some_and(Item::is_listed)
        });
        match unlisted {
            Some(line) => Err(Refusal::ItemNotListed {
                item: line.item.clone(),
            }),
            None => Ok(()),
        }
    }
}

fn check_open(id: &FacilityId, facts: &Facts) -> Result<(), Refusal> {
    let facility = id.clone();
    match facts.readings.get::<Facility>(&Facility::stream(id)) {
        None | Some(Facility::Unknown) => Err(Refusal::FacilityUnknown { facility }),
        Some(Facility::Closed { .. }) => Err(Refusal::FacilityClosed { facility }),
        Some(Facility::Open { .. }) => Ok(()),
    }
}

/// A fact and the discrepancies found while it is recorded.
struct Findings<'a> {
    facts: &'a Facts,
    events: Vec<Event>,
}

impl<'a> Findings<'a> {
    fn of(fact: Event, facts: &'a Facts) -> Self {
        let events = vec![fact];
        Self { facts, events }
    }

    fn open(&mut self, rule: BrokenRule, line: &ItemQuantity, expected: Decimal) {
        let position = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        let revision = self.facts.next_revision.saturating_add(position);
        // `D` and digits is always a legal id.
        let Ok(id) = DiscrepancyId::new(&format!("D{revision}")) else {
            return;
        };
        self.events.push(Event::DiscrepancyOpened(Discrepancy {
            id,
            rule,
            item: line.item.clone(),
            expected,
            found: line.quantity.get(),
        }));
    }
}
