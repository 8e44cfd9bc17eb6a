//! What the view knows of one tender: what its public events say, folded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::tender::{
    Against, Award, AwardBy, CancellationGround, Committees, ComplaintOutcome, Criterion,
    DisqualificationGround, Draft, EnvelopePart, FailureCause, FrameworkTerms, Invitation, LotLine,
    Participant, Procedure, Score, Standing, Terms, VoidReason,
};
use sijill_ledger_core::domain::values::{
    ComplaintId, Currency, Date, DocumentNumber, DocumentRef, EnvelopeId, LotId, Money, Names,
    OrganizationId, PlanId, Quantity, SecurityId, TenderId, Text, UnitPrice,
};
use sijill_ledger_core::event::ActorId;
use sijill_ledger_core::time::Timestamp;

use super::stage::Stage;
use super::step::{Mark, Step};

/// One tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: TenderId,
    /// Its title.
    pub title: Names,
    /// Who buys.
    pub buyer: OrganizationId,
    /// How suppliers are sought.
    pub procedure: Procedure,
    /// The plan that it carries out.
    pub plan: Option<PlanId>,
    /// Currency of all prices.
    pub currency: Currency,
    /// Terms under which prices compare.
    pub terms: Terms,
    /// What is required, and what decides.
    pub criteria: Vec<Criterion>,
    /// How bids are ranked.
    pub award_by: AwardBy,
    /// Who buys with the buyer.
    pub participants: Vec<Participant>,
    /// Who is asked and why, where not anyone may bid; of a selective tender its publication says who.
    pub invitation: Option<Invitation>,
    /// The terms of the framework agreement that its awards conclude.
    pub framework: Option<FrameworkTerms>,
    /// Tender documents, as they stand.
    pub documents: Vec<DocumentRef>,
    /// The lots, in the order in which they were added.
    pub lots: Vec<Lot>,
    /// Its committees.
    pub committees: Option<Committees>,
    /// How far it has come.
    pub stage: Stage,
    /// The stages it has stood in, in the order of the log; the last is the one in which it stands.
    pub stays: Vec<Stay>,
    /// When what happened.
    pub times: Times,
    /// How many amendments there were.
    pub amendments: u16,
    /// Deadlines moved, by amendments, extensions and outages.
    pub deadline_moves: u16,
    /// How many entries were stamped before the deadline and not seen by witnesses in time; `None` where the rules named none, or it is
    /// not on record.
    pub outside_witness: Option<u64>,
    /// Questions: how many were asked, how many answered.
    pub questions: (u32, u32),
    /// Envelopes, from the list on.
    pub envelopes: BTreeMap<EnvelopeId, Envelope>,
    /// Bids by bidder, from the list on.
    pub bids: BTreeMap<OrganizationId, Bid>,
    /// Complaints, by their ids.
    pub complaints: BTreeMap<ComplaintId, Complaint>,
    /// Awards that fell after their approval.
    pub fallen: Vec<Fallen>,
    /// How it ended.
    pub end: Option<End>,
    /// Every step, in the order of the log.
    pub steps: Vec<Step>,
}

/// A stay in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The stage.
    pub stage: Stage,
    /// The event that began it.
    pub since: Mark,
    /// Version of the ruleset in force then; `None` for the built-in parameters.
    pub ruleset: Option<u32>,
}

/// Instants of a tender: the latest of each, where a step was taken again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Drafted.
    pub drafted: Option<Mark>,
    /// Approved as it is.
    pub approved: Option<Mark>,
    /// Published.
    pub published: Option<Mark>,
    /// Until when questions are taken.
    pub enquiries_until: Option<Timestamp>,
    /// The deadline, as it stands.
    pub closes_at: Option<Timestamp>,
    /// Bidding was closed.
    pub closed: Option<Mark>,
    /// The list of envelopes was complete.
    pub listed: Option<Mark>,
    /// The first envelope was opened.
    pub first_opened: Option<Mark>,
    /// The technical result was approved.
    pub technical_result: Option<Mark>,
    /// Bidders were notified.
    pub notified: Option<Mark>,
    /// Until when nothing may be signed.
    pub standstill_until: Option<Timestamp>,
    /// Standstill was ended.
    pub standstill_ended: Option<Mark>,
    /// The tender ended.
    pub ended: Option<Mark>,
}

