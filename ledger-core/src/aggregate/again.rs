//! A decision judged again from what the log recorded of it: the same rules over the same facts must give the same events.
//!
//! # Whoever changes a rule
//!
//! Logs are judged for ever, by every later version of this program, so **a changed rule must not accuse what was decided
//! before it**. What `decide` gives for a recorded command, state and facts therefore never changes, in four ways:
//!
//! - *Another number, another condition, a new rule*: it becomes a parameter of
//!   [`Rules`](crate::domain::ruleset::Rules), and where the parameter is absent, `decide` does what it did before. The
//!   ruleset in force stands among the facts of every decision, so each is judged by the rules of its day. The new rule
//!   begins where two persons adopt the parameter, on the record.
//! - *Another stream to read*: [`Aggregate::reads`] names it as well, and every decision has to name what it reads
//!   ([`Refusal::Unread`]). Older ones do not, so `decide` reads the stream only under the new parameter, and
//!   [`Aggregate::reads_under`] names it only there.
//! - *Another event, or more in it*: fields that are added may be absent, and [`Aggregate::asked`] tells the older command
//!   where they are; a changed meaning is a new kind, and the old one is decided as ever.
//! - *What is no longer taken*, though no parameter can say so, because it is about the parameters: [`Aggregate::admits`] refuses
//!   the command when it comes in, and nobody asks it of what was decided.
//!
//! A rule that was wrong is no exception: what it let through was let through. The test of it all is `sijill verify` over logs
//! that older versions wrote.

use super::{Aggregate, Facts, Readings, Refused, ensure, refusals};
use crate::domain::migration::Migration;
use crate::domain::official::Official;
use crate::domain::ruleset::Ruleset;
use crate::event::ActorId;
use crate::store::StreamName;

/// The streams that the decision of a command reads, whatever its aggregate: those that it names itself, the record of the
/// official who acts where that is judged, the ruleset in force, and for imported history whether its door is open.
pub(crate) fn reads_of<A: Aggregate>(
    state: &A,
    stream: &StreamName,
    command: &A::Command,
    actor: &ActorId,
    imported: bool,
) -> Vec<StreamName> {
    let mut streams = state.reads(stream, command);
    if let ActorId::Official(id) = actor
        && state.judges_actor(command)
    {
        streams.push(Official::stream(id));
    }
    // Read for every command, so that the version in force stands on every event.
    streams.push(Ruleset::national());
    if imported {
        streams.push(Migration::national());
    }
    streams
}

/// Streams besides, which only the rules among these readings ask for.
pub(crate) fn reads_under_of<A: Aggregate>(
    state: &A,
    readings: &Readings,
    command: &A::Command,
    actor: &ActorId,
) -> Vec<StreamName> {
    let mut streams = state.reads_under(readings, command);
    if let ActorId::Official(id) = actor
        && state.judges_actor_under(readings, command)
    {
        streams.push(Official::stream(id));
    }
    streams
}

/// Decides again what the first event of a decision says was decided.
pub(crate) fn again<A: Aggregate>(
    state: &A,
    event: &A::Event,
    facts: &Facts,
) -> Result<Vec<A::Event>, Refused> {
    let (kind, imported) = (A::KIND, facts.imported());
    let asked = A::asked(event, imported);
    let command = asked.ok_or_else(|| Refused::of(&Refusal::NotAsked { kind }))?;
    let mut streams = reads_of(state, &facts.stream, &command, &facts.actor.id, imported);
    let (readings, actor) = (&facts.readings, &facts.actor.id);
    streams.extend(reads_under_of(state, readings, &command, actor));
    for stream in streams {
        let is_read = facts.readings.state(&stream).is_some();
        ensure(is_read, Refusal::Unread { stream }).map_err(|refusal| Refused::of(&refusal))?;
    }
    let decided = state.decide(command, facts);
    decided.map_err(|refusal| Refused::of(&refusal))
}

refusals! {
    /// Why what was recorded is no decision at all.
    pub enum Refusal {
        /// The event follows others in one decision, and nobody can ask for it.
        NotAsked {
            /// The kind of stream.
            kind: &'static str,
        } = "DECISION_NOT_ASKED",
            "لا أمر في سلاسل {kind} يُعطي هذا الحدث وحده، فهو لا يقع إلا تابعًا لحدث آخر من القرار نفسه",
            "no command to a stream of the kind {kind} gives this event alone: it only follows another one of the same decision";
        /// A stream that the rules look at is not among the facts.
        Unread {
            /// The stream.
            stream: StreamName,
        } = "DECISION_READING_MISSING",
            "لا يذكر القرار بين وقائعه {stream} والقواعد تنظر فيه",
            "the decision does not name {stream} among its facts, which the rules look at";
        /// The ruleset that the event names is not the one that was read.
        OtherRuleset = "DECISION_OTHER_RULESET",
            "إصدار القواعد المذكور في الحدث ليس الإصدار الذي قرأه القرار",
            "the version of the rules that the event names is not the one that the decision read";
    }
}
