//! Rows that are made later are the rows that were made at once, whatever the view has taken in since.
#![allow(clippy::unwrap_used, reason = "a test may fall")]

mod common;

use common::noon;
use common::trading::{both, history};
use proptest::prelude::*;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::values::{EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::event::Recorded;
use sijill_projections::Runner;
use sijill_projections::shortage::Shortage;
use sijill_projections::shortage::picks::{Cards, Picks};
use sijill_projections::shortage::query::{Filter, Row};

fn fed(events: &[Recorded]) -> Runner {
    let mut runner = Runner::default();
    for event in events {
        runner.apply(event).unwrap();
    }
    runner
}

/// Everything, one facility, one item, one item of one facility, and what nothing is of.
fn filters(rows: &[Row]) -> Vec<Filter> {
    let facility = |id: &FacilityId| Some(id.clone());
    let item = |code: &ItemCode| Some(code.clone());
    let mut filters = vec![
        Filter::default(),
        Filter {
            category: Some(Category::Durable),
            ..Filter::default()
        },
    ];
    for row in rows.iter().step_by(3) {
        let of_facility = Filter {
            facility: facility(&row.facility),
            ..Filter::default()
        };
        let of_item = Filter {
            item: item(&row.item),
            ..Filter::default()
        };
        let of_both = Filter {
            item: item(&row.item),
            ..of_facility.clone()
        };
        filters.extend([of_facility, of_item, of_both]);
    }
    filters
}

/// A question with its rows as they are at once, and what they can be made of later.
struct Asked {
    rows: Vec<Row>,
    picks: Picks,
    cards: Cards,
}

impl Asked {
    fn of(view: &Shortage, at: EffectiveAt, filter: &Filter) -> Self {
        Self {
            rows: view.stock(at, filter).value,
            picks: view.pick(at, filter),
            cards: view.cards(at, filter),
        }
    }

    fn assert_same(&self, view: &Shortage) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.picks.len(), self.rows.len());
        let shown = |value: &dyn std::fmt::Debug| format!("{value:?}");
        for (place, row) in self.rows.iter().enumerate() {
            let made = self.picks.row(place, view).unwrap();
            prop_assert_eq!(shown(&made), shown(row));
            let standing = self.picks.standing(place).unwrap();
            prop_assert_eq!(self.picks.facility(place), Some(&row.facility));
            prop_assert_eq!(self.picks.item(place, view), Some(&row.item));
            prop_assert_eq!(
                (standing.quantities, standing.amc, standing.months_of_stock),
                (row.quantities, row.amc.value, row.months_of_stock)
            );
            prop_assert_eq!(
                (standing.status, standing.stockout_days),
                (row.status, row.stockout_days)
            );
            let supply = self.picks.supply(place).cloned();
            prop_assert_eq!(&supply.unwrap_or_default(), &row.supply);
            let outlook = self.picks.outlook(place, view).unwrap();
            prop_assert_eq!(&outlook, &row.outlook);
        }
        let cards = self.rows.iter().flat_map(|row| {
            let (facility, item) = (&row.facility, &row.item);
            row.cards.iter().map(move |card| (facility, item, card))
        });
        let cards: Vec<_> = cards.collect();
        prop_assert_eq!(self.cards.len(), cards.len());
        for (place, (facility, item, card)) in cards.into_iter().enumerate() {
            let made = self.cards.card(place, view).unwrap();
            prop_assert_eq!(
                (made.facility, made.item, &made.card),
                (facility, item, card)
            );
            prop_assert_eq!(self.cards.quantities(place), Some(card.quantities));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_made_later_are_those_of_then((stock, trade) in both(90), cut in 0_usize..90, ahead in -40_i32..40) {
        let (log, last) = history(&stock, &trade);
        let at = noon(last.plus_days(ahead));
        let cut = cut.min(log.events.len());
        let mut runner = fed(&log.events[..cut]);
        let view = &runner.views().shortage;
        let asked: Vec<Asked> = filters(&view.stock(at, &Filter::default()).value)
            .iter()
            .map(|filter| Asked::of(view, at, filter))
            .collect();
        for one in &asked {
            one.assert_same(view)?;
        }
        for event in &log.events[cut..] {
            runner.apply(event).unwrap();
        }
        let another = fed(&log.events);
        for one in &asked {
            one.assert_same(&runner.views().shortage)?;
            // The two copies of a node's views number codes alike.
            one.assert_same(&another.views().shortage)?;
        }
        // What held on to the cells of then did not keep the view from going on.
        prop_assert_eq!(runner.digests(), another.digests());
    }

    #[test]
    fn those_that_count_are_those_of_their_rows((stock, trade) in both(60)) {
        let (log, last) = history(&stock, &trade);
        let runner = fed(&log.events);
        let view = &runner.views().shortage;
        let mut picks = view.pick(noon(last), &Filter::default());
        prop_assert_eq!(view.cells_of(&Filter::default()), picks.len());
        picks.retain_counted();
        let counted = view.stock(noon(last), &Filter::default()).value;
        let counted: Vec<_> = counted.into_iter().filter(Row::counts).collect();
        let made: Vec<_> = picks.rows(view).collect();
        prop_assert_eq!(format!("{made:?}"), format!("{counted:?}"));
    }
}
