//! An application: a firm without an account asks to be registered as a supplier.
//!
//! All applications of one number in a public register stand in one stream, for its id follows from the number, and so does the
//! id of the organisation that comes of it: a second application while one waits, and one of who is registered under that id,
//! meet the first and are refused. (Who was registered by hand under another id is not seen there; a view shows it to the registrar.)
//!
//! The firm acts under the name of its key ([`ActorId::Key`]) and signs with it, for nobody else can
//! say who it is. What it says of itself is public, and nobody has checked it; whom to reach is withheld. The papers
//! are named by their hashes; a registrar brings them before approving, and only the approval makes them public.
//!
//! An approval repeats what was approved. From it the policy
//! [`AdmissionOfSuppliers`](crate::policies::AdmissionOfSuppliers) registers the organisation and proposes its key in the name of
//! the registrar who approved; *another* registrar enrols the key, as ever. So two persons stand between a stranger's key and
//! its first signature that counts.
//!
//! Example: the Nile company applies as EG-GAFI:12345 on `application-EG-GAFI.12345`. Rana, a registrar, approves; the
//! organisation `EG-GAFI.12345` is registered with a key that waits. Rana cannot enrol it; Sami can, and it signs from then on.
//!
//! What becomes of a command that is well formed and of the right person:
//!
//! |  | nothing | waiting | approved | rejected | withdrawn |
//! |---|---|---|---|---|---|
//! | Apply | ✓ | APPLICATION_OPEN | APPLICATION_APPROVED | ✓ | ✓ |
//! | Approve | APPLICATION_NOT_OPEN | ✓ | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN |
//! | Reject | APPLICATION_NOT_OPEN | ✓ | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN |
//! | Withdraw | APPLICATION_NOT_OPEN | ✓ | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN | APPLICATION_NOT_OPEN |

mod event;
mod number;
mod refusal;
#[cfg(test)]
pub(crate) mod tests;

pub use event::*;
pub use number::organization_of;
pub use refusal::Refusal;

use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::domain::enrolment::enrolment_message;
use crate::domain::member;
use crate::domain::organization::Organization;
use crate::domain::values::{OfficialId, OrganizationId, PublicKey, Sha256};
use crate::event::{Actor, ActorId, Role};
use crate::store::StreamName;

/// What can be asked of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Apply; by whoever holds the key.
    Apply(Applied),
    /// Approve the application of this revision; by a registrar.
    Approve {
        /// Its revision.
        applied: u64,
    },
    /// Reject it; by a registrar.
    Reject(Rejected),
    /// Take it back; by whoever holds the key.
    Withdraw(Withdrawn),
}

/// The applications of one number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Application {
    /// Nobody applied.
    #[default]
    Unknown,
    /// One waits for a registrar.
    Waiting(Box<Waiting>),
    /// It was approved.
    Approved(Box<Admitted>),
    /// The last one was rejected.
    Rejected(Rejected),
    /// The last one was withdrawn.
    Withdrawn {
        /// Its revision.
        applied: u64,
    },
}

/// An application that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its revision.
    pub applied: u64,
    /// What it says.
    pub applicant: Applicant,
}

/// What was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Its revision.
    pub applied: u64,
    /// What it says.
    pub applicant: Applicant,
    /// Who approved it.
    pub registrar: OfficialId,
}

type Decision = Result<Event, Refusal>;

