//! An organisation: who buys, supplies or watches; its bank account, its debarments and its keys.

mod account;
mod event;
mod refusal;
#[cfg(test)]
pub(super) mod tests;

pub use account::Accounts;
pub use event::*;
pub use refusal::Refusal;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::application::Application;
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation, Keys};
use crate::domain::member;
use crate::domain::values::{Date, OrganizationId, Place};
use crate::event::ActorId;
use crate::store::StreamName;

/// What can be asked of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Register it.
    Register(Registration),
    /// Change its particulars.
    Amend(Amendment),
    /// Confirm the bank account that was stated last; by someone else.
    ConfirmAccount(AccountConfirmation),
    /// Bar it from bidding.
    Debar(Debarment),
    /// End a debarment early, or annul it.
    Reinstate(Reinstatement),
    /// Present a key; by a registrar.
    ProposeKey(KeyProposal),
    /// Present the key of its approved application, in the name of who approved that; by a policy.
    ProposeApplicantKey(ApplicantKey),
    /// Enrol the presented key; by another registrar.
    EnrolKey(KeyEnrolment),
    /// End a key.
    RevokeKey(KeyRevocation),
    /// Report that someone else holds a key.
    ReportCompromise(KeyCompromise),
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Organization {
    /// Nothing has been registered.
    #[default]
    Unknown,
    /// It takes part.
    Registered {
        /// Particulars.
        profile: Profile,
        /// Where it is paid.
        accounts: Accounts,
        /// Its debarments, in the order of decision; no two share a day.
        debarments: Vec<Debarment>,
        /// Its keys.
        keys: Keys,
    },
}

impl Organization {
    /// The stream of an organisation.
    pub fn stream(id: &OrganizationId) -> StreamName {
        StreamName::of("organization", id.as_str())
    }

    /// Whether it is registered.
    pub const fn is_registered(&self) -> bool {
        matches!(self, Self::Registered { .. })
    }

    /// Particulars, `None` before registration.
    pub const fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Unknown => None,
            Self::Registered { profile, .. } => Some(profile),
        }
    }

    /// Its keys, `None` before registration.
    pub const fn keys(&self) -> Option<&Keys> {
        match self {
            Self::Unknown => None,
            Self::Registered { keys, .. } => Some(keys),
        }
    }

    /// Where it is paid, `None` before registration.
    pub const fn accounts(&self) -> Option<&Accounts> {
        match self {
            Self::Unknown => None,
            Self::Registered { accounts, .. } => Some(accounts),
        }
    }

    /// The debarment that covers a day, as far as is known here.
    pub fn debarred_on(&self, day: Date) -> Option<&Debarment> {
        match self {
            Self::Unknown => None,
            Self::Registered { debarments, .. } => debarments.iter().find(|d| d.covers(day)),
        }
    }
}

impl Debarment {
    /// Whether a day is one of its days.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    fn shares_a_day_with(&self, other: &Self) -> bool {
        self.covers(other.from) || other.covers(self.from)
    }

    fn is_ordered(&self) -> bool {
        self.until.is_none_or(|until| self.from <= until)
    }
}

impl Aggregate for Organization {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "organization";

