//! What the writer's queue holds, and the group that it becomes.

use tokio::sync::oneshot;

use super::mirror::MirrorError;
use super::parts::Written;
use crate::store::prepare::Prepared;
use crate::store::{AppendError, Appended, ReadError};
use crate::time::Timestamp;

pub(super) type Answer = oneshot::Sender<Result<Appended, AppendError>>;

/// What the writer's queue holds.
#[derive(Debug)]
pub(super) enum Request {
    Append(Box<Prepared>, Answer),
    Mirror {
        first_index: u64,
        entries: Vec<Vec<u8>>,
        /// Their withheld parts, by index; none in a mirror.
        withheld: Vec<(u64, Vec<Written>)>,
        answer: oneshot::Sender<Result<u64, MirrorError>>,
    },
    Erase {
        index: u64,
        part: u8,
        answer: oneshot::Sender<Result<(), ReadError>>,
    },
    Close,
}

/// One group in the making.
#[derive(Default)]
pub(super) struct Group {
    pub(super) count: u32,
    pub(super) answers: Vec<(Answer, Result<Appended, AppendError>)>,
    pub(super) withheld: Vec<(u64, Vec<Written>)>,
    pub(super) last_stamp: Option<Timestamp>,
}

impl Group {
    // Whoever asked may have gone; the entries are stored all the same. The last first: whoever waits for many in the order
    // of asking is woken by the first, once, when the others are there already.
    pub(super) fn answer(self) {
        for (answer, result) in self.answers.into_iter().rev() {
            let _ = answer.send(result);
        }
    }

    pub(super) fn answer_unknown(self, why: &str) {
        for (answer, result) in self.answers {
            let result = match result {
                Ok(_) => Err(AppendError::OutcomeUnknown(why.to_owned())),
                // It may conflict with an entry of this very group, which may not be stored.
                Err(AppendError::Conflict { .. }) => Err(AppendError::Unavailable(why.to_owned())),
                refused => refused,
            };
            let _ = answer.send(result);
        }
    }
}
