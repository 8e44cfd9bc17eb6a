//! What may happen between publication and closing.

use super::*;
use crate::domain::tender::bidding::QUESTIONS_MAX;

fn code(given: &Given<Tender>) -> &'static str {
    given.refused().code()
}

fn closes_at(given: &Given<Tender>) -> Timestamp {
    given.state().notice().unwrap().closes_at
}

#[test]
fn questions_are_asked_in_time_and_answered_once() {
    let asked = published().by(somebody()).when(question("Q1"));
    assert_eq!(asked.wanted(), Wanted::Own(pseudonym()));
    let named = published().by(officer("huda")).when(question("Q1"));
    let key = pseudonym().id();
    assert_eq!(named.refused(), Refusal::NotUnderKey { key });
    assert_eq!(
        code(&asked.clone().when(question("Q1"))),
        "TENDER_QUESTION_TWICE"
    );
    let late = asked.clone().at(time("01-07 00:00")).when(question("Q2"));
    let until = time("01-07 00:00");
    assert_eq!(late.refused(), Refusal::EnquiriesOver { until });
    assert_eq!(
        code(&asked.clone().when(answer("Q1"))),
        "TENDER_NOT_AN_OFFICIAL"
    );
    let answered = asked.by(officer("huda")).when(answer("Q1"));
    assert!(answered.accepted());
    assert_eq!(
        code(&answered.clone().when(answer("Q1"))),
        "TENDER_QUESTION_NOT_OPEN"
    );
    assert_eq!(
        code(&answered.when(answer("Q9"))),
        "TENDER_QUESTION_NOT_OPEN"
    );
}

/// On the 12th the deadline of the 17th is four whole days ahead, on the 13th it is not.
#[test]
fn an_amendment_leaves_time_and_says_before_and_after() {
    let amended = published()
        .at(time("01-12 18:00"))
        .when(amendment(700, "01-17 00:00"));
    let [Event::TenderAmended(stored)] = amended.last() else {
        panic!("{:?}", amended.last());
    };
    let change = Change::Lot {
        lot: id("L2"),
        before: gauze().lines,
        after: vec![line("gauze", 700)],
    };
    assert_eq!((stored.number, &stored.change), (Some(1), &change));
    let notice = amended.state().notice().unwrap();
    assert_eq!(notice.amended_at, [time("01-12 18:00")]);
    assert_eq!(notice.lot(&id("L2")).unwrap().lines, [line("gauze", 700)]);
    assert_eq!(
        code(&amended.clone().when(amendment(700, "01-17 00:00"))),
        "TENDER_NOTHING_CHANGES"
    );
    let next_day = amended.at(time("01-13 00:00"));
    let earliest = time("01-18 00:00");
    let short = next_day.clone().when(amendment(800, "01-17 00:00"));
    assert_eq!(short.refused(), Refusal::DeadlineTooEarly { earliest });
    let moved = next_day.when(amendment(800, "01-18 00:00"));
    assert_eq!(closes_at(&moved), earliest);
}

#[test]
fn amendments_change_documents_and_known_lots_before_the_deadline() {
    let documents = |after| {
        Command::Amend(Amendment {
            number: None,
            reason: text("a drawing was missing"),
            change: Change::Documents {
                before: Vec::new(),
                after,
            },
            closes_at: time("01-20 00:00"),
        })
    };
    let given = published();
    let same = given.clone().when(documents(vec![document(1)]));
    assert_eq!(same.refused(), Refusal::NothingChanges);
    let more = given
        .clone()
        .when(documents(vec![document(1), document(2)]));
    let notice = more.state().notice().unwrap();
    assert_eq!(notice.draft.documents, [document(1), document(2)]);
    let earlier = given.clone().when(amendment(700, "01-16 00:00"));
    assert_eq!(code(&earlier), "TENDER_DEADLINE_NOT_LATER");
    let late = given
        .at(time("01-17 00:00"))
        .when(amendment(700, "01-30 00:00"));
    assert_eq!(code(&late), "TENDER_DEADLINE_PASSED");
}

