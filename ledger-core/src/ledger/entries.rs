//! From decided events to entries: metadata, encoding, salts, and what must hold before the store is asked.

use tokio::task::spawn_blocking;

use super::{Context, ExecuteError, Ledger, Refused, ids};
use crate::aggregate::{Aggregate, Facts};
use crate::codec;
use crate::domain::values::Sha256;
use crate::event::{ActorId, Event, Metadata};
use crate::store::{
    AppendError, AttachmentHash, EventStore, NewEntry, Part, StreamName, encoded_len,
};

/// The metadata of one command's events: the first carries the facts for all of them.
pub(super) struct EventMetadata {
    first: Metadata,
    /// Of the events after the first; most commands have none.
    other: Option<Metadata>,
}

impl EventMetadata {
    /// For a command of so many events.
    pub(super) fn new(
        context: &Context,
        command_hash: Sha256,
        facts: &Facts,
        events: usize,
    ) -> Self {
        // Nothing binds what a pseudonym does to anything else that its holder does.
        let pseudonym = matches!(context.actor.id, ActorId::Key(_));
        let correlation_id = context.correlation_id.filter(|_| !pseudonym);
        let first = Metadata {
            command_id: context.command_id,
            command_hash,
            correlation_id: correlation_id.unwrap_or(context.command_id),
            causation_id: context.causation_id.filter(|_| !pseudonym),
            actor: context.actor.clone(),
            decided_at: facts.at,
            effective_at: facts.effective,
            facts: facts.readings.facts(),
            ruleset: facts.ruleset(),
            origin: context.origin.clone(),
            statement: context.statement.clone(),
        };
        let other = (events > 1).then(|| Metadata {
            facts: Vec::new(),
            ..first.clone()
        });
        Self { first, other }
    }

    /// Of the command's n-th event, from 0.
    pub(super) fn nth(&self, n: usize) -> &Metadata {
        let other = self.other.as_ref().filter(|_| n > 0);
        other.unwrap_or(&self.first)
    }
}

impl<S: EventStore> Ledger<S> {
    pub(super) fn encode<A: Aggregate>(
        &self,
        stream: &StreamName,
        events: &[A::Event],
        metadata: &EventMetadata,
        ids: &ids::EventIds,
    ) -> Result<Vec<NewEntry>, Refused<A>> {
        let unencodable = |e: codec::EncodeError| ExecuteError::Unencodable(e.to_string());
        let first = codec::encode_metadata(&metadata.first).map_err(unencodable)?;
        let other = match &metadata.other {
            Some(other) => codec::encode_metadata(other).map_err(unencodable)?,
            None => first.clone(),
        };
        let encode = |(n, event): (usize, &A::Event)| {
            let event: Event = event.clone().into();
            let encoded = codec::encode(&event).map_err(unencodable)?;
            let withheld = encoded.withheld.into_iter();
            let withheld = withheld
                .map(|(class, bytes)| {
                    Ok(Part {
                        class,
                        salt: self.inner.surroundings.salts.salt()?,
                        bytes,
                    })
                })
                .collect::<Result<_, Refused<A>>>()?;
            let entry = NewEntry {
                id: ids.nth(n),
                kind: encoded.kind,
                metadata: if n == 0 { first.clone() } else { other.clone() },
                data: encoded.data,
                withheld,
            };
            encoded_len(stream, &entry).map_err(|e| ExecuteError::unfit(&e))?;
            Ok(entry)
        };
        events.iter().enumerate().map(encode).collect()
    }

    /// What events name is durable before the events.
    pub(super) async fn check_attachments<A: Aggregate>(
        &self,
        events: &[A::Event],
    ) -> Result<(), Refused<A>> {
        for event in events {
            let event: Event = event.clone().into();
            if !event.waits_for_attachments() {
                continue;
            }
            for sha256 in event.attachments() {
                self.check_attachment(sha256).await?;
            }
        }
        Ok(())
    }

    async fn check_attachment<R>(&self, sha256: Sha256) -> Result<(), ExecuteError<R>> {
        let missing = ExecuteError::AttachmentMissing { sha256 };
        let Some(held) = self.inner.surroundings.attachments.clone() else {
            return Err(missing);
        };
        let looking = spawn_blocking(move || held.has(AttachmentHash(sha256.0)));
        let looked = looking.await.map_err(|error| error.to_string());
        match looked.and_then(|held| held.map_err(|error| error.to_string())) {
            Ok(true) => Ok(()),
            Ok(false) => Err(missing),
            Err(what) => Err(AppendError::Unavailable(what).into()),
        }
    }
}
