//! What is known while bids are judged.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::domain::committee::Resolution;
use crate::domain::envelope::{Claim, Vouch};
use crate::domain::tender::complaints::Complaints;
use crate::domain::tender::event::{
    Award, AwardBy, CriterionKind, EnvelopePart, LotLine, Receipt, Scores, Standing, WonLine,
};
use crate::domain::tender::notice::Notice;
use crate::domain::values::{
    CriterionId, Date, DocumentNumber, EnvelopeId, LotId, Money, OfficialId, OrganizationId,
    Quantity, SecurityId, UnitPrice, Withheld,
};
use crate::event::ActorId;
use crate::time::Timestamp;

use super::Stage;

/// A tender whose bidding is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    pub(super) notice: Notice,
    /// The deadline that passed.
    pub(super) closed_at: Timestamp,
    /// Until which stamp witnesses had seen the log by then; `None` where the rules named none.
    pub(super) witnessed_until: Option<Timestamp>,
    pub(super) stage: Stage,
    pub(super) envelopes: BTreeMap<EnvelopeId, Listed>,
    /// Whether there were envelopes that could not be listed: they may have been bids.
    pub(super) lost: bool,
    /// By bidder: whoever has an envelope on the list.
    pub(super) bids: BTreeMap<OrganizationId, Bid>,
    pub(super) lots: BTreeMap<LotId, LotState>,
    pub(super) complaints: Complaints,
    /// When bidders were told last.
    pub(super) notified_at: Option<Timestamp>,
    /// Minutes that decided something already and decide nothing more.
    pub(super) spent_minutes: BTreeSet<DocumentNumber>,
    /// What was decided already by which minutes.
    pub(super) used: BTreeSet<(DocumentNumber, Resolution)>,
    /// Revision of the last event that judged the bids for a lot (corrected, explained), or all bids (scored): minutes that were drawn
    /// up before know nothing of it.
    pub(super) judged: BTreeMap<Option<LotId>, u64>,
}

/// An envelope on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub bidder: OrganizationId,
    pub part: EnvelopePart,
    pub sealed_at: Timestamp,
    pub standing: Standing,
    pub vouch: Option<Vouch>,
    pub lid: Lid,
}

/// What became of an envelope that is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is closed; whether it counts.
    Unopened(Standing),
    /// It was opened: a bid was in it.
    Opened,
    /// It holds no bid.
    Voided,
}

/// Whether an envelope was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lid {
    Closed(Published),
    Opened,
    Voided,
}

/// What was published to open an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Published {
    /// By member; `None` where the member says that there is none.
    pub shares: BTreeMap<OfficialId, Option<[u8; 32]>>,
    pub secret: Option<[u8; 32]>,
}

/// What is known of one bidder's bid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bid {
    /// Its envelope of each part that counts: no other one is looked at.
    pub counting: BTreeMap<EnvelopePart, EnvelopeId>,
    /// Lots of its technical bid, once that is open.
    pub lots: Option<BTreeSet<LotId>>,
    /// Its scores, the latest.
    pub scores: Option<Withheld<Scores>>,
    /// Whether the technical result accepted it.
    pub accepted: bool,
    /// Whether it was rejected as a whole.
    pub rejected: bool,
    /// Lots for which it was rejected.
    pub rejected_lots: BTreeSet<LotId>,
    /// What it offers, once its financial bid is open.
    pub offers: BTreeMap<LotId, Offer>,
    /// When its financial envelope was sealed.
    pub sealed_at: Option<Timestamp>,
    /// The security that its technical bid names.
    pub security: Option<SecurityId>,
    /// Last day on which it binds, where its bidder extended it.
    pub binds_until: Option<Date>,
    /// Numbers of decisions that went against its bidder: minutes that rejected it, and a review body's.
    pub decisions: BTreeSet<DocumentNumber>,
    /// Whether its bidder withdrew it after it was opened, or an award to it fell otherwise than by a complaint.
    pub not_kept: bool,
}

/// What a bid offers for one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// By line: how much, and the price of a base unit.
    pub lines: BTreeMap<u16, (Quantity, UnitPrice)>,
    /// What the bidder says it comes to.
    pub stated: Money,
    /// What it comes to: Σ quantity × unit price, rounded per line.
    pub price: Money,
    /// Whether the difference was recorded.
    pub corrected: bool,
    /// Whether the committee was satisfied with the explanation of its low price.
    pub explained: Option<bool>,
}

