//! Orders, transfers and requisitions for tests, in a few words.

use sijill_ledger_core::domain::order::{
    self, Basis, Cancellation, Delivery, DeliveryLine, DeliveryReversal, Inspection,
    InspectionLine, OrderLine, Placement, ReceiptRef,
};
use sijill_ledger_core::domain::requisition::{
    self, Approval, ApprovedLine, Fulfilment, ItemQuantity, Kind, Rejection, RequisitionLine,
    Submission, UnmetDemand, Withdrawal,
};
use sijill_ledger_core::domain::stock::{self, StockKey};
use sijill_ledger_core::domain::transfer::{
    self, Closure, DocumentRef, Receipt, ReceiptLine, Shipment, ShipmentLine,
};
use sijill_ledger_core::domain::values::{
    Currency, Date, DocumentNumber, FacilityId, ItemCode, OrganizationId, Quantity, RequisitionId,
    TransferId, UnitPrice,
};

use super::text;

pub fn facility(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

pub fn item(code: &str) -> ItemCode {
    ItemCode::new(code).unwrap()
}

pub fn number(text: &str) -> DocumentNumber {
    DocumentNumber::new(text).unwrap()
}

fn price() -> UnitPrice {
    UnitPrice::new(5.into(), Currency::new("EGP").unwrap()).unwrap()
}

/// A line of an order: item, facility, quantity, due day.
pub type Ordered<'a> = (&'a str, &'a str, Quantity, Option<Date>);

pub fn place(supplier: &str, lines: &[Ordered<'_>]) -> order::Event {
    let line = |(code, store, quantity, due): &Ordered<'_>| OrderLine {
        item: item(code),
        facility: facility(store),
        quantity: *quantity,
        unit_price: price(),
        due: *due,
    };
    order::Event::OrderPlaced(Placement {
        number: number("PO-1"),
        basis: Basis::Unstated,
        buyer: OrganizationId::new("ministry").unwrap(),
        supplier: OrganizationId::new(supplier).unwrap(),
        currency: Currency::new("EGP").unwrap(),
        delivery_terms: None,
        attachment: None,
        lines: lines.iter().map(line).collect(),
        called_by: None,
    })
}

/// A delivery of one item; `lines` are order line numbers and quantities.
pub fn deliver(
    (store, revision): (&str, u64),
    on: Date,
    code: &str,
    lines: &[(Option<u16>, Quantity)],
    provisional: bool,
) -> order::Event {
    let line = |(line, quantity): &(Option<u16>, Quantity)| DeliveryLine {
        line: *line,
        item: item(code),
        quantity: *quantity,
        unit_price: None,
    };
    order::Event::DeliveryRecorded(Delivery {
        receipt: receipt(store, revision),
        document: number("DN-1"),
        supplier: OrganizationId::new("acme").unwrap(),
        delivered_on: on,
        provisional,
        freight: None,
        note: None,
        lines: lines.iter().map(line).collect(),
    })
}

pub fn receipt(store: &str, revision: u64) -> ReceiptRef {
    ReceiptRef {
        facility: facility(store),
        revision,
    }
}

pub fn inspect(
    (store, revision): (&str, u64),
    by: u64,
    code: &str,
    accepted: Quantity,
    rejected: Quantity,
) -> order::Event {
    order::Event::DeliveryInspected(Inspection {
        receipt: receipt(store, revision),
        revision: by,
        lines: vec![InspectionLine {
            item: item(code),
            accepted,
            rejected,
            reason: None,
        }],
    })
}

pub fn take_back(store: &str, revision: u64) -> order::Event {
    let receipt = receipt(store, revision);
    order::Event::DeliveryReversed(DeliveryReversal { receipt })
}

pub fn close_order() -> order::Event {
    order::Event::OrderClosed(order::Closure { reason: None })
}

pub fn cancel_order() -> order::Event {
    let reason = text("not needed");
    order::Event::OrderCancelled(Cancellation { reason })
}

pub fn ship(
    (from, revision): (&str, u64),
    to: &str,
    on: Date,
    due: Option<Date>,
    requisition: Option<&str>,
    lines: &[(StockKey, Quantity)],
) -> transfer::Event {
    transfer::Event::TransferDispatched(Shipment {
        dispatch: document(from, revision),
        number: number("T-1"),
        to: facility(to),
        dispatched_on: on,
        due,
        requisition: requisition.map(|id| RequisitionId::new(id).unwrap()),
        lines: shipped(lines),
    })
}

fn document(store: &str, revision: u64) -> DocumentRef {
    DocumentRef {
        facility: facility(store),
        revision,
    }
}

fn shipped(lines: &[(StockKey, Quantity)]) -> Vec<ShipmentLine> {
    let line = |(key, quantity): &(StockKey, Quantity)| ShipmentLine {
        key: key.clone(),
        quantity: *quantity,
    };
    lines.iter().map(line).collect()
}

/// An arrival of one key: accepted, rejected, lost.
pub fn land(
    (to, revision): (&str, u64),
    from: &str,
    on: Date,
    key: StockKey,
    [accepted, rejected, lost]: [Quantity; 3],
) -> transfer::Event {
    transfer::Event::TransferArrived(Receipt {
        arrival: document(to, revision),
        number: number("T-1"),
        from: facility(from),
        arrived_on: on,
        lines: vec![ReceiptLine {
            key,
            accepted,
            rejected,
            lost,
            reason: None,
        }],
    })
}

pub fn close_transfer(lost: &[(StockKey, Quantity)]) -> transfer::Event {
    transfer::Event::TransferClosed(Closure {
        reason: None,
        lost: shipped(lost),
    })
}

/// The same stock document, under a transfer.
pub fn under(mut document: stock::Event, transfer: &str, other: &str) -> stock::Event {
    let id = Some(TransferId::new(transfer).unwrap());
    if let stock::Event::StockDispatched(sent) = &mut document {
        (sent.transfer, sent.to) = (id, Some(facility(other)));
    } else if let stock::Event::StockArrived(came) = &mut document {
        (came.transfer, came.from) = (id, Some(facility(other)));
    }
    document
}

pub fn ask(from: &str, supplier: &str, lines: &[(&str, Quantity)]) -> requisition::Event {
    let line = |(code, requested): &(&str, Quantity)| RequisitionLine {
        item: item(code),
        on_hand: Quantity::ZERO,
        requested: *requested,
    };
    requisition::Event::RequisitionSubmitted(Submission {
        number: number("R-1"),
        from: facility(from),
        supplier: facility(supplier),
        kind: Kind::Emergency(text("outbreak")),
        lines: lines.iter().map(line).collect(),
    })
}

pub fn approve(complete: bool, lines: &[(&str, Quantity)]) -> requisition::Event {
    let line = |(code, approved): &(&str, Quantity)| ApprovedLine {
        item: item(code),
        approved: *approved,
    };
    requisition::Event::RequisitionApproved(Approval {
        level: 1,
        complete,
        lines: lines.iter().map(line).collect(),
        value: None,
        limit: None,
    })
}

fn quantities(lines: &[(&str, Quantity)]) -> Vec<ItemQuantity> {
    let line = |(code, quantity): &(&str, Quantity)| ItemQuantity {
        item: item(code),
        quantity: *quantity,
    };
    lines.iter().map(line).collect()
}

pub fn fulfil(transfer: &str, dispatch: u64, lines: &[(&str, Quantity)]) -> requisition::Event {
    requisition::Event::RequisitionFulfilled(Fulfilment {
        transfer: TransferId::new(transfer).unwrap(),
        from: facility("STORE"),
        dispatch,
        to: facility("CLINIC"),
        lines: quantities(lines),
    })
}

pub fn unmet(lines: &[(&str, Quantity)]) -> requisition::Event {
    requisition::Event::UnmetDemandRecorded(UnmetDemand {
        reason: text("none left in the country"),
        lines: quantities(lines),
    })
}

pub fn reject() -> requisition::Event {
    let reason = text("too much");
    requisition::Event::RequisitionRejected(Rejection { reason })
}

pub fn withdraw() -> requisition::Event {
    let reason = text("not needed");
    requisition::Event::RequisitionWithdrawn(Withdrawal { reason })
}
