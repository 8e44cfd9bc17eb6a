//! One stock card: balance over time, expiry, and what is set aside.

use rust_decimal::Decimal;

use super::expiry::Expiry;
use super::timeline::Timeline;
use crate::domain::values::{Date, Quantity, ReservationId};
use crate::time::Timestamp;

/// A stock card: facility × item × batch × programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    pub(super) timeline: Timeline,
    pub(super) expiry: Expiry,
    pub(super) reserved: Vec<Reserved>,
    /// Received and not inspected yet.
    pub(super) uninspected: Decimal,
}

/// Stock set aside on one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reserved {
    pub(super) reservation: ReservationId,
    pub(super) from: Timestamp,
    pub(super) outstanding: Decimal,
}

impl Card {
    /// What is on the shelf, usable or not.
    pub const fn on_hand(&self) -> Decimal {
        self.timeline.balance()
    }

    /// The batch's expiry: usable through this day.
    pub fn expiry(&self) -> Option<Date> {
        self.expiry.date()
    }

    /// The balance over time.
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What is set aside in all.
    pub fn reserved(&self) -> Decimal {
        self.reserved.iter().map(|r| r.outstanding).sum()
    }

    /// What a reservation still holds of this card.
    pub(super) fn held_by(&self, reservation: &ReservationId) -> Option<Decimal> {
        self.reserved
            .iter()
            .find(|r| r.reservation == *reservation)
            .map(|r| r.outstanding)
    }

    /// Whether the batch is past its expiry on a date.
    pub fn is_expired(&self, on: Date) -> bool {
        self.expiry().is_some_and(|expiry| expiry < on)
    }

    /// The least that lies here and is not set aside by others than `own`, at an instant or any time after it. What a
    /// plan may take: a backdated one must not starve what was recorded since.
    pub(super) fn free_from(&self, at: Timestamp, own: Option<&ReservationId>) -> Decimal {
        let others = || self.reserved.iter().filter(|r| Some(&r.reservation) != own);
        let reserved_at = |instant: Timestamp| -> Decimal {
            others()
                .filter(|r| r.from <= instant)
                .map(|r| r.outstanding)
                .sum()
        };
        let free_at = |instant, balance: Decimal| balance.saturating_sub(reserved_at(instant));
        let mut lowest = free_at(at, self.timeline.balance_at(at));
        for reserved in others().filter(|r| r.from > at) {
            let balance = self.timeline.balance_at(reserved.from);
            lowest = lowest.min(free_at(reserved.from, balance));
        }
        let later = self
            .timeline
            .steps_after(at)
            .map(|(entry, balance)| free_at(entry.at, balance));
        later.fold(lowest, Decimal::min)
    }

    /// Takes from a reservation what it still holds, at most a quantity.
    pub(super) fn consume(&mut self, reservation: &ReservationId, quantity: Quantity) {
        for held in self
            .reserved
            .iter_mut()
            .filter(|r| r.reservation == *reservation)
        {
            held.outstanding -= held.outstanding.min(quantity.get());
        }
        self.reserved.retain(|r| !r.outstanding.is_zero());
    }
}
