//! An official: posts held and acted in, delegated authority, declared interests, keys.

pub mod buyers;
mod event;
mod posts;
mod refusal;
#[cfg(test)]
pub(super) mod tests;

pub use event::*;
pub use posts::Posts;
pub use refusal::Refusal;

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::enrolment::{
    KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation, Keys, Place,
};
use crate::domain::facility::Facility;
use crate::domain::member;
use crate::domain::organization::Organization;
use crate::domain::values::{Names, OfficialId, OrganizationId};
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of an official's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Appoint to a post.
    Appoint(Appointment),
    /// Give authority to approve.
    Delegate(Delegation),
    /// Appoint to act in another's post.
    AppointActing(ActingAppointment),
    /// Leave a post, held or acted in.
    Leave(Departure),
    /// Declare an interest.
    DeclareConflict(Conflict),
    /// Withdraw a declared interest; by someone else.
    WithdrawConflict(ConflictWithdrawal),
    /// Present a key; by a registrar.
    ProposeKey(KeyProposal),
    /// Enrol the presented key; by another registrar.
    EnrolKey(KeyEnrolment),
    /// End a key.
    RevokeKey(KeyRevocation),
    /// Report that someone else holds a key.
    ReportCompromise(KeyCompromise),
}

/// An official.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Official {
    /// Never held a post.
    #[default]
    Unknown,
    /// Holds a post, or did.
    Known(Box<Record>),
}

/// What is known of an official.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    names: Names,
    posts: Posts,
    interests: BTreeSet<(OrganizationId, Interest)>,
    keys: Keys,
}

impl Official {
    /// The stream of an official.
    pub fn stream(id: &OfficialId) -> StreamName {
        StreamName::of("official", id.as_str())
    }

    /// Whether the official ever held a post.
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// What is known, `None` before the first post.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Unknown => None,
            Self::Known(record) => Some(record),
        }
    }
}

impl Record {
    /// The official's names, as of the latest appointment.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Posts and authority.
    pub const fn posts(&self) -> &Posts {
        &self.posts
    }

    /// The official's keys.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whether a declared interest excludes the official from decisions about an organisation.
    pub fn has_interest_in(&self, organization: &OrganizationId) -> bool {
        self.interests.iter().any(|(with, _)| with == organization)
    }
}

impl Aggregate for Official {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "official";

    fn reads(&self, _stream: &StreamName, command: &Command) -> Vec<StreamName> {
        let read = match command {
            Command::Appoint(appointment) => Some(appointment.seat.stream()),
            Command::Delegate(delegation) => delegation.delegator.as_ref().map(Self::stream),
            Command::AppointActing(acting) => return acting.reads(),
            Command::DeclareConflict(conflict) => {
                Some(Organization::stream(&conflict.organization))
            }
            Command::Leave(_)
            | Command::WithdrawConflict(_)
            | Command::ProposeKey(_)
            | Command::EnrolKey(_)
            | Command::RevokeKey(_)
            | Command::ReportCompromise(_) => None,
        };
        read.into_iter().collect()
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::KeyProposed(_) => Wanted::Signature,
            Event::KeyEnrolled(enrolment) => Wanted::Approval {
                revision: self
                    .record()
                    .and_then(|record| record.keys.proposed(&enrolment.key.id())),
            },
            Event::PositionHeld(_)
            | Event::AuthorityDelegated(_)
            | Event::ActingAppointed(_)
            | Event::PositionLeft(_)
            | Event::ConflictDeclared(_)
            | Event::ConflictWithdrawn(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Appoint(appointment) => {
                by_another(facts)?;
                self.appoint(appointment, facts)?
            }
            Command::Delegate(delegation) => {
                by_another(facts)?;
                self.known()?.delegate(delegation, facts)?
            }
            Command::AppointActing(acting) => {
                by_another(facts)?;
                self.known()?.appoint_acting(acting, facts)?
            }
            Command::Leave(departure) => self.known()?.leave(departure)?,
            Command::DeclareConflict(conflict) => self.known()?.declare(conflict, facts)?,
            Command::WithdrawConflict(withdrawal) => self.known()?.withdraw(withdrawal, facts)?,
            Command::ProposeKey(proposal) => {
                self.known()?.keys.propose(&proposal, facts)?;
                Event::KeyProposed(proposal)
            }
            Command::EnrolKey(enrolment) => {
                self.known()?.keys.enrol(&enrolment, facts)?;
                Event::KeyEnrolled(enrolment)
            }
            Command::RevokeKey(revocation) => {
                self.known()?.keys.revoke(&revocation, facts)?;
                Event::KeyRevoked(revocation)
            }
            Command::ReportCompromise(report) => {
                self.known()?.keys.compromise(&report, facts)?;
                Event::KeyCompromised(report)
            }
        };
        Ok(vec![event])
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        let by = &occurred.metadata.actor.id;
        let mut record = match self {
            Self::Known(record) => record,
            Self::Unknown => {
                let Event::PositionHeld(appointment) = occurred.event else {
                    return None;
                };
                Box::new(Record::new(appointment))
            }
        };
        let granted = occurred.event.needs_another() && is_own(by, occurred.stream);
        (occurred.imported() || !granted).then_some(())?;
        let place = (occurred.revision, occurred.recorded_at);
        record.remember(occurred.event, by, place)?;
        Some(Self::Known(record))
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::PositionHeld(it) => Command::Appoint(it),
            Event::AuthorityDelegated(it) => Command::Delegate(it),
            Event::ActingAppointed(it) => Command::AppointActing(it),
            Event::PositionLeft(it) => Command::Leave(it),
            Event::ConflictDeclared(it) => Command::DeclareConflict(it),
            Event::ConflictWithdrawn(it) => Command::WithdrawConflict(it),
            Event::KeyProposed(it) => Command::ProposeKey(it),
            Event::KeyEnrolled(it) => Command::EnrolKey(it),
            Event::KeyRevoked(it) => Command::RevokeKey(it),
            Event::KeyCompromised(it) => Command::ReportCompromise(it),
        })
    }

    member!(Official);
}

