//! Tenders: worked examples of every figure, and the view under any history.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fall"
)]

mod common;

use common::tendering::{Story, Until, disclosed, lot_id, organization};
use common::{Log, OFFSET_MINUTES, date, noon, text};
use proptest::prelude::*;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::item::{self, Category, ReferencePrice, Tracking};
use sijill_ledger_core::domain::official::{self, Appointment, Seat};
use sijill_ledger_core::domain::organization::{self, Debarment};
use sijill_ledger_core::domain::tender::{
    Against, AwardCancellation, CancellationGround, Complaint, ComplaintDecision, ComplaintOutcome,
    Ending, Event, Extension, Procedure, ValidityExtension,
};
use sijill_ledger_core::domain::values::{
    Code, ComplaintId, Currency, Date, DocumentNumber, EffectiveAt, Names, TenderId, UnitPrice,
};
use sijill_ledger_core::event::{ActorId, Recorded};
use sijill_projections::tenders::awards::AwardFilter;
use sijill_projections::tenders::durations::{Basis, DurationFilter, WaitsFor};
use sijill_projections::tenders::step::{Change, StepKind};
use sijill_projections::tenders::withheld::{Fact, withheld};
use sijill_projections::tenders::{Record, Stage, Tenders};
use sijill_projections::view::{View as _, digest};

fn fed(events: &[Recorded]) -> Tenders {
    let mut view = Tenders::default();
    for event in events {
        view.apply(event);
    }
    view
}

fn the<'a>(view: &'a Tenders, id: &str) -> &'a Record {
    view.tender_of(&TenderId::new(id).unwrap()).unwrap()
}

