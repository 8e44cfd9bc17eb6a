//! Stock documents: what is stored. A document has 1 to 200 lines; what is recorded here is also what is commanded, so
//! one type serves both.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::shapes::{Document, LineIn, LineOut, StockKey};
use crate::domain::values::{
    Batch, Code, CountId, Date, DiscrepancyId, DocumentNumber, EffectiveAt, FacilityId, ItemCode,
    Money, Month, OfficialId, OrderId, OrganizationId, Quantity, RequisitionId, ReservationId,
    Text, TransferId,
};

/// What happened to the stock of one facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// What was on the shelves when the ledger began there.
    OpeningBalanceDeclared(Opening),
    /// Goods came from outside; provisional until inspected where the item needs it.
    StockReceived(Receipt),
    /// An inspector accepted or rejected a provisional receipt.
    StockAccepted(Acceptance),
    /// Goods were handed out to be used, or into someone's custody.
    StockIssued(Issue),
    /// Goods left for another facility.
    StockDispatched(Dispatch),
    /// Goods came from another facility.
    StockArrived(Arrival),
    /// Goods came back, or went back to their supplier.
    StockReturned(Return),
    /// The book was corrected, with a reason.
    StockAdjusted(Adjustment),
    /// One person counted.
    CountProposed(CountProposal),
    /// Another approved the count: the balance is what was counted, from when it was counted.
    CountApproved(CountApproval),
    /// Goods were lost or destroyed.
    StockWrittenOff(WriteOff),
    /// Usable stock was set aside.
    StockReserved(Reservation),
    /// What is left of a reservation was given back.
    ReservationReleased(ReservationRelease),
    /// A batch may not be used until released.
    BatchQuarantined(BatchStep),
    /// A quarantined batch may be used again.
    BatchReleased(BatchStep),
    /// A batch may never be used again.
    BatchRecalled(BatchStep),
    /// Goods were packed anew; base units and value stay.
    StockRepacked(Repack),
    /// A document of this stream was entered wrongly; its lines no longer count.
    DocumentReversed(Reversal),
    /// The keeper reported a month; nil when nothing moved.
    PeriodReported(PeriodReport),
    /// A month was closed: nothing is recorded into it but marked prior-period adjustments.
    PeriodClosed(PeriodClose),
    /// A fact broke a rule; someone must answer.
    DiscrepancyOpened(Discrepancy),
    /// Someone answered.
    DiscrepancyAnswered(DiscrepancyAnswer),
}

/// An opening balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The paper.
    pub document: Document,
    /// What was there.
    pub lines: Vec<LineIn>,
}

/// A receipt from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The paper.
    pub document: Document,
    /// Where from.
    pub source: Source,
    /// Waits for inspection: not usable until accepted.
    pub provisional: bool,
    /// What came.
    pub lines: Vec<LineIn>,
}

impl Receipt {
    /// The order that the goods are delivered against.
    pub const fn order(&self) -> Option<&OrderId> {
        match &self.source {
            Source::Supplier { order, .. } => order.as_ref(),
            Source::Donor { .. } | Source::Production | Source::Unstated => None,
        }
    }
}

/// Where a receipt comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A supplier, with the order it delivers.
    Supplier {
        /// The supplier.
        organization: OrganizationId,
        /// The order that the goods are delivered against.
        order: Option<OrderId>,
    },
    /// A donor.
    Donor {
        /// Its name.
        name: Text,
    },
    /// Made here.
    Production,
    /// Imported history does not say.
    Unstated,
}

/// The inspection of a provisional receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The paper.
    pub document: Document,
    /// Revision of the receipt in this stream.
    pub receipt: u64,
    /// The order that the receipt was against; filled in by the decision, so that the event stands alone.
    pub order: Option<OrderId>,
    /// What was found.
    pub lines: Vec<AcceptanceLine>,
}

/// A line of an inspection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptanceLine {
    /// What, as received.
    pub key: StockKey,
    /// Usable from now on.
    pub accepted: Quantity,
    /// Not taken into stock.
    pub rejected: Quantity,
    /// Why rejected.
    pub reason: Option<Text>,
}

/// Goods handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The paper.
    pub document: Document,
    /// To whom.
    pub to: Recipient,
    /// What.
    pub lines: Vec<LineOut>,
}

/// Who gets goods to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recipient {
    /// Patients; who they are is never recorded.
    Patients,
    /// A ward, department or class room.
    Unit(Code),
    /// An official, into custody: a durable is not consumed.
    Custody(OfficialId),
    /// Imported history does not say; consumed.
    Unstated,
}

/// Goods sent to another facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The paper.
    pub document: Document,
    /// The transfer it opens; absent only in imported history.
    pub transfer: Option<TransferId>,
    /// Where to; absent only in imported history.
    pub to: Option<FacilityId>,
    /// Last day on which it should arrive; absent when nobody said.
    pub due: Option<Date>,
    /// The requisition that it fulfils.
    pub requisition: Option<RequisitionId>,
    /// What.
    pub lines: Vec<LineOut>,
}

