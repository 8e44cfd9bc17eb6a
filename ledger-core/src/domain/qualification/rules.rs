//! What must hold of what is announced, asked and assessed, and of who decides.

use std::collections::BTreeSet;

use super::event::{
    Announcement, Assessment, DOCUMENTS_MAX, Event, Finding, Publication, REQUESTS_MAX,
    REQUIREMENTS_MAX, Request, Requirement, VALID_DAYS_MAX,
};
use super::refusal::Refusal;
use super::state::{Book, List, Verdict};
use crate::aggregate::{Facts, ensure};
use crate::domain::organization::{self, Organization};
use crate::domain::tender::Procedure;
use crate::domain::values::OrganizationId;
use crate::event::{ActorId, Role};

/// How far ahead the closing may be, in days of 24 hours.
const DAYS_AHEAD_MAX: i64 = 365;

impl Announcement {
    pub(super) fn check(&self, facts: &Facts) -> Result<(), Refusal> {
        official(facts)?;
        let buyer = &self.buyer;
        ensure(
            has_role(buyer, organization::Role::ProcuringEntity, facts),
            Refusal::NotAnEntity {
                buyer: buyer.clone(),
            },
        )?;
        self.check_requirements()?;
        let count = self.documents.len();
        ensure(count <= DOCUMENTS_MAX, Refusal::Documents { count })?;
        self.check_times(facts)
    }

    fn check_requirements(&self) -> Result<(), Refusal> {
        let count = self.requirements.len();
        ensure(
            (1..=REQUIREMENTS_MAX).contains(&count),
            Refusal::Requirements { count },
        )?;
        let mut seen = BTreeSet::new();
        let mut requirements = self.requirements.iter();
        match requirements.find(|it| !seen.insert(&it.id)) {
            None => Ok(()),
            Some(Requirement { id, .. }) => Err(Refusal::RequirementTwice {
                requirement: id.clone(),
            }),
        }
    }

    /// As many whole days as bids of a selective tender are given, a working day; and the list is not valid for ever.
    fn check_times(&self, facts: &Facts) -> Result<(), Refusal> {
        let rules = facts.rules().procurement();
        let days = rules.tender_days_min.of(&Procedure::Selective);
        let (earliest, latest) = (
            facts.after_whole_days(days),
            facts.at.plus_days(DAYS_AHEAD_MAX),
        );
        let out = Refusal::ClosesAt { earliest, latest };
        ensure((earliest..=latest).contains(&self.closes_at), out.clone())?;
        let last = facts.clocks().show(self.closes_at.plus_micros(-1));
        let day = last.ok_or(out)?.date();
        let next = rules.calendar.working_from(day);
        ensure(next == day, Refusal::Holiday { next })?;
        let (first, last) = (day.plus_days(1), day.plus_days(VALID_DAYS_MAX));
        ensure(
            (first..=last).contains(&self.valid_until),
            Refusal::ValidUntil { first, last },
        )
    }
}

/// Commands before the list is published.
impl Book {
    pub(super) fn request(&self, request: Request, facts: &Facts) -> Result<Event, Refusal> {
        let closes_at = self.announcement.closes_at;
        ensure(facts.at < closes_at, Refusal::RequestsOver { closes_at })?;
        let supplier = supplier(facts)?;
        ensure(*supplier == request.supplier, Refusal::NotASupplier)?;
        ensure(
            has_role(supplier, organization::Role::Supplier, facts),
            Refusal::NotASupplier,
        )?;
        ensure(!is_debarred(supplier, facts), Refusal::Debarred)?;
        ensure(
            !self.requests.contains_key(supplier),
            Refusal::RequestedAlready {
                supplier: supplier.clone(),
            },
        )?;
        ensure(self.requests.len() < REQUESTS_MAX, Refusal::TooManyRequests)?;
        let count = request.documents.len();
        ensure(count <= DOCUMENTS_MAX, Refusal::Documents { count })?;
        Ok(Event::QualificationRequested(request))
    }

    pub(super) fn check_withdrawal(&self, facts: &Facts) -> Result<(), Refusal> {
        self.requested(supplier(facts)?)
    }

    pub(super) fn check_closing(&self, facts: &Facts) -> Result<(), Refusal> {
        official(facts)?;
        let closes_at = self.announcement.closes_at;
        ensure(facts.at >= closes_at, Refusal::RequestsOpen { closes_at })
    }

    /// Each requirement once, by someone without an interest in anyone who asked. Until the list is published a supplier may be
    /// assessed again: the last one counts, and all of them stand in the log.
    pub(super) fn assess(&self, assessment: Assessment, facts: &Facts) -> Result<Event, Refusal> {
        self.check_judge(facts)?;
        self.requested(&assessment.supplier)?;
        let required = self.announcement.requirements.iter().map(|it| &it.id);
        let required: BTreeSet<_> = required.collect();
        let judged = |finding: &Finding| finding.requirement.clone();
        let judged: BTreeSet<_> = assessment.findings.iter().map(judged).collect();
        let once = assessment.findings.len() == judged.len();
        ensure(
            once && judged.iter().eq(required.iter().copied()),
            Refusal::Findings {
                requirements: required.len(),
            },
        )?;
        Ok(Event::QualificationAssessed(assessment))
    }

