//! Approval by levels.

use super::*;

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

#[test]
fn without_a_reference_price_some_authority_is_needed() {
    let gauze = [("gauze", 5_000)];
    let asked = world().when(submit(&gauze));
    let refused = asked.clone().by(who("sami")).when(approve(&gauze));
    assert_eq!(refused.refused(), Refusal::NoAuthority);
    let approved = asked.by(who("mona")).when(approve(&gauze));
    let level = approval(&approved);
    assert_eq!(
        (level.value, level.limit, level.complete),
        (None, None, true)
    );
    let mixed = [("gauze", 5), ("box", 2)];
    let partly = world().when(submit(&mixed)).by(who("mona"));
    let partly = partly.when(approve(&mixed));
    assert_eq!(approval(&partly).value, Some(egp(25)));
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
