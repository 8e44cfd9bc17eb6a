//! Who may do what, and with whom.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::world::LIMITS;
use super::Rules;
use crate::domain::plan;
use crate::domain::security;
use crate::domain::tender::Event;
use crate::event::{ActorId, Event as AnyEvent};

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
                AnyEvent::Tender(
                    Event::TechnicalResultApproved(_)
                    | Event::AwardProposed(_)
                    | Event::BidDisqualified(_)
                    | Event::BidCorrected(_),
                ) => assert!(is_evaluator(&by) && !drafters.contains(&by), "{by}"),
                AnyEvent::Tender(Event::SharesPublished(shares)) => {
                    assert_eq!(by.to_string(), format!("official:{}", shares.member));
                }
                _ => {}
            }
        }
    }

    /// Under the second edition what was published is given up by another than proposed it, who drafted nothing.
    pub(super) fn cancelled_by_two(&self) {
        let (mut drafters, mut published) = (BTreeSet::new(), false);
        let mut proposed = BTreeMap::new();
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
                Event::TenderCancelled(ending) if published && self.is_second_edition() => {
                    let asked_by = proposed[&ending.proposal.unwrap()];
                    assert!(asked_by != by && !drafters.contains(by), "{by}");
                }
                _ => {}
            }
        }
    }

    /// Received after bidding, under the second edition after the list; verified by somebody else.
    pub(super) fn securities(&self) {
        let mut receivers = BTreeSet::new();
        let known = self.first(|event| match event {
            Event::BiddingClosed(_) => !self.is_second_edition(),
            Event::BidsListed(_) => self.is_second_edition(),
            _ => false,
        });
        for it in self.0 {
            let AnyEvent::Security(event) = &it.event else {
                continue;
            };
            match event {
                security::Event::SecurityReceived(_) => {
                    assert!(known.unwrap().index < it.index);
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

fn is_evaluator(by: &ActorId) -> bool {
    ["official:e1", "official:e2", "official:e3"].contains(&by.to_string().as_str())
}

/// What was approved is not above what is delegated.
pub(super) fn within(by: &ActorId, limit: Decimal, value: Decimal) {
    let mut delegated = LIMITS.iter();
    let (_, most) = delegated
        .find(|(name, _)| by.to_string() == format!("official:{name}"))
        .unwrap();
    assert!(
        limit <= Decimal::from(*most) && value <= limit,
        "{by}: {value}"
    );
}
