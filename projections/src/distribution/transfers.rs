//! What the events of transfers come to: goods between two stores, in an account of their own.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::{Event as StockEvent, StockKey};
use sijill_ledger_core::domain::transfer::{
    Closure, DocumentRef, Event, Receipt, Shipment, ShipmentLine,
};
use sijill_ledger_core::domain::values::{Date, RequisitionId, TransferId};

use super::Codes;
use super::flows::Account;
use crate::intern::{Index, Interner, KeyNo};

/// All transfers, and the stock documents that no transfer has taken up yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Transfers {
    pub ids: Interner<TransferId>,
    /// By transfer number.
    pub all: Vec<Transfer>,
    /// Numbers of those with something in transit.
    pub open: BTreeSet<u32>,
    pub by_facility: Index,
    pub by_item: Index,
    /// Date of the newest entry: up to then, a question about the present need not look at what is settled.
    pub newest: Option<Date>,
    /// Stock documents that name a transfer which has not recorded them yet.
    pub awaited: BTreeMap<Place, Awaited>,
    /// Amounts of stock documents that name no transfer, by item number.
    pub unnamed: BTreeMap<u32, OutIn>,
    /// Sums over all transfers, by item number.
    pub sums: BTreeMap<u32, Sums>,
    /// Documents on which a store and a transfer do not agree.
    pub mismatches: Vec<Mismatch>,
}

/// A stock document: facility number and revision.
pub(super) type Place = (u32, u64);

/// One transfer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Transfer {
    pub legs: Vec<Leg>,
    pub entries: Vec<Entry>,
    pub closed_on: Option<Date>,
}

/// A dispatch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Leg {
    pub from: u32,
    pub to: u32,
    pub dispatched_on: Date,
    pub due: Option<Date>,
    pub requisition: Option<RequisitionId>,
}

/// Part of a line of a dispatch, arrival or closure.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub key: KeyNo,
    pub on: Date,
    pub what: What,
    pub quantity: Decimal,
}

/// What happened to goods of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
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

    pub(super) fn add(&mut self, what: What, quantity: Decimal) {
        let sum = match what {
            What::Dispatched => &mut self.dispatched,
            What::Accepted => &mut self.accepted,
            What::Rejected => &mut self.rejected,
            What::Lost => &mut self.lost,
        };
        *sum = sum.saturating_add(quantity);
    }
}

/// What went out and came in, in base units, at least zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutIn {
    /// Out of the sender's stock.
    pub out: Decimal,
    /// Into the receiver's.
    pub into: Decimal,
}

impl OutIn {
    pub(super) fn add(&mut self, direction: Direction, quantity: Decimal) {
        let sum = match direction {
            Direction::Out => &mut self.out,
            Direction::In => &mut self.into,
        };
        *sum = sum.saturating_add(quantity);
    }

    pub(super) fn plus(&mut self, other: &Self) {
        self.out = self.out.saturating_add(other.out);
        self.into = self.into.saturating_add(other.into);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Direction {
    Out,
    In,
}

/// A stock document that a transfer is still to record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Awaited {
    pub transfer: TransferId,
    pub direction: Direction,
    pub on: Date,
    /// By item number.
    pub amounts: BTreeMap<u32, Decimal>,
}

/// A document that a store and a transfer tell differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mismatch {
    pub place: Place,
    pub transfer: u32,
    pub item: u32,
    pub in_stock: Decimal,
    pub in_transfer: Decimal,
}

/// Goods that were lost or rejected on their way to a store: for the flows of that store.
pub(super) struct LostOnTheWay {
    pub facility: u32,
    pub item: u32,
    pub on: Date,
    pub account: Account,
    pub quantity: Decimal,
}

impl Transfers {
    /// Takes a stock document in, where it sends goods to another store or takes them in.
    pub fn stock(&mut self, codes: &mut Codes, place: Place, event: &StockEvent, on: Date) {
        let (transfer, direction, lines) = if let StockEvent::StockDispatched(sent) = event {
            let lines = sent.lines.iter().map(|l| (&l.key, l.quantity.get()));
            (sent.transfer.clone(), Direction::Out, sums(codes, lines))
        } else if let StockEvent::StockArrived(came) = event {
            let lines = came.lines.iter().map(|l| (&l.key, l.accepted.get()));
            (came.transfer.clone(), Direction::In, sums(codes, lines))
        } else {
            return;
        };
        let Some(transfer) = transfer else {
            for (item, quantity) in lines {
                let unnamed = self.unnamed.entry(item).or_default();
                unnamed.add(direction, quantity);
            }
            return;
        };
        let awaited = Awaited {
            transfer,
            direction,
            on,
            amounts: lines,
        };
        self.awaited.insert(place, awaited);
    }

    /// Takes an event of a transfer in; what was lost or rejected by it is booked to the store it was sent to.
    pub fn event(
        &mut self,
        codes: &mut Codes,
        id: &str,
        event: &Event,
        on: Date,
    ) -> Vec<LostOnTheWay> {
        let parse = |id: &str| TransferId::new(id).ok();
        let Some(number) = self.ids.intern_text(id, parse) else {
            return Vec::new();
        };
        let Ok(place) = usize::try_from(number) else {
            return Vec::new();
        };
        if place >= self.all.len() {
            self.all.resize_with(place + 1, Transfer::default);
        }
        match event {
            Event::TransferDispatched(shipment) => {
                self.dispatched(codes, number, shipment);
                Vec::new()
            }
            Event::TransferArrived(receipt) => self.arrived(codes, number, receipt),
            Event::TransferClosed(closure) => self.closed(codes, number, closure, on),
            Event::DiscrepancyOpened(_) | Event::DiscrepancyAnswered(_) => Vec::new(),
        }
    }

