//! What was dispatched under a transfer and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::event::{Closure, DocumentRef, Receipt, Shipment, ShipmentLine};
use crate::domain::stock::StockKey;
use crate::domain::values::{DiscrepancyId, FacilityId, Quantity};

/// The account of one transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) route: Route,
    documents: BTreeSet<DocumentRef>,
    balances: BTreeMap<StockKey, Balance>,
    pub(super) open_discrepancies: BTreeSet<DiscrepancyId>,
}

/// Where goods go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The sender.
    pub from: FacilityId,
    /// The receiver.
    pub to: FacilityId,
}

/// What became of one key, in base units.
///
/// 100 dispatched, of which 80 were accepted, 5 rejected and 3 lost: 12 are in transit. When the 12 are given up and 10 of
/// them come all the same, 90 were accepted and 5 are lost, and nothing is in transit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Left the sender.
    pub dispatched: Decimal,
    /// Taken into stock by the receiver.
    pub accepted: Decimal,
    /// Sent back or destroyed by the receiver.
    pub rejected: Decimal,
    /// Missing when it came, or given up.
    pub lost: Decimal,
    /// The part of `lost` that was given up at a closing and has not come since.
    pub given_up: Decimal,
}

impl Balance {
    /// dispatched − accepted − rejected − lost; below zero where more was settled than had left.
    pub fn in_transit(&self) -> Decimal {
        self.dispatched
            .saturating_sub(self.accepted)
            .saturating_sub(self.rejected)
            .saturating_sub(self.lost)
    }

    /// What came beyond what was in transit is first of all what had been given up.
    fn find_again(&mut self) {
        let excess = (-self.in_transit()).max(Decimal::ZERO);
        let found = self.given_up.min(excess);
        self.given_up = self.given_up.saturating_sub(found);
        self.lost = self.lost.saturating_sub(found);
    }
}

impl Account {
    /// An account without a document.
    pub(super) const fn new(route: Route) -> Self {
        Self {
            route,
            documents: BTreeSet::new(),
            balances: BTreeMap::new(),
            open_discrepancies: BTreeSet::new(),
        }
    }

    /// Where the goods go: as the first dispatch says, and until one is known as the first arrival says.
    pub const fn route(&self) -> &Route {
        &self.route
    }

    /// What became of a key.
    pub fn balance(&self, key: &StockKey) -> Balance {
        self.balances.get(key).copied().unwrap_or_default()
    }

    /// What became of each key, in the order of keys.
    pub fn balances(&self) -> impl Iterator<Item = (&StockKey, &Balance)> {
        self.balances.iter()
    }

    /// Whether nothing is in transit.
    pub fn is_settled(&self) -> bool {
        let settled = |balance: &Balance| balance.in_transit() <= Decimal::ZERO;
        self.balances.values().all(settled)
    }

    /// What is in transit, in the order of keys; an error names a key of which no line could hold so much.
    pub(super) fn missing(&self) -> Result<Vec<ShipmentLine>, &StockKey> {
        let mut missing = Vec::new();
        for (key, balance) in &self.balances {
            let in_transit = balance.in_transit().max(Decimal::ZERO);
            let quantity = Quantity::new(in_transit).map_err(|_| key)?;
            if !quantity.is_zero() {
                let key = key.clone();
                missing.push(ShipmentLine { key, quantity });
            }
        }
        Ok(missing)
    }

    /// Goods left. `None` when the document counts already.
    pub(super) fn dispatched(mut self, shipment: &Shipment) -> Option<Self> {
        self.count(&shipment.dispatch)?;
        for line in &shipment.lines {
            let balance = self.balances.entry(line.key.clone()).or_default();
            balance.dispatched = balance.dispatched.saturating_add(line.quantity.get());
        }
        Some(self)
    }

    /// Goods came; what had been given up is found again first. `None` when the document counts already.
    pub(super) fn arrived(mut self, receipt: &Receipt) -> Option<Self> {
        self.count(&receipt.arrival)?;
        for line in &receipt.lines {
            let balance = self.balances.entry(line.key.clone()).or_default();
            balance.accepted = balance.accepted.saturating_add(line.accepted.get());
            balance.rejected = balance.rejected.saturating_add(line.rejected.get());
            balance.lost = balance.lost.saturating_add(line.lost.get());
            balance.find_again();
        }
        Some(self)
    }

    /// What was missing is given up. `None` unless exactly what is in transit is given up of each key.
    pub(super) fn given_up(mut self, closure: &Closure) -> Option<Self> {
        for line in &closure.lost {
            let balance = self.balances.get_mut(&line.key)?;
            let lost = line.quantity.get();
            (lost > Decimal::ZERO && balance.in_transit() == lost).then_some(())?;
            balance.lost = balance.lost.saturating_add(lost);
            balance.given_up = balance.given_up.saturating_add(lost);
        }
        Some(self)
    }

    fn count(&mut self, document: &DocumentRef) -> Option<()> {
        self.documents.insert(document.clone()).then_some(())
    }
}
