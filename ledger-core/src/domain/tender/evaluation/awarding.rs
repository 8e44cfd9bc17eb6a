//! Who wins a lot: proposed by the committee, approved by someone else.
//!
//! The best acceptable offer wins the whole lot. Where quantities may be split, the best wins all that it offers, the next what is
//! left of that, and so on. Who proposes anything else says why; whoever approves it sees that, and so does everyone.

use std::collections::BTreeMap;

use super::people::check_debarred;
use super::refusal::{AwardRefusal, Refusal};
use super::state::{Allocation, Evaluation, LotState, Offer, Proposal, allocation, plus};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::event::{
    Award, AwardApproval, AwardCancellation, Event, Lot, LotFailure, Procedure, Ranked, Winner,
};
use crate::domain::values::{LotId, Money, OrganizationId};
use crate::event::{Actor, ActorId, Role};

/// What each winner gets.
type Shares<'a> = BTreeMap<&'a OrganizationId, Allocation>;

impl Evaluation {
    pub(super) fn propose(&self, mut award: Award, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        self.check_evaluator(facts)?;
        let lot = self.open_lot(&award.lot)?;
        self.check_settled(lot)?;
        award.ranking = self.ranked(lot, award.ranking)?;
        self.fill_values(lot, &mut award)?;
        self.check_departure(lot, &award)?;
        for winner in &award.winners {
            self.check_price(lot, &winner.bidder, facts)?;
        }
        let winners = award.winners.iter().map(|winner| &winner.bidder);
        let mut named = winners.chain(&award.reserve);
        named.try_for_each(|bidder| check_debarred(bidder, facts))?;
        self.check_bound(&award.winners, facts)?;
        self.check_sum(self.value_of(&award))?;
        self.check_awarding(&award, facts)?;
        Ok(vec![Event::AwardProposed(award)])
    }

    /// Nothing is ranked before errors are corrected and offers that cannot win are rejected.
    fn check_settled(&self, lot: &Lot) -> Result<(), Refusal> {
        for (bidder, _, offer) in self.acceptable(&lot.id) {
            let names = || (bidder.clone(), lot.id.clone());
            let correct = offer.corrected || offer.stated == offer.price;
            let (bidder, lot_id) = names();
            ensure(
                correct,
                AwardRefusal::Uncorrected {
                    bidder,
                    lot: lot_id,
                },
            )?;
            let complete = self.notice.draft.terms.split || offer.covers(&lot.lines);
            let (bidder, lot_id) = names();
            ensure(
                complete,
                AwardRefusal::IncompleteOffer {
                    bidder,
                    lot: lot_id,
                },
            )?;
        }
        Ok(())
    }

    /// The ranking. One that is given, because it was filled in before, must be this one; where the scores that it rests on are
    /// withheld, only who is in it and at what price can be judged.
    fn ranked(&self, lot: &Lot, given: Vec<Ranked>) -> Result<Vec<Ranked>, Refusal> {
        let ranking = if let Some(ranking) = self.ranking(lot) {
            let same = given.is_empty() || given == ranking;
            ensure(same, AwardRefusal::OtherRanking)?;
            ranking
        } else {
            let mut sorted = given.clone();
            sorted.sort_by(|a, b| a.bidder.cmp(&b.bidder));
            ensure(sorted == self.unranked(lot), AwardRefusal::OtherRanking)?;
            given
        };
        let lot = lot.id.clone();
        ensure(!ranking.is_empty(), AwardRefusal::NoOffers { lot })?;
        Ok(ranking)
    }

