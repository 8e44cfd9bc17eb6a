//! How to open a store for writing.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::{Files, RealFiles};
use crate::time::Clock;

/// How to open a store for writing.
#[derive(Clone)]
pub struct Options {
    /// The directory.
    pub dir: PathBuf,
    /// The log's identity. Needed to create; `None` takes whichever log is there.
    pub origin: Option<String>,
    /// Where stamps come from.
    pub clock: Arc<dyn Clock>,
    /// The file layer.
    pub files: Arc<dyn Files>,
    /// Length of a segment, in bytes; the first ones are smaller.
    pub segment_bytes: u32,
    /// Appends that may wait before `submit` waits.
    pub queue_max: usize,
    /// Takes the clock's word when it stands more than [`GAP_DAYS_MAX`] after the last stamp: for a log that did rest so
    /// long, and for clocks that are set by hand. Otherwise the first append after opening is refused, because one start
    /// under a wrong clock would stamp an entry from which on no right clock is late enough.
    pub allow_gap: bool,
}

/// Length of a segment, in bytes, unless chosen otherwise.
pub const SEGMENT_BYTES_DEFAULT: u32 = 64 << 20;
/// Smallest length of a segment, in bytes.
pub const SEGMENT_BYTES_MIN: u32 = 4_096;
/// How far the clock may stand after the last stamp when a log is opened, in days: a log that rests for a year is rare, a clock
/// that is years ahead is not.
pub const GAP_DAYS_MAX: i64 = 366;
/// Appends that may wait, unless chosen otherwise.
pub const QUEUE_MAX_DEFAULT: usize = 4_096;

impl Options {
    /// The usual options for a directory.
    pub fn new(dir: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            dir: dir.into(),
            origin: None,
            clock,
            files: Arc::new(RealFiles),
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            queue_max: QUEUE_MAX_DEFAULT,
            allow_gap: false,
        }
    }

    /// With this origin: it creates the log where there is none, and refuses another one.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// With any clock after the last stamp taken at its word.
    #[must_use]
    pub const fn allow_gap(mut self) -> Self {
        self.allow_gap = true;
        self
    }
}
