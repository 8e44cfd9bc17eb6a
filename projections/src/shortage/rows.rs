//! Public output rows, for the digest: fields separated by tabs, no field can hold one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::FacilityId;

use super::Shortage;
use super::cell::Cell;
use super::query::Filter;
use super::store::{KeyNo, Store};

impl Shortage {
    /// `rules`, then per facility: `facility`, and per item: `item`, `batch` rows, `card` rows.
    pub(super) fn each_row(&self, sink: &mut dyn FnMut(&[u8])) {
        let rules = &self.rules;
        let row = format!(
            "rules\t{}\t{}\t{}\t{}\t{}\t{}",
            shown(self.ruleset),
            rules.amc_look_back_months,
            rules.amc_stocked_days_min,
            rules.critical_below_months.normalize(),
            rules.low_below_months.normalize(),
            rules.overstocked_above_months.normalize(),
        );
        sink(row.as_bytes());
        for (facility, store) in self.stores(&Filter::default()) {
            sink(facility_row(facility, store).as_bytes());
            let outstanding = Sums {
                uninspected: store.inspections.by_key(None),
                reserved: store.reservations.by_key(None),
            };
            for (number, item, cell) in self.cells(store, &Filter::default()) {
                let (min, max) = cell.assortment.unzip();
                let (min, max, first) = (shown(min), shown(max), shown(cell.first));
                let row = format!("item\t{facility}\t{item}\t{min}\t{max}\t{first}");
                sink(row.as_bytes());
                let prefix = format!("{facility}\t{item}");
                self.batch_rows(&prefix, cell, sink);
                self.card_rows(&prefix, number, cell, &outstanding, sink);
            }
        }
    }

    /// From which instants on it is blocked (`!`) or not.
    fn batch_rows(&self, prefix: &str, cell: &Cell, sink: &mut dyn FnMut(&[u8])) {
        let name = |batch| self.codes.batches.text(Some(batch));
        let mut lots: Vec<_> = cell.lots().iter().collect();
        lots.sort_unstable_by_key(|lot| name(lot.batch));
        for lot in lots {
            let steps: Vec<String> = lot
                .history
                .instants()
                .map(|at| {
                    let blocked = if lot.history.is_blocked(at) { "!" } else { "" };
                    format!("{blocked}{}", at.as_micros())
                })
                .collect();
            let row = format!("batch\t{prefix}\t{}\t{}", name(lot.batch), steps.join(" "));
            sink(row.as_bytes());
        }
    }

    fn card_rows(
        &self,
        prefix: &str,
        item: u32,
        cell: &Cell,
        outstanding: &Sums,
        sink: &mut dyn FnMut(&[u8]),
    ) {
        let names = |batch, programme| {
            let batch = self.codes.batches.text(batch);
            (batch, self.codes.programmes.text(programme))
        };
        let mut cards: Vec<_> = cell.cards().iter().collect();
        cards.sort_unstable_by_key(|card| names(card.batch, card.programme));
        for card in cards {
            let (batch, programme) = names(card.batch, card.programme);
            let key = KeyNo {
                item,
                batch: card.batch,
                programme: card.programme,
            };
            let figures = [
                card.timeline.balance(),
                card.timeline.opening(),
                card.timeline.unaccounted(),
                outstanding
                    .uninspected
                    .get(&key)
                    .copied()
                    .unwrap_or_default(),
                outstanding.reserved.get(&key).copied().unwrap_or_default(),
            ];
            let figures = figures.map(|figure| figure.normalize().to_string());
            let figures = figures.join("\t");
            let expiry = shown(card.expiry.date());
            let row = format!("card\t{prefix}\t{batch}\t{programme}\t{expiry}\t{figures}");
            sink(row.as_bytes());
        }
    }
}

struct Sums {
    uninspected: BTreeMap<KeyNo, Decimal>,
    reserved: BTreeMap<KeyNo, Decimal>,
}

fn facility_row(facility: &FacilityId, store: &Store) -> String {
    let months: Vec<String> = store.reported.iter().map(ToString::to_string).collect();
    let profile = store.profile.as_ref();
    format!(
        "facility\t{facility}\t{}\t{}\t{}\t{}\t{}",
        shown(profile.map(|p| &p.names.ar)),
        shown(profile.map(|p| &p.names.en)),
        shown(profile.and_then(|p| p.governorate.as_ref())),
        if store.closed { "closed" } else { "" },
        months.join(" "),
    )
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