impl Official {
    fn known(&self) -> Result<&Record, Refusal> {
        self.record().ok_or(Refusal::NotKnown)
    }

    fn appoint(&self, appointment: Appointment, facts: &Facts) -> Result<Event, Refusal> {
        let filled = |record: &Record| {
            let Appointment { post, from, .. } = &appointment;
            record.posts.fills_within(post, *from, None)
        };
        ensure(
            !self.record().is_some_and(filled),
            Refusal::InPost {
                post: appointment.post.clone(),
            },
        )?;
        ensure(
            facts.imported() || appointment.seat.exists(facts),
            Refusal::NoSeat {
                seat: appointment.seat.stream(),
            },
        )?;
        Ok(Event::PositionHeld(appointment))
    }
}

/// Whether an official acts on the own record.
fn is_own(actor: &ActorId, stream: &StreamName) -> bool {
    match actor {
        ActorId::Official(id) => Official::stream(id) == *stream,
        ActorId::Organization(_) | ActorId::System | ActorId::Key(_) => false,
    }
}

impl Event {
    /// Whether only another person may bring it about: what gives posts or authority, or lets one back into decisions.
    const fn needs_another(&self) -> bool {
        match self {
            Self::PositionHeld(_)
            | Self::AuthorityDelegated(_)
            | Self::ActingAppointed(_)
            | Self::ConflictWithdrawn(_) => true,
            Self::PositionLeft(_)
            | Self::ConflictDeclared(_)
            | Self::KeyProposed(_)
            | Self::KeyEnrolled(_)
            | Self::KeyRevoked(_)
            | Self::KeyCompromised(_) => false,
        }
    }
}

/// Nobody gives posts or authority to oneself.
fn by_another(facts: &Facts) -> Result<(), Refusal> {
    let own = is_own(&facts.actor.id, &facts.stream);
    ensure(facts.imported() || !own, Refusal::OwnAuthority)
}

impl Record {
    fn new(appointment: &Appointment) -> Self {
        Self {
            names: appointment.names.clone(),
            posts: Posts::default(),
            interests: BTreeSet::new(),
            keys: Keys::default(),
        }
    }

    fn delegate(&self, delegation: Delegation, facts: &Facts) -> Result<Event, Refusal> {
        let Delegation {
            post,
            limit,
            from,
            until,
            ..
        } = &delegation;
        ensure(from <= until, Refusal::EndsBeforeItBegins)?;
        ensure(limit.amount() >= Decimal::ZERO, Refusal::NegativeLimit)?;
        ensure(
            facts.imported() || self.posts.fills_through(post, *from, *until),
            Refusal::NotInPost { post: post.clone() },
        )?;
        delegation.is_within_delegators(facts)?;
        Ok(Event::AuthorityDelegated(delegation))
    }

    fn appoint_acting(&self, acting: ActingAppointment, facts: &Facts) -> Result<Event, Refusal> {
        let ActingAppointment {
            post, from, until, ..
        } = &acting;
        ensure(from <= until, Refusal::EndsBeforeItBegins)?;
        ensure(
            !self.posts.fills_within(post, *from, Some(*until)),
            Refusal::InPost { post: post.clone() },
        )?;
        if let Some(holder) = &acting.holder {
            let stream = Official::stream(holder);
            ensure(stream != facts.stream, Refusal::OwnHolder)?;
            let record = facts
                .readings
                .get::<Official>(&stream)
                .and_then(Official::record);
            ensure(
                facts.imported() || record.is_some_and(|r| r.posts.holds(post, *from)),
                Refusal::NotHolder {
                    holder: holder.clone(),
                    post: post.clone(),
                },
            )?;
        }
        acting.check_seat(facts)?;
        Ok(Event::ActingAppointed(acting))
    }

