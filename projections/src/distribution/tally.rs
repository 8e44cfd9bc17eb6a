//! Counting deliveries and order lines.

use rust_decimal::Decimal;
use sijill_ledger_core::domain::values::{Date, Month};

use super::deliveries::DeliverySummary;
use super::transit::median;
use crate::shortage::amc::quotient;
use crate::trade::orders::{Arrival, End, Line, Order};

/// Numbers of what is asked for; a code that the view never saw has none, and nothing fits it.
pub(super) struct Wanted {
    pub item: Code,
    pub facility: Code,
}

/// One code that is asked for, or none.
pub(super) enum Code {
    Any,
    Unknown,
    Known(u32),
}

impl Code {
    pub fn of(named: Option<&str>, number: impl FnOnce(&str) -> Option<u32>) -> Self {
        named.map_or(Self::Any, |code| {
            number(code).map_or(Self::Unknown, Self::Known)
        })
    }

    fn fits(&self, other: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Unknown => false,
            Self::Known(number) => *number == other,
        }
    }
}

impl Wanted {
    pub fn fits(&self, item: u32, facility: u32) -> bool {
        self.item.fits(item) && self.facility.fits(facility)
    }
}

/// A delivery that is looked at.
pub(super) struct SeenDelivery<'a> {
    pub number: u32,
    pub order: &'a Order,
    pub arrival: &'a Arrival,
    pub line: Option<&'a Line>,
}

impl SeenDelivery<'_> {
    /// Days after the due day, zero when on time; `None` without one.
    pub fn late_days(&self) -> Option<i32> {
        let due = self.line?.due?;
        Some((self.arrival.delivered_on.days() - due.days()).max(0))
    }
}

/// An order line that is looked at; `place` is its number, from 1.
pub(super) struct SeenLine<'a> {
    pub number: u32,
    pub order: &'a Order,
    pub place: usize,
    pub line: &'a Line,
}

impl SeenLine<'_> {
    pub fn month(&self) -> Month {
        self.line.due.unwrap_or(self.order.placed_on).month()
    }

    /// Whether enough came until a day, less what had been rejected of it until another.
    pub fn in_full(&self, came_until: Date, rejected_until: Date) -> bool {
        let arrivals = self.order.arrivals_of(self.place, came_until);
        let good = arrivals
            .map(|arrival| {
                let rejected = arrival.rejected(Some(rejected_until));
                arrival.quantity.saturating_sub(rejected)
            })
            .fold(Decimal::ZERO, Decimal::saturating_add);
        good >= self.line.quantity
    }
}

impl Order {
    pub fn line(&self, number: u16) -> Option<&Line> {
        self.lines.get(usize::from(number).checked_sub(1)?)
    }
}

/// A summary being counted.
#[derive(Default)]
pub(super) struct Tally {
    counts: DeliverySummary,
    late_days: Vec<i32>,
}

impl Tally {
    pub fn delivery(&mut self, seen: &SeenDelivery<'_>) {
        if seen.line.is_none() {
            self.counts.not_ordered += 1;
            return;
        }
        match seen.late_days() {
            None => self.counts.without_due += 1,
            Some(0) => {
                self.counts.deliveries += 1;
                self.counts.on_time += 1;
            }
            Some(days) => {
                self.counts.deliveries += 1;
                self.counts.late += 1;
                self.late_days.push(days);
            }
        }
    }

    pub fn line(&mut self, seen: &SeenLine<'_>, today: Date) {
        if seen.order.ended_by(today) == Some(End::Cancelled) {
            self.counts.lines_cancelled += 1;
            return;
        }
        let in_full = u64::from(seen.in_full(today, today));
        self.counts.lines_ordered += 1;
        self.counts.lines_filled += in_full;
        if let Some(due) = seen.line.due.filter(|due| *due <= today) {
            self.counts.lines_due += 1;
            self.counts.in_full += in_full;
            self.counts.on_time_in_full += u64::from(seen.in_full(due, today));
        }
    }

    pub fn summary(mut self) -> DeliverySummary {
        self.late_days.sort_unstable();
        let rate = |part: u64, whole: u64| quotient(part.into(), whole.into());
        DeliverySummary {
            on_time_rate: rate(self.counts.on_time, self.counts.deliveries),
            late_days_median: median(&self.late_days),
            line_fill: rate(self.counts.lines_filled, self.counts.lines_ordered),
            otif: rate(self.counts.on_time_in_full, self.counts.lines_due),
            ..self.counts
        }
    }
}
