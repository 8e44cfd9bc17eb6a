//! What is judged, who wins, and how it ends.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::world::{BIDDERS, PRICES};
use super::known::{Known, day};
use super::{DAY, Rules};
use crate::domain::committee::Resolution;
use crate::domain::tender::{Award, BidContent, ComplaintOutcome, Event};
use crate::domain::values::{ComplaintId, DocumentNumber, OrganizationId};
use crate::event::{ActorId, Recorded};

/// Who was rejected: the rejection of who complains falls with an upheld complaint.
#[derive(Default)]
struct Rejected<'a> {
    bidders: BTreeSet<String>,
    complaints: BTreeMap<&'a ComplaintId, &'a ActorId>,
}

impl<'a> Rejected<'a> {
    fn see(&mut self, by: &'a ActorId, event: &'a Event) {
        match event {
            Event::BidDisqualified(it) if it.lot.is_none() => {
                self.bidders.insert(it.bidder.to_string());
            }
            Event::ComplaintFiled(it) => {
                self.complaints.insert(&it.id, by);
            }
            Event::ComplaintDecided(it) if it.outcome == ComplaintOutcome::Upheld => {
                if let ActorId::Organization(bidder) = self.complaints[&it.complaint] {
                    self.bidders.remove(bidder.as_str());
                }
            }
            _ => {}
        }
    }

    fn has(&self, bidder: &str) -> bool {
        self.bidders.contains(bidder)
    }
}

/// What a bid asks for all that was asked for.
struct Offer {
    price: Decimal,
    /// What it says that its lines come to.
    stated: Decimal,
}

/// Whose prices an event shows; they are those that the bidder named.
fn priced(event: &Event) -> Option<(String, Offer)> {
    let (bidder, bid) = match event {
        Event::BidOpened(opened) => match &opened.content {
            Some(BidContent::Financial(bid)) => (opened.bidder.as_ref()?, bid),
            _ => return None,
        },
        Event::OfferRecorded(offer) => (&offer.bidder, &offer.offer),
        _ => return None,
    };
    let place = BIDDERS.iter().position(|name| *name == bidder.as_str())?;
    let price: Decimal = PRICES[place].parse().unwrap();
    let price = price * Decimal::from(1_000);
    let lines = bid.prices.iter();
    let lines = lines.map(|line| line.quantity.get() * line.unit_price.amount());
    assert_eq!(lines.sum::<Decimal>(), price, "not what {bidder} offered");
    let stated = bid.totals[0].total.amount();
    Some((bidder.to_string(), Offer { price, stated }))
}

