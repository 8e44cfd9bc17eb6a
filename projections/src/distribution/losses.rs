//! Losses by reason, per facility, item and month; wastage.
//!
//! Four kinds of loss are told apart, because they are answered by different people:
//! - *written off* the shelf, by reason (expired, damaged, stolen …);
//! - *out of custody*: a durable that someone held;
//! - *in transit*: lost on the way to the facility, or rejected on arrival (goods given up when a transfer is closed count as lost on
//!   the way to its receiver);
//! - *found by counts*: what was not there, and no document says why. It is unaccounted for, not a loss of any reason.
//!
//! Wastage = (expired + damaged + lost) ÷ (opening + received), of a period:
//! - *expired* is written off as expired or beyond the open-vial limit, *damaged* as damaged or after a cold-chain failure, *lost* as lost
//!   or stolen. What a regulator recalled, and durables at the end of their life, were not wasted.
//! - For one facility, *received* includes transfers from others. For all facilities together goods that move between them are
//!   received once, and what was lost or rejected between them is lost: (… + lost and rejected in transit) ÷ (opening + received).
//! - Without anything opened or received there is no wastage, rather than none of it; nor where the opening balance lies further back
//!   than balances are kept.
//!
//! Example: a clinic began the month with 100, received 300 from outside and 100 from another store, and wrote 20 off as expired
//! and 5 as stolen: (20 + 0 + 5) ÷ (100 + 300 + 100) = 0.05.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::{Flow, LossReason};
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode, Month};

use super::flows::REASONS;
use super::{Account, Answer, Flows, Page, Paged, Period};
use crate::registry::Views;
use crate::shortage::Selected;
use crate::shortage::amc::quotient;
use crate::shortage::query::Filter;

/// What one facility lost of one item in one month, in base units, each at least zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LossRow {
    /// The facility.
    pub facility: FacilityId,
    /// The item.
    pub item: ItemCode,
    /// The month in which the loss is effective.
    #[serde(serialize_with = "crate::output::text")]
    pub month: Month,
    /// Written off the shelf, by reason; reasons that did not occur are left out.
    pub written_off: Vec<(LossReason, Decimal)>,
    /// Written off out of someone's custody, by reason.
    pub out_of_custody: Vec<(LossReason, Decimal)>,
    /// Lost on the way here.
    pub lost_in_transit: Decimal,
    /// Rejected on arrival here.
    pub rejected_in_transit: Decimal,
    /// Counts found so much less than the book: unaccounted for. Known for the last 400 days of each stock card.
    pub counted_less: Decimal,
    /// Counts found so much more than the book.
    pub counted_more: Decimal,
}

/// Wastage of an item, in one facility or in all that were asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WastageRow {
    /// The facility; `None` for all together.
    pub facility: Option<FacilityId>,
    /// The item.
    pub item: ItemCode,
    /// Written off as expired, or beyond the open-vial limit.
    pub expired: Decimal,
    /// Written off as damaged, or after a cold-chain failure.
    pub damaged: Decimal,
    /// Written off as lost or stolen.
    pub lost: Decimal,
    /// Lost or rejected between facilities; counts in the row of all together.
    pub lost_in_transit: Decimal,
    /// The balance when the period began, or declared in it; `None` where it is not kept any more.
    pub opening: Option<Decimal>,
    /// Received from outside.
    pub received: Decimal,
    /// Received from other facilities; counts in the row of one facility.
    pub transfers_in: Decimal,
    /// The quotient; `None` when it is not defined.
    pub wastage: Option<Decimal>,
}

/// How wastage is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum WastageGroup {
    /// A row per facility and item.
    Facility,
    /// A row per item, for all facilities together.
    Item,
}

/// Losses of what a filter lets through, in the order of facility, item and month.
pub fn losses(
    views: &Views,
    at: EffectiveAt,
    filter: &Filter,
    period: Period,
    page: Page,
) -> Answer<Paged<LossRow>> {
    let mut rows = Vec::new();
    for cell in views.shortage.selected(filter) {
        of_cell(views, &cell, period, &mut rows);
    }
    views.distribution.answer(at, page.of(rows, |row| row))
}

/// Wastage of what a filter lets through, the greatest first.
pub fn wastage(
    views: &Views,
    at: EffectiveAt,
    filter: &Filter,
    period: Period,
    by: WastageGroup,
    page: Page,
) -> Answer<Paged<WastageRow>> {
    let mut groups: BTreeMap<(Option<&FacilityId>, &ItemCode), Sum> = BTreeMap::new();
    for cell in views.shortage.selected(filter) {
        let flows = views
            .distribution
            .flows_of(cell.facility, cell.item, period);
        let (totals, complete) = cell.totals_of(period);
        let facility = match by {
            WastageGroup::Facility => Some(cell.facility),
            WastageGroup::Item => None,
        };
        let sum = groups.entry((facility, cell.item)).or_default();
        sum.add(&flows, complete.then_some(totals.opening));
    }
    let mut rows: Vec<WastageRow> = groups
        .into_iter()
        .map(|((facility, item), sum)| sum.row(facility, item))
        .collect();
    // Stable: equal ones stay in the order of facility and item.
    rows.sort_by_key(|row| std::cmp::Reverse(row.wastage));
    views.distribution.answer(at, page.of(rows, |row| row))
}

