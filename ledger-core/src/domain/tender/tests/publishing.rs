//! When a tender may be published, and until when.

use super::*;

fn publish(change: impl FnOnce(&mut Publication)) -> Command {
    let mut publication = publication();
    change(&mut publication);
    Command::Publish(publication)
}

#[test]
fn publication_says_to_whom_envelopes_are_sealed() {
    let published = published();
    let [Event::TenderPublished(publication)] = published.last() else {
        panic!("{:?}", published.last());
    };
    let sealing = publication.sealing.as_ref().unwrap();
    let members: Vec<&str> = sealing
        .members
        .iter()
        .map(|it| it.member.as_str())
        .collect();
    assert_eq!((sealing.threshold, members), (2, vec!["a", "b", "c"]));
    let tender = id("T-1");
    let sheet = |part| sealing.sheet("sijill.test", &tender, part).unwrap();
    let (technical, financial) = (
        sheet(EnvelopePart::Technical),
        sheet(EnvelopePart::Financial),
    );
    assert_ne!(technical.digest(), financial.digest());
    assert!(
        sealing
            .sheet("another.log", &tender, EnvelopePart::Technical)
            .is_err()
    );
    let notice = published.state().notice().unwrap();
    assert_eq!(notice.sealing, *sealing);
    assert_eq!(notice.approver, actor("omar", Role::Approver).id);
}

#[test]
fn a_draft_must_be_complete_and_approved() {
    let publish = || publish(|_| {});
    assert_eq!(complete().when(publish()).refused(), Refusal::NotApproved);
    let lots = drafted()
        .when(Command::AddLot(tablets()))
        .by(actor("omar", Role::Approver))
        .when(approve(1))
        .by(officer("huda"));
    assert_eq!(lots.when(publish()).refused(), Refusal::NoCommittees);
    // b made way for d, for whom there is no key.
    let replaced = committee(Purpose::Opening, ["a", "d", "c"]);
    let other = approved().reading(Committee::stream(&id("O")), 1, replaced);
    let official = id("d");
    assert_eq!(
        other.when(publish()).refused(),
        Refusal::KeyMissing { official }
    );
}

/// Published on the 1st at noon: whole days are the 2nd to the 16th, so the 17th at 0:00 is the first instant.
#[test]
fn bidders_get_whole_days() {
    let early = approved().when(publish(|it| it.closes_at = it.closes_at.plus_micros(-1)));
    let earliest = time("01-17 00:00");
    assert_eq!(early.refused(), Refusal::DeadlineTooEarly { earliest });
    let late = approved().when(publish(|it| it.closes_at = it.closes_at.plus_days(365)));
    assert_eq!(late.refused().code(), "TENDER_DEADLINE_TOO_LATE");
    let (earliest, closes_at) = (time("01-07 00:00"), time("01-17 00:00"));
    let wrong = Refusal::EnquiriesUntil {
        earliest,
        closes_at,
    };
    let short = approved().when(publish(|it| it.enquiries_until = time("01-06 23:59")));
    assert_eq!(short.refused(), wrong);
    let long = approved().when(publish(|it| it.enquiries_until = time("01-17 00:00")));
    assert_eq!(long.refused(), wrong);
}

/// Whatever offset is given, fifteen whole days are fifteen times 24 hours at least.
#[test]
fn an_offset_shortens_no_period() {
    let published_at = time("01-01 12:00");
    for hours in -14..=14_i16 {
        let effective = EffectiveAt::new(published_at, hours * 60).unwrap();
        let given = approved().effective(effective);
        let short = publish(|it| it.closes_at = published_at.plus_days(15).plus_micros(-1));
        assert_eq!(
            given.when(short).refused().code(),
            "TENDER_DEADLINE_TOO_EARLY"
        );
    }
}

