//! What is on its way to a facility: transfers, orders, requests.
//!
//! - *In transit*: dispatched to the facility and neither accepted, rejected nor lost; *overdue* where it was due before the instant.
//! - *On order*: ordered for it − delivered + rejected, of orders that have not ended; *late* where it was due before the instant.
//! - *Requested*: asked for and not sent; once an approval is complete, approved and not sent.
//! - *Unmet*: demand that the supplying store recorded as unmet from the first day of the look-back on, and did not send later.
//!
//! What was settled is forgotten, so these figures are of the view's place in the log; what is dated after the instant is left
//! out. For an earlier state ask a view as of an earlier index.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::order::Event as OrderEvent;
use sijill_ledger_core::domain::requisition::Event as RequisitionEvent;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::transfer::Event as TransferEvent;
use sijill_ledger_core::domain::values::{Date, FacilityId, OrderId, OrganizationId, TransferId};

use super::reorder::Leads;
use super::requisitions::Requisitions;
use super::store::Codes;
use crate::intern::Interner;
use crate::trade::Names;
use crate::trade::orders::{Arrival, Order, Orders};
use crate::trade::transfers::{Transfer, What};

/// What is on its way to all facilities.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Supply {
    organizations: Interner<OrganizationId>,
    /// Orders that have not ended.
    pub orders: Orders,
    /// Numbers of the orders of which something is expected, by facility number.
    expected: BTreeMap<u32, BTreeSet<u32>>,
    /// Transfers that are not closed.
    pub transfers: BTreeMap<TransferId, Transfer>,
    /// Those with something on its way, by the number of their receiver.
    incoming: BTreeMap<u32, BTreeSet<TransferId>>,
    pub requisitions: Requisitions,
    pub leads: Leads,
}

/// What is on its way to a facility, of one item, in base units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pipeline {
    /// In transit, what is overdue included.
    pub in_transit: Decimal,
    /// Of it, overdue.
    pub in_transit_overdue: Decimal,
    /// The transfers it is in.
    pub transfers: Vec<ExpectedTransfer>,
    /// On order, what is late included.
    pub on_order: Decimal,
    /// Of it, late.
    pub on_order_late: Decimal,
    /// The next day, from the instant's on, on which some of it is due.
    #[serde(serialize_with = "crate::output::text_option")]
    pub next_due: Option<Date>,
    /// The order lines it is in.
    pub orders: Vec<ExpectedOrder>,
    /// Asked for and not sent.
    pub requested: Decimal,
    /// Asked for, and not to be had.
    pub unmet: Decimal,
}

/// Goods in transit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectedTransfer {
    /// The transfer.
    pub transfer: TransferId,
    /// The sender.
    pub from: FacilityId,
    /// In base units.
    pub quantity: Decimal,
    /// Last day on which it should arrive.
    #[serde(serialize_with = "crate::output::text")]
    pub due: Date,
    /// It was due before the instant.
    pub overdue: bool,
}

/// Goods on order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectedOrder {
    /// The order.
    pub order: OrderId,
    /// Number of its line, from 1.
    pub line: u16,
    /// Who delivers.
    pub supplier: OrganizationId,
    /// In base units.
    pub quantity: Decimal,
    /// Last day on which it is on time.
    #[serde(serialize_with = "crate::output::text_option")]
    pub due: Option<Date>,
    /// It was due before the instant.
    pub late: bool,
}

impl Supply {
    /// Takes an event of an order in; facility and item numbers of its lines.
    pub fn order(
        &mut self,
        (codes, facilities): (&mut Codes, &mut Interner<FacilityId>),
        id: &str,
        event: &OrderEvent,
        on: Date,
    ) -> Vec<(u32, u32)> {
        if let OrderEvent::DeliveryReversed(reversal) = event {
            let known = self.orders.ids.number(id);
            let order = known.and_then(|number| self.orders.get(number));
            let facility = facilities.intern(&reversal.receipt.facility);
            let receipt = (facility, reversal.receipt.revision);
            for (facility, item, days) in order.into_iter().flat_map(|order| leads(order, receipt))
            {
                self.leads.forget((facility, item), days);
            }
        }
        let mut names = Names {
            keys: codes,
            facilities,
            organizations: &mut self.organizations,
        };
        let Some(number) = self.orders.event(&mut names, id, event, on) else {
            return Vec::new();
        };
        let Some(order) = self.orders.get(number) else {
            return Vec::new();
        };
        if let OrderEvent::DeliveryRecorded(delivery) = event {
            let facility = facilities.intern(&delivery.receipt.facility);
            for (facility, item, days) in leads(order, (facility, delivery.receipt.revision)) {
                self.leads.learn((facility, item), days);
            }
        }
        let ended = order.ended.is_some();
        let cells: Vec<(u32, u32)> = order.lines.iter().map(|l| (l.facility, l.item)).collect();
        for (place, line) in (1..).zip(&order.lines) {
            let open = !ended && !order.outstanding(place, line, None).is_zero();
            let numbers = self.expected.entry(line.facility).or_default();
            if open {
                numbers.insert(number);
            } else if ended || !order.expects(line.facility) {
                numbers.remove(&number);
            }
            if numbers.is_empty() {
                self.expected.remove(&line.facility);
            }
        }
        if ended {
            self.orders.forget(number);
        }
        cells
    }

