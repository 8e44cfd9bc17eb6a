//! Instants, effective times and the injected clock.
//!
//! Three times stand on every event: `decided_at` (the instant the rules used), `recorded_at` (set once by the
//! store, strictly increasing along the log) and `effective_at` (when it happened in the world).

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
/// Microseconds in a day of 24 hours.
pub const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// An instant: whole microseconds since 1970-01-01T00:00:00Z. Any `i64` is an instant.
///
/// In JSON it is its text; in snapshots and hashed commands its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            let instant: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
            Ok(Self(instant.as_microsecond()))
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

impl Timestamp {
    /// The instant this many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// So many whole seconds after 1970, as witnesses tell time; `None` beyond what can be counted.
    pub fn from_seconds(seconds: u64) -> Option<Self> {
        let seconds = i64::try_from(seconds).ok()?;
        seconds.checked_mul(MICROS_PER_SECOND).map(Self)
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
    /// A clock that is kept elsewhere cannot be read.
    #[error("the clock cannot be read: {what}")]
    Unreadable {
        /// Where, and why.
        what: String,
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
