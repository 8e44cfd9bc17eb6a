//! Which day it is: what the clocks of a country show, as data.
//!
//! No time-zone database decides a day: governments change the clocks at short notice, and a replay must count as it was counted.

use serde::{Deserialize, Serialize};

use super::{Date, EffectiveAt};
use crate::time::{MICROS_PER_DAY, Timestamp};

/// Clocks that show something else from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClockChange {
    /// From when on.
    pub from: Timestamp,
    /// Minutes that they are ahead of UTC then: −840 to 840.
    pub minutes: i16,
}

/// The clocks by which days are counted: those of a country, else the one on the wall of whoever acts.
#[derive(Clone, Copy, Debug)]
pub struct Clocks<'a> {
    changes: &'a [ClockChange],
    otherwise: i16,
}

impl<'a> Clocks<'a> {
    /// Clocks that never change.
    pub const fn at_offset(minutes: i16) -> Self {
        Self {
            changes: &[],
            otherwise: minutes,
        }
    }

    /// A country's: its changes in rising order, two days or more apart ([`Calendar`](super::Calendar)). Before the first of them
    /// they show what it says.
    pub const fn of_country(changes: &'a [ClockChange]) -> Self {
        Self {
            changes,
            otherwise: 0,
        }
    }

    /// The country's changes; none where there is no country.
    pub const fn changes(&self) -> &'a [ClockChange] {
        self.changes
    }

    /// Minutes that they are ahead of UTC at an instant.
    pub fn offset_minutes(&self, at: Timestamp) -> i16 {
        self.change_before(at)
            .map_or(self.otherwise, |change| change.minutes)
    }

    /// What they show at an instant; `None` outside the years 1900 to 2999.
    pub fn show(&self, at: Timestamp) -> Option<EffectiveAt> {
        EffectiveAt::new(at, self.offset_minutes(at)).ok()
    }

    /// The first instant of a date. Where the clocks skip midnight it is that of the change, where they strike it twice the second.
    pub fn start(&self, day: Date) -> Timestamp {
        let midnight = day.start(0);
        let [before, after] = [-1, 1].map(|days| midnight.plus_micros(days * MICROS_PER_DAY));
        let Some(last) = self.change_before(after) else {
            return day.start(self.otherwise);
        };
        let struck = day.start(last.minutes);
        if struck >= last.from {
            return struck;
        }
        day.start(self.offset_minutes(before)).min(last.from)
    }

    /// The first instant after so many whole days: that of the instant from which they are counted does not count. The end of time
    /// for an instant that has no date.
    pub fn after_whole_days(&self, from: Timestamp, days: u16) -> Timestamp {
        self.show(from)
            .map_or(Timestamp::from_micros(i64::MAX), |from| {
                self.start(from.date().plus_days(i32::from(days).saturating_add(1)))
            })
    }

    /// The change whose clocks are shown at an instant.
    fn change_before(&self, at: Timestamp) -> Option<&'a ClockChange> {
        let past = self.changes.partition_point(|change| change.from <= at);
        self.changes.get(past.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        serde_json::from_str(&format!("\"{text}\"")).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn changes(all: &[(&str, i16)]) -> Vec<ClockChange> {
        let change = |(from, minutes): &(&str, i16)| ClockChange {
            from: instant(from),
            minutes: *minutes,
        };
        all.iter().map(change).collect()
    }

    /// Summer of 2024 in Egypt: midnight of 26 April is skipped, that of 1 November is not struck twice, for the hour before it is.
    #[test]
    fn days_of_egypt_begin_with_its_summer() {
        let egypt = changes(&[
            ("2023-10-26T21:00:00Z", 120),
            ("2024-04-25T22:00:00Z", 180),
            ("2024-10-31T21:00:00Z", 120),
        ]);
        let clocks = Clocks::of_country(&egypt);
        for (date, start) in [
            ("2020-06-01", "2020-05-31T22:00:00Z"),
            ("2024-04-25", "2024-04-24T22:00:00Z"),
            ("2024-04-26", "2024-04-25T22:00:00Z"),
            ("2024-04-27", "2024-04-26T21:00:00Z"),
            ("2024-10-31", "2024-10-30T21:00:00Z"),
            ("2024-11-01", "2024-10-31T22:00:00Z"),
            ("2030-06-01", "2030-05-31T22:00:00Z"),
        ] {
            assert_eq!(clocks.start(day(date)), instant(start), "{date}");
        }
        let shown = |at: &str| clocks.show(instant(at)).unwrap().date();
        assert_eq!(shown("2024-10-31T21:30:00Z"), day("2024-10-31"));
        assert_eq!(shown("2024-10-31T22:00:00Z"), day("2024-11-01"));
        let after = clocks.after_whole_days(instant("2024-10-30T12:00:00Z"), 1);
        assert_eq!(after, instant("2024-10-31T22:00:00Z"));
    }

    /// Each date begins at one instant: before it the clocks show an earlier one, and from it on this one.
    #[test]
    fn every_date_begins_once_whatever_the_clocks_do() {
        let odd = changes(&[
            ("2024-01-05T22:10:00Z", 150),
            ("2024-01-09T21:40:00Z", 60),
            ("2024-01-13T22:59:00Z", 180),
            ("2024-01-17T12:00:00Z", -60),
            ("2024-01-20T23:30:00Z", 60),
        ]);
        let clocks = Clocks::of_country(&odd);
        let first = day("2024-01-01");
        for date in (0..30).map(|ahead| first.plus_days(ahead)) {
            let start = clocks.start(date);
            let eve = clocks.show(start.plus_micros(-1)).unwrap().date();
            assert!(eve < date, "{date}");
            assert!(clocks.show(start).unwrap().date() >= date, "{date}");
        }
    }

    #[test]
    fn clocks_that_never_change_show_the_offset() {
        let clocks = Clocks::at_offset(120);
        let date = day("2026-03-02");
        assert_eq!(clocks.start(date), date.start(120));
        assert_eq!(clocks.offset_minutes(Timestamp::from_micros(i64::MIN)), 120);
        assert_eq!(clocks.show(Timestamp::from_micros(i64::MAX)), None);
        let end = clocks.after_whole_days(Timestamp::from_micros(i64::MAX), 3);
        assert_eq!(end, Timestamp::from_micros(i64::MAX));
    }
}
