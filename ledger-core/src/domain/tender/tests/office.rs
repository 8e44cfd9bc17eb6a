//! From the fourth edition of the rules on, the buyer's own officials run its tenders.

use super::*;
use crate::domain::official::tests::buyers::{
    acts, employed, in_fourth_edition, left, not_of, with_authority_elsewhere,
};
use crate::domain::values::CommitteeId;

/// Huda and Omar are of the ministry, Karim and Mona of the university, which buys with it.
fn fourth(given: Given<Tender>) -> Given<Tender> {
    let officials = [
        ("huda", "ministry"),
        ("omar", "ministry"),
        ("karim", "university"),
        ("mona", "university"),
    ];
    employed(in_fourth_edition(given), &officials)
}

#[track_caller]
fn did(given: Given<Tender>) -> Given<Tender> {
    assert!(given.accepted(), "{:?}", given.outcome());
    given
}

/// All of it under the fourth edition.
fn published_in_fourth() -> Given<Tender> {
    let given = did(fourth(world()).when(Command::Draft(draft())))
        .when(Command::AddLot(tablets()))
        .when(Command::AddLot(gauze()))
        .when(Command::AppointCommittees(committees(2)));
    let given = ["a", "b", "c"].into_iter().fold(did(given), enrolled);
    let approved = given.by(actor("omar", Role::Approver)).when(approve(3));
    did(did(approved)
        .by(officer("huda"))
        .when(Command::Publish(publication())))
}

fn evaluated() -> Given<Tender> {
    let closed = published_in_fourth().at(time("01-17 00:00")).by(system());
    let listing = Listing {
        envelopes: None,
        unlisted: Vec::new(),
        left_off: None,
    };
    let listed = did(closed.when(Command::Close)).when(Command::EndReceipts(listing));
    did(listed).by(officer("huda"))
}

/// Every command that is the buyer's, where it could be given.
fn commands() -> Vec<(Given<Tender>, Command)> {
    let (drafted, published) = (fourth(complete()), published_in_fourth());
    let asked = published.clone().by(somebody()).when(question("Q-1"));
    let removal = LotRemoval {
        lot: id("L1"),
        reason: text("a donation came"),
    };
    let offer = DirectOffer {
        bidder: id("nile"),
        offer: FinancialBid {
            prices: Vec::new(),
            totals: Vec::new(),
        },
        document: document(3),
    };
    let lot = || id("L1");
    vec![
        (fourth(world()), Command::Draft(draft())),
        (drafted.clone(), Command::AddLot(lot_three())),
        (drafted.clone(), Command::RemoveLot(removal)),
        (drafted.clone(), Command::AppointCommittees(committees(2))),
        (drafted.clone(), approve(3)),
        (drafted, cancel()),
        (fourth(approved()), Command::Publish(publication())),
        (asked, answer("Q-1")),
        (published.clone(), amendment(400, "01-17 00:00")),
        (published.clone(), extension("01-20 00:00", "01-07 00:00")),
        (published.clone(), propose_cancellation()),
        (published, approve_cancellation(9)),
        (evaluated(), Command::RecordOffer(offer)),
        (
            evaluated(),
            Command::ApproveAward(AwardApproval {
                lot: lot(),
                proposal: 9,
                value: None,
                limit: None,
            }),
        ),
        (
            evaluated(),
            Command::CancelAward(AwardCancellation {
                lot: lot(),
                reason: text("a donation came"),
            }),
        ),
        (
            evaluated(),
            Command::Notify(Notification {
                standstill_until: None,
            }),
        ),
        (evaluated(), Command::Fail(Failure { cause: None })),
        (evaluated(), Command::Complete(Completion { value: None })),
    ]
}

fn lot_three() -> Lot {
    lot("L3", 1_000, &[line("tablet", 10)])
}

fn is_office(given: &Given<Tender>) -> bool {
    matches!(given.outcome(), Err(Refusal::Office(_)))
}