/// How far a lot has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LotState {
    Open,
    Proposed(Proposal),
    Awarded(Award),
    Failed,
}

/// A proposed award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub revision: u64,
    pub by: ActorId,
    pub award: Award,
}

/// How much of each line.
pub(super) type Allocation = BTreeMap<u16, Quantity>;

impl Evaluation {
    /// A tender whose bidding closed; `closed_at` is the deadline that passed, and `witnessed_until` how far witnesses had seen the
    /// log by then, where the rules named some.
    pub fn new(notice: Notice, closed_at: Timestamp, witnessed_until: Option<Timestamp>) -> Self {
        let lots = notice.lots.iter();
        let lots = lots.map(|lot| (lot.id.clone(), LotState::Open)).collect();
        Self {
            complaints: notice.complaints.clone(),
            notice,
            closed_at,
            witnessed_until,
            stage: Stage::Receiving,
            envelopes: BTreeMap::new(),
            lost: false,
            bids: BTreeMap::new(),
            lots,
            notified_at: None,
            spent_minutes: BTreeSet::new(),
            used: BTreeSet::new(),
            judged: BTreeMap::new(),
        }
    }

    /// What was published.
    pub const fn notice(&self) -> &Notice {
        &self.notice
    }

    /// How far it has come.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Under which claim an envelope was listed; `None` for one that is not on the list.
    pub fn listed_as(&self, envelope: &EnvelopeId) -> Option<Claim> {
        let listed = self.envelopes.get(envelope)?;
        Some(Claim {
            tender: self.notice.tender.clone(),
            bidder: listed.bidder.clone(),
            part: listed.part,
            vouch: listed.vouch.clone(),
        })
    }

    /// The awards that stand, in the order of their lots' ids. None is final before [`Stage::Final`].
    pub fn awards(&self) -> impl Iterator<Item = &Award> {
        self.lots.values().filter_map(|lot| match lot {
            LotState::Awarded(award) => Some(award),
            LotState::Open | LotState::Proposed(_) | LotState::Failed => None,
        })
    }

    /// Whether there are technical envelopes.
    pub(super) fn has_technical_part(&self) -> bool {
        self.notice.draft.procedure.has_technical_part()
    }

    /// Bidders with an envelope that counts for the first opening.
    pub(super) fn has_bids(&self) -> bool {
        let first = if self.has_technical_part() {
            EnvelopePart::Technical
        } else {
            EnvelopePart::Financial
        };
        self.counting(first).next().is_some()
    }

    /// Envelopes of a part that count, in the order of bidders' ids: one of each bidder at most, however many it handed in.
    pub(super) fn counting(
        &self,
        part: EnvelopePart,
    ) -> impl Iterator<Item = (&EnvelopeId, &Listed)> {
        let bids = self.bids.values();
        let counting = bids.filter_map(move |bid| bid.counting.get(&part));
        counting.filter_map(|id| Some((id, self.envelopes.get(id)?)))
    }

    /// The part whose envelopes are opened at this stage, `None` where none are.
    pub const fn opening(&self) -> Option<EnvelopePart> {
        match self.stage {
            Stage::TechnicalOpening { .. } => Some(EnvelopePart::Technical),
            Stage::FinancialOpening { .. } => Some(EnvelopePart::Financial),
            Stage::Receiving
            | Stage::TechnicalEvaluation
            | Stage::Awarding
            | Stage::Standstill { .. }
            | Stage::Final => None,
        }
    }

    /// Envelopes that are due to be opened and are not, in the order of their bidders' ids.
    pub fn unopened(&self) -> impl Iterator<Item = &EnvelopeId> {
        let part = self.opening();
        let due = move |listed: &Listed| {
            matches!(listed.lid, Lid::Closed(_))
                && (part == Some(EnvelopePart::Technical) || self.goes_on(&listed.bidder))
        };
        let counting = part.into_iter().flat_map(|part| self.counting(part));
        counting.filter_map(move |(id, listed)| due(listed).then_some(id))
    }

    /// Whether a member has published the own answer about an envelope.
    pub fn has_answered(&self, envelope: &EnvelopeId, member: &OfficialId) -> bool {
        self.envelopes
            .get(envelope)
            .is_some_and(|listed| match &listed.lid {
                Lid::Closed(published) => published.shares.contains_key(member),
                Lid::Opened | Lid::Voided => true,
            })
    }

