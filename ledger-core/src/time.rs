//! Instants, effective times and the injected clock.
//!
//! Three times stand on every event: `decided_at` (the instant the rules used), `recorded_at` (set once by the
//! store, strictly increasing along the log) and `effective_at` (when it happened in the world).

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::readable::readable;

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
/// Microseconds in a day of 24 hours.
pub const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// An instant: whole microseconds since 1970-01-01T00:00:00Z. Any `i64` is an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

readable! { Timestamp as i64, parse: parse, store: Timestamp::as_micros, restore: restored }

fn restored(micros: i64) -> Result<Timestamp, jiff::Error> {
    Ok(Timestamp(micros))
}

/// What `Display` writes, read back.
fn parse(text: &str) -> Result<Timestamp, jiff::Error> {
    if let Some(micros) = text.strip_suffix(" µs").and_then(|n| n.parse().ok()) {
        return Ok(Timestamp(micros));
    }
    let instant: jiff::Timestamp = text.parse()?;
    Ok(Timestamp(instant.as_microsecond()))
}

impl Timestamp {
    /// The instant this many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This instant moved by some microseconds; the ends of time hold.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// This instant moved by whole days of 24 hours; the ends of time hold.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(MICROS_PER_DAY))
    }

    /// Microseconds from `earlier` to this instant; negative when it is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// RFC 3339 with microseconds, in UTC; an instant outside years −9999 to 9999 is printed in microseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => write!(f, "{instant:.6}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

/// Where the time of a decision or a stamp comes from. Injected, so that a demo can span two years and a test can stand still.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, or why this clock cannot be trusted now.
    fn now(&self) -> Result<Timestamp, ClockError>;
}

/// The clock cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The wall clock moved against the monotonic clock by more than the limit.
    #[error(
        "the system clock jumped by {jump_seconds} s against the monotonic clock; check time synchronisation and restart"
    )]
    Jumped {
        /// How far it moved, in seconds; negative is backwards.
        jump_seconds: i64,
    },
}

/// The machine's clock, refused when it jumps against the monotonic clock.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    started_micros: i64,
}

/// How far the wall clock may drift from the monotonic clock since the start, in seconds: far above what time
/// synchronisation slews, far below what an operator sets by mistake.
const JUMP_SECONDS_MAX: i64 = 300;

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            started_micros: wall_micros(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        let wall = wall_micros();
        let elapsed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let jump =
            wall.saturating_sub(self.started_micros.saturating_add(elapsed)) / MICROS_PER_SECOND;
        if jump.abs() > JUMP_SECONDS_MAX {
            return Err(ClockError::Jumped { jump_seconds: jump });
        }
        Ok(Timestamp(wall))
    }
}

fn wall_micros() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// A clock that stands still until it is set: for demos, imports and tests.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    pub const fn new(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Result<Timestamp, ClockError> {
        Ok(Timestamp(self.0.load(Ordering::SeqCst)))
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Result<Timestamp, ClockError> {
        (**self).now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::values::{Date, EffectiveAt, Sha256};

    /// Text for people, the same bytes as ever for hashes and snapshots.
    #[test]
    fn instants_and_dates_are_text_for_people_and_numbers_for_programs() {
        let at = Timestamp::from_micros(1_767_225_600_000_001);
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(json, "\"2026-01-01T00:00:00.000001Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), at);
        let (bytes, number) = (postcard::to_stdvec(&at), postcard::to_stdvec(&at.0));
        assert_eq!(bytes.unwrap(), number.unwrap());

        let end = Timestamp::from_micros(i64::MAX);
        let json = serde_json::to_string(&end).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), end);

        let day = Date::parse("2026-02-28").unwrap();
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2026-02-28\"");
        assert_eq!(serde_json::to_string(&day.month()).unwrap(), "\"2026-02\"");
        assert_eq!(serde_json::from_str::<Date>("\"2026-02-28\"").unwrap(), day);
        assert!(serde_json::from_str::<Date>("\"2026-02-29\"").is_err());
        let (bytes, number) = (postcard::to_stdvec(&day), postcard::to_stdvec(&day.days()));
        assert_eq!(bytes.unwrap(), number.unwrap());

        let noon = EffectiveAt::new(at, 120).unwrap();
        let (bytes, pair) = (postcard::to_stdvec(&noon), postcard::to_stdvec(&(at.0, 120_i16)));
        assert_eq!(bytes.unwrap(), pair.unwrap());
    }

    #[test]
    fn hashes_are_hexadecimal_for_people() {
        let hash = Sha256([0xa5; 32]);
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, format!("\"{}\"", "a5".repeat(32)));
        assert_eq!(serde_json::from_str::<Sha256>(&json).unwrap(), hash);
        assert!(Sha256::parse(&"a5".repeat(31)).is_err());
        assert!(Sha256::parse(&"é".repeat(32)).is_err());
        assert_eq!(postcard::to_stdvec(&hash).unwrap(), hash.0);
    }
}