fn of_cell(views: &Views, cell: &Selected<'_>, period: Period, rows: &mut Vec<LossRow>) {
    let mut months: BTreeMap<Month, LossRow> = BTreeMap::new();
    let row = |month| LossRow {
        facility: cell.facility.clone(),
        item: cell.item.clone(),
        month,
        written_off: Vec::new(),
        out_of_custody: Vec::new(),
        lost_in_transit: Decimal::ZERO,
        rejected_in_transit: Decimal::ZERO,
        counted_less: Decimal::ZERO,
        counted_more: Decimal::ZERO,
    };
    let booked = views.distribution.months_of(cell.facility, cell.item);
    for (month, account, amount) in booked {
        let (lost, any) = (-amount, !amount.is_zero() && period.contains(month));
        if !any {
            continue;
        }
        match account {
            Account::Flow(_) => {}
            Account::Loss(reason) => {
                let row = months.entry(month).or_insert_with(|| row(month));
                row.written_off.push((reason, lost));
            }
            Account::CustodyLoss(reason) => {
                let row = months.entry(month).or_insert_with(|| row(month));
                row.out_of_custody.push((reason, lost));
            }
            Account::TransitLost => {
                let row = months.entry(month).or_insert_with(|| row(month));
                row.lost_in_transit = lost;
            }
            Account::TransitRejected => {
                let row = months.entry(month).or_insert_with(|| row(month));
                row.rejected_in_transit = lost;
            }
        }
    }
    for (date, found) in cell.found_by_counts() {
        let month = date.month();
        if found.is_zero() || !period.contains(month) {
            continue;
        }
        let row = months.entry(month).or_insert_with(|| row(month));
        let sum = if found < Decimal::ZERO {
            &mut row.counted_less
        } else {
            &mut row.counted_more
        };
        *sum = sum.saturating_add(found.abs());
    }
    rows.extend(months.into_values());
}

/// What wastage is computed from.
struct Sum {
    flows: Flows,
    opening: Option<Decimal>,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            flows: Flows::default(),
            opening: Some(Decimal::ZERO),
        }
    }
}

impl Sum {
    fn add(&mut self, flows: &Flows, opening: Option<Decimal>) {
        flows
            .iter()
            .for_each(|(account, amount)| self.flows.add(account, amount));
        let sums = self.opening.zip(opening);
        self.opening = sums.map(|(sum, opening)| sum.saturating_add(opening));
    }

    fn row(self, facility: Option<&FacilityId>, item: &ItemCode) -> WastageRow {
        let under = |account| -self.flows.under(account);
        let lost = |reasons: &[LossReason]| {
            let wanted = REASONS.iter().filter(|reason| reasons.contains(reason));
            wanted
                .map(|reason| under(Account::Loss(*reason)))
                .fold(Decimal::ZERO, Decimal::saturating_add)
        };
        let (transit, received) = (
            under(Account::TransitLost).saturating_add(under(Account::TransitRejected)),
            self.flows.of(Flow::Received),
        );
        let mut row = WastageRow {
            facility: facility.cloned(),
            item: item.clone(),
            expired: lost(&[LossReason::Expired, LossReason::OpenVialLimit]),
            damaged: lost(&[LossReason::Damaged, LossReason::ColdChainFailure]),
            lost: lost(&[LossReason::Lost, LossReason::Stolen]),
            lost_in_transit: transit,
            opening: self.opening,
            received,
            transfers_in: self.flows.of(Flow::TransferIn),
            wastage: None,
        };
        row.wastage = row.quotient();
        row
    }
}

impl WastageRow {
    fn quotient(&self) -> Option<Decimal> {
        let (transit, transfers_in) = if self.facility.is_some() {
            (Decimal::ZERO, self.transfers_in)
        } else {
            (self.lost_in_transit, Decimal::ZERO)
        };
        let wasted = self
            .expired
            .saturating_add(self.damaged)
            .saturating_add(self.lost)
            .saturating_add(transit);
        let all = self
            .opening?
            .saturating_add(self.received)
            .saturating_add(transfers_in);
        (all > Decimal::ZERO)
            .then(|| quotient(wasted, all))
            .flatten()
    }
}
