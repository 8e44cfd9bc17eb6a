//! Civil dates, months, and effective times with their offset.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Legal, ValueError, legal};
use crate::time::{MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp};

/// A civil date in years 1900 to 2999, stored as days since 1970-01-01.
///
/// In JSON it is its text; in snapshots and hashed commands its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

const FIRST_DAY: i32 = -25_567; // 1900-01-01
const LAST_DAY: i32 = 376_199; // 2999-12-31
const DATE_RULE: Legal = legal(
    "تاريخ بين 1900-01-01 و2999-12-31 بصورة YYYY-MM-DD",
    "a date between 1900-01-01 and 2999-12-31, as YYYY-MM-DD",
);

impl Date {
    /// The date this many days after 1970-01-01.
    pub fn from_days(days: i32) -> Result<Self, ValueError> {
        if (FIRST_DAY..=LAST_DAY).contains(&days) {
            Ok(Self(days))
        } else {
            Err(ValueError::new("date", days, DATE_RULE))
        }
    }

    /// Parses `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new("date", text, DATE_RULE);
        if text.len() != 10 {
            return Err(error());
        }
        let date: civil::Date = text.parse().map_err(|_| error())?;
        Self::from_civil(date).ok_or_else(error)
    }

    /// The date of a year, month and day of the month.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, ValueError> {
        let error = || ValueError::new("date", format!("{year}-{month}-{day}"), DATE_RULE);
        let date = civil::Date::new(year, month, day).map_err(|_| error())?;
        Self::from_civil(date).ok_or_else(error)
    }

    fn from_civil(date: civil::Date) -> Option<Self> {
        let span = date.since(civil::date(1970, 1, 1)).ok()?;
        Self::from_days(span.get_days()).ok()
    }

    fn civil(self) -> civil::Date {
        // Never fails inside the legal range; the fallback keeps the function total.
        civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(self.0))
            .unwrap_or(civil::Date::MAX)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// This date moved by days; the ends of the range hold.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(FIRST_DAY, LAST_DAY))
    }

    /// The month that holds this date.
    pub fn month(self) -> Month {
        let date = self.civil();
        Month(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// The instant this date begins at an offset.
    pub fn start(self, offset_minutes: i16) -> Timestamp {
        let midnight = i64::from(self.0) * MICROS_PER_DAY;
        Timestamp::from_micros(midnight - i64::from(offset_minutes) * 60 * MICROS_PER_SECOND)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.civil().to_string())
    }
}

impl TryFrom<i32> for Date {
    type Error = ValueError;
    fn try_from(days: i32) -> Result<Self, ValueError> {
        Self::from_days(days)
    }
}

impl From<Date> for i32 {
    fn from(date: Date) -> Self {
        date.0
    }
}

/// A calendar month, stored as months since year 0.
///
/// In JSON it is its text; in snapshots and hashed commands its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// Text where people read, the number where bytes count.
macro_rules! text_or_number {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::parse(&text).map_err(de::Error::custom)
                } else {
                    let number = i32::deserialize(deserializer)?;
                    Self::try_from(number).map_err(de::Error::custom)
                }
            }
        }
    };
}

text_or_number!(Date);
text_or_number!(Month);

impl Month {
    /// The month of a year (1900 to 2999) and a number from 1 to 12.
    pub fn new(year: i16, month: i8) -> Result<Self, ValueError> {
        Date::new(year, month, 1).map(Date::month)
    }

