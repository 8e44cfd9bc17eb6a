//! Securities of bids: from the list to the end of the tender.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::known::day;
use super::{Rules, day_of};
use crate::domain::security;
use crate::domain::tender::{Award, BidContent, DisqualificationGround, Event};
use crate::domain::values::{Date, OrganizationId, SecurityId};
use crate::event::{ActorId, Event as AnyEvent, Recorded};

impl<'a> Rules<'a> {
    /// Received after bidding, from the second edition on after the list; verified by somebody else; from the third on neither called
    /// nor given back while the bid may win.
    pub(super) fn securities(&self) {
        let mut receivers: BTreeMap<&str, _> = BTreeMap::new();
        let known = self.first(|event| match event {
            Event::BiddingClosed(_) => !self.has_edition(2),
            Event::BidsListed(_) => self.has_edition(2),
            _ => false,
        });
        for it in self.0 {
            let AnyEvent::Security(event) = &it.event else {
                continue;
            };
            let by = &it.metadata.actor.id;
            match event {
                security::Event::SecurityReceived(received) => {
                    assert!(known.unwrap().index < it.index);
                    let received = (by, &received.principal);
                    assert!(receivers.insert(it.stream.as_str(), received).is_none());
                }
                security::Event::SecurityVerified(_) => {
                    assert_ne!(receivers[it.stream.as_str()].0, by);
                }
                security::Event::SecurityReleased(_) | security::Event::SecurityCalled(_) => {
                    let (_, bidder) = receivers[it.stream.as_str()];
                    let free = !self.has_edition(3) || !self.may_win(bidder, it);
                    assert!(free, "the bid of {bidder} stands: {event:?}");
                }
                security::Event::SecurityExtended(_) => {
                    assert!(receivers.contains_key(it.stream.as_str()));
                }
            }
        }
    }

    /// Whether a bidder's bid may still win below an entry. In standstill an award may fall, so that every bid may.
    fn may_win(&self, bidder: &OrganizationId, at: &Recorded) -> bool {
        let before = self.of_tender().take_while(|(it, _)| it.index < at.index);
        let mut may_win = true;
        for (_, event) in before {
            match event {
                Event::BidDisqualified(it) if it.bidder == *bidder => may_win = false,
                Event::StandstillEnded(_)
                | Event::TenderCompleted(_)
                | Event::TenderCancelled(_)
                | Event::TenderFailed(_) => may_win = false,
                // A complaint against a rejection may have let the bid in again; the rejection is proposed anew then.
                _ => {}
            }
        }
        may_win && self.has_counting_bid(bidder) && day(at) <= self.binds_until(bidder, at)
    }

    /// Last day on which a bid binds, as far as is known at an entry.
    pub(super) fn binds_until(&self, bidder: &OrganizationId, at: &Recorded) -> Date {
        let last_instant = self.deadline().unwrap().plus_micros(-1);
        let days = self.draft().unwrap().terms.validity_days;
        let by_terms = day_of(last_instant).plus_days(days.into());
        let before = self.of_tender().take_while(|(it, _)| it.index < at.index);
        let extended = before.filter_map(|(_, event)| match event {
            Event::ValidityExtended(it) if it.bidder == *bidder => Some(it.until),
            _ => None,
        });
        extended.chain([by_terms]).max().unwrap()
    }

    /// A bidder extends its own bid, and while it binds.
    pub(super) fn nobody_is_bound_against_its_will(&self) {
        for (it, event) in self.of_tender() {
            let Event::ValidityExtended(extension) = event else {
                continue;
            };
            let bidder = &extension.bidder;
            let by = it.metadata.actor.id.to_string();
            assert_eq!(by, format!("organization:{bidder}"));
            assert!(
                day(it) <= self.binds_until(bidder, it),
                "{bidder} had lapsed"
            );
        }
    }

    /// An award rests on bids that bind, and on the securities that the terms ask for.
    pub(super) fn is_bound(&self, award: &Award, at: &Recorded, value: Decimal) {
        if !self.has_edition(2) {
            return;
        }
        let percent = self.draft().unwrap().terms.security_percent;
        for winner in &award.winners {
            let bidder = &winner.bidder;
            assert!(
                day(at) <= self.binds_until(bidder, at),
                "{bidder} has lapsed"
            );
            if percent > Decimal::ZERO {
                let secured = self.secured(bidder, at);
                let enough = secured * Decimal::ONE_HUNDRED >= value * percent;
                assert!(enough, "{bidder}: {value} secured by {secured}");
            }
        }
    }

    /// How much stands behind a bid: of the security that it names, verified, and neither called, given back nor past its day.
    fn secured(&self, bidder: &OrganizationId, at: &Recorded) -> Decimal {
        let named = self.named_security(bidder, at);
        let stream = format!("security-{}", named.unwrap());
        let (mut amount, mut stands) = (Decimal::ZERO, false);
        let before = self.0.iter().take_while(|it| it.index < at.index);
        for it in before.filter(|it| it.stream.as_str() == stream) {
            match &it.event {
                AnyEvent::Security(security::Event::SecurityReceived(received)) => {
                    assert_eq!(received.principal, *bidder);
                    assert!(day(at) <= received.valid_until);
                    amount = received.amount.amount();
                }
                AnyEvent::Security(security::Event::SecurityVerified(_)) => stands = true,
                AnyEvent::Security(
                    security::Event::SecurityCalled(_) | security::Event::SecurityReleased(_),
                ) => stands = false,
                _ => {}
            }
        }
        if stands { amount } else { Decimal::ZERO }
    }

    fn named_security(&self, bidder: &OrganizationId, at: &Recorded) -> Option<&'a SecurityId> {
        let mut before = self.of_tender().take_while(|(it, _)| it.index < at.index);
        before.find_map(|(_, event)| match event {
            Event::BidOpened(opened) if opened.bidder.as_ref() == Some(bidder) => {
                match &opened.content {
                    Some(BidContent::Technical(bid)) => bid.security.as_ref(),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// Who bids, as was read below an entry.
    pub(super) fn bidders_before(&self, at: &Recorded) -> BTreeSet<&'a OrganizationId> {
        let before = self.of_tender().take_while(|(it, _)| it.index < at.index);
        let read = before.filter_map(|(_, event)| match event {
            Event::BidOpened(opened) => opened.bidder.as_ref(),
            Event::OfferRecorded(offer) => Some(&offer.bidder),
            _ => None,
        });
        read.collect()
    }

    /// Whether somebody bids, read or not, as is known below an entry.
    pub(super) fn bids_before(&self, by: &ActorId, at: &Recorded) -> bool {
        let mut before = self.of_tender().take_while(|(it, _)| it.index < at.index);
        before.any(|(_, event)| {
            let bidder = match event {
                Event::BidReceived(receipt) => &receipt.bidder,
                Event::OfferRecorded(offer) => &offer.bidder,
                _ => return false,
            };
            *by == ActorId::Organization(bidder.clone())
        })
    }

    /// Who withdraws says so itself.
    pub(super) fn is_withdrawal(it: &Recorded, event: &Event) -> bool {
        let Event::BidDisqualified(rejection) = event else {
            return false;
        };
        let own = it.metadata.actor.id.to_string() == format!("organization:{}", rejection.bidder);
        own && rejection.ground == DisqualificationGround::WithdrawnAfterOpening
    }
}
