//! Invariants over random command histories.

use proptest::prelude::*;

use super::*;
use crate::domain::tender::evaluation::state::{Lid, LotState};
use crate::domain::tender::event::DisqualificationGround as Ground;

const BIDDERS: [&str; 3] = ["nile", "delta", "misr"];

fn bidder() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("nile"), 4 => Just("delta"), 2 => Just("misr"), 1 => Just("late")]
}

fn lot_id() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just("A"), 5 => Just("B"), 1 => Just("C")]
}

fn envelope() -> impl Strategy<Value = String> {
    (bidder(), prop_oneof![Just("t"), Just("f")]).prop_map(|(name, part)| format!("{name}-{part}"))
}

fn grounds() -> impl Strategy<Value = Ground> {
    prop_oneof![
        Just(criterion("licence")),
        Just(criterion("quality")),
        Just(Ground::FalseStatement),
        Just(Ground::LowPrice),
        Just(Ground::Incomplete),
        Just(Ground::Debarred),
    ]
}

fn against() -> impl Strategy<Value = Against> {
    prop_oneof![
        Just(Against::Documents),
        Just(Against::TechnicalResult),
        lot_id().prop_map(against_award),
    ]
}

fn outcomes() -> impl Strategy<Value = ComplaintOutcome> {
    prop_oneof![
        2 => Just(ComplaintOutcome::Declined),
        1 => Just(ComplaintOutcome::Invalid),
        1 => Just(ComplaintOutcome::Upheld),
    ]
}

