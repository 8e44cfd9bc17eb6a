//! All orders, and which of them concern whom.

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::order::Event;
use sijill_ledger_core::domain::values::Date;

use super::Codes;
use crate::intern::Index;
use crate::trade::orders::{Order, Orders};

/// All orders.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Purchases {
    pub orders: Orders,
    pub by_supplier: Index,
    pub by_facility: Index,
    pub by_item: Index,
}

impl Purchases {
    /// Takes an event of an order in.
    pub fn event(&mut self, codes: &mut Codes, id: &str, event: &Event, on: Date) {
        let touched = self.orders.event(&mut codes.names(), id, event, on);
        let Some(number) = touched else { return };
        let Some(order) = self.orders.get(number) else {
            return;
        };
        // Lines and deliveries come with these two alone.
        if !matches!(event, Event::OrderPlaced(_) | Event::DeliveryRecorded(_)) {
            return;
        }
        self.by_supplier.put(order.supplier, number);
        let lines = order.lines.iter().map(|line| (line.facility, line.item));
        let arrivals = order.arrivals.iter().map(|one| (one.receipt.0, one.item));
        for (facility, item) in lines.chain(arrivals) {
            self.by_facility.put(facility, number);
            self.by_item.put(item, number);
        }
    }

    /// The order with a number.
    pub fn get(&self, number: u32) -> Option<&Order> {
        self.orders.get(number)
    }
}
