//! Requests that wait, and demand that was not met.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::requisition::{Approval, Event, ItemQuantity, Submission};
use sijill_ledger_core::domain::values::{Date, FacilityId, ItemCode, RequisitionId};

use crate::intern::Interner;

/// How long what ended is remembered, in days: no look-back reaches further.
const REMEMBERED_DAYS: i32 = 400;

/// The requisitions of all facilities.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Requisitions {
    all: BTreeMap<RequisitionId, Requisition>,
    /// By the number of the facility that asks.
    by_facility: BTreeMap<u32, BTreeSet<RequisitionId>>,
}

/// One requisition.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Requisition {
    facility: u32,
    submitted_on: Date,
    stage: Stage,
    /// What is asked for; empty once it has ended.
    lines: Vec<Line>,
    /// What the supplying store said it cannot send, and when.
    unmet: Vec<Unmet>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    Submitted,
    Approved,
    Ended,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Line {
    item: u32,
    requested: Decimal,
    approved: Decimal,
    sent: Decimal,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Unmet {
    item: u32,
    on: Date,
    quantity: Decimal,
}

/// What a facility asked for and did not get, of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    pub waiting: Decimal,
    pub unmet: Decimal,
}

impl Requisitions {
    /// Takes an event of a requisition in.
    pub fn event(
        &mut self,
        items: &mut Interner<ItemCode>,
        facilities: &mut Interner<FacilityId>,
        id: &str,
        event: &Event,
        on: Date,
    ) {
        let Ok(id) = RequisitionId::new(id) else {
            return;
        };
        if let Event::RequisitionSubmitted(submission) = event {
            let facility = facilities.intern(&submission.from);
            self.submitted(items, facility, id, submission, on);
            return;
        }
        let Some(known) = self.all.get_mut(&id) else {
            return;
        };
        if let Event::RequisitionApproved(approval) = event {
            known.approve(items, approval);
        } else if let Event::RequisitionFulfilled(sent) = event {
            known.send(items, &sent.lines);
        } else if let Event::UnmetDemandRecorded(unmet) = event {
            known.end();
            let line = |line: &ItemQuantity| Unmet {
                item: items.intern(&line.item),
                on,
                quantity: line.quantity.get(),
            };
            known.unmet = unmet.lines.iter().map(line).collect();
        } else if matches!(
            event,
            Event::RequisitionRejected(_) | Event::RequisitionWithdrawn(_)
        ) {
            known.end();
        }
    }

    /// The day a requisition was submitted on.
    pub fn submitted_on(&self, id: &RequisitionId) -> Option<Date> {
        self.all.get(id).map(|known| known.submitted_on)
    }

    /// What a facility asked for by a day and did not get, per item number; unmet demand from another day on.
    pub fn of(&self, facility: u32, since: Date, until: Date) -> BTreeMap<u32, Demand> {
        let mut demands: BTreeMap<u32, Demand> = BTreeMap::new();
        let ids = self.by_facility.get(&facility);
        for known in ids
            .into_iter()
            .flatten()
            .filter_map(|id| self.all.get(id))
            .filter(|known| known.submitted_on <= until)
        {
            for line in &known.lines {
                let waiting = &mut demands.entry(line.item).or_default().waiting;
                *waiting = waiting.saturating_add(line.waiting(known.stage));
            }
            for line in &known.unmet {
                if line.on >= since && line.on <= until {
                    let unmet = &mut demands.entry(line.item).or_default().unmet;
                    *unmet = unmet.saturating_add(line.quantity);
                }
            }
        }
        demands
    }

    /// What is waiting or unmet as the log has it, for the digest: facility, requisition, day, item, waiting, unmet.
    pub fn each(&self, mut found: impl FnMut(u32, &RequisitionId, Date, u32, Decimal, Decimal)) {
        for (id, known) in &self.all {
            let (facility, on) = (known.facility, known.submitted_on);
            for line in &known.lines {
                let waiting = line.waiting(known.stage);
                found(facility, id, on, line.item, waiting, Decimal::ZERO);
            }
            for line in &known.unmet {
                found(
                    facility,
                    id,
                    line.on,
                    line.item,
                    Decimal::ZERO,
                    line.quantity,
                );
            }
        }
    }

    fn submitted(
        &mut self,
        items: &mut Interner<ItemCode>,
        facility: u32,
        id: RequisitionId,
        submission: &Submission,
        on: Date,
    ) {
        let line = |line: &sijill_ledger_core::domain::requisition::RequisitionLine| Line {
            item: items.intern(&line.item),
            requested: line.requested.get(),
            approved: Decimal::ZERO,
            sent: Decimal::ZERO,
        };
        let known = Requisition {
            facility,
            submitted_on: on,
            stage: Stage::Submitted,
            lines: submission.lines.iter().map(line).collect(),
            unmet: Vec::new(),
        };
        self.all.insert(id.clone(), known);
        let ids = self.by_facility.entry(facility).or_default();
        ids.insert(id);
        // What ended long ago is asked about no more.
        let oldest = on.plus_days(-REMEMBERED_DAYS);
        let all = &mut self.all;
        ids.retain(|id| {
            let gone = all
                .get(id)
                .is_none_or(|known| known.stage == Stage::Ended && known.submitted_on < oldest);
            if gone {
                all.remove(id);
            }
            !gone
        });
    }
}

impl Requisition {
    fn approve(&mut self, items: &mut Interner<ItemCode>, approval: &Approval) {
        for approved in &approval.lines {
            let item = items.intern(&approved.item);
            for line in self.lines.iter_mut().filter(|line| line.item == item) {
                line.approved = approved.approved.get();
            }
        }
        if approval.complete && self.stage == Stage::Submitted {
            self.stage = Stage::Approved;
            self.end_when_sent();
        }
    }

    /// What is sent after all lowers what was said to be unmet.
    fn send(&mut self, items: &mut Interner<ItemCode>, sent: &[ItemQuantity]) {
        for one in sent {
            let (item, mut quantity) = (items.intern(&one.item), one.quantity.get());
            for line in self.lines.iter_mut().filter(|line| line.item == item) {
                line.sent = line.sent.saturating_add(quantity);
            }
            for line in self.unmet.iter_mut().filter(|line| line.item == item) {
                let met = quantity.min(line.quantity);
                line.quantity = line.quantity.saturating_sub(met);
                quantity = quantity.saturating_sub(met);
            }
        }
        self.unmet.retain(|line| line.quantity > Decimal::ZERO);
        self.end_when_sent();
    }

    fn end_when_sent(&mut self) {
        let stage = self.stage;
        if self.lines.iter().all(|line| line.waiting(stage).is_zero()) {
            self.end();
        }
    }

    fn end(&mut self) {
        self.stage = Stage::Ended;
        self.lines = Vec::new();
    }
}

impl Line {
    /// Asked for and not sent: what was asked for until the approval is complete, then what was approved.
    fn waiting(&self, stage: Stage) -> Decimal {
        let wanted = match stage {
            Stage::Submitted => self.requested,
            Stage::Approved => self.approved,
            Stage::Ended => Decimal::ZERO,
        };
        wanted.saturating_sub(self.sent).max(Decimal::ZERO)
    }
}
