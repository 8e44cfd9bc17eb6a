//! Who won what from whom.

use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::tender::{
    Against, AwardCancellation, CancellationGround, Complaint, ComplaintDecision, ComplaintOutcome,
    Ending, Event, Extension,
};
use sijill_ledger_core::domain::values::{ComplaintId, DocumentNumber};
use sijill_ledger_core::event::ActorId;
use sijill_projections::tenders::awards::AwardFilter;
use sijill_projections::tenders::step::{Change, StepKind};
use sijill_projections::tenders::{Stage, Tenders};

use super::common::tendering::{Story, Until, lot_id, organization};
use super::common::{OFFSET_MINUTES, date, noon, text};
use super::{fed, the, told};

fn awards_of(view: &Tenders, filter: &AwardFilter) -> Vec<String> {
    let answer = view.awards(noon(date("2027-01-01")), filter);
    let rows = answer.value.iter();
    rows.map(|row| {
        let value = row.value().unwrap();
        format!("{} {} {value}", row.record.id, row.winner.bidder)
    })
    .collect()
}

#[test]
fn who_won_what_from_whom() {
    let stories = [
        Story::new("T-1", "2026-01-01", &[("NILE", 600), ("DELTA", 700)]),
        Story {
            buyer: "MOE",
            ..Story::new("T-2", "2026-02-01", &[("DELTA", 400)])
        },
        Story {
            until: Until::Priced,
            ..Story::new("T-3", "2026-03-01", &[("NILE", 500)])
        },
    ];
    let view = fed(&told(&stories).events);
    let all = AwardFilter::default();
    assert_eq!(
        awards_of(&view, &all),
        ["T-2 DELTA 400.00 EGP", "T-1 NILE 600.00 EGP"]
    );
    let of = |change: &dyn Fn(&mut AwardFilter)| {
        let mut filter = AwardFilter::default();
        change(&mut filter);
        awards_of(&view, &filter).len()
    };
    assert_eq!(of(&|it| it.buyer = Some(organization("MOE"))), 1);
    assert_eq!(of(&|it| it.supplier = Some(organization("NILE"))), 1);
    assert_eq!(of(&|it| it.supplier = Some(organization("MISR"))), 0);
    assert_eq!(of(&|it| it.from = Some(date("2026-02-01"))), 1);
    assert_eq!(of(&|it| it.to = Some(date("2026-01-20"))), 1);
    assert_eq!(of(&|it| it.category = Some(Category::Medicine)), 0);
    let early = view.awards(noon(date("2026-01-10")), &all);
    assert_eq!(early.value.len(), 0, "not yet approved");
}

#[test]
fn awards_fall_and_deadlines_move() {
    let story = Story {
        until: Until::Awarded,
        ..Story::new("T-1", "2026-01-01", &[("NILE", 600)])
    };
    let mut log = told(&[story]);
    let at = noon(date("2026-01-25"));
    let complaint = |id: &str| ComplaintId::new(id).unwrap();
    let filed = Complaint {
        id: complaint("C-1"),
        against: Against::Award(lot_id()),
        grounds: text("the sum is wrong"),
        documents: Vec::new(),
        key: None,
    };
    log.push("tender-T-1", at, Event::ComplaintFiled(filed));
    log.events.last_mut().unwrap().metadata.actor.id = ActorId::Organization(organization("NILE"));
    let decided = ComplaintDecision {
        complaint: complaint("C-1"),
        decision: DocumentNumber::new("R-1").unwrap(),
        outcome: ComplaintOutcome::Upheld,
        reason: text("it is"),
    };
    log.push("tender-T-1", at, Event::ComplaintDecided(decided));
    let fell = AwardCancellation {
        lot: lot_id(),
        reason: text("it is"),
    };
    log.push("tender-T-1", at, Event::AwardCancelled(fell));
    let view = fed(&log.events);
    let record = the(&view, "T-1");
    assert_eq!((record.stage, record.fallen.len()), (Stage::Awarding, 1));
    assert_eq!(awards_of(&view, &AwardFilter::default()), [""; 0]);
    let card = view.supplier_card(at, &organization("NILE")).unwrap().value;
    assert_eq!(
        (
            card.complaints.count,
            card.complaints_upheld.count,
            card.lots_won.count
        ),
        (1, 1, 0)
    );
    let story = Story {
        until: Until::Published,
        ..Story::new("T-2", "2026-01-01", &[])
    };
    let mut log = told(&[story]);
    let later = date("2026-01-20").start(OFFSET_MINUTES);
    let extension = Extension {
        closes_at: later,
        enquiries_until: date("2026-01-10").start(OFFSET_MINUTES),
        reason: text("many asked"),
    };
    log.push(
        "tender-T-2",
        noon(date("2026-01-05")),
        Event::DeadlineExtended(extension),
    );
    let view = fed(&log.events);
    let step = the(&view, "T-2").steps.last().unwrap();
    let Some(Change::Deadline(moved)) = step.change.as_deref() else {
        panic!("{step:?}");
    };
    assert_eq!(
        (moved.before, moved.after),
        (date("2026-01-17").start(OFFSET_MINUTES), later)
    );
    assert_eq!(step.kind, StepKind::DeadlineExtended);
    assert_eq!(the(&view, "T-2").deadline_moves, 1);
}

/// What stood on a day is what was approved by then and fell, or was given up with its tender, only later.
#[test]
fn awards_are_told_as_they_stood() {
    let story = |id, day| Story {
        until: Until::Awarded,
        ..Story::new(id, day, &[("NILE", 600)])
    };
    let mut log = told(&[story("T-1", "2026-01-01"), story("T-2", "2026-01-01")]);
    let (before, day) = (noon(date("2026-01-24")), noon(date("2026-01-25")));
    let fell = AwardCancellation {
        lot: lot_id(),
        reason: text("the sum is wrong"),
    };
    log.push("tender-T-1", day, Event::AwardCancelled(fell));
    let ending = Ending {
        ground: CancellationGround::NoDemand,
        reason: text("no longer needed"),
        proposal: None,
    };
    log.push("tender-T-2", day, Event::TenderCancelled(ending));
    let view = fed(&log.events);
    let all = AwardFilter::default();
    let stood = |at| {
        let answer = view.awards(at, &all);
        let rows = answer.value.iter();
        let mut rows: Vec<_> = rows
            .map(|row| (row.record.id.to_string(), row.stage))
            .collect();
        rows.sort();
        rows
    };
    let both = ["T-1", "T-2"].map(|id| (id.to_owned(), Stage::Awarding));
    assert_eq!(stood(before), both);
    assert_eq!(stood(day), []);
    let nile = organization("NILE");
    let card = view.supplier_card(before, &nile).unwrap().value;
    assert_eq!(card.lots_won.count, 2);
    let card = view.supplier_card(day, &nile).unwrap().value;
    assert_eq!(card.lots_won.count, 0);
}
