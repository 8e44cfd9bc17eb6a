//! Prices: arithmetic errors, which are corrected by rule, and abnormally low ones, which are explained before they win.

use rust_decimal::Decimal;

use super::judging::no_offer;
use super::ranking::Yardsticks;
use super::refusal::{AwardRefusal, BidRefusal, Refusal};
use super::state::{Evaluation, LotState, Offer};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::event::{Correction, Event, Lot, LowBid};
use crate::domain::values::{LotId, OrganizationId};

impl Evaluation {
    /// The unit price stands, the total follows from it.
    pub(super) fn correct(&self, mut correction: Correction, facts: &Facts) -> Decision {
        let offer = self.judged_offer(&correction.bidder, &correction.lot, facts)?;
        let right = offer.corrected || offer.stated == offer.price;
        ensure(!right, BidRefusal::NothingToCorrect)?;
        correction.before = Some(offer.stated);
        correction.after = Some(offer.price);
        Ok(vec![Event::BidCorrected(correction)])
    }

    pub(super) fn explain(&self, explanation: LowBid, facts: &Facts) -> Decision {
        let LowBid { bidder, lot, .. } = &explanation;
        let offer = self.judged_offer(bidder, lot, facts)?;
        let lot = self.open_lot(lot)?;
        let low = self.is_low(lot, bidder, facts) != Some(false);
        let open = low && offer.explained != Some(true);
        ensure(open, BidRefusal::NothingToExplain)?;
        Ok(vec![Event::LowBidExplained(explanation)])
    }

    /// An acceptable offer for a lot that is not decided, for a member of the committee.
    fn judged_offer(
        &self,
        bidder: &OrganizationId,
        lot: &LotId,
        facts: &Facts,
    ) -> Result<&Offer, Refusal> {
        ensure(self.stage == Stage::Awarding, self.not_now())?;
        self.check_evaluator(facts)?;
        let known = self.open_lot(lot)?;
        let mut offers = self.acceptable(&known.id);
        let found = offers.find(|(id, _, _)| *id == bidder);
        found
            .map(|(_, _, offer)| offer)
            .ok_or_else(|| no_offer(bidder, lot))
    }

    /// A lot that is not decided.
    pub(super) fn open_lot(&self, id: &LotId) -> Result<&Lot, Refusal> {
        let unknown = || Refusal::NoLot { lot: id.clone() };
        let lot = self.notice.lot(id).ok_or_else(unknown)?;
        match self.lots.get(id).ok_or_else(unknown)? {
            LotState::Open | LotState::Proposed(_) => Ok(lot),
            LotState::Awarded(_) | LotState::Failed => {
                Err(AwardRefusal::LotDecided { lot: id.clone() }.into())
            }
        }
    }

    /// Whether a price is abnormally low: more than the ruleset's percentage below the estimate, or below the mean of the other
    /// acceptable offers where there are at least two of them. `None` where only the estimate could show it and is withheld.
    ///
    /// At 30 %, with an estimate of 1,000.00: 699.99 is low, 700.00 is not.
    pub(super) fn is_low(&self, lot: &Lot, bidder: &OrganizationId, facts: &Facts) -> Option<bool> {
        let percent = facts.rules().procurement().low_price_percent;
        let kept = Decimal::ONE_HUNDRED.saturating_sub(percent.into());
        let yardsticks = Yardsticks::of(self, lot);
        let own = yardsticks.of_bidder(bidder)?;
        let others = yardsticks.others(bidder);
        let below_others =
            others.len() >= 2 && is_below(own, others.iter().copied(), kept).unwrap_or(false);
        if below_others {
            return Some(true);
        }
        let offer = self.bids.get(bidder)?.offers.get(&lot.id)?;
        match &lot.estimate {
            // Where only a part is offered, the estimate of the whole says nothing.
            Some(estimate) if offer.covers(&lot.lines) => {
                let estimate = estimate.known()?.amount();
                let price = offer.price.amount();
                Some(is_below(price, [estimate], kept).unwrap_or(false))
            }
            Some(_) | None => Some(false),
        }
    }
}

/// Whether a figure is below `kept` percent of the mean of others, without a division. `None` for sums beyond a decimal.
fn is_below(
    own: Decimal,
    others: impl IntoIterator<Item = Decimal>,
    kept: Decimal,
) -> Option<bool> {
    let (mut sum, mut count) = (Decimal::ZERO, Decimal::ZERO);
    for other in others {
        sum = sum.checked_add(other)?;
        count = count.checked_add(Decimal::ONE)?;
    }
    let own = own.checked_mul(count)?.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(own < sum.checked_mul(kept)?)
}

impl Evaluation {
    pub(super) fn corrected(&mut self, correction: &Correction, revision: u64) -> Option<()> {
        let offer = self.offer(&correction.bidder, &correction.lot)?;
        let possible = !offer.corrected && correction.after == Some(offer.price);
        possible.then_some(())?;
        offer.corrected = true;
        self.judged.insert(Some(correction.lot.clone()), revision);
        self.unpropose(Some(&correction.lot));
        Some(())
    }

    pub(super) fn explained(&mut self, explanation: &LowBid, revision: u64) -> Option<()> {
        let offer = self.offer(&explanation.bidder, &explanation.lot)?;
        offer.explained = Some(explanation.accepted);
        self.judged.insert(Some(explanation.lot.clone()), revision);
        self.unpropose(Some(&explanation.lot));
        Some(())
    }

    fn offer(&mut self, bidder: &OrganizationId, lot: &LotId) -> Option<&mut Offer> {
        (self.stage == Stage::Awarding).then_some(())?;
        self.bids.get_mut(bidder)?.offers.get_mut(lot)
    }
}
