//! Shortage rolled up: how many facilities have how much, by governorate, owner, category, item, or for the nation.
//!
//! A row counts facility × item pairs of open facilities that handle the item; durables are left out, as they are not consumed.
//! Pairs of facilities that do not report are counted apart: in no status, in no rate, in no quantity.
//! Quantities are summed where a row is of one item alone: tablets and syringes have no sum.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::values::{EffectiveAt, ItemCode, OrganizationId, Place};

use super::Shortage;
use super::query::{Answer, Filter, ItemLabel, Quantities, Row};
use super::status::Status;
use super::stockout::rate;
use crate::page::{Page, Paged};

/// By what rows are rolled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Dimension {
    /// One row for all that a filter lets through.
    Nation,
    /// By governorate.
    Governorate,
    /// By owner.
    Owner,
    /// By category of item.
    Category,
}

/// What a row is of. What is absent was not rolled up by, or is not known of the facilities and items.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Group {
    /// The governorate.
    pub governorate: Option<Place>,
    /// The owner.
    pub owner: Option<OrganizationId>,
    /// The category.
    pub category: Option<Category>,
    /// The item.
    pub item: Option<ItemCode>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RollUp {
    /// What it is of.
    pub group: Group,
    /// Facility × item pairs: a facility handles the item.
    pub handling: u32,
    /// Of them, pairs of facilities that report.
    pub reporting: u32,
    /// The others.
    pub not_reporting: u32,
    /// Pairs that report, by status, worst first; statuses that do not occur are left out.
    pub statuses: BTreeMap<Status, u32>,
    /// Pairs that report with nothing usable ÷ pairs that report; `None` when none does.
    pub stockout_rate: Option<Decimal>,
    /// Sums over the pairs that report; `None` unless the row is of one item.
    pub sums: Option<Sums>,
}

/// Sums of one item, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// What there is.
    pub quantities: Quantities,
    /// In transit.
    pub in_transit: Decimal,
    /// Of it, overdue.
    pub in_transit_overdue: Decimal,
    /// On order.
    pub on_order: Decimal,
    /// Asked for and not sent.
    pub requested: Decimal,
    /// Asked for, and not to be had.
    pub unmet: Decimal,
    /// Average monthly consumption, of the facilities that have one.
    pub amc: Decimal,
    /// Suggested orders.
    pub suggested_order: Decimal,
    /// What will expire unused.
    pub expiry_risk: Decimal,
}

impl Shortage {
    /// Rolls up what a filter lets through; `each_item` gives every item rows of its own. In the order of the groups.
    pub fn roll_up(
        &self,
        at: EffectiveAt,
        filter: &Filter,
        by: Dimension,
        each_item: bool,
        page: Page,
    ) -> Answer<Paged<RollUp>> {
        let one_item = each_item || filter.item.is_some();
        let mut groups: BTreeMap<Group, Counts> = BTreeMap::new();
        for row in self.pick(at, filter).rows(self) {
            if row.counts() {
                let counts = groups.entry(group(&row, by, one_item)).or_default();
                counts.add(&row);
            }
        }
        let rows = groups.into_iter().collect();
        let row = |(group, counts): (Group, Counts)| counts.row(group, one_item);
        self.answer(at, page.of(rows, row))
    }
}

fn group(row: &Row, by: Dimension, one_item: bool) -> Group {
    let facility = row.facility_profile.as_ref();
    let item: Option<&ItemLabel> = row.item_profile.as_ref();
    let mut group = Group {
        item: one_item.then(|| row.item.clone()),
        ..Group::default()
    };
    match by {
        Dimension::Nation => {}
        Dimension::Governorate => {
            group.governorate = facility.and_then(|profile| profile.governorate.clone());
        }
        Dimension::Owner => group.owner = facility.and_then(|profile| profile.owner.clone()),
        Dimension::Category => group.category = item.map(|profile| profile.category),
    }
    group
}

#[derive(Default)]
struct Counts {
    not_reporting: u32,
    statuses: BTreeMap<Status, u32>,
    sums: Sums,
}

impl Counts {
    fn add(&mut self, row: &Row) {
        if !row.reporting {
            self.not_reporting += 1;
            return;
        }
        *self.statuses.entry(row.status).or_default() += 1;
        let sums = &mut self.sums;
        sums.quantities = sums.quantities.plus(&row.quantities);
        let order = row.outlook.suggested_order.as_ref();
        let risk = row.outlook.expiry_risk.as_ref();
        let amounts = [
            (&mut sums.in_transit, Some(row.supply.in_transit)),
            (
                &mut sums.in_transit_overdue,
                Some(row.supply.in_transit_overdue),
            ),
            (&mut sums.on_order, Some(row.supply.on_order)),
            (&mut sums.requested, Some(row.supply.requested)),
            (&mut sums.unmet, Some(row.supply.unmet)),
            (&mut sums.amc, row.amc.value),
            (&mut sums.suggested_order, order.map(|order| order.quantity)),
            (&mut sums.expiry_risk, risk.map(|risk| risk.quantity)),
        ];
        for (sum, amount) in amounts {
            *sum = sum.saturating_add(amount.unwrap_or_default());
        }
    }

    fn row(self, group: Group, one_item: bool) -> RollUp {
        let reporting = self
            .statuses
            .values()
            .fold(0_u32, |sum, n| sum.saturating_add(*n));
        let at_zero = self.statuses.get(&Status::StockedOut).copied();
        RollUp {
            group,
            handling: reporting.saturating_add(self.not_reporting),
            reporting,
            not_reporting: self.not_reporting,
            stockout_rate: rate(at_zero.unwrap_or(0), reporting),
            statuses: self.statuses,
            sums: one_item.then_some(self.sums),
        }
    }
}
