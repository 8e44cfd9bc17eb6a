//! Who adopts which parameters.

use rust_decimal::Decimal;

use super::rules::out_of_range;
use super::*;
use crate::aggregate::Explain as _;
use crate::domain::tender::Procedure;
use crate::domain::values::{ClockChange, Currency, Date, Money, Weekday};
use crate::testing::{Given, official};
use crate::time::Timestamp;

fn propose(rules: Rules) -> Command {
    Command::Propose {
        rules,
        reason: Text::new("annual review").unwrap(),
    }
}

#[test]
fn two_persons_adopt_a_ruleset() {
    let rules = Rules {
        open_window_days: 14,
        ..Rules::default()
    };
    let proposed = Given::<Ruleset>::nothing()
        .by(official("huda"))
        .when(propose(rules.clone()));
    assert_eq!(
        proposed
            .clone()
            .when(Command::Adopt { version: 1 })
            .refused(),
        Refusal::SamePerson
    );
    let adopted = proposed
        .by(official("omar"))
        .when(Command::Adopt { version: 1 });
    assert_eq!(
        adopted.last(),
        [Event::RulesetAdopted(Adoption {
            version: 1,
            rules: rules.clone()
        })]
    );
    assert_eq!(adopted.state().rules(), Some(&rules));
}

#[test]
fn what_cannot_work_is_refused() {
    let none = Given::<Ruleset>::nothing();
    assert_eq!(
        none.clone().when(Command::Adopt { version: 1 }).refused(),
        Refusal::NothingProposed
    );
    let zero = Rules {
        amc_look_back_months: 0,
        ..Rules::default()
    };
    let refused = none.when(propose(zero)).refused();
    assert_eq!(
        refused,
        Refusal::OutOfRange {
            parameter: "amc_look_back_months",
            range: Range::Within(1, 12)
        }
    );
}

#[test]
fn impossible_histories() {
    let rules = Rules::default();
    let proposal = |version, rules: &Rules| {
        Event::RulesetProposed(Proposal {
            version,
            rules: rules.clone(),
            reason: Text::new("annual review").unwrap(),
        })
    };
    let adoption = |version, rules: &Rules| {
        let rules = rules.clone();
        Event::RulesetAdopted(Adoption { version, rules })
    };
    let none = Given::<Ruleset>::nothing().by(official("huda"));
    assert!(none.possible(&proposal(1, &rules)));
    assert!(!none.possible(&proposal(2, &rules)), "no version 1");
    assert!(!none.possible(&adoption(1, &rules)), "nothing proposed");
    let zero = Rules {
        amc_look_back_months: 0,
        ..Rules::default()
    };
    assert!(!none.possible(&proposal(1, &zero)), "cannot work");
    let proposed = none.event(proposal(1, &rules));
    assert!(!proposed.possible(&adoption(1, &rules)), "the same person");
    let other = proposed.by(official("omar"));
    assert!(other.possible(&adoption(1, &rules)));
    assert!(!other.possible(&adoption(2, &rules)), "another version");
    let longer = Rules {
        open_window_days: 32,
        ..Rules::default()
    };
    assert!(!other.possible(&adoption(1, &longer)), "other rules");
    let adopted = other.event(adoption(1, &rules));
    assert!(!adopted.possible(&adoption(1, &rules)), "adopted twice");
}

/// Parameters that came later are absent in older rulesets: each then has its built-in value.
#[test]
fn absent_parameters_have_their_built_in_values() {
    let rules = Rules::default();
    let pound = Currency::new("EGP").unwrap();
    assert_eq!(rules.petty_cash_limit(pound), None);
    assert_eq!(rules.emergency_approval_days(), 7);
    assert_eq!(rules.advance_percent_max(), 20);
    assert_eq!(rules.price_tolerance_percent(), Decimal::ZERO);
    assert_eq!(rules.transfer_overdue_days(), 14);
    assert!(!rules.statements_required());
}

/// A limit in one currency allows nothing in another: 5,000 Jordanian dinars are not 5,000 Egyptian pounds.
#[test]
fn the_limit_of_petty_cash_holds_in_its_currency() {
    let pound = Currency::new("EGP").unwrap();
    let limit = Money::new(Decimal::from(5_000), pound).unwrap();
    let rules = Rules {
        petty_cash_limit: Some(limit),
        ..Rules::default()
    };
    assert_eq!(rules.petty_cash_limit(pound), Some(limit));
    assert_eq!(rules.petty_cash_limit(Currency::new("JOD").unwrap()), None);
}

