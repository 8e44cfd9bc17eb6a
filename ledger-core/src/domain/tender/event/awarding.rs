//! What is stored about awards and the end of a tender.

use serde::{Deserialize, Serialize};

use crate::domain::grown::grown;
use crate::domain::values::{DocumentNumber, LotId, Money, OrganizationId, Quantity, Text};
use crate::time::Timestamp;

/// A proposed award of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The lot.
    pub lot: LotId,
    /// Minutes of the evaluation committee, signed by a quorum.
    pub minutes: DocumentNumber,
    /// The acceptable bids, best first; filled in by the decision from the published criteria. By what they are ranked shows
    /// only when the scores are disclosed: with the prices, which are public, it would give them away.
    pub ranking: Vec<Ranked>,
    /// Who gets what: the whole lot by one, or, where quantities may split, several; under a framework agreement the first few of
    /// the ranking, each the whole lot.
    pub winners: Vec<Winner>,
    /// Who follows when a winner falls.
    pub reserve: Option<OrganizationId>,
    /// Why another than the best wins; written for publication. Such an award is flagged.
    pub departure: Option<Text>,
}

/// A bid in the ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    /// Whose.
    pub bidder: OrganizationId,
    /// Its price of the lot, corrected.
    pub price: Money,
}

/// A winner of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// Who.
    pub bidder: OrganizationId,
    /// Quantities by line; empty for all that was offered.
    pub lines: Vec<WonLine>,
    /// What it comes to; filled in by the decision. Absent under a framework agreement: nothing is bought before it is called off.
    pub value: Option<Money>,
}

/// How much of a line is awarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WonLine {
    /// The line, from 1.
    pub line: u16,
    /// How much, in base units, above zero.
    pub quantity: Quantity,
}

/// The approval of a proposed award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardApproval {
    /// The lot.
    pub lot: LotId,
    /// Revision of the proposal that was read and is agreed to.
    pub proposal: u64,
    /// What the winners' shares come to, under a framework agreement the most that can be called off; filled in by the decision.
    pub value: Option<Money>,
    /// The approver's delegated limit that day; filled in by the decision.
    pub limit: Option<Money>,
}

/// A lot without a winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotFailure {
    /// The lot.
    pub lot: LotId,
    /// Why; written for publication.
    pub reason: Text,
}

/// All bidders were told of the decisions on all lots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Until when nothing may be signed; filled in by the decision from the ruleset.
    pub standstill_until: Option<Timestamp>,
}

/// The end of standstill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandstillEnd {
    /// When it ended.
    pub ended_at: Timestamp,
}

/// A fallen award: its lot goes back to evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardCancellation {
    /// The lot.
    pub lot: LotId,
    /// Why; written for publication.
    pub reason: Text,
}

/// The buyer gives the tender up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ending {
    /// The ground (Prozorro's reasons).
    pub ground: CancellationGround,
    /// In words; written for publication.
    pub reason: Text,
    /// Revision of the proposal that was approved; filled in by the decision. Absent where one person was enough.
    pub proposal: Option<u64>,
}

grown!(Ending { ground, reason; proposal });

/// The buyer proposes to give a published tender up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancellationProposal {
    /// The ground.
    pub ground: CancellationGround,
    /// In words; written for publication.
    pub reason: Text,
}

/// What is commanded to approve it; what happened is the [`Ending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancellationApproval {
    /// Revision of the proposal that was read and is agreed to.
    pub proposal: u64,
}

/// Grounds on which a tender is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CancellationGround {
    /// It is needed no more.
    NoDemand,
    /// A breach that cannot be mended.
    Unfixable,
    /// Force majeure.
    ForceMajeure,
    /// Expenses were cut.
    ExpensesCut,
}

/// A tender without a winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why; filled in by the decision.
    pub cause: Option<FailureCause>,
}

/// Why a tender found no winner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FailureCause {
    /// Nobody bid.
    NoBids,
    /// No bid could be opened, or none was acceptable.
    NoValidBids,
    /// No lot found a winner.
    NoAward,
    /// No bid was read, and envelopes that may have held bids could not be listed: their withheld parts were lost, or a rule refused
    /// them.
    BidsLost,
}

/// The end of a tender with at least one winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What was awarded in all; filled in by the decision.
    pub value: Option<Money>,
}
