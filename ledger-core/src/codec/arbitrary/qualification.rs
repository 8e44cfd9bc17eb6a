//! Arbitrary events of a list of qualified suppliers.

use proptest::collection::vec;
use proptest::prelude::*;

use super::drawn;
use super::values::{date, document, id, instant, names, text};
use crate::domain::qualification::{
    Announcement, Assessment, Closing, Ending, Event, Finding, Publication, Reinstatement, Removal,
    Request, RequestWithdrawal, Requirement, Suspension,
};

/// Any event of a list of qualified suppliers.
pub(crate) fn qualification() -> BoxedStrategy<Event> {
    prop_oneof![asking(), judging(), listed()].boxed()
}

fn asking() -> BoxedStrategy<Event> {
    let requirement = drawn!(Requirement {
        id: id(),
        name: names()
    });
    let announcement = drawn!(Announcement {
        buyer: id(),
        title: names(),
        requirements: vec(requirement, 1..4),
        documents: vec(document(), 0..3),
        closes_at: instant(),
        valid_until: date(),
    });
    let request = drawn!(Request {
        supplier: id(),
        documents: vec(document(), 0..3)
    });
    prop_oneof![
        announcement.prop_map(Event::QualificationAnnounced),
        request.prop_map(Event::QualificationRequested),
        Just(Event::QualificationRequestWithdrawn(RequestWithdrawal {})),
        Just(Event::QualificationClosed(Closing {})),
    ]
    .boxed()
}

fn judging() -> BoxedStrategy<Event> {
    let finding = drawn!(Finding {
        requirement: id(),
        met: any::<bool>(),
        reason: text(),
    });
    let assessment = drawn!(Assessment {
        supplier: id(),
        findings: vec(finding, 1..4)
    });
    let publication = drawn!(Publication {
        read: any::<u64>(),
        qualified: vec(id(), 1..5)
    });
    prop_oneof![
        assessment.prop_map(Event::QualificationAssessed),
        publication.prop_map(Event::QualificationListPublished),
    ]
    .boxed()
}

fn listed() -> BoxedStrategy<Event> {
    let about = || (id(), text());
    let suspension = about().prop_map(|(supplier, reason)| Suspension { supplier, reason });
    let reinstatement = about().prop_map(|(supplier, reason)| Reinstatement { supplier, reason });
    let removal = about().prop_map(|(supplier, reason)| Removal { supplier, reason });
    prop_oneof![
        suspension.prop_map(Event::QualifiedSupplierSuspended),
        reinstatement.prop_map(Event::QualifiedSupplierReinstated),
        removal.prop_map(Event::QualifiedSupplierRemoved),
        text().prop_map(|reason| Event::QualificationEnded(Ending { reason })),
    ]
    .boxed()
}
