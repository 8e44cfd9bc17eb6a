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
//! - A row is about the facilities it takes together: one, those of a governorate or owner, or all. What came to them from any
//!   other facility was received; what moved between them was received once, when it came to the first, and what was lost or
//!   rejected on the way between them is lost: (… + lost and rejected in transit) ÷ (opening + received + transfers in).
//! - An arrival that names no transfer (imported history) came from another facility, nobody says which: from within, when all
//!   facilities are taken together, else from outside.
//! - Without anything opened or received there is no wastage, rather than none of it; nor where the opening balance lies further back
//!   than balances are kept.
//!
//! Example: a clinic began the month with 100, received 300 from outside and 100 from another store, and wrote 20 off as expired
//! and 5 as stolen: (20 + 0 + 5) ÷ (100 + 300 + 100) = 0.05.
//!
//! Example: a governorate's two clinics began with nothing. One received 380 from a supplier and 120 from the national store in
//! another governorate, and sent 100 to the other, where 90 came: 10 were lost. (0 + 0 + 0 + 10) ÷ (0 + 380 + 120) = 0.02; the 90
//! are not received again. The 20 that were lost on the way from the national store never came to the governorate: they count for all
//! facilities together, not for it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::{Flow, LossReason};
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode, Month};

use super::flows::REASONS;
use super::{Account, Answer, Distribution, Flows, Page, Paged, Period};
use crate::registry::Views;
use crate::shortage::Selected;
use crate::shortage::amc::quotient;
use crate::shortage::query::Filter;
use crate::trade::transfers::What;

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

/// Wastage of an item, in one facility or in all that were asked about, taken together.
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
    /// Lost or rejected between facilities that the row takes together; none in the row of one facility.
    pub lost_in_transit: Decimal,
    /// The balance when the period began, or declared in it; `None` where it is not kept any more.
    pub opening: Option<Decimal>,
    /// Received from outside.
    pub received: Decimal,
    /// Received from facilities that the row does not take in.
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
    let cells = views.shortage.selected(filter);
    let mut groups: BTreeMap<(Option<&FacilityId>, &ItemCode), Sum> = BTreeMap::new();
    for cell in &cells {
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
    let all = filter.facility.is_none() && filter.governorate.is_none() && filter.owner.is_none();
    let within = match by {
        WastageGroup::Facility => Within::default(),
        WastageGroup::Item if all => Within::everything(&groups),
        WastageGroup::Item => {
            let facilities = cells.iter().map(|cell| cell.facility);
            views.distribution.within(facilities, period)
        }
    };
    let mut rows: Vec<WastageRow> = groups
        .into_iter()
        .map(|((facility, item), sum)| sum.row(facility, item, within.of(item)))
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

    fn row(self, facility: Option<&FacilityId>, item: &ItemCode, moved: Moved) -> WastageRow {
        let lost = |reasons: &[LossReason]| {
            let wanted = REASONS.iter().filter(|reason| reasons.contains(reason));
            wanted
                .map(|reason| -self.flows.under(Account::Loss(*reason)))
                .fold(Decimal::ZERO, Decimal::saturating_add)
        };
        let mut row = WastageRow {
            facility: facility.cloned(),
            item: item.clone(),
            expired: lost(&[LossReason::Expired, LossReason::OpenVialLimit]),
            damaged: lost(&[LossReason::Damaged, LossReason::ColdChainFailure]),
            lost: lost(&[LossReason::Lost, LossReason::Stolen]),
            lost_in_transit: moved.lost,
            opening: self.opening,
            received: self.flows.of(Flow::Received),
            transfers_in: self
                .flows
                .of(Flow::TransferIn)
                .saturating_sub(moved.arrived),
            wastage: None,
        };
        row.wastage = row.quotient();
        row
    }
}

impl WastageRow {
    fn quotient(&self) -> Option<Decimal> {
        let wasted = self
            .expired
            .saturating_add(self.damaged)
            .saturating_add(self.lost)
            .saturating_add(self.lost_in_transit);
        let all = self
            .opening?
            .saturating_add(self.received)
            .saturating_add(self.transfers_in);
        (all > Decimal::ZERO)
            .then(|| quotient(wasted, all))
            .flatten()
    }
}

/// What moved between the facilities of a row, per item.
#[derive(Default)]
struct Within(BTreeMap<ItemCode, Moved>);

/// Quantities of goods sent from one facility of a row to another.
#[derive(Clone, Copy, Default)]
struct Moved {
    arrived: Decimal,
    /// Lost on the way, or rejected at its end.
    lost: Decimal,
}

impl Within {
    /// Between all facilities: no transfer comes from elsewhere.
    fn everything(groups: &BTreeMap<(Option<&FacilityId>, &ItemCode), Sum>) -> Self {
        let moved = groups.iter().map(|((_, item), sum)| {
            let under = |account| -sum.flows.under(account);
            let moved = Moved {
                arrived: sum.flows.of(Flow::TransferIn),
                lost: under(Account::TransitLost).saturating_add(under(Account::TransitRejected)),
            };
            ((*item).clone(), moved)
        });
        Self(moved.collect())
    }

    fn of(&self, item: &ItemCode) -> Moved {
        self.0.get(item).copied().unwrap_or_default()
    }
}

impl Distribution {
    /// What transfers moved from one of these facilities to another.
    fn within<'a>(
        &self,
        facilities: impl Iterator<Item = &'a FacilityId>,
        period: Period,
    ) -> Within {
        let number = |facility: &FacilityId| self.codes.facilities.number(facility.as_str());
        let facilities: BTreeSet<u32> = facilities.filter_map(number).collect();
        let mut moved: BTreeMap<u32, Moved> = BTreeMap::new();
        for transfer in &self.transfers.all {
            let sender = transfer.route().map(|(from, _)| from);
            if !sender.is_some_and(|from| facilities.contains(&from)) {
                continue;
            }
            for entry in &transfer.entries {
                if !facilities.contains(&entry.facility) || !period.contains(entry.on.month()) {
                    continue;
                }
                let moved = moved.entry(entry.key.item).or_default();
                match entry.what {
                    What::Dispatched => {}
                    What::Accepted => moved.arrived = moved.arrived.saturating_add(entry.quantity),
                    What::Rejected | What::Lost => {
                        moved.lost = moved.lost.saturating_add(entry.quantity);
                    }
                }
            }
        }
        let items = &self.codes.keys.items;
        let moved = moved.into_iter();
        Within(
            moved
                .filter_map(|(item, moved)| Some((items.code(item)?.clone(), moved)))
                .collect(),
        )
    }
}