/// Goods come from another facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The paper.
    pub document: Document,
    /// The transfer it settles; absent only in imported history.
    pub transfer: Option<TransferId>,
    /// Where from; absent only in imported history.
    pub from: Option<FacilityId>,
    /// What.
    pub lines: Vec<ArrivalLine>,
}

/// A line of an arrival: shipped = accepted + rejected + lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivalLine {
    /// What.
    pub key: StockKey,
    /// The batch's expiry.
    pub expiry: Option<Date>,
    /// As the sender's paper says.
    pub shipped: Quantity,
    /// Taken into stock.
    pub accepted: Quantity,
    /// Sent back or destroyed.
    pub rejected: Quantity,
    /// Never arrived.
    pub lost: Quantity,
    /// Why rejected or lost.
    pub reason: Option<Text>,
}

/// Goods come or go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The paper.
    pub document: Document,
    /// From whom or to whom.
    pub route: ReturnRoute,
    /// What.
    pub lines: Vec<ReturnLine>,
}

/// A line of a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// What.
    pub key: StockKey,
    /// The batch's expiry, where the batch is new here.
    pub expiry: Option<Date>,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
}

/// Goods that come or go back as they went out.
impl From<LineOut> for ReturnLine {
    fn from(line: LineOut) -> Self {
        Self {
            key: line.key,
            expiry: None,
            quantity: line.quantity,
        }
    }
}

/// The way of a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnRoute {
    /// In, from a ward, department or class room.
    FromUnit(Code),
    /// In, out of an official's custody.
    FromCustody(OfficialId),
    /// In; imported history does not say from whom.
    FromUnstated,
    /// Out, to a supplier.
    ToSupplier(OrganizationId),
}

/// A correction of the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// The paper.
    pub document: Document,
    /// Why; written for publication.
    pub reason: Text,
    /// The closed month it concerns: a marked prior-period adjustment.
    pub prior_period: Option<Month>,
    /// What.
    pub lines: Vec<AdjustmentLine>,
}

/// A line of an adjustment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentLine {
    /// What.
    pub key: StockKey,
    /// The batch's expiry, where the batch is new here.
    pub expiry: Option<Date>,
    /// Base units more (positive) or less (negative), never zero.
    pub amount: Decimal,
}

/// A count by one person; changes nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountProposal {
    /// The count.
    pub count: CountId,
    /// The paper.
    pub document: Document,
    /// What was found.
    pub lines: Vec<CountLine>,
}

/// A line of a count: an absolute statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountLine {
    /// What.
    pub key: StockKey,
    /// The batch's expiry, where the batch is new here.
    pub expiry: Option<Date>,
    /// Base units found.
    pub counted: Quantity,
}

/// A count approved by another person; repeats the lines so that the event stands alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountApproval {
    /// The count.
    pub count: CountId,
    /// When it was counted: the balance is stated from then on.
    pub counted_at: EffectiveAt,
    /// What was found.
    pub lines: Vec<CountLine>,
}

/// Goods lost or destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOff {
    /// The paper.
    pub document: Document,
    /// Why.
    pub reason: LossReason,
    /// Whose custody the goods were in; absent when they were on the shelf.
    pub custody: Option<OfficialId>,
    /// What.
    pub lines: Vec<LineOut>,
}

/// Reasons of loss (those of `OpenLMIS`; open-vial limit after WHO's multi-dose vial policy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LossReason {
    /// Past its expiry.
    Expired,
    /// Damaged.
    Damaged,
    /// Lost.
    Lost,
    /// Stolen.
    Stolen,
    /// Open longer than allowed.
    OpenVialLimit,
    /// Was not kept cold.
    ColdChainFailure,
    /// Recalled and destroyed.
    Recalled,
    /// A durable at the end of its life.
    Scrapped,
}

/// Usable stock set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The reservation.
    pub reservation: ReservationId,
    /// For what; written for publication.
    pub purpose: Text,
    /// What.
    pub lines: Vec<LineOut>,
}

/// The end of a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservationRelease {
    /// The reservation.
    pub reservation: ReservationId,
}

/// A step in the life of a batch, for all programmes of this store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchStep {
    /// The item.
    pub item: ItemCode,
    /// The batch.
    pub batch: Batch,
    /// The order or notice behind it.
    pub authority: DocumentNumber,
    /// Why; written for publication.
    pub reason: Text,
}

/// Goods packed anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repack {
    /// The paper.
    pub document: Document,
    /// What.
    pub lines: Vec<RepackLine>,
}

/// A line of a repacking: `from_pack · from_packs = to_pack · to_packs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepackLine {
    /// What is opened.
    pub from: StockKey,
    /// Base units in an opened pack.
    pub from_pack: Quantity,
    /// Packs opened.
    pub from_packs: Quantity,
    /// What it becomes: the same item, another batch number or programme.
    pub to: StockKey,
    /// Base units in a new pack.
    pub to_pack: Quantity,
    /// New packs.
    pub to_packs: Quantity,
    /// The expiry that moves along; filled in by the decision.
    pub expiry: Option<Date>,
    /// Value that moves along, the same on both sides.
    pub value: Option<Money>,
}

