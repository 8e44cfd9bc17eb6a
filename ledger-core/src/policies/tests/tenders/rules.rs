//! The rules of procurement as they must hold of a log, whatever was asked of the ledger: read from the log alone, and apart from
//! how the ledger decides.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "each rule looks at what it is about"
)]

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::world::{BIDDERS, LIMITS, PRICES};
use crate::domain::disclosure;
use crate::domain::envelope;
use crate::domain::plan;
use crate::domain::security;
use crate::domain::tender::{BidContent, ComplaintOutcome, EnvelopePart, Event, Standing};
use crate::domain::values::{EnvelopeId, OrganizationId};
use crate::event::{ActorId, Event as AnyEvent, Recorded};
use crate::time::Timestamp;

/// One tender in a log.
pub(super) struct Rules<'a>(pub(super) &'a [Recorded]);

/// What was sealed, and what its bidder did with it, by stamps.
struct Bid {
    claim: envelope::Claim,
    sealed_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

impl<'a> Rules<'a> {
    /// All of them.
    pub(super) fn check(&self) {
        self.the_log_is_whole();
        self.two_persons();
        self.nothing_opened_before_its_time();
        self.the_latest_timely_envelope_counts();
        self.prices_after_the_technical_result();
        self.awards();
        self.the_end();
        self.disclosures();
        self.securities();
    }

    fn of_tender(&self) -> impl Iterator<Item = (&'a Recorded, &'a Event)> {
        self.0.iter().filter_map(|it| match &it.event {
            AnyEvent::Tender(event) => Some((it, event)),
            _ => None,
        })
    }

    fn first(&self, wanted: impl Fn(&Event) -> bool) -> Option<&'a Recorded> {
        let mut found = self.of_tender().filter(|(_, event)| wanted(event));
        found.next().map(|(recorded, _)| recorded)
    }

    /// The deadline as it stands in the end.
    fn deadline(&self) -> Option<Timestamp> {
        let moved = self.of_tender().filter_map(|(_, event)| match event {
            Event::TenderPublished(it) => Some(it.closes_at),
            Event::TenderAmended(it) => Some(it.closes_at),
            Event::DeadlineExtended(it) => Some(it.closes_at),
            _ => None,
        });
        moved.last()
    }

    /// Stamps rise, revisions have no gap, no id stands twice, and no command of an actor on a stream was applied twice.
    fn the_log_is_whole(&self) {
        let (mut ids, mut revisions) = (BTreeSet::new(), BTreeMap::new());
        let mut commands: BTreeMap<_, u64> = BTreeMap::new();
        let mut before = None;
        for it in self.0 {
            assert!(before < Some(it.recorded_at), "{}", it.index);
            before = Some(it.recorded_at);
            assert!(ids.insert(it.id));
            let next: &mut u64 = revisions.entry(it.stream.as_str()).or_default();
            assert_eq!(it.revision, *next, "{}", it.stream);
            *next += 1;
            let (actor, command) = (it.metadata.actor.id.to_string(), it.metadata.command_id);
            // Events of one command stand together.
            let index = commands.insert((it.stream.as_str(), actor, command), it.index);
            assert!(index.is_none_or(|index| index + 1 == it.index), "{it:?}");
        }
    }

