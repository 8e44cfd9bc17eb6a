//! Arbitrary events of a transfer. Legal in form; whether they make sense is for `decide`.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::stock::key;
use super::values::{date, decimal, id, printable, quantity, text};
use crate::domain::transfer::{
    BrokenRule, Closure, Discrepancy, DiscrepancyAnswer, DocumentRef, Event, Receipt, ReceiptLine,
    Shipment, ShipmentLine,
};

/// Any event of a transfer.
pub(crate) fn transfer() -> BoxedStrategy<Event> {
    let shipment = drawn!(Shipment {
        dispatch: document(),
        number: printable(),
        to: id(),
        dispatched_on: date(),
        due: of(date()),
        requisition: of(id()),
        lines: vec(shipment_line(), 1..6),
    });
    let receipt = drawn!(Receipt {
        arrival: document(),
        number: printable(),
        from: id(),
        arrived_on: date(),
        lines: vec(receipt_line(), 1..6),
    });
    let closure = drawn!(Closure {
        reason: of(text()),
        lost: vec(shipment_line(), 0..6),
    });
    let rules = vec![
        BrokenRule::AboveInTransit,
        BrokenRule::OtherReceiver,
        BrokenRule::OtherSender,
        BrokenRule::ShortOrRejected,
        BrokenRule::AfterClosing,
        BrokenRule::OtherRoute,
    ];
    let discrepancy = drawn!(Discrepancy {
        id: id(),
        rule: select(rules),
        key: key(),
        expected: decimal(),
        found: decimal(),
    });
    let answer = drawn!(DiscrepancyAnswer {
        id: id(),
        answer: text()
    });
    prop_oneof![
        shipment.prop_map(Event::TransferDispatched),
        receipt.prop_map(Event::TransferArrived),
        closure.prop_map(Event::TransferClosed),
        discrepancy.prop_map(Event::DiscrepancyOpened),
        answer.prop_map(Event::DiscrepancyAnswered),
    ]
    .boxed()
}

fn document() -> impl Strategy<Value = DocumentRef> {
    drawn!(DocumentRef {
        facility: id(),
        revision: any::<u64>()
    })
}

fn shipment_line() -> impl Strategy<Value = ShipmentLine> {
    drawn!(ShipmentLine {
        key: key(),
        quantity: quantity()
    })
}

fn receipt_line() -> impl Strategy<Value = ReceiptLine> {
    drawn!(ReceiptLine {
        key: key(),
        accepted: quantity(),
        rejected: quantity(),
        lost: quantity(),
        reason: of(text()),
    })
}