#[test]
fn an_official_of_another_buyer_runs_no_tender() {
    for (given, command) in commands() {
        for role in [Role::ProcurementOfficer, Role::Approver] {
            let other = given.clone().by(actor("karim", role));
            let refused = other.when(command.clone()).refused();
            assert_eq!(refused, not_of("ministry").into(), "{command:?}");
        }
        let own = given.by(officer("huda")).when(command.clone());
        assert!(!is_office(&own), "{command:?}");
    }
}

#[test]
fn of_older_editions_nobody_asks_that() {
    let third = employed(in_third_edition(world()), &[("karim", "university")]);
    let drafted = third.by(officer("karim")).when(Command::Draft(draft()));
    assert!(drafted.accepted(), "{:?}", drafted.outcome());
}

/// Huda leaves on the first of January. Who dates back gains nothing.
#[test]
fn who_left_the_post_yesterday_is_nobodys() {
    let huda = Official::stream(&id("huda"));
    let given = fourth(world()).reading(huda, 2, left("ministry", "2026-01-01"));
    let draft = || Command::Draft(draft());
    did(given.clone().when(draft()));
    let next = given.on("2026-01-02");
    let refused = next.clone().when(draft()).refused();
    assert_eq!(refused, not_of("ministry").into());
    let dated_back = next.effective(crate::testing::noon("2026-01-01"));
    assert!(is_office(&dated_back.when(draft())));
}

#[test]
fn who_acts_in_a_post_of_the_buyer_is_its_official() {
    let acting = |at| {
        let huda = Official::stream(&id("huda"));
        let given = fourth(world()).reading(huda, 2, acts(at));
        given.when(Command::Draft(draft()))
    };
    did(acting(Some("ministry")));
    assert_eq!(
        acting(Some("university")).refused(),
        not_of("ministry").into()
    );
    // The appointment does not say where, or a hospital's post: neither is the ministry's.
    assert_eq!(acting(None).refused(), not_of("ministry").into());
}

#[test]
fn authority_elsewhere_approves_nothing_here() {
    let omar = Official::stream(&id("omar"));
    let elsewhere = |given: Given<Tender>| {
        let given = given.reading(omar.clone(), 2, with_authority_elsewhere());
        given.by(actor("omar", Role::Approver))
    };
    did(elsewhere(in_third_edition(complete())).when(approve(3)));
    let none = Refusal::NoAuthority { currency: "EGP" };
    let refused = elsewhere(fourth(complete())).when(approve(3)).refused();
    assert_eq!(refused, none);
    let proposed = did(published_in_fourth().when(propose_cancellation()));
    let proposal = proposed.state().notice().unwrap();
    let proposal = proposal.cancellation.as_ref().unwrap().revision;
    let approved = elsewhere(proposed).when(approve_cancellation(proposal));
    assert_eq!(approved.refused(), none);
}

/// Registrars, members of committees, bidders and review bodies are of nobody's office.
#[test]
fn others_do_their_part_from_wherever_they_are() {
    let enrolled = enrolled(
        fourth(drafted()).when(Command::AppointCommittees(committees(2))),
        "a",
    );
    did(enrolled);
    did(published_in_fourth().by(somebody()).when(question("Q-1")));
    let member = evaluated().by(actor("x", Role::CommitteeMember));
    let given_up = member.when(Command::FailLot(LotFailure {
        lot: id("L1"),
        reason: text("nobody offered"),
    }));
    assert!(!is_office(&given_up));
    let filed = published_in_fourth()
        .by(somebody())
        .when(complaint("C-1", Against::Documents));
    let committee = id::<CommitteeId>("E");
    let decided = did(filed)
        .reading(Committee::stream(&committee), 1, committee_of_others())
        .reading(Official::stream(&id("judge")), 0, Official::default())
        .by(judge())
        .when(ruling("C-1", ComplaintOutcome::Declined));
    did(decided);
}

fn committee_of_others() -> Committee {
    committee(Purpose::Evaluation, ["x", "y", "z"])
}
