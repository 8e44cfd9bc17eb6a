//! The rulebook of lists of qualified suppliers, rule by rule.

mod stages;
mod world;

pub(crate) use world::{announced, debarred_state, ended, published, supplier_state, suspended};

use super::*;
use crate::domain::official::{self, Official};
use crate::domain::organization::{self, Role as Part};
use crate::domain::values::{Date, DocumentRef, MediaType, Names, OrganizationId, Sha256, Text};
use crate::event::{Actor, ActorId, Event as AnyEvent, Origin, Role};
use crate::testing::{Given, actor};
use crate::time::Timestamp;
use world::*;

/// Who is invited by the list as it stands.
fn invited(given: &Given<Qualification>) -> Vec<&str> {
    let list = given.state().list().unwrap();
    list.invited()
        .into_iter()
        .map(OrganizationId::as_str)
        .collect()
}

/// The example in the docs of this module.
#[test]
fn four_ask_three_qualify_and_one_is_suspended() {
    let published = published();
    let event = Event::QualificationListPublished(Publication {
        read: 9,
        qualified: ["delta", "misr", "nile"].map(id).into(),
    });
    assert_eq!(published.last(), [event]);
    assert_eq!(published.wanted(), Wanted::Approval { revision: Some(9) });
    assert_eq!(invited(&published), ["delta", "misr", "nile"]);
    assert_eq!(invited(&suspended()), ["delta", "nile"]);
    let back = did(suspended().by(official_of("rami")).when(reinstate("misr")));
    assert_eq!(invited(&back), ["delta", "misr", "nile"]);
    let off = did(suspended().by(official_of("rami")).when(remove("misr")));
    assert_eq!(off.wanted(), Wanted::Approval { revision: Some(11) });
    assert_eq!(invited(&off), ["delta", "nile"]);
    let supplier = || id("misr");
    let gone = off.clone().when(reinstate("misr")).refused();
    let not_suspended = Refusal::NotSuspended {
        supplier: supplier(),
    };
    assert_eq!(gone, not_suspended);
    let not_listed = Refusal::NotListed {
        supplier: supplier(),
    };
    assert_eq!(off.when(suspend("misr")).refused(), not_listed);
}

fn refused(change: impl FnOnce(&mut Announcement)) -> Refusal {
    let mut announced = announcement();
    change(&mut announced);
    world().when(Command::Announce(announced)).refused()
}

#[test]
fn what_is_announced() {
    let buyer = refused(|it| it.buyer = id("nile"));
    assert_eq!(buyer, Refusal::NotAnEntity { buyer: id("nile") });
    let none = refused(|it| it.requirements.clear());
    assert_eq!(none, Refusal::Requirements { count: 0 });
    let many = refused(|it| {
        it.requirements = vec![it.requirements[0].clone(); REQUIREMENTS_MAX + 1];
    });
    assert_eq!(many, Refusal::Requirements { count: 31 });
    let twice = refused(|it| it.requirements[1].id = it.requirements[0].id.clone());
    let requirement = id("licence");
    assert_eq!(twice, Refusal::RequirementTwice { requirement });
    let documents = refused(|it| it.documents = vec![document(1); DOCUMENTS_MAX + 1]);
    assert_eq!(documents, Refusal::Documents { count: 21 });
    let by_supplier = world().by(supplier("nile"));
    let by_supplier = by_supplier.when(Command::Announce(announcement()));
    assert_eq!(by_supplier.refused(), Refusal::NotAnOfficial);
}

/// Requests are taken for as many whole days as bids are, and the list is valid for two years after them at most.
#[test]
fn its_times() {
    let now = crate::testing::noon("2026-01-01").at();
    let (earliest, latest) = (midnight("01-17"), now.plus_days(365));
    for wrong in [midnight("01-16"), latest.plus_micros(1)] {
        let refused = refused(|it| it.closes_at = wrong);
        assert_eq!(refused, Refusal::ClosesAt { earliest, latest });
    }
    let day = |day| Date::parse(day).unwrap();
    let (first, last) = (day("2026-01-17"), day("2028-01-16"));
    for wrong in [first.plus_days(-1), last.plus_days(1)] {
        let refused = refused(|it| it.valid_until = wrong);
        assert_eq!(refused, Refusal::ValidUntil { first, last });
    }
    for right in [first, last] {
        let mut announced = announcement();
        announced.valid_until = right;
        did(world().when(Command::Announce(announced)));
    }
}