/// With the country's clocks in the calendar it is its day, and not the day of whoever calls; under earlier editions it was the latter.
#[test]
fn the_country_says_which_day_it_is() {
    let earliest = |edition: u8, hours: i16| {
        let clocks = [ClockChange {
            from: time("01-01 00:00"),
            minutes: 120,
        }];
        let rules = ProcurementRules {
            calendar: Calendar {
                clocks: clocks.into(),
                ..Calendar::default()
            },
            edition: Some(edition),
            ..ProcurementRules::default()
        };
        let effective = EffectiveAt::new(time("01-01 12:00"), hours * 60).unwrap();
        let given = approved().reading(Ruleset::national(), 1, ruleset(rules));
        let early = publish(|it| it.closes_at = time("01-02 12:00"));
        let refused = given.effective(effective).when(early).refused();
        let Refusal::DeadlineTooEarly { earliest } = refused else {
            panic!("{refused:?}");
        };
        earliest
    };
    for hours in -14..=14 {
        assert_eq!(earliest(4, hours), time("01-17 00:00"), "{hours}");
    }
    assert_eq!(earliest(3, 2), time("01-17 00:00"));
    assert_eq!(
        earliest(3, -14),
        time("01-16 00:00").plus_micros(16 * 3_600_000_000)
    );
}

/// A deadline at midnight ends on the day before: the 17th at 0:00 ends on Friday the 16th.
#[test]
fn a_deadline_ends_on_a_working_day() {
    let calendar = Calendar {
        weekend: [Weekday::Friday, Weekday::Saturday].into(),
        holidays: [Date::parse("2026-01-18").unwrap()].into(),
        clocks: Vec::new(),
    };
    let rules = ProcurementRules {
        calendar,
        ..ProcurementRules::default()
    };
    let given = approved().reading(Ruleset::national(), 1, ruleset(rules));
    let friday = given.clone().when(publish(|_| {})).refused();
    let next = Date::parse("2026-01-19").unwrap();
    assert_eq!(friday, Refusal::DeadlineOnHoliday { next });
    let monday = given.when(publish(|it| it.closes_at = time("01-19 12:00")));
    assert!(monday.accepted(), "{:?}", monday.outcome());
}

#[test]
fn quotations_are_for_what_the_ruleset_allows() {
    let mut quotation = draft();
    quotation.procedure = Procedure::Quotation;
    quotation.award_by = AwardBy::LowestPrice;
    quotation.criteria.clear();
    let given = world()
        .when(Command::Draft(quotation))
        .when(Command::AddLot(tablets()))
        .when(Command::AppointCommittees(committees(2)));
    let given = ["a", "b", "c"].into_iter().fold(given, enrolled);
    let given = given
        .by(actor("omar", Role::Approver))
        .when(approve(2))
        .by(officer("huda"));
    let short = || {
        publish(|it| {
            it.closes_at = time("01-05 00:00");
            it.enquiries_until = time("01-03 00:00");
        })
    };
    let none = given.clone().when(short()).refused();
    assert_eq!(none, Refusal::NoQuotations { currency: "EGP" });
    let with = |ceiling| {
        let rules = ProcurementRules {
            quotation_ceiling: Some(egp(ceiling)),
            ..ProcurementRules::default()
        };
        let given = given
            .clone()
            .reading(Ruleset::national(), 1, ruleset(rules));
        given.when(short())
    };
    let ceiling = egp(59_999);
    assert_eq!(with(59_999).refused(), Refusal::AboveCeiling { ceiling });
    assert!(with(60_000).accepted(), "{:?}", with(60_000).outcome());
}

#[test]
fn a_ruleset_sets_the_period_of_its_day() {
    let by = |open, quotation| ByProcedure {
        open,
        quotation,
        limited: None,
        direct: None,
    };
    let rules = ProcurementRules {
        tender_days_min: by(30, 5),
        ..ProcurementRules::default()
    };
    let given = approved().reading(Ruleset::national(), 1, ruleset(rules));
    let earliest = time("02-01 00:00");
    assert_eq!(
        given.when(publish(|_| {})).refused(),
        Refusal::DeadlineTooEarly { earliest }
    );
}
