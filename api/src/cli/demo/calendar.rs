//! The demo's two years, on Egypt's clocks.

use sijill_ledger_core::domain::values::{Date, EffectiveAt, Month, ValueError};
use sijill_ledger_core::time::MICROS_PER_SECOND;

/// First day.
pub const FIRST_DAY: (i16, i8, i8) = (2024, 1, 1);
/// Last day.
pub const LAST_DAY: (i16, i8, i8) = (2025, 12, 31);

/// Days of the story: 2024 was a leap year.
pub const DAYS: u64 = 731;

/// A date of the demo's story.
pub fn date((year, month, day): (i16, i8, i8)) -> Result<Date, ValueError> {
    Date::new(year, month, day)
}

/// 0 for Sunday to 6 for Saturday; 1970-01-01 was a Thursday.
pub fn weekday(day: Date) -> u32 {
    (day.days() + 4).rem_euclid(7).unsigned_abs()
}

/// Sunday to Thursday.
pub fn is_working_day(day: Date) -> bool {
    weekday(day) <= 4
}

/// Day of the month, from 1.
pub fn day_of_month(day: Date) -> u32 {
    (day.days() - day.month().first().days() + 1).unsigned_abs()
}

/// Number of the month in its year, from 1.
pub fn month_of_year(month: Month) -> u32 {
    (month.number().rem_euclid(12) + 1).unsigned_abs()
}

/// A minute of a day on the wall. Summer time by Egypt's law 24 of 2023: from the last Friday of April to the end of
/// the last Thursday of October.
pub fn at(day: Date, minute: u32) -> Result<EffectiveAt, ValueError> {
    let offset = if is_summer_time(day) { 180 } else { 120 };
    let micros = i64::from(minute) * 60 * MICROS_PER_SECOND;
    EffectiveAt::new(day.start(offset).plus_micros(micros), offset)
}

fn is_summer_time(day: Date) -> bool {
    let january = day
        .month()
        .plus(1 - i32::try_from(month_of_year(day.month())).unwrap_or(1));
    let last = |month: i32, wanted: u32| {
        let mut last = january.plus(month - 1).last();
        while weekday(last) != wanted {
            last = last.plus_days(-1);
        }
        last
    };
    (last(4, 5)..=last(10, 4)).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_and_summer_time() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(weekday(day("2024-01-01")), 1);
        assert!(!is_working_day(day("2024-01-05")) && is_working_day(day("2024-01-07")));
        let offset = |text: &str| at(day(text), 600).unwrap().offset_minutes();
        assert_eq!([offset("2024-04-25"), offset("2024-04-26")], [120, 180]);
        assert_eq!([offset("2025-10-30"), offset("2025-10-31")], [180, 120]);
    }
}
