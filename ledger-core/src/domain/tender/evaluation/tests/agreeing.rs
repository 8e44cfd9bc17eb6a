//! Awards that conclude a framework agreement: several win a lot, each the whole of it.

use super::*;
use crate::domain::tender::{End, Ended, LastStage, Tender};

/// A quotation for 100 pens, of which an agreement with at most three suppliers comes: Delta asks 4, Nile 5, Forger 6 and Misr 7.
fn judged() -> Case {
    let mut notice = notice();
    notice.draft.procedure = Procedure::Quotation;
    notice.draft.award_by = AwardBy::LowestPrice;
    notice.draft.framework = Some(FrameworkTerms {
        days: 365,
        suppliers: 3,
    });
    let mut pens = lot("A", "500", &[100]);
    pens.lines[0].item = id("pen");
    pens.lines[0].facility = id("central");
    notice.lots = vec![pens];
    let bids = [
        ("delta", "4", "400"),
        ("forger", "6", "600"),
        ("misr", "7", "700"),
        ("nile", "5", "500"),
    ];
    let case = bids
        .iter()
        .fold(Case::of(notice), |case, (bidder, unit, total)| {
            let content = financial(&[("A", 1, 100, unit)], &[("A", total)]);
            case.sealed(bidder, bidder, &content, hour(1))
        });
    let names = bids.map(|(bidder, _, _)| bidder);
    let case = opened(receive_all(case).when(end_receipts()), &names);
    // A third below the mean of the others.
    case.by(evaluator("e1")).when(explain("delta", "A", true))
}

fn winning(winners: &[&str]) -> Case {
    judged().when(Command::ProposeAward(award("A", "M2", winners, None)))
}

/// A tender that ended with an award to Delta, Nile and Forger, in this order.
pub(in crate::domain) fn completed() -> Tender {
    let case = winning(&["nile", "delta", "forger"]);
    let revision = case.facts.next_revision - 1;
    let case = case.by(adel()).when(approve("A", revision));
    let case = case.by(samir()).when(notify()).on("02-02");
    let case = case.when(Command::EndStandstill).when(complete());
    let Event::TenderCompleted(completion) = case.only() else {
        panic!("not complete");
    };
    assert_eq!(completion.value, Some(egp("600")), "at the highest price");
    Tender::Ended(Box::new(Ended {
        end: End::Completed,
        last: LastStage::Evaluation(Box::new(case.state)),
    }))
}

#[test]
fn the_first_few_win_the_whole_lot_each() {
    let case = winning(&["nile", "delta", "forger"]);
    let Event::AwardProposed(award) = case.only() else {
        panic!("no proposal");
    };
    let order: Vec<_> = award.ranking.iter().map(|it| it.bidder.as_str()).collect();
    assert_eq!(order, ["delta", "nile", "forger", "misr"]);
    // Nothing is bought yet.
    assert!(award.winners.iter().all(|winner| winner.value.is_none()));
    let all = winning(&["nile", "delta", "forger", "misr"]);
    assert_eq!(all.refused(), "WINNER_COUNT");
    assert_eq!(winning(&[]).refused(), "WINNER_COUNT");
    assert_eq!(winning(&["delta", "nile"]).refused(), "UNJUSTIFIED");
    assert_eq!(winning(&["delta", "nile", "misr"]).refused(), "UNJUSTIFIED");
    assert_eq!(winning(&["delta", "nile", "nile"]).refused(), "WRONG_SHARE");
    let fewer = Award {
        departure: Some(text("Forger cannot store them")),
        ..super::award("A", "M2", &["delta", "nile"], None)
    };
    assert!(judged().when(Command::ProposeAward(fewer)).accepted());
}

/// The approver's limit covers the most that can be called off: 100 at 6.
#[test]
fn an_agreement_is_worth_its_quantities_at_the_highest_price() {
    let case = winning(&["nile", "delta", "forger"]);
    let revision = case.facts.next_revision - 1;
    let within = |limit| {
        let case = case.clone().limit("adel", limit).by(adel());
        case.when(approve("A", revision))
    };
    assert_eq!(within("599.99").refused(), "AWARD_ABOVE_LIMIT");
    let Event::AwardApproved(approval) = within("600").only().clone() else {
        panic!("not approved");
    };
    assert_eq!(approval.value, Some(egp("600")));
}
