//! How acceptable offers for a lot compare, by the published criteria alone.
//!
//! **Yardstick.** Where quantities may not be split, an offer's price. Where they may, offers of different extent compare by price ÷
//! what the same quantities cost at the lowest unit price that anyone offers for each line, rounded half away from zero to 6 places
//! (where that costs nothing, the price itself; for whole offers it orders as the price does).
//!
//! **Merit**, where criteria are rated: `(100 − w) · points ÷ most points + w · lowest yardstick ÷ yardstick` of 100, with `w` the
//! weight of the price in percent, rounded half away from zero to 4 places; a yardstick of 0 has the whole weight.
//!
//! With w = 60, 80 of 100 points and a price of 1,250.00 where the lowest is 1,000.00: 40 · 0.8 + 60 · 0.8 = 80.0000.
//!
//! **Ties** go by the published rules in their order, and last by the earlier financial envelope, whose stamps are never equal.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::state::{Bid, Evaluation, Offer};
use crate::domain::tender::event::{Lot, Ranked, Scores, TieRule};
use crate::domain::values::{Money, OrganizationId, Quantity, UnitPrice, Withheld};
use crate::time::Timestamp;

/// Decimal places of a yardstick of split quantities.
const YARDSTICK_PLACES: u32 = 6;
/// Decimal places of a merit.
const MERIT_PLACES: u32 = 4;

/// What acceptable offers for a lot are compared by; lower is better.
pub(super) struct Yardsticks<'a>(BTreeMap<&'a OrganizationId, Decimal>);

/// An offer among the others.
struct Place<'a> {
    bidder: &'a OrganizationId,
    price: Money,
    yardstick: Decimal,
    /// `None` where scores are withheld.
    points: Option<Decimal>,
    merit: Option<Decimal>,
    sealed_at: Option<Timestamp>,
}

impl<'a> Yardsticks<'a> {
    pub(super) fn of(evaluation: &'a Evaluation, lot: &'a Lot) -> Self {
        let offers = || evaluation.acceptable(&lot.id);
        if !evaluation.notice.draft.terms.split {
            let prices = offers().map(|(bidder, _, offer)| (bidder, offer.price.amount()));
            return Self(prices.collect());
        }
        let mut lowest: BTreeMap<u16, Decimal> = BTreeMap::new();
        for (line, (_, price)) in offers().flat_map(|(_, _, offer)| &offer.lines) {
            let price = price.amount();
            let least = lowest.entry(*line).or_insert(price);
            *least = price.min(*least);
        }
        let yardsticks = offers().map(|(bidder, _, offer)| {
            let price = offer.price.amount();
            let cost = cost(&offer.lines, &lowest);
            let ratio = cost.and_then(|cost| price.checked_div(cost));
            let rounded = ratio.map(|ratio| rounded(ratio, YARDSTICK_PLACES));
            (bidder, rounded.unwrap_or(price))
        });
        Self(yardsticks.collect())
    }

    pub(super) fn of_bidder(&self, bidder: &OrganizationId) -> Option<Decimal> {
        self.0.get(bidder).copied()
    }

    pub(super) fn others(&self, bidder: &OrganizationId) -> Vec<Decimal> {
        let others = self.0.iter().filter(|(other, _)| **other != bidder);
        others.map(|(_, yardstick)| *yardstick).collect()
    }
}

/// What quantities cost at given unit prices.
fn cost(
    lines: &BTreeMap<u16, (Quantity, UnitPrice)>,
    prices: &BTreeMap<u16, Decimal>,
) -> Option<Decimal> {
    let mut costs = lines.iter().map(|(line, (quantity, _))| {
        let price = prices.get(line)?;
        quantity.get().checked_mul(*price)
    });
    costs.try_fold(Decimal::ZERO, |sum, cost| sum.checked_add(cost?))
}