#[test]
fn each_later_parameter_has_its_range() {
    let pound = Currency::new("EGP").unwrap();
    let nothing = Money::new(Decimal::ZERO, pound).unwrap();
    let wrong = |change: fn(&mut Rules), parameter| {
        let mut rules = Rules::default();
        change(&mut rules);
        let refused = Given::<Ruleset>::nothing().when(propose(rules)).refused();
        assert!(
            matches!(&refused, Refusal::OutOfRange { parameter: named, .. } if *named == parameter),
            "{refused:?}"
        );
    };
    let rules = Rules {
        petty_cash_limit: Some(nothing),
        ..Rules::default()
    };
    let refused = Given::<Ruleset>::nothing().when(propose(rules)).refused();
    assert_eq!(
        refused,
        Refusal::OutOfRange {
            parameter: "petty_cash_limit",
            range: Range::Above(0)
        }
    );
    wrong(
        |rules| rules.emergency_approval_days = Some(0),
        "emergency_approval_days",
    );
    wrong(
        |rules| rules.advance_percent_max = Some(101),
        "advance_percent_max",
    );
    wrong(
        |rules| rules.price_tolerance_percent = Some(Decimal::new(-1, 1)),
        "price_tolerance_percent",
    );
    wrong(
        |rules| rules.transfer_overdue_days = Some(366),
        "transfer_overdue_days",
    );
}

/// Until others are adopted: fifteen and three days, and nothing is bought by quotations.
#[test]
fn procurement_has_built_in_parameters() {
    let rules = Rules::default().procurement();
    assert_eq!(rules.tender_days_min.of(&Procedure::Open), 15);
    assert_eq!(rules.tender_days_min.of(&Procedure::Quotation), 3);
    assert_eq!(rules.quotation_ceiling(Currency::new("EGP").unwrap()), None);
    assert!(rules.check().is_ok());
    let adopted = ProcurementRules {
        reveal_days: 7,
        ..ProcurementRules::clone(&rules)
    };
    let rules = Rules {
        procurement: Some(adopted.clone().into()),
        ..Rules::default()
    };
    assert_eq!(*rules.procurement(), adopted);
}

#[test]
fn each_parameter_of_procurement_has_its_range() {
    let wrong = |parameter, change: fn(&mut ProcurementRules)| {
        let mut procurement = ProcurementRules::default();
        change(&mut procurement);
        let rules = Rules {
            procurement: Some(procurement.into()),
            ..Rules::default()
        };
        let refused = Given::<Ruleset>::nothing().when(propose(rules)).refused();
        assert!(
            matches!(&refused, Refusal::OutOfRange { parameter: named, .. } if *named == parameter),
            "{refused:?}"
        );
    };
    wrong("tender_days_min", |rules| rules.tender_days_min.open = 181);
    wrong("framework_days_max", |rules| {
        rules.framework_days_max = Some(0);
    });
    wrong("tender_days_min", |rules| {
        rules.tender_days_min.quotation = 0;
    });
    wrong("amendment_days_min", |rules| {
        rules.amendment_days_min.open = 0;
    });
    wrong("enquiry_days_min", |rules| rules.enquiry_days_min.open = 15);
    wrong("standstill_days", |rules| {
        rules.standstill_days.quotation = 61;
    });
    wrong("complaint_days", |rules| rules.complaint_days = 0);
    wrong("reveal_days", |rules| rules.reveal_days = 0);
    wrong("outage_allowance_minutes", |rules| {
        rules.outage_allowance_minutes = 10_081;
    });
    wrong("limited_invited_min", |rules| {
        rules.limited_invited_min = Some(1);
    });
    wrong("tender_days_min", |rules| {
        rules.tender_days_min.direct = Some(0);
    });
    wrong("enquiry_days_min", |rules| {
        rules.enquiry_days_min.limited = Some(15);
    });
    wrong("closing_grace_minutes", |rules| {
        rules.closing_grace_minutes = Some(1_441);
    });
    wrong("edition", |rules| {
        rules.edition = Some(EDITION_LATEST + 1);
    });
    wrong("edition", |rules| rules.edition = Some(0));
    wrong("security_percent_max", |rules| {
        rules.security_percent_max = Decimal::from(21);
    });
    wrong("low_price_percent", |rules| rules.low_price_percent = 4);
    wrong("quotation_ceiling", |rules| {
        let pound = Currency::new("EGP").unwrap();
        rules.quotation_ceiling = Money::new(Decimal::ZERO, pound).ok();
    });
    wrong("weekend", |rules| {
        let day = |n| Weekday::of(Date::from_days(n).unwrap());
        rules.calendar.weekend = (0..7).map(day).collect();
    });
    wrong("holidays", |rules| {
        rules.calendar.holidays = (0..501).map(|n| Date::from_days(n).unwrap()).collect();
    });
}

