//! Under the fourth edition of the rules everything rests on what minutes say, which each member signed for itself.

use super::records::paper;
use super::*;
use crate::domain::committee::{Paper, Resolution};
use crate::domain::tender::Tender;
use crate::domain::tender::event::DisqualificationGround as Ground;

/// A tender whose envelopes of Nile, Delta and Misr are listed, drafted by this official.
pub(in crate::domain) fn judged(drafter: &str) -> Tender {
    let mut state = listed().state;
    state.notice.drafters = [ActorId::Official(id(drafter))].into();
    Tender::Evaluation(Box::new(state))
}

fn rejects(bidder: &str, lot: Option<&str>) -> Resolution {
    Resolution::Rejection {
        bidder: id(bidder),
        lot: lot.map(id),
    }
}

fn awards(lot: &str, bidder: &str) -> Resolution {
    Resolution::Award {
        lot: id(lot),
        bidder: id(bidder),
    }
}

fn resolved(resolutions: &[Resolution]) -> Paper {
    paper("R1", "T-1", resolutions)
}

fn by_minutes(bidder: &str, lot: Option<&str>) -> Command {
    Command::Disqualify(Disqualification {
        bidder: id(bidder),
        lot: lot.map(id),
        ground: Ground::FalseStatement,
        reason: text("as the minutes say"),
        minutes: Some(id("R1")),
    })
}

fn evaluating() -> Case {
    technically_opened()
        .on("01-22")
        .by(evaluator("e1"))
        .fourth_edition()
}

#[test]
fn no_member_alone_rejects_even_before_prices_are_read() {
    let alone = reject("misr", None, Ground::FalseStatement);
    assert_eq!(
        evaluating().when(alone.clone()).refused(),
        "MINUTES_MISSING"
    );
    assert!(evaluating().third_edition().when(alone).accepted());
    let case = evaluating().minutes(&[resolved(&[rejects("misr", None)])]);
    let rejected = case.when(by_minutes("misr", None));
    assert_eq!(rejected.wanted, Wanted::Signature);
    let own = reject("nile", None, Ground::WithdrawnAfterOpening);
    assert!(evaluating().by(supplier("nile")).when(own).accepted());
}

#[test]
fn a_rejection_is_of_the_bidder_and_the_lot_that_the_minutes_name() {
    let case = |resolutions: &[Resolution]| evaluating().minutes(&[resolved(resolutions)]);
    let of_lot = case(&[rejects("nile", Some("A"))]);
    assert!(
        of_lot
            .clone()
            .when(by_minutes("nile", Some("A")))
            .accepted()
    );
    for (bidder, lot) in [("nile", Some("B")), ("nile", None), ("delta", Some("A"))] {
        let refused = of_lot.clone().when(by_minutes(bidder, lot)).refused();
        assert_eq!(refused, "NOT_DECIDED", "{bidder} {lot:?}");
    }
    let whole = case(&[rejects("nile", None)]);
    assert_eq!(
        whole.when(by_minutes("nile", Some("A"))).refused(),
        "NOT_DECIDED"
    );
    let elsewhere = evaluating().minutes(&[paper("R1", "T-2", &[rejects("nile", None)])]);
    assert_eq!(
        elsewhere.when(by_minutes("nile", None)).refused(),
        "NOT_DECIDED"
    );
    let recorded = reject_by("M5", "nile", Ground::FalseStatement);
    assert_eq!(
        evaluating().when(recorded).refused(),
        "NOT_DECIDED",
        "by one for all"
    );
    assert_eq!(
        evaluating().when(by_minutes("nile", None)).refused(),
        "NO_MINUTES"
    );
}

#[test]
fn a_technical_result_rests_on_minutes_that_say_so() {
    let judged = || scored().fourth_edition();
    let result = || technical_result("R1");
    let decided = judged().minutes(&[resolved(&[Resolution::TechnicalResult])]);
    assert!(decided.when(result()).accepted());
    let other = judged().minutes(&[resolved(&[awards("A", "delta")])]);
    assert_eq!(other.when(result()).refused(), "NOT_DECIDED");
    let elsewhere = judged().minutes(&[paper("R1", "T-2", &[Resolution::TechnicalResult])]);
    assert_eq!(elsewhere.when(result()).refused(), "NOT_DECIDED");
    assert_eq!(
        judged().when(technical_result("M1")).refused(),
        "NOT_DECIDED"
    );
    // Under an earlier edition their number is enough.
    let number = scored().minutes(&[paper("R1", "T-2", &[Resolution::TechnicalResult])]);
    assert!(number.third_edition().when(result()).accepted());
}