    /// Nobody approves what is the own, or more than is delegated.
    fn two_persons(&self) {
        let (mut planners, mut drafters) = (BTreeSet::new(), BTreeSet::new());
        let mut registrars: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for it in self.0 {
            let by = it.metadata.actor.id.clone();
            match &it.event {
                AnyEvent::Plan(plan::Event::NeedPlanned(_) | plan::Event::PlanAmended(_)) => {
                    planners.insert(by);
                }
                AnyEvent::Plan(plan::Event::PlanApproved(approval)) => {
                    assert!(!planners.contains(&by));
                    within(&by, approval.limit.unwrap().amount(), 4_000.into());
                }
                AnyEvent::Tender(
                    Event::TenderDrafted(_) | Event::LotAdded(_) | Event::CommitteeAppointed(_),
                ) => {
                    drafters.insert(by);
                }
                AnyEvent::Tender(Event::TenderApproved(approval)) => {
                    assert!(!drafters.contains(&by));
                    within(&by, approval.limit.unwrap().amount(), 4_000.into());
                }
                AnyEvent::Tender(Event::OpeningKeyEnrolled(key)) => {
                    assert_ne!(by.to_string(), format!("official:{}", key.witness));
                    let enrolled: &mut BTreeSet<_> = registrars.entry(&key.member).or_default();
                    enrolled.insert(by);
                }
                AnyEvent::Tender(Event::TenderPublished(published)) => {
                    for member in &published.sealing.as_ref().unwrap().members {
                        assert!(registrars[&member.member].len() >= 2, "two registrars");
                    }
                }
                _ => {}
            }
        }
    }

    /// Shares, openings and voids stand behind the end of the list, which stands behind the closing at or after the deadline.
    fn nothing_opened_before_its_time(&self) {
        let closed = self.first(|event| matches!(event, Event::BiddingClosed(_)));
        let listed = self.first(|event| matches!(event, Event::BidsListed(_)));
        let opening = self.first(|event| {
            matches!(
                event,
                Event::SharesPublished(_)
                    | Event::SecretRevealed(_)
                    | Event::BidOpened(_)
                    | Event::BidVoided(_)
            )
        });
        if let Some(closed) = closed {
            assert!(closed.recorded_at >= self.deadline().unwrap());
            assert!(!self.has_pending_complaint(closed.index));
        }
        if let Some(listed) = listed {
            assert!(closed.unwrap().index < listed.index);
        }
        if let Some(opening) = opening {
            assert!(listed.unwrap().index < opening.index);
        }
        let mut outcomes = BTreeSet::new();
        for (_, event) in self.of_tender() {
            let (Event::BidOpened(_) | Event::BidVoided(_)) = event else {
                continue;
            };
            assert!(outcomes.insert(opened_envelope(event)), "opened once");
        }
    }

    fn bids(&self) -> BTreeMap<EnvelopeId, Bid> {
        let mut bids = BTreeMap::new();
        for it in self.0 {
            let AnyEvent::Envelope(event) = &it.event else {
                continue;
            };
            let id = EnvelopeId::new(it.stream.id()).unwrap();
            assert!(matches!(it.metadata.actor.id, ActorId::Key(_)));
            match event {
                envelope::Event::BidSealed(sealed) => {
                    let bid = Bid {
                        claim: sealed.claim.known().unwrap().clone(),
                        sealed_at: it.recorded_at,
                        confirmed_at: None,
                        withdrawn_at: None,
                    };
                    assert!(bids.insert(id, bid).is_none());
                }
                envelope::Event::BidConfirmed(_) => {
                    bids.get_mut(&id).unwrap().confirmed_at = Some(it.recorded_at);
                }
                envelope::Event::BidWithdrawn(_) => {
                    bids.get_mut(&id).unwrap().withdrawn_at = Some(it.recorded_at);
                }
            }
        }
        bids
    }

