//! Tenders take of a plan what they ask for.

use super::*;
use crate::domain::plan::taking::Needs;
use crate::domain::tender::Tender;
use crate::domain::tender::evaluation::tests::agreeing::completed;
use crate::domain::tender::tests::world::{carrying, dropped};
use crate::domain::values::PlanId;

const PLAN: &str = "P-1";

fn tender(id: &str) -> TenderId {
    TenderId::new(id).unwrap()
}

fn pens(quantity: u32, needed_by: &str) -> PlanLine {
    PlanLine {
        facility: facility_id("central"),
        needed_by: day(needed_by),
        ..line("pen", quantity)
    }
}

/// 100 pens by March and 60 by June, approved by Omar; Huda acts.
fn approved() -> Given<Plan> {
    let need = Need {
        lines: vec![pens(100, "2026-03-01"), pens(60, "2026-06-01")],
        ..need()
    };
    let given = waiting(need).by(who("omar"));
    let approval = Approval {
        read: 0,
        limit: None,
    };
    given.event(Event::PlanApproved(approval)).by(who("huda"))
}

fn waiting(need: Need) -> Given<Plan> {
    let pen = Item::stream(&ItemCode::new("pen").unwrap());
    world()
        .stream(Plan::stream(&PlanId::new(PLAN).unwrap()))
        .reading(pen, 0, listed())
        .reading(Facility::stream(&facility_id("central")), 0, store(true))
        .event(Event::NeedPlanned(need))
}

fn draft(lots: &[u32]) -> Given<Tender> {
    let lots: Vec<_> = lots.iter().map(|it| ("pen", "central", *it)).collect();
    carrying(PLAN, &lots)
}

/// A tender that asks for so many pens in each lot takes them.
fn takes(given: Given<Plan>, id: &str, lots: &[u32]) -> Given<Plan> {
    let read = draft(lots).state().clone();
    let given = given.reading(Tender::stream(&tender(id)), 3, read);
    given.when(Command::Take { tender: tender(id) })
}

fn taken(given: &Given<Plan>) -> Decimal {
    let sheet = given.state().sheet().unwrap();
    sheet.taken().into_values().sum()
}

fn settles(given: Given<Plan>, id: &str, state: Tender) -> Given<Plan> {
    let given = given.reading(Tender::stream(&tender(id)), 9, state);
    let settle = Command::Settle { tender: tender(id) };
    given.by(system()).when(settle)
}

fn not_left(asked: u32, left: u32) -> Refusal {
    Refusal::NotLeft {
        item: ItemCode::new("pen").unwrap(),
        facility: facility_id("central"),
        asked: asked.into(),
        left: left.into(),
    }
}

#[test]
fn tenders_together_ask_for_no_more_than_was_planned() {
    let first = takes(approved(), "T-1", &[70, 30]);
    let lines = vec![TakenLine {
        item: ItemCode::new("pen").unwrap(),
        facility: facility_id("central"),
        quantity: 100.into(),
    }];
    let taking = Event::PlanTaken(Taking {
        tender: tender("T-1"),
        lines,
    });
    assert_eq!(first.last(), [taking]);
    assert_eq!(first.wanted(), Wanted::No);
    assert_eq!(
        takes(first.clone(), "T-2", &[61]).refused(),
        not_left(61, 60)
    );
    let both = takes(first, "T-2", &[60]);
    assert_eq!(taken(&both), 160.into());
    let stands = both.state().approved().unwrap();
    let asked: Needs = draft(&[60])
        .state()
        .drafted_for(&PlanId::new(PLAN).unwrap())
        .unwrap();
    assert!(stands.covers(&tender("T-2"), &asked));
    assert!(!stands.covers(&tender("T-3"), &asked));
    // Nor does any history say otherwise.
    let more = |quantity: u32| {
        Event::PlanTaken(Taking {
            tender: tender("T-3"),
            lines: vec![TakenLine {
                item: ItemCode::new("pen").unwrap(),
                facility: facility_id("central"),
                quantity: quantity.into(),
            }],
        })
    };
    assert!(!both.possible(&more(1)));
    assert!(takes(approved(), "T-1", &[100]).possible(&more(60)));
}

#[test]
fn nothing_is_taken_that_is_not_planned() {
    let plan = |lots: &[(&str, &str, u32)]| {
        let read = carrying(PLAN, lots).state().clone();
        let given = approved().reading(Tender::stream(&tender("T-1")), 3, read);
        let take = Command::Take {
            tender: tender("T-1"),
        };
        given.when(take).refused()
    };
    let not_in = |item: &str, facility: &str| Refusal::NotInPlan {
        item: ItemCode::new(item).unwrap(),
        facility: facility_id(facility),
    };
    assert_eq!(
        plan(&[("tablet", "central", 1)]),
        not_in("tablet", "central")
    );
    assert_eq!(plan(&[("pen", "store", 1)]), not_in("pen", "store"));
    assert_eq!(plan(&[("pen", "central", 161)]), not_left(161, 160));
}

