//! Usable stock day by day: stock-out days and episodes.
//!
//! A *stock-out day* of an item is a full day, at or after its first movement there, at whose end nothing usable is left:
//! the balance without expired and blocked batches is zero or less. An *episode* is a maximal run of such days.

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::{BatchHistory, Timeline};
use sijill_ledger_core::domain::values::{Date, EffectiveAt};
use sijill_ledger_core::time::Timestamp;

use super::amc::quotient;

/// What decides how much of a card is usable on a day.
#[derive(Clone, Copy, Debug)]
pub struct CardDays<'a> {
    /// The card's balance.
    pub timeline: &'a Timeline,
    /// Usable through this day, for ever where there is none.
    pub expiry: Option<Date>,
    /// Quarantine, release and recall of its batch.
    pub history: Option<&'a BatchHistory>,
}

/// Usable stock of an item at the end of each day.
///
/// ```
/// use sijill_ledger_core::domain::stock::{Entry, Flow, Timeline};
/// use sijill_ledger_core::domain::values::{Change, Date, Quantity};
/// use sijill_projections::shortage::stockout::{CardDays, Episode, UsableDays};
/// let day = |text: &str| Date::parse(text).unwrap();
/// let entry = |text: &str, order, flow, change| {
///     let date = day(text);
///     Entry { at: date.start(0), date, order, flow, change }
/// };
/// let mut card = Timeline::default();
/// let mut put = |entry| assert!(card.insert(entry));
/// put(entry("2026-03-04", 0, Flow::Received, Change::Add(50.into())));
/// put(entry("2026-03-20", 1, Flow::Counted, Change::Set(Quantity::from(0))));
/// put(entry("2026-03-25", 2, Flow::Received, Change::Add(30.into())));
/// // Recorded after the count: the shelf was empty from the 10th, not only from the 20th.
/// put(entry("2026-03-10", 3, Flow::Issued, Change::Add((-50).into())));
///
/// let usable = |expiry| {
///     let card = CardDays { timeline: &card, expiry, history: None };
///     UsableDays::of([card], day("2026-03-04"), 0)
/// };
/// let march = (day("2026-03-01"), day("2026-04-01"));
/// // Out of stock from the 10th to the 24th: 15 days. The three days before the first delivery are no stock-out.
/// let days = usable(None);
/// assert_eq!(days.stockout_days(march.0, march.1), 15);
/// assert_eq!(days.stocked_days(march.0, march.1), 13);
/// // The second delivery expires on the 29th, its last usable day: a second episode, which has not ended.
/// let episodes = usable(Some(day("2026-03-29"))).episodes(march.0, march.1);
/// assert_eq!(episodes, [
///     Episode { start: day("2026-03-10"), end: Some(day("2026-03-24")), days: 15 },
///     Episode { start: day("2026-03-30"), end: None, days: 2 },
/// ]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsableDays {
    first: i32,
    /// From which day (since 1970) on how much is usable, in order; the first run has no beginning.
    runs: Vec<(i32, Decimal)>,
}

/// A maximal run of stock-out days, inside the days that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Episode {
    /// Its first day; the first day asked for when it began before.
    #[serde(serialize_with = "crate::output::text")]
    pub start: Date,
    /// Its last day; `None` when the last day asked for is still one of it.
    #[serde(serialize_with = "crate::output::text_option")]
    pub end: Option<Date>,
    /// Its days.
    pub days: u32,
}