#[test]
fn a_supplier_asks_for_itself_before_the_closing() {
    let asks = |by: Actor, name: &str| announced().by(by).when(request(name));
    assert_eq!(asks(supplier("nile"), "nile").wanted(), Wanted::Signature);
    for (by, name) in [
        (supplier("nile"), "delta"),
        (official_of("huda"), "nile"),
        (supplier("ministry"), "ministry"),
        (supplier("unknown"), "unknown"),
    ] {
        assert_eq!(asks(by, name).refused(), Refusal::NotASupplier, "{name}");
    }
    assert_eq!(
        asks(supplier("aswan"), "aswan").refused(),
        Refusal::Debarred
    );

    let nile = || id("nile");
    let twice = requested().by(supplier("nile")).when(request("nile"));
    let already = Refusal::RequestedAlready { supplier: nile() };
    assert_eq!(twice.refused(), already);
    let again = did(twice.when(withdraw())).when(request("nile"));
    assert!(again.accepted());
    let stranger = requested().by(supplier("aswan")).when(withdraw());
    let not_requested = Refusal::NotRequested {
        supplier: id("aswan"),
    };
    assert_eq!(stranger.refused(), not_requested);

    let closes_at = midnight("01-17");
    let over = Refusal::RequestsOver { closes_at };
    let late = announced().at(closes_at).by(supplier("nile"));
    assert_eq!(late.clone().when(request("nile")).refused(), over);
    let in_time = late.at(closes_at.plus_micros(-1));
    let latest = in_time.latest(&request("nile")).unwrap();
    assert_eq!(
        (latest.stamp, latest.refusal),
        (closes_at.plus_micros(-1), over)
    );
    assert!(in_time.when(request("nile")).accepted());
}

#[test]
fn no_list_holds_more_than_can_be_invited() {
    let asks = |given: Given<Qualification>, n: usize| {
        let name = format!("firm-{n}");
        let given = given.reading(Organization::stream(&id(&name)), 0, supplier_state());
        given.by(supplier(&name)).when(request(&name))
    };
    let full = (0..REQUESTS_MAX).fold(announced(), asks);
    assert!(full.accepted());
    let refused = asks(full, REQUESTS_MAX).refused();
    assert_eq!(refused, Refusal::TooManyRequests);
}

#[test]
fn each_requirement_is_judged_once_by_someone_in_office_without_an_interest() {
    let judged = |by: &str, findings: Vec<Finding>| {
        let assessment = Assessment {
            supplier: id("nile"),
            findings,
        };
        let given = closed().by(official_of(by));
        given.when(Command::Assess(assessment))
    };
    let (licence, turnover) = (finding("licence", true), finding("turnover", true));
    let both = || vec![licence.clone(), turnover.clone()];
    assert_eq!(judged("rami", both()).wanted(), Wanted::Signature);
    for wrong in [
        Vec::new(),
        vec![licence.clone()],
        vec![licence.clone(), licence.clone()],
        vec![licence.clone(), turnover.clone(), licence.clone()],
        vec![licence.clone(), finding("colour", true)],
    ] {
        let refused = judged("rami", wrong).refused();
        assert_eq!(refused, Refusal::Findings { requirements: 2 });
    }
    assert_eq!(judged("laila", both()).refused(), Refusal::NotInOffice);
    // An interest in one of those who asked excludes from judging any of them.
    let supplier = id("delta");
    let interested = Refusal::HasInterest { supplier };
    assert_eq!(judged("samir", both()).refused(), interested);
    let by_supplier = closed().by(world::supplier("delta"));
    let by_supplier = by_supplier.when(assess("nile", true)).refused();
    assert_eq!(by_supplier, Refusal::NotAnOfficial);
    let stranger = closed().when(assess("aswan", true)).refused();
    let supplier = id("aswan");
    assert_eq!(stranger, Refusal::NotRequested { supplier });
}

#[test]
fn the_list_is_published_by_another_who_read_it_as_it_is() {
    let publish = |by: &str, read| {
        assessed()
            .by(official_of(by))
            .when(Command::Publish { read })
    };
    for hand in ["huda", "rami"] {
        assert_eq!(publish(hand, 9).refused(), Refusal::OwnAssessment);
    }
    assert_eq!(publish("laila", 9).refused(), Refusal::NotInOffice);
    for wrong in [8, 10] {
        assert_eq!(
            publish("omar", wrong).refused(),
            Refusal::ReadAnother { last: 9 }
        );
    }
    let early = closed()
        .by(official_of("omar"))
        .when(Command::Publish { read: 5 });
    let supplier = id("delta");
    assert_eq!(early.refused(), Refusal::NotAssessed { supplier });
    let by_rami = Event::QualificationListPublished(Publication {
        read: 9,
        qualified: ["delta", "misr", "nile"].map(id).into(),
    });
    assert!(!assessed().possible(&by_rami), "by who assessed");
    let added = Event::QualificationListPublished(Publication {
        read: 9,
        qualified: ["delta", "misr", "nile", "sinai"].map(id).into(),
    });
    let by_omar = assessed().by(official_of("omar"));
    assert!(!by_omar.possible(&added), "with one that did not qualify");

    // The last assessment counts, and a withdrawal needs to be read too.
    let again = did(assessed().when(assess("misr", false)));
    let again = again.by(official_of("omar"));
    assert!(!again.clone().when(Command::Publish { read: 9 }).accepted());
    let list = did(again.when(Command::Publish { read: 10 }));
    assert_eq!(invited(&list), ["delta", "nile"]);
    let gone = did(assessed().by(world::supplier("nile")).when(withdraw()));
    let gone = gone.by(official_of("omar"));
    let list = did(gone.when(Command::Publish { read: 10 }));
    assert_eq!(invited(&list), ["delta", "misr"]);
}

