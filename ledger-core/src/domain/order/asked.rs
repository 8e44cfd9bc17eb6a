//! Commands told from what was decided: every first event of a decision holds all of its command.

use super::command::Command;
use super::event::Event;

/// What was asked for; `None` for an event that only follows others.
pub(super) fn asked(event: &Event, imported: bool) -> Option<Command> {
    if imported {
        return Some(Command::Import(Box::new(event.clone())));
    }
    Some(match event.clone() {
        Event::OrderPlaced(it) => Command::Place(it),
        Event::OrderApproved(it) => Command::ApproveEmergency { reason: it.reason },
        Event::OrderAcknowledged(it) => Command::Acknowledge(it),
        Event::DeliveryRecorded(it) => Command::RecordDelivery(it),
        Event::DeliveryInspected(it) => Command::InspectDelivery(it),
        Event::DeliveryReversed(it) => Command::ReverseDelivery(it),
        Event::InvoiceRecorded(it) => Command::RecordInvoice(it),
        Event::PaymentApproved(it) => Command::ApprovePayment(it),
        Event::PaymentMade(it) => Command::RecordPayment(it),
        Event::CreditNoted(it) => Command::RecordCreditNote(it),
        Event::OrderClosed(it) => Command::Close(it),
        Event::OrderCancelled(it) => Command::Cancel(it),
        Event::DiscrepancyAnswered(it) => Command::AnswerDiscrepancy(it),
        Event::InvoiceMatched(_) | Event::MismatchFound(_) | Event::DiscrepancyOpened(_) => {
            return None;
        }
    })
}
