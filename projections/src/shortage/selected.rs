//! What other views ask of one item in one facility.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::stock::Flow;
use sijill_ledger_core::domain::values::{Change, Date, FacilityId, ItemCode, Month};

use super::cell::{Card, Cell};
use super::query::Filter;
use super::{Shortage, Totals};
use crate::distribution::Period;

/// One item in one facility.
pub(crate) struct Selected<'a> {
    pub facility: &'a FacilityId,
    pub item: &'a ItemCode,
    cell: &'a Cell,
}

impl Shortage {
    /// What a filter lets through, in the order of facility and item.
    pub(crate) fn selected(&self, filter: &Filter) -> Vec<Selected<'_>> {
        let mut found = Vec::new();
        for (facility, store) in self.stores(filter) {
            let cells = self.cells(store, filter).into_iter();
            found.extend(cells.map(|(_, item, cell)| Selected {
                facility,
                item,
                cell,
            }));
        }
        found
    }
}

impl Selected<'_> {
    /// What the timelines say of a period: the balance when it began together with what was declared in it, what counts found in
    /// it, the balance when it ended; and whether its entries are all kept one by one.
    pub fn totals_of(&self, period: Period) -> (Totals, bool) {
        if period == Period::default() {
            return (self.cell.totals(), true);
        }
        let mut totals = Totals::default();
        for card in self.cell.cards() {
            add(&mut totals, card, period);
        }
        // With the beginning left open, everything before the period's end has to be kept, or folded whole.
        let first = period.from.or(period.to.map(|month| month.plus(1)));
        let kept = self.cell.kept_from();
        let complete = first.is_none_or(|month| {
            kept.is_none_or(|kept| kept <= month.first().start(0).plus_days(-1))
        });
        (totals, complete)
    }

    /// What counts found above the book (below, when negative), one by one, as far as entries are kept.
    pub fn found_by_counts(&self) -> Vec<(Date, Decimal)> {
        let mut found = Vec::new();
        for card in self.cell.cards() {
            each_step(card, |date, flow, statement, amount| {
                if statement && flow != Flow::Opening {
                    found.push((date, amount));
                }
            });
        }
        found
    }
}

/// Calls back with each entry's date, flow, whether it is a statement, and by how much it changed the balance.
fn each_step(card: &Card, mut found: impl FnMut(Date, Flow, bool, Decimal)) {
    let mut before = card.timeline.balance_before();
    for (entry, after) in card.timeline.steps() {
        let statement = matches!(entry.change, Change::Set(_));
        found(
            entry.date,
            entry.flow,
            statement,
            after.saturating_sub(before),
        );
        before = after;
    }
}

/// Sums by date rather than by place, so that a wall clock that was set back moves no amount into another month than the
/// flows have it in.
fn add(totals: &mut Totals, card: &Card, period: Period) {
    let timeline = &card.timeline;
    let from = period.from.map(Month::first);
    let to = period.to.map(Month::last);
    // What was folded away before the kept entries: sums of everything, less those of what is kept.
    let (mut opening, mut unaccounted) = (timeline.opening(), timeline.unaccounted());
    let (mut before, mut declared, mut counted, mut within) =
        (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    each_step(card, |date, flow, statement, amount| {
        let opens = statement && flow == Flow::Opening;
        if opens {
            opening = opening.saturating_sub(amount);
        } else if statement {
            unaccounted = unaccounted.saturating_sub(amount);
        }
        if from.is_some_and(|from| date < from) {
            before = before.saturating_add(amount);
        } else if to.is_none_or(|to| date <= to) {
            within = within.saturating_add(amount);
            if opens {
                declared = declared.saturating_add(amount);
            } else if statement {
                counted = counted.saturating_add(amount);
            }
        }
    });
    let folded = timeline.balance_before();
    let mut put = |opened: Decimal, found: Decimal| {
        totals.opening = totals.opening.saturating_add(opened);
        totals.unaccounted = totals.unaccounted.saturating_add(found);
    };
    if from.is_some() {
        put(
            folded.saturating_add(before).saturating_add(declared),
            counted,
        );
    } else {
        put(
            opening.saturating_add(declared),
            unaccounted.saturating_add(counted),
        );
    }
    let on_hand = folded.saturating_add(before).saturating_add(within);
    totals.on_hand = totals.on_hand.saturating_add(on_hand);
}