impl RepackLine {
    /// Base units moved, as the opened packs say.
    pub fn base_units(&self) -> Decimal {
        self.from_pack.get().saturating_mul(self.from_packs.get())
    }
}

/// A wrongly entered document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The paper.
    pub document: Document,
    /// Revision of the document in this stream.
    pub original: u64,
    /// Why; written for publication.
    pub reason: Text,
    /// The keys it touched, so that the event stands alone.
    pub keys: Vec<StockKey>,
    /// The order that a receipt was against; filled in by the decision, so that the event stands alone.
    pub order: Option<OrderId>,
}

/// A month reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodReport {
    /// The month.
    pub period: Month,
    /// Nothing moved.
    pub nil: bool,
}

/// A month closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodClose {
    /// The month.
    pub period: Month,
}

/// A fact that broke a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// `D` and the revision of this event in its stream.
    pub id: DiscrepancyId,
    /// The rule.
    pub rule: BrokenRule,
    /// Revision of the document in this stream that broke it.
    pub document: u64,
    /// What it concerns.
    pub key: StockKey,
    /// How much was allowed or expected, in base units.
    pub expected: Decimal,
    /// How much was found, in base units.
    pub found: Decimal,
}

/// Rules that a fact can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BrokenRule {
    /// More was handed out than was usable.
    AboveUsable,
    /// Expired goods were handed out.
    Expired,
    /// Quarantined or recalled goods were handed out.
    Blocked,
    /// Not the batch that expires first, without a reason.
    NotFirstExpiry,
    /// The receipt names another expiry than earlier ones of the batch.
    ExpiryDiffers,
    /// An inspection or arrival rejected or lost something.
    ShortOrRejected,
    /// A count found less than is reserved.
    BelowReserved,
    /// A count found another balance than the book.
    CountDiffers,
    /// More came out of custody than was in it.
    AboveCustody,
    /// An item that is not in the catalogue, or a closed facility, moved.
    Unregistered,
    /// Batch or expiry is missing where the item needs it.
    TrackingMissing,
    /// More was taken from a reservation than it held, or the reservation does not stand.
    AboveReservation,
    /// Goods arrived before under the same transfer: expected is what was still known in transit, found what the paper says.
    TransferRepeated,
    /// The arrival's paper names another shipped quantity than the sender's dispatch.
    ShippedDiffers,
}

/// An answer to a discrepancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscrepancyAnswer {
    /// The discrepancy.
    pub id: DiscrepancyId,
    /// What was found out; written for publication.
    pub answer: Text,
}

impl Event {
    /// The paper behind the event, where it has one.
    pub const fn document(&self) -> Option<&Document> {
        match self {
            Self::OpeningBalanceDeclared(it) => Some(&it.document),
            Self::StockReceived(it) => Some(&it.document),
            Self::StockAccepted(it) => Some(&it.document),
            Self::StockIssued(it) => Some(&it.document),
            Self::StockDispatched(it) => Some(&it.document),
            Self::StockArrived(it) => Some(&it.document),
            Self::StockReturned(it) => Some(&it.document),
            Self::StockAdjusted(it) => Some(&it.document),
            Self::CountProposed(it) => Some(&it.document),
            Self::StockWrittenOff(it) => Some(&it.document),
            Self::StockRepacked(it) => Some(&it.document),
            Self::DocumentReversed(it) => Some(&it.document),
            Self::CountApproved(_)
            | Self::StockReserved(_)
            | Self::ReservationReleased(_)
            | Self::BatchQuarantined(_)
            | Self::BatchReleased(_)
            | Self::BatchRecalled(_)
            | Self::PeriodReported(_)
            | Self::PeriodClosed(_)
            | Self::DiscrepancyOpened(_)
            | Self::DiscrepancyAnswered(_) => None,
        }
    }

    /// The keys of the lines of a document, in line order; empty for what has no lines.
    pub fn keys(&self) -> Vec<&StockKey> {
        match self {
            Self::OpeningBalanceDeclared(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockReceived(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockAccepted(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockIssued(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockDispatched(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockArrived(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockReturned(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockAdjusted(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::CountProposed(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::CountApproved(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockWrittenOff(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockReserved(it) => it.lines.iter().map(|l| &l.key).collect(),
            Self::StockRepacked(it) => it.lines.iter().flat_map(|l| [&l.from, &l.to]).collect(),
            Self::DocumentReversed(it) => it.keys.iter().collect(),
            Self::DiscrepancyOpened(it) => vec![&it.key],
            Self::ReservationReleased(_)
            | Self::BatchQuarantined(_)
            | Self::BatchReleased(_)
            | Self::BatchRecalled(_)
            | Self::PeriodReported(_)
            | Self::PeriodClosed(_)
            | Self::DiscrepancyAnswered(_) => Vec::new(),
        }
    }
}
