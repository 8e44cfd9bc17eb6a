//! Who may do what, and with whom.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Rules;
use super::known::{Known, day};
use crate::domain::plan;
use crate::domain::tender::{Against, Event};
use crate::event::{Actor, ActorId, Event as AnyEvent, Recorded, Role};

impl Rules<'_> {
    /// Nobody approves what is the own, or more than is delegated.
    pub(super) fn two_persons(&self) {
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
                    self.within(it, approval.limit.unwrap().amount(), 4_000.into());
                }
                AnyEvent::Tender(
                    Event::TenderDrafted(_)
                    | Event::LotAdded(_)
                    | Event::LotRemoved(_)
                    | Event::CommitteeAppointed(_),
                ) => {
                    drafters.insert(by);
                }
                AnyEvent::Tender(Event::TenderApproved(approval)) => {
                    assert!(!drafters.contains(&by));
                    let estimate = self.estimate(it.index);
                    self.within(it, approval.limit.unwrap().amount(), estimate);
                }
                AnyEvent::Tender(Event::AwardApproved(_)) => assert!(!drafters.contains(&by)),
                AnyEvent::Tender(Event::OpeningKeyEnrolled(key)) => {
                    assert_ne!(by.to_string(), format!("official:{}", key.witness));
                    let enrolled: &mut BTreeSet<_> = registrars.entry(&key.member).or_default();
                    enrolled.insert(by);
                }
                AnyEvent::Tender(Event::TenderPublished(published)) => {
                    let sealing = published.sealing.as_ref();
                    for member in sealing.into_iter().flat_map(|it| &it.members) {
                        assert!(registrars[&member.member].len() >= 2, "two registrars");
                    }
                }
                AnyEvent::Tender(
                    Event::TechnicalResultApproved(_)
                    | Event::AwardProposed(_)
                    | Event::BidDisqualified(_)
                    | Event::BidCorrected(_),
                ) => {
                    assert!(!drafters.contains(&by), "{by}");
                    self.is_evaluator(it);
                }
                AnyEvent::Tender(Event::SharesPublished(shares)) => {
                    assert_eq!(by.to_string(), format!("official:{}", shares.member));
                }
                _ => {}
            }
        }
    }

    /// Who judges sits on the committee then, and has no interest in who bids.
    fn is_evaluator(&self, it: &Recorded) {
        let (known, by) = (Known::before(self.0, it), &it.metadata.actor.id);
        let committee = &self.committees().evaluation;
        assert!(
            known.sits(by, committee),
            "{by} does not sit on {committee}"
        );
        for bidder in self.bidders_before(it) {
            assert!(!known.has_interest(by, bidder), "{by} and {bidder}");
        }
    }

    /// What was approved is not above what was delegated to the approver on that day.
    pub(super) fn within(&self, it: &Recorded, limit: Decimal, value: Decimal) {
        let by = &it.metadata.actor.id;
        let delegated = Known::before(self.0, it).authority(by, day(it));
        assert!(
            limit <= delegated && value <= limit,
            "{by}: {value} within {limit} of {delegated}"
        );
    }

    /// From the fourth edition on a buyer's plans and tenders are for its own officials.
    pub(super) fn officials_of_the_buyer(&self) {
        if !self.has_edition(4) {
            return;
        }
        let buyer = self.draft().map(|draft| &draft.buyer);
        for it in self.0 {
            let (AnyEvent::Plan(
                plan::Event::NeedPlanned(_)
                | plan::Event::PlanApproved(_)
                | plan::Event::PlanAmended(_)
                | plan::Event::PlanTaken(_),
            )
            | AnyEvent::Tender(
                Event::TenderDrafted(_)
                | Event::LotAdded(_)
                | Event::LotRemoved(_)
                | Event::CommitteeAppointed(_)
                | Event::TenderApproved(_)
                | Event::TenderPublished(_)
                | Event::TenderAmended(_)
                | Event::OfferRecorded(_)
                | Event::AwardApproved(_)
                | Event::CancellationProposed(_)
                | Event::TenderCancelled(_),
            )) = &it.event
            else {
                continue;
            };
            let (by, Some(buyer)) = (&it.metadata.actor.id, buyer) else {
                continue;
            };
            let serves = Known::before(self.0, it).serves(by, buyer, day(it));
            assert!(serves, "{by} is not of {buyer}: {:?}", it.event);
        }
    }

    /// Of whoever bids alone, but about the documents. By a review body that drafted and approved nothing; from the third edition on it neither judges nor serves the buyer.
    pub(super) fn complaints_are_decided_by_others(&self) {
        let mut own = BTreeSet::new();
        for (it, event) in self.of_tender() {
            let Actor { id: by, role, .. } = &it.metadata.actor;
            match event {
                Event::TenderDrafted(_)
                | Event::LotAdded(_)
                | Event::CommitteeAppointed(_)
                | Event::TenderApproved(_) => {
                    own.insert(by);
                }
                Event::ComplaintFiled(filed) if filed.against != Against::Documents => {
                    assert!(self.bids_before(by, it), "{by} did not bid");
                }
                Event::ComplaintDecided(_) => {
                    assert!(*role == Role::ReviewBody && !own.contains(by), "{by}");
                    if self.has_edition(3) {
                        let known = Known::before(self.0, it);
                        let (buyer, judges) = (&self.draft().unwrap().buyer, self.committees());
                        assert!(!known.serves(by, buyer, day(it)), "{by} serves {buyer}");
                        assert!(!known.sits(by, &judges.evaluation), "{by} judges");
                    }
                }
                _ => {}
            }
        }
    }

    /// From the second edition on what was published is given up by another than proposed it, who drafted nothing.
    pub(super) fn cancelled_by_two(&self) {
        let (mut drafters, mut published) = (BTreeSet::new(), false);
        let mut proposed: BTreeMap<u64, &ActorId> = BTreeMap::new();
        for (it, event) in self.of_tender() {
            let by = &it.metadata.actor.id;
            match event {
                Event::TenderDrafted(_) | Event::LotAdded(_) | Event::CommitteeAppointed(_) => {
                    drafters.insert(by);
                }
                Event::TenderPublished(_) => published = true,
                Event::CancellationProposed(_) => {
                    proposed.insert(it.revision, by);
                }
                Event::TenderCancelled(ending) if published && self.has_edition(2) => {
                    let asked_by = proposed[&ending.proposal.unwrap()];
                    assert!(asked_by != by && !drafters.contains(by), "{by}");
                }
                _ => {}
            }
        }
    }
}
