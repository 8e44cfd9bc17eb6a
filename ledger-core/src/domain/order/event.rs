//! What is stored about an order. The payloads are also what is commanded, but for what the decision fills in.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::grown::grown;
use crate::domain::values::{
    Code, ContractId, Currency, Date, DiscrepancyId, DocumentNumber, FacilityId, ItemCode, Money,
    OfficialId, OrganizationId, Quantity, Sha256, Text, UnitPrice,
};

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A buyer ordered goods.
    OrderPlaced(Placement),
    /// Someone else approved an emergency order after it was placed.
    OrderApproved(Approval),
    /// The supplier took note.
    OrderAcknowledged(Acknowledgement),
    /// Goods came, as a store recorded them.
    DeliveryRecorded(Delivery),
    /// A provisional delivery was inspected.
    DeliveryInspected(Inspection),
    /// The store took its receipt back: it was entered wrongly.
    DeliveryReversed(DeliveryReversal),
    /// The supplier's invoice came.
    InvoiceRecorded(Invoice),
    /// Order, deliveries and invoice agree.
    InvoiceMatched(InvoiceMatch),
    /// They do not: the invoice is not paid until a new invoice or a credit note mends it.
    MismatchFound(Mismatch),
    /// Someone approved a payment within the delegated limit.
    PaymentApproved(PaymentApproval),
    /// The treasury or the bank paid.
    PaymentMade(Payment),
    /// The supplier gave credit.
    CreditNoted(CreditNote),
    /// Nothing more is expected.
    OrderClosed(Closure),
    /// It was called off before anything came.
    OrderCancelled(Cancellation),
    /// A fact broke a rule; someone must answer.
    DiscrepancyOpened(Discrepancy),
    /// Someone answered.
    DiscrepancyAnswered(DiscrepancyAnswer),
}

/// Most lines of one order, and of one receipt.
pub const LINES_MAX: usize = 200;

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Placement {
    /// Its number on paper.
    pub number: DocumentNumber,
    /// What allows it.
    pub basis: Basis,
    /// Who buys.
    pub buyer: OrganizationId,
    /// Who delivers.
    pub supplier: OrganizationId,
    /// Currency of all prices and payments of the order.
    pub currency: Currency,
    /// Terms of delivery (Incoterms), such as `DDP`.
    pub delivery_terms: Option<Code>,
    /// Its scan, in the attachment store.
    pub attachment: Option<Sha256>,
    /// What is ordered: 1 to [`LINES_MAX`] lines, numbered from 1 in this order.
    pub lines: Vec<OrderLine>,
    /// Who called it off from an agreement that is kept here; the call-off places such an order, and nobody else gives this.
    pub called_by: Option<OfficialId>,
}

grown!(Placement {
    number,
    basis,
    buyer,
    supplier,
    currency,
    delivery_terms,
    attachment,
    lines;
    called_by,
});

/// What allows an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Basis {
    /// A contract; within the placer's delegated limit, because contracts are not kept here yet.
    Contract(ContractId),
    /// A call-off from a framework agreement. One that is kept here places its orders itself; one of an earlier system: likewise.
    CallOff(ContractId),
    /// A direct purchase, with its justification; written for publication.
    Direct(Text),
    /// A purchase from petty cash, up to the ruleset's limit.
    PettyCash,
    /// An emergency, with its justification; approved by someone else afterwards, within the ruleset's days.
    Emergency(Text),
    /// Imported history does not say.
    Unstated,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The item.
    pub item: ItemCode,
    /// Where it is to be delivered.
    pub facility: FacilityId,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
    /// Price of one base unit, in the order's currency.
    pub unit_price: UnitPrice,
    /// Last day on which it is delivered on time; absent only in imported history.
    pub due: Option<Date>,
}

/// The approval of an emergency order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Why it was right; written for publication.
    pub reason: Text,
    /// What the order comes to: what was approved.
    pub total: Money,
}

/// The supplier's acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The supplier's own number of the order.
    pub reference: Option<DocumentNumber>,
}

/// A receipt as a store recorded it, named by the store and its revision there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReceiptRef {
    /// The store.
    pub facility: FacilityId,
    /// Revision of the receipt in the store's stock stream.
    pub revision: u64,
}

/// `facility/revision`.
impl fmt::Display for ReceiptRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.facility, self.revision)
    }
}

/// A delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The store's receipt.
    pub receipt: ReceiptRef,
    /// Its paper.
    pub document: DocumentNumber,
    /// Who brought it.
    pub supplier: OrganizationId,
    /// The day it came, on the wall there.
    pub delivered_on: Date,
    /// Waits for inspection.
    pub provisional: bool,
    /// What came.
    pub lines: Vec<DeliveryLine>,
    /// What its carriage cost; absent where nobody says.
    pub freight: Option<Money>,
    /// What else its papers say; written for publication.
    pub note: Option<Text>,
}

/// A line of a delivery: one item, summed over the batches of the receipt that cost the same, and split where it fills several
/// lines of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryLine {
    /// Number of the order's line, from 1; filled in by the decision. Absent when no line orders this item for this store,
    /// and when another supplier brought it: it counts for no line.
    pub line: Option<u16>,
    /// The item.
    pub item: ItemCode,
    /// How much, in base units.
    pub quantity: Quantity,
    /// Price on the receipt.
    pub unit_price: Option<UnitPrice>,
}

/// The inspection of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// The store's receipt.
    pub receipt: ReceiptRef,
    /// Revision of the inspection in the store's stock stream: an inspection counts once.
    pub revision: u64,
    /// What was found.
    pub lines: Vec<InspectionLine>,
}