/// An opening step of all envelopes of a part at once, so that histories get far.
#[derive(Clone, Debug)]
enum Step {
    One(Actor, Box<Command>),
    OpenAll(&'static str),
    /// Propose whoever ranks first, by minutes that decided nothing yet.
    ProposeBest(&'static str),
    /// Approve whatever waits.
    Approve(&'static str),
    Day(u8),
}

fn one(by: Actor, command: Command) -> Step {
    Step::One(by, Box::new(command))
}

fn judging() -> impl Strategy<Value = Step> {
    let e1 = || evaluator("e1");
    let minutes = || (0_u8..10).prop_map(|n| format!("M{n}"));
    prop_oneof![
        4 => (bidder(), 40_u8..100).prop_map(move |(who, n)| one(e1(), score(who, &n.to_string()))),
        2 => (bidder(), prop::option::of(lot_id()), grounds())
            .prop_map(move |(who, lot, ground)| one(e1(), reject(who, lot, ground))),
        4 => minutes().prop_map(move |number| one(e1(), technical_result(&number))),
        3 => (bidder(), lot_id()).prop_map(move |(who, lot)| one(e1(), correct(who, lot))),
        2 => (bidder(), lot_id(), any::<bool>())
            .prop_map(move |(who, lot, fine)| one(e1(), explain(who, lot, fine))),
        1 => lot_id().prop_map(move |lot| one(e1(), fail_lot(lot))),
    ]
}

fn awarding() -> impl Strategy<Value = Step> {
    let e1 = || evaluator("e1");
    let award = (
        lot_id(),
        0_u8..10,
        bidder(),
        prop::option::of(bidder()),
        any::<bool>(),
    );
    let proposals = award.prop_map(|(lot, minutes, winner, reserve, departs)| {
        let award = award_of(lot, minutes, winner, reserve);
        let departure = departs.then(|| text("better so"));
        Command::ProposeAward(Award { departure, ..award })
    });
    prop_oneof![
        8 => proposals.prop_map(move |command| one(e1(), command)),
        8 => lot_id().prop_map(Step::ProposeBest),
        12 => lot_id().prop_map(Step::Approve),
        1 => (lot_id(), 100_u64..160).prop_map(|(lot, n)| one(adel(), approve(lot, n))),
        1 => lot_id().prop_map(|lot| one(adel(), cancel_award(lot))),
        5 => Just(one(samir(), notify())),
        3 => Just(one(system(), Command::EndStandstill)),
        1 => Just(one(samir(), complete())),
    ]
}

fn award_of(lot: &str, minutes: u8, winner: &str, reserve: Option<&str>) -> Award {
    award(lot, &format!("M{minutes}"), &[winner], reserve)
}

fn steps() -> impl Strategy<Value = Step> {
    let complaint = || (0_u8..6).prop_map(|n| format!("C{n}"));
    prop_oneof![
        2 => prop_oneof![Just("t"), Just("f")].prop_map(Step::OpenAll),
        1 => (20_u8..29).prop_map(Step::Day),
        6 => judging(),
        8 => awarding(),
        1 => (complaint(), bidder(), against())
            .prop_map(|(id, who, what)| one(supplier(who), complain(&id, what))),
        1 => (complaint(), outcomes()).prop_map(|(id, what)| one(judge(), rule(&id, what))),
        1 => (complaint(), bidder()).prop_map(|(id, who)| one(supplier(who), withdraw(&id))),
        1 => envelope().prop_map(|id| one(samir(), open(&id))),
        1 => (envelope(), bidder())
            .prop_map(|(id, who)| one(supplier(who), reveal(&id, SECRET))),
        1 => Just(one(samir(), fail())),
    ]
}

fn take(case: Case, step: Step) -> Case {
    match step {
        Step::One(by, command) => case.by(by).when(*command),
        Step::ProposeBest(lot) => propose_best(case, lot),
        Step::Approve(lot) => {
            let revision = case.state.proposal(&id(lot)).map_or(0, |it| it.revision);
            case.by(adel()).when(approve(lot, revision))
        }
        Step::Day(day) => case.on(&format!("02-{day:02}")),
        Step::OpenAll(part) => BIDDERS.iter().fold(case, |case, bidder| {
            let envelope = format!("{bidder}-{part}");
            let case = case.by(evaluator("o1")).when(shares("o1", &[&envelope]));
            let case = case.by(evaluator("o2")).when(shares("o2", &[&envelope]));
            case.when(open(&envelope))
        }),
    }
}

fn propose_best(case: Case, lot: &str) -> Case {
    let numbers = (2..10).map(|n| format!("M{n}"));
    let mut fresh = numbers.filter(|number| !case.state.spent_minutes.contains(&id(number)));
    let minutes = fresh.next_back().unwrap_or_else(|| "M0".to_owned());
    let asked = case.state.notice().lot(&id(lot));
    let ranking = asked.and_then(|lot| case.state.ranking(lot));
    let best = ranking.and_then(|ranking| Some(ranking.first()?.bidder.to_string()));
    let best = best.unwrap_or_else(|| "nile".to_owned());
    let award = award(lot, &minutes, &[&best], None);
    case.by(evaluator("e1")).when(Command::ProposeAward(award))
}

/// What holds of every award that stands.
fn check(case: &Case) {
    let state = &case.state;
    for award in state.awards() {
        for winner in &award.winners {
            assert_ne!(winner.bidder, id("late"));
            let bid = &state.bids[&winner.bidder];
            assert!(!bid.rejected && !bid.rejected_lots.contains(&award.lot));
            let offer = &bid.offers[&award.lot];
            assert!(offer.corrected || offer.stated == offer.price);
        }
    }
    let late = state.envelopes.get(&id("late-f"));
    let opened = late.is_some_and(|listed| listed.lid == Lid::Opened);
    assert!(!opened, "a late envelope is never opened");
    let told = matches!(state.stage(), Stage::Standstill { .. } | Stage::Final);
    let undecided = |lot: &LotState| matches!(lot, LotState::Open | LotState::Proposed(_));
    assert!(!told || !state.lots.values().any(undecided));
}

/// What holds of one decision.
fn check_decision(before: &Case, after: &Case) {
    for event in after.last() {
        if let Event::AwardApproved(approval) = event {
            let (value, limit) = (approval.value.unwrap(), approval.limit.unwrap());
            assert!(value.amount() <= limit.amount() && value.amount() <= 5_000.into());
            assert_ne!(after.facts.actor, evaluator("e1"));
        }
        if let Event::BidOpened(opened) = event
            && let Some(BidContent::Financial(_)) = opened.content
        {
            assert!(before.state.goes_on(opened.bidder.as_ref().unwrap()));
        }
        if let Event::StandstillEnded(end) = event {
            assert!(after.facts.at >= end.ended_at);
            assert!(before.state.complaints.first_holding(true).is_none());
        }
    }
}

fn begin() -> Case {
    let content = financial(&[("B", 1, 10, "1")], &[("B", "10")]);
    let late = sealed().sealed("late-f", "late", &content, notice().closes_at);
    receive_all(late).when(end_receipts()).on("01-22")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is asked in whatever order and by whom: nothing panics, what was decided can be remembered and is decided again
    /// the same (`Case` insists on both), no rejected or late bid holds an award, and no approval is above its limit.
    #[test]
    fn awards_follow_the_rules(steps in prop::collection::vec(steps(), 1..120), far in 0_u8..4) {
        let mut case = match far {
            0 => begin(),
            1 => scored(),
            2 => corrected(),
            _ => notified(),
        };
        for step in steps {
            let next = take(case.clone(), step.clone());
            if !next.accepted() {
                // Several commands of one step may have been accepted before.
                case = if matches!(step, Step::OpenAll(_)) { next } else { case };
                continue;
            }
            check_decision(&case, &next);
            check(&next);
            let ended = matches!(next.last(), [Event::TenderFailed(_) | Event::TenderCompleted(_)]);
            if ended { break; }
            case = next;
        }
    }
}
