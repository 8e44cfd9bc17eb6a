//! A part that was erased on a legal order is destroyed in the store. The event comes first: what is destroyed is
//! always accounted for, and a crash between the two is made good at the next start.

use super::{Policy, Step};
use crate::domain::disclosure;
use crate::event::{Event, Recorded};

/// Destroys erased parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Erasure;

impl Policy for Erasure {
    fn name(&self) -> &'static str {
        "erasure"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &["sijill.events.v1.PartErased"]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        match &event.event {
            Event::Disclosure(disclosure::Event::PartErased(erased)) => {
                vec![Step::Erase {
                    index: erased.part.index,
                    part: erased.part.part,
                }]
            }
            Event::Disclosure(disclosure::Event::PartDisclosed(_))
            | Event::Application(_)
            | Event::Committee(_)
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
            | Event::Succession(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Stock(_)
            | Event::Tender(_)
            | Event::Transfer(_) => Vec::new(),
        }
    }
}
