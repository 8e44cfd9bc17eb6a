//! Histories that could not have happened.

use super::*;

fn published_event() -> Event {
    published().last()[0].clone()
}

#[test]
fn of_a_draft() {
    assert!(world().possible(&Event::TenderDrafted(draft())));
    assert!(!world().possible(&Event::LotAdded(tablets())), "no draft");
    let given = complete();
    assert!(!given.possible(&Event::TenderDrafted(draft())), "twice");
    assert!(!given.possible(&Event::LotAdded(tablets())), "the same lot");
    let approval = |read, limit| Event::TenderApproved(Approval { read, limit });
    let right = approval(3, Some(egp(100_000)));
    assert!(!given.possible(&right), "by a drafter");
    let omar = given.by(officer("omar"));
    assert!(omar.possible(&right));
    assert!(!omar.possible(&approval(2, Some(egp(1)))), "read another");
    assert!(!omar.possible(&approval(3, None)), "without a limit");
    assert!(!omar.possible(&published_event()), "not approved");
    assert!(!omar.possible(&Event::BiddingClosed(Closing {
        closed_at: time("01-17 00:00")
    })));
    let alone = Event::OpeningKeyEnrolled(key("d", "omar"));
    assert!(!omar.possible(&alone), "names itself");
}

#[test]
fn of_a_publication() {
    let given = approved();
    assert!(given.possible(&published_event()));
    assert!(
        !given.possible(&Event::TenderPublished(publication())),
        "sealed to nobody"
    );
    let Event::TenderPublished(mut publication) = published_event() else {
        panic!("published");
    };
    publication.closes_at = time("01-01 12:00");
    assert!(
        !given.possible(&Event::TenderPublished(publication)),
        "closed at once"
    );
}

#[test]
fn of_bidding() {
    let given = published();
    let closing = |at: &str| {
        Event::BiddingClosed(Closing {
            closed_at: time(at),
        })
    };
    assert!(
        !given.possible(&closing("01-17 00:00")),
        "before the deadline"
    );
    let after = given.clone().at(time("01-17 00:00"));
    assert!(after.possible(&closing("01-17 00:00")));
    assert!(!after.possible(&closing("01-16 00:00")), "another deadline");
    let upheld = published()
        .by(somebody())
        .when(complaint("C1", Against::Documents))
        .by(judge())
        .when(ruling("C1", ComplaintOutcome::Upheld));
    assert!(
        !upheld
            .at(time("01-17 00:00"))
            .possible(&closing("01-17 00:00")),
        "complaint"
    );
    let amended = |number, before: u32, closes_at: &str| {
        Event::TenderAmended(Amendment {
            number,
            reason: text("need"),
            change: Change::Lot {
                lot: id("L2"),
                before: vec![line("gauze", before)],
                after: vec![line("gauze", 700)],
            },
            closes_at: time(closes_at),
        })
    };
    assert!(given.possible(&amended(Some(1), 500, "01-17 00:00")));
    assert!(
        !given.possible(&amended(Some(2), 500, "01-17 00:00")),
        "number"
    );
    assert!(
        !given.possible(&amended(None, 500, "01-17 00:00")),
        "no number"
    );
    assert!(
        !given.possible(&amended(Some(1), 501, "01-17 00:00")),
        "before"
    );
    assert!(
        !given.possible(&amended(Some(1), 500, "01-16 00:00")),
        "backwards"
    );
    assert!(
        !after.possible(&amended(Some(1), 500, "01-27 00:00")),
        "too late"
    );
    let unknown = Event::QuestionAnswered(Answer {
        question: id("Q1"),
        text: text("yes"),
    });
    assert!(!given.possible(&unknown), "no question");
    let outage = Event::OutageRecorded(Outage {
        from: time("01-02 09:00"),
        until: time("01-02 10:00"),
        reason: text("cable"),
        closes_at: None,
    });
    assert!(!given.possible(&outage), "no new deadline");
    let failed = Event::TenderFailed(Failure { cause: None });
    assert!(!given.possible(&failed), "nothing was opened");
    assert!(
        !cancelled().possible(&Event::LotAdded(tablets())),
        "it ended"
    );
}
