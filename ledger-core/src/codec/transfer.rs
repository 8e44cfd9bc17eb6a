//! Events of a transfer.

use sijill_schemas::events::v1 as pb;

use super::wire::{choice, kinds, record};
use crate::domain::transfer::{
    BrokenRule, Closure, Discrepancy, DiscrepancyAnswer, DocumentRef, Event, Receipt, ReceiptLine,
    Shipment, ShipmentLine,
};

kinds! { Event {
    TransferDispatched,
    TransferArrived,
    TransferClosed,
    DiscrepancyOpened = TransferDiscrepancyOpened,
    DiscrepancyAnswered = TransferDiscrepancyAnswered,
} }

record! { Shipment = pb::TransferDispatched {
    dispatch: required,
    number: plain,
    to: plain,
    lines: lines,
    requisition: optional;
    dispatched_on = dispatched_on_days: plain,
    due = due_days: optional,
} }

record! { Receipt = pb::TransferArrived {
    arrival: required,
    number: plain,
    from: plain,
    lines: lines;
    arrived_on = arrived_on_days: plain,
} }

record! { Closure = pb::TransferClosed { reason: optional, lost: list } }

record! { Discrepancy = pb::TransferDiscrepancyOpened {
    id: plain,
    rule: plain,
    key: required,
    expected: required,
    found: required,
} }

record! { DiscrepancyAnswer = pb::TransferDiscrepancyAnswered { id: plain, answer: plain } }

record! { DocumentRef = pb::TransferDocument { facility: plain, revision: plain } }

record! { ShipmentLine = pb::ShipmentLine { key: required, quantity: required } }

record! { ReceiptLine = pb::TransferReceiptLine {
    key: required,
    accepted: required,
    rejected: required,
    lost: required,
    reason: optional,
} }

choice! { BrokenRule = pb::TransferBrokenRule {
    AboveInTransit, OtherReceiver, OtherSender, ShortOrRejected, AfterClosing, OtherRoute,
} }