    /// Takes an event of a transfer in; facility and item numbers of what is on its way.
    pub fn transfer(
        &mut self,
        (codes, facilities): (&mut Codes, &mut Interner<FacilityId>),
        id: &str,
        event: &TransferEvent,
        on: Date,
    ) -> Vec<(u32, u32)> {
        let Ok(id) = TransferId::new(id) else {
            return Vec::new();
        };
        let transfer = self.transfers.entry(id.clone()).or_default();
        let known = transfer.entries.len();
        let mut names = Names {
            keys: codes,
            facilities,
            organizations: &mut self.organizations,
        };
        transfer.apply(&mut names, event, on);
        let asked = transfer.legs.iter().find_map(|leg| {
            let requisition = leg.requisition.as_ref()?;
            self.requisitions.submitted_on(requisition)
        });
        let fresh = transfer.entries.get(known..).unwrap_or_default();
        let mut came = BTreeSet::new();
        for entry in fresh.iter().filter(|entry| entry.what == What::Accepted) {
            let first = came.insert((entry.facility, entry.key.item));
            if let Some(asked) = asked.filter(|_| first) {
                let days = entry.on.days() - asked.days();
                self.leads.learn((entry.facility, entry.key.item), days);
            }
        }
        let route = transfer.route();
        let items = fresh.iter().map(|entry| entry.key.item);
        let cells = items.filter_map(|item| Some((route?.1, item))).collect();
        let (settled, closed) = (transfer.is_settled(), transfer.closed_on.is_some());
        if let Some((_, to)) = route {
            let ids = self.incoming.entry(to).or_default();
            if settled || closed {
                ids.remove(&id);
            } else {
                ids.insert(id.clone());
            }
            if ids.is_empty() {
                self.incoming.remove(&to);
            }
        }
        // A settled one may still get another dispatch, and is closed soon.
        if closed {
            self.transfers.remove(&id);
        }
        cells
    }

    /// Takes an event of a requisition in.
    pub fn requisition(
        &mut self,
        (codes, facilities): (&mut Codes, &mut Interner<FacilityId>),
        id: &str,
        event: &RequisitionEvent,
        on: Date,
    ) -> Vec<(u32, u32)> {
        let requisitions = &mut self.requisitions;
        requisitions.event(&mut codes.items, facilities, id, event, on);
        let RequisitionEvent::RequisitionSubmitted(asked) = event else {
            return Vec::new();
        };
        let facility = facilities.intern(&asked.from);
        let items = asked
            .lines
            .iter()
            .map(|line| codes.items.intern(&line.item));
        items.map(|item| (facility, item)).collect()
    }

    /// What is on its way to a facility on a day, per item number, of one item or of all. Demand is unmet from another day on.
    pub fn of(
        &self,
        facility: u32,
        item: Option<u32>,
        (since, today): (Date, Date),
        (rules, facilities): (&Rules, &Interner<FacilityId>),
    ) -> BTreeMap<u32, Pipeline> {
        let wanted = |other: u32| item.is_none_or(|item| item == other);
        let mut pipelines: BTreeMap<u32, Pipeline> = BTreeMap::new();
        let incoming = self.incoming.get(&facility);
        for id in incoming.into_iter().flatten() {
            let Some(transfer) = self.transfers.get(id) else {
                continue;
            };
            for (item, expected) in transfer.expected(id, today, rules, facilities) {
                if wanted(item) {
                    pipelines.entry(item).or_default().on_its_way(expected);
                }
            }
        }
        let expected = self.expected.get(&facility);
        for number in expected.into_iter().flatten() {
            let order = self.orders.get(*number);
            let Some(order) = order.filter(|order| order.placed_on <= today) else {
                continue;
            };
            for (place, line) in (1..).zip(&order.lines) {
                let quantity = order.outstanding(place, line, Some(today));
                if line.facility != facility || quantity.is_zero() || !wanted(line.item) {
                    continue;
                }
                let (order_id, supplier) = (
                    self.orders.ids.code(*number),
                    self.organizations.code(order.supplier),
                );
                let named = order_id.zip(supplier).zip(u16::try_from(place).ok());
                if let Some(((order_id, supplier), number)) = named {
                    let expected = ExpectedOrder {
                        order: order_id.clone(),
                        line: number,
                        supplier: supplier.clone(),
                        quantity,
                        due: line.due,
                        late: line.due.is_some_and(|due| due < today),
                    };
                    let pipeline = pipelines.entry(line.item).or_default();
                    pipeline.ordered(expected, today);
                }
            }
        }
        for (item, demand) in self.requisitions.of(facility, since, today) {
            if wanted(item) {
                let pipeline = pipelines.entry(item).or_default();
                pipeline.requested = demand.waiting;
                pipeline.unmet = demand.unmet;
            }
        }
        pipelines
    }
}

