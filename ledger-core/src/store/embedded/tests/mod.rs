//! The engine over the simulated disk: one thread, so that a seed always gives the same run.

mod crash;
mod damage;
mod errors;
mod mirroring;
mod observing;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::committer::Committer;
use super::error::OpenError;
use super::group::Request;
use super::options::Options;
use super::shared::Shared;
use super::sim::{Random, SimDisk};
use super::start::{Lock, Purpose, start};
use crate::store::prepare::prepare;
use crate::store::{Append, AppendError, Appended, NewEntry, Part, PartClass, ReadError};
use crate::time::{Clock, ManualClock, Timestamp};

const ORIGIN: &str = "sijill.example/sim";
const SEGMENT_BYTES: u32 = 16 << 10;

/// How many seeds to try: few in every run, more in `scripts/drill disk --seeds N`.
fn seeds(usual: u64) -> u64 {
    std::env::var("SIJILL_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// An open store without threads.
struct Engine {
    committer: Option<Committer>,
    shared: Arc<Shared>,
    _lock: Lock,
}

type Outcome = Result<Appended, AppendError>;

impl Engine {
    fn open(disk: &SimDisk, clock: &Arc<ManualClock>) -> Result<Self, OpenError> {
        Self::open_as(Purpose::Append, disk, clock)
    }

    fn open_as(
        purpose: Purpose,
        disk: &SimDisk,
        clock: &Arc<ManualClock>,
    ) -> Result<Self, OpenError> {
        let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
        let options = Options {
            dir: PathBuf::from("/data/log"),
            origin: Some(ORIGIN.to_owned()),
            clock,
            files: Arc::new(disk.clone()),
            segment_bytes: SEGMENT_BYTES,
            queue_max: 1,
            allow_gap: false,
        };
        let (committer, shared, lock) = start(options, purpose, false)?;
        Ok(Self {
            committer: Some(committer),
            shared,
            _lock: lock,
        })
    }

    /// Submits appends at once: they share as few groups as they fit into.
    fn append(&mut self, appends: Vec<Append>) -> Vec<Outcome> {
        let (mut queue, mut answers) = (VecDeque::new(), Vec::new());
        for append in appends {
            let (answer, answered) = oneshot::channel();
            queue.push_back(Request::Append(Box::new(prepare(append).unwrap()), answer));
            answers.push(answered);
        }
        let committer = self.committer.as_mut().unwrap();
        let mut left = queue.pop_front();
        while let Some(request) = left {
            left = committer.handle(request, &mut || queue.pop_front());
            left = left.or_else(|| queue.pop_front());
        }
        answers
            .iter_mut()
            .map(|answer| answer.try_recv().unwrap())
            .collect()
    }

    fn erase(&mut self, index: u64, part: u8) -> Result<(), ReadError> {
        let (answer, mut answered) = oneshot::channel();
        let request = Request::Erase {
            index,
            part,
            answer,
        };
        self.committer
            .as_mut()
            .unwrap()
            .handle(request, &mut || None);
        answered.try_recv().unwrap()
    }

    fn close(mut self) {
        self.committer.take().unwrap().close();
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_micros(
        1_760_000_000_000_000,
    )))
}

/// An entry whose id and data say its number; some have withheld parts.
fn entry(random: &mut Random, number: u64) -> NewEntry {
    let part = |class, text: String| Part {
        class,
        salt: [9; 32],
        bytes: text.into_bytes(),
    };
    let data_bytes_max = if random.chance(5) { 9_000 } else { 500 };
    let withheld = match random.below(6) {
        0 => vec![part(PartClass::Person, format!("secret of {number}"))],
        1 => vec![
            part(PartClass::Bidder, format!("bidder of {number}")),
            part(PartClass::Security, "x".repeat(random.below(600))),
        ],
        _ => Vec::new(),
    };
    NewEntry {
        id: uuid::Uuid::from_u128(u128::from(number)),
        kind: "sijill.events.v1.Simulated",
        metadata: number.to_be_bytes().to_vec(),
        data: vec![b'S'; random.below(data_bytes_max)],
        withheld,
    }
}