#[test]
fn a_draft_takes_more_and_gives_nothing_back_before_it_ends() {
    let first = takes(approved(), "T-1", &[100]);
    let again = takes(first.clone(), "T-1", &[100]).refused();
    let already = || Refusal::TakenAlready {
        tender: tender("T-1"),
    };
    assert_eq!(again, already());
    let more = takes(first, "T-1", &[120]);
    assert_eq!(taken(&more), 120.into());
    // What was read of it late may be less than it asks for by now.
    assert_eq!(takes(more.clone(), "T-1", &[50]).refused(), already());
    assert_eq!(takes(more, "T-1", &[161]).refused(), not_left(161, 160));
}

#[test]
fn what_an_ended_tender_did_not_use_is_there_again() {
    let both = || takes(takes(approved(), "T-1", &[100, 20]), "T-2", &[40]);
    let run = settles(both(), "T-1", draft(&[100, 20]).state().clone());
    let runs = Refusal::TenderRuns {
        tender: tender("T-1"),
    };
    assert_eq!(run.refused(), runs);
    let cancelled = settles(both(), "T-1", dropped(draft(&[100])).state().clone());
    let settlement = Event::PlanSettled(Settlement {
        tender: tender("T-1"),
        lines: Vec::new(),
    });
    assert_eq!(cancelled.last(), std::slice::from_ref(&settlement));
    assert_eq!(taken(&cancelled), 40.into());
    assert!(takes(cancelled.clone().by(who("huda")), "T-3", &[120]).accepted());
    assert!(!cancelled.possible(&settlement), "once");
    let twice = settles(cancelled, "T-1", dropped(draft(&[100])).state().clone());
    let not_taken = Refusal::NotTaken {
        tender: tender("T-1"),
    };
    assert_eq!(twice.refused(), not_taken);
    // Lot A was awarded, 100 pens; the other failed.
    let complete = settles(both(), "T-1", completed());
    assert_eq!(taken(&complete), 140.into());
    let by_hand = both().reading(Tender::stream(&tender("T-1")), 9, completed());
    let by_hand = by_hand.when(Command::Settle {
        tender: tender("T-1"),
    });
    assert_eq!(by_hand.refused(), Refusal::SettledBySijill);
}

#[test]
fn a_changed_plan_holds_what_was_taken() {
    let given = takes(approved(), "T-1", &[120]);
    let amend = |quantity| {
        Command::Amend(Amendment {
            reason: Text::new("fewer pupils").unwrap(),
            estimate: Withheld::Known(egp(5_000)),
            lines: vec![pens(quantity, "2026-03-01")],
        })
    };
    let below = Refusal::BelowTaken {
        item: ItemCode::new("pen").unwrap(),
        facility: facility_id("central"),
        taken: 120.into(),
    };
    assert_eq!(given.clone().when(amend(119)).refused(), below);
    let amended = given.clone().when(amend(120));
    assert_eq!(taken(&amended), 120.into());
    assert_eq!(
        takes(amended.clone(), "T-2", &[1]).refused(),
        Refusal::NotApproved
    );
    // A tender that ends while the plan waits gives back all the same.
    let settled = settles(amended, "T-1", dropped(draft(&[120])).state().clone());
    assert_eq!(taken(&settled), Decimal::ZERO);
    let Command::Amend(impossible) = amend(119) else {
        panic!("no amendment");
    };
    assert!(!given.possible(&Event::PlanAmended(impossible)));
}

#[test]
fn only_a_draft_that_names_the_plan_takes_from_it() {
    let refused = |state: Tender| {
        let given = approved().reading(Tender::stream(&tender("T-1")), 3, state);
        let take = Command::Take {
            tender: tender("T-1"),
        };
        given.when(take).refused()
    };
    let no_draft = Refusal::NoDraft {
        tender: tender("T-1"),
    };
    assert_eq!(refused(Tender::default()), no_draft);
    assert_eq!(refused(draft(&[]).state().clone()), no_draft);
    let other = carrying("P-2", &[("pen", "central", 1)]).state().clone();
    assert_eq!(refused(other), no_draft);
    assert_eq!(refused(dropped(draft(&[1])).state().clone()), no_draft);
    assert_eq!(refused(completed()), no_draft);
    let nobody = takes(approved().by(system()), "T-1", &[1]).refused();
    assert_eq!(nobody, Refusal::NotAnOfficial);
    let file = Origin::Import {
        file: Sha256([7; 32]),
        line: 2,
    };
    let history = takes(approved().origin(file), "T-1", &[1]).refused();
    assert_eq!(history, Refusal::TakingNotHistory);
    assert_eq!(
        takes(waiting(need()), "T-1", &[1]).refused(),
        Refusal::NotApproved
    );
}
