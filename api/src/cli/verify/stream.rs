//! A stream as far as the log was followed, and what must hold of its next event.

use std::collections::HashMap;

use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::enrolment::Keys;
use sijill_ledger_core::event::{ActorId, Recorded, Statement};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::time::Timestamp;
use uuid::Uuid;

use super::decisions::Expected;
use crate::cli::lang::{Lang, two};

/// A stream as far as it was followed.
#[derive(Default)]
pub struct Stream {
    /// `None` only after an event that could not have happened, where the check ends.
    pub state: Option<State>,
    /// Revision that comes next.
    pub next: u64,
    /// Command and actor of the last event, and its number within the command.
    last: Option<(Uuid, ActorId, usize)>,
    /// What was signed for the last event.
    pub statement: Option<Statement>,
    /// Index of every event along the log: an approval names a revision.
    pub indexes: Vec<u64>,
    /// What is still to come of the last decision.
    pub expected: Expected,
}

/// The keys that stand in a stream, as far as it was followed.
pub fn keys_in<'a>(
    streams: &'a HashMap<StreamName, Stream>,
    owner: &StreamName,
) -> Option<&'a Keys> {
    streams.get(owner)?.state.as_ref()?.keys()
}

/// The event's stream as far as it was followed; it may begin here.
pub fn stream_of<'a>(
    streams: &'a mut HashMap<StreamName, Stream>,
    event: &Recorded,
    lang: Lang,
) -> Result<&'a mut Stream, String> {
    let name = &event.stream;
    if !streams.contains_key(name) {
        let state = State::before_first(name.kind()).ok_or_else(|| {
            two!(
                lang,
                "نوع السلسلة {name} غير معروف",
                "{name} is of no kind that this program knows"
            )
        })?;
        let stream = Stream {
            state: Some(state),
            ..Stream::default()
        };
        streams.insert(name.clone(), stream);
    }
    // It was put there just now, where it was not.
    streams.get_mut(name).ok_or_else(|| name.to_string())
}

impl Stream {
    /// Whether the event is a further one of the command that the last event is of.
    pub fn is_of_last_command(&self, event: &Recorded) -> bool {
        let metadata = &event.metadata;
        let same = |(command, by, _): &(Uuid, ActorId, usize)| {
            *command == metadata.command_id && *by == metadata.actor.id
        };
        self.last.as_ref().is_some_and(same)
    }

    /// Whether the event last followed is the first of its decision.
    pub fn begins_decision(&self) -> bool {
        self.last
            .as_ref()
            .is_some_and(|(_, _, number)| *number == 0)
    }

    /// The events of one command stand together, so an event's number in it is known, and its id follows.
    pub fn check_id(&mut self, origin: &str, event: &Recorded, lang: Lang) -> Result<(), String> {
        let (command, actor) = (event.metadata.command_id, &event.metadata.actor.id);
        let number = match &self.last {
            Some((_, _, number)) if self.is_of_last_command(event) => number + 1,
            Some(_) | None => 0,
        };
        self.last = Some((command, actor.clone(), number));
        self.statement.clone_from(&event.metadata.statement);
        let (id, expected) = (
            event.id,
            event_id(origin, actor, &event.stream, command, number),
        );
        if id == expected {
            return Ok(());
        }
        Err(two!(
            lang,
            "رقم الحدث {id} لا يُشتق من أمره: المنتظر {expected}",
            "its id {id} does not follow from its command: {expected} does"
        ))
    }
}

pub fn check_order(
    event: &Recorded,
    next: u64,
    last_stamp: Option<Timestamp>,
    lang: Lang,
) -> Result<(), String> {
    let (stream, revision, stamp) = (&event.stream, event.revision, event.recorded_at);
    if revision != next {
        return Err(two!(
            lang,
            "مراجعته في {stream} هي {revision} والمنتظر {next}",
            "its revision in {stream} is {revision} where {next} comes next"
        ));
    }
    match last_stamp {
        Some(last) if last >= stamp => Err(two!(
            lang,
            "سُجل في {stamp} وما قبله في {last}",
            "it was recorded at {stamp}, the one before it at {last}"
        )),
        _ => Ok(()),
    }
}