    fn leave(&self, departure: Departure) -> Result<Event, Refusal> {
        let Departure { post, last_day, .. } = &departure;
        ensure(
            self.posts.can_leave(post, *last_day),
            Refusal::NotInPost { post: post.clone() },
        )?;
        Ok(Event::PositionLeft(departure))
    }

    fn declare(&self, conflict: Conflict, facts: &Facts) -> Result<Event, Refusal> {
        let interest = (conflict.organization.clone(), conflict.interest);
        ensure(!self.interests.contains(&interest), Refusal::Declared)?;
        let organization = Organization::stream(&conflict.organization);
        let registered = facts
            .readings
            .get::<Organization>(&organization)
            .is_some_and(Organization::is_registered);
        ensure(
            facts.imported() || registered,
            Refusal::NoOrganization {
                organization: conflict.organization.clone(),
            },
        )?;
        Ok(Event::ConflictDeclared(conflict))
    }

    /// Declaring takes one; withdrawing lets the official back into decisions, so another must find that the interest ended.
    fn withdraw(&self, withdrawal: ConflictWithdrawal, facts: &Facts) -> Result<Event, Refusal> {
        let interest = (withdrawal.organization.clone(), withdrawal.interest);
        ensure(self.interests.contains(&interest), Refusal::NotDeclared)?;
        let own = is_own(&facts.actor.id, &facts.stream);
        ensure(facts.imported() || !own, Refusal::OwnWithdrawal)?;
        Ok(Event::ConflictWithdrawn(withdrawal))
    }

    fn remember(&mut self, event: &Event, by: &ActorId, place: Place) -> Option<()> {
        match event {
            Event::PositionHeld(appointment) => {
                self.names = appointment.names.clone();
                self.posts.remember(event)
            }
            Event::AuthorityDelegated(_) | Event::ActingAppointed(_) | Event::PositionLeft(_) => {
                self.posts.remember(event)
            }
            Event::ConflictDeclared(conflict) => {
                let interest = (conflict.organization.clone(), conflict.interest);
                self.interests.insert(interest).then_some(())
            }
            Event::ConflictWithdrawn(withdrawal) => {
                let interest = (withdrawal.organization.clone(), withdrawal.interest);
                self.interests.remove(&interest).then_some(())
            }
            Event::KeyProposed(proposal) => self.keys.proposed_by(proposal, by, place.0),
            Event::KeyEnrolled(enrolment) => self.keys.enrolled_by(enrolment, by, place),
            Event::KeyRevoked(revocation) => self.keys.revoked(revocation, place),
            Event::KeyCompromised(report) => self.keys.compromised(report, place),
        }
    }
}

impl ActingAppointment {
    fn reads(&self) -> Vec<StreamName> {
        let holder = self.holder.iter().map(Official::stream);
        holder.chain(self.seat.iter().map(Seat::stream)).collect()
    }

    /// A post that somebody holds is where its holder has it; a vacant one is somewhere.
    fn check_seat(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(seat) = self.seat.as_ref().filter(|_| !facts.imported()) else {
            return Ok(());
        };
        let stream = || seat.stream();
        ensure(seat.exists(facts), Refusal::NoSeat { seat: stream() })?;
        let Some(holder) = &self.holder else {
            return Ok(());
        };
        let read = facts.readings.get::<Official>(&Official::stream(holder));
        let posts = read.and_then(Official::record).map(Record::posts);
        let held = posts.and_then(|posts| posts.seat_held(&self.post, self.from));
        ensure(
            held == Some(seat),
            Refusal::OtherSeat {
                post: self.post.clone(),
                seat: stream(),
            },
        )
    }
}

impl Delegation {
    /// Nobody passes on more than they have, on any of the days; anyone may take away what was passed on.
    fn is_within_delegators(&self, facts: &Facts) -> Result<(), Refusal> {
        let Some(delegator) = &self.delegator else {
            return Ok(());
        };
        let stream = Official::stream(delegator);
        ensure(stream != facts.stream, Refusal::OwnDelegator)?;
        let has = facts
            .readings
            .get::<Official>(&stream)
            .and_then(Official::record)
            .and_then(|d| {
                d.posts
                    .limit_through(self.from, self.until, self.limit.currency())
            });
        let amount = self.limit.amount();
        let enough = amount.is_zero() || has.is_some_and(|has| amount <= has.amount());
        ensure(
            facts.imported() || enough,
            Refusal::AboveDelegator {
                delegator: delegator.clone(),
                limit: self.limit,
            },
        )
    }
}

impl Seat {
    /// The stream of the facility or organisation.
    pub fn stream(&self) -> StreamName {
        match self {
            Self::Facility(id) => Facility::stream(id),
            Self::Organization(id) => Organization::stream(id),
        }
    }

    fn exists(&self, facts: &Facts) -> bool {
        let readings = &facts.readings;
        match self {
            Self::Facility(_) => readings
                .get::<Facility>(&self.stream())
                .is_some_and(Facility::is_open),
            Self::Organization(_) => readings
                .get::<Organization>(&self.stream())
                .is_some_and(Organization::is_registered),
        }
    }
}
