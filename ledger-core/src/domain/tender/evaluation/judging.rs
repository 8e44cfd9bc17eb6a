//! The technical evaluation, and rejections at any time before an award.
//!
//! A criterion rejects a bid only before prices are known: afterwards nobody finds a technical flaw in a cheap bid. Only a request for
//! quotations, which has no technical envelopes, judges criteria beside prices. From the third edition of the rules on, once prices
//! are read no member alone takes a bid out: the committee does, by minutes that a quorum signed; from the fourth on at any time. And
//! only its bidder says that it withdraws.

use rust_decimal::Decimal;

use super::people::debarred;
use super::refusal::{AwardRefusal, BidRefusal, Refusal};
use super::state::{Bid, Evaluation, LotState};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::event::{
    AcceptedBid, CriterionKind, Disqualification, DisqualificationGround, Event, Scores, Scoring,
    TechnicalResult,
};
use crate::domain::values::{CriterionId, LotId, OrganizationId, Withheld};
use crate::event::ActorId;
use crate::time::Timestamp;

/// Most decimal places of points.
const POINTS_SCALE_MAX: u32 = 4;

impl Evaluation {
    pub(super) fn disqualify(&self, rejection: Disqualification, facts: &Facts) -> Decision {
        let now = matches!(
            self.stage,
            Stage::TechnicalEvaluation | Stage::FinancialOpening { .. } | Stage::Awarding
        );
        ensure(now, self.not_now())?;
        self.check_rejecter(&rejection, facts)?;
        let bidder = &rejection.bidder;
        let bid = self.standing_bid(bidder)?;
        if let Some(lot) = &rejection.lot {
            ensure(
                self.notice.lot(lot).is_some(),
                Refusal::NoLot { lot: lot.clone() },
            )?;
            let bids_for = bid.offers.contains_key(lot)
                || bid.lots.as_ref().is_some_and(|lots| lots.contains(lot));
            ensure(bids_for, no_offer(bidder, lot))?;
            let rejected = bid.rejected_lots.contains(lot);
            ensure(
                !rejected,
                BidRefusal::Rejected {
                    bidder: bidder.clone(),
                },
            )?;
        }
        self.check_not_awarded(&rejection)?;
        self.check_ground(&rejection, bid, facts)?;
        Ok(vec![Event::BidDisqualified(rejection)])
    }

    /// Who rejects: a member, a quorum, or the bidder itself.
    fn check_rejecter(&self, rejection: &Disqualification, facts: &Facts) -> Result<(), Refusal> {
        let third = self.notice.has_edition(3, &facts.readings);
        if third && rejection.is_withdrawal() {
            let own = facts.actor.id == ActorId::Organization(rejection.bidder.clone());
            let bidder = rejection.bidder.clone();
            // The committee's minutes are not a bidder's to spend.
            ensure(
                own && rejection.minutes.is_none(),
                BidRefusal::NotWithdrawn { bidder },
            )?;
            return Ok(());
        }
        self.check_evaluator(facts)?;
        if let Some(minutes) = &rejection.minutes {
            return self.check_rejection(minutes, rejection, facts);
        }
        let unread = self.stage == Stage::TechnicalEvaluation;
        let alone = !third || unread && !self.wants_resolutions(facts);
        ensure(alone, BidRefusal::MinutesMissing)?;
        Ok(())
    }

    /// A bid that is open and not rejected as a whole.
    pub(super) fn standing_bid(&self, bidder: &OrganizationId) -> Result<&Bid, Refusal> {
        let bid = self.bids.get(bidder);
        let bid = bid.filter(|bid| bid.lots.is_some() || !bid.offers.is_empty());
        let bid = bid.ok_or_else(|| BidRefusal::NoBid {
            bidder: bidder.clone(),
        })?;
        ensure(
            !bid.rejected,
            BidRefusal::Rejected {
                bidder: bidder.clone(),
            },
        )?;
        Ok(bid)
    }

