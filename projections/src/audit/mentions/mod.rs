//! Which things an event names: exhaustive over aggregates and kinds, so that a new one makes the compiler ask.
//!
//! What is read in other streams to decide (`Metadata::facts`) and the ruleset that was in force stand on nearly every event
//! and are not mentions. Neither are codes of classifications, programmes, keys and hashes. Who is named in a
//! release of another system bears identifiers of that system; the search over processes finds them.

mod procurement;
mod qualification;
mod registry;
mod stock;
mod tender;

use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{
    DocumentNumber, FacilityId, ItemCode, OfficialId, OrganizationId,
};
use sijill_ledger_core::domain::{disclosure, process, reaction};
use sijill_ledger_core::event::{ActorId, Origin, Recorded};

use super::entity::{EntityKind, Name, Part};

/// A thing, and how an event concerns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention<'a> {
    /// The thing.
    pub name: Name<'a>,
    /// How the event concerns it.
    pub part: Part,
}

/// Tells everything that an event concerns; a thing that it names several times may be told several times.
pub fn mentions<'a>(event: &'a Recorded, sink: &mut dyn FnMut(Mention<'a>)) {
    let mut teller = Teller { sink };
    teller.actor(event);
    teller.stream(event);
    match &event.event {
        Event::Application(application) => teller.application(application, event.stream.id()),
        Event::Committee(committee) => teller.committee(committee),
        Event::Disclosure(disclosure) => teller.disclosure(disclosure),
        Event::Envelope(envelope) => teller.envelope(envelope),
        Event::Facility(facility) => teller.facility_event(facility),
        Event::Framework(framework) => teller.framework(framework),
        Event::Item(item) => teller.item_event(item),
        Event::Official(official) => teller.official_event(official),
        Event::Order(order) => teller.order(order),
        Event::Organization(organization) => teller.organization_event(organization),
        Event::Plan(plan) => teller.plan(plan),
        Event::Process(process) => teller.process(process),
        Event::Qualification(list) => teller.qualification(list),
        Event::Reaction(reaction) => teller.reaction(reaction),
        Event::Requisition(requisition) => teller.requisition(requisition),
        Event::Security(security) => teller.security(security),
        Event::Stock(stock) => teller.stock(stock, event.stream.id()),
        Event::Tender(tender) => teller.tender(tender),
        Event::Transfer(transfer) => teller.transfer(transfer),
        // Parameters, imported files and earlier logs; each is told by its own stream.
        Event::Migration(_) | Event::Ruleset(_) | Event::Succession(_) => {}
    }
}

/// The ways in which an event by itself concerns one thing, in order, each once.
pub(super) fn parts_of(event: &Recorded, name: &Name<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    mentions(event, &mut |mention| {
        if mention.name == *name && !parts.contains(&mention.part) {
            parts.push(mention.part);
        }
    });
    parts.sort_unstable();
    parts
}

/// Everything that an event names or is about, sorted, each once.
pub fn all(event: &Recorded) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    mentions(event, &mut |mention| found.push(mention));
    found.sort_unstable();
    found.dedup();
    found
}

struct Teller<'s, 'a> {
    sink: &'s mut dyn FnMut(Mention<'a>),
}

impl<'a> Teller<'_, 'a> {
    fn tell(&mut self, part: Part, kind: EntityKind, scope: Option<&'a str>, id: &'a str) {
        let name = Name { kind, scope, id };
        (self.sink)(Mention { name, part });
    }

    fn named(&mut self, kind: EntityKind, id: &'a str) {
        self.tell(Part::Named, kind, None, id);
    }

    fn facility(&mut self, id: &'a FacilityId) {
        self.named(EntityKind::Facility, id.as_str());
    }

    fn item(&mut self, code: &'a ItemCode) {
        self.named(EntityKind::Item, code.as_str());
    }

    fn organization(&mut self, id: &'a OrganizationId) {
        self.named(EntityKind::Organization, id.as_str());
    }

    fn official(&mut self, id: &'a OfficialId) {
        self.named(EntityKind::Official, id.as_str());
    }

    fn document(&mut self, number: &'a DocumentNumber) {
        self.named(EntityKind::Document, number.as_str());
    }

    fn key(&mut self, key: &'a StockKey) {
        self.item(&key.item);
        if let Some(batch) = &key.batch {
            let item = Some(key.item.as_str());
            self.tell(Part::Named, EntityKind::Batch, item, batch.as_str());
        }
    }

    fn actor(&mut self, event: &'a Recorded) {
        let metadata = &event.metadata;
        let mut acted = |kind, id| self.tell(Part::Acted, kind, None, id);
        match &metadata.actor.id {
            ActorId::Official(id) => acted(EntityKind::Official, id.as_str()),
            ActorId::Organization(id) => acted(EntityKind::Organization, id.as_str()),
            ActorId::System | ActorId::Key(_) => {}
        }
        if let Some(position) = &metadata.actor.position {
            acted(EntityKind::Post, position.as_str());
        }
        match &metadata.origin {
            Origin::Policy(policy) => acted(EntityKind::Policy, policy.as_str()),
            Origin::Native | Origin::Import { .. } => {}
        }
    }

    fn stream(&mut self, event: &'a Recorded) {
        if let Some(kind) = EntityKind::of_stream(event.stream.kind()) {
            self.tell(Part::Own, kind, None, event.stream.id());
        }
    }

    fn disclosure(&mut self, event: &'a disclosure::Event) {
        match event {
            disclosure::Event::PartDisclosed(_) => {}
            disclosure::Event::PartErased(erased) => self.document(&erased.order.number),
        }
    }

    fn process(&mut self, event: &'a process::Event) {
        let process::Event::ReleaseRecorded(release) = event;
        self.tell(Part::Own, EntityKind::Process, None, release.ocid.as_str());
    }

    fn reaction(&mut self, event: &'a reaction::Event) {
        let reaction::Event::StepRefused(refused) = event;
        let target = refused.stream.as_str().split_once('-');
        let target = target.and_then(|(kind, id)| Some((EntityKind::of_stream(kind)?, id)));
        if let Some((kind, id)) = target {
            self.named(kind, id);
        }
    }
}