#[test]
fn no_list_of_nobody_and_none_that_has_lapsed() {
    let none = ["nile", "delta", "misr", "sinai"]
        .into_iter()
        .fold(closed(), |given, name| did(given.when(assess(name, false))));
    let none = none
        .by(official_of("omar"))
        .when(Command::Publish { read: 9 });
    assert_eq!(none.refused(), Refusal::NobodyQualified);
    let valid_until = announcement().valid_until;
    let lapsed = Refusal::Lapsed { valid_until };
    let late = assessed().by(official_of("omar"));
    let late = late
        .clone()
        .on("2028-01-01")
        .when(Command::Publish { read: 9 });
    assert_eq!(late.refused(), lapsed);
    let list = published();
    let list = list.state().list().unwrap();
    assert!(list.is_valid_on(&[valid_until]));
    assert!(!list.is_valid_on(&[valid_until.plus_days(1), valid_until]));
}

/// Nobody alone keeps a competitor out of one tender: who suspends a supplier does not bring it back.
#[test]
fn what_becomes_of_a_suspended_supplier_is_decided_by_another() {
    let supplier = || id("misr");
    for command in [reinstate("misr"), remove("misr")] {
        let own = suspended().when(command.clone()).refused();
        assert_eq!(
            own,
            Refusal::OwnSuspension {
                supplier: supplier()
            }
        );
        let interested = suspended().by(official_of("samir")).when(command);
        let supplier = id("delta");
        assert_eq!(interested.refused(), Refusal::HasInterest { supplier });
    }
    let reinstated = Event::QualifiedSupplierReinstated(Reinstatement {
        supplier: supplier(),
        reason: text("a mistake"),
    });
    assert!(!suspended().possible(&reinstated));
    let unlisted = published().by(official_of("mona")).when(suspend("sinai"));
    let supplier = id("sinai");
    assert_eq!(unlisted.refused(), Refusal::NotListed { supplier });
}

#[test]
fn documents_are_durable_before_the_event_and_readings_are_named() {
    let announced = AnyEvent::Qualification(Event::QualificationAnnounced(announcement()));
    assert_eq!(announced.attachments(), [Sha256([1; 32])]);
    let Command::Request(asked) = request("nile") else {
        panic!("no request");
    };
    let asked = AnyEvent::Qualification(Event::QualificationRequested(asked));
    assert_eq!(asked.attachments(), [Sha256([2; 32])]);
    let stream = Qualification::stream(&id("Q-1"));
    let reads = |command| Qualification::default().reads(&stream, &command);
    let buyer = Organization::stream(&id("ministry"));
    assert_eq!(reads(Command::Announce(announcement())), [buyer]);
    let nile = Organization::stream(&id("nile"));
    assert_eq!(reads(request("nile")), [nile]);
    let judges = Qualification::default();
    for command in [
        assess("nile", true),
        Command::Publish { read: 1 },
        suspend("nile"),
    ] {
        assert!(judges.judges_actor(&command));
    }
}

#[test]
fn history_has_no_lists() {
    let file = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let imported = world().origin(file).when(Command::Announce(announcement()));
    assert_eq!(imported.refused(), Refusal::NotHistory);
}

/// From the fourth edition of the rules on.
#[test]
fn only_the_buyers_officials_keep_a_list() {
    use crate::domain::official::tests::buyers::{employed, in_fourth_edition, not_of};
    let officials = [("omar", "ministry"), ("karim", "university")];
    let fourth = |given: Given<Qualification>| employed(in_fourth_edition(given), &officials);
    let over = requested().at(midnight("01-17"));
    let cases = [
        (world(), Command::Announce(announcement())),
        (over, close()),
        (closed(), assess("nile", true)),
        (assessed(), Command::Publish { read: 9 }),
        (published(), suspend("misr")),
        (suspended(), reinstate("misr")),
        (suspended(), remove("misr")),
        (suspended(), end()),
    ];
    for (given, command) in cases {
        let other = fourth(given.clone()).by(official_of("karim"));
        let refused = other.when(command.clone()).refused();
        assert_eq!(refused, not_of("ministry").into(), "{command:?}");
        did(fourth(given).by(official_of("omar")).when(command));
    }
    let asks = fourth(announced()).by(supplier("nile"));
    did(asks.when(request("nile")));
}
