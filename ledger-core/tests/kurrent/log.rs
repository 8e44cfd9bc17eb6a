//! What the server keeps: one log, streams by name, and the rules by which an append is taken.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sijill_ledger_core::time::Clock;
use uuid::Uuid;

use super::messages::{
    AppendAnswer, EventId, Expression, Halves, NotFound, Place, Proposed, Read, ReadAnswer,
    Recorded, StreamId, Success, Wrong,
};

/// An event in the log.
#[derive(Clone, Debug)]
pub struct Written {
    pub stream: String,
    pub revision: u64,
    pub id: Uuid,
    pub kind: String,
    pub position: u64,
    pub created_ticks: i64,
    pub metadata: Vec<u8>,
    pub data: Vec<u8>,
}

/// The log of all nodes.
pub struct Log {
    pub events: Vec<Written>,
    streams: HashMap<String, Vec<usize>>,
    destroyed: HashSet<String>,
    clock: Arc<dyn Clock>,
}

/// The stream was destroyed.
#[derive(Debug)]
pub struct Destroyed;

impl Log {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            events: Vec::new(),
            streams: HashMap::new(),
            destroyed: HashSet::new(),
            clock,
        }
    }

    /// Takes events where the stream stands as expected; the same ones at the same place are taken once.
    pub fn append(
        &mut self,
        place: &Place,
        events: Vec<Proposed>,
    ) -> Result<AppendAnswer, Destroyed> {
        let stream = name(place.stream.as_ref());
        if self.destroyed.contains(&stream) {
            return Err(Destroyed);
        }
        let held = self.streams.get(&stream).map_or(&[][..], Vec::as_slice);
        let next = place.revision.map_or(0, |revision| revision + 1);
        let ids: Vec<Uuid> = events.iter().map(|event| id(event.id.as_ref())).collect();
        let last = next + ids.len() as u64 - 1;
        if next != held.len() as u64 {
            let there = held
                .iter()
                .skip(usize::try_from(next).unwrap_or(usize::MAX));
            let there: Vec<Uuid> = there
                .map(|at| self.events[*at].id)
                .take(ids.len())
                .collect();
            if there == ids {
                return Ok(success(last));
            }
            return Ok(wrong(place, (held.len() as u64).checked_sub(1)));
        }
        for (revision, event) in (next..).zip(events) {
            self.write(&stream, revision, event);
        }
        Ok(success(last))
    }

    fn write(&mut self, stream: &str, revision: u64, event: Proposed) {
        let micros = self.clock.now().unwrap().as_micros();
        // Positions have gaps, and time has finer units than ours.
        let last = self.events.last().map_or(0, |event| event.position);
        let position = last + 1 + (event.data.len() as u64 + revision) % 97;
        self.streams
            .entry(stream.to_owned())
            .or_default()
            .push(self.events.len());
        self.events.push(Written {
            stream: stream.to_owned(),
            revision,
            id: id(event.id.as_ref()),
            kind: event.system.get("type").cloned().unwrap_or_default(),
            position,
            created_ticks: micros * 10 + 7,
            metadata: event.metadata,
            data: event.data,
        });
    }

    /// Writes an event that is not of this program.
    pub fn write_foreign(&mut self, stream: &str, kind: &str) {
        let revision = self.streams.get(stream).map_or(0, Vec::len) as u64;
        let event = Proposed {
            system: HashMap::from([("type".to_owned(), kind.to_owned())]),
            data: b"{}".to_vec(),
            ..Proposed::default()
        };
        self.write(stream, revision, event);
    }

    /// As if restored from an older copy.
    pub fn forget_after(&mut self, events: usize) {
        self.events.truncate(events);
        for places in self.streams.values_mut() {
            places.retain(|at| *at < events);
        }
    }

    pub fn destroy(&mut self, place: &Place) -> Result<(), Destroyed> {
        let stream = name(place.stream.as_ref());
        self.streams.remove(&stream);
        if self.destroyed.insert(stream) {
            Ok(())
        } else {
            Err(Destroyed)
        }
    }

    /// Events of a stream from a revision.
    pub fn read_stream(&self, place: &Place, count: u64) -> Result<Vec<ReadAnswer>, Destroyed> {
        let stream = name(place.stream.as_ref());
        if self.destroyed.contains(&stream) {
            return Err(Destroyed);
        }
        let Some(places) = self
            .streams
            .get(&stream)
            .filter(|places| !places.is_empty())
        else {
            return Ok(vec![ReadAnswer {
                not_found: Some(NotFound {
                    stream: place.stream.clone(),
                }),
                ..ReadAnswer::default()
            }]);
        };
        let last = places.len() as u64 - 1;
        let from = place.end.map_or(place.revision.unwrap_or(0), |()| last);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let found = places.iter().skip(from).take(count);
        Ok(found.map(|at| answer(&self.events[*at])).collect())
    }

    /// Events of the log from a position on, that one included.
    pub fn read_all(&self, from: u64, count: u64, kinds: Option<&Expression>) -> Vec<ReadAnswer> {
        let wanted = |event: &&Written| {
            let named = |kinds: &Expression| {
                kinds
                    .prefixes
                    .iter()
                    .any(|prefix| event.kind.starts_with(prefix))
            };
            kinds.is_none_or(named)
        };
        let start = self.events.partition_point(|event| event.position < from);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let found = self.events[start..].iter().filter(wanted).take(count);
        found.map(answer).collect()
    }
}

fn success(revision: u64) -> AppendAnswer {
    let success = Success {
        revision: Some(revision),
        no_position: Some(()),
    };
    AppendAnswer {
        success: Some(success),
        wrong: None,
    }
}

fn wrong(place: &Place, current: Option<u64>) -> AppendAnswer {
    let wrong = Wrong {
        current,
        current_none: current.is_none().then_some(()),
        expected: place.revision,
        expected_none: place.revision.is_none().then_some(()),
    };
    AppendAnswer {
        success: None,
        wrong: Some(wrong),
    }
}

fn answer(event: &Written) -> ReadAnswer {
    let system = [
        ("type", event.kind.clone()),
        ("created", event.created_ticks.to_string()),
        ("content-type", "application/octet-stream".to_owned()),
    ];
    let id = EventId {
        halves: None,
        text: Some(event.id.to_string()),
    };
    let recorded = Recorded {
        id: Some(id),
        stream: Some(StreamId {
            name: event.stream.clone().into_bytes(),
        }),
        revision: event.revision,
        prepare: event.position,
        commit: event.position,
        system: system.map(|(key, value)| (key.to_owned(), value)).into(),
        metadata: event.metadata.clone(),
        data: event.data.clone(),
    };
    let read = Read {
        event: Some(recorded),
        commit: Some(event.position),
    };
    ReadAnswer {
        event: Some(read),
        not_found: None,
    }
}

fn name(stream: Option<&StreamId>) -> String {
    String::from_utf8(stream.unwrap().name.clone()).unwrap()
}

fn id(id: Option<&EventId>) -> Uuid {
    let Some(EventId { halves, text }) = id else {
        return Uuid::nil();
    };
    let joined = |Halves { high, low }: Halves| {
        Uuid::from_u64_pair(high.cast_unsigned(), low.cast_unsigned())
    };
    let parsed = || text.as_ref().and_then(|text| text.parse().ok());
    halves.map(joined).or_else(parsed).unwrap_or_default()
}
