//! Imported history: no decision rules, but only what moves stock, before the store's first native document, and
//! nothing that the ledger could not have held (DESIGN 2). Who may import, and until when, the ledger asks for every kind of stream.

use super::Decision;
use super::event::{AdjustmentLine, Event};
use super::incoming::check_adds_up;
use super::movement::movements;
use super::refusal::Refusal;
use super::rules::{check_keys, check_lines, check_not_future, check_registered, profile};
use super::shapes::LineOut;
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
        check_lines_of(&event)?;
        if let Event::CountApproved(count) = &event {
            let known = self.counts.contains_key(&count.count);
            ensure(
                !known,
                Refusal::CountExists {
                    count: count.count.clone(),
                },
            )?;
        }
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

/// The same shapes as native documents: 1 to 200 lines, no key twice, nothing that moves nothing, arrivals that add up,
/// no reservation, which history cannot have had.
fn check_lines_of(event: &Event) -> Result<(), Refusal> {
    let keys = event.keys();
    check_keys(keys.iter().copied(), keys.len())?;
    match event {
        Event::StockReceived(receipt) => check_lines(&receipt.lines),
        Event::StockIssued(issue) => check_lines_out(&issue.lines),
        Event::StockDispatched(dispatch) => check_lines_out(&dispatch.lines),
        Event::StockWrittenOff(loss) => check_lines_out(&loss.lines),
        Event::StockReturned(back) => check_lines(&back.lines),
        Event::StockArrived(arrival) => arrival.lines.iter().try_for_each(check_adds_up),
        Event::StockAdjusted(adjustment) => adjustment
            .lines
            .iter()
            .try_for_each(AdjustmentLine::check_amount),
        // Counts and opening balances may well state nothing; the others are no history.
        Event::OpeningBalanceDeclared(_)
        | Event::CountApproved(_)
        | Event::StockAccepted(_)
        | Event::CountProposed(_)
        | Event::StockReserved(_)
        | Event::ReservationReleased(_)
        | Event::BatchQuarantined(_)
        | Event::BatchReleased(_)
        | Event::BatchRecalled(_)
        | Event::StockRepacked(_)
        | Event::DocumentReversed(_)
        | Event::PeriodReported(_)
        | Event::PeriodClosed(_)
        | Event::DiscrepancyOpened(_)
        | Event::DiscrepancyAnswered(_) => Ok(()),
    }
}

fn check_lines_out(lines: &[LineOut]) -> Result<(), Refusal> {
    check_lines(lines)?;
    match lines.iter().find_map(|line| line.reservation.clone()) {
        Some(reservation) => Err(Refusal::ReservationUnknown { reservation }),
        None => Ok(()),
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