impl Application {
    /// The stream of the applications that lead to an organisation ([`organization_of`]).
    pub fn stream(id: &OrganizationId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    /// What was approved, `None` in every other stage.
    pub fn admitted(&self) -> Option<&Admitted> {
        match self {
            Self::Approved(admitted) => Some(admitted),
            Self::Unknown | Self::Waiting(_) | Self::Rejected(_) | Self::Withdrawn { .. } => None,
        }
    }

    fn waiting(&self) -> Result<&Waiting, Refusal> {
        match self {
            Self::Waiting(waiting) => Ok(waiting),
            Self::Unknown | Self::Approved(_) | Self::Rejected(_) | Self::Withdrawn { .. } => {
                Err(Refusal::NotOpen)
            }
        }
    }

    /// The application that waits, where it is the one that was looked at.
    fn looked_at(&self, revision: u64) -> Result<&Waiting, Refusal> {
        let waiting = self.waiting()?;
        let applied = waiting.applied;
        ensure(applied == revision, Refusal::OtherVersion { applied })?;
        Ok(waiting)
    }
}

impl Event {
    /// The attachments that the event names in public: those of an approved application. What a stranger names is neither waited
    /// for nor served.
    pub fn attachments(&self) -> Vec<Sha256> {
        match self {
            Self::ApplicationApproved(approved) => {
                let documents = approved.applicant.documents.iter();
                documents.map(|document| document.sha256).collect()
            }
            Self::SupplierApplied(_)
            | Self::ApplicationRejected(_)
            | Self::ApplicationWithdrawn(_) => Vec::new(),
        }
    }
}

impl Aggregate for Application {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "application";

