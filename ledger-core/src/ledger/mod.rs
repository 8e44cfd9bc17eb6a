//! The one way in: load → decide → append. Only this module appends.
//!
//! One *lane* per stream decides on the pending state, so that a hot stream is a pipeline and not a queue of conflicts;
//! answers go out when the store says that the events are durable. Facts of other streams are read from durable
//! entries only. A command id that was applied before is answered with its first result.

mod canonical;
mod disclosing;
mod entries;
mod error;
mod ids;
mod importing;
mod judging;
mod lanes;
mod pending;
mod readings;
mod salts;
mod stating;
#[cfg(test)]
mod tests;

pub use error::ExecuteError;
pub use ids::{command_hash, event_id};
pub use importing::ImportRefusal;
pub use judging::decide_again;
pub use pending::{Done, Pending};
pub use salts::{OsSalts, Salts};

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::aggregate::again::{reads_of, reads_under_of};
use crate::aggregate::{Aggregate, Facts, Latest};
use crate::codec;
use crate::domain::migration::Migration;
use crate::domain::succession::Succession;
use crate::domain::values::EffectiveAt;
use crate::event::{Actor, Event, Origin, Statement};
use crate::statement::keys_stream;
use crate::store::{Append, Attachments, EventStore, StreamName};
use crate::time::{Clock, MICROS_PER_SECOND, Timestamp};
use entries::EventMetadata;
use lanes::{Lane, Lanes, Loaded};
use readings::ReadingDesk;

/// How often a command is decided anew after a conflict before the caller is asked to come back.
const ATTEMPTS_MAX: u32 = 32;

/// The ledger over a store. Cloning shares it.
pub struct Ledger<S: EventStore> {
    inner: Arc<Inner<S>>,
}

impl<S: EventStore> Clone for Ledger<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

struct Inner<S> {
    store: Arc<S>,
    surroundings: Surroundings,
    lanes: Lanes,
    desk: ReadingDesk,
    /// Origins of the logs that this one goes on from: ids of their events derive from them.
    predecessors: tokio::sync::OnceCell<Vec<String>>,
}

/// What a ledger needs of the world around it.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the instant of decision comes from.
    pub clock: Arc<dyn Clock>,
    /// Where salts of withheld parts come from.
    pub salts: Arc<dyn Salts>,
    /// Where attachments are kept; without it no event may name one.
    pub attachments: Option<Attachments>,
}

/// Who asks, and under which circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Chosen by the caller: a retry with the same id is answered with the first result.
    pub command_id: Uuid,
    /// Who acts.
    pub actor: Actor,
    /// When it happened in the world; `None` is the instant of decision, in UTC.
    pub effective_at: Option<EffectiveAt>,
    /// Binds everything that one request sets off; `None` is the command id.
    pub correlation_id: Option<Uuid>,
    /// The event that caused the command.
    pub causation_id: Option<Uuid>,
    /// How the command came about.
    pub origin: Origin,
    /// What the actor signed.
    pub statement: Option<Statement>,
    /// The store refuses a later stamp; the aggregate may refuse earlier ones too ([`Aggregate::latest`]).
    pub not_after: Option<Timestamp>,
}

impl Context {
    /// A native command, effective now.
    pub const fn new(command_id: Uuid, actor: Actor) -> Self {
        Self {
            command_id,
            actor,
            effective_at: None,
            correlation_id: None,
            causation_id: None,
            origin: Origin::Native,
            statement: None,
            not_after: None,
        }
    }

    /// The same, effective at another time.
    #[must_use]
    pub const fn effective(mut self, at: EffectiveAt) -> Self {
        self.effective_at = Some(at);
        self
    }
}

type Refused<A> = ExecuteError<<A as Aggregate>::Refusal>;

impl<S: EventStore> Ledger<S> {
    /// A ledger over a store, with salts from the operating system and no attachments; the same clock should stamp
    /// the store.
    pub fn new(store: Arc<S>, clock: Arc<dyn Clock>) -> Self {
        Self::with(
            store,
            Surroundings {
                clock,
                salts: Arc::new(OsSalts),
                attachments: None,
            },
        )
    }

    /// A ledger over a store in these surroundings.
    pub fn with(store: Arc<S>, surroundings: Surroundings) -> Self {
        let (lanes, desk) = (Lanes::default(), ReadingDesk::default());
        Self {
            inner: Arc::new(Inner {
                store,
                surroundings,
                lanes,
                desk,
                predecessors: tokio::sync::OnceCell::new(),
            }),
        }
    }

