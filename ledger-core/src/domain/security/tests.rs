//! The rulebook of securities, rule by rule.

use super::*;
use crate::domain::organization::{self, Role as Part};
use crate::domain::ruleset::{ProcurementRules, Ruleset};
use crate::domain::tender::tests::world as tenders;
use crate::domain::values::{
    ContractId, Country, Currency, Date, DocumentNumber, DocumentRef, ExternalId, MediaType, Money,
    Names, OrganizationId, Sha256, TenderId, Text,
};
use crate::event::{Actor, Event as AnyEvent, Origin, Role};
use crate::testing::{Given, actor, assert_documented, noon, official, stage_table};

fn names() -> Names {
    Names::new("البنك الأهلي", "National Bank").unwrap()
}

fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

fn money(amount: &str, currency: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::new(currency).unwrap()).unwrap()
}

fn organization_id(id: &str) -> OrganizationId {
    OrganizationId::new(id).unwrap()
}

fn organization(part: Part) -> Organization {
    let registered = organization::Event::OrganizationRegistered(organization::Registration {
        profile: organization::Profile {
            roles: [part].into(),
            names: names(),
            external: ExternalId::new("EG-GAFI:1").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        },
        bank_account: None,
    });
    let given = Given::<Organization>::nothing().event(registered);
    given.state().clone()
}

/// A ministry and a supplier; Huda acts.
fn world() -> Given<Security> {
    let (moh, nile) = (organization_id("moh"), organization_id("nile"));
    Given::nothing()
        .reading(
            Organization::stream(&moh),
            0,
            organization(Part::ProcuringEntity),
        )
        .reading(Organization::stream(&nile), 0, organization(Part::Supplier))
}

/// 20,000 EGP for a contract's performance, until 30 June.
fn received() -> Received {
    Received {
        purpose: Purpose::Performance(ContractId::new("C-1").unwrap()),
        principal: organization_id("nile"),
        beneficiary: organization_id("moh"),
        issuer: names(),
        number: DocumentNumber::new("LG 77/2026").unwrap(),
        amount: money("20000", "EGP"),
        valid_until: day("2026-06-30"),
        document: Some(DocumentRef {
            title: names(),
            sha256: Sha256([5; 32]),
            bytes: 9_000,
            media_type: MediaType::Pdf,
        }),
    }
}

fn reference() -> DocumentNumber {
    DocumentNumber::new("SWIFT 760").unwrap()
}

fn verify() -> Command {
    Command::Verify(Verification {
        reference: reference(),
    })
}

fn extension(until: &str) -> Extension {
    Extension {
        valid_until: day(until),
        reference: reference(),
        paper: None,
    }
}

fn extend(until: &str) -> Command {
    Command::Extend(extension(until))
}

fn call(amount: &str, currency: &str) -> Command {
    Command::Call(Call {
        amount: money(amount, currency),
        reason: Text::new("the contractor left the site").unwrap(),
        decision: None,
    })
}

fn release() -> Command {
    let reason = Text::new("all was delivered").unwrap();
    Command::Release(Release { reason })
}

fn omar() -> Actor {
    actor("omar", Role::ProcurementOfficer)
}

fn held() -> Given<Security> {
    world().when(Command::Receive(received()))
}

fn verified() -> Given<Security> {
    held().by(omar()).when(verify())
}

/// The example in the docs of this module.
#[test]
fn it_can_be_called_through_its_last_day_and_up_to_its_amount() {
    let last = verified().on("2026-06-30");
    let amount = money("20000", "EGP");
    let above = last.clone().when(call("20000.01", "EGP")).refused();
    assert_eq!(above, Refusal::AboveAmount { amount });
    let called = last.when(call("20000", "EGP"));
    assert!(matches!(called.state(), Security::Called(_)));

    let valid_until = day("2026-06-30");
    let lapsed = Refusal::Lapsed { valid_until };
    let after = verified().on("2026-07-01");
    assert_eq!(after.clone().when(call("1", "EGP")).refused(), lapsed);
    assert_eq!(after.clone().when(extend("2026-12-31")).refused(), lapsed);
    assert!(after.clone().when(release()).accepted());
    let dated_back = after.clone().effective(noon("2026-06-30"));
    assert_eq!(dated_back.when(call("1", "EGP")).refused(), lapsed);
    let dated_ahead = verified().effective(noon("2026-07-01"));
    assert_eq!(dated_ahead.when(call("1", "EGP")).refused(), lapsed);
}

#[test]
fn every_command_in_every_stage() {
    let stages = [
        ("nothing", world().by(omar())),
        ("received", held().by(omar())),
        ("verified", verified()),
        ("called", verified().when(call("1", "EGP"))),
        ("released", verified().when(release())),
    ];
    let commands = [
        ("receive", Command::Receive(received())),
        ("verify", verify()),
        ("extend", extend("2026-12-31")),
        ("call", call("20000", "EGP")),
        ("release", release()),
    ];
    assert_documented(include_str!("mod.rs"), &stage_table(&stages, &commands));
}

