//! Values of arguments, parsed once at the edge.

use std::str::FromStr;

use sijill_ledger_core::domain::values::{Date, EffectiveAt, ValueError};
use sijill_ledger_core::time::MICROS_PER_SECOND;

/// Minutes ahead of UTC, as `+02:00`, `-3:30`, `Z` or plain minutes such as `120`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset(pub i16);

const OFFSET_RULE: &str = "minutes or ±HH:MM, within 14 hours";

impl FromStr for UtcOffset {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new("offset", text, OFFSET_RULE);
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

/// An instant with the offset of the clock on the wall: `YYYY-MM-DD` (the end of that day, UTC) or
/// `YYYY-MM-DDTHH:MM±hh:mm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant(pub EffectiveAt);

const INSTANT_RULE: &str = "YYYY-MM-DD or YYYY-MM-DDTHH:MM with an offset such as +02:00 or Z";

impl FromStr for Instant {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new("instant", text, INSTANT_RULE);
        let (day, rest) = text.split_at_checked(10).ok_or_else(error)?;
        let day = Date::parse(day).map_err(|_| error())?;
        if rest.is_empty() {
            return end_of_day(day, UtcOffset(0)).map(Self);
        }
        let clock = rest.strip_prefix(['T', ' ']).ok_or_else(error)?;
        let (clock, offset) = clock.split_at_checked(5).ok_or_else(error)?;
        let offset: UtcOffset = offset.parse().map_err(|_| error())?;
        let (hour, minute) = clock.split_once(':').ok_or_else(error)?;
        let hour = two_digits(hour, 23).ok_or_else(error)?;
        let minute = two_digits(minute, 59).ok_or_else(error)?;
        let micros = (hour * 60 + minute) * 60 * MICROS_PER_SECOND;
        EffectiveAt::new(day.start(offset.0).plus_micros(micros), offset.0).map(Self)
    }
}

/// The last microsecond of a day at an offset.
pub fn end_of_day(day: Date, offset: UtcOffset) -> Result<EffectiveAt, ValueError> {
    EffectiveAt::new(day.start(offset.0).plus_days(1).plus_micros(-1), offset.0)
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
        let noon: Instant = "2025-05-15T12:00+02:00".parse().unwrap();
        assert_eq!(noon.0.at().to_string(), "2025-05-15T10:00:00.000000Z");
        let day: Instant = "2025-05-15".parse().unwrap();
        assert_eq!(day.0.at().to_string(), "2025-05-15T23:59:59.999999Z");
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