/// A lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its id in the tender.
    pub id: LotId,
    /// Its title.
    pub title: Names,
    /// What is asked for, numbered from 1 in this order, as it stands.
    pub lines: Vec<LotLine>,
    /// What it is expected to cost.
    pub estimate: Option<Sealed<Money>>,
    /// How far it has come.
    pub state: LotState,
}

/// Content that is withheld until a step discloses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed<T> {
    /// Log index of the event that commits to it.
    pub index: u64,
    /// The content and where it was disclosed; `None` while it is withheld.
    pub disclosed: Option<(T, Mark)>,
    /// It was erased on a legal order.
    pub erased: bool,
}

impl<T> Sealed<T> {
    /// Committed to by the event at an index.
    pub const fn new(index: u64) -> Self {
        Self {
            index,
            disclosed: None,
            erased: false,
        }
    }

    /// The content, once disclosed.
    pub fn content(&self) -> Option<&T> {
        self.disclosed.as_ref().map(|(content, _)| content)
    }
}

/// How far a lot has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LotState {
    /// Nothing is decided.
    Open,
    /// An award is proposed.
    Proposed(Box<Proposed>),
    /// It is awarded.
    Awarded(Box<Awarded>),
    /// It found no winner.
    Failed {
        /// Why.
        reason: Text,
        /// Where that was decided.
        mark: Mark,
    },
}

/// A proposed award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The award, with its ranking.
    pub award: Award,
    /// Where it was proposed.
    pub mark: Mark,
}

/// An approved award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awarded {
    /// The award, with its ranking.
    pub award: Award,
    /// Where it was proposed.
    pub proposed: Mark,
    /// Where it was approved.
    pub approved: Mark,
    /// What the winners' shares come to.
    pub value: Option<Money>,
}

/// An award that fell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallen {
    /// The award as it was approved.
    pub awarded: Awarded,
    /// Where it fell.
    pub mark: Mark,
    /// Why.
    pub reason: Text,
}

/// An envelope on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Whose.
    pub bidder: OrganizationId,
    /// What it holds.
    pub part: EnvelopePart,
    /// When it was sealed.
    pub sealed_at: Option<Timestamp>,
    /// What became of it by the deadline.
    pub standing: Option<Standing>,
    /// Whether it was opened.
    pub lid: Lid,
    /// Where it was listed.
    pub listed: Mark,
}

/// Whether an envelope was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lid {
    /// Not yet.
    Closed,
    /// It was.
    Opened(Mark),
    /// It holds no bid.
    Void {
        /// Why.
        reason: Option<VoidReason>,
        /// Where that was found.
        mark: Mark,
    },
}

/// A bidder's bid, as far as it is public.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bid {
    /// Lots of its technical bid, once that is open.
    pub lots: Option<Vec<LotId>>,
    /// The bid security that its technical bid names.
    pub security: Option<SecurityId>,
    /// Last day on which it binds, where its bidder extended that; else the tender's terms say it.
    pub binds_until: Option<Date>,
    /// Its points: withheld until the bidders are notified.
    pub scores: Option<Sealed<Vec<Score>>>,
    /// The technical result accepted it.
    pub accepted: bool,
    /// It was rejected as a whole.
    pub rejected: Option<Rejection>,
    /// Lots for which it was rejected.
    pub rejected_lots: BTreeMap<LotId, Rejection>,
    /// What it offers, by lot, once its financial bid is open.
    pub offers: BTreeMap<LotId, Offer>,
    /// Where its financial bid was opened.
    pub priced: Option<Mark>,
}

/// Why a bid was rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The ground.
    pub ground: DisqualificationGround,
    /// In words.
    pub reason: Text,
    /// The committee's minutes behind it.
    pub minutes: Option<DocumentNumber>,
    /// Where it was decided.
    pub mark: Mark,
}

