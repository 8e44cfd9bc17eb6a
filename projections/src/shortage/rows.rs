//! Public output rows, for the digest: fields separated by tabs, no field can hold one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::FacilityId;

use super::Shortage;
use super::cell::Cell;
use super::query::Filter;
use super::store::{KeyNo, Store};

impl Shortage {
    /// `rules`, then per facility: `facility`, and per item: `item`, `batch` rows, `card` rows; then what is on its way:
    /// `transit`, `expected`, `asked` and `lead` rows.
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
        let mut rows = self.transit_rows();
        rows.extend(self.expected_rows());
        rows.extend(self.asked_rows());
        rows.sort_unstable();
        for row in rows {
            sink(row.as_bytes());
        }
    }

    fn transit_rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for (id, transfer) in &self.supply.transfers {
            for leg in &transfer.legs {
                let name = |number| self.facilities.text(Some(number));
                let (from, to, on) = (name(leg.from), name(leg.to), leg.dispatched_on);
                let (due, asked) = (shown(leg.due), shown(leg.requisition.as_ref()));
                rows.push(format!("transit\t{id}\t{from}\t{to}\t{on}\t{due}\t{asked}"));
            }
            for (key, sums) in transfer.lines(None) {
                let key = shown(self.codes.stock_key(key));
                let left = sums.in_transit().normalize();
                rows.push(format!("transit\t{id}\t{key}\t{left}"));
            }
        }
        rows
    }

    fn expected_rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        for (number, id) in self.supply.orders.ids.sorted() {
            let Some(order) = self.supply.orders.get(number) else {
                continue;
            };
            let placed = order.placed_on;
            for (place, line) in (1..).zip(&order.lines) {
                let (facility, item) = (
                    self.facilities.text(Some(line.facility)),
                    self.codes.items.text(Some(line.item)),
                );
                let left = order.outstanding(place, line, None).normalize();
                let due = shown(line.due);
                let head = format!("expected\t{id}\t{place}\t{placed}");
                rows.push(format!("{head}\t{facility}\t{item}\t{left}\t{due}"));
            }
        }
        rows
    }

    fn asked_rows(&self) -> Vec<String> {
        let mut rows = Vec::new();
        let name = |facility, item| {
            let facility = self.facilities.text(Some(facility));
            format!("{facility}\t{}", self.codes.items.text(Some(item)))
        };
        let requisitions = &self.supply.requisitions;
        requisitions.each(|facility, id, on, item, waiting, unmet| {
            let (waiting, unmet) = (waiting.normalize(), unmet.normalize());
            let name = name(facility, item);
            rows.push(format!("asked\t{id}\t{name}\t{on}\t{waiting}\t{unmet}"));
        });
        for ((facility, item), [count, days, squares]) in self.supply.leads.each() {
            let name = name(facility, item);
            rows.push(format!("lead\t{name}\t{count}\t{days}\t{squares}"));
        }
        rows
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
