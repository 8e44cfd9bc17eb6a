//! Complaints and what follows from them.

use super::*;

fn against_a() -> Case {
    notified()
        .by(supplier("nile"))
        .when(complain("C1", against_award("A")))
}

#[test]
fn bidders_complain_in_their_own_name_in_time_and_once() {
    let by = |actor, command| notified().by(actor).when(command).refused();
    let complaint = || complain("C1", against_award("A"));
    assert_eq!(by(supplier("stranger"), complaint()), "BIDDERS_ONLY");
    assert_eq!(by(samir(), complaint()), "BIDDERS_ONLY");
    assert_eq!(
        by(supplier("nile"), complain("C1", against_award("C"))),
        "NO_LOT"
    );
    let documents = complain("C1", Against::Documents);
    assert_eq!(by(supplier("nile"), documents), "NOT_AT_THIS_STAGE");
    let late = notified()
        .on("02-02")
        .by(supplier("nile"))
        .when(complaint());
    assert_eq!(late.refused(), "COMPLAINTS_OVER");
    let early = awarded().by(supplier("nile")).when(complaint());
    assert_eq!(early.refused(), "NOT_AT_THIS_STAGE");
    let case = against_a();
    assert_eq!(
        case.clone().when(complaint()).refused(),
        "COMPLAINT_REPEATED"
    );
    let same = case.clone().when(complain("C2", against_award("A")));
    assert_eq!(same.refused(), "COMPLAINT_REPEATED");
    assert!(case.when(complain("C2", against_award("B"))).accepted());
}

#[test]
fn nobody_holds_a_tender_up_for_ever() {
    let case = (0..COMPLAINTS_MAX).fold(notified().by(supplier("nile")), |case, n| {
        let complaint = format!("C{n}");
        let case = case.when(complain(&complaint, against_award("A")));
        case.when(withdraw(&complaint))
    });
    assert!(case.accepted());
    let more = case.when(complain("C-more", against_award("A")));
    assert_eq!(more.refused(), "TOO_MANY_COMPLAINTS");
}

#[test]
fn a_review_body_decides_that_had_no_part_in_the_tender() {
    let ruling = || rule("C1", ComplaintOutcome::Upheld);
    let by = |actor| against_a().by(actor).when(ruling()).refused();
    assert_eq!(by(samir()), "REVIEW_BODY_ONLY");
    let as_judge = |id| crate::testing::actor(id, Role::ReviewBody);
    for party in ["e1", "huda", "omar"] {
        assert_eq!(by(as_judge(party)), "REVIEWS_ITSELF", "{party}");
    }
    for party in ["ministry", "nile"] {
        let actor = Actor {
            role: Role::ReviewBody,
            ..supplier(party)
        };
        assert_eq!(by(actor), "REVIEWS_ITSELF", "{party}");
    }
    let biased = against_a().interested("judge", "delta").by(judge());
    assert_eq!(biased.when(ruling()).refused(), "HAS_INTEREST");
    let decided = against_a().by(judge()).when(ruling());
    assert_eq!(decided.wanted, Wanted::Signature);
    assert_eq!(decided.when(ruling()).refused(), "COMPLAINT_NOT_OPEN");
}

#[test]
fn an_award_falls_with_an_upheld_complaint_and_its_lot_is_judged_anew() {
    let case = against_a()
        .by(judge())
        .when(rule("C1", ComplaintOutcome::Upheld));
    let [Event::ComplaintDecided(_), Event::AwardCancelled(fallen)] = case.last() else {
        panic!("no award fell: {:?}", case.last());
    };
    assert_eq!(fallen.lot, id("A"));
    assert_eq!(case.state.stage(), Stage::Awarding);
    let award = award("A", "M3", &["delta"], None);
    let again = case.by(evaluator("e1")).when(Command::ProposeAward(award));
    let revision = again.facts.next_revision - 1;
    let told = again
        .by(adel())
        .when(approve("A", revision))
        .by(samir())
        .when(notify());
    assert!(matches!(told.state.stage(), Stage::Standstill { .. }));
}

#[test]
fn a_declined_one_changes_nothing_and_only_its_own_bidder_takes_one_back() {
    for outcome in [ComplaintOutcome::Declined, ComplaintOutcome::Invalid] {
        let case = against_a().by(judge()).when(rule("C1", outcome));
        assert_eq!(case.last().len(), 1);
        assert_eq!(case.state.awards().count(), 2);
    }
    let other = against_a().by(supplier("delta")).when(withdraw("C1"));
    assert_eq!(other.refused(), "COMPLAINT_OF_ANOTHER");
    let own = against_a().when(withdraw("C1"));
    assert!(own.accepted());
    assert!(
        own.on("02-02")
            .by(samir())
            .when(Command::EndStandstill)
            .accepted()
    );
}

/// Misr was rejected; the review body finds it should not have been.
#[test]
fn an_upheld_complaint_against_the_technical_result_lets_the_bid_back_in() {
    let case = notified()
        .by(supplier("misr"))
        .when(complain("C1", Against::TechnicalResult))
        .by(judge())
        .when(rule("C1", ComplaintOutcome::Upheld));
    assert_eq!(case.last().len(), 3, "both awards fall");
    assert_eq!(case.state.stage(), Stage::TechnicalEvaluation);
    let case = case.by(evaluator("e1"));
    assert_eq!(
        case.clone().when(technical_result("M1")).refused(),
        "MINUTES_SPENT"
    );
    let case = case.when(score("misr", "95")).when(technical_result("M4"));
    let case = opened(case, &["misr-f"]).by(evaluator("e1"));
    let award = award("B", "M5", &["misr"], Some("nile"));
    let best = case.when(Command::ProposeAward(award));
    assert!(
        best.accepted(),
        "nile was corrected before, and misr is the best for lot B"
    );
}

#[test]
fn standstill_ends_at_its_instant_and_not_with_a_pending_complaint() {
    let early = notified()
        .by(samir())
        .on("02-01")
        .when(Command::EndStandstill);
    assert_eq!(early.refused(), "STANDSTILL_RUNS");
    let pending = against_a()
        .on("02-02")
        .by(samir())
        .when(Command::EndStandstill);
    assert_eq!(pending.refused(), "DISPUTED");
    let by_nile = notified()
        .on("02-02")
        .by(supplier("nile"))
        .when(Command::EndStandstill);
    assert_eq!(by_nile.refused(), "OFFICIAL_ONLY");
    assert!(
        notified()
            .on("02-02")
            .by(system())
            .when(Command::EndStandstill)
            .accepted()
    );
    let ended = final_();
    let Event::StandstillEnded(end) = ended.only() else {
        panic!("not ended");
    };
    assert_eq!(end.ended_at, midnight("02-02"));
    assert!(!notified().possible(&Event::StandstillEnded(StandstillEnd {
        ended_at: midnight("02-01"),
    })));
}

#[test]
fn the_buyer_gives_up_by_name() {
    assert_eq!(
        notified().by(system()).when(cancel()).refused(),
        "OFFICIAL_ONLY"
    );
    assert_eq!(
        notified().by(supplier("nile")).when(cancel()).refused(),
        "OFFICIAL_ONLY"
    );
    assert_eq!(
        notified().by(evaluator("e1")).when(cancel()).refused(),
        "OFFICER_ONLY"
    );
    assert!(notified().by(samir()).when(cancel()).accepted());
}
