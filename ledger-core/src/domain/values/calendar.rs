//! Which days are worked on, and when a day begins: a weekend, public holidays and the clocks of a country, as data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ClockChange, Clocks, Date};
use crate::domain::grown::grown;
use crate::time::Timestamp;

/// A day of the week (ISO 8601: Monday is the first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// The day of the week of a date.
    pub const fn of(date: Date) -> Self {
        // 1970-01-01 was a Thursday.
        match date.days().rem_euclid(7) {
            0 => Self::Thursday,
            1 => Self::Friday,
            2 => Self::Saturday,
            3 => Self::Sunday,
            4 => Self::Monday,
            5 => Self::Tuesday,
            _ => Self::Wednesday,
        }
    }

    /// What it is called in Arabic and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Monday => ("الاثنين", "Monday"),
            Self::Tuesday => ("الثلاثاء", "Tuesday"),
            Self::Wednesday => ("الأربعاء", "Wednesday"),
            Self::Thursday => ("الخميس", "Thursday"),
            Self::Friday => ("الجمعة", "Friday"),
            Self::Saturday => ("السبت", "Saturday"),
            Self::Sunday => ("الأحد", "Sunday"),
        }
    }
}

/// The days on which offices are closed, and the clocks by which days are counted. Empty, every day is a working day, and whoever
/// acts says which day it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
pub struct Calendar {
    /// Days of the week.
    pub weekend: BTreeSet<Weekday>,
    /// Single days, each as announced: those of the lunar year are not computed.
    pub holidays: BTreeSet<Date>,
    /// What the country's clocks show, each from its instant on: in rising order, two days or more apart. Before the first they show
    /// what it says, and after the last what that says: a year ahead is added by adopting the next version. Empty: days are counted
    /// by the clock of whoever acts.
    #[serde(default)]
    pub clocks: Vec<ClockChange>,
}

grown!(Calendar { weekend, holidays; clocks });

/// How far ahead a working day is looked for, in days: no run of holidays is longer.
const CLOSED_DAYS_MAX: i32 = 366;

impl Calendar {
    /// Whether offices are open on a day.
    pub fn is_working(&self, day: Date) -> bool {
        !self.weekend.contains(&Weekday::of(day)) && !self.holidays.contains(&day)
    }

    /// The day itself where it is a working day, else the next one that is; the day itself in a calendar without any.
    #[must_use]
    pub fn working_from(&self, day: Date) -> Date {
        let days = (0..=CLOSED_DAYS_MAX).map(|ahead| day.plus_days(ahead));
        let mut working = days.filter(|day| self.is_working(*day));
        working.next().unwrap_or(day)
    }

    /// The first instant after so many days on these clocks, the last of which is moved to a working day. The day of the instant from
    /// which they are counted does not count. The end of time for an instant that has no date.
    pub fn after_days(&self, from: Timestamp, days: u16, clocks: &Clocks<'_>) -> Timestamp {
        let Some(from) = clocks.show(from) else {
            return Timestamp::from_micros(i64::MAX);
        };
        let last = self.working_from(from.date().plus_days(days.into()));
        clocks.start(last.plus_days(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// The week of 25 January 2026, a holiday in Egypt, which was a Sunday.
    #[test]
    fn weekends_and_holidays_are_passed_over() {
        let calendar = Calendar {
            weekend: [Weekday::Friday, Weekday::Saturday].into(),
            holidays: [date("2026-01-25")].into(),
            clocks: Vec::new(),
        };
        let open = |day: &str| calendar.is_working(date(day));
        assert!(open("2026-01-22") && open("2026-01-26"));
        assert!(!open("2026-01-23") && !open("2026-01-24") && !open("2026-01-25"));
        for day in ["2026-01-23", "2026-01-25", "2026-01-26"] {
            assert_eq!(calendar.working_from(date(day)), date("2026-01-26"));
        }
    }

    #[test]
    fn days_of_the_week_before_and_after_the_epoch() {
        assert_eq!(Weekday::of(date("1969-12-31")), Weekday::Wednesday);
        assert_eq!(Weekday::of(date("1970-01-01")), Weekday::Thursday);
        assert_eq!(Weekday::of(date("2026-03-02")), Weekday::Monday);
        assert_eq!(Weekday::of(date("1900-01-01")), Weekday::Monday);
    }

    #[test]
    fn a_calendar_without_working_days_ends_the_search() {
        let week: Vec<Weekday> = (0..7)
            .map(|n| Weekday::of(date("2026-01-01").plus_days(n)))
            .collect();
        let calendar = Calendar {
            weekend: week.into_iter().collect(),
            holidays: BTreeSet::new(),
            clocks: Vec::new(),
        };
        assert_eq!(calendar.weekend.len(), 7);
        assert_eq!(
            calendar.working_from(date("2026-01-01")),
            date("2026-01-01")
        );
        let last = date("2999-12-31");
        assert_eq!(calendar.working_from(last), last);
        assert_eq!(Calendar::default().working_from(last), last);
    }
}
