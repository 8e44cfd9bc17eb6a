//! Approval by levels.

use super::refusal::Named;
use super::*;
use crate::aggregate::Explain as _;

const ALL: &[(&str, u32)] = &[("tablet", 200), ("box", 3)];

fn approval(given: &Given<Requisition>) -> Approval {
    match given.last() {
        [Event::RequisitionApproved(approval)] => approval.clone(),
        other => panic!("{other:?}"),
    }
}

/// 200 × 0.35 + 3 × 12.50 = 107.50 EGP, above Mona's limit of 100 and within Omar's of 1,000.
#[test]
fn above_the_limit_the_next_level_approves() {
    let first = submitted().by(who("mona")).when(approve(ALL));
    let level = approval(&first);
    assert_eq!((level.level, level.complete), (1, false));
    assert_eq!(level.value.unwrap().to_string(), "107.50 EGP");
    assert_eq!(level.limit, Some(egp(100)));
    assert!(matches!(first.state(), Requisition::Submitted(_)));
    assert_eq!(
        first.clone().when(approve(ALL)).refused(),
        Refusal::ApprovedTwice
    );
    let second = first.by(who("omar")).when(approve(ALL));
    let revision = Some(0);
    assert_eq!(second.wanted(), Wanted::Approval { revision });
    let level = approval(&second);
    assert_eq!((level.level, level.complete), (2, true));
    assert!(matches!(second.state(), Requisition::Approved(_)));
    assert_eq!(
        second.by(who("adel")).when(approve(ALL)).refused(),
        Refusal::NotWaiting
    );
}

#[test]
fn within_the_limit_one_level_is_enough() {
    let whole = submitted().by(who("omar")).when(approve(ALL));
    assert!(approval(&whole).complete);
    // 1 × 0.35 + 3 × 12.50 = 37.85, which Mona may approve.
    let lowered = [("tablet", 1), ("box", 3)];
    let lowered = submitted().by(who("mona")).when(approve(&lowered));
    assert!(approval(&lowered).complete);
    assert_eq!(approval(&lowered).value.unwrap().to_string(), "37.85 EGP");
}

#[test]
fn the_next_level_has_a_higher_limit() {
    let large = [("box", 1_000)];
    let first = world().when(submit(&large)).by(who("omar"));
    let first = first.when(approve(&large));
    assert!(!approval(&first).complete, "12,500 EGP");
    let lower = first.clone().by(who("mona")).when(approve(&large));
    let (limit, previous) = (egp(100), egp(1_000));
    assert_eq!(lower.refused(), Refusal::LimitNotHigher { limit, previous });
    let higher = first.by(who("adel")).when(approve(&large));
    assert_eq!(
        (approval(&higher).level, approval(&higher).complete),
        (2, false)
    );
    let lowered = [("box", 400)];
    let again = higher.by(who("adel")).when(approve(&lowered));
    assert_eq!(again.refused(), Refusal::ApprovedTwice);
}

#[test]
fn who_submitted_does_not_approve_and_who_has_no_authority_neither() {
    let refused = |given: Given<Requisition>| given.when(approve(ALL)).refused();
    assert_eq!(refused(submitted()), Refusal::OwnRequisition);
    assert_eq!(refused(submitted().by(who("sami"))), Refusal::NoAuthority);
    assert_eq!(refused(submitted().by(who("nobody"))), Refusal::NoAuthority);
    assert_eq!(refused(submitted().by(system())), Refusal::NotAnOfficial);
    assert_eq!(refused(world().by(who("omar"))), Refusal::NotSubmitted);
    let later = submitted().by(who("omar")).on("2027-01-01");
    assert_eq!(refused(later.clone()), Refusal::NoAuthority);
    let dated_back = later.effective(crate::testing::noon("2026-12-31"));
    assert_eq!(refused(dated_back), Refusal::NoAuthority);
    assert!(Requisition::default().judges_actor(&approve(ALL)));
}

#[test]
fn an_approval_lowers_and_names_every_line() {
    let refused =
        |lines: &[(&str, u32)]| submitted().by(who("omar")).when(approve(lines)).refused();
    let item = item_code("box");
    assert_eq!(
        refused(&[("tablet", 200)]),
        Refusal::LineMissing { item: item.clone() }
    );
    assert_eq!(
        refused(&[("tablet", 200), ("box", 4)]),
        Refusal::AboveRequested {
            item: item.clone(),
            requested: 3.into()
        }
    );
    assert_eq!(
        refused(&[("tablet", 200), ("box", 1), ("box", 2)]),
        Refusal::DuplicateLine { item }
    );
    let item = item_code("gauze");
    assert_eq!(refused(&[("gauze", 1)]), Refusal::NotRequested { item });
    assert_eq!(
        refused(&[("tablet", 0), ("box", 0)]),
        Refusal::NothingApproved
    );
    let without_boxes = [("tablet", 200), ("box", 0)];
    let one_line = submitted().by(who("omar")).when(approve(&without_boxes));
    assert_eq!(approval(&one_line).value.unwrap().to_string(), "70.00 EGP");
}

