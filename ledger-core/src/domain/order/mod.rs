//! An order to a supplier: from its placement over deliveries and invoices to the last payment.
//!
//! **Plans are refused, facts are recorded.** A placement, an approval or a closure that breaks a rule is refused. Goods that
//! came, an invoice that lies on the table and money that was paid are recorded, with a `DiscrepancyOpened` or a
//! `MismatchFound` where they break one.
//!
//! **Money follows goods.** An invoice is matched against order and deliveries, line by line. Payments of an invoice never
//! exceed it, all of them together never exceed what was taken over, and with the advances never what was ordered: an
//! advance is recovered from the last invoices at the latest.
//!
//! Deliveries, inspections and reversals come from stores by the policy `delivery-on-order`; nobody enters them here.

mod accounts;
mod asked;
mod command;
mod delivering;
mod event;
mod findings;
mod importing;
mod invoicing;
mod matching;
mod paying;
mod placing;
#[cfg(test)]
mod properties;
mod refusal;
mod state;
#[cfg(test)]
pub(in crate::domain) mod tests;

pub use accounts::Stage;
pub use command::Command;
pub use event::*;
pub(in crate::domain) use placing::check_currency;
pub use refusal::Refusal;
pub use state::{Book, Order};

use std::collections::BTreeSet;

use crate::aggregate::{Aggregate, Facts, Occurred, Readings, Wanted, ensure};
use crate::domain::facility::Facility;
use crate::domain::framework::Framework;
use crate::domain::item::Item;
use crate::domain::member;
use crate::domain::organization::Organization;
use crate::domain::values::{Date, OrderId};
use crate::event::{ActorId, Origin};
use crate::store::StreamName;

/// What a decision gives.
type Decision = Result<Vec<Event>, Refusal>;

impl Aggregate for Order {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "order";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        let Command::Place(placement) = command else {
            return Vec::new();
        };
        if placement.called_by.is_some() {
            return placement
                .agreement()
                .map(Framework::stream)
                .into_iter()
                .collect();
        }
        let lines = placement.lines.iter();
        let streams: BTreeSet<StreamName> = lines
            .flat_map(|line| [Item::stream(&line.item), Facility::stream(&line.facility)])
            .chain([&placement.buyer, &placement.supplier].map(Organization::stream))
            .collect();
        streams.into_iter().collect()
    }

    fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        let Command::Place(placement) = command else {
            return Vec::new();
        };
        if placement.called_by.is_some() || !readings.rules().procurement().has_edition(3) {
            return Vec::new();
        }
        placement
            .agreement()
            .map(Framework::stream)
            .into_iter()
            .collect()
    }

    fn judges_actor(&self, command: &Command) -> bool {
        matches!(
            command,
            Command::Place(_) | Command::ApproveEmergency { .. } | Command::ApprovePayment(_)
        )
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        self.book()
            .map_or(Wanted::No, |book| book.wants_statement(event))
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        let imported = matches!(facts.origin, Origin::Import { .. });
        if let Command::Import(event) = command {
            ensure(imported, Refusal::NotHistory)?;
            return self.import(*event);
        }
        ensure(!imported, Refusal::NotHistory)?;
        if let Command::Place(placement) = command {
            return self.place(placement, facts);
        }
        let book = self.placed()?;
        match command {
            Command::ApproveEmergency { reason } => book.approve_emergency(reason, facts),
            Command::Acknowledge(acknowledgement) => book.acknowledge(acknowledgement, facts),
            Command::RecordDelivery(delivery) => book.record_delivery(delivery, facts),
            Command::InspectDelivery(inspection) => book.inspect_delivery(inspection, facts),
            Command::ReverseDelivery(reversal) => book.reverse_delivery(reversal, facts),
            Command::RecordInvoice(invoice) => book.record_invoice(invoice, facts),
            Command::ApprovePayment(approval) => book.approve_payment(approval, facts),
            Command::RecordPayment(payment) => book.record_payment(payment, facts),
            Command::RecordCreditNote(note) => book.record_credit_note(note, facts),
            Command::Close(closure) => book.close(closure, facts),
            Command::Cancel(cancellation) => book.cancel(cancellation),
            Command::AnswerDiscrepancy(answer) => book.answer(answer),
            Command::Place(_) | Command::Import(_) => Err(Refusal::NotHistory),
        }
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let mut book = match self {
            Self::Placed(book) => book,
            Self::Unplaced => {
                let Event::OrderPlaced(placement) = occurred.event else {
                    return None;
                };
                let book = Book::new(placement, occurred.metadata)?;
                return Some(Self::Placed(Box::new(book)));
            }
        };
        book.remember(&occurred)?;
        Some(Self::Placed(book))
    }

    fn asked(event: &Event, imported: bool) -> Option<Command> {
        asked::asked(event, imported)
    }

    member!(Order);
}

impl Order {
    /// The stream of an order.
    pub fn stream(id: &OrderId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What is known of it, `None` before its placement.
    pub fn book(&self) -> Option<&Book> {
        match self {
            Self::Unplaced => None,
            Self::Placed(book) => Some(book),
        }
    }

    fn placed(&self) -> Result<&Book, Refusal> {
        self.book().ok_or(Refusal::NotPlaced)
    }
}

impl Book {
    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            // The order itself: nothing stands before its placement.
            Event::OrderApproved(_) => Wanted::Approval { revision: Some(0) },
            Event::PaymentApproved(approval) => Wanted::Approval {
                revision: match &approval.purpose {
                    PaymentPurpose::Advance => Some(0),
                    PaymentPurpose::Invoice(invoice) => {
                        self.claims.get(invoice).map(|claim| claim.revision)
                    }
                },
            },
            Event::OrderPlaced(_)
            | Event::OrderAcknowledged(_)
            | Event::DeliveryRecorded(_)
            | Event::DeliveryInspected(_)
            | Event::DeliveryReversed(_)
            | Event::InvoiceRecorded(_)
            | Event::InvoiceMatched(_)
            | Event::MismatchFound(_)
            | Event::PaymentMade(_)
            | Event::CreditNoted(_)
            | Event::OrderClosed(_)
            | Event::OrderCancelled(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => Wanted::No,
        }
    }

    fn answer(&self, answer: DiscrepancyAnswer) -> Decision {
        let open = self.open_discrepancies.contains(&answer.id);
        let id = answer.id.clone();
        ensure(open, Refusal::DiscrepancyUnknown { id })?;
        Ok(vec![Event::DiscrepancyAnswered(answer)])
    }
}

/// The day of the decision. Authority and debarments count on this day: an effective time in the past does not bring back what
/// has ended.
fn today(facts: &Facts) -> Date {
    facts.day_of(facts.at)
}

/// Whether an official acts, not an organisation or Sijill itself.
const fn is_official(facts: &Facts) -> bool {
    matches!(facts.actor.id, ActorId::Official(_))
}
