//! 10,324 real deliveries (`../shared/data/scms`): each row an order of one line, and its delivery. The file's own dates say how many
//! were on time.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::trade::{deliver, place};
use common::{Log, noon, quantity};
use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{Date, Month};
use sijill_projections::Runner;
use sijill_projections::distribution::deliveries::{DeliveryFilter, DeliveryGroup};
use sijill_projections::distribution::{Page, Period};

#[test]
fn the_file_says_how_many_deliveries_were_on_time() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let data = root.ancestors().find_map(|dir| {
        let file = dir.join("shared/data/scms/SCMS_Delivery_History_Dataset.csv");
        file.is_file().then_some(file)
    });
    let Some(file) = data else {
        eprintln!("skipped: shared/data/scms is not here");
        return;
    };
    let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    let mut log = Log::default();
    for row in text.lines().skip(1) {
        let fields = fields(row);
        let (due, came) = (date(&fields[12]), date(&fields[13]));
        let (id, on) = (format!("order-SCMS-{}", fields[0]), due.min(came));
        let vendor = format!("V{}", fields[17].len());
        let ordered = [("KIT", "STORE", quantity(1), Some(due))];
        log.push(&id, noon(on), place(&vendor, &ordered));
        let receipt = ("STORE", log.events.len() as u64);
        let brought = [(Some(1), quantity(1))];
        log.push(
            &id,
            noon(came),
            deliver(receipt, came, "KIT", &brought, false),
        );
    }
    let mut runner = Runner::default();
    for event in &log.events {
        runner.apply(event).unwrap();
    }
    let view = &runner.views().distribution;
    let at = noon(Date::parse("2016-01-01").unwrap());
    let all = DeliveryFilter::default();
    let summary = view.delivery_summary(at, &all).value;
    assert_eq!((summary.deliveries, summary.on_time), (10_324, 9_138));
    assert_eq!((summary.late, summary.without_due), (1_186, 0));
    assert_eq!(
        (summary.lines_due, summary.on_time_in_full),
        (10_324, 9_138)
    );
    assert_eq!(summary.otif, Some(Decimal::new(885_122, 6)));

    // Groups, and years, add up to the whole.
    for by in [DeliveryGroup::Supplier, DeliveryGroup::Month] {
        let groups = view.delivery_summaries(at, &all, by, Page::ALL).value.rows;
        let sum =
            |of: fn(&sijill_projections::distribution::deliveries::DeliverySummary) -> u64| {
                groups.iter().map(|group| of(&group.summary)).sum::<u64>()
            };
        assert_eq!(sum(|group| group.deliveries), 10_324);
        assert_eq!(sum(|group| group.on_time), 9_138);
    }
    let year = |year: i16| {
        let months = Period::between(Month::new(year, 1).unwrap(), Month::new(year, 12).unwrap());
        let filter = DeliveryFilter {
            period: months,
            ..DeliveryFilter::default()
        };
        view.delivery_summary(at, &filter).value.deliveries
    };
    assert_eq!((2006..=2015).map(year).sum::<u64>(), 10_324);
}

/// The fields of a line; quoted ones may hold commas.
fn fields(row: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    for c in row.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

/// `2-Jun-06`.
fn date(text: &str) -> Date {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut parts = text.split('-');
    let day = parts.next().unwrap().parse().unwrap();
    let month = parts.next().unwrap();
    let month = MONTHS.iter().position(|name| *name == month).unwrap();
    let year: i16 = parts.next().unwrap().parse().unwrap();
    Date::new(2000 + year, i8::try_from(month).unwrap() + 1, day).unwrap()
}
