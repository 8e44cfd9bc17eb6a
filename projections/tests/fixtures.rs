//! `tests/fixtures/shortage/*.txt`: events in, expected figures out, computed by hand; the computation stands in the file.
//!
//! A line is an event, `FACILITY DATE VERB KEY AMOUNT`, or an expectation,
//! `= DATE FACILITY ITEM figure=value …`. Events get their revisions by order, from 0 per facility.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{
    Log, accept, adjust, back, batch_step, count, date, dispatch, issue, key, lose, noon, opening,
    receive, report, reserve, reverse,
};
use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility::{Assortment, Event as FacilityEvent};
use sijill_ledger_core::domain::stock::{self, ReturnRoute, StockKey};
use sijill_ledger_core::domain::values::{
    Code, Date, EffectiveAt, FacilityId, ItemCode, Month, Quantity,
};
use sijill_projections::shortage::query::{Filter, Row};
use sijill_projections::shortage::rates::StockoutRate;
use sijill_projections::{Runner, Views, distribution::balance};

#[test]
fn every_fixture_gives_its_figures() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shortage");
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(
        files.len() >= 6,
        "fixtures are missing in {}",
        dir.display()
    );
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let checked = run(&text, &file.display().to_string());
        assert!(checked > 0, "{} expects nothing", file.display());
    }
}

/// Feeds the events of a fixture and checks its expectations; how many there were.
fn run(text: &str, name: &str) -> usize {
    let (mut log, mut checked) = (Log::default(), 0);
    for (line, words) in (1..).zip(text.lines()) {
        let words = words.split('#').next().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["=", day, facility, item, figures @ ..] => {
                let views = fold(&log);
                let found = figure_of(views.views(), noon(date(day)), facility, item);
                for figure in figures {
                    let (figure, expected) = figure.split_once('=').unwrap();
                    assert_eq!(found(figure), expected, "{name}:{line}: {figure}");
                    checked += 1;
                }
            }
            [facility, day, "expects", item, min, max] => {
                let set = FacilityEvent::AssortmentSet(Assortment {
                    item: ItemCode::new(item).unwrap(),
                    min: amount(min),
                    max: amount(max),
                });
                log.push(&format!("facility-{facility}"), noon(date(day)), set);
            }
            [facility, day, event @ ..] => {
                let at = noon(date(day));
                log.stock(facility, at, document(event, at));
            }
            [word] => panic!("{name}:{line}: {word}?"),
        }
    }
    checked
}

fn fold(log: &Log) -> Runner {
    let mut runner = Runner::default();
    for event in &log.events {
        runner.apply(event).unwrap();
    }
    assert_eq!(balance::check(runner.views()), []);
    runner
}

fn amount(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn expiry(rest: &[&str]) -> Option<Date> {
    rest.iter()
        .find_map(|word| word.strip_prefix("expiry="))
        .map(date)
}

fn document(words: &[&str], at: EffectiveAt) -> stock::Event {
    let batched = |text| batch_step(&key(text));
    match words {
        ["opening", k, n, rest @ ..] => opening(key(k), amount(n), expiry(rest)),
        ["receive", k, n, rest @ ..] => receive(key(k), amount(n), expiry(rest), false),
        ["provisional", k, n, rest @ ..] => receive(key(k), amount(n), expiry(rest), true),
        ["accept", k, n, "rejected", r, "of", receipt] => {
            accept(receipt.parse().unwrap(), key(k), amount(n), amount(r))
        }
        ["issue", k, n] => issue(key(k), amount(n), None),
        ["issue", k, n, "from", id] => issue(key(k), amount(n), Some(id)),
        ["dispatch", k, n] => dispatch(key(k), amount(n), None),
        ["return", k, n] => {
            let ward = ReturnRoute::FromUnit(Code::new("ward 3").unwrap());
            back(ward, key(k), amount(n))
        }
        ["adjust", k, n] => adjust(key(k), n.parse::<Decimal>().unwrap()),
        ["count", k, n] => count(key(k), amount(n), at),
        ["lose", k, n] => lose(key(k), amount(n), false),
        ["reserve", id, k, n] => reserve(id, key(k), amount(n)),
        ["quarantine", k] => stock::Event::BatchQuarantined(batched(k)),
        ["release", k] => stock::Event::BatchReleased(batched(k)),
        ["recall", k] => stock::Event::BatchRecalled(batched(k)),
        ["report", month] => report(Month::parse(month).unwrap()),
        ["reverse", original, keys @ ..] => {
            let keys: Vec<StockKey> = keys.iter().map(|k| key(k)).collect();
            reverse(original.parse().unwrap(), keys)
        }
        other => panic!("{other:?} is no document"),
    }
}

/// Figures by name: of one row or, with `*` for the facility, of the item's stock-out rate.
fn figure_of(
    views: &Views,
    at: EffectiveAt,
    facility: &str,
    item: &str,
) -> Box<dyn Fn(&str) -> String> {
    let item = ItemCode::new(item).unwrap();
    if facility == "*" {
        let rates = views.shortage.stockout_rates(at, &Filter::default()).value;
        let rate = rates.into_iter().find(|rate| rate.item == item).unwrap();
        return Box::new(move |name| rate_figure(&rate, name));
    }
    let facility = FacilityId::new(facility).unwrap();
    let row = views.shortage.stock_of(at, &facility, &item).value.unwrap();
    Box::new(move |name| row_figure(&row, name))
}

fn rate_figure(rate: &StockoutRate, name: &str) -> String {
    match name {
        "handling" => rate.handling.to_string(),
        "reporting" => rate.reporting.to_string(),
        "not_reporting" => rate.not_reporting.to_string(),
        "at_zero" => rate.at_zero.to_string(),
        "rate" => shown(rate.rate),
        other => panic!("{other:?} is no figure of a rate"),
    }
}

fn row_figure(row: &Row, name: &str) -> String {
    let amounts = &row.quantities;
    match name {
        "on_hand" => amounts.on_hand.to_string(),
        "usable" => amounts.usable.to_string(),
        "expired" => amounts.expired.to_string(),
        "blocked" => amounts.blocked.to_string(),
        "uninspected" => amounts.uninspected.to_string(),
        "reserved" => amounts.reserved.to_string(),
        "amc" => shown(row.amc.value),
        "quality" => format!("{:?}", row.amc.quality),
        "months_used" => row.amc.months_used.to_string(),
        "months_of_stock" => shown(row.months_of_stock),
        "status" => format!("{:?}", row.status),
        "stockout_days" => row.stockout_days.to_string(),
        "handled" => row.handled.to_string(),
        "reporting" => row.reporting.to_string(),
        "complete" => row.complete.to_string(),
        "cards" => row.cards.len().to_string(),
        "episodes" => {
            let spans = row.episodes.iter().map(|episode| {
                let end = episode.end.map_or(String::new(), |end| end.to_string());
                format!("{}..{end}", episode.start)
            });
            spans.collect::<Vec<_>>().join(",")
        }
        month => {
            let found = row.amc.months.iter().find(|m| m.month.to_string() == month);
            let found = found.unwrap_or_else(|| panic!("{month:?} is no figure of a row"));
            let excluded = found.excluded.map(|reason| format!("{reason:?}"));
            excluded.unwrap_or_else(|| shown(found.adjusted))
        }
    }
}

fn shown(value: Option<Decimal>) -> String {
    value.map_or("none".to_owned(), |value| value.normalize().to_string())
}
