//! What witnesses outside had seen of the log by the deadline, where the rules that the tender was published under name some.
//!
//! An envelope that is stamped before the deadline, and that a quorum of witnesses had not seen within the rules' seconds after
//! it by their own clocks, does not count; neither does a confirmation or a withdrawal. So a server whose clock goes slow lets
//! nobody in late. Where the witnesses could not be reached and bids that came in time are outside, it is for two persons to decide
//! before bidding is closed: what they record as an outage moves the deadline for all.
//!
//! The checkpoint stands in the tender's stream. Its cosignatures are judged here, by everyone who replays the log; that the log has
//! its root, and its last entry the stamp, is checked by whoever has the tree (`sijill verify`).

use super::Decision;
use super::bidding::Bidding;
use super::event::{DeadlineWitness, Event};
use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::ruleset::Witnessing;
use crate::event::ActorId;
use crate::time::Timestamp;

impl Bidding {
    /// A fact: what the witnesses had seen. More of it may be recorded until bidding is closed, and never less.
    pub(super) fn witness(&self, witness: DeadlineWitness, facts: &Facts) -> Decision {
        ensure(facts.actor.id == ActorId::System, Refusal::NotTheScheduler)?;
        let closes_at = self.notice.closes_at;
        ensure(facts.at >= closes_at, Refusal::DeadlineAhead { closes_at })?;
        let other = Refusal::WitnessOfOtherDeadline { closes_at };
        ensure(witness.closes_at == closes_at, other)?;
        let witnessing = self.witnessing(facts).ok_or(Refusal::NoWitnessing)?;
        let (origin, log) = (witness.checkpoint.origin(), &facts.log);
        ensure(
            origin == log,
            Refusal::WitnessOfOtherLog { log: log.clone() },
        )?;
        let until = witnessing.until(closes_at);
        let judged = witnessing.policy().zip(witness.checkpoint.signed());
        let seen_at = judged.and_then(|(policy, signed)| policy.seen_at(&signed));
        ensure(
            seen_at.is_some_and(|at| at <= until),
            Refusal::WitnessedTooLate { until },
        )?;
        let more = self.witnessed_until < Some(witness.covered_until);
        ensure(more, Refusal::WitnessedAlready)?;
        Ok(vec![Event::DeadlineWitnessed(witness)])
    }

    /// Where the ruleset names witnesses, nothing is opened before it is on record what they had seen.
    pub(super) fn check_witnessed(&self, facts: &Facts) -> Result<(), Refusal> {
        let asked = self.witnessing(facts).is_some();
        let closes_at = self.notice.closes_at;
        ensure(
            !asked || self.witnessed_until.is_some(),
            Refusal::DeadlineUnwitnessed { closes_at },
        )
    }

    /// Which witnesses this deadline has: those of the rules that the tender was published under, and none where no envelopes are taken.
    fn witnessing<'a>(&self, facts: &'a Facts) -> Option<&'a Witnessing> {
        let sealed = self.notice.draft.procedure.takes_envelopes();
        let named = facts.readings.witnessing_for(self.notice.published_under);
        named.filter(|_| sealed)
    }

    /// Until which stamp the witnesses had seen the log at the deadline; `None` where nothing of it is on record.
    pub const fn witnessed_until(&self) -> Option<Timestamp> {
        self.witnessed_until
    }

    /// Remembers what they had seen; `None` for what could not have happened.
    pub(super) fn witnessed(&mut self, witness: &DeadlineWitness, at: Timestamp) -> Option<()> {
        let more = self.witnessed_until < Some(witness.covered_until);
        let closes_at = self.notice.closes_at;
        (more && at >= closes_at && witness.closes_at == closes_at).then_some(())?;
        self.witnessed_until = Some(witness.covered_until);
        Some(())
    }
}
