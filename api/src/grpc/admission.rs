//! Who gets in when many come at once. Nothing waits in a line that has no end: what is above a limit is turned away
//! with `RESOURCE_EXHAUSTED` and the time after which it is worth coming back.
//!
//! | Limit | Known callers | Without a token |
//! |---|---|---|
//! | calls whose answer has not begun, in all | [`Limits::calls_max`] | [`Limits::anonymous_calls_max`], a budget of their own |
//! | of these, calls of one caller | [`Limits::calls_per_caller_max`] | [`Limits::calls_per_address_max`] |
//! | calls and streams open at once | [`Limits::open_per_caller_max`] each | [`Limits::open_per_address_max`] per address, [`Limits::anonymous_open_max`] in all |
//! | bytes of a request | [`MESSAGE_BYTES_MAX`] a message | [`ANONYMOUS_REQUEST_BYTES_MAX`] a call |
//! | time until the answer begins | [`Limits::call_time_max`]; for an upload, whose answer comes after all of it, [`Limits::upload_time_max`]; for a receipt as much longer as it may wait for a checkpoint | the same |
//!
//! So citizens cannot crowd out commands, no caller takes more than a small part of the room, and a stream on which nothing
//! happens costs its owner a place and nobody else anything. Many addresses together can still fill the room of those
//! without a token.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sijill_ledger_core::event::ActorId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use super::status;

/// Largest message in either direction, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;
/// Largest request of a caller without a token, in bytes: questions are short.
pub const ANONYMOUS_REQUEST_BYTES_MAX: usize = 256 << 10;

/// The limits of one server.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_field_names)] // limits are maxima, and the word stands last
pub struct Limits {
    /// Calls of known callers whose answer has not begun.
    pub calls_max: usize,
    /// The same of callers without a token.
    pub anonymous_calls_max: usize,
    /// Calls of one known caller whose answer has not begun.
    pub calls_per_caller_max: usize,
    /// The same for one address without a token.
    pub calls_per_address_max: usize,
    /// Calls and streams that one known caller has open.
    pub open_per_caller_max: usize,
    /// The same for one address without a token.
    pub open_per_address_max: usize,
    /// The same for all without a token.
    pub anonymous_open_max: usize,
    /// How long a call may take until its answer begins.
    pub call_time_max: Duration,
    /// The same for an upload: a large document over a slow line.
    pub upload_time_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls_max: 512,
            anonymous_calls_max: 128,
            calls_per_caller_max: 64,
            calls_per_address_max: 24,
            open_per_caller_max: 256,
            open_per_address_max: 64,
            anonymous_open_max: 2_048,
            call_time_max: Duration::from_secs(30),
            upload_time_max: Duration::from_mins(15),
        }
    }
}

/// Whose places are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// A token's subject.
    Subject(ActorId),
    /// An address without a token; `None` where it is not known.
    Address(Option<IpAddr>),
}

/// Lets calls in.
pub struct Admission {
    limits: Limits,
    known: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    by_caller: HashMap<Whose, usize>,
    /// Calls whose answer has not begun.
    turns: HashMap<Whose, usize>,
    anonymous: usize,
}

impl Admission {
    /// With these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            known: Arc::new(Semaphore::new(limits.calls_max)),
            anonymous: Arc::new(Semaphore::new(limits.anonymous_calls_max)),
            open: Mutex::default(),
        }
    }

    /// The limits.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether no call and no stream is open.
    pub fn is_idle(&self) -> bool {
        self.open().by_caller.is_empty()
    }

    /// Lets a call in, or turns it away.
    pub fn enter(self: &Arc<Self>, whose: Whose) -> Result<(Place, Turn), Status> {
        let budget = match whose {
            Whose::Subject(_) => &self.known,
            Whose::Address(_) => &self.anonymous,
        };
        let turn = Arc::clone(budget).try_acquire_owned().map_err(|_| busy())?;
        let place = self.take_place(whose.clone())?;
        self.take_turn(&whose)?;
        let turn = Turn {
            _permit: turn,
            admission: Arc::clone(self),
            whose,
        };
        Ok((place, turn))
    }

    fn take_turn(&self, whose: &Whose) -> Result<(), Status> {
        let max = match whose {
            Whose::Subject(_) => self.limits.calls_per_caller_max,
            Whose::Address(_) => self.limits.calls_per_address_max,
        };
        let mut open = self.open();
        let taken = open.turns.entry(whose.clone()).or_default();
        if *taken >= max {
            return Err(busy());
        }
        *taken = taken.saturating_add(1);
        Ok(())
    }

    fn end_turn(&self, whose: &Whose) {
        let mut open = self.open();
        if let Some(count) = open.turns.get_mut(whose) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.turns.remove(whose);
            }
        }
    }

    fn take_place(self: &Arc<Self>, whose: Whose) -> Result<Place, Status> {
        let limits = &self.limits;
        let mut open = self.open();
        let of_caller = open.by_caller.get(&whose).copied().unwrap_or_default();
        let (of_caller_max, is_full) = match whose {
            Whose::Subject(_) => (limits.open_per_caller_max, false),
            Whose::Address(_) => {
                let is_full = open.anonymous >= limits.anonymous_open_max;
                (limits.open_per_address_max, is_full)
            }
        };
        if of_caller >= of_caller_max {
            return Err(too_many(of_caller_max));
        }
        if is_full {
            return Err(busy());
        }
        if matches!(whose, Whose::Address(_)) {
            open.anonymous = open.anonymous.saturating_add(1);
        }
        open.by_caller
            .insert(whose.clone(), of_caller.saturating_add(1));
        drop(open);
        Ok(Place {
            admission: Arc::clone(self),
            whose,
        })
    }

    fn leave(&self, whose: &Whose) {
        let mut open = self.open();
        if matches!(whose, Whose::Address(_)) {
            open.anonymous = open.anonymous.saturating_sub(1);
        }
        if let Some(count) = open.by_caller.get_mut(whose) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_caller.remove(whose);
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the open calls and streams of its caller; given back when it is dropped.
pub struct Place {
    admission: Arc<Admission>,
    whose: Whose,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.admission.leave(&self.whose);
    }
}