fn percent(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn told(stories: &[Story]) -> Log {
    let mut log = Log::default();
    for story in stories {
        story.tell(&mut log);
    }
    log
}

fn listed(log: &mut Log, price: i64) {
    let at = noon(date("2025-01-01"));
    let profile = item::Profile {
        names: Names::new("شاش", "Gauze").unwrap(),
        category: Category::Supply,
        base_unit: Code::new("piece").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    };
    log.push("item-GAUZE", at, item::Event::ItemListed(profile));
    let currency = Currency::new("EGP").unwrap();
    let reference = ReferencePrice {
        price: UnitPrice::new(Decimal::new(price, 2), currency).unwrap(),
        source: text("the ministry's list"),
    };
    log.push("item-GAUZE", at, item::Event::ReferencePriceSet(reference));
}

/// The example of `prices`.
#[test]
fn prices_beside_reference_and_median() {
    let mut log = Log::default();
    listed(&mut log, 800);
    let stories = [
        Story::new("T-1", "2026-01-01", &[("NILE", 600)]),
        Story::new("T-2", "2026-01-02", &[("DELTA", 750), ("NILE", 760)]),
        Story::new("T-3", "2026-01-03", &[("NILE", 800)]),
        Story::new("T-4", "2026-01-04", &[("NILE", 1_200)]),
        Story {
            currency: "USD",
            ..Story::new("T-5", "2026-01-05", &[("NILE", 100)])
        },
        // Too old for the look-back, which is 365 days.
        Story::new("T-0", "2025-01-02", &[("NILE", 100)]),
    ];
    for story in &stories {
        story.tell(&mut log);
    }
    let view = fed(&log.events);
    let answer = view.unit_prices(noon(date("2026-02-28")), &AwardFilter::default());
    assert_eq!(
        (answer.definition, answer.ruleset),
        (Tenders::VERSION, None)
    );
    let row = |id: &str| {
        let mut rows = answer.value.iter();
        rows.find(|row| row.award.record.id.as_str() == id).unwrap()
    };
    let dearest = row("T-4");
    assert_eq!(
        (dearest.median.value, dearest.median.inputs),
        (Some(percent("7.75")), 4)
    );
    assert_eq!(dearest.median.deviation_percent, Some(percent("54.8387")));
    assert_eq!(dearest.median.input_indexes.len(), 4);
    assert_eq!(
        (dearest.median.from, dearest.median.to),
        (date("2025-03-01"), date("2026-02-28"))
    );
    let reference = dearest.reference.as_ref().unwrap();
    assert_eq!(
        (reference.mark.index, reference.deviation_percent),
        (1, Some(percent("50")))
    );
    let dollars = row("T-5");
    assert_eq!(
        (dollars.median.value, dollars.median.inputs),
        (None, 1),
        "too few"
    );
    assert!(dollars.reference.is_none(), "another currency");
    assert_eq!(
        row("T-0").median.value,
        Some(percent("7.75")),
        "compared, but no input"
    );
}

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

/// NILE has 60 % and DELTA 40 % of what was awarded: 3,600 + 1,600.
#[test]
fn a_buyers_card() {
    let stories = [
        Story::new("T-1", "2026-01-01", &[("NILE", 600), ("DELTA", 700)]),
        Story::new("T-2", "2026-02-01", &[("DELTA", 400)]),
        Story {
            until: Until::Closed,
            ..Story::new("T-3", "2026-03-01", &[])
        },
    ];
    let mut log = told(&stories);
    let at = noon(date("2026-04-01"));
    let ending = Ending {
        ground: CancellationGround::NoDemand,
        reason: text("no longer needed"),
        proposal: None,
    };
    log.push("tender-T-3", at, Event::TenderCancelled(ending));
    let view = fed(&log.events);
    let card = view.buyer_card(at, &organization("MOH")).unwrap().value;
    assert_eq!(
        (card.tenders.count, card.cancelled.count, card.failed.count),
        (3, 1, 0)
    );
    assert_eq!((card.with_bids.count, card.single_bid.count), (2, 1));
    assert_eq!(card.single_bid_share(), Some(percent("0.5")));
    assert_eq!(card.bidders_median, Some(percent("1.5")));
    assert_eq!((card.lots_awarded.count, card.overrides.count), (2, 0));
    let egp = Currency::new("EGP").unwrap();
    assert_eq!(card.value.amount(egp), Decimal::from(1_000));
    let shares = &card.suppliers[&egp];
    assert_eq!(shares.hhi, Some(percent("5200")));
    let named = |n: usize| {
        (
            shares.suppliers[n].supplier.as_str(),
            shares.suppliers[n].share,
        )
    };
    assert_eq!(
        [named(0), named(1)],
        [
            ("NILE", Some(percent("0.6"))),
            ("DELTA", Some(percent("0.4")))
        ]
    );
    assert_eq!(card.stages[&Stage::Bidding].median, Some(percent("16")));
    assert_eq!(card.stages[&Stage::Bidding].stays.count, 3);
    assert_eq!(card.by_stage[&(Procedure::Open, Stage::Completed)].count, 2);
    assert!(view.buyer_card(at, &organization("NOBODY")).is_none());
    for index in &card.lots_awarded.inputs {
        let event = &log.events[usize::try_from(*index).unwrap()];
        let sijill_ledger_core::event::Event::Tender(Event::AwardApproved(_)) = &event.event else {
            panic!("{event:?} is no award");
        };
    }
}

#[test]
fn a_suppliers_card() {
    let override_ = Story {
        winner: "DELTA",
        departure: Some("the cheaper mill burnt down"),
        ..Story::new("T-2", "2026-02-01", &[("NILE", 400), ("DELTA", 500)])
    };
    let mut log = told(&[
        Story::new("T-1", "2026-01-01", &[("DELTA", 600)]),
        override_,
    ]);
    let debarment = Debarment {
        from: date("2026-05-01"),
        until: None,
        decision: DocumentNumber::new("D-1").unwrap(),
        grounds: text("fraud"),
    };
    let profile = organization::Profile {
        roles: [organization::Role::Supplier].into(),
        names: Names::new("دلتا", "Delta").unwrap(),
        external: sijill_ledger_core::domain::values::ExternalId::new("EG-GAFI:7").unwrap(),
        country: sijill_ledger_core::domain::values::Country::new("EG").unwrap(),
        governorate: None,
    };
    let at = noon(date("2026-04-30"));
    let registration = organization::Registration {
        profile,
        bank_account: None,
    };
    log.push(
        "organization-DELTA",
        at,
        organization::Event::OrganizationRegistered(registration),
    );
    log.push(
        "organization-DELTA",
        at,
        organization::Event::SupplierDebarred(debarment),
    );
    let view = fed(&log.events);
    let card = |day: &str| {
        view.supplier_card(noon(date(day)), &organization("DELTA"))
            .unwrap()
            .value
    };
    let now = card("2026-05-01");
    assert_eq!(
        (now.bids.count, now.counting.count, now.valid.count),
        (2, 2, 2)
    );
    assert_eq!(
        (now.lots_won.count, now.overrides.count, now.debarred),
        (2, 1, true)
    );
    assert_eq!(
        now.value.amount(Currency::new("EGP").unwrap()),
        Decimal::from(1_100)
    );
    assert_eq!(now.buyers[&organization("MOH")].lots.count, 2);
    assert!(!card("2026-04-30").debarred);
    assert_eq!(card("2026-01-25").lots_won.count, 1);
    let loser = view.supplier_card(at, &organization("NILE")).unwrap().value;
    assert_eq!((loser.bids.count, loser.lots_won.count), (1, 0));
    assert!(loser.organization.is_none(), "not registered");
}

/// No envelope says who is asked directly: the offer does.
#[test]
fn a_direct_purchase_is_its_suppliers() {
    let direct = Story {
        direct: true,
        ..Story::new("T-1", "2026-01-01", &[("DELTA", 600)])
    };
    let view = fed(&told(&[direct]).events);
    let delta = organization("DELTA");
    let at = noon(date("2026-03-01"));
    let card = view.supplier_card(at, &delta).unwrap().value;
    assert_eq!((card.lots_won.count, card.bids.count), (1, 0));
    let of_delta = || AwardFilter {
        supplier: Some(delta.clone()),
        ..AwardFilter::default()
    };
    assert_eq!(awards_of(&view, &of_delta()).len(), 1);
    assert_eq!(view.unit_prices(at, &of_delta()).value.len(), 1);
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

/// Whoever writes the log knows what it withholds; nobody who reads the view does before it is disclosed.
#[test]
fn what_is_withheld_comes_from_its_disclosure_alone() {
    let story = |known| Story {
        until: Until::Priced,
        known,
        ..Story::new("T-1", "2026-01-01", &[("NILE", 600)])
    };
    let (knowing, mut log) = (told(&[story(true)]), told(&[story(false)]));
    assert_eq!(digest(&fed(&knowing.events)).0, digest(&fed(&log.events)).0);
    let view = fed(&log.events);
    let facts = withheld(the(&view, "T-1"));
    let facts: Vec<_> = facts.into_iter().map(|it| (it.what, it.until)).collect();
    let estimate = (Fact::Estimate(lot_id()), Some(StepKind::BidOpened));
    let points = (
        Fact::Points(organization("NILE")),
        Some(StepKind::BiddersNotified),
    );
    assert_eq!(facts, [estimate, points.clone()]);
    disclosed(&mut log, 1, "1000.00 EGP");
    let view = fed(&log.events);
    let record = the(&view, "T-1");
    let estimate = record.lots[0].estimate.as_ref().unwrap().content();
    assert_eq!(estimate.unwrap().to_string(), "1000.00 EGP");
    assert_eq!(withheld(record).len(), 1);
    let before = fed(&log.events[..5]);
    let facts = withheld(the(&before, "T-1"));
    assert_eq!(
        (facts[0].what.clone(), facts[0].until),
        (Fact::Bidders, Some(StepKind::BidReceived))
    );
}

/// Everything that can be asked.
fn ask_all(view: &Tenders, at: EffectiveAt) {
    let all = AwardFilter::default();
    view.awards(at, &all);
    view.unit_prices(at, &all);
    view.standing(at, &DurationFilter::default());
    for record in view.records() {
        view.stage_times(record, at);
        withheld(record);
    }
    for id in ["MOH", "NILE", "DELTA"] {
        view.buyer_card(at, &organization(id));
        view.supplier_card(at, &organization(id));
    }
}

fn any_history() -> impl Strategy<Value = Vec<Recorded>> {
    let bids = [("NILE", 600), ("DELTA", 700)];
    let mut log = told(&[
        Story::new("T-1", "2026-01-01", &bids),
        Story {
            until: Until::Priced,
            ..Story::new("T-2", "2026-01-05", &bids)
        },
    ]);
    disclosed(&mut log, 1, "1000.00 EGP");
    let events = log.events;
    let whole = Just(events.clone());
    let count = events.len();
    // Any order, some left out, some twice: indexes and instants stay as they would be in a log.
    let torn = proptest::collection::vec(0..count, 0..2 * count);
    let torn = torn.prop_map(move |places| {
        let chosen = (0_u64..).zip(places).map(|(index, place)| Recorded {
            index,
            ..events[place].clone()
        });
        chosen.collect()
    });
    prop_oneof![whole, torn]
}

fn days() -> impl Strategy<Value = Date> {
    (-400_i32..800).prop_map(|days| date("2026-01-01").plus_days(days))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No event of any history is more than the fold and the questions can bear; a snapshot anywhere and the tail give the whole.
    #[test]
    fn any_history_is_survived_and_a_snapshot_and_the_tail_equal_the_whole(
        events in any_history(),
        cut in 0_usize..200,
        day in days(),
    ) {
        let whole = fed(&events);
        ask_all(&whole, noon(day));
        let cut = cut.min(events.len());
        let state = postcard::to_stdvec(&fed(&events[..cut])).unwrap();
        let mut restored: Tenders = postcard::from_bytes(&state).unwrap();
        events[cut..].iter().for_each(|event| restored.apply(event));
        prop_assert_eq!(digest(&restored).0, digest(&whole).0);
        prop_assert_eq!(postcard::to_stdvec(&restored).unwrap(), postcard::to_stdvec(&whole).unwrap());
    }
}
