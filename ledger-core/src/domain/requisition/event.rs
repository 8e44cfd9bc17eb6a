//! What is stored about a requisition: one facility asks another for goods.

use serde::{Deserialize, Serialize};

use crate::domain::values::{
    DocumentNumber, FacilityId, ItemCode, Money, Month, Quantity, Text, TransferId,
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
    /// What it comes to at reference prices, per currency at most one; absent while no item has a reference price. Filled in
    /// by the decision.
    pub value: Option<Money>,
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
    /// Revision of the dispatch in the supplying store's stock stream: a dispatch counts once.
    pub dispatch: u64,
    /// What was sent: each item once.
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

/// Demand that is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetDemand {
    /// Why; written for publication.
    pub reason: Text,
    /// What was asked for and not sent, by item; filled in by the decision.
    pub lines: Vec<ItemQuantity>,
}

/// The end of a requisition that is needed no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Why; written for publication.
    pub reason: Text,
}
