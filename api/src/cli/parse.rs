//! Values of arguments, parsed once at the edge.

use std::fmt;
use std::str::FromStr;

use sijill_ledger_core::domain::values::{Date, EffectiveAt, Month, ValueError};
use sijill_ledger_core::time::MICROS_PER_SECOND;

use super::errors::Bilingual;

/// What an argument's value has to be, which it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule(pub Bilingual);

impl Rule {
    /// The rule in both languages.
    pub fn new(ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Bilingual::new(ar, en))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Rule {}

/// Minutes ahead of UTC, as `+02:00`, `-3:30`, `Z` or plain minutes such as `120`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset(pub i16);

impl FromStr for UtcOffset {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let error = || {
            Rule::new(
                "دقائق أو ±HH:MM، في حدود 14 ساعة",
                "minutes or ±HH:MM, within 14 hours",
            )
        };
        if text.eq_ignore_ascii_case("z") {
            return Ok(Self(0));
        }
        let minutes = match text.split_once(':') {
            None => text.parse::<i64>().map_err(|_| error())?,
            Some((hours, minutes)) => {
                let (sign, hours) = match hours.strip_prefix('-') {
                    Some(hours) => (-1, hours),
                    None => (1, hours.strip_prefix('+').unwrap_or(hours)),
                };
                let padded = format!("{hours:0>2}");
                let hours = two_digits(&padded, 14).filter(|_| !hours.is_empty());
                let hours = hours.ok_or_else(error)?;
                let minutes = two_digits(minutes, 59).ok_or_else(error)?;
                sign * (hours * 60 + minutes)
            }
        };
        let within = (-14 * 60..=14 * 60).contains(&minutes);
        let minutes = i16::try_from(minutes).ok().filter(|_| within);
        minutes.map(Self).ok_or_else(error)
    }
}

/// An instant that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// `YYYY-MM-DDTHH:MM±hh:mm`, with the offset of the clock on the wall.
    Exact(EffectiveAt),
    /// `YYYY-MM-DD`: the end of that day, on the clock of the country that the log is of.
    EndOf(Date),
}

impl FromStr for Instant {
    type Err = Rule;

    fn from_str(text: &str) -> Result<Self, Rule> {
        let error = || {
            Rule::new(
                "YYYY-MM-DD، أو YYYY-MM-DDTHH:MM ثم فرق التوقيت مثل +02:00 أو Z",
                "YYYY-MM-DD, or YYYY-MM-DDTHH:MM with an offset such as +02:00 or Z",
            )
        };
        let (day, rest) = text.split_at_checked(10).ok_or_else(error)?;
        let day = Date::parse(day).map_err(|_| error())?;
        if rest.is_empty() {
            return Ok(Self::EndOf(day));
        }
        let clock = rest.strip_prefix(['T', ' ']).ok_or_else(error)?;
        let (clock, offset) = clock.split_at_checked(5).ok_or_else(error)?;
        let offset: UtcOffset = offset.parse().map_err(|_| error())?;
        let (hour, minute) = clock.split_once(':').ok_or_else(error)?;
        let hour = two_digits(hour, 23).ok_or_else(error)?;
        let minute = two_digits(minute, 59).ok_or_else(error)?;
        let micros = (hour * 60 + minute) * 60 * MICROS_PER_SECOND;
        let at = EffectiveAt::new(day.start(offset.0).plus_micros(micros), offset.0);
        at.map(Self::Exact).map_err(|_| error())
    }
}

/// The last microsecond of a day at an offset.
pub fn end_of_day(day: Date, offset: UtcOffset) -> Result<EffectiveAt, ValueError> {
    EffectiveAt::new(day.start(offset.0).plus_days(1).plus_micros(-1), offset.0)
}

/// A day, `YYYY-MM-DD`.
pub fn date(text: &str) -> Result<Date, Rule> {
    let rule = "YYYY-MM-DD، مثل 2025-03-01";
    Date::parse(text).map_err(|_| Rule::new(rule, "YYYY-MM-DD, such as 2025-03-01"))
}

/// A month, `YYYY-MM`.
pub fn month(text: &str) -> Result<Month, Rule> {
    let rule = "YYYY-MM، مثل 2025-03";
    Month::parse(text).map_err(|_| Rule::new(rule, "YYYY-MM, such as 2025-03"))
}

fn two_digits(text: &str, max: i64) -> Option<i64> {
    let legal = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    legal
        .then(|| text.parse().ok())
        .flatten()
        .filter(|value| *value <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        let of = |text: &str| text.parse::<UtcOffset>().map(|o| o.0).ok();
        assert_eq!(of("+02:00"), Some(120));
        assert_eq!(of("-03:30"), Some(-210));
        assert_eq!(of("120"), Some(120));
        assert_eq!(of("Z"), Some(0));
        for wrong in [
            "", ":00", "15:00", "999:00", "+2:0", "+02:60", "+-2:00", "two", "-32768", "99999",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants() {
        let of = |text: &str| text.parse::<Instant>().unwrap();
        let Instant::Exact(noon) = of("2025-05-15T12:00+02:00") else {
            panic!("it names a time");
        };
        assert_eq!(noon.at().to_string(), "2025-05-15T10:00:00.000000Z");
        let day = Date::parse("2025-05-15").unwrap();
        assert_eq!(of("2025-05-15"), Instant::EndOf(day));
        let end = end_of_day(day, UtcOffset(120)).unwrap();
        assert_eq!(end.at().to_string(), "2025-05-15T21:59:59.999999Z");
        for wrong in [
            "2025-02-29",
            "2025-05-15T24:00Z",
            "2025-05-15T12:00",
            "yesterday",
            "٢٠٢٥-٠٥-١٥",
        ] {
            assert!(wrong.parse::<Instant>().is_err(), "{wrong}");
        }
    }
}