#[test]
fn the_issuer_is_asked_by_someone_else_and_after_an_extension_again() {
    assert_eq!(held().when(verify()).refused(), Refusal::OwnReceipt);
    let verification = Event::SecurityVerified(Verification {
        reference: reference(),
    });
    assert!(!held().possible(&verification));
    assert_eq!(verified().wanted(), Wanted::Approval { revision: Some(0) });
    assert!(verified().state().verified().is_some());

    let extended = verified().when(extend("2026-12-31"));
    assert_eq!(extended.state().verified(), None);
    let guarantee = extended.state().guarantee().unwrap();
    assert_eq!(guarantee.received().valid_until, day("2026-12-31"));
    assert_eq!(
        extended.clone().when(verify()).refused(),
        Refusal::OwnReceipt
    );
    let receiver = extended.clone().by(official("huda")).when(verify());
    assert_eq!(receiver.refused(), Refusal::OwnReceipt);
    let third = extended.clone().by(official("mona")).when(verify());
    assert_eq!(third.wanted(), Wanted::Approval { revision: Some(2) });
    // Meanwhile the issuer can be called upon, through the new last day.
    assert!(extended.on("2026-12-31").when(call("5", "EGP")).accepted());
}

#[test]
fn an_extension_leads_to_a_later_day() {
    let valid_until = day("2026-06-30");
    for until in ["2026-06-30", "2026-05-01"] {
        let refused = held().when(extend(until)).refused();
        assert_eq!(refused, Refusal::NotLater { valid_until });
        let extension = Event::SecurityExtended(extension(until));
        assert!(!held().possible(&extension));
    }
}

/// The bank gives another paper: the security stays the one that the bid names, and is confirmed anew.
#[test]
fn another_paper_takes_the_place_of_the_first_for_no_less() {
    let replaced = |amount, currency, until| {
        let paper = Paper {
            issuer: Names::new("بنك مصر", "Banque Misr").unwrap(),
            number: DocumentNumber::new("LG 78/2026").unwrap(),
            amount: money(amount, currency),
            document: None,
        };
        Extension {
            paper: Some(paper),
            ..extension(until)
        }
    };
    let ask = |extension| verified().when(Command::Extend(extension));
    let given = ask(replaced("20000", "EGP", "2026-06-30"));
    assert!(given.accepted(), "{:?}", given.outcome());
    assert!(given.state().verified().is_none(), "not confirmed yet");
    assert_eq!(given.clone().when(verify()).refused(), Refusal::OwnReceipt);
    let again = given
        .by(actor("rana", Role::ProcurementOfficer))
        .when(verify());
    let known = again.state().verified().unwrap().received();
    assert_eq!(known.number.as_str(), "LG 78/2026");
    assert_eq!(known.purpose, received().purpose);
    let above = again.when(call("20001", "EGP")).refused();
    let amount = money("20000", "EGP");
    assert_eq!(above, Refusal::AboveAmount { amount });
    for (less, currency) in [("19999.99", "EGP"), ("20000", "USD")] {
        let extension = replaced(less, currency, "2026-12-31");
        let event = Event::SecurityExtended(extension.clone());
        assert_eq!(ask(extension).refused(), Refusal::LessPaper { amount });
        assert!(!verified().possible(&event));
    }
    let shorter = ask(replaced("30000", "EGP", "2026-06-29")).refused();
    let valid_until = day("2026-06-30");
    assert_eq!(shorter, Refusal::NotLater { valid_until });
    let late = verified().by(omar());
    let after = noon("2026-07-01");
    let late = late.at(after.at()).effective(after);
    let late = late.when(Command::Extend(replaced("20000", "EGP", "2026-12-31")));
    assert_eq!(late.refused(), Refusal::Lapsed { valid_until });
}

#[test]
fn a_call_names_an_amount_in_its_currency() {
    let amount = money("20000", "EGP");
    let other = held().when(call("5", "USD")).refused();
    assert_eq!(other, Refusal::AboveAmount { amount });
    for nothing in ["0", "-1"] {
        assert_eq!(
            held().when(call(nothing, "EGP")).refused(),
            Refusal::NotPositive
        );
    }
}

#[test]
fn what_is_received_is_worth_something_valid_and_between_a_supplier_and_a_buyer() {
    let refused = |change: fn(&mut Received)| {
        let mut received = received();
        change(&mut received);
        world().when(Command::Receive(received)).refused()
    };
    let worthless = refused(|r| r.amount = Money::new(0.into(), r.amount.currency()).unwrap());
    assert_eq!(worthless, Refusal::NotPositive);
    let valid_until = day("2025-12-31");
    let lapsed = refused(|r| r.valid_until = Date::parse("2025-12-31").unwrap());
    assert_eq!(lapsed, Refusal::Lapsed { valid_until });
    let principal = refused(|r| r.principal = r.beneficiary.clone());
    let moh = organization_id("moh");
    assert_eq!(principal, Refusal::NoPrincipal { principal: moh });
    let beneficiary = refused(|r| r.beneficiary = r.principal.clone());
    let nile = organization_id("nile");
    assert_eq!(beneficiary, Refusal::NoBeneficiary { beneficiary: nile });
    let supplier = Actor {
        id: ActorId::Organization(organization_id("nile")),
        role: Role::Supplier,
        position: None,
    };
    for command in [
        Command::Receive(received()),
        verify(),
        extend("2026-12-31"),
        call("1", "EGP"),
        release(),
    ] {
        let given = if matches!(command, Command::Receive(_)) {
            world()
        } else {
            held()
        };
        let refused = given.by(supplier.clone()).when(command).refused();
        assert_eq!(refused, Refusal::NotAnOfficial);
    }
}

