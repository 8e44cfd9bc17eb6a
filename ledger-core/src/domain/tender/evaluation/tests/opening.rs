//! Shares, secrets and what they open.

use super::*;

fn voided(case: &Case) -> (VoidReason, Vec<String>) {
    let Event::BidVoided(voided) = case.only() else {
        panic!("not void");
    };
    let blamed = voided.blamed.iter().map(ToString::to_string);
    (voided.reason.unwrap(), blamed.collect())
}

fn blamed(case: &Case) -> Vec<String> {
    let Event::BidOpened(opened) = case.only() else {
        panic!("not opened");
    };
    opened.blamed.iter().map(ToString::to_string).collect()
}

fn published(case: Case, members: &[&str], envelope: &str) -> Case {
    members.iter().fold(case, |case, member| {
        case.by(evaluator(member)).when(shares(member, &[envelope]))
    })
}

#[test]
fn shares_come_from_their_members_once_and_for_envelopes_that_count() {
    let by = |member: &str, command| listed().by(evaluator(member)).when(command);
    assert_eq!(
        by("o2", shares("o1", &["nile-t"])).refused(),
        "OTHER_MEMBER"
    );
    assert_eq!(
        by("e1", shares_of("e1", &["nile-t"], None)).refused(),
        "NO_OPENING_KEY"
    );
    assert_eq!(by("o1", shares("o1", &[])).refused(), "SHARE_COUNT");
    let many = vec!["nile-t"; SHARES_MAX + 1];
    assert_eq!(by("o1", shares("o1", &many)).refused(), "SHARE_COUNT");
    let twice = by("o1", shares("o1", &["nile-t", "nile-t"]));
    assert_eq!(twice.refused(), "SHARE_PUBLISHED");
    let once = by("o1", shares("o1", &["nile-t", "delta-t"]));
    assert_eq!(once.wanted, Wanted::Signature);
    let again = once.when(shares("o1", &["misr-t", "nile-t"]));
    assert_eq!(again.refused(), "SHARE_PUBLISHED");
    assert_eq!(
        by("o1", shares("o1", &["e7"])).refused(),
        "ENVELOPE_NOT_LISTED"
    );
    let content = technical(&["A"]);
    let late = receive_all(sealed().sealed("late", "late", &content, notice().closes_at));
    let late = late.when(end_receipts()).by(evaluator("o1"));
    assert_eq!(
        late.when(shares("o1", &["late"])).refused(),
        "ENVELOPE_COUNTS_NOT"
    );
}

#[test]
fn no_price_is_read_before_the_technical_result_nor_of_a_rejected_bid() {
    let o1 = |case: Case, envelope| case.by(evaluator("o1")).when(shares("o1", &[envelope]));
    for case in [received(), listed(), technically_opened(), scored()] {
        assert_eq!(o1(case.clone(), "nile-f").refused(), "NOT_AT_THIS_STAGE");
        assert_eq!(case.when(open("nile-f")).refused(), "NOT_AT_THIS_STAGE");
    }
    assert_eq!(o1(accepted(), "misr-f").refused(), "BID_REJECTED");
    assert_eq!(o1(accepted(), "nile-f").last().len(), 1);
    // Rejected later, its price stays sealed; when nothing is left to open, awarding begins.
    let ground = DisqualificationGround::FalseStatement;
    let rejected = opened(accepted(), &["nile-f"])
        .by(evaluator("e1"))
        .when(reject("delta", None, ground));
    assert_eq!(rejected.state.stage(), Stage::Awarding);
    assert_eq!(o1(rejected, "delta-f").refused(), "NOT_AT_THIS_STAGE");
}

#[test]
fn any_two_good_shares_open_the_same_and_bad_ones_are_blamed() {
    let [first, second] = [["o1", "o2"], ["o2", "o3"]]
        .map(|members| published(listed(), &members, "nile-t").when(open("nile-t")));
    assert_eq!(first.only(), second.only());
    assert_eq!(blamed(&first), Vec::<String>::new());
    for bad in [Some([9; 32]), None] {
        let lied = listed()
            .by(evaluator("o1"))
            .when(shares_of("o1", &["nile-t"], bad));
        let one = published(lied, &["o2"], "nile-t").when(open("nile-t"));
        assert_eq!(one.refused(), "SHARES_MISSING");
        let two = published(one, &["o3"], "nile-t").when(open("nile-t"));
        assert_eq!(blamed(&two), ["o1"]);
        assert_eq!(two.when(open("nile-t")).refused(), "ENVELOPE_OPENED");
    }
}

