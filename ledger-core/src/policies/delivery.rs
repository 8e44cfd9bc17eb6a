//! A store's receipt against an order is a delivery on the order; its inspection and its reversal follow it there.
//!
//! Imported receipts are left alone: imported history brings the deliveries of its orders itself, so none counts twice.

use super::{Policy, Step};
use crate::domain::Command;
use crate::domain::order::{
    self, Delivery, DeliveryLine, DeliveryReversal, Inspection, InspectionLine, Order, ReceiptRef,
};
use crate::domain::stock::{self, Acceptance, Receipt, Reversal, Source};
use crate::domain::values::{FacilityId, OrderId, Quantity};
use crate::event::{Event, Origin, Recorded};

/// Brings what stores record to the orders they record it against.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeliveryOnOrder;

impl Policy for DeliveryOnOrder {
    fn name(&self) -> &'static str {
        "delivery-on-order"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.StockReceived",
            "sijill.events.v1.StockAccepted",
            "sijill.events.v1.DocumentReversed",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        let Event::Stock(stock) = &event.event else {
            return Vec::new();
        };
        if matches!(event.metadata.origin, Origin::Import { .. }) {
            return Vec::new();
        }
        // A stock stream's id was a facility id when the stream was named.
        let Ok(store) = FacilityId::new(event.stream.id()) else {
            return Vec::new();
        };
        step(stock, &store, event).into_iter().collect()
    }
}

fn step(stock: &stock::Event, store: &FacilityId, event: &Recorded) -> Option<Step> {
    let receipt = |revision| ReceiptRef {
        facility: store.clone(),
        revision,
    };
    match stock {
        stock::Event::StockReceived(received) => {
            let (order, delivery) = delivery(received, receipt(event.revision), event)?;
            Some(on(&order, order::Command::RecordDelivery(delivery)))
        }
        stock::Event::StockAccepted(acceptance) => {
            let inspection = inspection(acceptance, receipt(acceptance.receipt), event.revision);
            let order = acceptance.order.as_ref()?;
            Some(on(order, order::Command::InspectDelivery(inspection)))
        }
        stock::Event::DocumentReversed(Reversal {
            order, original, ..
        }) => {
            let receipt = receipt(*original);
            let command = order::Command::ReverseDelivery(DeliveryReversal { receipt });
            Some(on(order.as_ref()?, command))
        }
        stock::Event::OpeningBalanceDeclared(_)
        | stock::Event::StockIssued(_)
        | stock::Event::StockDispatched(_)
        | stock::Event::StockArrived(_)
        | stock::Event::StockReturned(_)
        | stock::Event::StockAdjusted(_)
        | stock::Event::CountProposed(_)
        | stock::Event::CountApproved(_)
        | stock::Event::StockWrittenOff(_)
        | stock::Event::StockReserved(_)
        | stock::Event::ReservationReleased(_)
        | stock::Event::BatchQuarantined(_)
        | stock::Event::BatchReleased(_)
        | stock::Event::BatchRecalled(_)
        | stock::Event::StockRepacked(_)
        | stock::Event::PeriodReported(_)
        | stock::Event::PeriodClosed(_)
        | stock::Event::DiscrepancyOpened(_)
        | stock::Event::DiscrepancyAnswered(_) => None,
    }
}

fn on(order: &OrderId, command: order::Command) -> Step {
    Step::Command {
        stream: Order::stream(order),
        command: Command::Order(command),
    }
}

/// The receipt as a delivery: batches of one item that cost the same are one line, in the order of the receipt.
fn delivery(
    received: &Receipt,
    receipt: ReceiptRef,
    event: &Recorded,
) -> Option<(OrderId, Delivery)> {
    let Source::Supplier {
        organization,
        order: Some(order),
    } = &received.source
    else {
        return None;
    };
    let mut lines: Vec<DeliveryLine> = Vec::new();
    for came in &received.lines {
        let joined = lines.iter_mut().find_map(|line| {
            let same = line.item == came.key.item && line.unit_price == came.unit_price;
            let sum = sum(line.quantity, came.quantity).filter(|_| same)?;
            Some((line, sum))
        });
        match joined {
            Some((line, sum)) => line.quantity = sum,
            None => lines.push(DeliveryLine {
                line: None,
                item: came.key.item.clone(),
                quantity: came.quantity,
                unit_price: came.unit_price,
            }),
        }
    }
    let delivery = Delivery {
        receipt,
        document: received.document.number.clone(),
        supplier: organization.clone(),
        delivered_on: event.metadata.effective_at.date(),
        provisional: received.provisional,
        lines,
        freight: None,
        note: None,
    };
    Some((order.clone(), delivery))
}

/// The inspection: batches of one item are one line, with the first reason that was given for one.
fn inspection(acceptance: &Acceptance, receipt: ReceiptRef, revision: u64) -> Inspection {
    let mut lines: Vec<InspectionLine> = Vec::new();
    for found in &acceptance.lines {
        let joined = lines.iter_mut().find_map(|line| {
            let accepted = sum(line.accepted, found.accepted)?;
            let rejected = sum(line.rejected, found.rejected)?;
            (line.item == found.key.item).then_some((line, accepted, rejected))
        });
        match joined {
            Some((line, accepted, rejected)) => {
                (line.accepted, line.rejected) = (accepted, rejected);
                line.reason = line.reason.take().or_else(|| found.reason.clone());
            }
            None => lines.push(InspectionLine {
                item: found.key.item.clone(),
                accepted: found.accepted,
                rejected: found.rejected,
                reason: found.reason.clone(),
            }),
        }
    }
    Inspection {
        receipt,
        revision,
        lines,
    }
}

/// The sum, where one line can hold it.
fn sum(left: Quantity, right: Quantity) -> Option<Quantity> {
    Quantity::new(left.get() + right.get()).ok()
}

#[cfg(test)]
mod tests;