    /// What each winner's share comes to; refused where shares are not what is offered and asked for.
    fn fill_values(&self, lot: &Lot, award: &mut Award) -> Result<(), Refusal> {
        let mut left: Allocation = (1..)
            .zip(lot.lines.iter().map(|line| line.quantity))
            .collect();
        let count = award.winners.len();
        let split = self.notice.draft.terms.split;
        let ranked = self.suppliers_max();
        ensure(
            count > 0 && (count <= ranked.unwrap_or(1) || split),
            AwardRefusal::WinnerCount { count },
        )?;
        let mut seen = std::collections::BTreeSet::new();
        for winner in &mut award.winners {
            let refusal = || AwardRefusal::WrongShare {
                bidder: winner.bidder.clone(),
            };
            let offer = self.acceptable_offer(lot, &winner.bidder);
            let offer = offer.ok_or_else(refusal)?;
            ensure(split || winner.lines.is_empty(), refusal())?;
            let share = share_of(winner, offer).ok_or_else(refusal)?;
            let value = offer.value_of(&share).ok_or_else(refusal)?;
            ensure(seen.insert(winner.bidder.clone()), refusal())?;
            if ranked.is_some() {
                // Nothing is bought yet, from nobody: orders will tell.
                winner.value = None;
                continue;
            }
            take(&mut left, &share).ok_or_else(refusal)?;
            winner.value = Some(value);
        }
        Ok(())
    }

    fn acceptable_offer(&self, lot: &Lot, bidder: &OrganizationId) -> Option<&Offer> {
        let bid = self.bids.get(bidder)?;
        let mut ids = self.acceptable(&lot.id).map(|(id, _, _)| id);
        ids.any(|id| id == bidder).then_some(())?;
        bid.offers.get(&lot.id)
    }

    /// The best win, and the next best follows; anything else is justified, and only that.
    fn check_departure(&self, lot: &Lot, award: &Award) -> Result<(), Refusal> {
        let order = award.ranking.iter().map(|ranked| &ranked.bidder);
        let best = self.best(lot, order.clone());
        let proposed = award.winners.iter().filter_map(|winner| {
            let offer = self.acceptable_offer(lot, &winner.bidder)?;
            Some((&winner.bidder, share_of(winner, offer)?))
        });
        let proposed: Shares<'_> = proposed.collect();
        let mut rest = order.filter(|bidder| !proposed.contains_key(bidder));
        let next = rest.next();
        let follows = award.reserve.as_ref();
        if let Some(reserve) = follows {
            let ranked = next == Some(reserve) || rest.any(|bidder| bidder == reserve);
            let bidder = reserve.clone();
            ensure(ranked, AwardRefusal::ReserveNotRanked { bidder })?;
        }
        let usual = proposed == best && (follows.is_none() || follows == next);
        match &award.departure {
            None => ensure(usual, AwardRefusal::Unjustified)?,
            Some(_) => ensure(!usual, AwardRefusal::NoDeparture)?,
        }
        Ok(())
    }

    /// Most suppliers of a lot, where a framework agreement is concluded.
    fn suppliers_max(&self) -> Option<usize> {
        let terms = self.notice.draft.framework.as_ref();
        terms.map(|terms| usize::from(terms.suppliers))
    }

