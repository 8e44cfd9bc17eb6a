//! What can be asked of an order.

use serde::{Deserialize, Serialize};

use super::event::{
    Acknowledgement, Cancellation, Closure, CreditNote, Delivery, DeliveryReversal,
    DiscrepancyAnswer, Event, Inspection, Invoice, Payment, PaymentApproval, Placement,
};
use crate::domain::values::Text;

/// A request about one order. Facts are recorded, plans are judged (DESIGN 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Plan: order goods.
    Place(Placement),
    /// Plan: approve an emergency order that was placed; by another official.
    ApproveEmergency {
        /// Why it was right; written for publication.
        reason: Text,
    },
    /// Fact: the supplier took note. By the supplier, or by a procurement officer who was told.
    Acknowledge(Acknowledgement),
    /// Fact: goods came. By the policy `delivery-on-order` alone.
    RecordDelivery(Delivery),
    /// Fact: a provisional delivery was inspected. By the policy alone.
    InspectDelivery(Inspection),
    /// Fact: a store took its receipt back. By the policy alone.
    ReverseDelivery(DeliveryReversal),
    /// Fact: the supplier's invoice came; it is matched at once.
    RecordInvoice(Invoice),
    /// Plan: approve a payment; by someone who neither placed the order nor recorded the invoice.
    ApprovePayment(PaymentApproval),
    /// Fact: the treasury or the bank paid.
    RecordPayment(Payment),
    /// Fact: the supplier gave credit.
    RecordCreditNote(CreditNote),
    /// Plan: expect nothing more.
    Close(Closure),
    /// Plan: call the order off before anything came.
    Cancel(Cancellation),
    /// Fact: someone answers a discrepancy.
    AnswerDiscrepancy(DiscrepancyAnswer),
    /// Imported history: one event, before the order's first native one.
    Import(Box<Event>),
}