    fn reads(&self, stream: &StreamName, command: &Command) -> Vec<StreamName> {
        match command {
            Command::Apply(_) | Command::Approve { .. } => {
                let organization = OrganizationId::new(stream.id()).ok();
                organization.iter().map(Organization::stream).collect()
            }
            Command::Reject(_) | Command::Withdraw(_) => Vec::new(),
        }
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        let own = |key: &PublicKey| Wanted::Own(key.clone());
        match event {
            Event::SupplierApplied(applied) => own(&applied.applicant.key),
            Event::ApplicationWithdrawn(_) => self
                .waiting()
                .map_or(Wanted::No, |waiting| own(&waiting.applicant.key)),
            Event::ApplicationApproved(approved) => Wanted::Approval {
                revision: Some(approved.applied),
            },
            Event::ApplicationRejected(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
        ensure(!facts.imported(), Refusal::NotHistory)?;
        let event = match command {
            Command::Apply(applied) => self.apply(applied, facts)?,
            Command::Approve { applied } => self.approve(applied, facts)?,
            Command::Reject(rejected) => {
                registrar(&facts.actor)?;
                self.looked_at(rejected.applied)?;
                Event::ApplicationRejected(rejected)
            }
            Command::Withdraw(withdrawn) => {
                under_key(&self.waiting()?.applicant.key, facts)?;
                Event::ApplicationWithdrawn(withdrawn)
            }
        };
        Ok(vec![event])
    }

    fn asked(event: &Event, _imported: bool) -> Option<Command> {
        Some(match event.clone() {
            Event::SupplierApplied(applied) => Command::Apply(applied),
            Event::ApplicationApproved(Approved { applied, .. }) => Command::Approve { applied },
            Event::ApplicationRejected(rejected) => Command::Reject(rejected),
            Event::ApplicationWithdrawn(withdrawn) => Command::Withdraw(withdrawn),
        })
    }

    fn evolve(self, occurred: Occurred<'_, Event>) -> Option<Self> {
        match (occurred.event, self) {
            (
                Event::SupplierApplied(applied),
                Self::Unknown | Self::Rejected(_) | Self::Withdrawn { .. },
            ) => Some(Self::Waiting(Box::new(Waiting {
                applied: occurred.revision,
                applicant: applied.applicant.clone(),
            }))),
            (Event::ApplicationApproved(approved), Self::Waiting(waiting)) => {
                let same =
                    approved.applied == waiting.applied && approved.applicant == waiting.applicant;
                same.then_some(())?;
                Some(Self::Approved(Box::new(Admitted {
                    applied: waiting.applied,
                    applicant: waiting.applicant,
                    registrar: registrar(&occurred.metadata.actor).ok()?.clone(),
                })))
            }
            (Event::ApplicationRejected(rejected), Self::Waiting(waiting)) => {
                (rejected.applied == waiting.applied).then(|| Self::Rejected(rejected.clone()))
            }
            (Event::ApplicationWithdrawn(Withdrawn {}), Self::Waiting(waiting)) => {
                let applied = waiting.applied;
                Some(Self::Withdrawn { applied })
            }
            (Event::SupplierApplied(_), Self::Waiting(_) | Self::Approved(_))
            | (
                Event::ApplicationApproved(_)
                | Event::ApplicationRejected(_)
                | Event::ApplicationWithdrawn(_),
                Self::Unknown | Self::Approved(_) | Self::Rejected(_) | Self::Withdrawn { .. },
            ) => None,
        }
    }

    member!(Application);
}

impl Application {
    fn apply(&self, applied: Applied, facts: &Facts) -> Decision {
        under_key(&applied.applicant.key, facts)?;
        let organization = organization_of(&applied.applicant.external);
        ensure(
            Self::stream(&organization) == facts.stream,
            Refusal::OtherNumber {
                organization: organization.clone(),
            },
        )?;
        match self {
            Self::Unknown | Self::Rejected(_) | Self::Withdrawn { .. } => {}
            Self::Waiting(waiting) => {
                let applied = waiting.applied;
                return Err(Refusal::Open { applied });
            }
            Self::Approved(_) => return Err(Refusal::Approved),
        }
        unregistered(&organization, facts)?;
        applied
            .applicant
            .check(&Organization::stream(&organization))?;
        Ok(Event::SupplierApplied(applied))
    }

    fn approve(&self, applied: u64, facts: &Facts) -> Decision {
        registrar(&facts.actor)?;
        let Waiting { applicant, .. } = self.looked_at(applied)?;
        unregistered(&organization_of(&applicant.external), facts)?;
        Ok(Event::ApplicationApproved(Approved {
            applied,
            applicant: applicant.clone(),
        }))
    }
}

impl Applicant {
    fn check(&self, organization: &StreamName) -> Result<(), Refusal> {
        ensure(!self.categories.is_empty(), Refusal::NoCategory)?;
        self.profile().check()?;
        let message = enrolment_message(organization, &self.key);
        let stream = organization.clone();
        ensure(
            self.key.verifies(&message, &self.proof),
            Refusal::NoPossession { stream },
        )
    }
}

/// Whether the organisation of the number is free to be registered, as this decision was shown it.
fn unregistered(id: &OrganizationId, facts: &Facts) -> Result<(), Refusal> {
    let stream = Organization::stream(id);
    let organization = facts.readings.get::<Organization>(&stream);
    let Some(organization) = organization.filter(|it| it.is_registered()) else {
        return Ok(());
    };
    let [_, today] = facts.days();
    let id = id.clone();
    Err(match organization.debarred_on(today) {
        Some(debarment) => Refusal::Debarred {
            organization: id,
            decision: debarment.decision.clone(),
        },
        None => Refusal::Registered { organization: id },
    })
}

/// A firm acts under its key's name as a supplier, and as nothing else.
fn under_key(key: &PublicKey, facts: &Facts) -> Result<(), Refusal> {
    let Actor {
        id: ActorId::Key(acts),
        role: Role::Supplier,
        position: None,
    } = &facts.actor
    else {
        return Err(Refusal::NotPseudonymous);
    };
    let key = key.id();
    ensure(*acts == key, Refusal::OtherKey { key })
}

/// The official who acts as a registrar.
fn registrar(actor: &Actor) -> Result<&OfficialId, Refusal> {
    match (&actor.id, actor.role) {
        (ActorId::Official(id), Role::Registrar) => Ok(id),
        (
            ActorId::Official(_) | ActorId::Organization(_) | ActorId::System | ActorId::Key(_),
            _,
        ) => Err(Refusal::NotRegistrar),
    }
}