impl Rules<'_> {
    /// Where there is one, no price is read before the technical result, nor one of a bidder who was not accepted.
    pub(super) fn prices_after_the_technical_result(&self) {
        let mut accepted: Option<BTreeSet<&OrganizationId>> = None;
        let mut rejected = Rejected::default();
        for (it, event) in self.of_tender() {
            rejected.see(&it.metadata.actor.id, event);
            if let Event::TechnicalResultApproved(result) = event {
                let bidders = result.accepted.iter().map(|it| &it.bidder);
                accepted = Some(bidders.collect());
            }
            let Event::BidOpened(opened) = event else {
                continue;
            };
            let bidder = opened.bidder.as_ref().unwrap();
            if let Some(BidContent::Financial(_)) = opened.content {
                let technical = self.draft().unwrap().procedure.has_technical_part();
                assert!(!technical || accepted.as_ref().unwrap().contains(bidder));
                assert!(!rejected.has(bidder.as_str()));
            }
        }
    }

    /// The lowest bid that nobody rejected, or a departure with its reason; approved by another, within the limit. Wrong sums are
    /// corrected before.
    pub(super) fn awards(&self) {
        let (mut rejected, mut offers) = (Rejected::default(), BTreeMap::new());
        let (mut proposed, mut used) = (BTreeMap::<u64, _>::new(), BTreeSet::new());
        for (it, event) in self.of_tender() {
            let by = &it.metadata.actor.id;
            rejected.see(by, event);
            offers.extend(priced(event));
            match event {
                Event::BidCorrected(correction) => {
                    let offer: &mut Offer = offers.get_mut(correction.bidder.as_str()).unwrap();
                    assert_eq!(correction.before.unwrap().amount(), offer.stated);
                    assert_eq!(correction.after.unwrap().amount(), offer.price);
                    offer.stated = offer.price;
                }
                Event::AwardProposed(award) => {
                    let valid = offers.iter().filter(|(name, _)| !rejected.has(name));
                    let wrong = valid.clone().any(|(_, offer)| offer.stated != offer.price);
                    assert!(!wrong, "{award:?} over wrong sums");
                    let best = valid.min_by_key(|(_, offer)| offer.price);
                    let winner = award.winners[0].bidder.to_string();
                    assert!(offers.contains_key(&winner) && !rejected.has(&winner));
                    let is_best = best.unwrap().0 == &winner;
                    assert!(is_best || award.departure.is_some(), "{award:?}");
                    let price = offers[&winner].price;
                    self.may_be_awarded(award, it, price);
                    let resolution = Resolution::Award {
                        lot: award.lot.clone(),
                        bidder: award.winners[0].bidder.clone(),
                    };
                    self.rests_on(it, &award.minutes, &resolution);
                    let once = used.insert((&award.minutes, resolution));
                    assert!(once || !self.has_edition(4), "{award:?} by spent minutes");
                    proposed.insert(it.revision, (by, award, price));
                }
                Event::AwardApproved(approval) => {
                    let (asked_by, award, price) = proposed[&approval.proposal];
                    assert_ne!(asked_by, by);
                    assert_eq!(approval.value.unwrap().amount(), price);
                    self.within(it, approval.limit.unwrap().amount(), price);
                    self.may_be_awarded(award, it, price);
                }
                _ => {}
            }
        }
    }

    /// Nobody who is debarred, lapsed or without its security wins.
    fn may_be_awarded(&self, award: &Award, it: &Recorded, price: Decimal) {
        for winner in &award.winners {
            let debarred = Known::before(self.0, it).is_debarred(&winner.bidder, day(it));
            assert!(!debarred, "{award:?} to a debarred bidder");
        }
        self.is_bound(award, it, price);
    }

    /// A quorum decided it: from the fourth edition on in so many words.
    fn rests_on(&self, it: &Recorded, minutes: &DocumentNumber, decided: &Resolution) {
        let (known, committee) = (Known::before(self.0, it), &self.committees().evaluation);
        let stands = if self.has_edition(4) {
            known.adopted(committee, minutes, decided)
        } else {
            known.recorded(committee, minutes)
        };
        assert!(stands, "{minutes} do not carry {decided:?}");
    }

    /// The technical result rests on minutes; so do, from the third edition on, rejections after it, and from the fourth all of them.
    pub(super) fn rejections(&self) {
        let mut judged = false;
        for (it, event) in self.of_tender() {
            match event {
                Event::TechnicalResultApproved(result) => {
                    judged = true;
                    self.rests_on(it, &result.minutes, &Resolution::TechnicalResult);
                }
                Event::BidDisqualified(rejection) => {
                    let free = !self.has_edition(3) || !judged && !self.has_edition(4);
                    if rejection.minutes.is_none() && (free || Self::is_withdrawal(it, event)) {
                        continue;
                    }
                    let resolution = Resolution::Rejection {
                        bidder: rejection.bidder.clone(),
                        lot: rejection.lot.clone(),
                    };
                    self.rests_on(it, rejection.minutes.as_ref().unwrap(), &resolution);
                }
                _ => {}
            }
        }
    }

    /// No end of the standstill before its instant or over a complaint, no completion before it or before the days for complaints are
    /// over, no failure where a bid was read, and nothing after the end.
    pub(super) fn the_end(&self) {
        let (mut until, mut heard, mut ended, mut over) = (None, None, false, false);
        for (it, event) in self.of_tender() {
            assert!(!over, "{event:?} after the end");
            match event {
                Event::BiddersNotified(told) => {
                    ended = false;
                    until = told.standstill_until;
                    let days = self.parameters().standstill_days;
                    let days = days.of(&self.draft().unwrap().procedure);
                    let least = it.metadata.decided_at.plus_micros(i64::from(days) * DAY);
                    assert!(until.unwrap() >= least);
                    let days = self.parameters().complaint_days;
                    heard = Some(it.metadata.decided_at.plus_micros(i64::from(days) * DAY));
                }
                Event::AwardCancelled(_) => (until, ended) = (None, false),
                Event::StandstillEnded(_) => {
                    assert!(it.recorded_at >= until.unwrap());
                    assert!(!self.is_disputed(it.index), "ended over a complaint");
                    ended = true;
                }
                Event::TenderCompleted(_) => {
                    assert!(ended && !self.is_disputed(it.index));
                    assert!(it.recorded_at >= heard.unwrap(), "nobody could complain");
                    over = true;
                }
                Event::TenderFailed(_) => {
                    let read = self.bidders_before(it);
                    assert!(read.is_empty(), "failed over the bids of {read:?}");
                    over = true;
                }
                Event::TenderCancelled(_) => over = true,
                _ => {}
            }
        }
    }
}
