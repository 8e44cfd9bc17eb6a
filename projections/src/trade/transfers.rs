//! What the events of a transfer come to.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::transfer::{Closure, Event, Receipt, Shipment};
use sijill_ledger_core::domain::values::{Date, RequisitionId};

use super::Names;
use crate::intern::KeyNo;

/// One transfer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub legs: Vec<Leg>,
    pub entries: Vec<Entry>,
    pub closed_on: Option<Date>,
}

/// A dispatch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Leg {
    pub from: u32,
    pub to: u32,
    pub dispatched_on: Date,
    pub due: Option<Date>,
    pub requisition: Option<RequisitionId>,
}

/// Part of a line of a dispatch, arrival or closure.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub key: KeyNo,
    /// The facility that says so; for what was given up, the receiver.
    pub facility: u32,
    pub on: Date,
    pub what: What,
    pub quantity: Decimal,
}

/// What happened to goods of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    Dispatched,
    Accepted,
    Rejected,
    Lost,
}

/// Quantities of goods of a transfer, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Left the sender.
    pub dispatched: Decimal,
    /// Taken into stock by the receiver.
    pub accepted: Decimal,
    /// Sent back or destroyed on arrival.
    pub rejected: Decimal,
    /// Never arrived, or given up when the transfer was closed.
    pub lost: Decimal,
}

impl Sums {
    /// Dispatched − accepted − rejected − lost. Below zero where more was settled than ever left: the papers disagree.
    pub fn in_transit(&self) -> Decimal {
        self.dispatched
            .saturating_sub(self.accepted)
            .saturating_sub(self.rejected)
            .saturating_sub(self.lost)
    }

    pub(crate) fn add(&mut self, what: What, quantity: Decimal) {
        let sum = match what {
            What::Dispatched => &mut self.dispatched,
            What::Accepted => &mut self.accepted,
            What::Rejected => &mut self.rejected,
            What::Lost => &mut self.lost,
        };
        *sum = sum.saturating_add(quantity);
    }
}

impl Leg {
    /// Last day on which it should arrive: as the dispatch says, else by the rules in force.
    pub fn due_by(&self, rules: &Rules) -> Date {
        let days = i32::from(rules.transfer_overdue_days());
        self.due.unwrap_or(self.dispatched_on.plus_days(days))
    }
}

impl Transfer {
    /// Takes an event in; `on` is the day it is effective on. What it says of goods is added at the end of the entries.
    pub fn apply(&mut self, names: &mut Names<'_>, event: &Event, on: Date) {
        match event {
            Event::TransferDispatched(shipment) => self.dispatched(names, shipment),
            Event::TransferArrived(receipt) => self.arrived(names, receipt),
            Event::TransferClosed(closure) => self.closed(names, closure, on),
            Event::DiscrepancyOpened(_) | Event::DiscrepancyAnswered(_) => {}
        }
    }

    fn dispatched(&mut self, names: &mut Names<'_>, shipment: &Shipment) {
        let from = names.facilities.intern(&shipment.dispatch.facility);
        let on = shipment.dispatched_on;
        self.legs.push(Leg {
            from,
            to: names.facilities.intern(&shipment.to),
            dispatched_on: on,
            due: shipment.due,
            requisition: shipment.requisition.clone(),
        });
        for line in &shipment.lines {
            let key = names.keys.key(&line.key);
            self.enter(key, from, on, What::Dispatched, line.quantity.get());
        }
    }

    fn arrived(&mut self, names: &mut Names<'_>, receipt: &Receipt) {
        let (facility, on) = (
            names.facilities.intern(&receipt.arrival.facility),
            receipt.arrived_on,
        );
        for line in &receipt.lines {
            let key = names.keys.key(&line.key);
            let parts = [
                (What::Accepted, line.accepted),
                (What::Rejected, line.rejected),
                (What::Lost, line.lost),
            ];
            for (what, quantity) in parts {
                self.enter(key, facility, on, what, quantity.get());
            }
        }
    }

    /// What is given up was on its way to the receiver.
    fn closed(&mut self, names: &mut Names<'_>, closure: &Closure, on: Date) {
        self.closed_on = Some(on);
        let Some((_, to)) = self.route() else { return };
        for line in &closure.lost {
            let key = names.keys.key(&line.key);
            self.enter(key, to, on, What::Lost, line.quantity.get());
        }
    }

    fn enter(&mut self, key: KeyNo, facility: u32, on: Date, what: What, quantity: Decimal) {
        if !quantity.is_zero() {
            self.entries.push(Entry {
                key,
                facility,
                on,
                what,
                quantity,
            });
        }
    }

    /// Sender and receiver of the first dispatch.
    pub fn route(&self) -> Option<(u32, u32)> {
        self.legs.first().map(|leg| (leg.from, leg.to))
    }

    /// Whether nothing is in transit on any key, and nothing was settled beyond what left.
    pub fn is_settled(&self) -> bool {
        let lines = self.lines(None);
        lines.values().all(|sums| sums.in_transit().is_zero())
    }

    /// The sums per key, of what happened until a date or of everything.
    pub fn lines(&self, until: Option<Date>) -> BTreeMap<KeyNo, Sums> {
        let mut lines: BTreeMap<KeyNo, Sums> = BTreeMap::new();
        for entry in &self.entries {
            if until.is_none_or(|until| entry.on <= until) {
                let sums = lines.entry(entry.key).or_default();
                sums.add(entry.what, entry.quantity);
            }
        }
        lines
    }
}
