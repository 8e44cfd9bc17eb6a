//! Imported history: no decision rules, but only what moves stock, before the store's first native document, and
//! nothing that the ledger could not have held (DESIGN 2). Who may import, and until when, the ledger asks for every kind of stream.

use super::Decision;
use super::event::Event;
use super::movement::movements;
use super::refusal::Refusal;
use super::rules::{check_not_future, check_registered, profile};
use super::shapes::LINES_MAX;
use super::state::Stock;
use super::timeline::Entry;
use crate::aggregate::{Facts, ensure};

impl Stock {
    pub(super) fn import(&self, event: Event, facts: &Facts) -> Decision {
        ensure(!self.native, Refusal::NativeBegan)?;
        check_registered(facts)?;
        check_not_future(facts.effective, facts)?;
        let moved = movements(&event, facts.effective);
        ensure(!moved.is_empty() && is_history(&event), Refusal::NotHistory)?;
        let lines = event.keys().len();
        ensure(
            (1..=LINES_MAX).contains(&lines),
            Refusal::LineCount { lines },
        )?;
        for movement in &moved {
            let key = movement.key;
            profile(&key.item, facts)?;
            check_not_future(movement.at, facts)?;
            let entry = Entry::new(movement, facts.next_revision);
            let fits = self
                .cards
                .get(key)
                .is_none_or(|card| card.timeline.accepts(&entry));
            ensure(fits, Refusal::BeyondHorizon { key: key.clone() })?;
        }
        Ok(vec![event])
    }
}

/// Documents that stand alone. What refers to other documents of the stream (inspections, repackings with their checks)
/// is imported as its effect: a receipt, an adjustment.
const fn is_history(event: &Event) -> bool {
    matches!(
        event,
        Event::OpeningBalanceDeclared(_)
            | Event::StockReceived(_)
            | Event::StockIssued(_)
            | Event::StockDispatched(_)
            | Event::StockArrived(_)
            | Event::StockReturned(_)
            | Event::StockAdjusted(_)
            | Event::CountApproved(_)
            | Event::StockWrittenOff(_)
    )
}
