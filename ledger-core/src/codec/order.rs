//! Events of an order.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::order_placed::Basis as WireBasis;
use sijill_schemas::events::v1::payment_approved::Purpose as WirePurpose;

use super::error::Fault;
use super::fields::take;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::order::{
    Acknowledgement, Approval, Basis, BrokenRule, Cancellation, Closure, CreditNote, Delivery,
    DeliveryLine, DeliveryReversal, Difference, DifferenceKind, Discrepancy, DiscrepancyAnswer,
    Event, Inspection, InspectionLine, Invoice, InvoiceLine, InvoiceMatch, Mismatch, OrderLine,
    Payment, PaymentApproval, PaymentPurpose, Placement, ReceiptRef,
};

kinds! { Event {
    OrderPlaced,
    OrderApproved,
    OrderAcknowledged,
    DeliveryRecorded,
    DeliveryInspected,
    DeliveryReversed,
    InvoiceRecorded,
    InvoiceMatched,
    MismatchFound,
    PaymentApproved,
    PaymentMade,
    CreditNoted,
    OrderClosed,
    OrderCancelled,
    DiscrepancyOpened = OrderDiscrepancyOpened,
    DiscrepancyAnswered = OrderDiscrepancyAnswered,
} }

record! { Placement = pb::OrderPlaced {
    number: plain,
    basis: required,
    buyer: plain,
    supplier: plain,
    currency: plain,
    delivery_terms: optional,
    lines: lines,
    called_by: optional;
    attachment = attachment_sha256: optional,
} }

record! { OrderLine = pb::OrderLine {
    item: plain,
    facility: plain,
    quantity: required,
    unit_price: required;
    due = due_days: optional,
} }

record! { Approval = pb::OrderApproved { reason: plain, total: required } }

record! { Acknowledgement = pb::OrderAcknowledged { reference: optional } }

record! { ReceiptRef = pb::ReceiptRef { facility: plain, revision: plain } }

record! { Delivery = pb::DeliveryRecorded {
    receipt: required,
    document: plain,
    supplier: plain,
    provisional: plain,
    lines: list,
    freight: optional,
    note: optional;
    delivered_on = delivered_days: plain,
} }

record! { DeliveryLine = pb::DeliveryLine {
    line: optional,
    item: plain,
    quantity: required,
    unit_price: optional,
} }

record! { Inspection = pb::DeliveryInspected { receipt: required, revision: plain, lines: lines } }

record! { InspectionLine = pb::InspectionLine {
    item: plain,
    accepted: required,
    rejected: required,
    reason: optional,
} }

record! { DeliveryReversal = pb::DeliveryReversed { receipt: required } }

record! { Invoice = pb::InvoiceRecorded {
    number: plain,
    lines: lines,
    total: required;
    dated = dated_days: plain,
    attachment = attachment_sha256: optional,
} }

record! { InvoiceLine = pb::InvoiceLine { line: number, quantity: required, unit_price: required } }

record! { InvoiceMatch = pb::InvoiceMatched { invoice: plain, total: required } }

record! { Mismatch = pb::MismatchFound { invoice: plain, differences: list } }

record! { Difference = pb::Difference {
    line: optional,
    kind: plain,
    expected: required,
    found: required,
} }

choice! { DifferenceKind = pb::DifferenceKind { Quantity, Price, Total } }

record! { PaymentApproval = pb::PaymentApproved {
    payment: plain,
    purpose: required,
    amount: required,
} }

record! { Payment = pb::PaymentMade {
    payment: plain,
    amount: required,
    reference: plain;
    paid_on = paid_days: plain,
} }

record! { CreditNote = pb::CreditNoted {
    number: plain,
    invoice: plain,
    amount: required,
    reason: plain,
} }

record! { Closure = pb::OrderClosed { reason: optional } }

record! { Cancellation = pb::OrderCancelled { reason: plain } }

record! { Discrepancy = pb::OrderDiscrepancyOpened {
    id: plain,
    rule: plain,
    line: optional,
    expected: required,
    found: required,
} }

choice! { BrokenRule = pb::OrderRule {
    AboveOrdered, NotOrdered, OtherSupplier, PriceDiffers, AfterClosing, AboveApproved, Rejected,
    ApprovedLate, BelowInvoiced, AdvanceUnrecovered, OwnApproval,
} }

record! { DiscrepancyAnswer = pb::OrderDiscrepancyAnswered { id: plain, answer: plain } }

impl Wire<WireBasis> for Basis {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireBasis, Fault> {
        Ok(match self {
            Self::Contract(contract) => WireBasis::Contract(contract.to_wire(parts)?),
            Self::CallOff(agreement) => WireBasis::CallOff(agreement.to_wire(parts)?),
            Self::Direct(reason) => WireBasis::Direct(reason.to_wire(parts)?),
            Self::PettyCash => WireBasis::PettyCash(pb::PettyCashBasis {}),
            Self::Emergency(reason) => WireBasis::Emergency(reason.to_wire(parts)?),
            Self::Unstated => WireBasis::Unstated(pb::UnstatedBasis {}),
        })
    }

    fn from_wire(wire: WireBasis, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireBasis::Contract(contract) => Self::Contract(take::plain(contract, parts)?),
            WireBasis::CallOff(agreement) => Self::CallOff(take::plain(agreement, parts)?),
            WireBasis::Direct(reason) => Self::Direct(take::plain(reason, parts)?),
            WireBasis::PettyCash(pb::PettyCashBasis {}) => Self::PettyCash,
            WireBasis::Emergency(reason) => Self::Emergency(take::plain(reason, parts)?),
            WireBasis::Unstated(pb::UnstatedBasis {}) => Self::Unstated,
        })
    }
}

impl Wire<WirePurpose> for PaymentPurpose {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WirePurpose, Fault> {
        Ok(match self {
            Self::Invoice(invoice) => WirePurpose::Invoice(invoice.to_wire(parts)?),
            Self::Advance => WirePurpose::Advance(pb::AdvancePurpose {}),
        })
    }

    fn from_wire(wire: WirePurpose, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WirePurpose::Invoice(invoice) => Self::Invoice(take::plain(invoice, parts)?),
            WirePurpose::Advance(pb::AdvancePurpose {}) => Self::Advance,
        })
    }
}
