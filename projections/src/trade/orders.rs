//! What the events of orders come to, as far as goods go: what was ordered, what came, what was taken over.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::order::{Delivery, Event, Inspection, Placement, ReceiptRef};
use sijill_ledger_core::domain::values::{Date, OrderId};

use super::Names;
use crate::intern::Interner;

/// All orders.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub ids: Interner<OrderId>,
    /// By order number; `None` for an order that was never placed.
    pub all: Vec<Option<Order>>,
}

/// One order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub buyer: u32,
    pub supplier: u32,
    pub placed_on: Date,
    pub ended: Option<(End, Date)>,
    pub lines: Vec<Line>,
    pub arrivals: Vec<Arrival>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    Closed,
    Cancelled,
}

/// A line of an order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub item: u32,
    pub facility: u32,
    pub quantity: Decimal,
    pub due: Option<Date>,
}

/// What one receipt brought of one order line: a delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Arrival {
    /// Facility number and revision of the receipt.
    pub receipt: (u32, u64),
    pub delivered_on: Date,
    /// Number of the order's line, from 1; `None` when it counts for none.
    pub line: Option<u16>,
    pub item: u32,
    pub quantity: Decimal,
    /// Waits for inspection, or waited.
    pub provisional: bool,
    pub inspected: Vec<Inspected>,
}

/// What an inspection found.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Inspected {
    pub on: Date,
    pub accepted: Decimal,
    pub rejected: Decimal,
}

impl Orders {
    /// Takes an event of an order in; the order's number, `None` when nothing is known of it now.
    pub fn event(
        &mut self,
        names: &mut Names<'_>,
        id: &str,
        event: &Event,
        on: Date,
    ) -> Option<u32> {
        let number = self.ids.intern_text(id, |id| OrderId::new(id).ok())?;
        match event {
            Event::OrderPlaced(placement) => self.placed(names, number, placement, on),
            Event::DeliveryRecorded(delivery) => self.delivered(names, number, delivery),
            Event::DeliveryInspected(inspection) => self.inspected(names, number, inspection, on),
            Event::DeliveryReversed(reversal) => self.reversed(names, number, &reversal.receipt),
            Event::OrderClosed(_) => self.ended(number, End::Closed, on),
            Event::OrderCancelled(_) => self.ended(number, End::Cancelled, on),
            Event::OrderApproved(_)
            | Event::OrderAcknowledged(_)
            | Event::InvoiceRecorded(_)
            | Event::InvoiceMatched(_)
            | Event::MismatchFound(_)
            | Event::PaymentApproved(_)
            | Event::PaymentMade(_)
            | Event::CreditNoted(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => {}
        }
        self.get(number).map(|_| number)
    }

    /// Forgets what is known of an order; its number stays.
    pub fn forget(&mut self, number: u32) {
        let place = usize::try_from(number).ok();
        if let Some(slot) = place.and_then(|place| self.all.get_mut(place)) {
            *slot = None;
        }
    }

    /// The order with a number.
    pub fn get(&self, number: u32) -> Option<&Order> {
        self.all.get(usize::try_from(number).ok()?)?.as_ref()
    }

    fn get_mut(&mut self, number: u32) -> Option<&mut Order> {
        self.all.get_mut(usize::try_from(number).ok()?)?.as_mut()
    }

    fn placed(&mut self, names: &mut Names<'_>, number: u32, placement: &Placement, on: Date) {
        let lines: Vec<Line> = placement
            .lines
            .iter()
            .map(|line| Line {
                item: names.keys.items.intern(&line.item),
                facility: names.facilities.intern(&line.facility),
                quantity: line.quantity.get(),
                due: line.due,
            })
            .collect();
        let order = Order {
            buyer: names.organizations.intern(&placement.buyer),
            supplier: names.organizations.intern(&placement.supplier),
            placed_on: on,
            ended: None,
            lines,
            arrivals: Vec::new(),
        };
        let Ok(place) = usize::try_from(number) else {
            return;
        };
        if place >= self.all.len() {
            self.all.resize_with(place + 1, || None);
        }
        if let Some(slot) = self.all.get_mut(place)
            && slot.is_none()
        {
            *slot = Some(order);
        }
    }

    fn delivered(&mut self, names: &mut Names<'_>, number: u32, delivery: &Delivery) {
        if self.get(number).is_none() {
            return;
        }
        let receipt = place(names, &delivery.receipt);
        for line in &delivery.lines {
            let item = names.keys.items.intern(&line.item);
            let Some(order) = self.get_mut(number) else {
                continue;
            };
            // A receipt may name a line twice, at two prices; it is one delivery all the same.
            let mut newest = order.arrivals.iter_mut().rev();
            let of_receipt = newest.by_ref().take_while(|other| other.receipt == receipt);
            let mut same = of_receipt.filter(|other| (other.line, other.item) == (line.line, item));
            if let Some(arrival) = same.next() {
                arrival.quantity = arrival.quantity.saturating_add(line.quantity.get());
                continue;
            }
            order.arrivals.push(Arrival {
                receipt,
                delivered_on: delivery.delivered_on,
                line: line.line,
                item,
                quantity: line.quantity.get(),
                provisional: delivery.provisional,
                inspected: Vec::new(),
            });
        }
    }

    /// An inspection names items, a delivery may have several lines of one: they are filled in their order, and what goes
    /// beyond them is put to the last.
    fn inspected(&mut self, names: &mut Names<'_>, number: u32, inspection: &Inspection, on: Date) {
        let receipt = place(names, &inspection.receipt);
        for line in &inspection.lines {
            let item = names.keys.items.intern(&line.item);
            let Some(order) = self.get_mut(number) else {
                return;
            };
            let mut arrivals: Vec<&mut Arrival> = order
                .arrivals
                .iter_mut()
                .filter(|arrival| arrival.receipt == receipt && arrival.item == item)
                .collect();
            let (mut accepted, mut rejected) = (line.accepted.get(), line.rejected.get());
            let last = arrivals.len().saturating_sub(1);
            for (n, arrival) in arrivals.iter_mut().enumerate() {
                let room = arrival.uninspected(None);
                let fits = |amount: Decimal, room: Decimal| {
                    if n == last { amount } else { amount.min(room) }
                };
                let taken = fits(accepted, room);
                let refused = fits(rejected, (room - taken).max(Decimal::ZERO));
                accepted = accepted.saturating_sub(taken);
                rejected = rejected.saturating_sub(refused);
                if !taken.is_zero() || !refused.is_zero() {
                    arrival.inspected.push(Inspected {
                        on,
                        accepted: taken,
                        rejected: refused,
                    });
                }
            }
        }
    }

    fn reversed(&mut self, names: &mut Names<'_>, number: u32, receipt: &ReceiptRef) {
        let receipt = place(names, receipt);
        if let Some(order) = self.get_mut(number) {
            order.arrivals.retain(|arrival| arrival.receipt != receipt);
        }
    }

    fn ended(&mut self, number: u32, end: End, on: Date) {
        if let Some(order) = self.get_mut(number) {
            order.ended = Some((end, on));
        }
    }
}

impl Order {
    /// How it had ended by a date.
    pub fn ended_by(&self, until: Date) -> Option<End> {
        self.ended
            .filter(|(_, on)| *on <= until)
            .map(|(end, _)| end)
    }

