//! Who judges bids, by what, and when.

use super::*;
use crate::domain::tender::event::DisqualificationGround as Ground;

fn evaluating() -> Case {
    technically_opened().on("01-22").by(evaluator("e1"))
}

#[test]
fn members_judge_who_did_not_draft_and_have_no_interest() {
    let by = |actor| evaluating().by(actor).when(score("nile", "80")).refused();
    assert_eq!(by(evaluator("o1")), "NOT_AN_EVALUATOR");
    assert_eq!(by(evaluator("huda")), "DRAFTED_IT");
    assert_eq!(by(supplier("nile")), "OFFICIAL_ONLY");
    let biased = evaluating().interested("e1", "delta");
    assert_eq!(biased.when(score("nile", "80")).refused(), "HAS_INTEREST");
    let elsewhere = evaluating().interested("e1", "stranger");
    assert!(elsewhere.when(score("nile", "80")).accepted());
}

#[test]
fn points_are_given_once_per_criterion_within_its_range() {
    let refused = |given: &[(&str, &str)]| evaluating().when(scores("nile", given)).refused();
    for points in ["-1", "100.0001", "70.00001"] {
        assert_eq!(refused(&[("quality", points)]), "WRONG_POINTS", "{points}");
    }
    assert_eq!(refused(&[]), "WRONG_POINTS");
    assert_eq!(
        refused(&[("quality", "70"), ("quality", "70")]),
        "WRONG_POINTS"
    );
    assert_eq!(
        refused(&[("quality", "70"), ("licence", "1")]),
        "NO_CRITERION"
    );
    assert_eq!(evaluating().when(score("nobody", "70")).refused(), "NO_BID");
    let twice = evaluating()
        .when(score("nile", "70"))
        .when(score("nile", "80"));
    assert!(twice.accepted(), "the later scoring counts, both are seen");
    let withheld = Command::Score(Scoring {
        bidder: id("nile"),
        scores: Withheld::Committed([1; 32]),
    });
    assert!(evaluating().when(withheld).accepted());
}

#[test]
fn a_result_needs_minutes_all_scores_and_the_rejection_of_who_is_below() {
    let result = || technical_result("M1");
    let case = evaluating()
        .when(score("nile", "80"))
        .when(score("delta", "90"));
    assert_eq!(case.clone().when(result()).refused(), "NOT_SCORED");
    let case = case.when(score("misr", "59.9999"));
    assert_eq!(case.clone().when(result()).refused(), "TOO_FEW_POINTS");
    assert_eq!(
        case.clone().when(technical_result("M77")).refused(),
        "NO_MINUTES"
    );
    let case = case
        .when(reject("misr", None, criterion("quality")))
        .when(result());
    assert_eq!(case.wanted, Wanted::Signature);
    assert_eq!(case.refused_by_reuse(), "MINUTES_SPENT");
}

impl Case {
    /// The result's minutes cannot carry an award as well.
    fn refused_by_reuse(self) -> &'static str {
        let case = opened(self, &["delta-f", "nile-f"]).by(evaluator("e1"));
        let case = case.when(correct("nile", "A"));
        let award = award("A", "M1", &["delta"], None);
        case.when(Command::ProposeAward(award)).refused()
    }
}

#[test]
fn a_ground_holds_by_what_the_log_says() {
    let case = evaluating().when(score("nile", "60"));
    let refused = |lot, ground| case.clone().when(reject("nile", lot, ground)).refused();
    assert_eq!(refused(None, criterion("quality")), "NO_GROUND");
    assert_eq!(refused(None, criterion("colour")), "NO_CRITERION");
    assert_eq!(refused(None, Ground::Debarred), "NO_GROUND");
    assert_eq!(refused(Some("A"), Ground::LowPrice), "NO_GROUND");
    assert_eq!(refused(Some("A"), Ground::Incomplete), "NO_GROUND");
    assert_eq!(refused(Some("A"), Ground::CorrectionRefused), "NO_GROUND");
    assert_eq!(refused(Some("C"), criterion("licence")), "NO_LOT");
    let misr = case
        .clone()
        .when(reject("misr", Some("A"), criterion("licence")));
    assert_eq!(misr.refused(), "NO_OFFER");
    let unscored = case
        .clone()
        .when(reject("delta", None, criterion("quality")));
    assert_eq!(unscored.refused(), "NOT_SCORED");
    for ground in [
        criterion("licence"),
        Ground::Security,
        Ground::WithdrawnAfterOpening,
        Ground::FalseStatement,
    ] {
        let rejected = case.clone().when(reject("nile", None, ground.clone()));
        assert!(rejected.accepted());
        assert_eq!(
            rejected.when(reject("nile", None, ground)).refused(),
            "BID_REJECTED"
        );
    }
    let barred = case
        .debarred("nile")
        .when(reject("nile", None, Ground::Debarred));
    assert!(barred.accepted());
}

#[test]
fn once_prices_are_known_no_criterion_rejects() {
    for case in [accepted().by(evaluator("e1")), priced()] {
        let rejected = case.when(reject("nile", None, criterion("licence")));
        assert_eq!(rejected.refused(), "PRICES_KNOWN");
    }
}

#[test]
fn a_correction_can_be_refused_by_its_bidder_only_when_it_was_made() {
    let refuse = || reject("nile", Some("A"), Ground::CorrectionRefused);
    assert_eq!(priced().when(refuse()).refused(), "NO_GROUND");
    let case = corrected().when(refuse());
    assert!(case.accepted());
    assert_eq!(case.when(correct("nile", "A")).refused(), "NO_OFFER");
    assert_eq!(
        priced().when(correct("delta", "A")).refused(),
        "NOTHING_TO_CORRECT"
    );
    assert_eq!(
        corrected().when(correct("nile", "A")).refused(),
        "NOTHING_TO_CORRECT"
    );
}