    /// Four eyes: by someone who neither announced nor assessed, of what was read.
    pub(super) fn publish(&self, read: u64, facts: &Facts) -> Result<Event, Refusal> {
        self.check_judge(facts)?;
        let own = self.hands.contains(&facts.actor.id);
        ensure(!own, Refusal::OwnAssessment)?;
        let mut requests = self.requests.iter();
        if let Some((supplier, _)) = requests.find(|(_, it)| **it == Verdict::Waiting) {
            let supplier = supplier.clone();
            return Err(Refusal::NotAssessed { supplier });
        }
        let as_it_is = (self.changed..facts.next_revision).contains(&read);
        ensure(as_it_is, Refusal::ReadAnother { last: self.changed })?;
        let valid_until = self.announcement.valid_until;
        let lapsed = facts.days().iter().any(|day| *day > valid_until);
        ensure(!lapsed, Refusal::Lapsed { valid_until })?;
        let qualified = self.qualified();
        ensure(!qualified.is_empty(), Refusal::NobodyQualified)?;
        Ok(Event::QualificationListPublished(Publication {
            read,
            qualified,
        }))
    }

    fn requested(&self, supplier: &OrganizationId) -> Result<(), Refusal> {
        ensure(
            self.requests.contains_key(supplier),
            Refusal::NotRequested {
                supplier: supplier.clone(),
            },
        )
    }

    fn check_judge(&self, facts: &Facts) -> Result<(), Refusal> {
        in_office(facts)?;
        check_interest(self.requests.keys(), facts)
    }
}

/// Commands after it is published. An interest in one supplier of the list excludes from deciding about any of them: they compete.
impl List {
    pub(super) fn check_suspension(
        &self,
        supplier: &OrganizationId,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        self.check_judge(facts)?;
        ensure(
            self.invited().contains(supplier),
            Refusal::NotListed {
                supplier: supplier.clone(),
            },
        )
    }

    /// Four eyes: what becomes of a suspended supplier is decided by someone else than who suspended it, so that nobody alone keeps
    /// a competitor out of one tender, or off the list.
    pub(super) fn check_settling(
        &self,
        supplier: &OrganizationId,
        facts: &Facts,
    ) -> Result<(), Refusal> {
        self.check_judge(facts)?;
        let whose = || supplier.clone();
        let suspension = self.suspension(supplier);
        let (by, _) = suspension.ok_or_else(|| Refusal::NotSuspended { supplier: whose() })?;
        ensure(
            *by != facts.actor.id,
            Refusal::OwnSuspension { supplier: whose() },
        )
    }

    fn check_judge(&self, facts: &Facts) -> Result<(), Refusal> {
        in_office(facts)?;
        check_interest(self.members.keys(), facts)
    }
}

/// Organisations and Sijill itself decide nothing here.
pub(super) fn official(facts: &Facts) -> Result<(), Refusal> {
    match facts.actor.id {
        ActorId::Official(_) => Ok(()),
        ActorId::Organization(_) | ActorId::Key(_) | ActorId::System => Err(Refusal::NotAnOfficial),
    }
}

/// An official who holds a post, or acts in one, on the day of effect and on that of the decision.
fn in_office(facts: &Facts) -> Result<(), Refusal> {
    official(facts)?;
    let holds = facts.acting_record().is_some_and(|record| {
        let mut days = facts.days().into_iter();
        days.all(|day| record.posts().on(day).next().is_some())
    });
    ensure(holds, Refusal::NotInOffice)
}

fn check_interest<'a>(
    mut suppliers: impl Iterator<Item = &'a OrganizationId>,
    facts: &Facts,
) -> Result<(), Refusal> {
    let record = facts.acting_record();
    let interest =
        |supplier: &&OrganizationId| record.is_some_and(|it| it.has_interest_in(supplier));
    match suppliers.find(interest) {
        None => Ok(()),
        Some(supplier) => Err(Refusal::HasInterest {
            supplier: supplier.clone(),
        }),
    }
}

/// The organisation that acts as a supplier, for itself.
fn supplier(facts: &Facts) -> Result<&OrganizationId, Refusal> {
    match (&facts.actor.id, facts.actor.role) {
        (ActorId::Organization(id), Role::Supplier) => Ok(id),
        (
            ActorId::Organization(_) | ActorId::Official(_) | ActorId::Key(_) | ActorId::System,
            _,
        ) => Err(Refusal::NotASupplier),
    }
}

fn has_role(id: &OrganizationId, role: organization::Role, facts: &Facts) -> bool {
    let read = facts
        .readings
        .get::<Organization>(&Organization::stream(id));
    let profile = read.and_then(Organization::profile);
    profile.is_some_and(|profile| profile.roles.contains(&role))
}

fn is_debarred(id: &OrganizationId, facts: &Facts) -> bool {
    let read = facts
        .readings
        .get::<Organization>(&Organization::stream(id));
    let mut days = facts.days().into_iter();
    days.any(|day| read.is_some_and(|it| it.debarred_on(day).is_some()))
}