#[test]
fn a_deadline_moves_forward_only_and_before_it_has_passed() {
    let given = published();
    let extended = given.clone().when(extension("01-20 00:00", "01-08 00:00"));
    assert_eq!(closes_at(&extended), time("01-20 00:00"));
    let asked = extended
        .clone()
        .at(time("01-07 12:00"))
        .by(somebody())
        .when(question("Q1"));
    assert!(asked.accepted(), "{:?}", asked.outcome());
    assert_eq!(
        code(&extended.when(extension("01-20 00:00", "01-08 00:00"))),
        "TENDER_DEADLINE_NOT_LATER"
    );
    let shorter = given.clone().when(extension("01-20 00:00", "01-06 00:00"));
    assert_eq!(code(&shorter), "TENDER_ENQUIRIES_UNTIL");
    let late = given
        .at(time("01-17 00:00"))
        .when(extension("01-20 00:00", "01-08 00:00"));
    assert_eq!(code(&late), "TENDER_DEADLINE_PASSED");
}

/// Two hours and the allowance of one.
#[test]
fn an_outage_moves_the_deadline_by_its_length_and_the_allowance() {
    let given = published().by(administrator()).at(time("01-15 12:00"));
    let moved = given.clone().when(outage("01-15 09:00", "01-15 11:00"));
    assert_eq!(closes_at(&moved), time("01-17 03:00"));
    let overlapping = moved.clone().when(outage("01-15 10:00", "01-15 11:30"));
    assert_eq!(overlapping.refused(), Refusal::OutageTwice);
    let next = moved.when(outage("01-15 11:00", "01-15 11:30"));
    assert_eq!(closes_at(&next), time("01-17 04:30"));
    for (from, until) in [
        ("01-15 11:00", "01-15 09:00"),
        ("01-15 11:00", "01-15 13:00"),
        ("01-01 11:00", "01-01 13:00"),
    ] {
        assert_eq!(
            given.clone().when(outage(from, until)).refused(),
            Refusal::Outage
        );
    }
    let officer = given
        .by(officer("huda"))
        .when(outage("01-15 09:00", "01-15 11:00"));
    assert_eq!(officer.refused(), Refusal::NotAdministrator);
}

/// Away from 23:00 to 1:00 around the deadline: bids are taken until 3:00, if that is recorded by then.
#[test]
fn an_outage_over_the_deadline_is_recorded_after_it() {
    let given = published().by(administrator());
    let cut = || outage("01-16 23:00", "01-17 01:00");
    let recorded = given.clone().at(time("01-17 02:59")).when(cut());
    assert_eq!(closes_at(&recorded), time("01-17 03:00"));
    let early = recorded.clone().by(system()).when(Command::Close);
    assert_eq!(code(&early), "TENDER_DEADLINE_AHEAD");
    let moved = time("01-17 03:00");
    let late = given.at(moved).when(cut());
    assert_eq!(late.refused(), Refusal::OutageTooLate { moved });
    assert_eq!(
        code(&closed().by(administrator()).when(cut())),
        "TENDER_BIDDING_CLOSED"
    );
}

#[test]
fn complaints_about_documents_come_before_the_deadline_under_a_key() {
    let given = published().by(somebody());
    let filed = given.clone().when(complaint("C1", Against::Documents));
    assert!(filed.accepted());
    let twice = filed.clone().when(complaint("C1", Against::Documents));
    assert_eq!(code(&twice), "TENDER_COMPLAINT_TWICE");
    let award = given
        .clone()
        .when(complaint("C2", Against::Award(id("L1"))));
    assert_eq!(award.refused(), Refusal::ComplaintEarly);
    let late = given
        .clone()
        .at(time("01-17 00:00"))
        .when(complaint("C2", Against::Documents));
    assert_eq!(code(&late), "TENDER_DEADLINE_PASSED");
    let named = Command::Complain(Complaint {
        id: id("C2"),
        against: Against::Documents,
        grounds: text("the documents name a brand"),
        documents: Vec::new(),
        key: None,
    });
    assert_eq!(given.when(named).refused(), Refusal::ComplaintKey);
}

