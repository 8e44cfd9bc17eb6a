//! Whatever is asked, by whom, in whatever order and at whatever time: the rules hold, and what was decided is decided again the
//! same (`Given` checks that of every step).

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Who may try anything.
fn people() -> Vec<Actor> {
    vec![
        officer("huda"),
        actor("omar", Role::Approver),
        officer("x"),
        registrar("rami"),
        registrar("sara"),
        administrator(),
        judge(),
        somebody(),
        system(),
    ]
}

/// Who asks it in an ordinary life.
fn rightful(ask: &Command) -> Actor {
    if matches!(ask, Command::Approve(_)) {
        actor("omar", Role::Approver)
    } else if matches!(ask, Command::RecordOutage(_)) {
        administrator()
    } else if matches!(ask, Command::DecideComplaint(_)) {
        judge()
    } else if matches!(
        ask,
        Command::Ask(_) | Command::Complain(_) | Command::WithdrawComplaint(_)
    ) {
        somebody()
    } else {
        officer("huda")
    }
}

/// Commands that move a tender.
fn asks() -> Vec<Command> {
    let publish = |enquiries_until, closes_at| {
        Command::Publish(Publication {
            enquiries_until: time(enquiries_until),
            closes_at: time(closes_at),
            sealing: None,
            invited: Vec::new(),
        })
    };
    vec![
        Command::AddLot(lot("L3", 1, &[line("tablet", 1)])),
        Command::AppointCommittees(committees(3)),
        approve(3),
        approve(10),
        approve(11),
        publish("01-10 00:00", "01-25 00:00"),
        publish("01-20 00:00", "02-20 00:00"),
        question("Q1"),
        answer("Q1"),
        amendment(600, "01-25 00:00"),
        amendment(700, "03-01 00:00"),
        amendment(800, "03-20 00:00"),
        extension("02-01 00:00", "01-20 00:00"),
        extension("04-01 00:00", "03-01 00:00"),
        outage("01-20 09:00", "01-20 11:00"),
        outage("02-19 22:00", "02-20 02:00"),
        complaint("C1", Against::Documents),
        complaint("C2", Against::Documents),
        ruling("C1", ComplaintOutcome::Upheld),
        ruling("C2", ComplaintOutcome::Declined),
        withdrawal("C2"),
        Command::Close,
        Command::Close,
    ]
}

/// What must hold of any tender, whatever came before.
fn holds(given: &Given<Tender>, now: Timestamp, before: Option<Timestamp>) {
    let Some(notice) = given.state().notice() else {
        return;
    };
    assert!(!notice.drafters.contains(&notice.approver));
    assert!(
        before.is_none_or(|before| before <= notice.closes_at),
        "backwards"
    );
    assert!(notice.closes_at >= notice.published_at.plus_days(15));
    assert!(notice.amended_at.is_sorted());
    if let Tender::Evaluation(evaluation) = given.state() {
        assert!(now >= evaluation.notice().closes_at);
        assert!(notice.complaints.first_holding(true).is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_interleavings_break_no_rule(
        steps in vec((weighted(0.2, select(people())), select(asks()), 0..72_i64), 1..60),
    ) {
        let mut given = complete();
        let mut now = time("01-01 12:00");
        let mut closes_at = None;
        if steps.len() % 2 == 0 {
            given = given.by(actor("omar", Role::Approver)).when(approve(3));
        }
        for (stranger, ask, hours) in steps {
            now = now.plus_micros(hours * 3_600_000_000);
            let by = stranger.unwrap_or_else(|| rightful(&ask));
            given = given.by(by).at(now).when(ask);
            holds(&given, now, closes_at);
            closes_at = given.state().notice().map(|notice| notice.closes_at);
        }
    }
}
