//! What is stored about a plan of needs.

use serde::{Deserialize, Serialize};

use crate::domain::values::{
    Date, FacilityId, ItemCode, Money, Names, OrganizationId, Quantity, TenderId, Text, Withheld,
};

/// Most lines of a plan.
pub const LINES_MAX: usize = 400;

/// What happened to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A need was planned.
    NeedPlanned(Need),
    /// Someone else approved it within the delegated limit.
    PlanApproved(Approval),
    /// It changed: it needs approval again.
    PlanAmended(Amendment),
    /// A tender that carries it out took what it asks for.
    PlanTaken(Taking),
    /// A tender ended: what it used stays taken, the rest is there again.
    PlanSettled(Settlement),
}

/// A planned need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Who will buy.
    pub buyer: OrganizationId,
    /// Its title; written for publication.
    pub title: Names,
    /// The year whose budget pays.
    pub year: u16,
    /// What it is expected to cost; withheld until the tender's bids are opened.
    pub estimate: Withheld<Money>,
    /// What is needed: 1 to [`LINES_MAX`], each item, facility and day once.
    pub lines: Vec<PlanLine>,
}

/// A line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// The item.
    pub item: ItemCode,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
    /// Where.
    pub facility: FacilityId,
    /// By when.
    pub needed_by: Date,
}

/// An approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Revision of what was read and is agreed to.
    pub read: u64,
    /// The approver's delegated limit that day; filled in by the decision.
    pub limit: Option<Money>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Why; written for publication.
    pub reason: Text,
    /// What it is expected to cost from now on.
    pub estimate: Withheld<Money>,
    /// The lines from now on.
    pub lines: Vec<PlanLine>,
}

/// What a tender took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taking {
    /// The tender.
    pub tender: TenderId,
    /// All that it has taken, this and earlier times: 1 to [`LINES_MAX`], each item and place once.
    pub lines: Vec<TakenLine>,
}

/// How much of one item for one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenLine {
    /// The item.
    pub item: ItemCode,
    /// Where it goes.
    pub facility: FacilityId,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
}

/// What an ended tender used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The tender.
    pub tender: TenderId,
    /// What stays taken: none to [`LINES_MAX`].
    pub lines: Vec<TakenLine>,
}
