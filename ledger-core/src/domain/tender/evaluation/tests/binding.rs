//! The second edition of the rules at the award: bids that bind, securities that stand, limits that count all lots.

use super::*;
use crate::aggregate::Aggregate as _;
use crate::domain::ruleset::Ruleset;
use crate::domain::security::{self, Purpose, Received, Release, Security, Verification};
use crate::domain::tender::Tender;

/// The worked example under the second edition of the rules, with the technical bids naming securities `S-…`, received and
/// verified: of the last day given and so many pounds.
fn secured(until: &str, amount: &str) -> Case {
    held(priced_with(true), until, amount).when(correct("nile", "A"))
}

fn priced_with(securities: bool) -> Case {
    let named = |bidder: &str, lots: &[&str]| {
        let BidContent::Technical(bid) = technical(lots) else {
            panic!("not technical");
        };
        let security = securities.then(|| id(&format!("S-{bidder}")));
        BidContent::Technical(TechnicalBid { security, ..bid })
    };
    let nile = financial(
        &[("A", 1, 100, "7.5"), ("A", 2, 50, "10"), ("B", 1, 10, "40")],
        &[("A", "1260"), ("B", "400")],
    );
    let delta = financial(
        &[("A", 1, 100, "6"), ("A", 2, 50, "8"), ("B", 1, 10, "50")],
        &[("A", "1000"), ("B", "500")],
    );
    let case = Case::of(notice())
        .sealed("nile-t", "nile", &named("nile", &["A", "B"]), hour(1))
        .sealed("nile-f", "nile", &nile, hour(2))
        .sealed("delta-t", "delta", &named("delta", &["A", "B"]), hour(3))
        .sealed("delta-f", "delta", &delta, hour(4));
    let listed = receive_all(case).when(end_receipts());
    let read = opened(listed, &["delta-t", "nile-t"])
        .on("01-22")
        .by(evaluator("e1"))
        .when(score("nile", "80"))
        .when(score("delta", "90"))
        .when(technical_result("M1"));
    opened(read, &["delta-f", "nile-f"])
        .by(evaluator("e1"))
        .second_edition()
}

fn held(case: Case, until: &str, amount: &str) -> Case {
    let with = |case: Case, bidder: &str| {
        let received = received_of(bidder, until, amount);
        case.security(&format!("S-{bidder}"), verified(received).state().clone())
    };
    with(with(case, "nile"), "delta")
}

fn received_of(bidder: &str, until: &str, amount: &str) -> Received {
    Received {
        purpose: Purpose::Bid(id("T-1")),
        principal: id(bidder),
        beneficiary: id("ministry"),
        issuer: names("Bank"),
        number: id("LG-1"),
        amount: egp(amount),
        valid_until: Date::parse(&format!("2026-{until}")).unwrap(),
        document: None,
    }
}

fn verified(received: Received) -> crate::testing::Given<Security> {
    crate::testing::Given::nothing()
        .event(security::Event::SecurityReceived(received))
        .by(samir())
        .event(security::Event::SecurityVerified(Verification {
            reference: id("SWIFT"),
        }))
}

/// Closed at midnight before 20 January, so on the 19th; 90 days later is 19 April.
#[test]
fn a_bid_is_awarded_while_it_binds() {
    let bound = secured("12-31", "100")
        .on("04-19")
        .when(propose("A", "delta"));
    assert!(bound.accepted());
    let proposal = bound.facts.next_revision - 1;
    let late = bound.clone().on("04-20");
    assert_eq!(
        late.clone()
            .by(adel())
            .when(approve("A", proposal))
            .refused(),
        "BID_LAPSED"
    );
    assert_eq!(late.when(propose("A", "delta")).refused(), "BID_LAPSED");
    assert!(
        bound
            .clone()
            .by(adel())
            .when(approve("A", proposal))
            .accepted()
    );
    // Extended in time it binds through its new last day.
    let extended = bound
        .by(supplier("delta"))
        .when(extend_validity("delta", "05-31"));
    assert!(extended.accepted());
    let approval = |day| {
        extended
            .clone()
            .on(day)
            .by(adel())
            .when(approve("A", proposal))
    };
    assert!(approval("05-31").accepted());
    assert_eq!(approval("06-01").refused(), "BID_LAPSED");
    // Under the first edition nobody asked.
    let first = corrected().on("12-01").when(propose("A", "delta"));
    assert!(first.accepted());
}

