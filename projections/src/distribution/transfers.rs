//! All transfers: goods between two stores, in an account of their own; and what the stores themselves say of them.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::{Event as StockEvent, StockKey};
use sijill_ledger_core::domain::transfer::{DocumentRef, Event};
use sijill_ledger_core::domain::values::{Date, TransferId};

use super::Codes;
use crate::intern::{Index, Interner};
use crate::trade::transfers::{Entry, Sums, Transfer, What};

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

impl Transfers {
    /// Takes a stock document in, where it sends goods to another store or takes them in. One that names a transfer and not
    /// the other store (imported history) opens and settles none.
    pub fn stock(&mut self, codes: &mut Codes, place: Place, event: &StockEvent, on: Date) {
        let (transfer, direction, lines) = if let StockEvent::StockDispatched(sent) = event {
            let lines = sent.lines.iter().map(|l| (&l.key, l.quantity.get()));
            let named = sent.transfer.clone().filter(|_| sent.to.is_some());
            (named, Direction::Out, sums(codes, lines))
        } else if let StockEvent::StockArrived(came) = event {
            let lines = came.lines.iter().map(|l| (&l.key, l.accepted.get()));
            let named = came.transfer.clone().filter(|_| came.from.is_some());
            (named, Direction::In, sums(codes, lines))
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

    /// Takes an event of a transfer in; what was lost or rejected by it.
    pub fn event(&mut self, codes: &mut Codes, id: &str, event: &Event, on: Date) -> Vec<Entry> {
        let parse = |id: &str| TransferId::new(id).ok();
        let Some(number) = self.ids.intern_text(id, parse) else {
            return Vec::new();
        };
        if let Event::TransferDispatched(shipment) = event {
            let lines = shipment.lines.iter().map(|l| (&l.key, l.quantity.get()));
            self.agree(codes, number, &shipment.dispatch, lines);
        } else if let Event::TransferArrived(receipt) = event {
            let lines = receipt.lines.iter().map(|l| (&l.key, l.accepted.get()));
            self.agree(codes, number, &receipt.arrival, lines);
        }
        let Ok(place) = usize::try_from(number) else {
            return Vec::new();
        };
        if place >= self.all.len() {
            self.all.resize_with(place + 1, Transfer::default);
        }
        let Some(transfer) = self.all.get_mut(place) else {
            return Vec::new();
        };
        let known = transfer.entries.len();
        transfer.apply(&mut codes.names(), event, on);
        let settled = transfer.is_settled();
        let legs = transfer.legs.iter().flat_map(|leg| [leg.from, leg.to]);
        let facilities: BTreeSet<u32> = legs.collect();
        let entries: Vec<Entry> = transfer.entries.get(known..).unwrap_or_default().to_vec();
        if settled {
            self.open.remove(&number);
        } else {
            self.open.insert(number);
        }
        for facility in facilities {
            self.by_facility.put(facility, number);
        }
        for entry in &entries {
            self.by_facility.put(entry.facility, number);
            self.by_item.put(entry.key.item, number);
            self.newest = self.newest.max(Some(entry.on));
            let sums = self.sums.entry(entry.key.item).or_default();
            sums.add(entry.what, entry.quantity);
        }
        let lost = |entry: &Entry| matches!(entry.what, What::Rejected | What::Lost);
        entries.into_iter().filter(lost).collect()
    }

    /// The transfer with a number.
    pub fn get(&self, number: u32) -> Option<&Transfer> {
        self.all.get(usize::try_from(number).ok()?)
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
