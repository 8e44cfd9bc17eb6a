//! Counts: proposed by one person, approved by another; an absolute statement at the instant of counting.

use super::event::{BrokenRule, CountApproval, CountProposal, Event};
use super::refusal::Refusal;
use super::rules::{Findings, check_keys, check_registered, is_tracked, profile};
use super::state::{Proposed, Stock};
use super::{Card, Decision};
use crate::aggregate::{Facts, ensure};
use crate::domain::values::CountId;

impl Stock {
    pub(super) fn propose_count(&self, proposal: CountProposal, facts: &Facts) -> Decision {
        check_registered(facts)?;
        check_keys(
            proposal.lines.iter().map(|line| &line.key),
            proposal.lines.len(),
        )?;
        self.check_time(facts.effective, facts)?;
        let known = self.counts.contains_key(&proposal.count);
        ensure(
            !known,
            Refusal::CountExists {
                count: proposal.count.clone(),
            },
        )?;
        for line in &proposal.lines {
            let tracking = profile(&line.key.item, facts)?.tracking;
            let expiry = line
                .expiry
                .or_else(|| self.cards.get(&line.key).and_then(Card::expiry));
            ensure(
                is_tracked(&line.key, expiry, tracking),
                Refusal::TrackingMissing {
                    key: line.key.clone(),
                },
            )?;
        }
        Ok(vec![Event::CountProposed(proposal)])
    }

    /// The proposal of a count that waits for its approval: its revision here.
    pub(super) fn proposed_count(&self, count: &CountId) -> Option<u64> {
        match self.counts.get(count)? {
            Proposed::Waiting { revision, .. } => Some(*revision),
            Proposed::Approved => None,
        }
    }

    /// Each line that differs from the book at the time of counting, late entries until now included, must be answered.
    pub(super) fn approve_count(&self, count: CountId, facts: &Facts) -> Decision {
        let Some(Proposed::Waiting { by, at, lines, .. }) = self.counts.get(&count) else {
            return Err(Refusal::CountUnknown { count });
        };
        ensure(*by != facts.actor.id, Refusal::SamePerson)?;
        self.check_time(*at, facts)?;
        let approval = CountApproval {
            count,
            counted_at: *at,
            lines: lines.clone(),
        };
        let mut findings = Findings::of(Event::CountApproved(approval), facts);
        for line in lines {
            let card = self.cards.get(&line.key);
            let book = card
                .map(|card| card.timeline.balance_at(at.at()))
                .unwrap_or_default();
            let counted = line.counted.get();
            if counted != book {
                findings.open(BrokenRule::CountDiffers, &line.key, book, counted);
            }
            let reserved = card.map(Card::reserved).unwrap_or_default();
            if counted < reserved {
                findings.open(BrokenRule::BelowReserved, &line.key, reserved, counted);
            }
        }
        Ok(findings.into_events())
    }
}
