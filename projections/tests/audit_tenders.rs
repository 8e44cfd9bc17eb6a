//! Tenders, envelopes and securities in histories: whose they are, and from when that may be told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fall")]

mod common;

use common::{Log, date, noon, text};
use sijill_ledger_core::domain::application;
use sijill_ledger_core::domain::envelope::{self, Claim, Sealed};
use sijill_ledger_core::domain::qualification::{self, Announcement, Request};
use sijill_ledger_core::domain::security::{self, Purpose};
use sijill_ledger_core::domain::tender::{
    self, AwardBy, Closing, Draft, EnvelopePart, LotFailure, Participant, Procedure, Receipt,
    Terms, TieRule,
};
use sijill_ledger_core::domain::values::{
    Code, Currency, DocumentNumber, EnvelopeId, KeyAlgorithm, LotId, Money, Names, OrganizationId,
    PublicKey, TenderId, Withheld,
};
use sijill_ledger_core::event::Event;
use sijill_projections::audit::Audit;
use sijill_projections::audit::entity::{Entity, EntityKind, Part};
use sijill_projections::view::View as _;

fn organization(id: &str) -> OrganizationId {
    OrganizationId::new(id).unwrap()
}

fn drafted() -> Event {
    let draft = Draft {
        buyer: organization("ministry"),
        title: Names::new("شاش", "Gauze").unwrap(),
        procedure: Procedure::Open,
        plan: None,
        currency: Currency::new("EGP").unwrap(),
        terms: Terms {
            delivery: Code::new("DDP").unwrap(),
            tax_included: true,
            validity_days: 90,
            security_percent: 2.into(),
            split: false,
        },
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: vec![Participant {
            entity: organization("university"),
            budget: None,
        }],
        documents: Vec::new(),
        invitation: None,
        framework: None,
    };
    tender::Event::TenderDrafted(draft).into()
}

/// As its bidder knows it: with the claim.
fn sealed() -> Event {
    let claim = Claim {
        tender: TenderId::new("T-1").unwrap(),
        bidder: organization("nile"),
        part: EnvelopePart::Technical,
        vouch: None,
    };
    // RFC 8032, 5.1: any point is a key.
    let mut base_point = [0x66; 32];
    base_point[0] = 0x58;
    let sealed = Sealed {
        claim: Withheld::Known(claim),
        key: PublicKey::new(KeyAlgorithm::Ed25519, &base_point).unwrap(),
        sealed: vec![9; 64],
    };
    envelope::Event::BidSealed(sealed).into()
}

fn received() -> Event {
    let receipt = Receipt {
        envelope: EnvelopeId::new("E-1").unwrap(),
        bidder: organization("nile"),
        part: EnvelopePart::Technical,
        sealed_at: None,
        standing: None,
        vouch: None,
    };
    tender::Event::BidReceived(receipt).into()
}

fn failed() -> Event {
    let failure = LotFailure {
        lot: LotId::new("L1").unwrap(),
        reason: text("none was acceptable"),
    };
    tender::Event::LotFailed(failure).into()
}

fn secured() -> Event {
    let received = security::Received {
        purpose: Purpose::Bid(TenderId::new("T-1").unwrap()),
        principal: organization("nile"),
        beneficiary: organization("ministry"),
        issuer: Names::new("بنك", "Bank").unwrap(),
        number: DocumentNumber::new("LG 77").unwrap(),
        amount: Money::new(20_000.into(), Currency::new("EGP").unwrap()).unwrap(),
        valid_until: date("2026-06-30"),
        document: None,
    };
    security::Event::SecurityReceived(received).into()
}

fn released() -> Event {
    let reason = text("the tender ended");
    security::Event::SecurityReleased(security::Release { reason }).into()
}

