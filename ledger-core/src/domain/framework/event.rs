//! What is stored about a framework agreement.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::order::Placement;
use crate::domain::values::{
    Code, Currency, Date, DocumentNumber, FacilityId, ItemCode, LotId, OrderId, OrganizationId,
    Quantity, TenderId, Text, UnitPrice,
};

/// Most suppliers of one lot: a lot with all their prices is one event.
pub const SUPPLIERS_MAX: usize = 5;

/// Most lines of one call-off: as many as an order has.
pub const CALL_OFF_LINES_MAX: usize = crate::domain::order::LINES_MAX;

/// What happened to a framework agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was concluded; its lots follow in the same decision.
    FrameworkConcluded(Conclusion),
    /// What was agreed on one lot; follows the conclusion.
    FrameworkLotAgreed(LotAgreement),
    /// Goods were called off: a policy places the order.
    CallOffMade(CallOff),
    /// What was called off can be called off again: its order was cancelled.
    CallOffReleased(Release),
    /// A supplier is not called for the time being.
    FrameworkPlaceSuspended(PlaceChange),
    /// A suspended supplier can be called again.
    FrameworkPlaceReinstated(PlaceChange),
    /// A supplier is called no more.
    FrameworkPlaceEnded(PlaceChange),
    /// Someone proposed to end the agreement before its term.
    FrameworkTerminationProposed(TerminationProposal),
    /// Someone else agreed: nothing is called off any more.
    FrameworkTerminated(Termination),
}

/// A concluded agreement. All of it follows from the tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// The tender that awarded it; the agreement bears its id, so that a tender concludes one at most.
    pub tender: TenderId,
    /// Who buys.
    pub buyer: OrganizationId,
    /// Currency of all prices.
    pub currency: Currency,
    /// Terms of delivery (Incoterms), such as `DDP`.
    pub delivery: Code,
    /// First day on which goods can be called off: that of the conclusion.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

/// What was agreed on one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotAgreement {
    /// The tender's lot.
    pub lot: LotId,
    /// What can be called off, numbered as in the tender.
    pub lines: Vec<AgreedLine>,
    /// Who supplies, best first: 1 to [`SUPPLIERS_MAX`].
    pub suppliers: Vec<AgreedSupplier>,
}

/// A line of an agreed lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedLine {
    /// The item.
    pub item: ItemCode,
    /// Most that is called off, from all suppliers together, in base units.
    pub ceiling: Quantity,
    /// Where it is delivered.
    pub facility: FacilityId,
    /// Last day of delivery where a call-off names none, in days after it.
    pub delivery_days: u16,
}

/// A supplier of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedSupplier {
    /// Who.
    pub supplier: OrganizationId,
    /// Highest price of a base unit, line by line.
    pub unit_prices: Vec<UnitPrice>,
}

/// A call-off: one order to one supplier, from one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOff {
    /// The order that it places.
    pub order: OrderId,
    /// The order's number on paper.
    pub number: DocumentNumber,
    /// Who is called.
    pub supplier: OrganizationId,
    /// From which lot.
    pub lot: LotId,
    /// What is called off: 1 to [`CALL_OFF_LINES_MAX`].
    pub lines: Vec<CalledLine>,
    /// Why another than the best that can be called; written for publication.
    pub justification: Option<Text>,
    /// The order as it is placed; filled in by the decision.
    pub placement: Option<Arc<Placement>>,
}

/// A line of a call-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledLine {
    /// The lot's line, from 1.
    pub line: u16,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
    /// Price of a base unit: the agreed one or a lower one.
    pub unit_price: UnitPrice,
    /// Last day of delivery; that of the agreed days where absent.
    pub due: Option<Date>,
}

/// A call-off without an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The order that it named.
    pub order: OrderId,
}

/// A change of a supplier's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceChange {
    /// Whose.
    pub supplier: OrganizationId,
    /// Why; written for publication.
    pub reason: Text,
}

/// A proposed end before the term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminationProposal {
    /// Why; written for publication.
    pub reason: Text,
}

/// An agreed end before the term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Termination {
    /// Revision of the proposal that was read and is agreed to.
    pub proposal: u64,
}
