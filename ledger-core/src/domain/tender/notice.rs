//! What was published: all that judging bids needs to know of the phases before.

use std::collections::BTreeSet;

use super::complaints::Complaints;
use super::event::{CancellationProposal, Committees, Draft, Lot, Sealing};
use crate::aggregate::Readings;
use crate::domain::values::{LotId, TenderId};
use crate::event::ActorId;
use crate::time::Timestamp;

/// A published tender as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub tender: TenderId,
    /// What was drafted, with its documents as amended.
    pub draft: Draft,
    /// Its lots as amended, in the order in which they were added.
    pub lots: Vec<Lot>,
    /// Its committees.
    pub committees: Committees,
    /// To whom envelopes are sealed.
    pub sealing: Sealing,
    /// Who drafted it or added to the draft.
    pub drafters: BTreeSet<ActorId>,
    /// Who approved it.
    pub approver: ActorId,
    /// When it was published (the instant of that decision).
    pub published_at: Timestamp,
    /// Version of the ruleset in force then; `None` for the built-in parameters.
    pub published_under: Option<u32>,
    /// Deadline, as last moved.
    pub closes_at: Timestamp,
    /// Instants of the amendments' decisions, in order: the first is amendment 1.
    pub amended_at: Vec<Timestamp>,
    /// What was proposed to give it up.
    pub cancellation: Option<Cancellation>,
    /// Complaints against the documents: those still pending go on pending, and the ids of all stay used.
    pub complaints: Complaints,
}

/// A proposal to give a tender up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// What was proposed.
    pub proposal: CancellationProposal,
    /// By whom.
    pub by: ActorId,
    /// The revision that an approval names.
    pub revision: u64,
}

impl Notice {
    /// Whether the rules of procedure hold for it that came with this edition.
    pub fn has_edition(&self, edition: u8, readings: &Readings) -> bool {
        edition <= readings.edition_for(self.published_under)
    }

    /// A lot by its id.
    pub fn lot(&self, id: &LotId) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == *id)
    }
}
