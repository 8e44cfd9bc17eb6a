//! What a bid is awarded on besides its merit, from the second edition of the rules on: that it still binds its bidder, and that the
//! security stands which the terms ask for.
//!
//! A bid binds through so many days after the day of the deadline as the terms say, and longer where its bidder extends it while it
//! does. Nobody is bound against its will: what lapsed is rejected, or was extended in time. With a deadline at midnight before 20
//! January and 90 days, the last one is 19 April.
//!
//! A security stands that the technical bid names, that was received for this tender from this bidder and confirmed by its issuer, that
//! is neither called, released nor lapsed, and that covers its percentage of all that the bid offers.

use rust_decimal::Decimal;

use super::refusal::{BidRefusal, Refusal};
use super::state::{Bid, Evaluation, Offer, plus};
use super::{Decision, Stage};
use crate::aggregate::{Facts, Readings, ensure};
use crate::domain::security::{Guarantee, Purpose, Security};
use crate::domain::tender::command::Command;
use crate::domain::tender::event::{DisqualificationGround, Event, ValidityExtension, Winner};
use crate::domain::values::{Date, DocumentNumber, Money, OrganizationId, SecurityId};
use crate::event::ActorId;
use crate::store::StreamName;

/// How far ahead a bid may be extended, in days.
const DAYS_MAX: i32 = 365;

impl Evaluation {
    pub(super) fn extend_validity(&self, extension: ValidityExtension, facts: &Facts) -> Decision {
        ensure(self.stage != Stage::Receiving, self.not_now())?;
        let bidder = &extension.bidder;
        let own = facts.actor.id == ActorId::Organization(bidder.clone());
        ensure(own, BidRefusal::NotOwnBid)?;
        ensure(
            self.has_standing_bid(bidder),
            BidRefusal::NoBid {
                bidder: bidder.clone(),
            },
        )?;
        self.check_binding(bidder, facts)?;
        let [_, today] = facts.days();
        let (after, latest) = (self.binds_until(bidder, facts), today.plus_days(DAYS_MAX));
        ensure(
            after < extension.until && extension.until <= latest,
            BidRefusal::ValidityRange { after, latest },
        )?;
        Ok(vec![Event::ValidityExtended(extension)])
    }

    /// Whether a bid may still win: it was not rejected or withdrawn and binds, and the awards are not final.
    pub fn may_win(&self, bidder: &OrganizationId, facts: &Facts) -> bool {
        self.stage != Stage::Final
            && self.has_standing_bid(bidder)
            && !self.is_lapsed(bidder, facts)
    }

    /// Whether an award to this bidder rests on a security, or may come to: on which one, the technical bid says once it is open.
    pub fn rests_on(&self, security: &SecurityId, bidder: &OrganizationId, facts: &Facts) -> bool {
        let sealed = match self.stage {
            Stage::Receiving | Stage::TechnicalOpening { .. } => true,
            Stage::TechnicalEvaluation
            | Stage::FinancialOpening { .. }
            | Stage::Awarding
            | Stage::Standstill { .. }
            | Stage::Final => false,
        };
        let named = self.bids.get(bidder).and_then(|bid| bid.security.as_ref());
        let mut winners = self.awards().flat_map(|award| &award.winners);
        let wins = winners.any(|winner| winner.bidder == *bidder) || self.may_win(bidder, facts);
        wins && (sealed || named == Some(security))
    }

    /// Whether a decision by which a bidder's security is called is one that this tender knows; from the fourth edition of the rules
    /// on it must be. Where the bidder itself withdrew, or its award fell because it did not keep its word, the tender shows why, and
    /// the decision to call is the buyer's own.
    pub fn holds_against(
        &self,
        bidder: &OrganizationId,
        decision: &DocumentNumber,
        facts: &Facts,
    ) -> bool {
        let bid = self.bids.get(bidder);
        let known = bid.is_some_and(|bid| bid.not_kept || bid.decisions.contains(decision));
        known || !self.notice.has_edition(4, &facts.readings)
    }

    fn has_standing_bid(&self, bidder: &OrganizationId) -> bool {
        let bid = self.bids.get(bidder).filter(|bid| !bid.rejected);
        bid.is_some_and(|bid| !bid.counting.is_empty() || !bid.offers.is_empty())
    }

    /// Last day on which a bid binds.
    fn binds_until(&self, bidder: &OrganizationId, facts: &Facts) -> Date {
        let closing = facts.day_of(self.closed_at.plus_micros(-1));
        let by_terms = closing.plus_days(self.notice.draft.terms.validity_days.into());
        let extended = self.bids.get(bidder).and_then(|bid| bid.binds_until);
        extended.map_or(by_terms, |extended| extended.max(by_terms))
    }

    /// Whether a bid binds no more.
    pub(super) fn is_lapsed(&self, bidder: &OrganizationId, facts: &Facts) -> bool {
        let until = self.binds_until(bidder, facts);
        facts.days().iter().any(|day| *day > until)
    }