    fn reads(&self, stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::ProposeApplicantKey(_) => application_of(stream).into_iter().collect(),
            Command::Register(_)
            | Command::Amend(_)
            | Command::ConfirmAccount(_)
            | Command::Debar(_)
            | Command::Reinstate(_)
            | Command::ProposeKey(_)
            | Command::EnrolKey(_)
            | Command::RevokeKey(_)
            | Command::ReportCompromise(_) => Vec::new(),
        }
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::BankAccountConfirmed(confirmation) => Wanted::Approval {
                revision: Some(confirmation.stated),
            },
            Event::KeyProposed(_) => Wanted::Signature,
            Event::KeyEnrolled(enrolment) => Wanted::Approval {
                revision: self
                    .keys()
                    .and_then(|keys| keys.proposed(&enrolment.key.id())),
            },
            Event::OrganizationRegistered(_)
            | Event::OrganizationAmended(_)
            | Event::SupplierDebarred(_)
            | Event::SupplierReinstated(_)
            | Event::ApplicantKeyProposed(_)
            | Event::KeyRevoked(_)
            | Event::KeyCompromised(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::Register(registration) => self.register(registration)?,
            Command::Amend(amendment) => self.amend(amendment)?,
            Command::ConfirmAccount(confirmation) => {
                let accounts = self.accounts().ok_or(Refusal::NotRegistered)?;
                accounts.confirm(confirmation, facts)?;
                Event::BankAccountConfirmed(confirmation)
            }
            Command::Debar(debarment) => self.debar(debarment, facts)?,
            Command::Reinstate(reinstatement) => self.reinstate(reinstatement)?,
            Command::ProposeKey(proposal) => {
                self.registered_keys()?.propose(&proposal, facts)?;
                Event::KeyProposed(proposal)
            }
            Command::ProposeApplicantKey(key) => {
                self.propose_applicant_key(&key, facts)?;
                Event::ApplicantKeyProposed(key)
            }
            Command::EnrolKey(enrolment) => {
                self.registered_keys()?.enrol(&enrolment, facts)?;
                Event::KeyEnrolled(enrolment)
            }
            Command::RevokeKey(revocation) => {
                self.registered_keys()?.revoke(&revocation, facts)?;
                Event::KeyRevoked(revocation)
            }
            Command::ReportCompromise(report) => {
                self.registered_keys()?.compromise(&report, facts)?;
                Event::KeyCompromised(report)
            }
        };
        Ok(vec![event])
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        if let Event::OrganizationRegistered(registration) = occurred.event {
            let mut accounts = Accounts::default();
            if registration.bank_account.is_some() {
                accounts.stated(&occurred);
            }
            return (self == Self::Unknown).then(|| Self::Registered {
                profile: registration.profile.clone(),
                accounts,
                debarments: Vec::new(),
                keys: Keys::default(),
            });
        }
        let Self::Registered {
            profile,
            accounts,
            debarments,
            keys,
        } = &mut self
        else {
            return None;
        };
        let (by, revision) = (&occurred.metadata.actor.id, occurred.revision);
        let place = (revision, occurred.recorded_at);
        match occurred.event {
            Event::OrganizationRegistered(_) => return None,
            Event::OrganizationAmended(amendment) => {
                *profile = amendment.profile.clone();
                if amendment.bank_account.is_some() {
                    accounts.stated(&occurred);
                }
            }
            Event::BankAccountConfirmed(confirmation) => {
                accounts.confirmed(*confirmation, &occurred)?;
            }
            Event::SupplierDebarred(debarment) => debarred(debarments, debarment)?,
            Event::SupplierReinstated(reinstatement) => reinstated(debarments, reinstatement)?,
            Event::KeyProposed(proposal) => keys.proposed_by(proposal, by, revision)?,
            Event::ApplicantKeyProposed(key) => {
                let by = ActorId::Official(key.registrar.clone());
                keys.proposed_by(&key.proposal, &by, revision)?;
            }
            Event::KeyEnrolled(enrolment) => keys.enrolled_by(enrolment, by, place)?,
            Event::KeyRevoked(revocation) => keys.revoked(revocation, place)?,
            Event::KeyCompromised(report) => keys.compromised(report, place)?,
        }
        Some(self)
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::OrganizationRegistered(it) => Command::Register(it),
            Event::OrganizationAmended(it) => Command::Amend(it),
            Event::BankAccountConfirmed(it) => Command::ConfirmAccount(it),
            Event::SupplierDebarred(it) => Command::Debar(it),
            Event::SupplierReinstated(it) => Command::Reinstate(it),
            Event::KeyProposed(it) => Command::ProposeKey(it),
            Event::ApplicantKeyProposed(it) => Command::ProposeApplicantKey(it),
            Event::KeyEnrolled(it) => Command::EnrolKey(it),
            Event::KeyRevoked(it) => Command::RevokeKey(it),
            Event::KeyCompromised(it) => Command::ReportCompromise(it),
        })
    }

    member!(Organization);
}

