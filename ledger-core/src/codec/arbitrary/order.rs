//! Arbitrary events of orders.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::drawn;
use super::values::{
    currency, date, decimal, id, money, printable, quantity, sha256, text, unit_price,
};
use crate::domain::order::{
    Acknowledgement, Approval, Basis, BrokenRule, Cancellation, Closure, CreditNote, Delivery,
    DeliveryLine, DeliveryReversal, Difference, DifferenceKind, Discrepancy, DiscrepancyAnswer,
    Event, Inspection, InspectionLine, Invoice, InvoiceLine, InvoiceMatch, Mismatch, OrderLine,
    Payment, PaymentApproval, PaymentPurpose, Placement, ReceiptRef,
};

/// Any event of an order.
pub(crate) fn order() -> BoxedStrategy<Event> {
    prop_oneof![placed(), delivered(), invoiced(), paid(), ended()].boxed()
}

/// Any placement of an order.
pub(super) fn placement() -> BoxedStrategy<Placement> {
    let bases = prop_oneof![
        id().prop_map(Basis::Contract),
        id().prop_map(Basis::CallOff),
        text().prop_map(Basis::Direct),
        Just(Basis::PettyCash),
        text().prop_map(Basis::Emergency),
        Just(Basis::Unstated),
    ];
    let line = drawn!(OrderLine {
        item: id(),
        facility: id(),
        quantity: quantity(),
        unit_price: unit_price(),
        due: of(date()),
    });
    drawn!(Placement {
        number: printable(),
        basis: bases,
        buyer: id(),
        supplier: id(),
        currency: currency(),
        delivery_terms: of(printable()),
        attachment: of(sha256()),
        lines: vec(line, 1..5),
        called_by: of(id()),
    })
}

fn placed() -> BoxedStrategy<Event> {
    let approval = drawn!(Approval {
        reason: text(),
        total: money()
    });
    let acknowledgement = drawn!(Acknowledgement {
        reference: of(printable())
    });
    prop_oneof![
        placement().prop_map(Event::OrderPlaced),
        approval.prop_map(Event::OrderApproved),
        acknowledgement.prop_map(Event::OrderAcknowledged),
    ]
    .boxed()
}

fn receipt() -> BoxedStrategy<ReceiptRef> {
    drawn!(ReceiptRef {
        facility: id(),
        revision: any::<u64>()
    })
}

fn delivered() -> BoxedStrategy<Event> {
    let came = drawn!(DeliveryLine {
        line: of(any::<u16>()),
        item: id(),
        quantity: quantity(),
        unit_price: of(unit_price()),
    });
    let delivery = drawn!(Delivery {
        receipt: receipt(),
        document: printable(),
        supplier: id(),
        delivered_on: date(),
        provisional: any::<bool>(),
        lines: vec(came, 1..5),
        freight: of(money()),
        note: of(text()),
    });
    let found = drawn!(InspectionLine {
        item: id(),
        accepted: quantity(),
        rejected: quantity(),
        reason: of(text()),
    });
    let inspection = drawn!(Inspection {
        receipt: receipt(),
        revision: any::<u64>(),
        lines: vec(found, 1..5),
    });
    let reversal = drawn!(DeliveryReversal { receipt: receipt() });
    prop_oneof![
        delivery.prop_map(Event::DeliveryRecorded),
        inspection.prop_map(Event::DeliveryInspected),
        reversal.prop_map(Event::DeliveryReversed),
    ]
    .boxed()
}

fn invoiced() -> BoxedStrategy<Event> {
    let asked = drawn!(InvoiceLine {
        line: any::<u16>(),
        quantity: quantity(),
        unit_price: unit_price(),
    });
    let invoice = drawn!(Invoice {
        number: printable(),
        dated: date(),
        attachment: of(sha256()),
        lines: vec(asked, 1..5),
        total: money(),
    });
    let matched = drawn!(InvoiceMatch {
        invoice: printable(),
        total: money()
    });
    let kinds = [
        DifferenceKind::Quantity,
        DifferenceKind::Price,
        DifferenceKind::Total,
    ];
    let difference = drawn!(Difference {
        line: of(any::<u16>()),
        kind: select(kinds.to_vec()),
        expected: decimal(),
        found: decimal(),
    });
    let mismatch = drawn!(Mismatch {
        invoice: printable(),
        differences: vec(difference, 0..5),
    });
    let note = drawn!(CreditNote {
        number: printable(),
        invoice: printable(),
        amount: money(),
        reason: text(),
    });
    prop_oneof![
        invoice.prop_map(Event::InvoiceRecorded),
        matched.prop_map(Event::InvoiceMatched),
        mismatch.prop_map(Event::MismatchFound),
        note.prop_map(Event::CreditNoted),
    ]
    .boxed()
}

fn paid() -> BoxedStrategy<Event> {
    let purposes = prop_oneof![
        printable().prop_map(PaymentPurpose::Invoice),
        Just(PaymentPurpose::Advance),
    ];
    let approval = drawn!(PaymentApproval {
        payment: printable(),
        purpose: purposes,
        amount: money(),
    });
    let payment = drawn!(Payment {
        payment: printable(),
        paid_on: date(),
        amount: money(),
        reference: printable(),
    });
    prop_oneof![
        approval.prop_map(Event::PaymentApproved),
        payment.prop_map(Event::PaymentMade),
    ]
    .boxed()
}

fn ended() -> BoxedStrategy<Event> {
    let rules = [
        BrokenRule::AboveOrdered,
        BrokenRule::NotOrdered,
        BrokenRule::OtherSupplier,
        BrokenRule::PriceDiffers,
        BrokenRule::AfterClosing,
        BrokenRule::AboveApproved,
        BrokenRule::Rejected,
        BrokenRule::ApprovedLate,
        BrokenRule::BelowInvoiced,
        BrokenRule::AdvanceUnrecovered,
        BrokenRule::OwnApproval,
    ];
    let discrepancy = drawn!(Discrepancy {
        id: id(),
        rule: select(rules.to_vec()),
        line: of(any::<u16>()),
        expected: decimal(),
        found: decimal(),
    });
    let answer = drawn!(DiscrepancyAnswer {
        id: id(),
        answer: text()
    });
    prop_oneof![
        of(text()).prop_map(|reason| Event::OrderClosed(Closure { reason })),
        text().prop_map(|reason| Event::OrderCancelled(Cancellation { reason })),
        discrepancy.prop_map(Event::DiscrepancyOpened),
        answer.prop_map(Event::DiscrepancyAnswered),
    ]
    .boxed()
}
