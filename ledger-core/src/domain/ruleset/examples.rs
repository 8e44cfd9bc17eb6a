//! The example rulesets of `schemas/examples/rulesets` can be adopted, and say what their page says.

use super::*;
use crate::domain::values::{Date, Weekday};
use crate::testing::{Given, official};

const PAGE: &str = include_str!("../../../../schemas/examples/rulesets/README.md");
const EGYPT: &str = include_str!("../../../../schemas/examples/rulesets/egypt.json");
const JORDAN: &str = include_str!("../../../../schemas/examples/rulesets/jordan.json");

/// The rules of a file, adopted by two persons.
fn adopted(file: &str) -> Rules {
    let rules: Rules = serde_json::from_str(file).unwrap();
    let reason = Text::new("an example").unwrap();
    let given = Given::<Ruleset>::nothing()
        .when(Command::Propose { rules, reason })
        .by(official("omar"))
        .when(Command::Adopt { version: 1 });
    given.last();
    given.state().rules().unwrap().clone()
}

/// The days of a country's table.
fn listed(heading: &str) -> Vec<Date> {
    let (_, section) = PAGE.split_once(heading).unwrap();
    let section = section.split_once("\n## ").map_or(section, |(it, _)| it);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| 20"));
    rows.map(|row| Date::parse(&format!("20{}", &row[..8])).unwrap())
        .collect()
}

#[test]
fn examples_can_be_adopted_and_their_holidays_are_those_of_the_page() {
    for (file, heading) in [(EGYPT, "\n## Egypt"), (JORDAN, "\n## Jordan")] {
        let calendar = adopted(file).procurement().calendar.clone();
        assert_eq!(
            calendar.weekend,
            [Weekday::Friday, Weekday::Saturday].into()
        );
        let holidays: Vec<Date> = calendar.holidays.iter().copied().collect();
        assert_eq!(holidays, listed(heading));
        for year in ["2025", "2026", "2027"] {
            let of_year = holidays
                .iter()
                .filter(|day| day.to_string().starts_with(year));
            assert!(of_year.count() >= 10, "{heading} {year}");
        }
    }
}

/// Written like a command: the same text comes back, so nothing in the files is passed over.
#[test]
fn examples_hold_nothing_else() {
    for file in [EGYPT, JORDAN] {
        let kept: serde_json::Value = serde_json::from_str(file).unwrap();
        let written = serde_json::to_value(adopted(file)).unwrap();
        assert_eq!(written, kept);
    }
}
