//! Two persons cancel what was published.

use super::*;

fn second() -> ProcurementRules {
    ProcurementRules {
        edition: Some(2),
        ..ProcurementRules::default()
    }
}

fn ruled(given: Given<Tender>) -> Given<Tender> {
    given.reading(Ruleset::national(), 1, ruleset(second()))
}

fn proposed() -> Given<Tender> {
    let given = ruled(published()).when(propose_cancellation());
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// Huda proposes it, Omar, who may approve, does: what ends the tender says what was proposed, and names it.
#[test]
fn one_proposes_and_another_approves() {
    let alone = ruled(published()).when(cancel()).refused();
    assert_eq!(alone, Refusal::CancelAlone);
    let draft = ruled(drafted()).when(cancel());
    assert!(
        draft.accepted(),
        "a draft is dropped: {:?}",
        draft.outcome()
    );
    let first = published().when(cancel());
    assert!(first.accepted(), "the first edition: {:?}", first.outcome());

    let proposed = proposed();
    assert_eq!(proposed.wanted(), Wanted::No);
    let proposal = proposed.state().notice().unwrap();
    let proposal = proposal.cancellation.as_ref().unwrap().revision;
    let approved = proposed
        .by(actor("omar", Role::Approver))
        .when(approve_cancellation(proposal));
    let [Event::TenderCancelled(ending)] = approved.last() else {
        panic!("{:?}", approved.outcome());
    };
    assert_eq!(ending.proposal, Some(proposal));
    assert_eq!(ending.ground, CancellationGround::NoDemand);
    let revision = Some(proposal);
    assert_eq!(approved.wanted(), Wanted::Approval { revision });
    assert_eq!(approved.when(cancel()).refused(), Refusal::Ended);
}

#[test]
fn who_proposed_or_drafted_does_not_approve() {
    let revision = |given: &Given<Tender>| {
        let notice = given.state().notice().unwrap();
        notice.cancellation.as_ref().unwrap().revision
    };
    let proposal = revision(&proposed());
    let by = |given: Given<Tender>, actor| {
        let approval = approve_cancellation(revision(&given));
        given.by(actor).when(approval)
    };
    let own = by(proposed(), actor("huda", Role::Approver)).refused();
    assert_eq!(own, Refusal::OwnCancellation);
    let by_omar = ruled(published())
        .by(actor("omar", Role::ProcurementOfficer))
        .when(propose_cancellation());
    let drafter = by(by_omar.clone(), actor("huda", Role::Approver));
    assert_eq!(drafter.refused(), Refusal::OwnCancellation);
    let proposer = by(by_omar, actor("omar", Role::Approver)).refused();
    assert_eq!(proposer, Refusal::OwnCancellation);
    let nobody = by(proposed(), actor("judge", Role::Approver)).refused();
    assert_eq!(nobody.code(), "TENDER_NO_AUTHORITY");
    let another = proposed()
        .by(actor("omar", Role::Approver))
        .when(approve_cancellation(proposal + 1))
        .refused();
    let proposal_read = Refusal::NoCancellation {
        proposal: proposal + 1,
    };
    assert_eq!(another, proposal_read);
    let nothing = published()
        .by(actor("omar", Role::Approver))
        .when(approve_cancellation(proposal));
    assert_eq!(nothing.refused(), Refusal::NoCancellation { proposal });
    let own_word = Event::TenderCancelled(Ending {
        ground: CancellationGround::NoDemand,
        reason: text("needed no more"),
        proposal: Some(proposal),
    });
    assert!(!proposed().by(officer("huda")).possible(&own_word));
}

/// After closing too; nobody of the evaluation committee approves.
#[test]
fn a_tender_under_evaluation_is_cancelled_the_same_way() {
    let proposed = ruled(closed()).when(propose_cancellation());
    assert!(proposed.accepted(), "{:?}", proposed.outcome());
    let proposal = proposed.state().notice().unwrap();
    let proposal = proposal.cancellation.as_ref().unwrap().revision;
    let evaluator = proposed
        .clone()
        .by(actor("x", Role::CommitteeMember))
        .when(approve_cancellation(proposal));
    assert_eq!(evaluator.refused().code(), "TENDER_EVALUATES");
    let approved = proposed
        .by(actor("omar", Role::Approver))
        .when(approve_cancellation(proposal));
    assert!(approved.accepted(), "{:?}", approved.outcome());
    assert_eq!(
        ruled(closed()).when(cancel()).refused(),
        Refusal::CancelAlone
    );
}

/// 500 of gauze were approved: fewer may be asked for, and the old quantity again, in the same lot or another.
#[test]
fn an_amendment_asks_for_no_more_than_was_approved() {
    let amended = |given: Given<Tender>, quantity| given.when(amendment(quantity, "01-30 00:00"));
    let fewer = amended(ruled(published()), 400);
    assert!(fewer.accepted());
    assert!(amended(fewer, 500).accepted());
    let more = amended(ruled(published()), 501).refused();
    let item = id("gauze");
    let (asked, approved) = (501.into(), 500.into());
    let refusal = Refusal::AboveApproved {
        item,
        asked,
        approved,
    };
    assert_eq!(more, refusal);
    assert!(amended(published(), 501).accepted(), "the first edition");
}

/// The deadline of 17 January at 0:00 falls into an outage from 23:00 to 0:30, which is recorded at 0:40: bidding was not closed
/// yet, and goes on for ninety minutes and one hour.
#[test]
fn a_deadline_that_falls_into_an_outage_moves() {
    let rules = ProcurementRules {
        closing_grace_minutes: Some(60),
        ..second()
    };
    let given = published().reading(Ruleset::national(), 1, ruleset(rules));
    let close =
        |given: Given<Tender>, at: &str| given.by(system()).at(time(at)).when(Command::Close);
    let until = time("01-17 01:00");
    for at in ["01-17 00:00", "01-17 00:59"] {
        let refused = close(given.clone(), at).refused();
        assert_eq!(refused, Refusal::ClosingGrace { until });
    }
    let closed = close(given.clone(), "01-17 01:00");
    let closed_at = time("01-17 00:00");
    assert_eq!(closed.last(), [Event::BiddingClosed(Closing { closed_at })]);
    let moved = given
        .at(time("01-17 00:40"))
        .by(administrator())
        .when(outage("01-16 23:00", "01-17 00:30"));
    assert!(moved.accepted(), "{:?}", moved.outcome());
    let deadline = moved.state().notice().unwrap().closes_at;
    assert_eq!(deadline, time("01-17 02:30"));
    let ahead = close(moved, "01-17 01:00").refused();
    assert_eq!(
        ahead,
        Refusal::DeadlineAhead {
            closes_at: deadline
        }
    );
}
