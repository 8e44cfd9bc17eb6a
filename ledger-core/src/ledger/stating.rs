//! What an actor signed, judged before anything is stored.

use super::{ExecuteError, Ledger, Refused};
use crate::aggregate::{Aggregate, Facts, Wanted};
use crate::domain::State;
use crate::event::Metadata;
use crate::statement::{Approved, Case, is_judged, is_required, keys_stream};
use crate::store::{EventStore, StreamName};

impl<S: EventStore> Ledger<S> {
    /// Judges the statement of a decided command, or its absence. `metadata` and `first` are of its first event.
    pub(super) async fn check_statement<A: Aggregate>(
        &self,
        state: &A,
        first: &A::Event,
        metadata: &Metadata,
        facts: &Facts,
    ) -> Result<(), Refused<A>> {
        let wanted = state.wants_statement(first);
        if !is_judged(metadata, &wanted) {
            return Ok(());
        }
        let approved = match &wanted {
            Wanted::Approval {
                revision: Some(revision),
            } if metadata.statement.is_some() => self.approved(&facts.stream, *revision).await?,
            Wanted::No | Wanted::Signature | Wanted::Approval { .. } | Wanted::Own(_) => None,
        };
        let keys = keys_stream(&facts.actor.id);
        let case = Case {
            origin: self.store().origin(),
            stream: &facts.stream,
            metadata,
            wanted,
            required: is_required(&facts.rules(), &facts.origin, &first.clone().into()),
            approved,
            keys: keys
                .and_then(|keys| facts.readings.state(&keys))
                .and_then(State::keys),
        };
        Ok(case.judge()?)
    }

    /// The event at a revision, as it is durable: `None` for one that is on its way, which nobody can have read.
    async fn approved<R>(
        &self,
        stream: &StreamName,
        revision: u64,
    ) -> Result<Option<Approved>, ExecuteError<R>> {
        let batch = self
            .store()
            .read_stream_at_most(stream, revision, 1)
            .await?;
        Ok(batch.get(0).map(|(_, entry)| Approved::of(&entry)))
    }
}