impl Organization {
    fn register(&self, registration: Registration) -> Result<Event, Refusal> {
        ensure(*self == Self::Unknown, Refusal::Registered)?;
        registration.profile.check()?;
        Ok(Event::OrganizationRegistered(registration))
    }

    fn amend(&self, amendment: Amendment) -> Result<Event, Refusal> {
        let profile = self.profile().ok_or(Refusal::NotRegistered)?;
        amendment.profile.check()?;
        ensure(
            *profile != amendment.profile || amendment.bank_account.is_some(),
            Refusal::NothingChanges,
        )?;
        Ok(Event::OrganizationAmended(amendment))
    }

    /// A debarment may begin in the past: another body decides it, and the paper can be late. What was decided before it
    /// was known here stands, for the supplier was then free as far as anyone could see.
    fn debar(&self, debarment: Debarment, facts: &Facts) -> Result<Event, Refusal> {
        let Self::Registered {
            profile,
            debarments,
            ..
        } = self
        else {
            return Err(Refusal::NotRegistered);
        };
        ensure(
            facts.imported() || profile.roles.contains(&Role::Supplier),
            Refusal::NoSupplier,
        )?;
        ensure(debarment.is_ordered(), Refusal::EndsBeforeItBegins)?;
        match debarments.iter().find(|d| d.shares_a_day_with(&debarment)) {
            None => Ok(Event::SupplierDebarred(debarment)),
            Some(earlier) => Err(Refusal::DebarredAlready {
                from: earlier.from,
                decision: earlier.decision.clone(),
            }),
        }
    }

    fn reinstate(&self, reinstatement: Reinstatement) -> Result<Event, Refusal> {
        ensure(self.is_registered(), Refusal::NotRegistered)?;
        let day = reinstatement.from;
        ensure(
            self.debarred_on(day).is_some(),
            Refusal::NotDebarred { day },
        )?;
        Ok(Event::SupplierReinstated(reinstatement))
    }

    /// The application says whose key it is and who approved it: nobody's word is needed for that, and the approval stands for
    /// the first registrar's.
    fn propose_applicant_key(&self, key: &ApplicantKey, facts: &Facts) -> Result<(), Refusal> {
        let profile = self.profile().ok_or(Refusal::NotRegistered)?;
        let application = application_of(&facts.stream);
        let application = application.and_then(|it| facts.readings.get::<Application>(&it));
        let admitted = application.and_then(Application::admitted);
        let approved = admitted.is_some_and(|admitted| {
            admitted.registrar == key.registrar
                && admitted.applicant.proposal() == key.proposal
                && admitted.applicant.external == profile.external
        });
        ensure(approved, Refusal::NoSuchApplication)?;
        Ok(self.registered_keys()?.present(&key.proposal, facts)?)
    }

    fn registered_keys(&self) -> Result<&Keys, Refusal> {
        self.keys().ok_or(Refusal::NotRegistered)
    }
}

/// The applications that lead to the organisation of a stream.
fn application_of(stream: &StreamName) -> Option<StreamName> {
    let id = OrganizationId::new(stream.id()).ok();
    id.as_ref().map(Application::stream)
}

fn debarred(debarments: &mut Vec<Debarment>, debarment: &Debarment) -> Option<()> {
    let possible =
        debarment.is_ordered() && !debarments.iter().any(|d| d.shares_a_day_with(debarment));
    possible.then(|| debarments.push(debarment.clone()))
}

fn reinstated(debarments: &mut Vec<Debarment>, reinstatement: &Reinstatement) -> Option<()> {
    let day = reinstatement.from;
    let at = debarments.iter().position(|d| d.covers(day))?;
    let debarment = debarments.get_mut(at)?;
    if debarment.from == day {
        debarments.remove(at);
    } else {
        debarment.until = Some(day.plus_days(-1));
    }
    Some(())
}

impl Profile {
    pub(in crate::domain) fn check(&self) -> Result<(), Refusal> {
        ensure(!self.roles.is_empty(), Refusal::NoRole)?;
        let at_home = |place: &Place| place.country() == self.country.as_str();
        ensure(
            self.governorate.as_ref().is_none_or(at_home),
            Refusal::GovernorateElsewhere {
                country: self.country.clone(),
            },
        )
    }
}