#[test]
fn a_bid_is_extended_by_its_bidder_and_before_it_lapses() {
    let case = || secured("12-31", "100").on("04-01").by(supplier("delta"));
    assert_eq!(
        case().when(extend_validity("nile", "05-31")).refused(),
        "NOT_OWN_BID"
    );
    assert_eq!(
        case().when(extend_validity("delta", "04-19")).refused(),
        "BID_VALIDITY"
    );
    assert_eq!(
        case()
            .on("04-20")
            .when(extend_validity("delta", "05-31"))
            .refused(),
        "BID_LAPSED"
    );
    let stranger = case()
        .by(supplier("misr"))
        .when(extend_validity("misr", "05-31"));
    assert_eq!(stranger.refused(), "NO_BID");
    let once = case().when(extend_validity("delta", "05-31"));
    assert_eq!(
        once.clone()
            .when(extend_validity("delta", "05-31"))
            .refused(),
        "BID_VALIDITY"
    );
    let back = ValidityExtension {
        bidder: id("delta"),
        until: Date::parse("2026-05-01").unwrap(),
    };
    assert!(!once.possible(&Event::ValidityExtended(back)));
    let early = received()
        .by(supplier("delta"))
        .when(extend_validity("delta", "05-31"));
    assert_eq!(early.refused(), "NOT_AT_THIS_STAGE");
}

#[test]
fn a_lapsed_bid_is_rejected_on_that_ground_and_no_other_is() {
    let lapsed = |day| {
        let case = secured("12-31", "100").on(day);
        case.when(reject("delta", None, DisqualificationGround::Lapsed))
    };
    assert_eq!(lapsed("04-19").refused(), "NO_GROUND");
    assert!(lapsed("04-20").accepted());
}

/// Delta offers 1,500.00 for both lots: 2 % are 30.00.
#[test]
fn a_security_stands_that_the_terms_ask_for() {
    let proposed = |case: Case| case.when(propose("A", "delta"));
    assert!(proposed(secured("04-19", "30")).accepted());
    assert_eq!(
        proposed(secured("04-19", "29.99")).refused(),
        "SECURITY_TOO_LOW"
    );
    assert_eq!(
        proposed(secured("01-21", "30")).refused(),
        "SECURITY_NOT_HELD"
    );
    let none = priced_with(false).when(correct("nile", "A"));
    assert_eq!(proposed(none).refused(), "NO_SECURITY");
    let of = |change: fn(&mut Received)| {
        let mut received = received_of("delta", "04-19", "30");
        change(&mut received);
        let state = verified(received).state().clone();
        proposed(secured("04-19", "30").security("S-delta", state))
    };
    assert!(of(|_| {}).accepted());
    assert_eq!(
        of(|it| it.principal = id("nile")).refused(),
        "SECURITY_NOT_HELD"
    );
    let other = of(|it| it.purpose = Purpose::Bid(id("T-2")));
    assert_eq!(other.refused(), "SECURITY_NOT_HELD");
    let unverified = crate::testing::Given::<Security>::nothing().event(
        security::Event::SecurityReceived(received_of("delta", "04-19", "30")),
    );
    let unverified = secured("04-19", "30").security("S-delta", unverified.state().clone());
    assert_eq!(proposed(unverified).refused(), "SECURITY_NOT_HELD");
}

/// Between the proposal and its approval a security is given back.
#[test]
fn a_released_security_stops_the_approval() {
    let proposed = secured("04-19", "30").when(propose("A", "delta"));
    let proposal = proposed.facts.next_revision - 1;
    let released = verified(received_of("delta", "04-19", "30")).event(
        security::Event::SecurityReleased(Release {
            reason: text("given back"),
        }),
    );
    let released = proposed.security("S-delta", released.state().clone());
    let refused = released.by(adel()).when(approve("A", proposal));
    assert_eq!(refused.refused(), "SECURITY_NOT_HELD");
}

