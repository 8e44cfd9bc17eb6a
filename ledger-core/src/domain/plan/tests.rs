//! The rulebook of plans, rule by rule.

mod taking;

use rust_decimal::Decimal;

use super::*;
use crate::domain::facility;
use crate::domain::item::{self, Category, Tracking};
use crate::domain::official::{self, Official, Seat};
use crate::domain::organization::{self, Role as Part};
use crate::domain::tender::tests::world::carrying;
use crate::domain::values::{
    Code, Country, Currency, Date, DocumentNumber, ExternalId, FacilityId, ItemCode, Money, Names,
    OfficialId, OrganizationId, Quantity, Sha256, Text, Withheld,
};
use crate::event::{Actor, Origin, Role};
use crate::testing::{Given, actor, assert_documented, noon, stage_table};

fn names() -> Names {
    Names::new("اسم", "Name").unwrap()
}

fn day(day: &str) -> Date {
    Date::parse(day).unwrap()
}

fn egp(amount: u32) -> Money {
    Money::new(amount.into(), Currency::new("EGP").unwrap()).unwrap()
}

fn facility_id(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
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

fn store(open: bool) -> Facility {
    let opened = facility::Event::FacilityOpened(facility::Profile {
        names: names(),
        kind: facility::Kind::CentralStore,
        governorate: None,
        position: None,
        population: None,
        parent: None,
        owner: None,
    });
    let given = Given::<Facility>::nothing().event(opened);
    if open {
        return given.state().clone();
    }
    let reason = Text::new("merged").unwrap();
    let closed = facility::Event::FacilityClosed(facility::Closure { reason });
    given.event(closed).state().clone()
}

fn listed() -> Item {
    let listed = item::Event::ItemListed(item::Profile {
        names: names(),
        category: Category::Medicine,
        base_unit: Code::new("tablet").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    });
    Given::<Item>::nothing().event(listed).state().clone()
}

/// An official in a post since 2025, who may approve up to a limit through 2026.
fn delegate(limit: u32) -> Official {
    let post = || Code::new("manager").unwrap();
    let decree = || DocumentNumber::new("D-1").unwrap();
    let held = official::Event::PositionHeld(official::Appointment {
        post: post(),
        seat: Seat::Facility(facility_id("store")),
        names: names(),
        national_id: None,
        from: day("2025-01-01"),
        decree: decree(),
    });
    let delegated = official::Event::AuthorityDelegated(official::Delegation {
        post: post(),
        limit: egp(limit),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
        delegator: None,
        decree: decree(),
    });
    let given = Given::<Official>::nothing().event(held).event(delegated);
    given.state().clone()
}

/// A ministry and a supplier, a store and a closed one, tablets and boxes. Mona may approve up to 5,000 EGP, Omar up to 10,000.
/// Huda acts.
fn world() -> Given<Plan> {
    let organization_id = |id| OrganizationId::new(id).unwrap();
    let item = |code| Item::stream(&ItemCode::new(code).unwrap());
    let official = |id| Official::stream(&OfficialId::new(id).unwrap());
    Given::nothing()
        .reading(
            Organization::stream(&organization_id("moh")),
            0,
            organization(Part::ProcuringEntity),
        )
        .reading(
            Organization::stream(&organization_id("nile")),
            0,
            organization(Part::Supplier),
        )
        .reading(Facility::stream(&facility_id("store")), 0, store(true))
        .reading(Facility::stream(&facility_id("merged")), 1, store(false))
        .reading(item("tablet"), 0, listed())
        .reading(item("box"), 0, listed())
        .reading(official("mona"), 1, delegate(5_000))
        .reading(official("omar"), 1, delegate(10_000))
}

fn line(item: &str, quantity: u32) -> PlanLine {
    PlanLine {
        item: ItemCode::new(item).unwrap(),
        quantity: Quantity::from(quantity),
        facility: facility_id("store"),
        needed_by: day("2026-03-01"),
    }
}

/// 20,000 tablets at 7,000 EGP.
fn need() -> Need {
    Need {
        buyer: OrganizationId::new("moh").unwrap(),
        title: names(),
        year: 2026,
        estimate: Withheld::Known(egp(7_000)),
        lines: vec![line("tablet", 20_000)],
    }
}

fn amend(quantity: u32, estimate: u32) -> Command {
    Command::Amend(Amendment {
        reason: Text::new("an outbreak").unwrap(),
        estimate: Withheld::Known(egp(estimate)),
        lines: vec![line("tablet", quantity)],
    })
}

fn approve(read: u64) -> Command {
    Command::Approve(Approval { read, limit: None })
}

fn who(id: &str) -> Actor {
    actor(id, Role::Approver)
}

fn system() -> Actor {
    Actor {
        id: ActorId::System,
        role: Role::System,
        position: None,
    }
}

/// From the fourth edition of the rules on; imported history is not judged.
#[test]
fn only_the_buyers_officials_plan_and_approve() {
    use crate::domain::official::tests::buyers::{
        employed, in_fourth_edition, not_of, with_authority_elsewhere,
    };
    let others = [("huda", "moh"), ("omar", "moh"), ("karim", "moe")];
    let fourth = |given: Given<Plan>| employed(in_fourth_edition(given), &others);
    let commands = [
        (fourth(world()), Command::Plan(need())),
        (fourth(planned()), amend(40_000, 14_000)),
        (fourth(planned()), approve(0)),
    ];
    for (given, command) in commands {
        let refused = given.clone().by(who("karim")).when(command.clone());
        assert_eq!(refused.refused(), not_of("moh").into());
        let own = match command {
            Command::Approve(_) => "omar",
            Command::Plan(_)
            | Command::Amend(_)
            | Command::Take { .. }
            | Command::Settle { .. } => "huda",
        };
        let own = given.by(who(own)).when(command);
        assert!(own.accepted(), "{:?}", own.outcome());
    }
    let stream = Official::stream(&OfficialId::new("omar").unwrap());
    let elsewhere = fourth(planned()).reading(stream, 3, with_authority_elsewhere());
    let refused = elsewhere.by(who("omar")).when(approve(0)).refused();
    assert_eq!(refused, not_of("moh").into());
    let file = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let history = fourth(world()).by(who("karim")).origin(file);
    assert!(history.when(Command::Plan(need())).accepted());
}

fn planned() -> Given<Plan> {
    world().when(Command::Plan(need()))
}

/// The example in the docs of this module.
#[test]
fn a_plan_is_approved_within_the_limit_and_again_after_an_amendment() {
    let mona = planned().by(who("mona")).when(approve(0));
    let limit = egp(5_000);
    assert_eq!(mona.refused(), Refusal::AboveLimit { limit });

    let approved = planned().by(who("omar")).when(approve(0));
    let limit = Some(egp(10_000));
    assert_eq!(
        approved.last(),
        [Event::PlanApproved(Approval { read: 0, limit })]
    );
    assert_eq!(approved.wanted(), Wanted::Approval { revision: Some(0) });
    assert_eq!(approved.state().approved().unwrap().need(), &need());

    let amended = approved.by(who("huda")).when(amend(40_000, 14_000));
    assert_eq!(amended.wanted(), Wanted::No);
    assert_eq!(amended.state().approved(), None);
    let sheet = amended.state().sheet().unwrap();
    assert_eq!(
        (sheet.revision(), &sheet.need().lines),
        (2, &vec![line("tablet", 40_000)])
    );
    let again = amended.clone().by(who("omar")).when(approve(2));
    let limit = egp(10_000);
    assert_eq!(again.refused(), Refusal::AboveLimit { limit });
    let lowered = amended
        .when(amend(25_000, 10_000))
        .by(who("omar"))
        .when(approve(3));
    assert_eq!(lowered.wanted(), Wanted::Approval { revision: Some(3) });
}

#[test]
fn every_command_in_every_stage() {
    let omar = |given: Given<Plan>| given.by(who("omar"));
    let stages = [
        ("nothing", omar(world())),
        ("planned", omar(planned())),
        ("approved", omar(planned()).when(approve(0))),
    ];
    let draft = carrying("test", &[("tablet", "store", 5_000)]);
    let tender = TenderId::new("T-1").unwrap();
    let stages = stages.map(|(stage, given)| {
        let read = draft.state().clone();
        (stage, given.reading(Tender::stream(&tender), 1, read))
    });
    let take = Command::Take { tender };
    let commands = [
        ("plan", Command::Plan(need())),
        ("approve", approve(0)),
        ("amend", amend(30_000, 9_000)),
        ("take", take),
    ];
    assert_documented(include_str!("mod.rs"), &stage_table(&stages, &commands));
}

#[test]
fn who_planned_or_amended_does_not_approve() {
    let own = planned().when(approve(0));
    assert_eq!(own.refused(), Refusal::OwnPlan);
    let amended = planned().by(who("omar")).when(amend(20_000, 6_000));
    assert_eq!(amended.clone().when(approve(1)).refused(), Refusal::OwnPlan);
    let planner = amended.clone().by(who("huda")).when(approve(1));
    assert_eq!(planner.refused(), Refusal::OwnPlan);
    let policy = amended.by(system()).when(approve(1));
    assert_eq!(policy.refused(), Refusal::NotAnOfficial);

    // Nor does any history say so.
    let approval = Event::PlanApproved(Approval {
        read: 0,
        limit: None,
    });
    assert!(!planned().possible(&approval));
    let omar = planned().by(who("omar"));
    assert!(omar.possible(&approval));
    let unread = Event::PlanApproved(Approval {
        read: 1,
        limit: None,
    });
    assert!(!omar.possible(&unread));
}

#[test]
fn what_was_not_read_is_not_approved() {
    let amended = planned().when(amend(25_000, 9_000)).by(who("omar"));
    let (read, revision) = (0, 1);
    assert_eq!(
        amended.clone().when(approve(0)).refused(),
        Refusal::Changed { read, revision }
    );
    assert!(amended.when(approve(1)).accepted());
}

#[test]
fn authority_counts_on_the_day_of_decision_and_of_effect() {
    let refused = |given: Given<Plan>| given.when(approve(0)).refused();
    assert_eq!(refused(planned().by(who("nobody"))), Refusal::NoAuthority);
    let later = planned().by(who("omar")).on("2027-01-01");
    assert_eq!(refused(later.clone()), Refusal::NoAuthority);
    let dated_back = later.effective(noon("2026-12-31"));
    assert_eq!(refused(dated_back), Refusal::NoAuthority);
    let mut dinars = need();
    let jod = Money::new(5.into(), Currency::new("JOD").unwrap()).unwrap();
    dinars.estimate = Withheld::Known(jod);
    let dinars = world().when(Command::Plan(dinars)).by(who("omar"));
    assert_eq!(refused(dinars), Refusal::NoAuthority);
    assert!(Plan::default().judges_actor(&approve(0)));
}

#[test]
fn a_need_names_a_buyer_listed_items_open_facilities_and_days_to_come() {
    let refused = |change: fn(&mut Need)| {
        let mut need = need();
        change(&mut need);
        world().when(Command::Plan(need)).refused()
    };
    let item = || ItemCode::new("tablet").unwrap();
    let gold = ItemCode::new("gold").unwrap();
    let nile = OrganizationId::new("nile").unwrap();
    assert_eq!(
        refused(|n| n.lines.clear()),
        Refusal::LineCount { lines: 0 }
    );
    let many = refused(|n| n.lines = vec![line("tablet", 1); LINES_MAX + 1]);
    assert_eq!(
        many,
        Refusal::LineCount {
            lines: LINES_MAX + 1
        }
    );
    let twice = refused(|n| n.lines.push(line("tablet", 5)));
    let facility = facility_id("store");
    assert_eq!(
        twice,
        Refusal::DuplicateLine {
            item: item(),
            facility
        }
    );
    let zero = refused(|n| n.lines[0].quantity = Quantity::ZERO);
    assert_eq!(zero, Refusal::ZeroQuantity { item: item() });
    let free = refused(|n| n.estimate = Withheld::Known(egp(0)));
    assert_eq!(free, Refusal::EstimateNotPositive);
    let supplier = refused(|n| n.buyer = OrganizationId::new("nile").unwrap());
    assert_eq!(supplier, Refusal::NoBuyer { buyer: nile });
    let unlisted = refused(|n| n.lines[0].item = ItemCode::new("gold").unwrap());
    assert_eq!(unlisted, Refusal::ItemNotListed { item: gold });
    let nowhere = refused(|n| n.lines[0].facility = facility_id("nowhere"));
    let facility = facility_id("nowhere");
    assert_eq!(nowhere, Refusal::FacilityUnknown { facility });
    let closed = refused(|n| n.lines[0].facility = facility_id("merged"));
    let facility = facility_id("merged");
    assert_eq!(closed, Refusal::FacilityClosed { facility });
    let yesterday = day("2025-12-31");
    let over = refused(|n| n.lines[0].needed_by = Date::parse("2025-12-31").unwrap());
    assert_eq!(
        over,
        Refusal::DayOver {
            item: item(),
            day: yesterday
        }
    );
    for year in [2025, 2037] {
        let mut need = need();
        need.year = year;
        let (first, last) = (2026, 2036);
        let refused = world().when(Command::Plan(need)).refused();
        assert_eq!(refused, Refusal::Year { year, first, last });
    }
    let other_day = PlanLine {
        needed_by: day("2026-06-01"),
        ..line("tablet", 5)
    };
    let mut twice_a_year = need();
    twice_a_year.lines.push(other_day);
    assert!(world().when(Command::Plan(twice_a_year)).accepted());
    assert_eq!(
        world().by(system()).when(Command::Plan(need())).refused(),
        Refusal::NotAnOfficial
    );
    let nothing = amend(0, 7_000);
    assert_eq!(
        planned().when(nothing).refused(),
        Refusal::ZeroQuantity { item: item() }
    );
}

/// What a mirror shows of the log: it judges again, without what it cannot know.
#[test]
fn without_the_estimate_the_limit_is_the_approvers_and_is_not_compared() {
    let mut committed = need();
    committed.estimate = Withheld::Committed([7; 32]);
    let planned = world().when(Command::Plan(committed)).by(who("mona"));
    let approve = |limit| Command::Approve(Approval { read: 0, limit });
    let again = planned.clone().when(approve(Some(egp(5_000))));
    let limit = Some(egp(5_000));
    assert_eq!(
        again.last(),
        [Event::PlanApproved(Approval { read: 0, limit })]
    );
    let invented = planned.clone().when(approve(Some(egp(9_999))));
    assert_eq!(invented.last(), again.last());
    assert_eq!(
        planned.when(approve(None)).refused(),
        Refusal::EstimateUnknown
    );
}

/// A refusal may be shown and logged.
#[test]
fn no_refusal_says_what_a_plan_is_expected_to_cost() {
    let mut secret = need();
    secret.estimate = Withheld::Known(egp(7_654_321));
    let refused = world()
        .when(Command::Plan(secret))
        .by(who("omar"))
        .when(approve(0))
        .refused();
    let shown = format!("{refused:?} {refused}");
    assert!(
        shown.contains("10000") && !shown.contains("7654321"),
        "{shown}"
    );
}

#[test]
fn history_is_taken_as_it_was() {
    let file = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let mut old = need();
    old.year = 2019;
    old.lines[0].item = ItemCode::new("gone").unwrap();
    old.lines[0].needed_by = day("2019-05-01");
    let approved = world()
        .origin(file)
        .when(Command::Plan(old))
        .when(approve(0));
    let limit = None;
    assert_eq!(
        approved.last(),
        [Event::PlanApproved(Approval { read: 0, limit })]
    );
    assert!(approved.state().approved().is_some());
}

#[test]
fn what_is_read_is_named_once() {
    let mut two = need();
    two.lines.push(line("box", 4));
    let stream = Plan::stream(&PlanId::new("P-1").unwrap());
    let reads = Plan::default().reads(&stream, &Command::Plan(two));
    let read: Vec<&str> = reads.iter().map(StreamName::as_str).collect();
    assert_eq!(
        read,
        [
            "organization-moh",
            "facility-store",
            "item-box",
            "item-tablet"
        ]
    );
    assert!(Plan::default().reads(&stream, &approve(0)).is_empty());
}