#[test]
fn a_range_is_told_in_the_language_of_the_text() {
    let refusal = out_of_range("reveal_days", Range::Within(1, 30));
    assert!(
        refusal.arabic().ends_with("من 1 إلى 30"),
        "{}",
        refusal.arabic()
    );
    assert!(refusal.english().ends_with("1 to 30"), "{refusal}");
}

#[test]
fn clocks_that_say_no_day_are_refused() {
    let refused = |all: &[(i64, i16)]| {
        let changes = all.iter().map(|(days, minutes)| ClockChange {
            from: Timestamp::from_micros(0).plus_days(*days),
            minutes: *minutes,
        });
        let mut procurement = ProcurementRules::default();
        procurement.calendar.clocks = changes.collect();
        match procurement.check() {
            Err(Refusal::OutOfRange { parameter, .. }) => Some(parameter),
            Ok(()) => None,
            Err(other) => panic!("{other:?}"),
        }
    };
    let many: Vec<(i64, i16)> = (0..201).map(|n| (2 * n, 60)).collect();
    assert_eq!(refused(&many), Some("clocks"));
    assert_eq!(refused(&many[1..]), None);
    assert_eq!(refused(&[(0, 841)]), Some("clocks.minutes"));
    for days in [-9, 0, 1] {
        assert_eq!(refused(&[(0, 120), (days, 180)]), Some("clocks.from"));
    }
}

/// Command hashes are made from JSON, snapshots from bytes without names.
#[test]
fn absent_parameters_are_left_out_of_json_and_kept_in_snapshots() {
    let some = Rules {
        transfer_overdue_days: Some(21),
        ..Rules::default()
    };
    let json = serde_json::to_value(&some).unwrap();
    let names = json.as_object().unwrap();
    assert!(names.contains_key("transfer_overdue_days") && names.len() == 8);
    assert_eq!(serde_json::from_value::<Rules>(json).unwrap(), some);
}

fn of_edition(edition: Option<u8>) -> Rules {
    let procurement = ProcurementRules {
        edition,
        ..ProcurementRules::default()
    };
    Rules {
        procurement: Some(procurement.into()),
        ..Rules::default()
    }
}

/// Huda proposes each, Omar adopts it.
fn adopted(versions: &[Rules]) -> Given<Ruleset> {
    let adopted = |given: Given<Ruleset>, (version, rules): (u32, &Rules)| {
        let proposed = given.by(official("huda")).when(propose(rules.clone()));
        proposed
            .by(official("omar"))
            .when(Command::Adopt { version })
    };
    (1..).zip(versions).fold(Given::nothing(), adopted)
}

/// What older versions adopted is decided again as it was, and not taken any more.
#[test]
fn only_the_latest_edition_is_still_taken() {
    let nothing = Given::<Ruleset>::nothing();
    for edition in [None, Some(1), Some(2), Some(3)] {
        let older = propose(of_edition(edition));
        assert_eq!(nothing.admits(&older), Err(Refusal::Edition));
        let proposed = nothing.clone().when(older);
        assert!(proposed.accepted(), "{:?}", proposed.outcome());
        let adopt = proposed.admits(&Command::Adopt { version: 1 });
        assert_eq!(adopt, Err(Refusal::Edition));
    }
    let latest = propose(of_edition(Some(EDITION_LATEST)));
    assert_eq!(nothing.admits(&latest), Ok(()));
    let without = propose(Rules::default());
    assert_eq!(nothing.admits(&without), Ok(()));
    let in_force = adopted(&[of_edition(Some(EDITION_LATEST))]);
    assert_eq!(in_force.admits(&without), Err(Refusal::Edition));
}

#[test]
fn a_tender_keeps_its_edition_from_the_third_on() {
    let state = |editions: &[Option<u8>]| {
        let versions: Vec<_> = editions.iter().map(|it| of_edition(*it)).collect();
        adopted(&versions).state().clone()
    };
    assert_eq!(Ruleset::default().edition_for(None), 1);
    let second = state(&[None, Some(2)]);
    assert_eq!([None, Some(1)].map(|it| second.edition_for(it)), [2, 2]);
    let third = state(&[None, Some(2), Some(3)]);
    let kept = [None, Some(1), Some(2), Some(3)].map(|it| third.edition_for(it));
    assert_eq!(kept, [1, 1, 2, 3]);
}