/// What a bid offers for a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// By line, from 1: how much, and the price of a base unit.
    pub lines: BTreeMap<u16, (Quantity, UnitPrice)>,
    /// What the bidder says it comes to.
    pub stated: Option<Money>,
    /// What it comes to: Σ quantity × unit price, rounded per line; `None` for more than money can hold.
    pub price: Option<Money>,
    /// Where an arithmetic error was corrected.
    pub corrected: Option<Mark>,
    /// Whether the committee was satisfied with the explanation of its low price.
    pub explained: Option<bool>,
}

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Against what.
    pub against: Against,
    /// Who filed it: a bidder, or before bids are opened a key made for this tender.
    pub by: ActorId,
    /// The grounds.
    pub grounds: Text,
    /// Where it was filed.
    pub filed: Mark,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The review body has not decided.
    Pending,
    /// It has.
    Decided {
        /// What.
        outcome: ComplaintOutcome,
        /// Number of the decision.
        decision: DocumentNumber,
        /// In words.
        reason: Text,
        /// Where it was decided.
        mark: Mark,
    },
    /// Whoever filed it took it back.
    Withdrawn(Mark),
}

/// How a tender ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// The buyer gave it up.
    Cancelled {
        /// On which ground.
        ground: CancellationGround,
        /// In words.
        reason: Text,
    },
    /// It found no winner.
    Failed(Option<FailureCause>),
    /// Each lot has its contractor, or failed; what was awarded in all.
    Completed(Option<Money>),
}

impl Record {
    pub(super) fn new(id: TenderId, draft: &Draft) -> Self {
        Self {
            id,
            title: draft.title.clone(),
            buyer: draft.buyer.clone(),
            procedure: draft.procedure.clone(),
            plan: draft.plan.clone(),
            currency: draft.currency,
            terms: draft.terms.clone(),
            criteria: draft.criteria.clone(),
            award_by: draft.award_by,
            participants: draft.participants.clone(),
            invitation: draft.invitation.clone(),
            framework: draft.framework,
            documents: draft.documents.clone(),
            lots: Vec::new(),
            committees: None,
            stage: Stage::Draft,
            stays: Vec::new(),
            times: Times::default(),
            amendments: 0,
            deadline_moves: 0,
            outside_witness: None,
            questions: (0, 0),
            envelopes: BTreeMap::new(),
            bids: BTreeMap::new(),
            complaints: BTreeMap::new(),
            fallen: Vec::new(),
            end: None,
            steps: Vec::new(),
        }
    }

    /// A lot by its id.
    pub fn lot(&self, id: &LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == *id)
    }

    pub(super) fn lot_mut(&mut self, id: &LotId) -> Option<&mut Lot> {
        self.lots.iter_mut().find(|lot| lot.id == *id)
    }

    /// Whether there are technical envelopes.
    pub const fn has_technical_part(&self) -> bool {
        self.procedure.has_technical_part()
    }

    /// Whether it was ever published: only then is it more than a draft.
    pub const fn is_published(&self) -> bool {
        self.times.published.is_some()
    }

    /// Awards that stand: none of a tender that was cancelled or failed.
    pub fn awards(&self) -> impl Iterator<Item = (&Lot, &Awarded)> {
        let stands = !matches!(self.stage, Stage::Cancelled | Stage::Failed);
        let lots = self.lots.iter().filter(move |_| stands);
        lots.filter_map(|lot| match &lot.state {
            LotState::Awarded(awarded) => Some((lot, &**awarded)),
            LotState::Open | LotState::Proposed(_) | LotState::Failed { .. } => None,
        })
    }

    /// Envelopes of a part that count.
    pub fn counting(&self, part: EnvelopePart) -> impl Iterator<Item = &Envelope> {
        let listed = self.envelopes.values();
        listed.filter(move |it| it.part == part && it.standing == Some(Standing::Counts))
    }

    /// The part that is opened first.
    pub const fn first_part(&self) -> EnvelopePart {
        if self.has_technical_part() {
            EnvelopePart::Technical
        } else {
            EnvelopePart::Financial
        }
    }

    /// How many bidders have a bid that counts: an envelope of the part that is opened first, in time, not withdrawn.
    pub fn bidders_counting(&self) -> usize {
        self.counting(self.first_part()).count()
    }
}