    /// An award falls before its winner is rejected, and a lot that is decided stays as it was judged.
    fn check_not_awarded(&self, rejection: &Disqualification) -> Result<(), Refusal> {
        let touched = |id: &LotId, lot: &LotState| match (lot, &rejection.lot) {
            (LotState::Awarded(_) | LotState::Failed, Some(rejected)) => rejected == id,
            (LotState::Awarded(award), None) => award
                .winners
                .iter()
                .any(|winner| winner.bidder == rejection.bidder),
            (LotState::Open | LotState::Proposed(_), _) | (LotState::Failed, None) => false,
        };
        match self.lots.iter().find(|(id, lot)| touched(id, lot)) {
            None => Ok(()),
            Some((lot, _)) => Err(AwardRefusal::LotDecided { lot: lot.clone() }.into()),
        }
    }

    fn check_ground(
        &self,
        rejection: &Disqualification,
        bid: &Bid,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let bidder = &rejection.bidder;
        let offer = rejection.lot.as_ref().and_then(|lot| {
            let asked = self.notice.lot(lot)?;
            bid.offers.get(lot).map(|offer| (asked, offer))
        });
        let holds = match &rejection.ground {
            DisqualificationGround::Criterion(id) => return self.check_criterion(id, bid, bidder),
            DisqualificationGround::Security => self.lacks_security(bidder, facts),
            DisqualificationGround::Incomplete => offer.is_some_and(|(asked, offer)| {
                !self.notice.draft.terms.split && !offer.covers(&asked.lines)
            }),
            DisqualificationGround::LowPrice => offer.is_some_and(|(asked, offer)| {
                self.stage == Stage::Awarding
                    && offer.explained != Some(true)
                    && self.is_low(asked, bidder, facts) != Some(false)
            }),
            DisqualificationGround::CorrectionRefused => {
                offer.is_some_and(|(_, offer)| offer.corrected)
            }
            DisqualificationGround::Debarred => debarred(bidder, &facts.days(), facts).is_some(),
            DisqualificationGround::Lapsed => self.is_lapsed(bidder, facts),
            DisqualificationGround::WithdrawnAfterOpening
            | DisqualificationGround::FalseStatement => true,
        };
        ensure(
            holds,
            BidRefusal::NoGround {
                bidder: bidder.clone(),
            },
        )?;
        Ok(())
    }

    fn check_criterion(
        &self,
        id: &CriterionId,
        bid: &Bid,
        bidder: &OrganizationId,
    ) -> Result<(), Refusal> {
        let technical = self.stage == Stage::TechnicalEvaluation || !self.has_technical_part();
        ensure(technical, BidRefusal::PricesKnown)?;
        let criteria = &self.notice.draft.criteria;
        let criterion = criteria.iter().find(|criterion| criterion.id == *id);
        let unknown = || BidRefusal::NoCriterion {
            criterion: id.clone(),
        };
        match criterion.ok_or_else(unknown)?.kind {
            CriterionKind::Required => Ok(()),
            CriterionKind::Rated { least, .. } => {
                let scores = bid.scores.as_ref();
                let scores = scores.ok_or_else(|| BidRefusal::NotScored {
                    bidder: bidder.clone(),
                })?;
                // Scores that are only committed to cannot be judged.
                let reached = points(scores, id).is_some_and(|points| points >= least);
                ensure(
                    !reached,
                    BidRefusal::NoGround {
                        bidder: bidder.clone(),
                    },
                )?;
                Ok(())
            }
        }
    }

