//! What stock documents name.

use sijill_ledger_core::domain::stock::{Event, LineOut, Recipient, ReturnRoute, Source};
use sijill_ledger_core::domain::values::{
    CountId, OrderId, RequisitionId, ReservationId, TransferId,
};

use super::{EntityKind, Part, Teller};

impl<'a> Teller<'_, 'a> {
    /// An event of one store's stock ledger.
    pub(super) fn stock(&mut self, event: &'a Event, facility: &'a str) {
        if let Some(document) = event.document() {
            self.document(&document.number);
        }
        event.keys().into_iter().for_each(|key| self.key(key));
        match event {
            Event::StockReceived(receipt) => self.source(&receipt.source),
            Event::StockAccepted(acceptance) => self.order_id(acceptance.order.as_ref()),
            Event::StockIssued(issue) => {
                if let Recipient::Custody(official) = &issue.to {
                    self.official(official);
                }
                self.reservations(&issue.lines, facility);
            }
            Event::StockDispatched(dispatch) => {
                self.transfer_id(dispatch.transfer.as_ref());
                dispatch.to.iter().for_each(|to| self.facility(to));
                self.requisition_id(dispatch.requisition.as_ref());
                self.reservations(&dispatch.lines, facility);
            }
            Event::StockArrived(arrival) => {
                self.transfer_id(arrival.transfer.as_ref());
                arrival.from.iter().for_each(|from| self.facility(from));
            }
            Event::StockReturned(back) => match &back.route {
                ReturnRoute::FromCustody(official) => self.official(official),
                ReturnRoute::ToSupplier(organization) => self.organization(organization),
                ReturnRoute::FromUnit(_) | ReturnRoute::FromUnstated => {}
            },
            Event::CountProposed(count) => self.count(&count.count, facility),
            Event::CountApproved(count) => self.count(&count.count, facility),
            Event::StockWrittenOff(loss) => {
                loss.custody.iter().for_each(|keeper| self.official(keeper));
                self.reservations(&loss.lines, facility);
            }
            Event::StockReserved(reserved) => {
                self.reservation(&reserved.reservation, facility);
                self.reservations(&reserved.lines, facility);
            }
            Event::ReservationReleased(released) => {
                self.reservation(&released.reservation, facility);
            }
            Event::BatchQuarantined(step)
            | Event::BatchReleased(step)
            | Event::BatchRecalled(step) => {
                self.item(&step.item);
                let item = Some(step.item.as_str());
                self.tell(Part::Named, EntityKind::Batch, item, step.batch.as_str());
                self.document(&step.authority);
            }
            Event::DocumentReversed(reversal) => self.order_id(reversal.order.as_ref()),
            Event::OpeningBalanceDeclared(_)
            | Event::StockAdjusted(_)
            | Event::StockRepacked(_)
            | Event::PeriodReported(_)
            | Event::PeriodClosed(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => {}
        }
    }

    fn source(&mut self, source: &'a Source) {
        match source {
            Source::Supplier {
                organization,
                order,
            } => {
                self.organization(organization);
                self.order_id(order.as_ref());
            }
            Source::Donor { .. } | Source::Production | Source::Unstated => {}
        }
    }

    fn reservations(&mut self, lines: &'a [LineOut], facility: &'a str) {
        for reservation in lines.iter().filter_map(|line| line.reservation.as_ref()) {
            self.reservation(reservation, facility);
        }
    }

    fn reservation(&mut self, id: &'a ReservationId, facility: &'a str) {
        let kind = EntityKind::Reservation;
        self.tell(Part::Named, kind, Some(facility), id.as_str());
    }

    fn count(&mut self, id: &'a CountId, facility: &'a str) {
        self.tell(Part::Named, EntityKind::Count, Some(facility), id.as_str());
    }

    pub(super) fn order_id(&mut self, id: Option<&'a OrderId>) {
        if let Some(id) = id {
            self.named(EntityKind::Order, id.as_str());
        }
    }

    /// A transfer that a document opens, settles or fulfils with.
    pub(super) fn transfer_id(&mut self, id: Option<&'a TransferId>) {
        if let Some(id) = id {
            self.named(EntityKind::Transfer, id.as_str());
        }
    }

    /// A requisition that a document fulfils.
    pub(super) fn requisition_id(&mut self, id: Option<&'a RequisitionId>) {
        if let Some(id) = id {
            self.named(EntityKind::Requisition, id.as_str());
        }
    }
}