    /// Who gets what by rank: in a framework agreement the first few the whole lot each.
    fn best<'a>(
        &'a self,
        lot: &Lot,
        order: impl Iterator<Item = &'a OrganizationId>,
    ) -> Shares<'a> {
        if let Some(most) = self.suppliers_max() {
            let offers = order.filter_map(|bidder| {
                let offer = self.bids.get(bidder)?.offers.get(&lot.id)?;
                Some((bidder, offer.whole()))
            });
            return offers.take(most).collect();
        }
        let mut left: Allocation = (1..)
            .zip(lot.lines.iter().map(|line| line.quantity))
            .collect();
        let mut shares = Shares::new();
        for bidder in order {
            let Some(offer) = self
                .bids
                .get(bidder)
                .and_then(|bid| bid.offers.get(&lot.id))
            else {
                continue;
            };
            let share: Allocation = offer
                .whole()
                .into_iter()
                .filter_map(|(line, offered)| {
                    let free = left.get(&line)?;
                    let taken = offered.min(*free);
                    (!taken.is_zero()).then_some((line, taken))
                })
                .collect();
            if !share.is_empty() && take(&mut left, &share).is_some() {
                shares.insert(bidder, share);
            }
        }
        shares
    }

    /// An abnormally low price wins only when it was explained.
    fn check_price(
        &self,
        lot: &Lot,
        bidder: &OrganizationId,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let offer = self.acceptable_offer(lot, bidder);
        let explained = offer.is_some_and(|offer| offer.explained == Some(true));
        let low = !explained && self.is_low(lot, bidder, facts) == Some(true);
        ensure(
            !low,
            AwardRefusal::Unexplained {
                bidder: bidder.clone(),
                lot: lot.id.clone(),
            },
        )?;
        Ok(())
    }

    /// All awards together are an amount of money.
    fn check_sum(&self, value: Option<Money>) -> Result<Money, Refusal> {
        let value = value.ok_or(AwardRefusal::BeyondMoney)?;
        self.awarded_value(value).ok_or(AwardRefusal::BeyondMoney)?;
        Ok(value)
    }

    /// What the awards that stand come to, added to an amount.
    fn awarded_value(&self, start: Money) -> Option<Money> {
        let mut awards = self.awards().map(|award| self.value_of(award));
        awards.try_fold(start, |sum, value| plus(sum, value?))
    }

    /// What all winners' shares come to, and in a framework agreement the most that can be called off: each line at the highest
    /// price. `None` for more than money can hold.
    fn value_of(&self, award: &Award) -> Option<Money> {
        if self.suppliers_max().is_some() {
            return self.worth(award);
        }
        let mut values = award.winners.iter().map(|winner| winner.value);
        let first = values.next()??;
        values.try_fold(first, |sum, value| plus(sum, value?))
    }

    /// What is awarded in all.
    pub(super) fn total(&self) -> Option<Money> {
        let zero = Money::new(rust_decimal::Decimal::ZERO, self.notice.draft.currency);
        self.awarded_value(zero.ok()?)
    }

    pub(super) fn approve(&self, mut approval: AwardApproval, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        self.open_lot(&approval.lot)?;
        let Some(proposal) = self.proposal(&approval.lot) else {
            let lot = approval.lot;
            return Err(AwardRefusal::NotProposed { lot }.into());
        };
        let revision = proposal.revision;
        ensure(
            approval.proposal == revision,
            AwardRefusal::OtherProposal { revision },
        )?;
        ensure(proposal.by != facts.actor.id, AwardRefusal::OwnProposal)?;
        self.check_outsider(facts)?;
        let mut winners = proposal.award.winners.iter();
        winners.try_for_each(|winner| check_debarred(&winner.bidder, facts))?;
        self.check_bound(&proposal.award.winners, facts)?;
        let value = self.check_sum(self.value_of(&proposal.award))?;
        self.check_ceiling(value, facts)?;
        approval.value = Some(value);
        approval.limit = Some(self.check_limit(self.counted(value, facts)?, facts)?);
        Ok(vec![Event::AwardApproved(approval)])
    }

    /// What an approval is measured by: all that the tender awards, so that lots do not split what is above a limit. Under the
    /// first edition of the rules the lot alone.
    fn counted(&self, value: Money, facts: &Facts) -> Result<Money, Refusal> {
        if !self.notice.has_edition(2, &facts.readings) {
            return Ok(value);
        }
        let together = self.awarded_value(value);
        Ok(together.ok_or(AwardRefusal::BeyondMoney)?)
    }

    /// From the third edition of the rules on all that quotations award is within their ceiling, whatever was expected. Where the rules
    /// in force name none any more, what was published goes on.
    fn check_ceiling(&self, value: Money, facts: &Facts) -> Result<(), Refusal> {
        let draft = &self.notice.draft;
        let limited = match draft.procedure {
            Procedure::Quotation => self.notice.has_edition(3, &facts.readings),
            Procedure::Open | Procedure::Limited | Procedure::Selective | Procedure::Direct => {
                false
            }
        };
        let ceiling = facts
            .rules()
            .procurement()
            .quotation_ceiling(draft.currency);
        let Some(ceiling) = ceiling.filter(|_| limited) else {
            return Ok(());
        };
        let value = self.awarded_value(value).ok_or(AwardRefusal::BeyondMoney)?;
        let within = value.amount() <= ceiling.amount();
        Ok(ensure(
            within,
            AwardRefusal::AboveCeiling { value, ceiling },
        )?)
    }

    /// The award of a lot that waits for approval.
    pub(super) fn proposal(&self, lot: &LotId) -> Option<&Proposal> {
        match self.lots.get(lot)? {
            LotState::Proposed(proposal) => Some(proposal),
            LotState::Open | LotState::Awarded(_) | LotState::Failed => None,
        }
    }

    pub(super) fn fail_lot(&self, failure: LotFailure, facts: &Facts) -> Decision {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        self.check_evaluator(facts)?;
        let lot = self.open_lot(&failure.lot)?;
        let mut offers = self.acceptable(&lot.id);
        match offers.next() {
            None => Ok(vec![Event::LotFailed(failure)]),
            Some((bidder, _, _)) => Err(AwardRefusal::HasOffers {
                lot: lot.id.clone(),
                bidder: bidder.clone(),
            }
            .into()),
        }
    }

    /// Who could approve an award may take it back.
    pub(super) fn cancel_award(&self, cancellation: AwardCancellation, facts: &Facts) -> Decision {
        let now = matches!(
            self.stage,
            Stage::Awarding | Stage::Standstill { .. } | Stage::Final
        );
        ensure(now, self.not_now())?;
        let award = self.award(&cancellation.lot);
        let award = award.ok_or_else(|| AwardRefusal::NotAwarded {
            lot: cancellation.lot.clone(),
        })?;
        self.check_outsider(facts)?;
        let value = self.value_of(award).ok_or(AwardRefusal::BeyondMoney)?;
        self.check_limit(value, facts)?;
        Ok(vec![Event::AwardCancelled(cancellation)])
    }

    /// The award of a lot that stands.
    pub(super) fn award(&self, lot: &LotId) -> Option<&Award> {
        let mut awards = self.awards();
        awards.find(|award| award.lot == *lot)
    }
}