/// A higher level may give back what a lower one took away, up to what is asked for.
#[test]
fn a_higher_level_decides_anew() {
    let lines = [("box", 20)];
    let first = world().when(submit(&lines)).by(who("mona"));
    let first = first.when(approve(&[("box", 10)]));
    assert_eq!(approval(&first).value, Some(egp(125)));
    let second = first.by(who("omar")).when(approve(&lines));
    assert_eq!(approval(&second).value, Some(egp(250)));
    let sheet = second.state().sheet().unwrap();
    assert_eq!(sheet.approved(&item_code("box")), Some(20.into()));
}

/// Gauze has no reference price: whoever approves it, nothing shows that 5,000 rolls are within a limit.
#[test]
fn what_has_no_reference_price_is_not_approved() {
    let gauze = [("gauze", 5_000)];
    let asked = world().when(submit(&gauze));
    let unknown = |items: &[&str]| Refusal::PriceUnknown {
        items: Named(items.iter().copied().map(item_code).collect()),
    };
    for approver in ["mona", "adel"] {
        let refused = asked.clone().by(who(approver)).when(approve(&gauze));
        assert_eq!(refused.refused(), unknown(&["gauze"]));
    }
    let priced = asked.reading(Item::stream(&item_code("gauze")), 1, listed(Some("2 EGP")));
    let first = priced.by(who("mona")).when(approve(&gauze));
    assert_eq!(approval(&first).value, Some(egp(10_000)));
    assert!(!approval(&first).complete);

    let mixed = [("gauze", 5), ("box", 2), ("lint", 1)];
    let asked = world().when(submit(&mixed)).by(who("mona"));
    let refused = asked.clone().when(approve(&mixed)).refused();
    assert_eq!(refused, unknown(&["gauze", "lint"]));
    let text = "these items have no reference price, so the requisition's value is not known: gauze, lint; have their \
                prices set, or approve the others with these at zero";
    assert_eq!(refused.english(), text);
    let boxes_alone = asked.when(approve(&[("gauze", 0), ("box", 2), ("lint", 0)]));
    assert_eq!(approval(&boxes_alone).value, Some(egp(25)));
    assert!(approval(&boxes_alone).complete);
}

#[test]
fn a_refusal_names_ten_items_and_counts_the_rest() {
    let items = |count| Named((1..=count).map(|n| item_code(&format!("I{n}"))).collect());
    assert_eq!(
        items(10).to_string(),
        "I1, I2, I3, I4, I5, I6, I7, I8, I9, I10"
    );
    assert!(items(12).to_string().ends_with("I9, I10 (+2)"));
}

/// History is taken without a value where it has none.
#[test]
fn imported_approvals_need_no_price() {
    let file = Origin::Import {
        file: crate::domain::values::Sha256([7; 32]),
        line: 2,
    };
    let lines = [("gauze", 5), ("box", 2)];
    let asked = world().origin(file).when(submit(&lines));
    let whole = asked.clone().when(approve(&lines));
    let level = approval(&whole);
    assert_eq!(
        (level.value, level.limit, level.complete),
        (None, None, true)
    );
    let boxes_alone = asked.when(approve(&[("gauze", 0), ("box", 2)]));
    assert_eq!(approval(&boxes_alone).value, Some(egp(25)));
}

#[test]
fn reference_prices_in_two_currencies_have_no_sum() {
    let lines = [("box", 1), ("vaccine", 1)];
    let asked = world().when(submit(&lines)).by(who("adel"));
    let item = item_code("vaccine");
    assert_eq!(
        asked.clone().when(approve(&lines)).refused(),
        Refusal::MixedCurrencies { item }
    );
    let boxes_alone = approve(&[("box", 1), ("vaccine", 0)]);
    assert!(asked.clone().when(boxes_alone).accepted());
    let vaccine_alone = approve(&[("box", 0), ("vaccine", 1)]);
    assert_eq!(asked.when(vaccine_alone).refused(), Refusal::NoAuthority);
}

#[test]
fn a_value_that_money_cannot_hold_is_refused() {
    let mut huge = submission(&[("box", 1), ("tablet", 1)]);
    for line in &mut huge.lines {
        line.requested = Quantity::parse("1000000000000").unwrap();
    }
    let mut lines = Vec::new();
    for line in &huge.lines {
        lines.push(ApprovedLine {
            item: line.item.clone(),
            approved: line.requested,
        });
    }
    // 12.5 × 10¹² is held, and so is 0.35 × 10¹².
    let asked = world().when(Command::Submit(huge.clone())).by(who("adel"));
    assert!(asked.when(Command::Approve { lines }).accepted());
    let dear = world().reading(Item::stream(&item_code("box")), 1, listed(Some("99.9 EGP")));
    let lines = vec![
        ApprovedLine {
            item: item_code("box"),
            approved: huge.lines[0].requested,
        },
        ApprovedLine {
            item: item_code("tablet"),
            approved: huge.lines[1].requested,
        },
    ];
    let asked = dear.when(Command::Submit(huge)).by(who("adel"));
    let item = item_code("tablet");
    assert_eq!(
        asked.when(Command::Approve { lines }).refused(),
        Refusal::TooLarge { item }
    );
}