/// A line of an inspection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionLine {
    /// The item.
    pub item: ItemCode,
    /// Taken over.
    pub accepted: Quantity,
    /// Not taken over.
    pub rejected: Quantity,
    /// Why rejected; written for publication.
    pub reason: Option<Text>,
}

/// A receipt that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReversal {
    /// The store's receipt.
    pub receipt: ReceiptRef,
}

/// A supplier's invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Its number, unique in this order.
    pub number: DocumentNumber,
    /// The day on it.
    pub dated: Date,
    /// Its scan, in the attachment store.
    pub attachment: Option<Sha256>,
    /// What it asks for, line by line of the order.
    pub lines: Vec<InvoiceLine>,
    /// Its total as printed.
    pub total: Money,
}

/// A line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Number of the order's line, from 1.
    pub line: u16,
    /// How much, in base units.
    pub quantity: Quantity,
    /// Price of one base unit.
    pub unit_price: UnitPrice,
}

/// An invoice that agrees with order and deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceMatch {
    /// The invoice.
    pub invoice: DocumentNumber,
    /// What it comes to.
    pub total: Money,
}

/// An invoice that does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The invoice.
    pub invoice: DocumentNumber,
    /// Everything that differs.
    pub differences: Vec<Difference>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Number of the order's line; absent when it concerns the whole invoice.
    pub line: Option<u16>,
    /// What differs.
    pub kind: DifferenceKind,
    /// As order and deliveries have it.
    pub expected: Decimal,
    /// As the invoice has it.
    pub found: Decimal,
}

/// What can differ between order, deliveries and invoice (the three-way match).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DifferenceKind {
    /// More is invoiced than was taken over and not invoiced before, in base units.
    Quantity,
    /// Another unit price than ordered.
    Price,
    /// The printed total is not the sum of the lines.
    Total,
}

/// A payment that may be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentApproval {
    /// The payment's number, unique in this order.
    pub payment: DocumentNumber,
    /// What it is for.
    pub purpose: PaymentPurpose,
    /// How much.
    pub amount: Money,
}

/// What a payment is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentPurpose {
    /// A matched invoice.
    Invoice(DocumentNumber),
    /// An advance, to be recovered from later invoices.
    Advance,
}

/// A payment that was made: a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The approved payment; a payment that nobody approved is recorded, with a discrepancy.
    pub payment: DocumentNumber,
    /// The day the treasury or the bank names.
    pub paid_on: Date,
    /// How much.
    pub amount: Money,
    /// The treasury's or the bank's number.
    pub reference: DocumentNumber,
}

/// Credit that the supplier gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNote {
    /// Its number, unique in this order.
    pub number: DocumentNumber,
    /// The invoice it lowers.
    pub invoice: DocumentNumber,
    /// By how much.
    pub amount: Money,
    /// Why; written for publication.
    pub reason: Text,
}

/// The end of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Why, where something ordered has not come; written for publication.
    pub reason: Option<Text>,
}

/// An order that was called off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// Why; written for publication.
    pub reason: Text,
}

/// A fact that broke a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// `D` and the revision of this event in its stream.
    pub id: DiscrepancyId,
    /// The rule.
    pub rule: BrokenRule,
    /// Number of the order's line, where it concerns one.
    pub line: Option<u16>,
    /// What was allowed or expected: base units, an amount of money, days or persons, by the rule.
    pub expected: Decimal,
    /// What was found.
    pub found: Decimal,
}

/// Rules that a fact can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BrokenRule {
    /// More came than was ordered and had not come.
    AboveOrdered,
    /// Something came that is not on the order.
    NotOrdered,
    /// Another supplier brought it.
    OtherSupplier,
    /// The receipt names another price than the order.
    PriceDiffers,
    /// Goods came after the order was closed or cancelled.
    AfterClosing,
    /// Something was paid that nobody approved, or more than was approved.
    AboveApproved,
    /// Less was taken over than delivered: the inspection rejected something.
    Rejected,
    /// An emergency was approved later than the ruleset allows; in days after its placement.
    ApprovedLate,
    /// A receipt was taken back whose goods are on a matched invoice.
    BelowInvoiced,
    /// More was paid than matched invoices come to when the order was closed: an advance is not recovered.
    AdvanceUnrecovered,
    /// Who approved the payment also recorded it as made: one person where two are needed.
    OwnApproval,
}

/// An answer to a discrepancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscrepancyAnswer {
    /// The discrepancy.
    pub id: DiscrepancyId,
    /// What was found out; written for publication.
    pub answer: Text,
}

impl Placement {
    /// What the order comes to: Σ quantity × unit price, each line rounded once; `None` for more than money can hold, and
    /// where a price is in another currency.
    pub fn total(&self) -> Option<Money> {
        let mut sum = Decimal::ZERO;
        for line in &self.lines {
            let total = line.unit_price.line_total(line.quantity)?;
            (total.currency() == self.currency).then_some(())?;
            sum = sum.checked_add(total.amount())?;
        }
        Money::new(sum, self.currency).ok()
    }
}

impl Event {
    /// The scan that the event names.
    pub const fn attachment(&self) -> Option<Sha256> {
        match self {
            Self::OrderPlaced(placement) => placement.attachment,
            Self::InvoiceRecorded(invoice) => invoice.attachment,
            Self::OrderApproved(_)
            | Self::OrderAcknowledged(_)
            | Self::DeliveryRecorded(_)
            | Self::DeliveryInspected(_)
            | Self::DeliveryReversed(_)
            | Self::InvoiceMatched(_)
            | Self::MismatchFound(_)
            | Self::PaymentApproved(_)
            | Self::PaymentMade(_)
            | Self::CreditNoted(_)
            | Self::OrderClosed(_)
            | Self::OrderCancelled(_)
            | Self::DiscrepancyOpened(_)
            | Self::DiscrepancyAnswered(_) => None,
        }
    }
}