    fn check_binding(&self, bidder: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
        let until = self.binds_until(bidder, facts);
        let bidder = || bidder.clone();
        ensure(
            !self.is_lapsed(&bidder(), facts),
            BidRefusal::Lapsed {
                bidder: bidder(),
                until,
            },
        )?;
        Ok(())
    }

    /// All winners' bids bind, and their securities stand.
    pub(super) fn check_bound(&self, winners: &[Winner], facts: &Facts) -> Result<(), Refusal> {
        if !self.notice.has_edition(2, &facts.readings) {
            return Ok(());
        }
        for Winner { bidder, .. } in winners {
            self.check_binding(bidder, facts)?;
            if self.wants_securities() {
                self.check_secured(bidder, facts)?;
            }
        }
        Ok(())
    }

    /// Whether a bid may be rejected for its security: what stands as the terms ask for is no ground. Under the first editions of
    /// the rules it was enough that they ask.
    pub(super) fn lacks_security(&self, bidder: &OrganizationId, facts: &Facts) -> bool {
        let third = self.notice.has_edition(3, &facts.readings);
        self.wants_securities() && !(third && self.check_secured(bidder, facts).is_ok())
    }

    fn wants_securities(&self) -> bool {
        self.notice.draft.terms.security_percent > Decimal::ZERO
    }

    fn check_secured(&self, bidder: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
        let missing = || BidRefusal::NoSecurity {
            bidder: bidder.clone(),
        };
        let bid = self.bids.get(bidder).ok_or_else(missing)?;
        let named = bid.security.as_ref().ok_or_else(missing)?;
        let security = facts.readings.get::<Security>(&Security::stream(named));
        let held = security.and_then(Security::verified);
        let held = held.filter(|it| self.is_held(it, bidder, facts));
        let held = held.ok_or_else(|| BidRefusal::SecurityNotHeld {
            bidder: bidder.clone(),
            security: named.clone(),
        })?;
        let amount = held.received().amount;
        ensure(
            self.covers(amount, bid),
            BidRefusal::SecurityTooLow {
                security: named.clone(),
                amount,
                percent: self.notice.draft.terms.security_percent,
            },
        )?;
        Ok(())
    }

    /// Of this bidder for this tender, and not past its last day.
    fn is_held(&self, guarantee: &Guarantee, bidder: &OrganizationId, facts: &Facts) -> bool {
        let received = guarantee.received();
        received.purpose == Purpose::Bid(self.notice.tender.clone())
            && received.principal == *bidder
            && facts.days().iter().all(|day| *day <= received.valid_until)
    }

    /// Whether an amount is the terms' percentage of all that a bid offers, without a division.
    fn covers(&self, amount: Money, bid: &Bid) -> bool {
        let zero = Money::new(Decimal::ZERO, self.notice.draft.currency).ok();
        let offered = bid.offers.values().map(|offer: &Offer| offer.price);
        let offered = offered.fold(zero, |sum, price| plus(sum?, price));
        let needed = offered.and_then(|offered| {
            let percent = self.notice.draft.terms.security_percent;
            offered.amount().checked_mul(percent)
        });
        let given = amount.amount().checked_mul(Decimal::ONE_HUNDRED);
        let same = amount.currency() == self.notice.draft.currency;
        same && given
            .zip(needed)
            .is_some_and(|(given, needed)| given >= needed)
    }

    /// The securities that awards and rejections rest on, where the rules ask for them.
    pub fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        let of = |winners: &'_ [Winner]| winners.iter().map(|it| it.bidder.clone()).collect();
        let (edition, bidders): (u8, Vec<OrganizationId>) =
            if let Command::ProposeAward(award) = command {
                (2, of(&award.winners))
            } else if let Command::ApproveAward(approval) = command {
                let proposal = self.proposal(&approval.lot);
                (2, of(proposal.map_or(&[], |it| &it.award.winners)))
            } else if let Command::Disqualify(rejection) = command {
                let rests = rejection.ground == DisqualificationGround::Security;
                let bidder = rests.then(|| rejection.bidder.clone());
                (3, bidder.into_iter().collect())
            } else {
                return Vec::new();
            };
        if !self.wants_securities() || !self.notice.has_edition(edition, readings) {
            return Vec::new();
        }
        let bids = bidders.iter().filter_map(|it| self.bids.get(it));
        let named = bids.filter_map(|bid| bid.security.as_ref());
        named.map(Security::stream).collect()
    }
}

impl Evaluation {
    pub(super) fn validity_extended(&mut self, extension: &ValidityExtension) -> Option<()> {
        (self.stage != Stage::Receiving).then_some(())?;
        let bid = self.bids.get_mut(&extension.bidder)?;
        bid.binds_until
            .is_none_or(|before| before < extension.until)
            .then_some(())?;
        bid.binds_until = Some(extension.until);
        Some(())
    }
}