    /// What became of an envelope; `None` for one that is not on the list.
    pub fn fate(&self, envelope: &EnvelopeId) -> Option<Fate> {
        let listed = self.envelopes.get(envelope)?;
        Some(match listed.lid {
            Lid::Closed(_) => Fate::Unopened(listed.standing),
            Lid::Opened => Fate::Opened,
            Lid::Voided => Fate::Voided,
        })
    }

    /// Whether a bidder's prices may be read: its technical bid was accepted, and it was not rejected since.
    pub(super) fn goes_on(&self, bidder: &OrganizationId) -> bool {
        let bid = self.bids.get(bidder);
        bid.is_some_and(|bid| !bid.rejected && (bid.accepted || !self.has_technical_part()))
    }

    /// Acceptable offers for a lot, in the order of bidders' ids: bid for in both parts, accepted and not rejected.
    pub(super) fn acceptable<'a>(
        &'a self,
        lot: &'a LotId,
    ) -> impl Iterator<Item = (&'a OrganizationId, &'a Bid, &'a Offer)> {
        self.bids.iter().filter_map(move |(bidder, bid)| {
            let offer = bid.offers.get(lot)?;
            let named = !self.has_technical_part() || bid.lots.as_ref()?.contains(lot);
            let stands = named && self.goes_on(bidder) && !bid.rejected_lots.contains(lot);
            stands.then_some((bidder, bid, offer))
        })
    }

    /// Rated criteria: most and fewest points.
    pub(super) fn rated(&self) -> impl Iterator<Item = (&CriterionId, Decimal, Decimal)> {
        let criteria = self.notice.draft.criteria.iter();
        criteria.filter_map(|criterion| match criterion.kind {
            CriterionKind::Rated { points, least } => Some((&criterion.id, points, least)),
            CriterionKind::Required => None,
        })
    }

    /// Whether points decide the rank, and with which weight the price does, in percent.
    pub(super) fn price_weight(&self) -> Option<u8> {
        match self.notice.draft.award_by {
            AwardBy::LowestPrice => None,
            AwardBy::Rated { price_weight } => Some(price_weight),
        }
    }
}

impl Listed {
    pub(super) fn new(receipt: &Receipt) -> Option<Self> {
        Some(Self {
            bidder: receipt.bidder.clone(),
            part: receipt.part,
            sealed_at: receipt.sealed_at?,
            standing: receipt.standing?,
            vouch: receipt.vouch.clone(),
            lid: Lid::Closed(Published::default()),
        })
    }
}

impl Offer {
    /// Whether it covers all that a lot asks for.
    pub(super) fn covers(&self, asked: &[LotLine]) -> bool {
        let mut lines = (1..).zip(asked);
        lines.all(|(number, line): (u16, _)| {
            let offered = self.lines.get(&number);
            offered.is_some_and(|(quantity, _)| *quantity == line.quantity)
        })
    }

    /// All of it.
    pub(super) fn whole(&self) -> Allocation {
        let lines = self.lines.iter();
        lines
            .map(|(line, (quantity, _))| (*line, *quantity))
            .collect()
    }

    /// What a part of it comes to: Σ quantity × unit price, rounded per line. `None` for more than is offered, and for more than
    /// money can hold.
    pub(super) fn value_of(&self, part: &Allocation) -> Option<Money> {
        let lines = part.iter().map(|(line, quantity)| {
            let (offered, unit_price) = self.lines.get(line)?;
            (quantity <= offered).then_some(())?;
            unit_price.line_total(*quantity)
        });
        lines.fold(
            Money::new(Decimal::ZERO, self.price.currency()).ok(),
            |sum, line| plus(sum?, line?),
        )
    }
}

/// The sum of two amounts of one currency; `None` for two currencies, and for more than money can hold.
pub(super) fn plus(a: Money, b: Money) -> Option<Money> {
    (a.currency() == b.currency()).then_some(())?;
    let amount = a.amount().checked_add(b.amount())?;
    Money::new(amount, a.currency()).ok()
}

/// Quantities by line; `None` where a line stands twice or a quantity is zero.
pub(super) fn allocation(lines: &[WonLine]) -> Option<Allocation> {
    let mut allocation = Allocation::new();
    for line in lines {
        let first = allocation.insert(line.line, line.quantity).is_none();
        (first && !line.quantity.is_zero()).then_some(())?;
    }
    Some(allocation)
}
