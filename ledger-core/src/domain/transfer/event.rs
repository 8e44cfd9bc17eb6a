//! What is stored about a transfer: goods between two stores are in an account of their own.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::stock::StockKey;
use crate::domain::values::{
    Date, DiscrepancyId, DocumentNumber, FacilityId, Quantity, RequisitionId, Text,
};

/// What happened to a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Goods left the sender. A transfer of many lines leaves with several documents.
    TransferDispatched(Shipment),
    /// Goods came to the receiver, or were found lost or bad.
    TransferArrived(Receipt),
    /// Nothing is in transit any more: everything is settled, or what is missing was given up.
    TransferClosed(Closure),
    /// A fact broke a rule; someone must answer.
    DiscrepancyOpened(Discrepancy),
    /// Someone answered.
    DiscrepancyAnswered(DiscrepancyAnswer),
}

/// A stock document of one of the two stores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentRef {
    /// The store.
    pub facility: FacilityId,
    /// Revision of the document in the store's stock stream.
    pub revision: u64,
}

/// A dispatch, as the sender recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The sender's document.
    pub dispatch: DocumentRef,
    /// Its paper.
    pub number: DocumentNumber,
    /// Where to.
    pub to: FacilityId,
    /// The day it left, on the wall there.
    pub dispatched_on: Date,
    /// Last day on which it should arrive; absent when nobody said.
    pub due: Option<Date>,
    /// The requisition that it fulfils.
    pub requisition: Option<RequisitionId>,
    /// What left.
    pub lines: Vec<ShipmentLine>,
}

/// A line of a dispatch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentLine {
    /// What.
    pub key: StockKey,
    /// How much, in base units.
    pub quantity: Quantity,
}

/// An arrival, as the receiver recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The receiver's document.
    pub arrival: DocumentRef,
    /// Its paper.
    pub number: DocumentNumber,
    /// Where from, as the receiver's paper says.
    pub from: FacilityId,
    /// The day it came, on the wall there.
    pub arrived_on: Date,
    /// What came.
    pub lines: Vec<ReceiptLine>,
}

/// A line of an arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// What.
    pub key: StockKey,
    /// Taken into stock.
    pub accepted: Quantity,
    /// Sent back or destroyed.
    pub rejected: Quantity,
    /// Never arrived.
    pub lost: Quantity,
    /// Why rejected or lost; written for publication.
    pub reason: Option<Text>,
}

/// The end of a transfer. What does not fit into one event is given up by several in a row, each of 200 lines but the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Why, where something is missing; written for publication.
    pub reason: Option<Text>,
    /// What was still in transit and is given up as lost; filled in by the decision.
    pub lost: Vec<ShipmentLine>,
}

/// A fact that broke a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// `D` and the revision of this event in its stream.
    pub id: DiscrepancyId,
    /// The rule.
    pub rule: BrokenRule,
    /// What it concerns; where it is the document as a whole, its first line.
    pub key: StockKey,
    /// How much was allowed or expected, in base units.
    pub expected: Decimal,
    /// How much was found, in base units.
    pub found: Decimal,
}

/// Rules that a fact can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BrokenRule {
    /// More was settled than is in transit: it never left, or had arrived before.
    AboveInTransit,
    /// It arrived at another store than it was sent to.
    OtherReceiver,
    /// The receiver names another sender.
    OtherSender,
    /// The receiver lost or rejected something.
    ShortOrRejected,
    /// Goods arrived after the transfer was closed.
    AfterClosing,
    /// A dispatch under the number of another sender's or receiver's transfer.
    OtherRoute,
}

/// An answer to a discrepancy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscrepancyAnswer {
    /// The discrepancy.
    pub id: DiscrepancyId,
    /// What was found out; written for publication.
    pub answer: Text,
}