    /// Where its instants of decision come from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.surroundings.clock
    }

    /// The store.
    pub fn store(&self) -> &Arc<S> {
        &self.inner.store
    }

    /// Decides a command and waits until its events are durable.
    pub async fn execute<A: Aggregate>(
        &self,
        stream: &StreamName,
        command: A::Command,
        context: Context,
    ) -> Result<Done, Refused<A>> {
        self.submit::<A>(stream, command, context)
            .await?
            .done()
            .await
    }

    /// Decides a command and puts its events in the store's queue, in the order of these calls per stream; the
    /// answer tells when they are durable. For bulk work: submit many, then wait.
    pub async fn submit<A: Aggregate>(
        &self,
        stream: &StreamName,
        command: A::Command,
        context: Context,
    ) -> Result<Pending<A, S>, Refused<A>> {
        let ticket = self.decide::<A>(stream, &command, &context).await?;
        Ok(Pending::new(
            self.clone(),
            stream.clone(),
            command,
            context,
            ticket,
        ))
    }

    /// The durable state of a stream.
    pub async fn state<A: Aggregate>(&self, stream: &StreamName) -> Result<A, Refused<A>> {
        let (_, state) = self.inner.desk.read(&*self.inner.store, stream).await?;
        A::from_state(state).ok_or_else(|| ExecuteError::wrong_stream::<A>(stream))
    }

    async fn decide<A: Aggregate>(
        &self,
        stream: &StreamName,
        command: &A::Command,
        context: &Context,
    ) -> Result<pending::Ticket<A, S>, Refused<A>> {
        let Inner {
            store,
            surroundings,
            ..
        } = &*self.inner;
        if stream.kind() != A::KIND {
            return Err(ExecuteError::wrong_stream::<A>(stream));
        }
        let lane = self.inner.lanes.lane(stream);
        let mut lane_guard = lane.lock().await;
        let loaded = lane_guard.load(&**store, stream).await?;
        let ids_in = |origin: &str| {
            ids::EventIds::new(origin, &context.actor.id, stream, context.command_id)
        };
        let event_id = ids_in(store.origin());
        let command_hash = command_hash::<A>(command, context.effective_at)?;
        let earlier = self.predecessors().await?.iter();
        let earlier = earlier.map(|origin| ids_in(origin).nth(0));
        for event_id in std::iter::once(event_id.nth(0)).chain(earlier) {
            if let Some(revision) = loaded.applied(event_id) {
                return Ok(pending::Ticket::Repeated {
                    revision,
                    event_id,
                    command_hash,
                });
            }
        }
        let at = surroundings
            .clock
            .now()
            .map_err(crate::store::AppendError::from)?;
        let facts = self
            .facts::<A>(stream, command, context, loaded, at)
            .await?;
        let state =
            A::state(loaded.state()).ok_or_else(|| ExecuteError::wrong_stream::<A>(stream))?;
        state
            .admits(command, &facts)
            .map_err(ExecuteError::Refused)?;
        let events = state
            .decide(command.clone(), &facts)
            .map_err(ExecuteError::Refused)?;
        let metadata = EventMetadata::new(context, command_hash, &facts, events.len());
        self.check_attachments::<A>(&events).await?;
        let entries = self.encode::<A>(stream, &events, &metadata, &event_id)?;
        if let Some(first) = events.first() {
            self.check_statement(state, first, metadata.nth(0), &facts)
                .await?;
        }
        let latest = state.latest(command, &facts);
        let stamps = latest.iter().map(|latest| latest.stamp);
        let append = Append {
            stream: stream.clone(),
            expected: loaded.expected(),
            entries,
            not_after: stamps.chain(context.not_after).min(),
        };
        remember(&mut lane_guard, events, &metadata, &event_id, stream)?;
        self.queue(lane_guard, &lane, append, latest).await
    }

    /// The logs that this one goes on from. They are named before a log is opened for commands, so one look is enough.
    async fn predecessors<R>(&self) -> Result<&[String], ExecuteError<R>> {
        let Inner {
            store,
            desk,
            predecessors,
            ..
        } = &*self.inner;
        let read = predecessors.get_or_try_init(|| async {
            let (_, state) = desk.read::<R, S>(&**store, &Succession::stream()).await?;
            let succession = Succession::from_state(state).unwrap_or_default();
            let named = succession.predecessors().iter();
            Ok::<_, ExecuteError<R>>(named.map(|one| one.origin.clone()).collect())
        });
        Ok(read.await?)
    }

    /// Queues what the lane remembers; where that fails, the lane is read anew next time.
    async fn queue<A: Aggregate>(
        &self,
        mut guard: tokio::sync::MutexGuard<'_, Lane>,
        lane: &Arc<tokio::sync::Mutex<Lane>>,
        append: Append,
        latest: Option<Latest<A::Refusal>>,
    ) -> Result<pending::Ticket<A, S>, Refused<A>> {
        match self.inner.store.submit(append).await {
            Ok(ticket) => {
                guard.queued();
                let generation = guard.generation();
                Ok(pending::Ticket::Queued {
                    ticket: Box::pin(ticket),
                    lane: Arc::clone(lane),
                    generation,
                    leaving: guard.leaving(),
                    latest,
                })
            }
            Err(error) => {
                guard.forget();
                Err(error.into())
            }
        }
    }

    async fn facts<A: Aggregate>(
        &self,
        stream: &StreamName,
        command: &A::Command,
        context: &Context,
        loaded: &Loaded,
        at: Timestamp,
    ) -> Result<Facts, Refused<A>> {
        let effective = match context.effective_at {
            Some(effective) => effective,
            None => {
                EffectiveAt::new(at, 0).map_err(|e| ExecuteError::Unencodable(e.to_string()))?
            }
        };
        let state =
            A::state(loaded.state()).ok_or_else(|| ExecuteError::wrong_stream::<A>(stream))?;
        let imported = matches!(context.origin, Origin::Import { .. });
        let streams = reads_of(state, stream, command, &context.actor.id, imported);
        let mut streams: BTreeSet<_> = streams.into_iter().collect();
        if context.statement.is_some() {
            streams.extend(keys_stream(&context.actor.id));
        }
        let own = streams.take(stream);
        let mut readings = self
            .inner
            .desk
            .read_all(&*self.inner.store, streams)
            .await?;
        for stream in reads_under_of(state, &readings, command, &context.actor.id) {
            let (revision, state) = self.inner.desk.read(&*self.inner.store, &stream).await?;
            readings.insert(stream, revision, state);
        }
        if let Some(own) = own {
            // The lane is ahead of what is durable, and the append is refused where the lane is wrong.
            readings.insert(own, loaded.revision(), loaded.state().clone());
        }
        for stream in state.reads_apart(stream, command) {
            let (_, state) = self.inner.desk.read(&*self.inner.store, &stream).await?;
            readings.insert_apart(stream, state);
        }
        if imported {
            importing::check(&context.actor, readings.get(&Migration::national()))?;
        }
        let facts = Facts {
            log: self.inner.store.origin().to_owned(),
            stream: stream.clone(),
            next_revision: loaded.revision().map_or(0, |r| r.saturating_add(1)),
            at,
            effective,
            actor: context.actor.clone(),
            origin: context.origin.clone(),
            readings,
            read_bid: codec::opened_bid,
        };
        check_effective(&facts)?;
        Ok(facts)
    }
}

