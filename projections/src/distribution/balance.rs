//! The balance equation (DESIGN 7), per facility and item:
//!
//! opening + received + transfers in + returned + surrendered + gains + unaccounted + repacked
//! = issued + entrusted + transfers out + losses + reductions + on hand
//!
//! *Repacked* is zero, as packing anew keeps the item. *Unaccounted* is what counts found with no document to show for
//! it: it is named, never spread over the others. The flows come from [`Distribution`], opening, unaccounted
//! and on hand from the timelines of [`Shortage`](crate::shortage::Shortage): two folds that share no figure have to agree.
//!
//! Goods between two facilities are in an account of their own, per item over all facilities:
//!
//! transfers out = transfers in + rejected + lost + in transit + without a transfer + not recorded + unaccounted
//!
//! Transfers out and in are flows of stock; rejected, lost and in transit come from the transfers' own events. *Without a transfer*
//! is what went out less what came in by documents that name none (imported history); *not recorded* the same for documents
//! whose transfer has not recorded them yet. *Unaccounted* is the rest: zero, or the policies and the stores disagree.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::Flow;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};

use super::transfers::OutIn;
use super::{Answer, Distribution, Flows, Page, Paged, Period};
use crate::registry::Views;
use crate::shortage::Totals;
use crate::shortage::query::Filter;
use crate::trade::transfers::Sums;

/// The terms of the equation for one item in one facility, in base units. Flows are magnitudes on their side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Equation {
    /// The facility.
    pub facility: FacilityId,
    /// The item.
    pub item: ItemCode,
    /// Left: what was there when the ledger began.
    pub opening: Decimal,
    /// Left: accepted from outside.
    pub received: Decimal,
    /// Left: accepted from other facilities.
    pub transfers_in: Decimal,
    /// Left: back from users.
    pub returned: Decimal,
    /// Left: back out of custody.
    pub surrendered: Decimal,
    /// Left: raised, with a reason.
    pub gains: Decimal,
    /// Left: found by counts, with no document; negative where they found less.
    pub unaccounted: Decimal,
    /// Left: in less out of packing anew.
    pub repacked: Decimal,
    /// Right: handed out to be used.
    pub issued: Decimal,
    /// Right: handed into custody.
    pub entrusted: Decimal,
    /// Right: sent to other facilities.
    pub transfers_out: Decimal,
    /// Right: lost or destroyed.
    pub losses: Decimal,
    /// Right: lowered, with a reason, or gone back to a supplier.
    pub reductions: Decimal,
    /// Right: the balance of the book.
    pub on_hand: Decimal,
}

/// An equation that does not hold: one of the two folds is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Imbalance {
    /// Its terms.
    pub equation: Equation,
    /// Left side less right side.
    pub difference: Decimal,
}

impl Equation {
    /// Left side less right side: zero.
    pub fn difference(&self) -> Decimal {
        let sum = |terms: &[Decimal]| {
            terms
                .iter()
                .fold(Decimal::ZERO, |sum, term| sum.saturating_add(*term))
        };
        let left = sum(&[
            self.opening,
            self.received,
            self.transfers_in,
            self.returned,
            self.surrendered,
            self.gains,
            self.unaccounted,
            self.repacked,
        ]);
        let right = sum(&[
            self.issued,
            self.entrusted,
            self.transfers_out,
            self.losses,
            self.reductions,
            self.on_hand,
        ]);
        left.saturating_sub(right)
    }

    fn new(facility: FacilityId, item: ItemCode, flows: &Flows, totals: Totals) -> Self {
        let out = |flow| -flows.of(flow);
        Self {
            facility,
            item,
            opening: totals.opening,
            received: flows.of(Flow::Received),
            transfers_in: flows.of(Flow::TransferIn),
            returned: flows.of(Flow::Returned),
            surrendered: flows.of(Flow::Surrendered),
            gains: flows.of(Flow::Gain),
            unaccounted: totals.unaccounted,
            repacked: flows.of(Flow::Repacked),
            issued: out(Flow::Issued),
            entrusted: out(Flow::Entrusted),
            transfers_out: out(Flow::TransferOut),
            losses: out(Flow::Loss),
            reductions: out(Flow::Reduction),
            on_hand: totals.on_hand,
        }
    }
}

/// The equation of every item in every facility that either view knows, in their order.
pub fn equations(views: &Views) -> Vec<Equation> {
    let mut terms: BTreeMap<(FacilityId, ItemCode), (Flows, Totals)> = BTreeMap::new();
    for (facility, item, totals) in views.shortage.totals() {
        terms.entry((facility, item)).or_default().1 = totals;
    }
    for (facility, item, flows) in views.distribution.flows(Period::default()) {
        let key = (facility.clone(), item.clone());
        terms.entry(key).or_default().0 = flows;
    }
    terms
        .into_iter()
        .map(|((facility, item), (flows, totals))| Equation::new(facility, item, &flows, totals))
        .collect()
}

