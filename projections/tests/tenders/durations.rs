//! Stages, their clocks, and whom a tender waits for.

use sijill_ledger_core::domain::official::{self, Appointment, Seat};
use sijill_ledger_core::domain::tender::{Event, ValidityExtension};
use sijill_ledger_core::domain::values::{Code, DocumentNumber, Names};
use sijill_projections::tenders::Stage;
use sijill_projections::tenders::durations::{Basis, DurationFilter, WaitsFor};

use super::common::tendering::{Story, Until, organization};
use super::common::{Log, OFFSET_MINUTES, date, noon};
use super::{fed, the, told};

/// The example of `durations`; and the post is the one that the officer held when she published.
#[test]
fn a_tender_that_nobody_closes() {
    let mut log = Log::default();
    let appointment = Appointment {
        post: Code::new("EG-MOH-buyer").unwrap(),
        seat: Seat::Organization(organization("MOH")),
        names: Names::new("هدى", "Huda").unwrap(),
        national_id: None,
        from: date("2025-01-01"),
        decree: DocumentNumber::new("1/2025").unwrap(),
    };
    let at = noon(date("2025-01-01"));
    log.push(
        "official-huda",
        at,
        official::Event::PositionHeld(appointment),
    );
    let story = Story::new("T-1", "2026-01-01", &[("NILE", 600)]);
    Story {
        until: Until::Published,
        ..story
    }
    .tell(&mut log);
    let view = fed(&log.events);
    let asked = noon(date("2026-01-20"));
    let answer = view.standing(asked, &DurationFilter::default());
    let [standing] = answer.value.as_slice() else {
        panic!("{:?}", answer.value);
    };
    assert_eq!(
        (standing.now.stage, standing.now.days),
        (Stage::Bidding, 19)
    );
    assert_eq!(
        (standing.days_since_publication, standing.days_late),
        (Some(19), 3)
    );
    let clocks: Vec<_> = standing
        .now
        .clocks
        .iter()
        .map(|it| (it.basis, it.kept, it.days_beyond))
        .collect();
    let expected = [
        (Basis::TenderDays, Some(true), 0),
        (Basis::EnquiryDays, Some(true), 0),
        (Basis::Deadline, Some(false), 3),
    ];
    assert_eq!(clocks, expected);
    let post = Code::new("EG-MOH-buyer").unwrap();
    let WaitsFor::Official { id, posts } = &standing.now.waits_for else {
        panic!("{:?}", standing.now.waits_for);
    };
    assert_eq!(
        (id.as_str(), posts.as_slice()),
        ("huda", [post.clone()].as_slice())
    );
    let holders = view.holders(&post, asked.date());
    assert_eq!(
        holders.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        ["huda"]
    );
    let before = view.standing(noon(date("2026-01-10")), &DurationFilter::default());
    assert_eq!(
        before.value[0].now.waits_for,
        WaitsFor::Bidders,
        "their time"
    );
    let late_only = DurationFilter {
        late_only: true,
        ..DurationFilter::default()
    };
    assert_eq!(
        view.standing(noon(date("2026-01-10")), &late_only)
            .value
            .len(),
        0
    );
    assert_eq!(view.standing(asked, &late_only).value.len(), 1);
}

#[test]
fn stages_take_whole_days() {
    let log = told(&[Story::new(
        "T-1",
        "2026-01-01",
        &[("NILE", 600), ("DELTA", 700)],
    )]);
    let view = fed(&log.events);
    let times = view.stage_times(the(&view, "T-1"), noon(date("2026-03-01")));
    let days: Vec<_> = times.iter().map(|time| (time.stage, time.days)).collect();
    let expected = [
        (Stage::Draft, 0),
        (Stage::Approved, 0),
        (Stage::Bidding, 16),
        (Stage::Listing, 0),
        (Stage::TechnicalOpening, 0),
        (Stage::TechnicalEvaluation, 2),
        (Stage::FinancialOpening, 0),
        (Stage::Awarding, 1),
        (Stage::Standstill, 12),
        (Stage::Final, 0),
    ];
    assert_eq!(days[..10], expected);
    assert_eq!((days[10].0, times[10].until), (Stage::Completed, None));
    let standstill = &times[8].clocks[0];
    assert_eq!(
        (standstill.kept, standstill.days_beyond),
        (Some(true), 1),
        "told on the 20th: until the 31st"
    );
}

/// Validity of 90 days from the 16th of January ends with 16 April; the bidder lets it bind until the 30th.
#[test]
fn bids_bind_until_they_lapse() {
    let story = Story {
        until: Until::Priced,
        ..Story::new("T-1", "2026-01-01", &[("NILE", 600)])
    };
    let mut log = told(&[story]);
    let asked = noon(date("2026-04-20"));
    let validity = |log: &Log| {
        let view = fed(&log.events);
        let standing = view.standing_of(the(&view, "T-1"), asked).unwrap();
        let clock = standing.now.clocks[0];
        assert_eq!(clock.basis, Basis::BidValidity);
        (clock.due, clock.kept, standing.days_late)
    };
    let start = |day: &str| date(day).start(OFFSET_MINUTES);
    assert_eq!(validity(&log), (start("2026-04-17"), Some(false), 3));
    let extension = ValidityExtension {
        bidder: organization("NILE"),
        until: date("2026-04-30"),
    };
    log.push(
        "tender-T-1",
        noon(date("2026-04-10")),
        Event::ValidityExtended(extension),
    );
    assert_eq!(validity(&log), (start("2026-05-01"), None, 0));
}
