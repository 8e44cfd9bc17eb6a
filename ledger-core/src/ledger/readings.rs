//! Other streams as facts: their durable state, kept and brought up to date on each reading.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::ExecuteError;
use crate::aggregate::Readings;
use crate::codec;
use crate::domain::State;
use crate::store::{EventStore, StreamName};

/// Streams kept decoded for reading; beyond it the table starts anew.
const READINGS_MAX: usize = 50_000;

/// Durable states by stream. Apart from the lanes, whose states may rest on events that are never stored.
#[derive(Default)]
pub(super) struct ReadingDesk(Mutex<HashMap<StreamName, (Option<u64>, State)>>);

impl ReadingDesk {
    pub(super) async fn read_all<R, S: EventStore>(
        &self,
        store: &S,
        streams: impl IntoIterator<Item = StreamName>,
    ) -> Result<Readings, ExecuteError<R>> {
        let mut readings = Readings::default();
        for stream in streams {
            let (revision, state) = self.read(store, &stream).await?;
            readings.insert(stream, revision, state);
        }
        Ok(readings)
    }

    pub(super) async fn read<R, S: EventStore>(
        &self,
        store: &S,
        stream: &StreamName,
    ) -> Result<(Option<u64>, State), ExecuteError<R>> {
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(stream)
            .cloned();
        let (known_revision, state) = match known {
            Some(known) => known,
            None => (
                None,
                State::before_first(stream.kind()).ok_or_else(|| {
                    ExecuteError::Unencodable(format!("{stream}: unknown kind of stream"))
                })?,
            ),
        };
        let (revision, state) =
            read_onwards(store, stream, known_revision, state, |_, _| {}).await?;
        if revision == known_revision {
            // Nothing new: what is kept stays, and nobody fills the table by asking for streams that are not there.
            return Ok((revision, state));
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= READINGS_MAX {
            table.clear();
        }
        // A slower reader never puts an older state back.
        if table
            .get(stream)
            .is_none_or(|(newest, _)| *newest < revision)
        {
            table.insert(stream.clone(), (revision, state.clone()));
        }
        Ok((revision, state))
    }
}

/// Reads a stream on from a revision and remembers what it holds.
pub(super) async fn read_onwards<R, S: EventStore>(
    store: &S,
    stream: &StreamName,
    mut revision: Option<u64>,
    mut state: State,
    mut note: impl FnMut(Uuid, u64),
) -> Result<(Option<u64>, State), ExecuteError<R>> {
    loop {
        let batch = store
            .read_stream(stream, revision.map_or(0, |r| r.saturating_add(1)))
            .await?;
        if batch.is_empty() {
            return Ok((revision, state));
        }
        for (index, entry) in batch.iter() {
            let parts = if entry.part_count() > 0 {
                store.parts(index).await?
            } else {
                Vec::new()
            };
            let recorded = codec::recorded(index, &entry, &parts)
                .map_err(|e| ExecuteError::undecodable(&e, stream, entry.revision, index))?;
            let (metadata, stamp) = (&recorded.metadata, Some(recorded.recorded_at));
            state = state
                .evolve(&recorded.event, stream, metadata, entry.revision, stamp)
                .ok_or_else(|| {
                    let what = format!("{} could not have happened there", entry.kind);
                    ExecuteError::Damaged {
                        stream: stream.clone(),
                        revision: entry.revision,
                        index,
                        what,
                    }
                })?;
            note(entry.id, entry.revision);
            revision = Some(entry.revision);
        }
    }
}
