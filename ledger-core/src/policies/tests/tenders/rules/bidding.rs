//! Publication, deadlines and envelopes: until what counts is opened.

use std::collections::{BTreeMap, BTreeSet};

use super::known::{Known, day};
use super::{DAY, Rules};
use crate::domain::disclosure;
use crate::domain::envelope;
use crate::domain::organization;
use crate::domain::plan;
use crate::domain::tender::{EnvelopePart, Event, Procedure, Standing};
use crate::domain::values::{EffectiveAt, EnvelopeId, OrganizationId, PublicKey};
use crate::event::{ActorId, Event as AnyEvent, Recorded, Role};
use crate::store::StreamName;
use crate::time::Timestamp;

/// What was sealed, and what its bidder did with it, by stamps.
struct Bid<'a> {
    sealed: &'a envelope::Sealed,
    claim: envelope::Claim,
    sealed_at: Timestamp,
    index: u64,
    confirmed_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

impl<'a> Rules<'a> {
    /// A plan that was approved comes first. After publication nothing is drafted; only what was approved since its last change is
    /// published, for at least the days of its procedure.
    pub(super) fn what_is_published_stands(&self) {
        let (mut approved, mut published) = (false, false);
        for (it, event) in self.of_tender() {
            match event {
                Event::TenderDrafted(_) if !self.is_planned(it) => panic!("drafted without a plan"),
                Event::TenderDrafted(_)
                | Event::LotAdded(_)
                | Event::LotRemoved(_)
                | Event::CommitteeAppointed(_) => {
                    assert!(!published, "{event:?} after publication");
                    approved = false;
                }
                Event::OpeningKeyEnrolled(_) => assert!(!published),
                Event::TenderApproved(_) => approved = true,
                Event::TenderPublished(set) => {
                    assert!(approved && !published);
                    published = true;
                    let days = self.parameters().tender_days_min;
                    let days = days.of(&self.draft().unwrap().procedure);
                    let least = it.metadata.decided_at.plus_micros(i64::from(days) * DAY);
                    assert!(set.closes_at >= least);
                }
                _ => {}
            }
        }
    }

    fn is_planned(&self, draft: &Recorded) -> bool {
        let mut before = self.0.iter().take_while(|it| it.index < draft.index);
        before.any(|it| matches!(it.event, AnyEvent::Plan(plan::Event::PlanApproved(_))))
    }

    /// Forward only; and an amendment leaves the days of its procedure.
    pub(super) fn deadlines_move_forward(&self) {
        let mut before = None;
        for (it, at) in self.deadlines() {
            assert!(before <= Some(at), "{at} at {}", it.index);
            before = Some(at);
            if let AnyEvent::Tender(Event::TenderAmended(_)) = &it.event {
                let days = self.parameters().amendment_days_min;
                let days = days.of(&self.draft().unwrap().procedure);
                let least = it.metadata.decided_at.plus_micros(i64::from(days) * DAY);
                assert!(at >= least);
            }
        }
    }

