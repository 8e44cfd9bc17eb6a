//! Instants as people read them: on the clocks of the country, with their offset and the day of the week.

use sijill_ledger_core::domain::values::{Clocks, EffectiveAt, Weekday};
use sijill_ledger_core::time::{MICROS_PER_SECOND, Timestamp};

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// Arabic.
    Arabic,
    /// English.
    English,
}

/// Characters of an instant's one form, `2026-11-22T12:00:00.000000Z`, before its last.
const FORM_CHARS: usize = 26;

/// `Sunday 2026-11-22 14:00 +02:00`; seconds where there are any.
pub fn shown(at: EffectiveAt, tongue: Tongue) -> String {
    let day = at.date();
    let minutes = at.offset_minutes();
    let seconds = at.at().micros_since(day.start(minutes)) / MICROS_PER_SECOND;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let second = match second {
        0 => String::new(),
        second => format!(":{second:02}"),
    };
    let (arabic, english) = Weekday::of(day).words();
    let weekday = match tongue {
        Tongue::Arabic => arabic,
        Tongue::English => english,
    };
    let sign = if minutes < 0 { '-' } else { '+' };
    let ahead = minutes.unsigned_abs();
    let (hours, rest) = (ahead / 60, ahead % 60);
    format!("{weekday} {day} {hour:02}:{minute:02}{second} {sign}{hours:02}:{rest:02}")
}

/// A text whose instants, written in their one form, are shown on these clocks; those outside the years 1900 to 2999 stay as they are.
pub fn instants_shown(text: &str, clocks: &Clocks<'_>, tongue: Tongue) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find('Z') {
        let found = end.checked_sub(FORM_CHARS).and_then(|begin| {
            let at = clocks.show(read(rest.get(begin..=end)?)?)?;
            Some((rest.get(..begin)?, at))
        });
        let (before, after) = rest.split_at(end.saturating_add(1));
        match found {
            Some((words, at)) => {
                told.push_str(words);
                told.push_str(&shown(at, tongue));
            }
            None => told.push_str(before),
        }
        rest = after;
    }
    told.push_str(rest);
    told
}

fn read(text: &str) -> Option<Timestamp> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_micros(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use sijill_ledger_core::domain::values::ClockChange;

    use super::*;

    #[test]
    fn instants_in_texts_are_shown_on_the_clocks_of_the_country() {
        let deadline = read("2026-11-22T12:00:00.000000Z").unwrap();
        let changes = [ClockChange {
            from: deadline.plus_days(1),
            minutes: 180,
        }];
        let clocks = Clocks::of_country(&changes);
        let text = format!(
            "Z: until {deadline}, not {}Z",
            deadline.plus_micros(7_500_000)
        );
        assert_eq!(
            instants_shown(&text, &clocks, Tongue::English),
            "Z: until Sunday 2026-11-22 15:00 +03:00, not Sunday 2026-11-22 15:00:07 +03:00Z"
        );
        let clocks = Clocks::at_offset(-150);
        assert_eq!(
            instants_shown(&format!("حتى {deadline}"), &clocks, Tongue::Arabic),
            "حتى الأحد 2026-11-22 09:30 -02:30"
        );
        let never = format!("{} اZ", Timestamp::from_micros(i64::MAX));
        assert_eq!(instants_shown(&never, &clocks, Tongue::Arabic), never);
    }
}