fn rounded(exact: Decimal, places: u32) -> Decimal {
    exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

impl Evaluation {
    /// The acceptable offers for a lot, best first; where scores that it depends on are withheld, `None`.
    pub(super) fn ranking(&self, lot: &Lot) -> Option<Vec<Ranked>> {
        let mut places = self.places(lot);
        let weighs = self.weight().is_some();
        let ties = &self.notice.draft.ties;
        let needs_points = self.rated().next().is_some()
            && (weighs || ties.contains(&TieRule::MorePoints))
            && self.has_technical_part();
        let known = places.iter().all(|place| place.points.is_some());
        (known || !needs_points).then_some(())?;
        places.sort_by(|a, b| self.compare(a, b));
        Some(places.iter().map(Place::ranked).collect())
    }

    /// The acceptable offers for a lot in the order of bidders' ids.
    pub(super) fn unranked(&self, lot: &Lot) -> Vec<Ranked> {
        self.places(lot).iter().map(Place::ranked).collect()
    }

    /// The weight of the price where merit decides; a request for quotations has nothing to score.
    fn weight(&self) -> Option<u8> {
        self.price_weight().filter(|_| self.has_technical_part())
    }

    fn places<'a>(&'a self, lot: &'a Lot) -> Vec<Place<'a>> {
        let yardsticks = Yardsticks::of(self, lot);
        let lowest = yardsticks.0.values().copied().min();
        let place = |(bidder, bid, offer): (&'a OrganizationId, &'a Bid, &Offer)| {
            let yardstick = yardsticks.of_bidder(bidder)?;
            let points = bid.scores.as_ref().and_then(total);
            let price_share = lowest.map(|lowest| share(lowest, yardstick));
            let merit = self.weight().zip(points).zip(price_share);
            Some(Place {
                bidder,
                price: offer.price,
                yardstick,
                points,
                merit: merit.map(|((weight, points), share)| self.merit(weight, points, share)),
                sealed_at: bid.sealed_at,
            })
        };
        self.acceptable(&lot.id).filter_map(place).collect()
    }

    fn merit(&self, price_weight: u8, points: Decimal, price_share: Decimal) -> Decimal {
        let most = sum(self.rated().map(|(_, most, _)| most));
        let quality = points.checked_div(most).unwrap_or_default();
        let weight = Decimal::from(price_weight);
        let rest = Decimal::ONE_HUNDRED.saturating_sub(weight);
        let merit = rest
            .saturating_mul(quality)
            .saturating_add(weight.saturating_mul(price_share));
        rounded(merit, MERIT_PLACES)
    }

    fn compare(&self, a: &Place<'_>, b: &Place<'_>) -> Ordering {
        let first = if self.weight().is_some() {
            Reverse(a.merit).cmp(&Reverse(b.merit))
        } else {
            a.yardstick.cmp(&b.yardstick)
        };
        let ties = self.notice.draft.ties.iter();
        let ties = ties.chain(&[TieRule::EarlierEnvelope]);
        ties.fold(first, |order, tie| {
            order.then_with(|| match tie {
                TieRule::LowerPrice => a.yardstick.cmp(&b.yardstick),
                TieRule::MorePoints => Reverse(a.points).cmp(&Reverse(b.points)),
                TieRule::EarlierEnvelope => a.sealed_at.cmp(&b.sealed_at),
            })
        })
    }
}

/// Lowest ÷ own, of 1.
fn share(lowest: Decimal, own: Decimal) -> Decimal {
    lowest.checked_div(own).unwrap_or(Decimal::ONE)
}

/// All points of a bid; `None` where they are withheld.
fn total(scores: &Withheld<Scores>) -> Option<Decimal> {
    let scores = scores.known()?;
    Some(sum(scores.0.iter().map(|score| score.points)))
}

fn sum(points: impl Iterator<Item = Decimal>) -> Decimal {
    points.fold(Decimal::ZERO, Decimal::saturating_add)
}

impl Place<'_> {
    fn ranked(&self) -> Ranked {
        Ranked {
            bidder: self.bidder.clone(),
            price: self.price,
        }
    }
}