    /// By administrators. From the third edition on a deadline that has passed is moved by two: one reports, and another, who drafted
    /// nothing, confirms the same times.
    pub(super) fn outages(&self) {
        let (mut deadline, mut reported) = (None, None);
        let mut drafters = BTreeSet::new();
        for (it, event) in self.of_tender() {
            let by = &it.metadata.actor;
            match event {
                Event::TenderDrafted(_) | Event::LotAdded(_) | Event::CommitteeAppointed(_) => {
                    drafters.insert(&by.id);
                }
                Event::TenderPublished(set) => deadline = Some(set.closes_at),
                Event::TenderAmended(set) => deadline = Some(set.closes_at),
                Event::DeadlineExtended(set) => deadline = Some(set.closes_at),
                Event::OutageRecorded(outage) => {
                    let passed = it.metadata.decided_at >= deadline.unwrap();
                    let times = (outage.from, outage.until);
                    assert!(outage.from < deadline.unwrap());
                    match outage.closes_at {
                        None => {
                            assert!(passed && by.role == Role::Administrator);
                            reported = Some((times, &by.id));
                        }
                        Some(moved) if passed && self.has_edition(3) => {
                            let (said, first) = reported.unwrap();
                            assert!(said == times && *first != by.id);
                            assert!(!drafters.contains(&by.id));
                            deadline = Some(moved);
                        }
                        Some(moved) => {
                            assert_eq!(by.role, Role::Administrator);
                            deadline = Some(moved);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Shares, openings, voids and offers stand behind the end of the list, which stands behind the closing at or after the deadline and its
    /// grace.
    pub(super) fn nothing_opened_before_its_time(&self) {
        let closed = self.first(|event| matches!(event, Event::BiddingClosed(_)));
        let listed = self.first(|event| matches!(event, Event::BidsListed(_)));
        let opening = self.first(|event| {
            matches!(
                event,
                Event::SharesPublished(_)
                    | Event::SecretRevealed(_)
                    | Event::BidOpened(_)
                    | Event::BidVoided(_)
                    | Event::OfferRecorded(_)
            )
        });
        if let Some(closed) = closed {
            let grace = self.parameters().closing_grace_minutes.unwrap_or(0);
            let until = self.deadline().unwrap();
            let until = until.plus_micros(i64::from(grace) * 60_000_000);
            assert!(
                closed.recorded_at >= until,
                "{} < {until}",
                closed.recorded_at
            );
            assert!(!self.is_disputed(closed.index), "closed over a complaint");
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

    fn bids(&self) -> BTreeMap<EnvelopeId, Bid<'a>> {
        let mut bids: BTreeMap<EnvelopeId, Bid<'a>> = BTreeMap::new();
        for it in self.0 {
            let AnyEvent::Envelope(event) = &it.event else {
                continue;
            };
            let id = EnvelopeId::new(it.stream.id()).unwrap();
            match event {
                envelope::Event::BidSealed(sealed) => {
                    assert_eq!(it.metadata.actor.id, ActorId::Key(sealed.key.id()));
                    let bid = Bid {
                        sealed,
                        claim: sealed.claim.known().unwrap().clone(),
                        sealed_at: it.recorded_at,
                        index: it.index,
                        confirmed_at: None,
                        withdrawn_at: None,
                    };
                    assert!(bids.insert(id, bid).is_none());
                }
                envelope::Event::BidConfirmed(_) => {
                    own(&bids[&id], it);
                    bids.get_mut(&id).unwrap().confirmed_at = Some(it.recorded_at);
                }
                envelope::Event::BidWithdrawn(_) => {
                    own(&bids[&id], it);
                    bids.get_mut(&id).unwrap().withdrawn_at = Some(it.recorded_at);
                }
            }
        }
        bids
    }

    /// Whether of each part an envelope of a bidder counts: without one of them nobody wins.
    pub(super) fn has_counting_bid(&self, bidder: &OrganizationId) -> bool {
        let bids = self.bids();
        let counting = self.counting(&bids).into_iter().map(|id| &bids[&id].claim);
        let parts: BTreeSet<_> = counting
            .filter(|claim| claim.bidder == *bidder)
            .map(|claim| claim.part)
            .collect();
        let technical = self.draft().unwrap().procedure.has_technical_part();
        parts.len() == 1 + usize::from(technical)
    }

    /// Only such envelopes are there as a procedure takes.
    pub(super) fn envelopes_are_of(&self, procedure: &Procedure) {
        for (id, bid) in self.bids() {
            let taken = match bid.claim.part {
                EnvelopePart::Technical => procedure.has_technical_part(),
                EnvelopePart::Financial => procedure.takes_envelopes(),
            };
            assert!(taken, "{procedure:?} takes no {id}");
        }
    }

    /// For each envelope a key vouches that two registrars had enrolled for its bidder; who was not invited, or is debarred, has none.
    pub(super) fn bidders_speak_for_themselves(&self) {
        for (id, bid) in self.bids() {
            let (claim, draft) = (&bid.claim, self.draft().unwrap());
            let sealed = &self.0[usize::try_from(bid.index).unwrap()];
            let debarred = Known::before(self.0, sealed).is_debarred(&claim.bidder, day(sealed));
            assert!(!debarred, "{id} of a debarred bidder");
            if let Some(invitation) = &draft.invitation {
                assert!(invitation.invited.contains(&claim.bidder), "{id}");
            }
            let vouch = claim.vouch.as_ref().unwrap();
            let word = envelope::Vouched {
                origin: "sijill.test",
                tender: &claim.tender,
                bidder: &claim.bidder,
                key: &bid.sealed.key,
            };
            let mut enrolled = self.keys_of(&claim.bidder, bid.index);
            let stands = enrolled
                .any(|key| key.id() == vouch.key && key.verifies(&word.bytes(), &vouch.signature));
            assert!(stands, "nobody vouched for {id}");
        }
    }

    /// Keys of a bidder below an index.
    fn keys_of(&self, bidder: &OrganizationId, below: u64) -> impl Iterator<Item = &'a PublicKey> {
        let stream = StreamName::new(&format!("organization-{bidder}")).unwrap();
        let before = self.0.iter().filter(move |it| it.index < below);
        let own = before.filter(move |it| it.stream == stream);
        own.filter_map(|it| match &it.event {
            AnyEvent::Organization(organization::Event::KeyEnrolled(it)) => Some(&it.key),
            _ => None,
        })
    }

    /// Of a bidder's envelopes of a part the latest counts that was neither withdrawn nor left behind by an amendment, unless the bidder
    /// was debarred by then; it alone may be opened, and each envelope is listed once.
    pub(super) fn the_latest_timely_envelope_counts(&self) {
        let (bids, deadline) = (self.bids(), self.deadline());
        for (id, bid) in &bids {
            let acts = [Some(bid.sealed_at), bid.confirmed_at, bid.withdrawn_at];
            for at in acts.into_iter().flatten() {
                assert!(at < deadline.unwrap(), "{id} at {at}");
            }
        }
        let end = self.first(|event| matches!(event, Event::BidsListed(_)));
        if end.is_none() {
            return;
        }
        let counting = self.counting(&bids);
        let (mut listed, mut counted) = (BTreeSet::new(), BTreeSet::new());
        for (_, event) in self.of_tender() {
            if let Event::BidReceived(receipt) = event {
                let claim = &bids[&receipt.envelope].claim;
                assert_eq!((&receipt.bidder, receipt.part), (&claim.bidder, claim.part));
                assert!(listed.insert(receipt.envelope.clone()));
                if receipt.standing == Some(Standing::Counts) {
                    counted.insert(receipt.envelope.clone());
                }
            }
            if let Event::BidsListed(end) = event {
                assert_eq!(end.unlisted, [], "no rule refused any");
            }
            if let Event::BidOpened(_) | Event::BidVoided(_) = event {
                assert!(counting.contains(opened_envelope(event).unwrap()));
            }
        }
        assert_eq!(counted, counting);
        assert_eq!(listed, bids.into_keys().collect());
    }

    /// Whether an envelope was listed when its bidder was known to be debarred on the day of closing.
    fn is_listed_debarred(&self, id: &EnvelopeId, bid: &Bid<'a>) -> bool {
        let closed_on = self.of_tender().find_map(|(_, event)| match event {
            Event::BiddingClosed(it) => Some(EffectiveAt::new(it.closed_at, 0).unwrap().date()),
            _ => None,
        });
        let receipt = self.of_tender().find(|(_, event)| match event {
            Event::BidReceived(receipt) => receipt.envelope == *id,
            _ => false,
        });
        receipt.is_some_and(|(it, _)| {
            Known::before(self.0, it).is_debarred(&bid.claim.bidder, closed_on.unwrap())
        })
    }

    /// What should count.
    fn counting(&self, bids: &BTreeMap<EnvelopeId, Bid<'a>>) -> BTreeSet<EnvelopeId> {
        let amended = self.of_tender().filter_map(|(it, event)| match event {
            // By the instant of the decision: what is stamped while it is on its way to the disk is later.
            Event::TenderAmended(_) => Some(it.metadata.decided_at),
            _ => None,
        });
        let amended = amended.last();
        let stands = |bid: &Bid<'_>| {
            let knows = amended.is_none_or(|at| {
                bid.sealed_at > at || bid.confirmed_at.is_some_and(|confirmed| confirmed > at)
            });
            knows && bid.withdrawn_at.is_none()
        };
        let mut latest: BTreeMap<(&OrganizationId, EnvelopePart), (Timestamp, &EnvelopeId)> =
            BTreeMap::new();
        let eligible = |id, bid| stands(bid) && !self.is_listed_debarred(id, bid);
        for (id, bid) in bids.iter().filter(|(id, bid)| eligible(*id, *bid)) {
            let of = (&bid.claim.bidder, bid.claim.part);
            let so_far = latest.entry(of).or_insert((bid.sealed_at, id));
            *so_far = (*so_far).max((bid.sealed_at, id));
        }
        latest.into_values().map(|(_, id)| id.clone()).collect()
    }

    /// Each part is published once, and not before its step.
    pub(super) fn disclosures(&self) {
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
                    (
                        AnyEvent::Tender(Event::LotAdded(_)) | AnyEvent::Plan(_),
                        Event::BidOpened(_) | Event::OfferRecorded(_),
                    )
                    | (AnyEvent::Plan(_), Event::TenderFailed(_))
                    | (AnyEvent::Tender(_), Event::TenderFailed(_) | Event::BiddersNotified(_)) => {
                        true
                    }
                    _ => false,
                });
            assert!(step.unwrap().0.index < it.index);
        }
    }
}

fn own(bid: &Bid<'_>, act: &Recorded) {
    assert_eq!(act.metadata.actor.id, ActorId::Key(bid.sealed.key.id()));
}

fn opened_envelope(event: &Event) -> Option<&EnvelopeId> {
    match event {
        Event::BidOpened(it) => Some(&it.envelope),
        Event::BidVoided(it) => Some(&it.envelope),
        _ => None,
    }
}