/// An application has a history of its own, and the organisation that comes of it begins with it.
#[test]
fn an_organisation_begins_with_its_application() {
    let reason = text("another firm's papers");
    let rejected = application::Rejected { applied: 0, reason };
    let withdrawn = application::Event::ApplicationWithdrawn(application::Withdrawn {});
    let mut log = Log::default();
    for event in [application::Event::ApplicationRejected(rejected), withdrawn] {
        log.push("application-EG-GAFI.1", noon(date("2026-03-01")), event);
    }
    let mut view = Audit::default();
    log.events.iter().for_each(|event| view.apply(event));
    let history = |kind, part| {
        let entity = Entity::new(kind, "EG-GAFI.1").unwrap();
        view.history(&entity, &[part])
    };
    assert_eq!(history(EntityKind::Application, Part::Own), [0, 1]);
    assert_eq!(history(EntityKind::Organization, Part::Named), [0, 1]);
}

/// A list has a history of its own, and so have its buyer and each supplier in it, but for what happens to the others.
#[test]
fn a_list_of_qualified_suppliers_has_its_history() {
    let day = noon(date("2026-03-01"));
    let announced = Announcement {
        buyer: organization("ministry"),
        title: Names::new("موردو الشاش", "Suppliers of gauze").unwrap(),
        requirements: Vec::new(),
        documents: Vec::new(),
        closes_at: day.at(),
        valid_until: date("2027-03-01"),
    };
    let requested = |id| {
        qualification::Event::QualificationRequested(Request {
            supplier: organization(id),
            documents: Vec::new(),
        })
    };
    let published = qualification::Publication {
        read: 2,
        qualified: vec![organization("nile")],
    };
    let mut log = Log::default();
    for event in [
        qualification::Event::QualificationAnnounced(announced),
        requested("nile"),
        requested("delta"),
        qualification::Event::QualificationListPublished(published),
    ] {
        log.push("qualification-Q-1", day, event);
    }
    let mut view = Audit::default();
    log.events.iter().for_each(|event| view.apply(event));
    let history = |kind, id, part| view.history(&Entity::new(kind, id).unwrap(), &[part]);
    let own = history(EntityKind::Qualification, "Q-1", Part::Own);
    assert_eq!(own, [0, 1, 2, 3]);
    let named = |id| history(EntityKind::Organization, id, Part::Named);
    assert_eq!(named("ministry"), [0, 1, 2, 3]);
    assert_eq!((named("nile"), named("delta")), (vec![1, 3], vec![2]));
}

#[test]
fn whose_an_envelope_is_is_told_from_the_list_on_and_by_the_tender_alone() {
    let (day, mut log) = (noon(date("2026-03-01")), Log::default());
    let closed_at = day.at();
    let closed = tender::Event::BiddingClosed(Closing { closed_at });
    for (stream, event) in [
        ("tender-T-1", drafted()),
        ("envelope-E-1", sealed()),
        ("tender-T-1", closed.into()),
        ("tender-T-1", received()),
        ("tender-T-1", failed()),
        ("security-S-1", secured()),
        ("security-S-1", released()),
    ] {
        log.push(stream, day, event);
    }
    let mut view = Audit::default();
    log.events.iter().for_each(|event| view.apply(event));
    let history = |kind, id, part| view.history(&Entity::new(kind, id).unwrap(), &[part]);
    let named = |kind, id| history(kind, id, Part::Named);
    let own = |kind, id| history(kind, id, Part::Own);
    assert_eq!(own(EntityKind::Envelope, "E-1"), [1]);
    assert_eq!(named(EntityKind::Envelope, "E-1"), [3]);
    assert_eq!(own(EntityKind::Tender, "T-1"), [0, 2, 3, 4]);
    assert_eq!(named(EntityKind::Tender, "T-1"), [5], "not by the envelope");
    assert_eq!(own(EntityKind::Security, "S-1"), [5, 6]);
    let of = |id| named(EntityKind::Organization, id);
    assert_eq!(of("nile"), [3, 5, 6]);
    assert_eq!(of("ministry"), [0, 2, 3, 4, 5, 6]);
    assert_eq!(of("university"), [0, 2, 3, 4]);
}