    /// What had come of a line by a date. Lines are numbered from 1.
    pub fn arrivals_of(&self, line: usize, until: Date) -> impl Iterator<Item = &Arrival> {
        self.arrivals.iter().filter(move |arrival| {
            arrival.line.map(usize::from) == Some(line) && arrival.delivered_on <= until
        })
    }
}

impl Arrival {
    /// Taken over by a date: all of it, where no inspection is needed.
    pub fn accepted(&self, until: Option<Date>) -> Decimal {
        if self.provisional {
            self.inspections(until, |found| found.accepted)
        } else {
            self.quantity
        }
    }

    /// Not taken over, by a date.
    pub fn rejected(&self, until: Option<Date>) -> Decimal {
        self.inspections(until, |found| found.rejected)
    }

    /// Waiting for inspection at the end of a date.
    pub fn uninspected(&self, until: Option<Date>) -> Decimal {
        self.quantity
            .saturating_sub(self.accepted(until))
            .saturating_sub(self.rejected(until))
            .max(Decimal::ZERO)
    }

    fn inspections(&self, until: Option<Date>, what: fn(&Inspected) -> Decimal) -> Decimal {
        self.inspected
            .iter()
            .filter(|found| until.is_none_or(|until| found.on <= until))
            .map(what)
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }
}

fn place(names: &mut Names<'_>, receipt: &ReceiptRef) -> (u32, u64) {
    (names.facilities.intern(&receipt.facility), receipt.revision)
}