    pub(super) fn score(&self, scoring: Scoring, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::TechnicalEvaluation, self.not_now())?;
        self.check_evaluator(facts)?;
        self.standing_bid(&scoring.bidder)?;
        ensure(self.rated().next().is_some(), BidRefusal::NothingRated)?;
        if let Some(scores) = scoring.scores.known() {
            self.check_scores(scores)?;
        }
        Ok(vec![Event::BidScored(scoring)])
    }

    /// Each rated criterion once, within its range.
    fn check_scores(&self, scores: &Scores) -> Result<(), Refusal> {
        for (criterion, most, _) in self.rated() {
            let mut given = scores
                .0
                .iter()
                .filter(|score| score.criterion == *criterion);
            let wrong = || BidRefusal::WrongPoints {
                criterion: criterion.clone(),
                most,
            };
            let points = given.next().ok_or_else(wrong)?.points;
            let right = (Decimal::ZERO..=most).contains(&points)
                && points.scale() <= POINTS_SCALE_MAX
                && given.next().is_none();
            ensure(right, wrong())?;
        }
        let mut given = scores.0.iter().map(|score| &score.criterion);
        match given.find(|id| !self.rated().any(|(rated, _, _)| rated == *id)) {
            None => Ok(()),
            Some(id) => Err(BidRefusal::NoCriterion {
                criterion: id.clone(),
            }
            .into()),
        }
    }

    pub(super) fn approve_technical_result(
        &self,
        mut result: TechnicalResult,
        facts: &Facts,
    ) -> Decision {
        ensure(self.stage == Stage::TechnicalEvaluation, self.not_now())?;
        self.check_evaluator(facts)?;
        self.check_result(&result.minutes, facts)?;
        let standing = || {
            let bids = self.bids.iter();
            bids.filter(|(_, bid)| bid.lots.is_some() && !bid.rejected)
        };
        for (bidder, bid) in standing() {
            self.check_judged(bidder, bid)?;
        }
        let accepted = standing().map(|(bidder, _)| AcceptedBid {
            bidder: bidder.clone(),
        });
        result.accepted = accepted.collect();
        Ok(vec![Event::TechnicalResultApproved(result)])
    }

    /// Scored where criteria are rated, and rejected where too few points were reached.
    fn check_judged(&self, bidder: &OrganizationId, bid: &Bid) -> Result<(), Refusal> {
        for (criterion, _, least) in self.rated() {
            let scores = bid.scores.as_ref();
            let scores = scores.ok_or_else(|| BidRefusal::NotScored {
                bidder: bidder.clone(),
            })?;
            let too_few = points(scores, criterion).is_some_and(|points| points < least);
            let must = BidRefusal::TooFewPoints {
                bidder: bidder.clone(),
                criterion: criterion.clone(),
            };
            ensure(!too_few, must)?;
        }
        Ok(())
    }
}

impl Evaluation {
    pub(super) fn disqualified(&mut self, rejection: &Disqualification) -> Option<()> {
        self.standing_bid(&rejection.bidder).ok()?;
        self.check_not_awarded(rejection).ok()?;
        self.rejection_rests_on(rejection);
        let bid = self.bids.get_mut(&rejection.bidder)?;
        bid.decisions.extend(rejection.minutes.clone());
        bid.not_kept |= rejection.is_withdrawal();
        if let Some(lot) = &rejection.lot {
            bid.rejected_lots.insert(lot.clone()).then_some(())?;
        } else {
            bid.rejected = true;
        }
        self.unpropose(rejection.lot.as_ref());
        self.after_opening();
        Some(())
    }

    pub(super) fn scored(&mut self, scoring: &Scoring, revision: u64) -> Option<()> {
        (self.stage == Stage::TechnicalEvaluation).then_some(())?;
        self.bids.get_mut(&scoring.bidder)?.scores = Some(scoring.scores.clone());
        self.judged.insert(None, revision);
        Some(())
    }

    pub(super) fn technical_result(
        &mut self,
        result: &TechnicalResult,
        decided_at: Timestamp,
    ) -> Option<()> {
        (self.stage == Stage::TechnicalEvaluation).then_some(())?;
        for bid in self.bids.values_mut() {
            bid.accepted = false;
        }
        for accepted in &result.accepted {
            self.bids.get_mut(&accepted.bidder)?.accepted = true;
        }
        self.result_rests_on(&result.minutes);
        self.stage = Stage::FinancialOpening { since: decided_at };
        self.after_opening();
        Some(())
    }

    /// What changes how bids compare undoes a proposal that rests on it.
    pub(super) fn unpropose(&mut self, changed: Option<&LotId>) {
        for (id, lot) in &mut self.lots {
            let is_touched = changed.is_none_or(|changed| changed == id);
            if is_touched && matches!(lot, LotState::Proposed(_)) {
                *lot = LotState::Open;
            }
        }
    }
}

/// The points of a criterion; `None` where they are not known.
fn points(scores: &Withheld<Scores>, criterion: &CriterionId) -> Option<Decimal> {
    let mut scores = scores.known()?.0.iter();
    let score = scores.find(|score| score.criterion == *criterion);
    score.map(|score| score.points)
}

pub(super) fn no_offer(bidder: &OrganizationId, lot: &LotId) -> Refusal {
    let (bidder, lot) = (bidder.clone(), lot.clone());
    BidRefusal::NoOffer { bidder, lot }.into()
}
