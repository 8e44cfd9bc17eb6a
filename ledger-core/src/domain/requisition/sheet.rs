//! What is known of a requisition, whatever its stage.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::event::{Approval, Fulfilment, ItemQuantity, Submission};
use crate::domain::values::{DiscrepancyId, FacilityId, ItemCode, Money, Quantity};
use crate::event::ActorId;

/// A requisition's sheet: what was asked for, approved and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    submission: Submission,
    /// Revision of the submission.
    pub(super) revision: u64,
    /// Whoever submitted it, before a rejection too: none of them approves it.
    submitters: BTreeSet<ActorId>,
    /// Approvals since it was submitted, in order.
    levels: Vec<Level>,
    /// What the latest level approved.
    approved: BTreeMap<ItemCode, Quantity>,
    sent: BTreeMap<ItemCode, Decimal>,
    dispatches: BTreeSet<(FacilityId, u64)>,
    pub(super) open_discrepancies: BTreeSet<DiscrepancyId>,
}

/// One level of approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) by: ActorId,
    pub(super) limit: Option<Money>,
}

impl Sheet {
    pub(super) fn new(submission: &Submission, by: &ActorId, revision: u64) -> Self {
        Self {
            submission: submission.clone(),
            revision,
            submitters: BTreeSet::from([by.clone()]),
            levels: Vec::new(),
            approved: BTreeMap::new(),
            sent: BTreeMap::new(),
            dispatches: BTreeSet::new(),
            open_discrepancies: BTreeSet::new(),
        }
    }

    /// What is asked for.
    pub const fn submission(&self) -> &Submission {
        &self.submission
    }

    /// What is asked for of an item, in base units; `None` for one that is not asked for.
    pub fn requested(&self, item: &ItemCode) -> Option<Quantity> {
        let mut lines = self.submission.lines.iter();
        let line = lines.find(|line| line.item == *item);
        line.map(|line| line.requested)
    }

    /// What the latest level approved of an item, in base units; `None` before an approval, and for other items.
    pub fn approved(&self, item: &ItemCode) -> Option<Quantity> {
        self.approved.get(item).copied()
    }

    /// What was sent of an item, in base units.
    pub fn sent(&self, item: &ItemCode) -> Decimal {
        self.sent.get(item).copied().unwrap_or_default()
    }

    pub(super) fn levels(&self) -> &[Level] {
        &self.levels
    }

    pub(super) fn was_submitted_by(&self, actor: &ActorId) -> bool {
        self.submitters.contains(actor)
    }

    pub(super) fn counts(&self, from: &FacilityId, dispatch: u64) -> bool {
        self.dispatches.contains(&(from.clone(), dispatch))
    }

    /// What is still to be sent of what was approved; of what was asked for, while the approval is not complete.
    ///
    /// 100 asked for, 80 approved and 50 sent leave 30; 50 asked for and not approved yet leave 50.
    pub(super) fn outstanding(&self, is_approved: bool) -> Vec<ItemQuantity> {
        let outstanding = |item: &ItemCode, requested: Quantity| {
            let approved = self.approved(item).filter(|_| is_approved);
            let base = approved.unwrap_or(requested);
            let left = base.get().saturating_sub(self.sent(item));
            let quantity = Quantity::new(left.max(Decimal::ZERO)).ok()?;
            let item = item.clone();
            (!quantity.is_zero()).then_some(ItemQuantity { item, quantity })
        };
        let lines = self.submission.lines.iter();
        lines
            .filter_map(|line| outstanding(&line.item, line.requested))
            .collect()
    }

    /// Asked for anew after a rejection; what was sent stays sent.
    pub(super) fn resubmitted(
        mut self,
        submission: &Submission,
        by: &ActorId,
        revision: u64,
    ) -> Option<Self> {
        (self.submission.from == submission.from).then_some(())?;
        self.submission = submission.clone();
        self.revision = revision;
        self.submitters.insert(by.clone());
        self.levels.clear();
        self.approved.clear();
        Some(self)
    }

    pub(super) fn approved_by(mut self, approval: &Approval, by: &ActorId) -> Option<Self> {
        (usize::from(approval.level) == self.levels.len() + 1).then_some(())?;
        let mut approved = BTreeMap::new();
        for line in &approval.lines {
            (line.approved <= self.requested(&line.item)?).then_some(())?;
            let twice = approved.insert(line.item.clone(), line.approved);
            twice.is_none().then_some(())?;
        }
        (approved.len() == self.submission.lines.len()).then_some(())?;
        self.approved = approved;
        self.levels.push(Level {
            by: by.clone(),
            limit: approval.limit,
        });
        Some(self)
    }

    pub(super) fn fulfilled(mut self, fulfilment: &Fulfilment) -> Option<Self> {
        let dispatch = (fulfilment.from.clone(), fulfilment.dispatch);
        self.dispatches.insert(dispatch).then_some(())?;
        for line in &fulfilment.lines {
            let sent = self.sent.entry(line.item.clone()).or_default();
            *sent = sent.saturating_add(line.quantity.get());
        }
        Some(self)
    }
}
