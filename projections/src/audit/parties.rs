//! Between whom a stream is: the buyer and supplier of an order, the two facilities of a transfer or of a requisition, who buys
//! by a plan, a tender or a list of qualified suppliers, who gave a security and in whose favour. Their history has everything that happened in it: an invoice and
//! a payment are the supplier's, whether they name it or not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::{
    Event, framework, order, plan, qualification, requisition, security, tender, transfer,
};
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::StreamName;

use super::entity::{EntityKind, Fingerprint, Name, Part};
use super::plain;

/// Sets the fingerprints of streams apart from those of names and of versions.
const DOMAIN: u8 = 0x90;

/// The parties of each stream that has some, as fingerprints: a stream and its two parties are known by five numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Parties(BTreeMap<u64, Vec<Party>>);

/// One of those between whom a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Party {
    /// Of its name, as an event names it.
    fingerprint: u64,
    /// Index of the event that named it first: what stands before is not of its history.
    since: u64,
}

impl Parties {
    /// Tells the fingerprints of those whom an event of such a stream concerns, those whom it names first included.
    pub fn apply(&mut self, event: &Recorded, tell: &mut dyn FnMut(Fingerprint)) {
        let mut names = Vec::new();
        named(&event.event, &mut names);
        let key = stream(&event.stream);
        if names.is_empty() && !self.0.contains_key(&key) {
            return;
        }
        let parties = self.0.entry(key).or_default();
        for name in names {
            let Fingerprint(fingerprint) = Fingerprint::of(&name, Part::Named);
            if !parties.iter().any(|it| it.fingerprint == fingerprint) {
                let since = event.index;
                parties.push(Party { fingerprint, since });
            }
        }
        for party in parties {
            tell(Fingerprint(party.fingerprint));
        }
    }

    /// Whether an event is of a stream to which this is a party.
    pub fn concern(&self, event: &Recorded, name: &Name<'_>) -> bool {
        let Fingerprint(sought) = Fingerprint::of(name, Part::Named);
        let mut parties = self.0.get(&stream(&event.stream)).into_iter().flatten();
        parties.any(|it| it.fingerprint == sought && it.since <= event.index)
    }

    pub fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for (stream, parties) in &self.0 {
            for Party { fingerprint, since } in parties {
                sink(format!("party\t{stream:016x}\t{fingerprint:016x}\t{since}").as_bytes());
            }
        }
    }
}

fn stream(name: &StreamName) -> u64 {
    Fingerprint::of_texts(DOMAIN, &[name.as_str()]).0
}

/// Those between whom an event says that its stream is.
fn named<'a>(event: &'a Event, names: &mut Vec<Name<'a>>) {
    match event {
        Event::Order(order::Event::OrderPlaced(placed)) => {
            let parties = [&placed.buyer, &placed.supplier];
            names.extend(parties.map(|it| plain(EntityKind::Organization, it.as_str())));
        }
        Event::Transfer(transfer::Event::TransferDispatched(shipment)) => {
            let parties = [&shipment.dispatch.facility, &shipment.to];
            names.extend(parties.map(|it| plain(EntityKind::Facility, it.as_str())));
        }
        Event::Transfer(transfer::Event::TransferArrived(receipt)) => {
            let parties = [&receipt.from, &receipt.arrival.facility];
            names.extend(parties.map(|it| plain(EntityKind::Facility, it.as_str())));
        }
        Event::Requisition(requisition::Event::RequisitionSubmitted(submission)) => {
            let parties = [&submission.from, &submission.supplier];
            names.extend(parties.map(|it| plain(EntityKind::Facility, it.as_str())));
        }
        Event::Plan(plan::Event::NeedPlanned(need)) => {
            names.push(plain(EntityKind::Organization, need.buyer.as_str()));
        }
        // Nor is a supplier that asks to be on a list a party to it: it competes with the others.
        Event::Qualification(qualification::Event::QualificationAnnounced(announced)) => {
            names.push(plain(EntityKind::Organization, announced.buyer.as_str()));
        }
        // A bidder is no party: what happens to the other bids is not of its history.
        Event::Tender(tender::Event::TenderDrafted(draft)) => {
            let others = draft.participants.iter().map(|it| &it.entity);
            let buyers = std::iter::once(&draft.buyer).chain(others);
            names.extend(buyers.map(|it| plain(EntityKind::Organization, it.as_str())));
        }
        Event::Security(security::Event::SecurityReceived(received)) => {
            let parties = [&received.principal, &received.beneficiary];
            names.extend(parties.map(|it| plain(EntityKind::Organization, it.as_str())));
        }
        Event::Framework(framework::Event::FrameworkConcluded(conclusion)) => {
            names.push(plain(EntityKind::Organization, conclusion.buyer.as_str()));
        }
        Event::Framework(framework::Event::FrameworkLotAgreed(lot)) => {
            let suppliers = lot.suppliers.iter().map(|it| it.supplier.as_str());
            names.extend(suppliers.map(|it| plain(EntityKind::Organization, it)));
        }
        // What else happens to them names nobody new; other streams are of one thing, and an envelope says of nobody.
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
        | Event::Transfer(_) => {}
    }
}