/// The equations that do not hold: none, when the ledger is right. Both views must stand at the same index.
pub fn check(views: &Views) -> Vec<Imbalance> {
    equations(views)
        .into_iter()
        .map(|equation| Imbalance {
            difference: equation.difference(),
            equation,
        })
        .filter(|imbalance| !imbalance.difference.is_zero())
        .collect()
}

/// The equation over a period: *opening* is the balance when it began (with what was declared in it), *on hand* the one when
/// it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodEquation {
    /// Its terms.
    pub equation: Equation,
    /// `false` when the period begins, or ends, before the entries that are kept one by one (400 days behind the newest of a
    /// card): opening, unaccounted and on hand are then not those of the period. A view as of an earlier index knows them.
    pub complete: bool,
}

/// The equations of what a filter lets through over a period, in the order of facility and item. Only what moved or was there.
pub fn of_period(
    views: &Views,
    at: EffectiveAt,
    filter: &Filter,
    period: Period,
    page: Page,
) -> Answer<Paged<PeriodEquation>> {
    let selected = views.shortage.selected(filter);
    let paged = page.of(selected, |cell| {
        let (facility, item) = (cell.facility, cell.item);
        let flows = views.distribution.flows_of(facility, item, period);
        let (totals, complete) = cell.totals_of(period);
        PeriodEquation {
            equation: Equation::new(facility.clone(), item.clone(), &flows, totals),
            complete,
        }
    });
    views.distribution.answer(at, paged)
}

/// The account of goods in transit of one item, over all facilities, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transit {
    /// The item.
    pub item: ItemCode,
    /// Out of stores by dispatches.
    pub transfers_out: Decimal,
    /// Into stores by arrivals.
    pub transfers_in: Decimal,
    /// As the transfers have it.
    pub transfers: Sums,
    /// On its way, from the lines of the transfers that are not settled.
    pub in_transit: Decimal,
    /// By documents that name no transfer.
    pub without_transfer: OutIn,
    /// By documents whose transfer has not recorded them.
    pub not_recorded: OutIn,
    /// Left side less right side.
    pub unaccounted: Decimal,
}

/// The account of goods in transit, per item in the order of codes; items that were never sent anywhere are left out.
pub fn transit(views: &Views) -> Vec<Transit> {
    let distribution = &views.distribution;
    let mut accounts: BTreeMap<ItemCode, OutIn> = BTreeMap::new();
    for (_, item, flows) in distribution.flows(Period::default()) {
        let moved = OutIn {
            out: -flows.of(Flow::TransferOut),
            into: flows.of(Flow::TransferIn),
        };
        accounts.entry(item.clone()).or_default().plus(&moved);
    }
    let open = distribution.open_lines();
    let not_recorded = distribution.not_recorded();
    let row = |(item, moved): (ItemCode, OutIn)| {
        let number = distribution.codes.keys.items.number(item.as_str())?;
        let of = |sums: &BTreeMap<u32, OutIn>| sums.get(&number).copied().unwrap_or_default();
        let sums = &distribution.transfers.sums;
        let mut row = Transit {
            item,
            transfers_out: moved.out,
            transfers_in: moved.into,
            transfers: sums.get(&number).copied().unwrap_or_default(),
            in_transit: open.get(&number).copied().unwrap_or_default(),
            without_transfer: of(&distribution.transfers.unnamed),
            not_recorded: of(&not_recorded),
            unaccounted: Decimal::ZERO,
        };
        row.unaccounted = row.difference();
        (!row.is_empty()).then_some(row)
    };
    accounts.into_iter().filter_map(row).collect()
}

/// The accounts of goods in transit that do not hold: none, when policies and stores agree.
pub fn check_transit(views: &Views) -> Vec<Transit> {
    let accounts = transit(views).into_iter();
    accounts
        .filter(|account| !account.unaccounted.is_zero())
        .collect()
}

impl Transit {
    fn difference(&self) -> Decimal {
        let between = |sums: &OutIn| sums.out.saturating_sub(sums.into);
        self.transfers_out
            .saturating_sub(self.transfers_in)
            .saturating_sub(self.transfers.rejected)
            .saturating_sub(self.transfers.lost)
            .saturating_sub(self.in_transit)
            .saturating_sub(between(&self.without_transfer))
            .saturating_sub(between(&self.not_recorded))
    }

    fn is_empty(&self) -> bool {
        self.transfers == Sums::default()
            && self.transfers_out.is_zero()
            && self.transfers_in.is_zero()
    }
}

impl Distribution {
    /// What documents moved whose transfer has not recorded them, per item number.
    fn not_recorded(&self) -> BTreeMap<u32, OutIn> {
        let mut sums: BTreeMap<u32, OutIn> = BTreeMap::new();
        for awaited in self.transfers.awaited.values() {
            for (item, amount) in &awaited.amounts {
                sums.entry(*item)
                    .or_default()
                    .add(awaited.direction, *amount);
            }
        }
        sums
    }
}