impl UsableDays {
    /// Adds the cards of an item up. `first` is the date of its first movement there; `offset_minutes` says when a day
    /// ends for quarantine and recall (a movement has its own date).
    pub fn of<'a>(
        cards: impl IntoIterator<Item = CardDays<'a>>,
        first: Date,
        offset_minutes: i16,
    ) -> Self {
        let mut before = Decimal::ZERO;
        let mut changes = Vec::new();
        for card in cards {
            before = before.saturating_add(card.timeline.balance_before());
            card.changes(offset_minutes, &mut changes);
        }
        changes.sort_unstable_by_key(|(day, _)| *day);
        let mut runs = vec![(i32::MIN, before)];
        for (day, change) in changes {
            let usable = runs.last().map_or(Decimal::ZERO, |(_, usable)| *usable);
            let usable = usable.saturating_add(change);
            match runs.last_mut() {
                Some(run) if run.0 == day => run.1 = usable,
                _ => runs.push((day, usable)),
            }
        }
        Self {
            first: first.days(),
            runs,
        }
    }

    /// What is usable at the end of a day, in base units.
    pub fn usable_on(&self, date: Date) -> Decimal {
        let after = self.runs.partition_point(|(day, _)| *day <= date.days());
        let run = after.checked_sub(1).and_then(|place| self.runs.get(place));
        run.map_or(Decimal::ZERO, |(_, usable)| *usable)
    }

    /// Stock-out days from a day until before another.
    pub fn stockout_days(&self, from: Date, until: Date) -> u32 {
        let mut days = 0;
        self.each_stockout(from, until, |start, end| days += end - start);
        u32::try_from(days).unwrap_or(0)
    }

    /// Days with usable stock, from a day until before another.
    pub fn stocked_days(&self, from: Date, until: Date) -> u32 {
        let days = until.days() - from.days().max(self.first);
        u32::try_from(days)
            .unwrap_or(0)
            .saturating_sub(self.stockout_days(from, until))
    }

    /// Episodes from a day until before another, in order.
    pub fn episodes(&self, from: Date, until: Date) -> Vec<Episode> {
        let mut episodes = Vec::new();
        self.each_stockout(from, until, |start, end| {
            let date = |day: i32| from.plus_days(day - from.days());
            episodes.push(Episode {
                start: date(start),
                end: (end < until.days()).then(|| date(end - 1)),
                days: u32::try_from(end - start).unwrap_or(0),
            });
        });
        episodes
    }

    /// Calls back with each maximal run of stock-out days: its first day, and the day after its last.
    fn each_stockout(&self, from: Date, until: Date, mut found: impl FnMut(i32, i32)) {
        let (from, until) = (from.days().max(self.first), until.days());
        let ends = self.runs.iter().skip(1).map(|(day, _)| *day);
        let mut open: Option<(i32, i32)> = None;
        for ((day, usable), end) in self.runs.iter().zip(ends.chain([i32::MAX])) {
            let (start, end) = ((*day).max(from), end.min(until));
            if start >= end {
                continue;
            }
            if *usable <= Decimal::ZERO {
                open = Some((open.map_or(start, |(start, _)| start), end));
            } else if let Some((start, end)) = open.take() {
                found(start, end);
            }
        }
        if let Some((start, end)) = open {
            found(start, end);
        }
    }
}

impl CardDays<'_> {
    /// Puts the days on which the usable balance changes, and by how much.
    fn changes(&self, offset_minutes: i16, changes: &mut Vec<(i32, Decimal)>) {
        let balances = self.balances();
        let mut days: Vec<i32> = balances.iter().map(|(day, _)| *day).collect();
        days.extend(self.expiry.map(|expiry| expiry.days() + 1));
        days.extend(self.step_days(offset_minutes));
        days.sort_unstable();
        days.dedup();

        let mut before = self.timeline.balance_before();
        for day in days {
            let usable = if self.is_unusable(day, offset_minutes) {
                Decimal::ZERO
            } else {
                let after = balances.partition_point(|(other, _)| *other <= day);
                let last = after.checked_sub(1).and_then(|place| balances.get(place));
                last.map_or(self.timeline.balance_before(), |(_, balance)| *balance)
            };
            changes.push((day, usable.saturating_sub(before)));
            before = usable;
        }
    }

    /// The balance at the end of each day with a movement. Entries are in the order of their instants; should a wall clock
    /// have been set back across midnight, the later entry belongs to the later day.
    fn balances(&self) -> Vec<(i32, Decimal)> {
        let mut balances: Vec<(i32, Decimal)> = Vec::new();
        for (entry, balance) in self.timeline.steps() {
            let day = entry.date.days();
            match balances.last_mut() {
                Some(last) if last.0 >= day => last.1 = balance,
                _ => balances.push((day, balance)),
            }
        }
        balances
    }

    fn step_days(&self, offset_minutes: i16) -> impl Iterator<Item = i32> {
        let instants = self.history.into_iter().flat_map(BatchHistory::instants);
        instants
            .filter_map(move |at| Some(EffectiveAt::new(at, offset_minutes).ok()?.date().days()))
    }

    fn is_unusable(&self, day: i32, offset_minutes: i16) -> bool {
        self.expiry.is_some_and(|expiry| expiry.days() < day)
            || self
                .history
                .is_some_and(|history| history.is_blocked(end_of(day, offset_minutes)))
    }
}

/// The last instant of a day.
fn end_of(day: i32, offset_minutes: i16) -> Timestamp {
    Date::from_days(day).map_or(Timestamp::from_micros(i64::MAX), |date| {
        date.start(offset_minutes).plus_days(1).plus_micros(-1)
    })
}

/// Facilities at zero ÷ facilities that report and handle the item; `None` when none does.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::shortage::stockout::rate;
/// assert_eq!(rate(3, 12), Some(Decimal::new(25, 2)));
/// assert_eq!(rate(1, 3), Some(Decimal::new(333_333, 6)));
/// // Nobody reports: no rate, rather than a good one.
/// assert_eq!(rate(0, 0), None);
/// ```
pub fn rate(at_zero: u32, reporting: u32) -> Option<Decimal> {
    quotient(at_zero.into(), reporting.into())
}
