//! The balance equation (DESIGN 7), per facility and item:
//!
//! opening + received + transfers in + returned + surrendered + gains + unaccounted + repacked
//! = issued + entrusted + transfers out + losses + reductions + on hand
//!
//! *Repacked* is zero, as packing anew keeps the item. *Unaccounted* is what counts found with no document to show for
//! it: it is named, never spread over the others. The flows come from [`Distribution`](super::Distribution), opening, unaccounted
//! and on hand from the timelines of [`Shortage`](crate::shortage::Shortage): two folds that share no figure have to agree.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::Flow;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode};

use super::Flows;
use crate::registry::Views;
use crate::shortage::Totals;

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
    for (facility, item, flows) in views.distribution.flows() {
        let key = (facility.clone(), item.clone());
        terms.entry(key).or_default().0 = flows.clone();
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
