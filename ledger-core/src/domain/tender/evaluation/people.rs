//! Who may do what: committee members, approvers, those who run the tender, review bodies; and who may be awarded.

use super::refusal::Refusal;
use super::state::Evaluation;
use crate::aggregate::{Facts, ensure};
use crate::domain::committee::{Bench, Committee, Purpose};
use crate::domain::organization::{Debarment, Organization};
use crate::domain::values::{Date, Money, OfficialId, OrganizationId};
use crate::event::{ActorId, Role};

impl Evaluation {
    /// A member of the evaluation committee who did not draft the tender and has no interest in any of its bidders.
    pub(super) fn check_evaluator(&self, facts: &Facts) -> Result<(), Refusal> {
        self.check_judge(self.bench(facts)?, facts)
    }

    /// The same, of its evaluation committee as it sits now.
    pub(in crate::domain) fn check_judge(
        &self,
        bench: &Bench,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        let member = official(facts)?;
        ensure(bench.members().contains(member), Refusal::NotAnEvaluator)?;
        ensure(
            !self.notice.drafters.contains(&facts.actor.id),
            Refusal::DraftedIt,
        )?;
        self.check_interest(facts)
    }

    /// The evaluation committee as it sits now.
    pub(super) fn bench<'a>(&self, facts: &'a Facts) -> Result<&'a Bench, Refusal> {
        let committee = &self.notice.committees.evaluation;
        let read = facts
            .readings
            .get::<Committee>(&Committee::stream(committee));
        let bench = read.and_then(Committee::bench);
        let bench = bench.filter(|bench| bench.purpose() == Purpose::Evaluation);
        bench.ok_or_else(|| Refusal::NoCommittee {
            committee: committee.clone(),
        })
    }

    /// An official who sits neither on the evaluation committee nor behind the draft, without an interest in any bidder.
    pub(in crate::domain::tender) fn check_outsider(&self, facts: &Facts) -> Result<(), Refusal> {
        let outsider = official(facts)?;
        let judges = self.bench(facts)?.members().contains(outsider);
        ensure(!judges, Refusal::Evaluates)?;
        ensure(
            !self.notice.drafters.contains(&facts.actor.id),
            Refusal::DraftedIt,
        )?;
        self.check_interest(facts)
    }

    /// A review body that had no part in the tender.
    pub(super) fn check_reviewer(&self, facts: &Facts) -> Result<(), Refusal> {
        ensure(
            facts.actor.role == Role::ReviewBody,
            Refusal::NotAReviewBody,
        )?;
        let judges = match &facts.actor.id {
            ActorId::Official(official) => self.bench(facts)?.members().contains(official),
            ActorId::Organization(organization) => self.bids.contains_key(organization),
            ActorId::Key(_) | ActorId::System => true,
        };
        let bids = matches!(facts.actor.id, ActorId::Organization(_)) && judges;
        let party = bids || self.notice.is_party(judges, facts);
        ensure(!party, Refusal::ReviewsItself)?;
        self.check_interest(facts)
    }

    /// The limit of the official who acts, which covers the value.
    pub(super) fn check_limit(&self, value: Money, facts: &Facts) -> Result<Money, Refusal> {
        let limit = self.notice.limit(value.currency(), facts);
        let limit = limit.ok_or(Refusal::NoAuthority { value })?;
        ensure(
            value.amount() <= limit.amount(),
            Refusal::AboveLimit { value, limit },
        )?;
        Ok(limit)
    }

    /// A declared interest in one bidder excludes from judging any of them.
    fn check_interest(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(record) = facts.acting_record() else {
            return Ok(());
        };
        let mut bidders = self.bids.keys();
        match bidders.find(|bidder| record.has_interest_in(bidder)) {
            None => Ok(()),
            Some(bidder) => Err(Refusal::HasInterest {
                bidder: bidder.clone(),
            }),
        }
    }
}

/// The official who acts.
fn official(facts: &Facts) -> Result<&OfficialId, Refusal> {
    match &facts.actor.id {
        ActorId::Official(official) => Ok(official),
        ActorId::Organization(_) | ActorId::Key(_) | ActorId::System => Err(Refusal::OfficialOnly),
    }
}

/// A procurement officer, or Sijill itself where an instant alone decides.
pub(super) fn check_runner(facts: &Facts) -> Result<(), Refusal> {
    if facts.actor.id == ActorId::System {
        return Ok(());
    }
    official(facts)?;
    ensure(
        facts.actor.role == Role::ProcurementOfficer,
        Refusal::OfficerOnly,
    )
}

/// A debarment that covers one of these days, as far as is known.
pub(super) fn debarred<'a>(
    bidder: &OrganizationId,
    days: &[Date],
    facts: &'a Facts,
) -> Option<&'a Debarment> {
    let stream = Organization::stream(bidder);
    let read = facts.readings.get::<Organization>(&stream)?;
    days.iter().find_map(|day| read.debarred_on(*day))
}

/// Nobody who is debarred wins.
pub(super) fn check_debarred(bidder: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
    match debarred(bidder, &facts.days(), facts) {
        None => Ok(()),
        Some(debarment) => Err(Refusal::BidderDebarred {
            bidder: bidder.clone(),
            decision: debarment.decision.clone(),
        }),
    }
}
