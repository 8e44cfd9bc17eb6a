//! Applications of suppliers: where the last one of each number in a public register stands, and who is registered with that number
//! already, under whatever id.
//!
//! The rules see one id per number (`domain::application`): an organisation that was registered by hand under another id is not theirs
//! to see. Here the registers are read as they are, and numbers compared as applications compare them
//! ([`organization_of`]): without spaces, and whatever the case. A registrar is shown who has the number. The application is not
//! refused for it: of the two the hand-made entry may be the wrong one, and a refusal would tell only the firm, which can mend neither.
//!
//! What was rejected or withdrawn is not told here any more; the log, which is public, keeps it.
//!
//! # Example
//!
//! `NILE` was registered by hand with EG-GAFI:12 345. The Nile company applies as EG-GAFI:12345; its application waits as
//! `EG-GAFI.12345`, and stands beside `NILE`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::application::{self, Applicant, organization_of};
use sijill_ledger_core::domain::organization::{self, Profile};
use sijill_ledger_core::domain::values::{OrganizationId, Text};
use sijill_ledger_core::event::{Event, Recorded};

use crate::tenders::step::Mark;
use crate::view::View;

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Applications {
    /// The last application of each number, by the id that follows from the number.
    by_number: BTreeMap<OrganizationId, Application>,
    /// Who is registered with a number, by that id.
    holders: BTreeMap<OrganizationId, BTreeSet<OrganizationId>>,
    /// The same by organisation: a number can be amended.
    numbers: BTreeMap<OrganizationId, OrganizationId>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its revision in its stream: what a registrar approves or rejects.
    pub revision: u64,
    /// Where it was made.
    pub applied: Mark,
    /// Where it was decided or withdrawn; `None` while it waits.
    pub ended: Option<Mark>,
    /// Where it stands.
    pub stage: Stage,
}

/// Where an application stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It waits for a registrar.
    Waiting(Box<Applicant>),
    /// It was approved.
    Approved(Box<Applicant>),
    /// It was rejected, for this reason.
    Rejected(Text),
    /// It was withdrawn.
    Withdrawn,
}

impl View for Applications {
    const NAME: &'static str = "applications";
    const VERSION: u32 = 1;

    fn apply(&mut self, event: &Recorded) {
        let Ok(id) = OrganizationId::new(event.stream.id()) else {
            return;
        };
        match &event.event {
            Event::Application(it) => self.application(id, it, event),
            Event::Organization(organization::Event::OrganizationRegistered(it)) => {
                self.registered(id, &it.profile);
            }
            Event::Organization(organization::Event::OrganizationAmended(it)) => {
                self.registered(id, &it.profile);
            }
            Event::Organization(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Facility(_)
            | Event::Framework(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Qualification(_)
            | Event::Reaction(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Security(_)
            | Event::Stock(_)
            | Event::Succession(_)
            | Event::Tender(_)
            | Event::Transfer(_) => {}
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for row in &self.by_number {
            // Texts for keys and no floats: it is written.
            sink(&serde_json::to_vec(&row).unwrap_or_default());
        }
        for row in &self.holders {
            sink(&serde_json::to_vec(&row).unwrap_or_default());
        }
    }
}

impl Applications {
    /// Every number's last application: those that wait first, in the order of coming, then the others, the latest ended first.
    pub fn all(&self) -> Vec<(&OrganizationId, &Application)> {
        let mut all: Vec<_> = self.by_number.iter().collect();
        all.sort_by_key(|(_, it)| match it.ended {
            None => (false, it.applied.index),
            Some(mark) => (true, u64::MAX.saturating_sub(mark.index)),
        });
        all
    }

    /// Who is registered with the number of an application under another id than the application's.
    pub fn others(&self, application: &OrganizationId) -> impl Iterator<Item = &OrganizationId> {
        let holders = self.holders.get(application).into_iter().flatten();
        holders.filter(move |holder| *holder != application)
    }

    fn application(&mut self, id: OrganizationId, event: &application::Event, at: &Recorded) {
        let mark = Mark::of(at);
        if let application::Event::SupplierApplied(applied) = event {
            let application = Application {
                revision: at.revision,
                applied: mark,
                ended: None,
                stage: Stage::Waiting(Box::new(applied.applicant.clone())),
            };
            self.by_number.insert(id, application);
            return;
        }
        let Some(known) = self.by_number.get_mut(&id) else {
            return;
        };
        known.ended = Some(mark);
        known.stage = match event {
            application::Event::SupplierApplied(_) => return,
            application::Event::ApplicationApproved(approved) => {
                Stage::Approved(Box::new(approved.applicant.clone()))
            }
            application::Event::ApplicationRejected(rejected) => {
                Stage::Rejected(rejected.reason.clone())
            }
            application::Event::ApplicationWithdrawn(_) => Stage::Withdrawn,
        };
    }

    fn registered(&mut self, id: OrganizationId, profile: &Profile) {
        let number = organization_of(&profile.external);
        if let Some(before) = self.numbers.insert(id.clone(), number.clone())
            && let Some(holders) = self.holders.get_mut(&before)
        {
            holders.remove(&id);
        }
        self.holders.entry(number).or_default().insert(id);
    }
}