#[test]
fn complaints_are_decided_by_a_review_body_that_had_no_part() {
    let declined = || ruling("C1", ComplaintOutcome::Declined);
    let filed = published()
        .by(somebody())
        .when(complaint("C1", Against::Documents));
    let by = |id: &str, role| filed.clone().by(actor(id, role)).when(declined());
    assert_eq!(by("judge", Role::Auditor).refused(), Refusal::NotReviewBody);
    assert_eq!(by("huda", Role::ReviewBody).refused(), Refusal::OwnTender);
    assert_eq!(by("omar", Role::ReviewBody).refused(), Refusal::OwnTender);
    let decided = by("judge", Role::ReviewBody);
    assert_eq!(decided.wanted(), Wanted::Signature);
    assert_eq!(
        code(&decided.when(declined())),
        "TENDER_COMPLAINT_NOT_PENDING"
    );
    let other = filed.clone().by(officer("huda")).when(withdrawal("C1"));
    assert_eq!(other.refused(), Refusal::ComplaintOfAnother);
    let withdrawn = filed.when(withdrawal("C1"));
    assert_eq!(withdrawn.wanted(), Wanted::Own(pseudonym()));
    assert_eq!(
        code(&withdrawn.when(withdrawal("C1"))),
        "TENDER_COMPLAINT_NOT_PENDING"
    );
}

#[test]
fn bidding_closes_at_the_deadline_and_not_over_complaints() {
    let close =
        |given: Given<Tender>, at: &str| given.by(system()).at(time(at)).when(Command::Close);
    let early = close(published(), "01-16 23:59");
    assert_eq!(code(&early), "TENDER_DEADLINE_AHEAD");
    let supplier = published()
        .by(somebody())
        .at(time("01-17 00:00"))
        .when(Command::Close);
    assert_eq!(supplier.refused(), Refusal::NotACloser);
    let closed_at = time("01-17 00:00");
    let closed = close(published(), "01-17 09:00");
    assert_eq!(closed.last(), [Event::BiddingClosed(Closing { closed_at })]);
    let filed = published()
        .by(somebody())
        .when(complaint("C1", Against::Documents));
    let complaint = || id("C1");
    let pending = close(filed.clone(), "01-17 00:00").refused();
    assert_eq!(
        pending,
        Refusal::ComplaintPending {
            complaint: complaint()
        }
    );
    let decided = |outcome| {
        filed
            .clone()
            .by(judge())
            .at(time("01-18 12:00"))
            .when(ruling("C1", outcome))
    };
    for outcome in [ComplaintOutcome::Invalid, ComplaintOutcome::Declined] {
        assert!(close(decided(outcome), "01-18 12:00").accepted());
    }
    assert!(close(filed.clone().when(withdrawal("C1")), "01-17 00:00").accepted());
    let upheld = decided(ComplaintOutcome::Upheld);
    let refused = close(upheld.clone(), "01-18 12:00").refused();
    assert_eq!(
        refused,
        Refusal::ComplaintUpheld {
            complaint: complaint()
        }
    );
    // Mended after the deadline: bidding goes on until a later one.
    let mended = upheld
        .by(officer("huda"))
        .when(amendment(700, "01-23 00:00"));
    assert!(mended.accepted(), "{:?}", mended.outcome());
    assert_eq!(
        code(&close(mended.clone(), "01-22 12:00")),
        "TENDER_DEADLINE_AHEAD"
    );
    assert!(close(mended, "01-23 00:00").accepted());
}

