//! An approved application leads to the registration of its organisation, and to the proposal of its key in the name of the
//! registrar who approved. Another registrar enrols the key: no policy does.

use super::{Policy, Step};
use crate::domain::Command;
use crate::domain::application::{self, Approved};
use crate::domain::organization::{self, ApplicantKey, Organization, Registration};
use crate::domain::values::OrganizationId;
use crate::event::{ActorId, Event, Recorded};

/// Registers suppliers whose applications were approved.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdmissionOfSuppliers;

impl Policy for AdmissionOfSuppliers {
    fn name(&self) -> &'static str {
        "admission-of-suppliers"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &["sijill.events.v1.ApplicationApproved"]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        match &event.event {
            Event::Application(application::Event::ApplicationApproved(approved)) => {
                approved_by(approved, event).unwrap_or_default()
            }
            Event::Application(
                application::Event::SupplierApplied(_)
                | application::Event::ApplicationRejected(_)
                | application::Event::ApplicationWithdrawn(_),
            )
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Facility(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Stock(_)
            | Event::Succession(_)
            | Event::Tender(_)
            | Event::Transfer(_) => Vec::new(),
        }
    }
}

/// `None` for who cannot approve: no such event is possible.
fn approved_by(approved: &Approved, event: &Recorded) -> Option<Vec<Step>> {
    let ActorId::Official(registrar) = &event.metadata.actor.id else {
        return None;
    };
    // The stream's id is that of the organisation, and the proof of the key names it.
    let stream = Organization::stream(&OrganizationId::new(event.stream.id()).ok()?);
    let registration = Registration {
        profile: approved.applicant.profile(),
        bank_account: None,
    };
    let key = ApplicantKey {
        proposal: approved.applicant.proposal(),
        registrar: registrar.clone(),
    };
    let commands = [
        organization::Command::Register(registration),
        organization::Command::ProposeApplicantKey(key),
    ];
    let steps = commands.map(|command| Step::Command {
        stream: stream.clone(),
        command: Command::Organization(command),
    });
    Some(steps.into())
}
