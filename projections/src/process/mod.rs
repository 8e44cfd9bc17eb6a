//! Processes of other systems: what their releases, as they were published, add up to.
//!
//! | File | What |
//! |---|---|
//! | [`query`] | the questions that can be asked: search with filters and pages, one process with its releases |
//! | `merge` | the state of one process: the latest word on each field |
//! | [`crate::words`] | texts as they are searched: Arabic letters and Latin case folded |
//! | `rows` | public output rows for the digest |
//!
//! Definitions:
//! - Releases of a process count in the order of their dates, those of one date in the order of the log, whatever
//!   the order they came in (OCDS 1.1 merging). Each field has the value of the last release that speaks of it; a
//!   release that says it is nothing takes it back.
//! - Awards are merged by their ids, their suppliers by theirs; suppliers without an id are those of the last release
//!   that names such. Neither ever disappears: a publisher ends an award by its status.
//! - A buyer or procuring entity is one value, its id with its name: merged apart, as OCDS would, the id of one could stand
//!   beside the name of another.
//! - Only what summaries hold is seen here (`ledger_core::domain::process::Summary`); the bytes as published have the rest.

mod merge;
pub mod query;
mod rows;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::process;
use sijill_ledger_core::domain::values::Text;
use sijill_ledger_core::event::Recorded;

use crate::intern::Interner;
use crate::view::{AsOf, View};
use merge::Process;

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Processes {
    as_of: Option<AsOf>,
    /// Texts that many releases share: tags, statuses, methods, parties, sources.
    texts: Interner<Text>,
    /// By open contracting id.
    by_ocid: BTreeMap<Text, Process>,
}

impl View for Processes {
    const NAME: &'static str = "processes";
    const VERSION: u32 = 2;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        match &event.event {
            Event::Process(process::Event::ReleaseRecorded(release)) => {
                let process = self.by_ocid.entry(release.ocid.clone()).or_default();
                process.take(&mut self.texts, event.index, release);
            }
            Event::Application(_)
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
            | Event::Reaction(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Stock(_)
            | Event::Succession(_)
            | Event::Tender(_)
            | Event::Transfer(_) => {}
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        self.each_row(sink);
    }
}

impl Processes {
    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// How many processes there are.
    pub fn count(&self) -> usize {
        self.by_ocid.len()
    }
}