    /// Of a bidder's envelopes of a part the latest counts that was neither withdrawn nor left behind by an amendment; it alone
    /// may be opened, and each envelope is listed once.
    fn the_latest_timely_envelope_counts(&self) {
        let (bids, deadline) = (self.bids(), self.deadline());
        for (id, bid) in &bids {
            let acts = [Some(bid.sealed_at), bid.confirmed_at, bid.withdrawn_at];
            for at in acts.into_iter().flatten() {
                assert!(at < deadline.unwrap(), "{id} at {at}");
            }
        }
        if self
            .first(|event| matches!(event, Event::BidsListed(_)))
            .is_none()
        {
            return;
        }
        let amended = self.of_tender().filter_map(|(it, event)| match event {
            Event::TenderAmended(_) => Some(it.recorded_at),
            _ => None,
        });
        let amended = amended.last();
        let stands = |bid: &Bid| {
            let knows = amended.is_none_or(|at| {
                bid.sealed_at > at || bid.confirmed_at.is_some_and(|confirmed| confirmed > at)
            });
            knows && bid.withdrawn_at.is_none()
        };
        let mut counting: BTreeMap<(OrganizationId, EnvelopePart), (Timestamp, EnvelopeId)> =
            BTreeMap::new();
        for (id, bid) in bids.iter().filter(|(_, bid)| stands(bid)) {
            let of = (bid.claim.bidder.clone(), bid.claim.part);
            let latest = counting.entry(of).or_insert((bid.sealed_at, id.clone()));
            *latest = latest.clone().max((bid.sealed_at, id.clone()));
        }
        let counting: BTreeSet<_> = counting.into_values().map(|(_, id)| id).collect();
        let (mut listed, mut counted) = (BTreeSet::new(), BTreeSet::new());
        for (_, event) in self.of_tender() {
            if let Event::BidReceived(receipt) = event {
                assert!(listed.insert(receipt.envelope.clone()));
                if receipt.standing == Some(Standing::Counts) {
                    counted.insert(receipt.envelope.clone());
                }
            }
            if let Event::BidOpened(_) | Event::BidVoided(_) = event {
                assert!(counting.contains(opened_envelope(event).unwrap()));
            }
        }
        assert_eq!(counted, counting);
        assert_eq!(listed, bids.into_keys().collect());
    }

    /// No price is read before the technical result, nor one of a bidder who was not accepted.
    fn prices_after_the_technical_result(&self) {
        let mut accepted: Option<BTreeSet<&OrganizationId>> = None;
        let mut rejected = BTreeSet::new();
        for (_, event) in self.of_tender() {
            match event {
                Event::TechnicalResultApproved(result) => {
                    let bidders = result.accepted.iter().map(|it| &it.bidder);
                    accepted = Some(bidders.collect());
                }
                Event::BidDisqualified(it) if it.lot.is_none() => {
                    rejected.insert(&it.bidder);
                }
                Event::BidOpened(opened) => {
                    let bidder = opened.bidder.as_ref().unwrap();
                    if let Some(BidContent::Financial(_)) = opened.content {
                        assert!(accepted.as_ref().unwrap().contains(bidder));
                        assert!(!rejected.contains(bidder));
                    }
                }
                _ => {}
            }
        }
    }

    /// The lowest bid that nobody rejected, or a departure with its reason; approved by another, within the limit.
    fn awards(&self) {
        let (mut rejected, mut priced) = (BTreeSet::new(), BTreeMap::new());
        let mut proposed: BTreeMap<u64, _> = BTreeMap::new();
        for (it, event) in self.of_tender() {
            let by = &it.metadata.actor.id;
            match event {
                Event::BidDisqualified(it) => {
                    rejected.insert(it.bidder.to_string());
                }
                Event::BidOpened(opened)
                    if matches!(opened.content, Some(BidContent::Financial(_))) =>
                {
                    let bidder = opened.bidder.as_ref().unwrap().to_string();
                    let place = BIDDERS.iter().position(|name| *name == bidder).unwrap();
                    let price: Decimal = PRICES[place].parse().unwrap();
                    priced.insert(bidder, price * Decimal::from(1_000));
                }
                Event::AwardProposed(award) => {
                    let valid = priced.iter().filter(|(name, _)| !rejected.contains(*name));
                    let best = valid.min_by_key(|(_, price)| **price);
                    let winner = award.winners[0].bidder.to_string();
                    assert!(priced.contains_key(&winner) && !rejected.contains(&winner));
                    let is_best = best.unwrap().0 == &winner;
                    assert!(is_best || award.departure.is_some(), "{award:?}");
                    proposed.insert(it.revision, (by, priced[&winner]));
                }
                Event::AwardApproved(approval) => {
                    let (proposer, price) = proposed[&approval.proposal];
                    assert_ne!(proposer, by);
                    assert_eq!(approval.value.unwrap().amount(), price);
                    within(by, approval.limit.unwrap().amount(), price);
                }
                _ => {}
            }
        }
    }