/// A question decided in time and recorded late is late: the store is told the last stamp.
#[test]
fn what_comes_before_an_instant_is_recorded_before_it() {
    let given = published();
    let Tender::Bidding(bidding) = given.state() else {
        panic!("{:?}", given.state());
    };
    let stamp = |command| bidding.latest(&command).map(|it| it.stamp);
    let micro_before = |at: &str| Some(time(at).plus_micros(-1));
    assert_eq!(stamp(question("Q1")), micro_before("01-07 00:00"));
    let documents = complaint("C1", Against::Documents);
    assert_eq!(stamp(documents), micro_before("01-17 00:00"));
    assert_eq!(
        stamp(amendment(700, "01-17 00:00")),
        micro_before("01-17 00:00")
    );
    assert_eq!(
        stamp(extension("01-20 00:00", "01-08 00:00")),
        micro_before("01-17 00:00")
    );
    assert_eq!(stamp(Command::Close), None);
}

#[test]
fn a_tender_is_cancelled_at_any_stage_and_then_it_is_over() {
    for given in [drafted(), approved(), published()] {
        let cancelled = given.when(cancel());
        assert!(cancelled.accepted(), "{:?}", cancelled.outcome());
        assert_eq!(cancelled.when(cancel()).refused(), Refusal::Ended);
    }
    assert_eq!(world().when(cancel()).refused(), Refusal::NotDrafted);
    assert_eq!(
        published().by(somebody()).when(cancel()).refused(),
        Refusal::NotAnOfficial
    );
}

#[test]
fn earlier_tenders_come_as_releases() {
    let origin = crate::event::Origin::Import {
        file: Sha256([1; 32]),
        line: 2,
    };
    let imported = world().origin(origin);
    assert!(!imported.possible(&Event::TenderDrafted(draft())));
    assert_eq!(
        imported.when(Command::Draft(draft())).refused(),
        Refusal::NotHistory
    );
}

/// Under the third edition; away from 23:00 to 1:00 around the deadline.
#[test]
fn a_deadline_that_has_passed_moves_by_two_persons() {
    let given = published_in_third().at(time("01-17 01:30"));
    let cut = || outage("01-16 23:00", "01-17 01:00");
    let by = |given: &Given<Tender>, actor| given.clone().by(actor).when(cut());
    let reported = by(&given, administrator());
    assert_eq!(closes_at(&reported), time("01-17 00:00"), "not yet");
    assert_eq!(reported.wanted(), Wanted::Signature);
    assert_eq!(by(&reported, administrator()).refused(), Refusal::OwnOutage);
    let drafter = actor("huda", Role::Administrator);
    assert_eq!(by(&reported, drafter).refused(), Refusal::OwnOutage);
    let officer_ = by(&reported, officer("samir")).refused();
    assert_eq!(officer_, Refusal::NotAdministrator);
    let alone = by(&given, actor("omar", Role::Approver)).refused();
    assert_eq!(alone, Refusal::NotAdministrator);
    for second in [
        actor("omar", Role::Approver),
        actor("aida", Role::Administrator),
    ] {
        let confirmed = by(&reported, second);
        assert_eq!(closes_at(&confirmed), time("01-17 03:00"));
        assert!(matches!(
            confirmed.wanted(),
            Wanted::Approval { revision: Some(_) }
        ));
    }
    let other = reported
        .by(actor("aida", Role::Administrator))
        .when(outage("01-16 23:30", "01-17 01:00"));
    assert_eq!(closes_at(&other), time("01-17 00:00"), "other times");
    let before = given
        .by(administrator())
        .when(outage("01-16 09:00", "01-16 23:59"));
    assert_eq!(before.refused(), Refusal::OutageBefore);
}

/// From the fourth edition on what one person reported in time is not closed before another could confirm it.
#[test]
fn bidding_is_not_closed_while_an_outage_waits_for_its_second_person() {
    let reported = |edition| {
        let given = published_in(edition).at(time("01-17 01:30"));
        let cut = outage("01-16 23:00", "01-17 01:00");
        given.by(administrator()).when(cut)
    };
    let closed = |given: Given<Tender>, at| given.by(system()).at(time(at)).when(Command::Close);
    assert!(closed(reported(3), "01-17 01:31").accepted());
    let waits = closed(reported(4), "01-17 02:59");
    let until = time("01-17 03:00");
    assert_eq!(waits.refused(), Refusal::OutageWaits { until });
    assert!(closed(reported(4), "01-17 03:00").accepted(), "in vain");
    let confirmed = reported(4)
        .at(time("01-17 02:59"))
        .by(actor("omar", Role::Approver))
        .when(outage("01-16 23:00", "01-17 01:00"));
    assert_eq!(closes_at(&confirmed), until);
    assert!(closed(confirmed, "01-17 03:00").accepted());
}