    /// Parses `YYYY-MM`.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Date::parse(&format!("{text}-01"))
            .map(Date::month)
            .map_err(|_| {
                ValueError::new(
                    "month",
                    text,
                    legal(
                        "شهر بين 1900-01 و2999-12 بصورة YYYY-MM",
                        "a month between 1900-01 and 2999-12, as YYYY-MM",
                    ),
                )
            })
    }

    /// Months since January of year 0.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// This month moved by months; the ends of the range hold.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(
            self.0
                .saturating_add(months)
                .clamp(1900 * 12, 2999 * 12 + 11),
        )
    }

    /// Its first day.
    pub fn first(self) -> Date {
        let year = i16::try_from(self.0.div_euclid(12)).unwrap_or(2999);
        let month = i8::try_from(self.0.rem_euclid(12) + 1).unwrap_or(1);
        Date::new(year, month, 1).unwrap_or(Date(LAST_DAY))
    }

    /// Its last day.
    pub fn last(self) -> Date {
        let next = Self(self.0 + 1);
        if next.0 > 2999 * 12 + 11 {
            Date(LAST_DAY)
        } else {
            next.first().plus_days(-1)
        }
    }

    /// Its number of days, 28 to 31.
    pub fn day_count(self) -> u32 {
        u32::try_from(self.last().0 - self.first().0 + 1).unwrap_or(31)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!(
            "{:04}-{:02}",
            self.0.div_euclid(12),
            self.0.rem_euclid(12) + 1
        ))
    }
}

impl TryFrom<i32> for Month {
    type Error = ValueError;
    fn try_from(number: i32) -> Result<Self, ValueError> {
        if (1900 * 12..=2999 * 12 + 11).contains(&number) {
            Ok(Self(number))
        } else {
            Err(ValueError::new(
                "month",
                number,
                legal(
                    "شهر بين 1900-01 و2999-12",
                    "a month between 1900-01 and 2999-12",
                ),
            ))
        }
    }
}

impl From<Month> for i32 {
    fn from(month: Month) -> Self {
        month.0
    }
}

/// When something happened in the world: an instant, and the offset from UTC that the clock on the wall there had
/// (EPCIS: eventTime, eventTimeZoneOffset). The date of an event is the date on that wall, so no time-zone
/// database, which governments change, decides a figure.
///
/// Its text is that of RFC 3339, such as `2026-11-22T14:00:00+02:00`; in JSON, which commands are hashed in, instant and offset stand
/// side by side ([`rfc3339`] is for files that people read).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EffectiveAt {
    at: Timestamp,
    offset_minutes: i16,
}

/// What a clock on a wall anywhere may be ahead of UTC, in minutes.
const OFFSET_MINUTES: std::ops::RangeInclusive<i16> = -14 * 60..=14 * 60;

impl EffectiveAt {
    /// An instant between years 1900 and 2999 at an offset within ±14 hours.
    pub fn new(at: Timestamp, offset_minutes: i16) -> Result<Self, ValueError> {
        let effective = Self { at, offset_minutes };
        if !OFFSET_MINUTES.contains(&offset_minutes) {
            return Err(ValueError::new(
                "offset",
                offset_minutes,
                legal(
                    "دقائق عن التوقيت العالمي من -840 إلى 840",
                    "minutes from UTC, -840 to 840",
                ),
            ));
        }
        match i32::try_from(effective.local_days()) {
            Ok(days) if (FIRST_DAY..=LAST_DAY).contains(&days) => Ok(effective),
            _ => Err(ValueError::new("effective time", at, DATE_RULE)),
        }
    }

    /// The instant.
    pub const fn at(self) -> Timestamp {
        self.at
    }

    /// Minutes that the local clock is ahead of UTC.
    pub const fn offset_minutes(self) -> i16 {
        self.offset_minutes
    }

    /// The date on the wall.
    pub fn date(self) -> Date {
        Date(i32::try_from(self.local_days()).unwrap_or(LAST_DAY))
    }

    fn local_days(self) -> i64 {
        let shift = i64::from(self.offset_minutes) * 60 * MICROS_PER_SECOND;
        self.at
            .plus_micros(shift)
            .as_micros()
            .div_euclid(MICROS_PER_DAY)
    }
}

impl fmt::Display for EffectiveAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_microsecond(self.at.as_micros());
        let offset = Offset::from_seconds(i32::from(self.offset_minutes) * 60);
        match (instant, offset) {
            (Ok(instant), Ok(offset)) => write!(f, "{}", instant.display_with_offset(offset)),
            // Neither is possible within the years and offsets that there are.
            _ => self.at.fmt(f),
        }
    }
}

