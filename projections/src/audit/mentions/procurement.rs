//! What orders, transfers and requisitions name.

use sijill_ledger_core::domain::order::{self, Basis, PaymentPurpose};
use sijill_ledger_core::domain::{framework, requisition, transfer};

use super::{EntityKind, Teller};

impl<'a> Teller<'_, 'a> {
    /// An event of an order.
    pub(super) fn order(&mut self, event: &'a order::Event) {
        use order::Event;
        match event {
            Event::OrderPlaced(placed) => self.placement(placed),
            Event::OrderAcknowledged(it) => {
                it.reference.iter().for_each(|number| self.document(number));
            }
            Event::DeliveryRecorded(delivery) => {
                self.facility(&delivery.receipt.facility);
                self.document(&delivery.document);
                self.organization(&delivery.supplier);
                delivery.lines.iter().for_each(|line| self.item(&line.item));
            }
            Event::DeliveryInspected(inspection) => {
                self.facility(&inspection.receipt.facility);
                inspection.lines.iter().for_each(|l| self.item(&l.item));
            }
            Event::DeliveryReversed(reversal) => self.facility(&reversal.receipt.facility),
            Event::InvoiceRecorded(invoice) => self.document(&invoice.number),
            Event::InvoiceMatched(matched) => self.document(&matched.invoice),
            Event::MismatchFound(mismatch) => self.document(&mismatch.invoice),
            Event::PaymentApproved(approval) => {
                self.document(&approval.payment);
                if let PaymentPurpose::Invoice(invoice) = &approval.purpose {
                    self.document(invoice);
                }
            }
            Event::PaymentMade(payment) => {
                self.document(&payment.payment);
                self.document(&payment.reference);
            }
            Event::CreditNoted(credit) => {
                self.document(&credit.number);
                self.document(&credit.invoice);
            }
            Event::OrderApproved(_)
            | Event::OrderClosed(_)
            | Event::OrderCancelled(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => {}
        }
    }

    /// An event of a framework agreement.
    pub(super) fn framework(&mut self, event: &'a framework::Event) {
        use framework::Event;
        match event {
            Event::FrameworkConcluded(conclusion) => {
                self.tender_id(&conclusion.tender);
                self.organization(&conclusion.buyer);
            }
            Event::FrameworkLotAgreed(lot) => {
                for line in &lot.lines {
                    self.item(&line.item);
                    self.facility(&line.facility);
                }
                let suppliers = lot.suppliers.iter();
                suppliers.for_each(|it| self.organization(&it.supplier));
            }
            Event::CallOffMade(call_off) => {
                self.order_id(Some(&call_off.order));
                self.document(&call_off.number);
                self.organization(&call_off.supplier);
                call_off.placement.iter().for_each(|it| self.placement(it));
            }
            Event::CallOffReleased(release) => self.order_id(Some(&release.order)),
            Event::FrameworkPlaceSuspended(change)
            | Event::FrameworkPlaceReinstated(change)
            | Event::FrameworkPlaceEnded(change) => self.organization(&change.supplier),
            Event::FrameworkTerminationProposed(_) | Event::FrameworkTerminated(_) => {}
        }
    }

    fn placement(&mut self, placed: &'a order::Placement) {
        self.document(&placed.number);
        self.organization(&placed.buyer);
        self.organization(&placed.supplier);
        placed.called_by.iter().for_each(|id| self.official(id));
        match &placed.basis {
            Basis::Contract(contract) | Basis::CallOff(contract) => {
                self.named(EntityKind::Contract, contract.as_str());
            }
            Basis::Direct(_) | Basis::PettyCash | Basis::Emergency(_) | Basis::Unstated => {}
        }
        for line in &placed.lines {
            self.item(&line.item);
            self.facility(&line.facility);
        }
    }

    /// An event of a transfer.
    pub(super) fn transfer(&mut self, event: &'a transfer::Event) {
        use transfer::Event;
        match event {
            Event::TransferDispatched(shipment) => {
                self.facility(&shipment.dispatch.facility);
                self.document(&shipment.number);
                self.facility(&shipment.to);
                self.requisition_id(shipment.requisition.as_ref());
                shipment.lines.iter().for_each(|line| self.key(&line.key));
            }
            Event::TransferArrived(receipt) => {
                self.facility(&receipt.arrival.facility);
                self.document(&receipt.number);
                self.facility(&receipt.from);
                receipt.lines.iter().for_each(|line| self.key(&line.key));
            }
            Event::TransferClosed(closure) => {
                closure.lost.iter().for_each(|line| self.key(&line.key));
            }
            Event::DiscrepancyOpened(discrepancy) => self.key(&discrepancy.key),
            Event::DiscrepancyAnswered(_) => {}
        }
    }

    /// An event of a requisition.
    pub(super) fn requisition(&mut self, event: &'a requisition::Event) {
        use requisition::Event;
        match event {
            Event::RequisitionSubmitted(submission) => {
                self.document(&submission.number);
                self.facility(&submission.from);
                self.facility(&submission.supplier);
                submission.lines.iter().for_each(|l| self.item(&l.item));
            }
            Event::RequisitionApproved(approval) => {
                approval.lines.iter().for_each(|line| self.item(&line.item));
            }
            Event::RequisitionFulfilled(fulfilment) => {
                self.transfer_id(Some(&fulfilment.transfer));
                self.facility(&fulfilment.from);
                self.facility(&fulfilment.to);
                fulfilment.lines.iter().for_each(|l| self.item(&l.item));
            }
            Event::UnmetDemandRecorded(unmet) => {
                unmet.lines.iter().for_each(|line| self.item(&line.item));
            }
            Event::DiscrepancyOpened(discrepancy) => self.item(&discrepancy.item),
            Event::RequisitionRejected(_)
            | Event::RequisitionWithdrawn(_)
            | Event::DiscrepancyAnswered(_) => {}
        }
    }
}
