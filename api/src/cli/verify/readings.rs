//! What a decision read of other streams: the states that its facts name, at hand or folded anew.

use std::collections::HashMap;

use sijill_ledger_core::aggregate::Readings;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::event::{FactRead, Recorded};
use sijill_ledger_core::store::{Entry, StreamName};

use super::source::Source;
use super::stream::Stream;
use crate::cli::lang::{Lang, two};

/// Events that are folded anew in one run, so that a forged log cannot keep `verify` busy for ever: some ten seconds.
const FOLDED_ANEW_MAX: u64 = 2_000_000;
/// Earlier states that are kept: decisions over the same one come in bursts.
const KEPT_MAX: usize = 64;

/// What was found of a decision's facts.
#[derive(Default)]
pub struct Found {
    /// The states; `None` where more would be folded anew for them than is allowed.
    pub readings: Option<Readings>,
    /// Whether a stream that was read had moved on before the decision was appended.
    pub earlier: bool,
}

/// Looks facts up.
pub struct Desk {
    earlier: HashMap<(StreamName, u64), State>,
    /// Events that may still be folded anew.
    left: u64,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            earlier: HashMap::new(),
            left: FOLDED_ANEW_MAX,
        }
    }
}

impl Desk {
    /// The facts of a decision. What it read of this log must have been in it: readings are of durable entries only.
    pub fn look_up(
        &mut self,
        source: &dyn Source,
        streams: &HashMap<StreamName, Stream>,
        event: &Recorded,
        lang: Lang,
    ) -> Result<Found, String> {
        let (mut readings, mut earlier) = (Some(Readings::default()), false);
        // No rule looks at other logs: what is read of them is nothing to decide on.
        let facts = event.metadata.facts.iter();
        for fact in facts.filter(|fact| fact.log.is_none()) {
            let stream = streams.get(&fact.stream);
            let known = stream.map_or(0, |stream| stream.next);
            if let Some(read) = fact.revision.filter(|read| *read >= known) {
                let stream = &fact.stream;
                return Err(two!(
                    lang,
                    "بُني القرار على {stream} عند المراجعة {read} وليس منها في السجل قبله إلا {known}",
                    "it rests on {stream} at revision {read}, of which only {known} events stand before it"
                ));
            }
            let is_newest = fact.revision == known.checked_sub(1);
            earlier |= !is_newest;
            let state = match stream {
                Some(stream) if is_newest => stream.state.clone(),
                Some(_) | None => self.earlier(source, stream, fact),
            };
            readings = readings.zip(state).map(|(mut readings, state)| {
                readings.insert(fact.stream.clone(), fact.revision, state);
                readings
            });
        }
        Ok(Found { readings, earlier })
    }

    /// The state at an earlier revision, or before the first event.
    fn earlier(
        &mut self,
        source: &dyn Source,
        stream: Option<&Stream>,
        fact: &FactRead,
    ) -> Option<State> {
        let before_first = State::before_first(fact.stream.kind())?;
        let Some(revision) = fact.revision else {
            return Some(before_first);
        };
        let key = (fact.stream.clone(), revision);
        if let Some(kept) = self.earlier.get(&key) {
            return Some(kept.clone());
        }
        self.left = self.left.checked_sub(revision.saturating_add(1))?;
        let until = usize::try_from(revision).ok()?;
        let indexes = stream?.indexes.get(..=until)?;
        let state = indexes.iter().try_fold(before_first, |state, index| {
            let looked = source.entry(*index).ok()??;
            let entry = Entry::decode(&looked.bytes).ok()?;
            let event = codec::recorded(*index, &entry, &[]).ok()?;
            let stamp = Some(event.recorded_at);
            state.evolve(
                &event.event,
                &event.stream,
                &event.metadata,
                event.revision,
                stamp,
            )
        })?;
        if self.earlier.len() >= KEPT_MAX {
            self.earlier.clear();
        }
        self.earlier.insert(key, state.clone());
        Some(state)
    }
}