/// A turn to be worked on, until the answer begins; given back when it is dropped.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
    admission: Arc<Admission>,
    whose: Whose,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.admission.end_turn(&self.whose);
    }
}

fn busy() -> Status {
    status::overloaded(
        "SERVER_BUSY",
        "الخادم مشغول الآن؛ أعد الطلب برقمه نفسه بعد حين",
        "the server is busy; try again later with the same request id",
    )
}

fn too_many(max: usize) -> Status {
    status::overloaded(
        "TOO_MANY_OPEN_CALLS",
        format!("لك {max} من الطلبات والتدفقات المفتوحة وهذا هو الحد؛ أغلق بعضها ثم أعد الطلب"),
        format!(
            "you have {max} calls and streams open, which is the limit; close some, then try again"
        ),
    )
}

#[cfg(test)]
mod tests {
    use sijill_ledger_core::domain::values::OfficialId;

    use super::*;

    fn admission() -> Arc<Admission> {
        Arc::new(Admission::new(Limits {
            calls_max: 4,
            anonymous_calls_max: 2,
            calls_per_caller_max: 3,
            calls_per_address_max: 2,
            open_per_caller_max: 3,
            open_per_address_max: 2,
            anonymous_open_max: 3,
            call_time_max: Duration::from_secs(1),
            upload_time_max: Duration::from_secs(1),
        }))
    }

    fn address(last: u8) -> Whose {
        Whose::Address(Some([127, 0, 0, last].into()))
    }

    fn subject(name: &str) -> Whose {
        Whose::Subject(ActorId::Official(OfficialId::new(name).unwrap()))
    }

    fn reason(outcome: Result<(Place, Turn), Status>) -> String {
        use tonic_types::StatusExt as _;
        let status = outcome.err().unwrap();
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        assert!(status.get_details_retry_info().is_some());
        status.get_details_error_info().unwrap().reason
    }

    #[test]
    fn no_caller_takes_all_the_room_with_calls_that_do_not_end() {
        let admission = Arc::new(Admission::new(Limits {
            calls_per_caller_max: 2,
            calls_per_address_max: 1,
            ..admission().limits
        }));
        let _held = [(); 2].map(|()| admission.enter(subject("mona")).unwrap());
        assert_eq!(reason(admission.enter(subject("mona"))), "SERVER_BUSY");
        assert!(admission.enter(subject("omar")).is_ok());
        let first = admission.enter(address(1)).unwrap();
        assert_eq!(reason(admission.enter(address(1))), "SERVER_BUSY");
        assert!(admission.enter(address(2)).is_ok());
        drop(first);
        assert!(admission.enter(address(1)).is_ok());
    }

    #[test]
    fn callers_without_a_token_have_a_budget_of_their_own() {
        let admission = admission();
        let mut inside = vec![admission.enter(address(1)).unwrap()];
        inside.push(admission.enter(address(2)).unwrap());
        assert_eq!(reason(admission.enter(address(3))), "SERVER_BUSY");
        inside.push(admission.enter(subject("1")).unwrap());
    }

    #[test]
    fn nobody_takes_more_places_than_their_own() {
        let admission = admission();
        // Streams: the answer has begun, so the turn is over and the place is kept.
        let streams: Vec<Place> = (0..3)
            .map(|_| admission.enter(subject("1")).unwrap().0)
            .collect();
        let refused = admission.enter(subject("1"));
        assert_eq!(reason(refused), "TOO_MANY_OPEN_CALLS");
        assert!(admission.enter(subject("2")).is_ok());
        drop(streams);
        assert!(admission.enter(subject("1")).is_ok());
        assert!(
            admission.open().by_caller.is_empty(),
            "nothing is left behind"
        );
    }

    #[test]
    fn streams_without_a_token_are_limited_per_address_and_in_all() {
        let admission = admission();
        let enter = |last| admission.enter(address(last)).map(|(place, _)| place);
        let _first = [enter(1).unwrap(), enter(1).unwrap()];
        let refused = admission.enter(address(1));
        assert_eq!(reason(refused), "TOO_MANY_OPEN_CALLS");
        let third = enter(2).unwrap();
        assert_eq!(reason(admission.enter(address(3))), "SERVER_BUSY");
        drop(third);
        assert!(enter(3).is_ok());
    }
}