    fn has_pending_complaint(&self, below: u64) -> bool {
        let mut pending = BTreeSet::new();
        for (_, event) in self.of_tender().take_while(|(it, _)| it.index < below) {
            match event {
                Event::ComplaintFiled(it) => {
                    pending.insert(&it.id);
                }
                Event::ComplaintDecided(it) if it.outcome != ComplaintOutcome::Upheld => {
                    pending.remove(&it.complaint);
                }
                Event::ComplaintWithdrawn(it) => {
                    pending.remove(&it.complaint);
                }
                _ => {}
            }
        }
        !pending.is_empty()
    }

    /// No end of the standstill before its instant or over a complaint, no completion before it, and nothing after the end.
    fn the_end(&self) {
        let (mut until, mut ended, mut over) = (None, false, false);
        for (it, event) in self.of_tender() {
            assert!(!over, "{event:?} after the end");
            match event {
                Event::BiddersNotified(told) => {
                    until = told.standstill_until;
                    let ten_days = it.recorded_at.plus_micros(10 * 86_400_000_000);
                    assert!(until.unwrap() >= ten_days);
                }
                Event::StandstillEnded(_) => {
                    assert!(it.recorded_at >= until.unwrap());
                    assert!(!self.has_pending_complaint(it.index));
                    ended = true;
                }
                Event::TenderCompleted(_) => {
                    assert!(ended);
                    over = true;
                }
                Event::TenderCancelled(_) | Event::TenderFailed(_) => over = true,
                _ => {}
            }
        }
    }

    /// Each part is published once, and not before its step.
    fn disclosures(&self) {
        let mut published = BTreeSet::new();
        for it in self.0 {
            let AnyEvent::Disclosure(disclosure::Event::PartDisclosed(part)) = &it.event else {
                continue;
            };
            let (of, number) = (part.part.index, part.part.part);
            assert!(published.insert((of, number)));
            let source = &self.0[usize::try_from(of).unwrap()];
            let step = self
                .of_tender()
                .find(|(_, event)| match (&source.event, event) {
                    (AnyEvent::Envelope(_), Event::BidReceived(receipt)) => {
                        receipt.envelope.as_str() == source.stream.id()
                    }
                    (AnyEvent::Tender(Event::LotAdded(_)), Event::BidOpened(_)) => true,
                    (AnyEvent::Tender(_), Event::TenderFailed(_) | Event::BiddersNotified(_)) => {
                        true
                    }
                    _ => false,
                });
            assert!(step.unwrap().0.index < it.index);
        }
    }

    /// Received after bidding, verified by somebody else.
    fn securities(&self) {
        let mut receivers = BTreeSet::new();
        let closed = self.first(|event| matches!(event, Event::BiddingClosed(_)));
        for it in self.0 {
            let AnyEvent::Security(event) = &it.event else {
                continue;
            };
            match event {
                security::Event::SecurityReceived(_) => {
                    assert!(closed.unwrap().index < it.index);
                    receivers.insert(&it.metadata.actor.id);
                }
                security::Event::SecurityVerified(_) => {
                    assert!(!receivers.contains(&it.metadata.actor.id));
                }
                security::Event::SecurityReleased(_)
                | security::Event::SecurityExtended(_)
                | security::Event::SecurityCalled(_) => assert!(!receivers.is_empty()),
            }
        }
    }
}

fn opened_envelope(event: &Event) -> Option<&EnvelopeId> {
    match event {
        Event::BidOpened(it) => Some(&it.envelope),
        Event::BidVoided(it) => Some(&it.envelope),
        _ => None,
    }
}

/// What was approved is not above what is delegated.
fn within(by: &ActorId, limit: Decimal, value: Decimal) {
    let mut delegated = LIMITS.iter();
    let (_, most) = delegated
        .find(|(name, _)| by.to_string() == format!("official:{name}"))
        .unwrap();
    assert!(
        limit <= Decimal::from(*most) && value <= limit,
        "{by}: {value}"
    );
}