/// Delta asks 839.99 for lot A, more than 30 % below the estimate of 1,200.
#[test]
fn an_abnormally_low_price_is_explained_or_rejected_before_it_wins() {
    let low = |total: &str, unit: &str| {
        let prices = [("A", 1, 100, unit), ("A", 2, 50, "8"), ("B", 1, 10, "50")];
        let content = financial(&prices, &[("A", total), ("B", "500")]);
        let bytes = serde_json::to_vec(&content).unwrap();
        let case = accepted().change("delta-f", |it| it.content = bytes);
        let case = opened(case, &["delta-f", "nile-f"]).by(evaluator("e1"));
        case.when(correct("nile", "A"))
    };
    let edge = low("840", "4.4");
    assert_eq!(
        edge.clone().when(explain("delta", "A", true)).refused(),
        "NOTHING_TO_EXPLAIN"
    );
    assert!(edge.when(propose("A", "delta")).accepted());
    let case = low("839.99", "4.3999");
    assert_eq!(
        case.clone().when(propose("A", "delta")).refused(),
        "LOW_PRICE_UNEXPLAINED"
    );
    let unsatisfied = case.clone().when(explain("delta", "A", false));
    assert_eq!(
        unsatisfied.clone().when(propose("A", "delta")).refused(),
        "LOW_PRICE_UNEXPLAINED"
    );
    let rejected = unsatisfied.when(reject("delta", Some("A"), Ground::LowPrice));
    assert!(rejected.when(propose("A", "nile")).accepted());
    let satisfied = case.when(explain("delta", "A", true));
    let refused = satisfied
        .clone()
        .when(reject("delta", Some("A"), Ground::LowPrice));
    assert_eq!(refused.refused(), "NO_GROUND");
    assert_eq!(
        satisfied
            .clone()
            .when(explain("delta", "A", true))
            .refused(),
        "NOTHING_TO_EXPLAIN"
    );
    assert!(satisfied.when(propose("A", "delta")).accepted());
}

#[test]
fn a_withheld_estimate_is_not_judged() {
    let mut notice = notice();
    notice.lots[0].estimate = Some(Withheld::Committed([1; 32]));
    let case = Case {
        state: Case::of(notice).state,
        ..sealed()
    };
    let case = receive_all(case).when(end_receipts());
    let lot = case.state.notice().lots[0].clone();
    assert_eq!(case.state.is_low(&lot, &id("delta"), &case.facts), None);
}

/// Under the third edition. By M1 the technical result stands; M2 to M4 are signed and unused.
#[test]
fn once_prices_are_read_no_member_alone_rejects() {
    let alone = |case: Case| case.when(reject("delta", None, Ground::FalseStatement));
    assert!(alone(scored().third_edition()).accepted());
    assert!(alone(priced()).accepted(), "under the first edition");
    for case in [accepted().by(evaluator("e1")), priced()] {
        assert_eq!(alone(case.third_edition()).refused(), "MINUTES_MISSING");
    }
    let by = |minutes| reject_by(minutes, "delta", Ground::FalseStatement);
    let mut case = corrected().third_edition();
    case.state.notice.draft.terms.security_percent = 0.into();
    assert_eq!(case.clone().when(by("M77")).refused(), "NO_MINUTES");
    assert_eq!(case.clone().when(by("M1")).refused(), "MINUTES_SPENT");
    // Minutes that propose an award do not reject who is to win it.
    let proposed = case.clone().when(departing("B", "delta"));
    assert_eq!(proposed.when(by("M2")).refused(), "MINUTES_SPENT");
    let rejected = case.when(by("M2"));
    assert_eq!(rejected.wanted, Wanted::Signature);
    let again = rejected
        .clone()
        .when(reject_by("M2", "nile", Ground::FalseStatement));
    assert_eq!(again.refused(), "MINUTES_SPENT");
    assert_eq!(
        rejected.clone().when(propose("A", "nile")).refused(),
        "MINUTES_SPENT"
    );
    let other = rejected.when(reject_by("M3", "nile", Ground::FalseStatement));
    assert!(other.accepted());
}

#[test]
fn only_its_bidder_says_that_it_withdraws() {
    let withdrawn = || reject("delta", None, Ground::WithdrawnAfterOpening);
    let case = corrected().third_edition();
    assert_eq!(case.clone().when(withdrawn()).refused(), "NOT_WITHDRAWN");
    let by_minutes = reject_by("M2", "delta", Ground::WithdrawnAfterOpening);
    for by in [evaluator("e1"), supplier("delta")] {
        let case = case.clone().by(by).when(by_minutes.clone());
        assert_eq!(case.refused(), "NOT_WITHDRAWN");
    }
    let other = case.clone().by(supplier("nile")).when(withdrawn());
    assert_eq!(other.refused(), "NOT_WITHDRAWN");
    let own = case.by(supplier("delta"));
    let falsely = own
        .clone()
        .when(reject_by("M2", "delta", Ground::FalseStatement));
    assert_eq!(falsely.refused(), "OFFICIAL_ONLY");
    let own = own.when(withdrawn());
    assert!(own.accepted());
    assert_eq!(own.wanted, Wanted::Signature);
}