/// Of a bid: nothing is said of who bids while bids are sealed, nor of a tender that ended with its bids unopened.
#[test]
fn a_bids_security_is_recorded_once_bidding_is_closed() {
    let tender = || TenderId::new("T-1").unwrap();
    let given = |state: &Tender| {
        let buyer = state.notice().unwrap().draft.buyer.clone();
        let entity = organization(Part::ProcuringEntity);
        let world = world().reading(Organization::stream(&buyer), 0, entity);
        let world = world.reading(Tender::stream(&tender()), 9, state.clone());
        (world, buyer)
    };
    let receive = |beneficiary| {
        Command::Receive(Received {
            purpose: Purpose::Bid(tender()),
            beneficiary,
            ..received()
        })
    };
    for sealed in [tenders::published(), tenders::cancelled()] {
        let (world, buyer) = given(sealed.state());
        let refused = world.when(receive(buyer)).refused();
        assert_eq!(refused, Refusal::BidsSealed { tender: tender() });
    }
    let (world, buyer) = given(tenders::closed().state());
    assert!(world.clone().when(receive(buyer.clone())).accepted());
    // From the second edition of the rules on the tender's own list comes first.
    let second = ProcurementRules {
        edition: Some(2),
        ..ProcurementRules::default()
    };
    let second = |given: Given<Security>| {
        given.reading(Ruleset::national(), 1, tenders::ruleset(second.clone()))
    };
    let unlisted = second(world.clone()).when(receive(buyer.clone())).refused();
    assert_eq!(unlisted, Refusal::BidsSealed { tender: tender() });
    let (listed, _) = given(tenders::listed().state());
    assert!(second(listed).when(receive(buyer.clone())).accepted());
    let other = world.when(receive(organization_id("moh"))).refused();
    assert_eq!(other, Refusal::OtherBuyer { buyer });
    let unpublished = Refusal::NoTender { tender: tender() };
    let moh = organization_id("moh");
    assert_eq!(
        super::tests::world().when(receive(moh)).refused(),
        unpublished
    );

    let stream = Security::stream(&SecurityId::new("S-1").unwrap());
    let reads = Security::default().reads(&stream, &receive(organization_id("moh")));
    let read: Vec<&str> = reads.iter().map(StreamName::as_str).collect();
    assert_eq!(
        read,
        ["organization-nile", "organization-moh", "tender-T-1"]
    );
}

#[test]
fn its_scan_is_durable_before_the_event() {
    let event = AnyEvent::Security(Event::SecurityReceived(received()));
    assert_eq!(event.attachments(), [Sha256([5; 32])]);
    let mut paperless = received();
    paperless.document = None;
    let event = AnyEvent::Security(Event::SecurityReceived(paperless));
    assert_eq!(event.attachments(), []);
    let paper = Paper {
        issuer: names(),
        number: reference(),
        amount: money("1", "EGP"),
        document: received().document,
    };
    let replaced = Event::SecurityExtended(Extension {
        paper: Some(paper),
        ..extension("2026-06-30")
    });
    assert_eq!(
        AnyEvent::Security(replaced).attachments(),
        [Sha256([5; 32])]
    );
}

#[test]
fn history_is_taken_as_it_was() {
    let file = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let mut old = received();
    old.valid_until = day("2019-06-30");
    old.principal = organization_id("gone");
    let verified = world()
        .origin(file)
        .when(Command::Receive(old))
        .when(verify());
    assert!(verified.accepted(), "by who recorded it");
    assert!(verified.clone().when(call("20000", "EGP")).accepted());
    assert!(verified.when(release()).accepted());
}

/// From the third edition on: by a decision.
#[test]
fn a_call_cites_its_decision() {
    let third = || tenders::in_third_edition(verified());
    assert_eq!(
        third().when(call("5", "EGP")).refused(),
        Refusal::CallDecision
    );
    let Command::Call(undecided) = call("5", "EGP") else {
        panic!("no call");
    };
    let decided = Command::Call(Call {
        decision: Some(reference()),
        ..undecided
    });
    assert!(third().when(decided).accepted());
    let reads = |given: Given<Security>| {
        let readings = given.facts().readings.clone();
        given.state().reads_under(&readings, &release())
    };
    assert!(reads(third()).is_empty(), "of a contract");
}
