//! Who wins, and who says so.

use super::*;
use crate::domain::tender::event::DisqualificationGround as Ground;

fn proposal(award: Award) -> Case {
    corrected().when(Command::ProposeAward(award))
}

#[test]
fn the_best_wins_or_the_departure_is_justified() {
    assert_eq!(
        corrected().when(propose("A", "nile")).refused(),
        "UNJUSTIFIED"
    );
    assert_eq!(
        corrected().when(departing("A", "delta")).refused(),
        "NO_DEPARTURE"
    );
    let flagged = corrected().when(departing("A", "nile"));
    let Event::AwardProposed(award) = flagged.only() else {
        panic!("no proposal");
    };
    assert!(award.departure.is_some() && award.winners[0].value == Some(egp("1250")));
    let reserve = |reserve| proposal(award_with(reserve));
    assert!(reserve("nile").accepted());
    assert_eq!(reserve("delta").refused(), "RESERVE_NOT_RANKED");
    assert_eq!(reserve("misr").refused(), "RESERVE_NOT_RANKED");
}

fn award_with(reserve: &str) -> Award {
    award("A", "M2", &["delta"], Some(reserve))
}

#[test]
fn only_acceptable_bids_win_and_each_lot_has_one_winner() {
    assert_eq!(
        proposal(award("B", "M2", &["misr"], None)).refused(),
        "WRONG_SHARE"
    );
    assert_eq!(
        proposal(award("A", "M2", &[], None)).refused(),
        "WINNER_COUNT"
    );
    assert_eq!(
        proposal(award("A", "M2", &["delta", "nile"], None)).refused(),
        "WINNER_COUNT"
    );
    assert_eq!(
        proposal(award("C", "M2", &["delta"], None)).refused(),
        "NO_LOT"
    );
    assert_eq!(
        proposal(award("A", "M77", &["delta"], None)).refused(),
        "NO_MINUTES"
    );
    let mut parts = award("A", "M2", &["delta"], None);
    parts.winners[0].lines = vec![WonLine {
        line: 1,
        quantity: 50.into(),
    }];
    assert_eq!(proposal(parts).refused(), "WRONG_SHARE");
    assert_eq!(
        priced().when(propose("A", "delta")).refused(),
        "UNCORRECTED"
    );
}

#[test]
fn a_given_ranking_is_the_computed_one() {
    let Event::AwardProposed(right) = corrected().when(propose("A", "delta")).only().clone() else {
        panic!("no proposal");
    };
    assert!(proposal(right.clone()).accepted());
    let mut wrong = right;
    wrong.ranking.reverse();
    assert_eq!(proposal(wrong).refused(), "OTHER_RANKING");
}

/// A mirror without the scores takes the order as given, and nobody in it that is not there.
#[test]
fn where_scores_are_withheld_the_order_is_not_judged() {
    let mut case = corrected();
    for bid in case.state.bids.values_mut() {
        bid.scores = bid.scores.as_ref().map(|_| Withheld::Committed([1; 32]));
    }
    assert_eq!(
        case.clone().when(propose("A", "delta")).refused(),
        "OTHER_RANKING"
    );
    let ranked = |bidder: &str, price: &str| Ranked {
        bidder: id(bidder),
        price: egp(price),
    };
    let given = |ranking| {
        let award = Award {
            ranking,
            ..award("A", "M2", &["nile"], None)
        };
        case.clone().when(Command::ProposeAward(award))
    };
    let (nile, delta) = (ranked("nile", "1250"), ranked("delta", "1000"));
    assert!(given(vec![nile.clone(), delta.clone()]).accepted());
    assert_eq!(given(vec![nile.clone()]).refused(), "OTHER_RANKING");
    assert_eq!(
        given(vec![nile, ranked("delta", "999")]).refused(),
        "OTHER_RANKING"
    );
}