/// What is read is what the rules in force ask for, so that older decisions still name all that they must.
#[test]
fn securities_are_read_under_the_second_edition() {
    let case = secured("04-19", "30");
    let reads = |case: &Case| {
        case.state
            .reads_under(&case.facts.readings, &propose("A", "delta"))
    };
    assert_eq!(reads(&case), [Security::stream(&id("S-delta"))]);
    let first = case.ruled(ProcurementRules::default());
    assert!(reads(&first).is_empty());
}

/// Delta's 1,000.00 and Nile's 400.00 are each within 1,200.00, and not both.
#[test]
fn a_limit_counts_all_that_the_tender_awards() {
    let proposed = |case: Case| {
        let case = case.when(propose("A", "delta")).when(propose("B", "nile"));
        let first = case.facts.next_revision - 2;
        let first_lot = case
            .limit("adel", "1200")
            .by(adel())
            .when(approve("A", first));
        assert!(first_lot.accepted());
        (first_lot, first + 1)
    };
    let (case, second) = proposed(secured("04-19", "40"));
    assert_eq!(
        case.clone().when(approve("B", second)).refused(),
        "AWARD_ABOVE_LIMIT"
    );
    assert!(
        case.limit("adel", "1400")
            .when(approve("B", second))
            .accepted()
    );
    let (case, second) = proposed(corrected());
    assert!(
        case.when(approve("B", second)).accepted(),
        "the first edition"
    );
}

/// Delta's security of 30.00 stands, and one of 29.99 does not cover its bid.
#[test]
fn a_bid_is_rejected_for_its_security_where_that_does_not_stand() {
    let by_minutes = || reject_by("M3", "delta", DisqualificationGround::Security);
    let rejected = |case: Case| case.third_edition().when(by_minutes());
    assert_eq!(rejected(secured("04-19", "30")).refused(), "NO_GROUND");
    assert!(rejected(secured("04-19", "29.99")).accepted());
    assert!(rejected(secured("01-21", "30")).accepted());
    assert!(rejected(priced_with(false)).accepted());
    let second = secured("04-19", "30").when(by_minutes());
    assert!(second.accepted(), "under the second edition");

    let case = secured("04-19", "30").third_edition();
    let reads = |case: &Case, command| case.state.reads_under(&case.facts.readings, &command);
    let stream = Security::stream(&id("S-delta"));
    assert_eq!(reads(&case, by_minutes()), [stream]);
    let other = reject_by("M3", "delta", DisqualificationGround::FalseStatement);
    assert!(reads(&case, other).is_empty());
    assert!(reads(&case.second_edition(), by_minutes()).is_empty());
}

/// Delta's and Nile's bids name `S-delta` and `S-nile`.
#[test]
fn a_security_is_free_once_its_bid_is_out_or_has_lost() {
    let rests = |case: &Case, security: &str, bidder: &str| {
        case.state.rests_on(&id(security), &id(bidder), &case.facts)
    };
    let case = secured("12-31", "100").third_edition();
    assert!(rests(&case, "S-delta", "delta"));
    assert!(!rests(&case, "S-other", "delta"), "the bid names another");
    assert!(rests(&listed(), "S-other", "delta"), "it is sealed");
    assert!(!rests(&case, "S-misr", "misr"), "no bid");
    let lapsed = case.clone().on("04-20");
    assert!(!rests(&lapsed, "S-delta", "delta"));
    let withdrawn = case.clone().by(supplier("delta")).when(reject(
        "delta",
        None,
        DisqualificationGround::WithdrawnAfterOpening,
    ));
    assert!(!rests(&withdrawn, "S-delta", "delta"));
    assert!(rests(&withdrawn, "S-nile", "nile"));

    let final_ = final_();
    for bidder in ["delta", "nile"] {
        assert!(
            !final_.state.may_win(&id(bidder), &final_.facts),
            "{bidder}"
        );
    }
    let mut won = final_;
    let nile: OrganizationId = id("nile");
    won.state.bids.get_mut(&nile).unwrap().security = Some(id("S-nile"));
    assert!(rests(&won, "S-nile", "nile"));
    let out = reject_by("M5", "nile", DisqualificationGround::FalseStatement);
    let fallen = won.by(adel()).when(cancel_award("B"));
    assert!(rests(&fallen, "S-nile", "nile"), "it may win again");
    let rejected = fallen.by(evaluator("e1")).when(out);
    assert!(!rests(&rejected, "S-nile", "nile"));
}

