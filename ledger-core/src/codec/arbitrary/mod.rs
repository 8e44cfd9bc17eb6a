//! Arbitrary legal events for property tests, here and elsewhere in the crate.

mod framework;
mod order;
mod people;
mod process;
mod procurement;
mod qualification;
mod registry;
mod requisition;
mod stock;
mod tender;
mod transfer;
mod values;

pub(crate) use framework::framework;
pub(crate) use order::order;
pub(crate) use people::{application, committee, official, organization};
pub(crate) use process::process;
pub(crate) use procurement::{envelope, plan, security};
pub(crate) use qualification::qualification;
pub(crate) use registry::{disclosure, facility, item, migration, reaction, ruleset, succession};
pub(crate) use requisition::requisition;
pub(crate) use stock::stock;
pub(crate) use tender::{bid, tender};
pub(crate) use transfer::transfer;
pub(crate) use values::metadata;

use proptest::prelude::*;

use crate::event::Event;

/// An event of any aggregate, each aggregate equally often.
pub(crate) fn event() -> BoxedStrategy<Event> {
    prop_oneof![
        stock().prop_map(Event::Stock),
        order().prop_map(Event::Order),
        transfer().prop_map(Event::Transfer),
        requisition().prop_map(Event::Requisition),
        item().prop_map(Event::Item),
        facility().prop_map(Event::Facility),
        official().prop_map(Event::Official),
        organization().prop_map(Event::Organization),
        committee().prop_map(Event::Committee),
        ruleset().prop_map(Event::Ruleset),
        disclosure().prop_map(Event::Disclosure),
        migration().prop_map(Event::Migration),
        reaction().prop_map(Event::Reaction),
        process().prop_map(Event::Process),
        plan().prop_map(Event::Plan),
        security().prop_map(Event::Security),
        framework().prop_map(Event::Framework),
        tender().prop_map(Event::Tender),
        qualification().prop_map(Event::Qualification),
        envelope().prop_map(Event::Envelope),
        succession().prop_map(Event::Succession),
        application().prop_map(Event::Application),
    ]
    .boxed()
}

/// A struct whose fields are drawn one by one. Boxed, because strategies by value outgrow a test's stack.
macro_rules! drawn {
    ($name:ident { $($field:ident: $strategy:expr),* $(,)? }) => {
        ($($strategy,)*).prop_map(|($($field,)*)| $name { $($field),* }).boxed()
    };
}
use drawn;