#[test]
fn someone_else_approves_within_the_limit_what_they_read() {
    let case = corrected().when(propose("A", "delta"));
    let revision = case.facts.next_revision - 1;
    let by = |actor| case.clone().by(actor).when(approve("A", revision));
    assert_eq!(by(evaluator("e1")).refused(), "OWN_PROPOSAL");
    assert_eq!(by(evaluator("e2")).refused(), "EVALUATES");
    assert_eq!(by(supplier("delta")).refused(), "OFFICIAL_ONLY");
    assert_eq!(by(actor_without_record()).refused(), "AWARD_NO_AUTHORITY");
    let other = case.clone().by(adel()).when(approve("A", revision + 1));
    assert_eq!(other.refused(), "OTHER_PROPOSAL");
    let none = case.clone().by(adel()).when(approve("B", revision));
    assert_eq!(none.refused(), "NOT_PROPOSED");
    let low = case.clone().limit("adel", "999.99").by(adel());
    assert_eq!(
        low.when(approve("A", revision)).refused(),
        "AWARD_ABOVE_LIMIT"
    );
    let biased = case.clone().interested("adel", "misr").by(adel());
    assert_eq!(
        biased.when(approve("A", revision)).refused(),
        "HAS_INTEREST"
    );
    let exact = case
        .limit("adel", "1000")
        .by(adel())
        .when(approve("A", revision));
    let wanted = Wanted::Approval {
        revision: Some(revision),
    };
    assert_eq!(exact.wanted, wanted);
    let Event::AwardApproved(approval) = exact.only() else {
        panic!("not approved");
    };
    assert_eq!(
        (approval.value, approval.limit),
        (Some(egp("1000")), Some(egp("1000")))
    );
    assert_eq!(
        exact.clone().when(approve("A", revision)).refused(),
        "LOT_DECIDED"
    );
    let again = exact.by(evaluator("e1")).when(propose("A", "delta"));
    assert_eq!(again.refused(), "LOT_DECIDED");
}

fn actor_without_record() -> Actor {
    crate::testing::actor("nobody", Role::Approver)
}

#[test]
fn who_is_debarred_by_the_day_of_the_decision_does_not_win() {
    let proposed = corrected().debarred("delta").when(propose("A", "delta"));
    assert_eq!(proposed.refused(), "BIDDER_DEBARRED");
    let case = corrected().when(propose("A", "delta"));
    let revision = case.facts.next_revision - 1;
    let case = case
        .debarred("delta")
        .by(adel())
        .when(approve("A", revision));
    assert_eq!(case.refused(), "BIDDER_DEBARRED");
}

#[test]
fn what_changes_the_comparison_undoes_the_proposal() {
    let case = corrected().when(propose("B", "nile"));
    let revision = case.facts.next_revision - 1;
    let case = case.when(reject("nile", None, Ground::WithdrawnAfterOpening));
    let approved = case.clone().by(adel()).when(approve("B", revision));
    assert_eq!(approved.refused(), "NOT_PROPOSED");
    assert!(case.when(propose("B", "delta")).accepted());
}

#[test]
fn a_winner_is_rejected_only_after_the_award_fell() {
    let withdrew = || reject("delta", None, Ground::WithdrawnAfterOpening);
    let case = awarded().by(evaluator("e1"));
    assert_eq!(case.clone().when(withdrew()).refused(), "LOT_DECIDED");
    let poor = case
        .clone()
        .limit("adel", "999")
        .by(adel())
        .when(cancel_award("A"));
    assert_eq!(poor.refused(), "AWARD_ABOVE_LIMIT");
    assert_eq!(case.clone().when(cancel_award("A")).refused(), "EVALUATES");
    let fallen = case.by(adel()).when(cancel_award("A"));
    assert_eq!(
        fallen.clone().when(cancel_award("A")).refused(),
        "NOT_AWARDED"
    );
    let case = fallen.by(evaluator("e1")).when(withdrew());
    // The minutes of the award that fell carry no other.
    assert_eq!(
        case.clone().when(propose("A", "nile")).refused(),
        "MINUTES_SPENT"
    );
    let fresh = Command::ProposeAward(award("A", "M3", &["nile"], None));
    assert!(case.when(fresh).accepted());
}