/// Facility, item and days from order to delivery, of what a receipt brought.
fn leads(order: &Order, receipt: (u32, u64)) -> Vec<(u32, u32, i32)> {
    let of_receipt = order.arrivals.iter().filter(|one| one.receipt == receipt);
    let lead = |arrival: &Arrival| {
        let days = arrival.delivered_on.days() - order.placed_on.days();
        (arrival.receipt.0, arrival.item, days)
    };
    of_receipt
        .filter(|one| one.line.is_some())
        .map(lead)
        .collect()
}

impl Order {
    /// Ordered − delivered + rejected of a line, at least zero; of what came until a day, or of everything. Lines are
    /// numbered from 1.
    pub(super) fn outstanding(
        &self,
        place: usize,
        line: &crate::trade::orders::Line,
        until: Option<Date>,
    ) -> Decimal {
        let of_line = self.arrivals.iter().filter(|arrival| {
            arrival.line.map(usize::from) == Some(place)
                && until.is_none_or(|until| arrival.delivered_on <= until)
        });
        let good = of_line
            .map(|arrival| arrival.quantity.saturating_sub(arrival.rejected(until)))
            .fold(Decimal::ZERO, Decimal::saturating_add);
        line.quantity.saturating_sub(good).max(Decimal::ZERO)
    }

    /// Whether something is still to come to a facility.
    fn expects(&self, facility: u32) -> bool {
        (1..).zip(&self.lines).any(|(place, line)| {
            line.facility == facility && !self.outstanding(place, line, None).is_zero()
        })
    }
}

impl Transfer {
    /// What is on its way, per item number, in the order of items.
    fn expected(
        &self,
        id: &TransferId,
        today: Date,
        rules: &Rules,
        facilities: &Interner<FacilityId>,
    ) -> Vec<(u32, ExpectedTransfer)> {
        let legs = self.legs.iter().filter(|leg| leg.dispatched_on <= today);
        let Some(due) = legs.map(|leg| leg.due_by(rules)).max() else {
            return Vec::new();
        };
        let from = self.route().and_then(|(from, _)| facilities.code(from));
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        for (key, line) in self.lines(Some(today)) {
            let sum = sums.entry(key.item).or_default();
            *sum = sum.saturating_add(line.in_transit().max(Decimal::ZERO));
        }
        sums.retain(|_, quantity| *quantity > Decimal::ZERO);
        let row = |(item, quantity)| {
            let expected = ExpectedTransfer {
                transfer: id.clone(),
                from: from?.clone(),
                quantity,
                due,
                overdue: due < today,
            };
            Some((item, expected))
        };
        sums.into_iter().filter_map(row).collect()
    }
}

impl Pipeline {
    fn on_its_way(&mut self, expected: ExpectedTransfer) {
        self.in_transit = self.in_transit.saturating_add(expected.quantity);
        if expected.overdue {
            self.in_transit_overdue = self.in_transit_overdue.saturating_add(expected.quantity);
        }
        self.transfers.push(expected);
    }

    fn ordered(&mut self, expected: ExpectedOrder, today: Date) {
        self.on_order = self.on_order.saturating_add(expected.quantity);
        if expected.late {
            self.on_order_late = self.on_order_late.saturating_add(expected.quantity);
        }
        if let Some(due) = expected.due.filter(|due| *due >= today) {
            self.next_due = Some(self.next_due.map_or(due, |next| next.min(due)));
        }
        self.orders.push(expected);
    }
}
