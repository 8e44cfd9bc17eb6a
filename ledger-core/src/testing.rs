//! given / when / then for aggregates: the tests beside the rules read as the rulebook.

use std::fmt::Debug;

use uuid::Uuid;

use crate::aggregate::{Aggregate, Explain, Facts, Latest, Occurred, Readings, Wanted};
use crate::domain::values::{Date, EffectiveAt, OfficialId, Sha256};
use crate::event::{Actor, ActorId, Event, Metadata, Origin, Role};
use crate::store::StreamName;
use crate::time::Timestamp;

/// An official who acts as a storekeeper.
pub fn official(id: &str) -> Actor {
    actor(id, Role::Storekeeper)
}

/// An official who acts in a role.
pub fn actor(id: &str, role: Role) -> Actor {
    Actor {
        id: ActorId::Official(OfficialId::new(id).unwrap_or_else(|e| panic!("{e}"))),
        role,
        position: None,
    }
}

/// Noon in Cairo (UTC+2) on a day `YYYY-MM-DD`.
pub fn noon(day: &str) -> EffectiveAt {
    let start = Date::parse(day)
        .unwrap_or_else(|e| panic!("{e}"))
        .start(120);
    EffectiveAt::new(start.plus_micros(12 * 3_600_000_000), 120).unwrap_or_else(|e| panic!("{e}"))
}

/// An aggregate with a history, and the circumstances of the next command.
#[derive(Clone, Debug)]
pub struct Given<A: Aggregate> {
    state: A,
    revision: Option<u64>,
    facts: Facts,
    outcome: Result<Vec<A::Event>, A::Refusal>,
    wanted: Wanted,
}

