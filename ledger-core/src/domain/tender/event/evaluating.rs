//! What is stored when bids are judged.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::grown::grown;
use crate::domain::values::{
    CriterionId, Date, DocumentNumber, LotId, Money, OrganizationId, Text, Withheld,
};

/// A rejected bid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Disqualification {
    /// Whose bid.
    pub bidder: OrganizationId,
    /// For one lot, or, where absent, as a whole.
    pub lot: Option<LotId>,
    /// The ground.
    pub ground: DisqualificationGround,
    /// In words; written for publication.
    pub reason: Text,
    /// Minutes of the evaluation committee behind it; before the fourth edition of the rules they decide nothing else.
    pub minutes: Option<DocumentNumber>,
}

grown!(Disqualification { bidder, lot, ground, reason; minutes });

impl Disqualification {
    /// Whether its bidder takes the opened bid back.
    pub fn is_withdrawal(&self) -> bool {
        self.ground == DisqualificationGround::WithdrawnAfterOpening
    }
}

/// Grounds of rejection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DisqualificationGround {
    /// A requirement is not met, or too few points were reached.
    Criterion(CriterionId),
    /// The bid security is missing or was not verified.
    Security,
    /// The offer for a lot does not cover all that is asked, and quantities may not be split.
    Incomplete,
    /// An abnormally low price was not explained.
    LowPrice,
    /// The bidder does not accept the correction of an arithmetic error.
    CorrectionRefused,
    /// The bidder was debarred.
    Debarred,
    /// The bidder withdrew after opening; from the third edition of the rules on it says so itself.
    WithdrawnAfterOpening,
    /// A false statement was found.
    FalseStatement,
    /// It binds its bidder no more, who did not extend it.
    Lapsed,
}

/// A bidder lets its bid bind longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidityExtension {
    /// Whose bid: its own.
    pub bidder: OrganizationId,
    /// Last day on which it binds from now on.
    pub until: Date,
}

/// Points of a bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoring {
    /// Whose bid.
    pub bidder: OrganizationId,
    /// Points per rated criterion, each once; withheld until the bidders are notified.
    pub scores: Withheld<Scores>,
}

/// Points per rated criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores(pub Vec<Score>);

/// Points of one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The criterion.
    pub criterion: CriterionId,
    /// The points, 0 to its most.
    pub points: Decimal,
}

/// The result of the technical evaluation, by minutes of the evaluation committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicalResult {
    /// The minutes, signed by a quorum.
    pub minutes: DocumentNumber,
    /// Bids that go on; filled in by the decision, in the order of bidders' ids.
    pub accepted: Vec<AcceptedBid>,
}

/// A bid that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedBid {
    /// Whose.
    pub bidder: OrganizationId,
}

/// A corrected arithmetic error: the unit price stands, the total follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Whose bid.
    pub bidder: OrganizationId,
    /// The lot.
    pub lot: LotId,
    /// As the bid says; filled in by the decision.
    pub before: Option<Money>,
    /// Σ quantity × unit price, rounded per line; filled in by the decision.
    pub after: Option<Money>,
}

/// An abnormally low price, explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowBid {
    /// Whose bid.
    pub bidder: OrganizationId,
    /// The lot.
    pub lot: LotId,
    /// What the bidder says; written for publication.
    pub explanation: Text,
    /// Whether the committee is satisfied.
    pub accepted: bool,
}