impl Evaluation {
    pub(super) fn proposed(&mut self, award: &Award, revision: u64, by: &ActorId) -> Option<()> {
        (self.stage == Stage::Awarding).then_some(())?;
        self.open_lot(&award.lot).ok()?;
        let proposal = Proposal {
            revision,
            by: by.clone(),
            award: award.clone(),
        };
        self.award_rests_on(award);
        self.lots
            .insert(award.lot.clone(), LotState::Proposed(proposal));
        Some(())
    }

    pub(super) fn approved(&mut self, approval: &AwardApproval) -> Option<()> {
        (self.stage == Stage::Awarding).then_some(())?;
        let proposal = self.proposal(&approval.lot)?;
        (proposal.revision == approval.proposal).then_some(())?;
        let award = proposal.award.clone();
        self.lots
            .insert(approval.lot.clone(), LotState::Awarded(award));
        Some(())
    }

    pub(super) fn lot_failed(&mut self, failure: &LotFailure) -> Option<()> {
        (self.stage == Stage::Awarding).then_some(())?;
        self.open_lot(&failure.lot).ok()?;
        self.lots.insert(failure.lot.clone(), LotState::Failed);
        Some(())
    }

    pub(super) fn award_cancelled(
        &mut self,
        cancellation: &AwardCancellation,
        by: &Actor,
    ) -> Option<()> {
        let award = self.award(&cancellation.lot)?.clone();
        self.spent_minutes.insert(award.minutes);
        // What a review body undoes is not the winner's doing.
        if by.role != Role::ReviewBody {
            for winner in &award.winners {
                self.bids.get_mut(&winner.bidder)?.not_kept = true;
            }
        }
        self.lots.insert(cancellation.lot.clone(), LotState::Open);
        self.back_to_awarding();
        Some(())
    }

    /// A lot is open again.
    pub(super) fn back_to_awarding(&mut self) {
        if matches!(self.stage, Stage::Standstill { .. } | Stage::Final) {
            self.stage = Stage::Awarding;
        }
    }
}

/// What a winner gets; `None` for what cannot be.
fn share_of(winner: &Winner, offer: &Offer) -> Option<Allocation> {
    if winner.lines.is_empty() {
        Some(offer.whole())
    } else {
        allocation(&winner.lines)
    }
}

/// Takes a share from what is left; `None` for more than that.
fn take(left: &mut Allocation, share: &Allocation) -> Option<()> {
    for (line, taken) in share {
        let free = left.get_mut(line)?;
        let rest = free.get().checked_sub(taken.get())?;
        *free = rest.try_into().ok()?;
    }
    Some(())
}
