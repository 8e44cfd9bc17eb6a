//! Daily stock on hand: by hand on a small log, and against the timelines on random ones.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::collections::BTreeMap;

use common::random::{FACILITIES, history, steps};
use common::{Log, count, date, issue, key, noon, quantity, receive, reverse};
use proptest::prelude::*;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{FacilityId, ItemCode};
use sijill_projections::View as _;
use sijill_projections::shortage::Shortage;
use sijill_projections::stock_card::StockCards;

fn cards(log: &Log) -> StockCards {
    let mut cards = StockCards::default();
    log.events.iter().for_each(|event| cards.apply(event));
    cards
}

#[test]
fn one_row_per_card_and_day_with_a_movement() {
    let on = |day| noon(date(day));
    let mut log = Log::default();
    let twice = receive(key("ZINC"), quantity(5), None, false);
    log.stock(
        "CLINIC",
        on("2026-01-03"),
        receive(key("AMOX/B1"), quantity(40), None, false),
    );
    log.stock(
        "CLINIC",
        on("2026-01-03"),
        issue(key("AMOX/B1"), quantity(15), None),
    );
    log.stock(
        "CLINIC",
        on("2026-01-09"),
        count(key("AMOX/B1"), quantity(20), on("2026-01-09")),
    );
    // Late, before the count: changes the 5th, not what was counted.
    log.stock(
        "CLINIC",
        on("2026-01-05"),
        issue(key("AMOX/B1"), quantity(4), None),
    );
    log.stock(
        "BRANCH",
        on("2026-01-04"),
        receive(key("AMOX/B1@EPI"), quantity(1), None, false),
    );
    let wrong = log.stock("CLINIC", on("2026-01-06"), twice);
    log.stock(
        "CLINIC",
        on("2026-01-07"),
        reverse(wrong, vec![key("ZINC")]),
    );
    let rows: Vec<String> = cards(&log)
        .rows()
        .map(|row| format!("{} {} {} {}", row.facility, row.key, row.date, row.on_hand))
        .collect();
    let expected = [
        "BRANCH AMOX/B1@EPI 2026-01-04 1",
        "CLINIC AMOX/B1 2026-01-03 25",
        "CLINIC AMOX/B1 2026-01-05 21",
        "CLINIC AMOX/B1 2026-01-09 20",
    ];
    assert_eq!(rows, expected);
}

proptest! {
    #[test]
    fn the_last_rows_are_what_the_view_has_on_hand(steps in steps(150)) {
        let (log, last) = history(&steps);
        let mut view = Shortage::default();
        log.events.iter().for_each(|event| view.apply(event));
        let cards = cards(&log);
        for day in [last, last.plus_days(-20), last.plus_days(-90)] {
            let mut newest = BTreeMap::new();
            for row in cards.rows().filter(|row| row.date <= day) {
                newest.insert((row.facility, row.key), row.on_hand);
            }
            for facility in FACILITIES.map(|id| FacilityId::new(id).unwrap()) {
                for item in ["AMOX", "ORS"].map(|code| ItemCode::new(code).unwrap()) {
                    let of_item = newest.iter().filter(|((f, k), _)| **f == facility && k.item == item);
                    let slow: Decimal = of_item.map(|(_, on_hand)| on_hand).sum();
                    let row = view.stock_of(noon(day), &facility, &item).value;
                    let fast = row.map_or(Decimal::ZERO, |row| row.quantities.on_hand);
                    prop_assert_eq!(slow, fast, "{} {} on {}", facility, item, day);
                }
            }
        }
    }
}
