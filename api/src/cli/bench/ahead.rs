//! A clock that runs as time runs, ahead of it by as much as a bench says: so that a deadline weeks away comes now.

use std::sync::atomic::{AtomicI64, Ordering};

use sijill_ledger_core::time::{Clock, ClockError, SystemClock, Timestamp};

/// The machine's clock, set forward.
#[derive(Debug, Default)]
pub struct Ahead {
    wall: SystemClock,
    micros: AtomicI64,
}

impl Ahead {
    /// Shows `at` now, and runs on from there; never back.
    pub fn set(&self, at: Timestamp) -> Result<(), ClockError> {
        let ahead = at.micros_since(self.wall.now()?);
        self.micros.fetch_max(ahead, Ordering::SeqCst);
        Ok(())
    }
}

impl Clock for Ahead {
    fn now(&self) -> Result<Timestamp, ClockError> {
        let ahead = self.micros.load(Ordering::SeqCst);
        Ok(self.wall.now()?.plus_micros(ahead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_on_from_where_it_is_set_and_never_back() {
        let clock = Ahead::default();
        let now = clock.now().unwrap();
        let later = now.plus_days(20);
        clock.set(later).unwrap();
        assert!(clock.now().unwrap() >= later);
        clock.set(now).unwrap();
        assert!(clock.now().unwrap() >= later);
    }
}