    /// The transfer with a number.
    pub fn get(&self, number: u32) -> Option<&Transfer> {
        self.all.get(usize::try_from(number).ok()?)
    }

    fn dispatched(&mut self, codes: &mut Codes, number: u32, shipment: &Shipment) {
        let leg = Leg {
            from: codes.facilities.intern(&shipment.dispatch.facility),
            to: codes.facilities.intern(&shipment.to),
            dispatched_on: shipment.dispatched_on,
            due: shipment.due,
            requisition: shipment.requisition.clone(),
        };
        self.by_facility.put(leg.from, number);
        self.by_facility.put(leg.to, number);
        if let Some(transfer) = self.get_mut(number) {
            transfer.legs.push(leg);
        }
        let on = shipment.dispatched_on;
        let lines = || shipment.lines.iter().map(|l| (&l.key, l.quantity.get()));
        self.agree(codes, number, &shipment.dispatch, lines());
        for (key, quantity) in lines() {
            let key = codes.keys.key(key);
            self.enter(number, key, on, What::Dispatched, quantity);
        }
        self.settle(number);
    }

    fn arrived(&mut self, codes: &mut Codes, number: u32, receipt: &Receipt) -> Vec<LostOnTheWay> {
        let facility = codes.facilities.intern(&receipt.arrival.facility);
        self.by_facility.put(facility, number);
        let lines = receipt.lines.iter().map(|l| (&l.key, l.accepted.get()));
        self.agree(codes, number, &receipt.arrival, lines);
        let (on, mut lost) = (receipt.arrived_on, Vec::new());
        for line in &receipt.lines {
            let key = codes.keys.key(&line.key);
            let parts = [
                (What::Accepted, line.accepted, None),
                (
                    What::Rejected,
                    line.rejected,
                    Some(Account::TransitRejected),
                ),
                (What::Lost, line.lost, Some(Account::TransitLost)),
            ];
            for (what, quantity, account) in parts {
                let quantity = quantity.get();
                self.enter(number, key, on, what, quantity);
                lost.extend(account.map(|account| LostOnTheWay {
                    facility,
                    item: key.item,
                    on,
                    account,
                    quantity,
                }));
            }
        }
        self.settle(number);
        lost
    }

    /// What is given up was on its way to the receiver of the last dispatch.
    fn closed(
        &mut self,
        codes: &mut Codes,
        number: u32,
        closure: &Closure,
        on: Date,
    ) -> Vec<LostOnTheWay> {
        let mut lost = Vec::new();
        let leg = self
            .get(number)
            .and_then(|transfer| transfer.legs.last())
            .map(|leg| leg.to);
        for ShipmentLine { key, quantity } in &closure.lost {
            let key = codes.keys.key(key);
            self.enter(number, key, on, What::Lost, quantity.get());
            lost.extend(leg.map(|facility| LostOnTheWay {
                facility,
                item: key.item,
                on,
                account: Account::TransitLost,
                quantity: quantity.get(),
            }));
        }
        if let Some(transfer) = self.get_mut(number) {
            transfer.closed_on = Some(on);
        }
        self.settle(number);
        lost
    }

    fn get_mut(&mut self, number: u32) -> Option<&mut Transfer> {
        self.all.get_mut(usize::try_from(number).ok()?)
    }

    fn enter(&mut self, number: u32, key: KeyNo, on: Date, what: What, quantity: Decimal) {
        if quantity.is_zero() {
            return;
        }
        self.by_item.put(key.item, number);
        self.newest = self.newest.max(Some(on));
        self.sums.entry(key.item).or_default().add(what, quantity);
        if let Some(transfer) = self.get_mut(number) {
            transfer.entries.push(Entry {
                key,
                on,
                what,
                quantity,
            });
        }
    }

    /// Whether the transfer still has something in transit, on any key.
    fn settle(&mut self, number: u32) {
        let open = self.get(number).is_some_and(|transfer| {
            let lines = transfer.lines(None);
            lines.values().any(|sums| !sums.in_transit().is_zero())
        });
        if open {
            self.open.insert(number);
        } else {
            self.open.remove(&number);
        }
    }

    /// Compares what a transfer says of a stock document with that document.
    fn agree<'a>(
        &mut self,
        codes: &mut Codes,
        number: u32,
        document: &DocumentRef,
        lines: impl Iterator<Item = (&'a StockKey, Decimal)>,
    ) {
        let place = (
            codes.facilities.intern(&document.facility),
            document.revision,
        );
        let told = sums(codes, lines);
        let recorded = self
            .awaited
            .remove(&place)
            .map(|awaited| awaited.amounts)
            .unwrap_or_default();
        let items: BTreeSet<u32> = told.keys().chain(recorded.keys()).copied().collect();
        for item in items {
            let of =
                |amounts: &BTreeMap<u32, Decimal>| amounts.get(&item).copied().unwrap_or_default();
            let (in_stock, in_transfer) = (of(&recorded), of(&told));
            if in_stock != in_transfer {
                self.mismatches.push(Mismatch {
                    place,
                    transfer: number,
                    item,
                    in_stock,
                    in_transfer,
                });
            }
        }
    }
}

impl Transfer {
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

/// Sums per item number.
fn sums<'a>(
    codes: &mut Codes,
    lines: impl Iterator<Item = (&'a StockKey, Decimal)>,
) -> BTreeMap<u32, Decimal> {
    let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
    for (key, quantity) in lines {
        let sum = sums.entry(codes.keys.items.intern(&key.item)).or_default();
        *sum = sum.saturating_add(quantity);
    }
    sums
}