/// What the aggregate of securities makes of it.
#[test]
fn a_security_of_a_bid_that_stands_is_neither_released_nor_called() {
    let case = secured("12-31", "100").third_edition();
    let third = ProcurementRules {
        edition: Some(3),
        ..ProcurementRules::default()
    };
    let released = |case: &Case| {
        let tender = Tender::Evaluation(Box::new(case.state.clone()));
        verified(received_of("delta", "12-31", "100"))
            .stream(Security::stream(&id("S-delta")))
            .on("2026-01-22")
            .reading(Tender::stream(&id("T-1")), 9, tender)
            .reading(Ruleset::national(), 1, records::ruleset([third.clone()]))
    };
    let release = || {
        security::Command::Release(Release {
            reason: text("given back"),
        })
    };
    let call = || {
        security::Command::Call(security::Call {
            amount: egp("100"),
            reason: text("it withdrew"),
            decision: Some(id("D-7")),
        })
    };
    let stands = || security::Refusal::BidStands {
        bidder: id("delta"),
    };
    assert_eq!(released(&case).when(release()).refused(), stands());
    assert_eq!(released(&case).when(call()).refused(), stands());
    let past = released(&case).on("2027-01-01").when(release());
    assert!(past.accepted(), "its last day is over");
    let withdrawn = case.clone().by(supplier("delta")).when(reject(
        "delta",
        None,
        DisqualificationGround::WithdrawnAfterOpening,
    ));
    assert!(released(&withdrawn).when(release()).accepted());
    assert!(released(&withdrawn).when(call()).accepted());
    let held = released(&case);
    let readings = held.facts().readings.clone();
    assert_eq!(
        held.state().reads_under(&readings, &release()),
        [Tender::stream(&id("T-1"))]
    );
}

/// From the fourth edition on: a decision that the tender holds against the bidder, or its own doing.
#[test]
fn a_call_cites_what_the_tender_decided() {
    let called = |case: &Case, edition: u8, decision: &str| {
        let rules = ProcurementRules {
            edition: Some(edition),
            ..ProcurementRules::default()
        };
        let mut state = case.state.clone();
        state.notice.published_under = Some(1);
        let tender = Tender::Evaluation(Box::new(state));
        let call = security::Command::Call(security::Call {
            amount: egp("100"),
            reason: text("as decided"),
            decision: Some(id(decision)),
        });
        let given = verified(received_of("delta", "12-31", "100"))
            .stream(Security::stream(&id("S-delta")))
            .on("2026-01-22")
            .reading(Tender::stream(&id("T-1")), 9, tender)
            .reading(Ruleset::national(), 1, records::ruleset([rules]));
        given.when(call)
    };
    let ground = DisqualificationGround::FalseStatement;
    let case = corrected().third_edition().by(evaluator("e1"));
    let rejected = case.clone().when(reject_by("M4", "delta", ground));
    assert!(rejected.accepted());
    assert!(called(&rejected, 4, "M4").accepted());
    assert!(called(&rejected, 3, "D-7").accepted());
    let unfounded = security::Refusal::CallUnfounded {
        decision: id("D-7"),
        bidder: id("delta"),
    };
    assert_eq!(called(&rejected, 4, "D-7").refused(), unfounded);
    let withdrawn = DisqualificationGround::WithdrawnAfterOpening;
    let withdrawn = case
        .by(supplier("delta"))
        .when(reject("delta", None, withdrawn));
    assert!(called(&withdrawn, 4, "D-7").accepted());
}
