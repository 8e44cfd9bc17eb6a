//! `sijill.procurement.v1.ProcurementService`: commands about orders, and releases of other systems.
//!
//! Not here, because only a policy and imports give them: deliveries, which the stores' own documents tell, and imported
//! history.

mod releases;
#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::order::{self, Order};
use sijill_ledger_core::store::Attachments;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::types::v1::CommandResponse;
use tonic::{Request, Response, Status};

use super::authority::{Acting, Party};
use super::command::{Commands, Target, commands};

/// The service.
#[derive(Clone)]
pub struct Procurement {
    commands: Commands,
    attachments: Attachments,
}

impl Procurement {
    /// Over this ledger; what does not fit into an event goes to the attachments, which the ledger must know too.
    pub const fn new(commands: Commands, attachments: Attachments) -> Self {
        Self {
            commands,
            attachments,
        }
    }
}

/// An order; a supplier acts for the one that it was placed with.
fn order(order: String, payload: &mut Payload<'_>) -> Result<Target<Order>, DecodeError> {
    let stream = Order::stream(&payload.take(order, "order")?);
    let acting = Acting::OneOf(|order: &Order| {
        let supplier = order.book().map(|book| book.supplier().clone());
        supplier.map(Party::Organization).into_iter().collect()
    });
    Ok(Target::own(stream, acting))
}

commands! {
    pb::procurement_service_server::ProcurementService => Procurement in "sijill.procurement.v1";

    place_order PlaceOrder(PlaceOrderRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::Place(payload.required(it.placement, "placement")?),
    );
    approve_emergency_order ApproveEmergencyOrder(ApproveEmergencyOrderRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::ApproveEmergency { reason: payload.take(it.reason, "reason")? },
    );
    acknowledge_order AcknowledgeOrder(AcknowledgeOrderRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::Acknowledge(payload.required(it.acknowledgement, "acknowledgement")?),
    );
    record_invoice RecordInvoice(RecordInvoiceRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::RecordInvoice(payload.required(it.invoice, "invoice")?),
    );
    approve_payment ApprovePayment(ApprovePaymentRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::ApprovePayment(payload.required(it.approval, "approval")?),
    );
    record_payment RecordPayment(RecordPaymentRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::RecordPayment(payload.required(it.payment, "payment")?),
    );
    record_credit_note RecordCreditNote(RecordCreditNoteRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::RecordCreditNote(payload.required(it.credit_note, "credit_note")?),
    );
    close_order CloseOrder(CloseOrderRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::Close(payload.required(it.closure, "closure")?),
    );
    cancel_order CancelOrder(CancelOrderRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::Cancel(payload.required(it.cancellation, "cancellation")?),
    );
    answer_order_discrepancy AnswerOrderDiscrepancy(AnswerOrderDiscrepancyRequest) => Order: |it, payload| (
        order(it.order, payload)?,
        order::Command::AnswerDiscrepancy(payload.required(it.answer, "answer")?),
    );

    @alone {
        async fn record_release(
            &self,
            request: Request<pb::RecordReleaseRequest>,
        ) -> Result<Response<CommandResponse>, Status> {
            releases::record(&self.commands, &self.attachments, request).await
        }
    }
}