#[test]
fn what_was_dealt_badly_or_is_no_bid_is_void() {
    let open_it = |case: Case| published(case, &["o1", "o2"], "nile-t").when(open("nile-t"));
    let bad = open_it(listed().change("nile-t", |it| it.bad_deal = true));
    assert_eq!(voided(&bad), (VoidReason::BadDeal, Vec::new()));
    let unreadable = open_it(listed().change("nile-t", |it| it.content = b"hello".into()));
    assert_eq!(voided(&unreadable).0, VoidReason::Unreadable);
    for lots in [&[][..], &["C"], &["A", "A"]] {
        let content = serde_json::to_vec(&technical(lots)).unwrap();
        let unfitting = open_it(listed().change("nile-t", |it| it.content = content));
        assert_eq!(voided(&unfitting).0, VoidReason::Unfitting, "{lots:?}");
    }
}

#[test]
fn a_financial_bid_fits_the_tender() {
    let judged = |content: &BidContent| {
        let bytes = serde_json::to_vec(content).unwrap();
        let case = accepted().change("nile-f", |it| it.content = bytes);
        let case = published(case, &["o1", "o2"], "nile-f").when(open("nile-f"));
        if let Event::BidOpened(_) = case.only() {
            None
        } else {
            Some(voided(&case).0)
        }
    };
    let line = ("B", 1, 10, "40");
    assert_eq!(judged(&financial(&[line], &[("B", "400")])), None);
    assert_eq!(
        judged(&financial(&[("B", 1, 10, "0")], &[("B", "0")])),
        None
    );
    let unfitting = [
        financial(&[], &[]),
        financial(&[line], &[]),
        financial(&[line], &[("B", "400"), ("A", "1")]),
        financial(&[line], &[("B", "400"), ("B", "400")]),
        financial(&[line, line], &[("B", "400")]),
        financial(&[("B", 0, 10, "40")], &[("B", "400")]),
        financial(&[("B", 2, 10, "40")], &[("B", "400")]),
        financial(&[("C", 1, 10, "40")], &[("C", "400")]),
        financial(&[("B", 1, 0, "40")], &[("B", "0")]),
        financial(&[("B", 1, 11, "40")], &[("B", "440")]),
    ];
    for content in &unfitting {
        assert_eq!(judged(content), Some(VoidReason::Unfitting), "{content:?}");
    }
    let BidContent::Financial(mut dollars) = financial(&[line], &[("B", "400")]) else {
        panic!("not financial");
    };
    let dollar = Currency::new("USD").unwrap();
    dollars.prices[0].unit_price = UnitPrice::new(40.into(), dollar).unwrap();
    let dollars = BidContent::Financial(dollars);
    assert_eq!(judged(&dollars), Some(VoidReason::Unfitting));
}

#[test]
fn sums_beyond_money_are_unfitting_and_do_not_overflow() {
    let mut notice = notice();
    let huge = Quantity::new(1_000_000_000_000_i64.into()).unwrap();
    notice.lots[1].lines[0].quantity = huge;
    let price = UnitPrice::new("9999999999".parse().unwrap(), pounds()).unwrap();
    let bid = FinancialBid {
        prices: vec![LinePrice {
            lot: id("B"),
            line: 1,
            quantity: huge,
            unit_price: price,
        }],
        totals: vec![LotTotal {
            lot: id("B"),
            total: egp("1"),
        }],
    };
    assert_eq!(fitting::offers(&notice, &bid), None);
}

#[test]
fn a_bidder_shows_the_secret_where_the_committee_does_not_open() {
    let nile = || listed().by(supplier("nile"));
    let by_delta = listed()
        .by(supplier("delta"))
        .when(reveal("nile-t", SECRET));
    assert_eq!(by_delta.refused(), "OTHER_BIDDER");
    assert_eq!(
        nile().when(reveal("nile-t", [1; 32])).refused(),
        "OTHER_SECRET"
    );
    let needless = published(listed(), &["o1", "o2"], "nile-t").by(supplier("nile"));
    assert_eq!(
        needless.when(reveal("nile-t", SECRET)).refused(),
        "SHARES_SUFFICE"
    );
    let shown = nile().when(reveal("nile-t", SECRET));
    assert_eq!(
        shown.clone().when(reveal("nile-t", SECRET)).refused(),
        "SHARES_SUFFICE"
    );
    assert_eq!(blamed(&shown.when(open("nile-t"))), Vec::<String>::new());
}