#[test]
fn outages_move_a_deadline_by_three_days_at_most() {
    let given = published().by(administrator()).at(time("01-15 12:00"));
    let third = published_in_third()
        .by(administrator())
        .at(time("01-15 12:00"));
    let first = outage("01-02 09:00", "01-05 08:00");
    let once = third.when(first.clone());
    assert_eq!(
        once.wanted(),
        Wanted::No,
        "before the deadline by one person"
    );
    assert!(
        once.clone()
            .when(outage("01-06 09:00", "01-06 10:00"))
            .accepted()
    );
    let more = once.when(outage("01-06 09:00", "01-06 10:01"));
    assert_eq!(more.refused(), Refusal::OutageTooLong);
    let second = given.when(first).when(outage("01-06 09:00", "01-09 09:00"));
    assert!(second.accepted(), "under the first edition");
}

/// Under the third edition: x, y and z evaluate; Omar and Mona hold posts of the ministry, which buys.
#[test]
fn who_evaluates_or_serves_the_buyer_decides_no_complaint() {
    let filed = |given: Given<Tender>| {
        let given = given
            .by(somebody())
            .when(complaint("C1", Against::Documents));
        assert!(given.accepted(), "{:?}", given.outcome());
        given
    };
    let by = |given: &Given<Tender>, id: &str| {
        let given = given.clone().by(actor(id, Role::ReviewBody));
        given.when(ruling("C1", ComplaintOutcome::Declined))
    };
    let (third, first) = (filed(published_in_third()), filed(published()));
    for id in ["x", "z", "mona", "huda"] {
        assert_eq!(by(&third, id).refused(), Refusal::OwnTender, "{id}");
    }
    assert!(by(&third, "judge").accepted());
    assert!(by(&first, "x").accepted(), "under the first edition");
    let ministry = Actor {
        id: ActorId::Organization(id("ministry")),
        role: Role::ReviewBody,
        position: None,
    };
    let itself = third
        .clone()
        .by(ministry)
        .when(ruling("C1", ComplaintOutcome::Declined));
    assert_eq!(itself.refused(), Refusal::OwnTender);
    let asks = |given: &Given<Tender>| {
        let readings = &given.facts().readings;
        let ruling = ruling("C1", ComplaintOutcome::Declined);
        let reads = given.state().reads_under(readings, &ruling);
        (reads, given.state().judges_actor_under(readings, &ruling))
    };
    assert_eq!(asks(&third), (vec![Committee::stream(&id("E"))], true));
    assert_eq!(asks(&first), (Vec::new(), false));
}

#[test]
fn questions_and_complaints_have_an_end() {
    let asked = |given: Given<Tender>| {
        (0..QUESTIONS_MAX).fold(given.by(somebody()), |given, n| {
            given.when(question(&format!("Q{n}")))
        })
    };
    let third = asked(published_in_third());
    assert!(third.accepted());
    let more = third.when(question("more"));
    assert_eq!(more.refused(), Refusal::TooManyQuestions);
    assert!(asked(published()).when(question("more")).accepted());

    let filed = |given: Given<Tender>| {
        (0..evaluation::COMPLAINTS_MAX).fold(given.by(somebody()), |given, n| {
            given.when(complaint(&format!("C{n}"), Against::Documents))
        })
    };
    let third = filed(published_in_third());
    assert!(third.accepted());
    let more = third.when(complaint("more", Against::Documents));
    assert_eq!(more.refused(), Refusal::TooManyComplaints);
    let first = filed(published()).when(complaint("more", Against::Documents));
    assert!(first.accepted());
}