#[test]
fn an_award_that_falls_in_standstill_or_after_it_reopens_its_lot_alone() {
    for case in [notified(), final_()] {
        let case = case.by(adel()).when(cancel_award("A"));
        assert_eq!(case.state.stage(), Stage::Awarding);
        assert_eq!(case.state.awards().count(), 1);
        assert_eq!(case.by(samir()).when(notify()).refused(), "LOT_UNDECIDED");
    }
}

#[test]
fn a_lot_fails_when_nobody_is_left() {
    let case = corrected();
    assert_eq!(case.clone().when(fail_lot("A")).refused(), "HAS_OFFERS");
    let all = ["delta", "nile"].iter().fold(case, |case, bidder| {
        case.when(reject(bidder, None, Ground::FalseStatement))
    });
    assert_eq!(
        all.clone().when(propose("A", "nile")).refused(),
        "NO_OFFERS"
    );
    // Who was rejected is told, and may complain, before the tender fails.
    assert_eq!(
        all.clone().by(samir()).when(fail()).refused(),
        "COULD_BE_AWARDED"
    );
    let told = all
        .when(fail_lot("A"))
        .when(fail_lot("B"))
        .by(samir())
        .when(notify());
    assert_eq!(told.clone().when(fail()).refused(), "NOT_AT_THIS_STAGE");
    let over = told.on("02-02").when(Command::EndStandstill);
    assert_eq!(over.clone().when(complete()).refused(), "NOTHING_AWARDED");
    let Event::TenderFailed(failure) = over.when(fail()).only().clone() else {
        panic!("not failed");
    };
    assert_eq!(failure.cause, Some(FailureCause::NoAward));
}

/// Nothing that came could be read: there is nobody to judge.
#[test]
fn bids_that_are_all_void_fail_at_once() {
    let void = ["delta-t", "misr-t", "nile-t"]
        .iter()
        .fold(listed(), |case, envelope| {
            case.change(envelope, |it| it.bad_deal = true)
        });
    let case = opened(void, &["delta-t", "misr-t", "nile-t"]).by(samir());
    let Event::TenderFailed(failure) = case.when(fail()).only().clone() else {
        panic!("not failed");
    };
    assert_eq!(failure.cause, Some(FailureCause::NoValidBids));
}

/// From the fourth edition on a loss is said: who handed in may have bid.
#[test]
fn a_tender_whose_bids_were_lost_does_not_fail_for_want_of_bids() {
    let cause = |edition, unlisted: &[&str]| {
        let case = Case::of(notice()).published_under(edition);
        let case = case.when(Command::EndReceipts(listing(None, unlisted)));
        let Event::TenderFailed(failure) = case.by(samir()).when(fail()).only().clone() else {
            panic!("not failed");
        };
        failure.cause.unwrap()
    };
    assert_eq!(cause(4, &["e1"]), FailureCause::BidsLost);
    assert_eq!(cause(4, &[]), FailureCause::NoBids);
    assert_eq!(cause(3, &["e1"]), FailureCause::NoBids);
}

#[test]
fn nobody_bid() {
    let case = Case::of(notice()).when(end_receipts()).by(samir());
    let Event::TenderFailed(failure) = case.when(fail()).only().clone() else {
        panic!("not failed");
    };
    assert_eq!(failure.cause, Some(FailureCause::NoBids));
    assert_eq!(
        corrected().by(samir()).when(fail()).refused(),
        "COULD_BE_AWARDED"
    );
    for case in [scored(), final_()] {
        assert_eq!(case.by(samir()).when(fail()).refused(), "COULD_BE_AWARDED");
    }
}