/// Shares came on Tuesday the 20th: three whole days for the rest, until midnight after the 23rd.
#[test]
fn what_nobody_opens_is_void_when_the_days_are_over_and_not_before() {
    let case = published(listed(), &["o1"], "nile-t").by(samir());
    let late = case.clone().on("01-23").when(open("nile-t"));
    let Err(Refusal::Bid(BidRefusal::SharesMissing {
        good,
        needed,
        until,
    })) = late.outcome
    else {
        panic!("not missing");
    };
    assert_eq!((good, needed, until), (1, 2, midnight("01-24")));
    let over = case.clone().on("01-24").when(open("nile-t"));
    assert_eq!(voided(&over), (VoidReason::NotOpened, Vec::new()));
    // A rival does not void it, and until somebody does the secret still opens it.
    let rival = case.clone().on("01-25").by(supplier("delta"));
    assert_eq!(rival.when(open("nile-t")).refused(), "OFFICIAL_ONLY");
    let saved = case
        .on("01-25")
        .by(supplier("nile"))
        .when(reveal("nile-t", SECRET));
    assert_eq!(blamed(&saved.when(open("nile-t"))), Vec::<String>::new());
}

#[test]
fn the_days_begin_again_while_the_committee_works_and_after_a_complaint() {
    let at_work = listed().on("01-24").by(evaluator("o1"));
    let at_work = at_work.when(shares("o1", &["delta-t"])).by(samir());
    let early = at_work.clone().on("01-27").when(open("nile-t"));
    assert_eq!(early.refused(), "SHARES_MISSING");
    assert!(at_work.on("01-28").when(open("nile-t")).accepted());

    let disputed = accepted()
        .by(supplier("misr"))
        .when(complain("C1", Against::TechnicalResult));
    let settled = [
        disputed.clone().on("02-10").when(withdraw("C1")),
        disputed
            .on("02-10")
            .by(judge())
            .when(rule("C1", ComplaintOutcome::Declined)),
    ];
    for case in settled {
        let case = case.by(samir());
        let early = case.clone().on("02-13").when(open("nile-f"));
        assert_eq!(early.refused(), "SHARES_MISSING");
        assert!(case.on("02-14").when(open("nile-f")).accepted());
    }
}

#[test]
fn nothing_is_opened_while_a_complaint_could_undo_what_it_rests_on() {
    let mut notice = notice();
    let Command::Complain(complaint) = complain("C0", Against::Documents) else {
        panic!("no complaint");
    };
    let by = ActorId::Organization(id("somebody"));
    notice.complaints.filed(&complaint, &by, 0).unwrap();
    let case = Case {
        state: Case::of(notice).state,
        ..sealed()
    };
    let case = receive_all(case).when(end_receipts());
    let shares_now =
        |case: Case, envelope| case.by(evaluator("o1")).when(shares("o1", &[envelope]));
    assert_eq!(shares_now(case.clone(), "nile-t").refused(), "DISPUTED");
    let ruled = |outcome| case.clone().by(judge()).when(rule("C0", outcome));
    assert!(shares_now(ruled(ComplaintOutcome::Declined), "nile-t").accepted());
    assert_eq!(
        shares_now(ruled(ComplaintOutcome::Upheld), "nile-t").refused(),
        "DISPUTED"
    );

    let pending = accepted()
        .by(supplier("misr"))
        .when(complain("C1", Against::TechnicalResult));
    assert_eq!(shares_now(pending.clone(), "nile-f").refused(), "DISPUTED");
    let withdrawn = pending.when(withdraw("C1"));
    assert!(shares_now(withdrawn, "nile-f").accepted());
}

#[test]
fn events_out_of_turn_are_impossible() {
    let opened = technically_opened();
    assert!(!opened.possible(opened.only()));
    assert!(!received().possible(opened.only()));
    let price = opened_price();
    assert!(!scored().possible(&price));
    assert!(accepted().possible(&price));
}

fn opened_price() -> Event {
    opened(accepted(), &["nile-f"]).only().clone()
}
