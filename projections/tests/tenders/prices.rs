//! Prices of base units.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::item::{self, Category, ReferencePrice, Tracking};
use sijill_ledger_core::domain::values::{Code, Currency, Names, UnitPrice};
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::awards::AwardFilter;
use sijill_projections::view::View as _;

use super::common::tendering::Story;
use super::common::{Log, date, noon, text};
use super::{fed, percent};

fn listed(log: &mut Log, price: i64) {
    let at = noon(date("2025-01-01"));
    let profile = item::Profile {
        names: Names::new("شاش", "Gauze").unwrap(),
        category: Category::Supply,
        base_unit: Code::new("piece").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    };
    log.push("item-GAUZE", at, item::Event::ItemListed(profile));
    let currency = Currency::new("EGP").unwrap();
    let reference = ReferencePrice {
        price: UnitPrice::new(Decimal::new(price, 2), currency).unwrap(),
        source: text("the ministry's list"),
    };
    log.push("item-GAUZE", at, item::Event::ReferencePriceSet(reference));
}

/// The example of `prices`.
#[test]
fn prices_beside_reference_and_median() {
    let mut log = Log::default();
    listed(&mut log, 800);
    let stories = [
        Story::new("T-1", "2026-01-01", &[("NILE", 600)]),
        Story::new("T-2", "2026-01-02", &[("DELTA", 750), ("NILE", 760)]),
        Story::new("T-3", "2026-01-03", &[("NILE", 800)]),
        Story::new("T-4", "2026-01-04", &[("NILE", 1_200)]),
        Story {
            currency: "USD",
            ..Story::new("T-5", "2026-01-05", &[("NILE", 100)])
        },
        // Too old for the look-back, which is 365 days.
        Story::new("T-0", "2025-01-02", &[("NILE", 100)]),
    ];
    for story in &stories {
        story.tell(&mut log);
    }
    let view = fed(&log.events);
    let answer = view.unit_prices(noon(date("2026-02-28")), &AwardFilter::default());
    assert_eq!(
        (answer.definition, answer.ruleset),
        (Tenders::VERSION, None)
    );
    let row = |id: &str| {
        let mut rows = answer.value.iter();
        rows.find(|row| row.award.record.id.as_str() == id).unwrap()
    };
    let dearest = row("T-4");
    assert_eq!(
        (dearest.median.value, dearest.median.inputs),
        (Some(percent("7.75")), 4)
    );
    assert_eq!(dearest.median.deviation_percent, Some(percent("54.8387")));
    assert_eq!(dearest.median.input_indexes.len(), 4);
    assert_eq!(
        (dearest.median.from, dearest.median.to),
        (date("2025-03-01"), date("2026-02-28"))
    );
    let reference = dearest.reference.as_ref().unwrap();
    assert_eq!(
        (reference.mark.index, reference.deviation_percent),
        (1, Some(percent("50")))
    );
    let dollars = row("T-5");
    assert_eq!(
        (dollars.median.value, dollars.median.inputs),
        (None, 1),
        "too few"
    );
    assert!(dollars.reference.is_none(), "another currency");
    assert_eq!(
        row("T-0").median.value,
        Some(percent("7.75")),
        "compared, but no input"
    );
}
