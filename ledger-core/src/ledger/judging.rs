//! What the ledger would have decided: recorded decisions, judged again by every rule that a command passes on its way in.

use super::{ExecuteError, check_effective, importing};
use crate::aggregate::again::Refusal;
use crate::aggregate::{Facts, Readings, Refused, ensure};
use crate::codec;
use crate::domain::State;
use crate::domain::migration::Migration;
use crate::event::{Event, Recorded};

/// Decides again what the first event of a decision says was decided, in the log of this origin: on the state of its stream before it, over the states
/// of other streams at the revisions that it names.
///
/// # Errors
/// The refusal that the caller of the command would have met, or what makes the record no decision at all
/// ([`crate::aggregate::again`]). Statements are judged apart ([`crate::statement`]).
pub fn decide_again(
    state: &State,
    first: &Recorded,
    log: &str,
    readings: Readings,
) -> Result<Vec<Event>, Refused> {
    let metadata = &first.metadata;
    let facts = Facts {
        log: log.to_owned(),
        stream: first.stream.clone(),
        next_revision: first.revision,
        at: metadata.decided_at,
        effective: metadata.effective_at,
        actor: metadata.actor.clone(),
        origin: metadata.origin.clone(),
        readings,
        read_bid: codec::opened_bid,
    };
    check_circumstances(&facts).map_err(|refusal| Refused::of(&refusal))?;
    ensure(
        facts.ruleset() == metadata.ruleset,
        Refused::of(&Refusal::OtherRuleset),
    )?;
    state.decide_again(&first.event, &facts)
}

/// What the ledger asks of every command, whatever its aggregate.
fn check_circumstances(facts: &Facts) -> Result<(), ExecuteError<Refusal>> {
    if facts.imported() {
        let migration = facts.readings.get(&Migration::national());
        importing::check(&facts.actor, migration)?;
    }
    check_effective(facts)
}