/// Remembers decided events in the lane; where the aggregate does not take one, the lane is read anew next time.
fn remember<R, E: Into<Event>>(
    lane: &mut Lane,
    events: Vec<E>,
    metadata: &EventMetadata,
    ids: &ids::EventIds,
    stream: &StreamName,
) -> Result<(), ExecuteError<R>> {
    for (n, event) in events.into_iter().enumerate() {
        if !lane.remember(&event.into(), stream, metadata.nth(n), ids.nth(n)) {
            lane.forget();
            let stream = stream.clone();
            return Err(ExecuteError::Impossible { stream });
        }
    }
    Ok(())
}

/// Nothing happens ahead of its time, whatever the aggregate; clocks may differ by what the rules tolerate. Imported
/// history is judged by whoever imports it, and a policy's step has the time of its cause, which was judged with it.
fn check_effective<R>(facts: &Facts) -> Result<(), ExecuteError<R>> {
    let tolerance = i64::from(facts.rules().future_tolerance_minutes) * 60 * MICROS_PER_SECOND;
    let (effective, latest) = (facts.effective.at(), facts.at.plus_micros(tolerance));
    let judged = facts.imported() || matches!(facts.origin, Origin::Policy(_));
    if judged || effective <= latest {
        Ok(())
    } else {
        Err(ExecuteError::EffectiveInFuture { effective, latest })
    }
}