/// A request for quotations goes from closing to prices; equal prices go by the earlier envelope.
#[test]
fn quotations_have_prices_alone_and_ties_go_to_the_earlier_envelope() {
    let mut notice = notice();
    notice.draft.procedure = Procedure::Quotation;
    notice.draft.award_by = AwardBy::LowestPrice;
    notice.draft.criteria.clear();
    let same = financial(&[("B", 1, 10, "40")], &[("B", "400")]);
    let case = Case::of(notice)
        .sealed("late", "aswan", &same, hour(2))
        .sealed("early", "zagazig", &same, hour(1));
    let case = opened(receive_all(case).when(end_receipts()), &["early", "late"]);
    assert_eq!(case.state.stage(), Stage::Awarding);
    let case = case.by(evaluator("e1"));
    assert_eq!(
        case.clone().when(propose("B", "aswan")).refused(),
        "UNJUSTIFIED"
    );
    let case = case.when(propose("B", "zagazig"));
    let revision = case.facts.next_revision - 1;
    let case = case.by(adel()).when(approve("B", revision));
    let case = case
        .by(evaluator("e1"))
        .when(fail_lot("A"))
        .by(samir())
        .when(notify());
    // No standstill; complaints are taken for ten days all the same, and hold up the end.
    let ended = case.when(Command::EndStandstill);
    assert_eq!(ended.state.stage(), Stage::Final);
    let ended = ended
        .by(supplier("aswan"))
        .when(complain("C1", against_award("B")));
    assert!(ended.accepted());
    let runs = ended.clone().by(samir()).when(complete());
    assert_eq!(runs.refused(), "COMPLAINTS_RUN");
    let pending = ended.on("02-02").by(samir()).when(complete());
    assert_eq!(pending.refused(), "DISPUTED");
}

/// 300 bidders, the n-th of whom asks n cents more than 40.00: the order is theirs, and nothing takes long.
#[test]
fn three_hundred_bidders_are_ranked() {
    let mut notice = notice();
    notice.draft.procedure = Procedure::Quotation;
    notice.draft.award_by = AwardBy::LowestPrice;
    let case = (0..300).fold(Case::of(notice), |case, n| {
        let unit = format!("{}.{:02}", 40 + n / 100, n % 100);
        let total = format!("{}.{}", 400 + n / 10, n % 10);
        let content = financial(&[("B", 1, 10, &unit)], &[("B", &total)]);
        let at = hour(0).plus_micros(i64::from(299 - n));
        case.sealed(&format!("e{n:03}"), &format!("bidder-{n:03}"), &content, at)
    });
    let names: Vec<String> = (0..300).map(|n| format!("e{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let case = opened(receive_all(case).when(end_receipts()), &names);
    let case = case.by(evaluator("e1")).when(propose("B", "bidder-000"));
    let Event::AwardProposed(award) = case.only() else {
        panic!("no proposal");
    };
    let bidders: Vec<_> = award
        .ranking
        .iter()
        .map(|it| it.bidder.to_string())
        .collect();
    assert!(bidders.is_sorted() && bidders.len() == 300);
}

/// Quotations for both lots: Delta's A for 1,000.00 and Nile's B for 400.00.
#[test]
fn quotations_award_no_more_than_their_ceiling() {
    let approved = |ceiling: &str, edition| {
        let mut case = proposed();
        case.state.notice.draft.procedure = Procedure::Quotation;
        case.state.notice.draft.terms.security_percent = 0.into();
        case.state.notice.published_under = Some(1);
        let first = case.facts.next_revision - 2;
        let case = case.ruled(ProcurementRules {
            edition: Some(edition),
            quotation_ceiling: Some(egp(ceiling)),
            ..ProcurementRules::default()
        });
        case.by(adel())
            .when(approve("A", first))
            .when(approve("B", first + 1))
    };
    assert!(approved("1400", 3).accepted());
    assert_eq!(approved("1399.99", 3).refused(), "AWARD_ABOVE_CEILING");
    assert!(approved("1399.99", 2).accepted());
}

/// Under the fourth edition; a tender keeps the one that it was published under.
#[test]
fn authority_elsewhere_approves_no_award() {
    let elsewhere = crate::domain::official::tests::buyers::with_authority_elsewhere;
    let approved = |editions: &[u8]| {
        let mut case = proposed();
        case.state.notice.draft.terms.security_percent = 0.into();
        case.state.notice.published_under = Some(1);
        let first = case.facts.next_revision - 2;
        let case = case.editions(editions).official("adel", elsewhere());
        case.by(adel()).when(approve("A", first))
    };
    assert!(approved(&[3, 4]).accepted());
    assert_eq!(approved(&[4]).refused(), "AWARD_NO_AUTHORITY");
}
