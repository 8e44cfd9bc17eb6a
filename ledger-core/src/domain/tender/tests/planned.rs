//! From the fourth edition of the rules on a tender asks for what it took from its plan.

use super::*;
use crate::domain::official::tests::buyers::{employed, in_fourth_edition};
use crate::domain::plan::{self, Plan};
use crate::domain::values::PlanId;

fn plan() -> PlanId {
    id("P-1")
}

/// 10,000 tablets and 500 rolls of gauze for the store are planned and approved; T-1 took so many of them.
fn plan_with(tablets: u32, gauze: u32) -> Plan {
    let line = |item: &str, quantity: u32| plan::PlanLine {
        item: id(item),
        quantity: quantity.into(),
        facility: id("store"),
        needed_by: Date::parse("2026-06-30").unwrap(),
    };
    let need = plan::Event::NeedPlanned(plan::Need {
        buyer: id("ministry"),
        title: Names::new("أدوية", "Medicines").unwrap(),
        year: 2026,
        estimate: Withheld::Known(egp(100_000)),
        lines: vec![line("tablet", 10_000), line("gauze", 500)],
    });
    let approval = plan::Event::PlanApproved(plan::Approval {
        read: 0,
        limit: None,
    });
    let given = Given::<Plan>::nothing()
        .event(need)
        .by(officer("omar"))
        .event(approval);
    if tablets == 0 {
        return given.state().clone();
    }
    let taken = |item: &str, quantity: u32| plan::TakenLine {
        item: id(item),
        facility: id("store"),
        quantity: quantity.into(),
    };
    let taking = plan::Event::PlanTaken(plan::Taking {
        tender: id("T-1"),
        lines: vec![taken("tablet", tablets), taken("gauze", gauze)],
    });
    given.event(taking).state().clone()
}

fn reading(given: Given<Tender>, state: Plan) -> Given<Tender> {
    given.reading(Plan::stream(&plan()), 2, state)
}

fn ready(given: Given<Tender>) -> Given<Tender> {
    let officials = [("huda", "ministry"), ("omar", "ministry")];
    let given = reading(employed(given, &officials), plan_with(0, 0));
    let planned = Draft {
        plan: Some(plan()),
        ..draft()
    };
    let given = given
        .when(Command::Draft(planned))
        .when(Command::AddLot(tablets()))
        .when(Command::AddLot(gauze()))
        .when(Command::AppointCommittees(committees(2)));
    let given = ["a", "b", "c"].into_iter().fold(given, enrolled);
    let given = given.by(actor("omar", Role::Approver)).when(approve(3));
    assert!(given.accepted(), "{:?}", given.outcome());
    given.by(officer("huda"))
}

fn publish(given: Given<Tender>, state: Plan) -> Given<Tender> {
    reading(given, state).when(Command::Publish(publication()))
}

#[test]
fn a_tender_is_published_when_all_of_it_is_taken() {
    let ready_now = ready(in_fourth_edition(world()));
    let not_taken = || Refusal::PlanNotTaken { plan: plan() };
    for (tablets, gauze) in [(0, 0), (9_999, 500), (10_000, 499)] {
        let early = publish(ready_now.clone(), plan_with(tablets, gauze));
        assert_eq!(early.refused(), not_taken());
    }
    let published = publish(ready_now, plan_with(10_000, 500));
    assert!(published.accepted(), "{:?}", published.outcome());
    let gone = published
        .clone()
        .reading(Plan::stream(&plan()), 3, Plan::default());
    assert_eq!(
        gone.when(amendment(400, "01-17 00:00")).refused(),
        not_taken()
    );
    let less = published.clone().when(amendment(400, "01-17 00:00"));
    assert!(less.accepted(), "{:?}", less.outcome());
    let third = ready(in_third_edition(world()));
    assert!(publish(third, plan_with(0, 0)).accepted());
}

/// An amendment may move goods to another place, of which nothing was planned.
#[test]
fn an_amendment_stays_within_what_was_taken() {
    let published = publish(ready(in_fourth_edition(world())), plan_with(10_000, 500));
    let elsewhere = LotLine {
        facility: id("clinic"),
        ..line("gauze", 400)
    };
    let moved = Command::Amend(Amendment {
        number: None,
        reason: text("the clinic needs it"),
        change: Change::Lot {
            lot: id("L2"),
            before: Vec::new(),
            after: vec![elsewhere],
        },
        closes_at: time("01-17 00:00"),
    });
    let open = Facility::stream(&id("clinic"));
    let store = published.clone();
    let store = store.reading(open, 0, facility());
    assert_eq!(
        store.when(moved).refused(),
        Refusal::PlanNotTaken { plan: plan() }
    );
}

#[test]
fn whoever_publishes_or_amends_reads_the_plan() {
    let ready_now = ready(in_fourth_edition(world()));
    let reads = |given: &Given<Tender>, command: &Command| {
        let rules = ProcurementRules {
            edition: Some(4),
            ..ProcurementRules::default()
        };
        let mut readings = Readings::default();
        readings.insert(
            Ruleset::national(),
            Some(1),
            crate::aggregate::Aggregate::into_state(ruleset(rules)),
        );
        given.state().reads_under(&readings, command)
    };
    let stream = Plan::stream(&plan());
    let to_publish = Command::Publish(publication());
    assert_eq!(
        reads(&ready_now, &to_publish),
        std::slice::from_ref(&stream)
    );
    assert_eq!(reads(&ready_now, &approve(3)), []);
    let published = publish(ready_now, plan_with(10_000, 500));
    assert_eq!(reads(&published, &amendment(1, "01-17 00:00")), [stream]);
    assert_eq!(reads(&published, &propose_cancellation()), []);
}

#[test]
fn the_rules_may_ask_for_a_plan() {
    let officials = [("huda", "ministry")];
    let asks = |edition, procedure, ground: Option<InvitationGround>| {
        let rules = ProcurementRules {
            edition: Some(edition),
            plan_required: Some(true),
            ..ProcurementRules::default()
        };
        let given = employed(world(), &officials).reading(Ruleset::national(), 1, ruleset(rules));
        let invitation = ground.map(|ground| Invitation {
            ground,
            justification: text("nobody else makes it"),
            after: None,
            invited: vec![id("nile")],
            list: None,
        });
        let technical = procedure == Procedure::Open;
        let asked = Draft {
            procedure,
            invitation,
            ..if technical { draft() } else { plain() }
        };
        let missing = ContentRefusal::PlanMissing.into();
        let outcome = given.when(Command::Draft(asked));
        outcome.outcome().as_ref().err() == Some(&missing)
    };
    assert!(asks(4, Procedure::Open, None));
    assert!(!asks(3, Procedure::Open, None));
    assert!(!asks(4, Procedure::Quotation, None));
    assert!(asks(
        4,
        Procedure::Direct,
        Some(InvitationGround::SoleSource)
    ));
    assert!(!asks(4, Procedure::Direct, Some(InvitationGround::Urgency)));
}

fn plain() -> Draft {
    Draft {
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ..draft()
    }
}