/// Misr's points were the last, before its rejection: minutes know of them, or they do not; and whoever scores anew signs anew.
#[test]
fn minutes_know_nothing_of_points_that_came_after_them() {
    let paper = [resolved(&[Resolution::TechnicalResult])];
    let case = |events| scored().fourth_edition().minutes_before(&paper, events);
    let result = || technical_result("R1");
    assert!(case(1).when(result()).accepted());
    assert_eq!(case(2).when(result()).refused(), "JUDGED_SINCE");
    let again = case(0).when(score("nile", "81"));
    assert_eq!(again.clone().when(result()).refused(), "JUDGED_SINCE");
    assert!(again.minutes_before(&paper, 0).when(result()).accepted());
}

/// A sum was corrected in lot A alone: minutes from before it award lot B.
#[test]
fn minutes_know_nothing_of_sums_that_were_corrected_after_them() {
    let papers = |lot, winner| [resolved(&[awards(lot, winner)])];
    let case = |lot, winner, events| {
        let case = corrected().fourth_edition();
        case.minutes_before(&papers(lot, winner), events)
    };
    let refused = case("A", "delta", 1).when(propose_by("R1", "A", "delta"));
    assert_eq!(refused.refused(), "JUDGED_SINCE");
    let known = case("A", "delta", 0).when(propose_by("R1", "A", "delta"));
    assert!(known.accepted());
    let other = case("B", "nile", 1).when(propose_by("R1", "B", "nile"));
    assert!(other.accepted());
}

fn proposing(resolutions: &[Resolution]) -> Case {
    let case = corrected().fourth_edition();
    case.minutes(&[resolved(resolutions), paper("R2", "T-1", resolutions)])
}

fn propose_by(number: &str, lot: &str, winner: &str) -> Command {
    Command::ProposeAward(award(lot, number, &[winner], None))
}

#[test]
fn an_award_goes_to_whom_the_minutes_name_for_that_lot() {
    let both = || proposing(&[awards("A", "delta"), awards("B", "nile")]);
    let case = both()
        .when(propose_by("R1", "A", "delta"))
        .when(propose_by("R1", "B", "nile"));
    assert!(case.accepted(), "one paper decides both");
    for (lot, winner) in [("A", "nile"), ("B", "delta")] {
        let other = Award {
            departure: Some(text("better so")),
            ..award(lot, "R1", &[winner], None)
        };
        let refused = both().when(Command::ProposeAward(other)).refused();
        assert_eq!(refused, "NOT_DECIDED", "{lot} {winner}");
    }
    // Where minutes award a lot to two, one of them does not win it alone.
    let shared = proposing(&[awards("A", "delta"), awards("A", "nile")]);
    assert_eq!(
        shared.when(propose_by("R1", "A", "delta")).refused(),
        "NOT_DECIDED"
    );
}

#[test]
fn each_decision_is_used_once() {
    let case = proposing(&[awards("A", "delta"), rejects("nile", Some("B"))]);
    let proposed = case.when(propose_by("R1", "A", "delta"));
    let again = proposed.clone().when(propose_by("R1", "A", "delta"));
    assert_eq!(again.refused(), "MINUTES_SPENT");
    let anew = proposed.clone().when(propose_by("R2", "A", "delta"));
    assert!(anew.accepted(), "decided anew");
    let rejected = proposed.when(by_minutes("nile", Some("B")));
    assert!(rejected.accepted(), "what else they decide is left");
    let twice = evaluating().minutes(&[resolved(&[rejects("misr", None)])]);
    let mut twice = twice.when(by_minutes("misr", None));
    // As after a complaint that was upheld.
    twice.state.bids.get_mut(&id("misr")).unwrap().rejected = false;
    assert_eq!(
        twice.when(by_minutes("misr", None)).refused(),
        "MINUTES_SPENT"
    );
}
