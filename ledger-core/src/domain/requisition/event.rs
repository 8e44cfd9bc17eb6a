//! What is stored about a requisition: one facility asks another for goods.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::values::{
    DiscrepancyId, DocumentNumber, FacilityId, ItemCode, Money, Month, Quantity, Text, TransferId,
};

/// What happened to a requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A facility asked for goods, for the first time or again after a rejection.
    RequisitionSubmitted(Submission),
    /// Someone approved it: for good where its value is within the approver's delegated limit, else for the next level.
    RequisitionApproved(Approval),
    /// An approver sent it back.
    RequisitionRejected(Rejection),
    /// The supplying store dispatched something for it.
    RequisitionFulfilled(Fulfilment),
    /// The supplying store says what it cannot supply: this demand stays unmet.
    UnmetDemandRecorded(UnmetDemand),
    /// The facility needs it no more.
    RequisitionWithdrawn(Withdrawal),
    /// A fact broke a rule; someone must answer.
    DiscrepancyOpened(Discrepancy),
    /// Someone answered.
    DiscrepancyAnswered(DiscrepancyAnswer),
}

/// A request for goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Its number on paper.
    pub number: DocumentNumber,
    /// Who asks.
    pub from: FacilityId,
    /// The store that is to supply.
    pub supplier: FacilityId,
    /// Regular, for a month, or an emergency.
    pub kind: Kind,
    /// What is asked for: 1 to 200 lines, each item once.
    pub lines: Vec<RequisitionLine>,
}

/// Kinds of requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The regular one of a month.
    Regular(Month),
    /// Out of turn, with its reason; written for publication.
    Emergency(Text),
}

/// A line of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequisitionLine {
    /// The item.
    pub item: ItemCode,
    /// What the facility says it has, in base units.
    pub on_hand: Quantity,
    /// What it asks for, in base units, above zero.
    pub requested: Quantity,
}

/// An approval by one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Level of the approval, from 1; filled in by the decision.
    pub level: u8,
    /// Whether goods may be sent now; filled in by the decision.
    pub complete: bool,
    /// What may be sent, of each line that was asked for; zero refuses the line.
    pub lines: Vec<ApprovedLine>,
    /// What it comes to at reference prices; absent only in imported history, where the lines have no common sum: one has no
    /// reference price, or one in another currency. Filled in by the decision.
    pub value: Option<Money>,
    /// The approver's delegated limit in the value's currency that day; filled in by the decision, absent only in imported
    /// history.
    pub limit: Option<Money>,
}

/// A line of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedLine {
    /// The item.
    pub item: ItemCode,
    /// How much, in base units.
    pub approved: Quantity,
}

/// A rejection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Why; written for publication.
    pub reason: Text,
}

/// Goods dispatched for a requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfilment {
    /// The transfer.
    pub transfer: TransferId,
    /// The store that sent it.
    pub from: FacilityId,
    /// Revision of the dispatch in that store's stock stream: a dispatch counts once.
    pub dispatch: u64,
    /// Where it was sent.
    pub to: FacilityId,
    /// What was sent; the decision makes lines of one item (its batches) one.
    pub lines: Vec<ItemQuantity>,
}

/// An item and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemQuantity {
    /// The item.
    pub item: ItemCode,
    /// How much, in base units.
    pub quantity: Quantity,
}

/// Demand that is not met, and the end of the requisition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetDemand {
    /// Why; written for publication.
    pub reason: Text,
    /// What was approved (before an approval: asked for) and not sent, by item; filled in by the decision.
    pub lines: Vec<ItemQuantity>,
}

/// The end of a requisition that is needed no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
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
    /// What it concerns; where it is the dispatch as a whole, its first item.
    pub item: ItemCode,
    /// How much was allowed or expected, in base units.
    pub expected: Decimal,
    /// How much was found, in base units.
    pub found: Decimal,
}

/// Rules that a fact can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BrokenRule {
    /// More was sent than was approved.
    AboveApproved,
    /// Something was sent that was not asked for.
    NotRequested,
    /// Goods were sent before the approval was complete, or after a rejection.
    NotApproved,
    /// Another store sent it than the one that was asked.
    OtherSupplier,
    /// It was sent to another facility than the one that asks.
    OtherReceiver,
    /// Goods were sent after the requisition was withdrawn, or after the rest was recorded as unmet.
    AfterClosing,
}

/// An answer to a discrepancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscrepancyAnswer {
    /// The discrepancy.
    pub id: DiscrepancyId,
    /// What was found out; written for publication.
    pub answer: Text,
}