impl<A: Aggregate> Given<A>
where
    A::Event: PartialEq,
{
    /// No history; Huda acts at noon of 1 January 2026.
    pub fn nothing() -> Self {
        let now = noon("2026-01-01");
        Self {
            state: A::default(),
            revision: None,
            facts: Facts {
                log: "sijill.test".to_owned(),
                stream: StreamName::of(A::KIND, "test"),
                next_revision: 0,
                at: now.at(),
                effective: now,
                actor: official("huda"),
                origin: Origin::Native,
                readings: Readings::default(),
                read_bid: crate::codec::opened_bid,
            },
            outcome: Ok(Vec::new()),
            wanted: Wanted::No,
        }
    }

    /// The same with events that happened under the present circumstances.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "reads better where it is called"
    )]
    pub fn event(mut self, event: A::Event) -> Self {
        self.apply(&event);
        self
    }

    /// The stream that is commanded from now on.
    #[must_use]
    pub fn stream(mut self, stream: StreamName) -> Self {
        self.facts.stream = stream;
        self
    }

    /// Who acts from now on.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.facts.actor = actor;
        self
    }

    /// The day of decision and effect from now on, at noon.
    #[must_use]
    pub fn on(self, day: &str) -> Self {
        let now = noon(day);
        self.at(now.at()).effective(now)
    }

    /// The instant of decision from now on.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.facts.at = at;
        self
    }

    /// The effective time from now on.
    #[must_use]
    pub fn effective(mut self, effective: EffectiveAt) -> Self {
        self.facts.effective = effective;
        self
    }

    /// How commands come about from now on.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.facts.origin = origin;
        self
    }

    /// What another stream shows from now on.
    #[must_use]
    pub fn reading<B: Aggregate>(mut self, stream: StreamName, revision: u64, state: B) -> Self {
        self.facts
            .readings
            .insert(stream, Some(revision), state.into_state());
        self
    }

    /// The same of a stream that the metadata does not name.
    #[must_use]
    pub fn reading_apart<B: Aggregate>(mut self, stream: StreamName, state: B) -> Self {
        let state = state.into_state();
        self.facts.readings.insert_apart(stream, state);
        self
    }

    /// Whether a command is still taken, before anything else is judged of it.
    pub fn admits(&self, command: &A::Command) -> Result<(), A::Refusal> {
        self.state.admits(command, &self.facts)
    }

    /// Decides a command; what was accepted becomes history.
    #[must_use]
    pub fn when(mut self, command: A::Command) -> Self {
        self.facts.next_revision = self.revision.map_or(0, |r| r + 1);
        self.outcome = self.state.decide(command, &self.facts);
        if let Ok(events) = self.outcome.clone() {
            assert!(
                !events.is_empty(),
                "an accepted command has at least one event"
            );
            self.wanted = events
                .first()
                .map_or(Wanted::No, |first| self.state.wants_statement(first));
            self.assert_decided_again(&events);
            for event in &events {
                self.apply(event);
            }
        }
        self
    }

    /// Whoever verifies the log later tells the command from its first event and decides the same.
    #[track_caller]
    fn assert_decided_again(&self, events: &[A::Event]) {
        let imported = self.facts.imported();
        let asked = events.first().and_then(|first| A::asked(first, imported));
        let command = asked.expect("the first event of a decision tells its command");
        let into = |events: &[A::Event]| events.iter().cloned().map(Into::into).collect();
        let (first, again): (Vec<Event>, Vec<Event>) = match self.state.decide(command, &self.facts)
        {
            Ok(again) => (into(events), into(&again)),
            Err(refusal) => panic!("refused when it is decided again: {refusal}"),
        };
        assert_eq!(again, first, "decided again");
    }

    /// The events of the last command, which must have been accepted.
    #[track_caller]
    pub fn last(&self) -> &[A::Event] {
        match &self.outcome {
            Ok(events) => events,
            Err(refusal) => panic!("refused with {}: {refusal}", refusal.code()),
        }
    }

    /// The refusal of the last command, which must have been refused.
    #[track_caller]
    pub fn refused(&self) -> A::Refusal {
        match &self.outcome {
            Ok(events) => panic!("accepted with {events:?}"),
            Err(refusal) => refusal.clone(),
        }
    }

    /// What the last command, which must have been accepted, wants its actor to sign.
    #[track_caller]
    pub fn wanted(&self) -> Wanted {
        assert!(self.accepted());
        self.wanted.clone()
    }

    /// Until when the events of a command may be recorded now.
    pub fn latest(&self, command: &A::Command) -> Option<Latest<A::Refusal>> {
        self.state.latest(command, &self.facts)
    }

    /// What became of the last command.
    pub const fn outcome(&self) -> &Result<Vec<A::Event>, A::Refusal> {
        &self.outcome
    }

    /// The circumstances of the next command.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The state now.
    pub const fn state(&self) -> &A {
        &self.state
    }

    /// Whether the last command was accepted.
    pub const fn accepted(&self) -> bool {
        self.outcome.is_ok()
    }

    /// Whether this event could happen now.
    pub fn possible(&self, event: &A::Event) -> bool {
        let occurred = Occurred {
            event,
            stream: &self.facts.stream,
            metadata: &self.metadata(),
            revision: self.revision.map_or(0, |r| r + 1),
            recorded_at: Some(self.facts.at),
        };
        self.state.clone().evolve(occurred).is_some()
    }

    #[track_caller]
    fn apply(&mut self, event: &A::Event) {
        let revision = self.revision.map_or(0, |r| r + 1);
        let metadata = self.metadata();
        let occurred = Occurred {
            event,
            stream: &self.facts.stream,
            metadata: &metadata,
            revision,
            recorded_at: Some(self.facts.at),
        };
        self.state = std::mem::take(&mut self.state)
            .evolve(occurred)
            .unwrap_or_else(|| panic!("impossible: {event:?}"));
        self.revision = Some(revision);
    }

    fn metadata(&self) -> Metadata {
        Metadata {
            command_id: Uuid::nil(),
            command_hash: Sha256([0; 32]),
            correlation_id: Uuid::nil(),
            causation_id: None,
            actor: self.facts.actor.clone(),
            decided_at: self.facts.at,
            effective_at: self.facts.effective,
            facts: self.facts.readings.facts(),
            ruleset: self.facts.ruleset(),
            origin: self.facts.origin.clone(),
            statement: None,
        }
    }
}

/// What becomes of each command in each stage, as a table in Markdown: accepted (`✓`), or the code of the refusal.
pub fn stage_table<A: Aggregate>(
    stages: &[(&str, Given<A>)],
    commands: &[(&str, A::Command)],
) -> String
where
    A::Event: PartialEq,
{
    let row = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
    let names = stages.iter().map(|(name, _)| *name);
    let mut lines = vec![
        row(std::iter::once("").chain(names).collect()),
        format!("|{}", "---|".repeat(stages.len() + 1)),
    ];
    for (name, command) in commands {
        let outcome =
            |(_, given): &(&str, Given<A>)| match given.clone().when(command.clone()).outcome {
                Ok(_) => "✓",
                Err(refusal) => refusal.code(),
            };
        let outcomes = stages.iter().map(outcome);
        lines.push(row(std::iter::once(*name).chain(outcomes).collect()));
    }
    lines.join("\n")
}

/// A table stands in the docs at the head of a source, line by line.
#[track_caller]
pub fn assert_documented(source: &str, table: &str) {
    let doc = format!("//! {}\n", table.replace('\n', "\n//! "));
    assert!(source.contains(&doc), "the docs should hold:\n{doc}");
}
