//! How many applications are taken in an hour: of one caller, and of all callers without a token together. So strangers fill at
//! most [`STRANGERS_MAX`] × [`APPLICATION_BYTES_MAX`](super::APPLICATION_BYTES_MAX) an hour of the log with them, whoever and
//! however many they are. A caller with a token is known, and is not kept out by a crowd of strangers: a registrar's desk can
//! hand in the application that a firm has signed.
//!
//! Only what was recorded counts; what a rule refuses gives its place back. The count begins anew with the server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tonic::{Code, Status};

use crate::grpc::admission::Whose;
use crate::grpc::status::Problem;

/// How long an application counts.
const WINDOW: Duration = Duration::from_hours(1);
/// Applications of one caller in that time: a firm that corrects its mistakes, not a program.
pub const CALLER_MAX: usize = 5;
/// Applications of all callers without a token in that time.
pub const STRANGERS_MAX: usize = 60;

/// Counts applications.
#[derive(Default)]
pub struct Intake(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    /// In the order of coming.
    taken: VecDeque<Taken>,
    next: u64,
}

struct Taken {
    number: u64,
    at: Instant,
    whose: Whose,
}

/// A place among the hour's applications: given back unless it is kept.
pub struct Place {
    intake: Arc<Intake>,
    number: Option<u64>,
}

impl Intake {
    /// Takes a place, or says when there is one again.
    pub fn take(intake: &Arc<Self>, whose: Whose, now: Instant) -> Result<Place, Status> {
        let mut counted = intake.counted();
        counted.forget(now);
        let stranger = matches!(whose, Whose::Address(_));
        let own = |taken: &&Taken| taken.whose == whose;
        let of_strangers = |taken: &&Taken| matches!(taken.whose, Whose::Address(_));
        counted.room(CALLER_MAX, now, own)?;
        if stranger {
            counted.room(STRANGERS_MAX, now, of_strangers)?;
        }
        let number = counted.next;
        counted.next = number.saturating_add(1);
        counted.taken.push_back(Taken {
            number,
            at: now,
            whose,
        });
        drop(counted);
        Ok(Place {
            intake: Arc::clone(intake),
            number: Some(number),
        })
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn forget(&mut self, now: Instant) {
        let old = |taken: &Taken| now.saturating_duration_since(taken.at) >= WINDOW;
        while self.taken.front().is_some_and(old) {
            self.taken.pop_front();
        }
    }

    /// Whether fewer than `max` of these were taken.
    fn room(
        &self,
        max: usize,
        now: Instant,
        counts: impl Fn(&&Taken) -> bool,
    ) -> Result<(), Status> {
        let mut these = self.taken.iter().filter(counts);
        let first = these.next();
        if first.map_or(0, |_| these.count().saturating_add(1)) < max {
            return Ok(());
        }
        let waited = first.map_or(WINDOW, |first| now.saturating_duration_since(first.at));
        Err(full(max, WINDOW.saturating_sub(waited)))
    }
}

impl Place {
    /// The application was recorded: its place is taken for the hour.
    pub fn keep(mut self) {
        self.number = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut counted = self.intake.counted();
            counted.taken.retain(|taken| taken.number != number);
        }
    }
}

fn full(max: usize, wait: Duration) -> Status {
    let minutes = wait.as_secs().div_ceil(60);
    Problem::new(
        Code::ResourceExhausted,
        "APPLICATIONS_TOO_MANY",
        format!(
            "يُؤخذ في الساعة {max} من طلبات التسجيل وقد أُخذت؛ أعد الطلب برقمه نفسه بعد {minutes} دقيقة، أو سلّمه موقَّعًا إلى مسجِّل"
        ),
        format!(
            "{max} applications are taken in an hour, and they were; try again with the same request id in {minutes} minutes, or hand it in, signed, at a registrar's"
        ),
    )
    .retry_after(wait)
    .into()
}

#[cfg(test)]
mod tests {
    use sijill_ledger_core::domain::values::OfficialId;
    use sijill_ledger_core::event::ActorId;
    use tonic_types::StatusExt as _;

    use super::*;

    fn address(n: usize) -> Whose {
        let [.., high, low] = n.to_be_bytes();
        Whose::Address(Some([10, 0, high, low].into()))
    }

    fn take(intake: &Arc<Intake>, whose: Whose, now: Instant) -> bool {
        Intake::take(intake, whose, now).map(Place::keep).is_ok()
    }

    #[test]
    fn one_caller_has_so_many_places_an_hour() {
        let (intake, now) = (Arc::default(), Instant::now());
        for _ in 0..CALLER_MAX {
            assert!(take(&intake, address(1), now));
        }
        assert!(!take(&intake, address(1), now));
        assert!(take(&intake, address(2), now));
        let just_before = now + WINDOW.saturating_sub(Duration::from_nanos(1));
        assert!(!take(&intake, address(1), just_before));
        assert!(take(&intake, address(1), now + WINDOW));
    }

    #[test]
    fn strangers_together_have_so_many_and_whoever_is_known_is_not_among_them() {
        let (intake, now) = (Arc::default(), Instant::now());
        for n in 0..STRANGERS_MAX {
            assert!(take(&intake, address(n), now));
        }
        assert!(!take(&intake, address(STRANGERS_MAX), now));
        let rana = ActorId::Official(OfficialId::new("rana").unwrap());
        assert!(take(&intake, Whose::Subject(rana), now));
        assert!(take(&intake, address(STRANGERS_MAX), now + WINDOW));
    }

    #[test]
    fn what_is_refused_gives_its_place_back() {
        let (intake, now) = (Arc::default(), Instant::now());
        for _ in 0..2 * CALLER_MAX {
            assert!(Intake::take(&intake, address(1), now).is_ok());
        }
        let held: Vec<_> = (0..CALLER_MAX)
            .map(|_| Intake::take(&intake, address(1), now).ok())
            .collect();
        let refused = Intake::take(&intake, address(1), now).err().unwrap();
        assert_eq!(refused.code(), Code::ResourceExhausted);
        let retry = refused.get_details_retry_info().unwrap();
        assert_eq!(retry.retry_delay, Some(WINDOW));
        drop(held);
        assert!(take(&intake, address(1), now));
    }
}
