//! Imported history: no decision rules, but nothing that the ledger could not have held (DESIGN 2). Who may import, and until
//! when, the ledger asks for every kind of stream.

use super::Decision;
use super::accounts::{Source, Stage};
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Book, Order};
use crate::aggregate::ensure;

impl Order {
    pub(super) fn import(&self, event: Event) -> Decision {
        match (self, event) {
            (Self::Unplaced, Event::OrderPlaced(placement)) => {
                placement.check()?;
                Ok(vec![Event::OrderPlaced(placement)])
            }
            (Self::Unplaced, _) => Err(Refusal::NotPlaced),
            (Self::Placed(_), Event::OrderPlaced(_)) => Err(Refusal::Placed),
            (Self::Placed(book), event) => book.import(event),
        }
    }
}

impl Book {
    fn import(&self, event: Event) -> Decision {
        ensure(self.source == Source::History, Refusal::NativeBegan)?;
        let event = match event {
            Event::DeliveryRecorded(mut delivery) => {
                delivery.check()?;
                let receipt = delivery.receipt.clone();
                let fresh = !self.deliveries.contains_key(&receipt);
                ensure(fresh, Refusal::DeliveryRecorded { receipt })?;
                let came = std::mem::take(&mut delivery.lines);
                delivery.lines = self.allocated(&delivery, &came);
                Event::DeliveryRecorded(delivery)
            }
            Event::OrderAcknowledged(taken_note) => {
                self.check_open()?;
                ensure(self.stage == Stage::Placed, Refusal::Acknowledged)?;
                Event::OrderAcknowledged(taken_note)
            }
            Event::OrderClosed(closure) => {
                self.check_open()?;
                Event::OrderClosed(closure)
            }
            Event::OrderCancelled(cancellation) => {
                self.check_open()?;
                ensure(!self.has_deliveries(), Refusal::Delivered)?;
                Event::OrderCancelled(cancellation)
            }
            Event::DeliveryInspected(inspection) => {
                let receipt = inspection.receipt.clone();
                let mut after = self.clone();
                let fits = after.inspect(&inspection).is_some();
                ensure(fits, Refusal::AboveDelivered { receipt })?;
                Event::DeliveryInspected(inspection)
            }
            Event::InvoiceMatched(matched) => {
                let invoice = matched.invoice.clone();
                let mut after = self.clone();
                let fits = after.settle(&matched).is_some();
                ensure(fits, Refusal::NoInvoice { invoice })?;
                Event::InvoiceMatched(matched)
            }
            Event::InvoiceRecorded(invoice) => {
                self.check_invoice(&invoice)?;
                Event::InvoiceRecorded(invoice)
            }
            Event::CreditNoted(note) => {
                self.check_credit_note(&note)?;
                Event::CreditNoted(note)
            }
            Event::PaymentMade(payment) => {
                self.check_payment(&payment)?;
                Event::PaymentMade(payment)
            }
            // What the rules of this ledger find or refer to is not history of another one.
            Event::OrderPlaced(_)
            | Event::OrderApproved(_)
            | Event::DeliveryReversed(_)
            | Event::MismatchFound(_)
            | Event::PaymentApproved(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => return Err(Refusal::NotHistory),
        };
        Ok(vec![event])
    }
}