impl FromStr for EffectiveAt {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let read = || {
            let instant: jiff::Timestamp = text.parse().ok()?;
            let offset = Pieces::parse(text).ok()?.to_numeric_offset()?;
            let minutes = i16::try_from(offset.seconds() / 60).ok()?;
            let whole = offset.seconds() % 60 == 0;
            whole.then(|| (Timestamp::from_micros(instant.as_microsecond()), minutes))
        };
        let (at, minutes) = read().ok_or_else(|| {
            ValueError::new(
                "time",
                text,
                legal(
                    "وقت بصورة RFC 3339 مع فرقه عن التوقيت العالمي، مثل 2026-11-22T14:00:00+02:00",
                    "a time as in RFC 3339 with its offset from UTC, such as 2026-11-22T14:00:00+02:00",
                ),
            )
        })?;
        Self::new(at, minutes)
    }
}

/// An effective time as its text, for a field of a file: `#[serde(with = "rfc3339")]`.
pub mod rfc3339 {
    use super::{Deserialize as _, Deserializer, EffectiveAt, Serializer, de};

    /// Writes it.
    pub fn serialize<S: Serializer>(at: &EffectiveAt, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<EffectiveAt, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two in the afternoon in Cairo in winter.
    #[test]
    fn its_text_keeps_the_clock_on_the_wall() {
        let noon = Date::parse("2026-11-22").unwrap().start(-12 * 60);
        let at = EffectiveAt::new(noon, 120).unwrap();
        assert_eq!(at.to_string(), "2026-11-22T14:00:00+02:00");
        // Commands are hashed in this form, which never changes.
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(
            json,
            r#"{"at":"2026-11-22T12:00:00.000000Z","offset_minutes":120}"#
        );
        assert_eq!(serde_json::from_str::<EffectiveAt>(&json).unwrap(), at);
        let universal = EffectiveAt::new(noon, 0).unwrap();
        assert_eq!("2026-11-22T12:00:00.000000Z".parse(), Ok(universal));
        let late = EffectiveAt::new(noon.plus_micros(1), -150).unwrap();
        assert_eq!(late.to_string(), "2026-11-22T09:30:00.000001-02:30");
        assert_eq!(late.to_string().parse(), Ok(late));
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T14:00:00",
            "2026-11-22T14:00:00+02:00:30",
            "2026-11-22T14:00:00+15:00",
            "1026-11-22T14:00:00Z",
        ] {
            assert!(text.parse::<EffectiveAt>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_date_is_the_one_on_the_wall() {
        let late_evening_utc = Date::parse("2026-03-01")
            .unwrap()
            .start(0)
            .plus_micros(23 * 3_600 * MICROS_PER_SECOND);
        let cairo = EffectiveAt::new(late_evening_utc, 120).unwrap();
        assert_eq!(cairo.date().to_string(), "2026-03-02");
        assert_eq!(
            cairo.date().start(120),
            Date::parse("2026-03-02").unwrap().start(120)
        );
    }

    #[test]
    fn every_offset_is_judged_and_none_of_them_breaks_the_judge() {
        let noon = Date::parse("2026-03-01").unwrap().start(0);
        for offset in i16::MIN..=i16::MAX {
            let legal = (-840..=840).contains(&offset);
            assert_eq!(EffectiveAt::new(noon, offset).is_ok(), legal, "{offset}");
        }
    }

    #[test]
    fn months_and_their_days() {
        let february = Month::parse("2028-02").unwrap();
        assert_eq!(
            (february.day_count(), february.last().to_string()),
            (29, "2028-02-29".to_owned())
        );
        assert_eq!(february.plus(11).to_string(), "2029-01");
        assert_eq!(Date::parse("2999-12-31").unwrap().days(), LAST_DAY);
        assert_eq!(Date::parse("1900-01-01").unwrap().days(), FIRST_DAY);
        assert!(Date::parse("2027-02-29").is_err() && Month::parse("2027-13").is_err());
    }
}
