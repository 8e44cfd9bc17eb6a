//! Stock-out rates: how many of the facilities that report and handle an item have none of it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::values::{EffectiveAt, ItemCode};

use super::Shortage;
use super::query::{Answer, Filter};
use super::stockout::rate;

/// The stock-out rate of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StockoutRate {
    /// The item.
    pub item: ItemCode,
    /// Open facilities that handle it: those that report and those that do not.
    pub handling: u32,
    /// Of them, those that reported in the month of the instant or in the one before.
    pub reporting: u32,
    /// Of those that report, those with nothing usable at the instant.
    pub at_zero: u32,
    /// Those that handle it and do not report: counted apart, never as zero.
    pub not_reporting: u32,
    /// `at_zero` ÷ `reporting`; `None` when nobody reports.
    pub rate: Option<Decimal>,
}

impl Shortage {
    /// The stock-out rate of every item that an open facility handles, in the order of their codes.
    pub fn stockout_rates(&self, at: EffectiveAt, filter: &Filter) -> Answer<Vec<StockoutRate>> {
        let mut counts: BTreeMap<&ItemCode, Counts> = BTreeMap::new();
        for (_, store) in self.stores(filter) {
            if store.closed {
                continue;
            }
            let reporting = store.is_reporting(at);
            for (_, item, cell) in self.cells(store, filter) {
                if !cell.is_handled() {
                    continue;
                }
                let count = counts.entry(item).or_default();
                if reporting {
                    count.reporting += 1;
                    count.at_zero += u32::from(cell.usable_at(at) <= Decimal::ZERO);
                } else {
                    count.not_reporting += 1;
                }
            }
        }
        let rates = counts.into_iter().map(|(item, c)| c.rate(item)).collect();
        self.answer(at, rates)
    }
}

#[derive(Default)]
struct Counts {
    reporting: u32,
    not_reporting: u32,
    at_zero: u32,
}

impl Counts {
    fn rate(self, item: &ItemCode) -> StockoutRate {
        StockoutRate {
            item: item.clone(),
            handling: self.reporting.saturating_add(self.not_reporting),
            reporting: self.reporting,
            at_zero: self.at_zero,
            not_reporting: self.not_reporting,
            rate: rate(self.at_zero, self.reporting),
        }
    }
}
