//! The complaints about a tender, whatever phase they were filed in.

use std::collections::BTreeMap;

use super::event::{Against, Complaint, ComplaintDecision, ComplaintOutcome, ComplaintWithdrawal};
use crate::domain::values::ComplaintId;
use crate::event::ActorId;

/// All complaints about a tender; an id is used once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints(BTreeMap<ComplaintId, Filed>);

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Against what.
    pub against: Against,
    /// Who filed it.
    pub by: ActorId,
    /// What became of it.
    pub state: ComplaintState,
}

/// What became of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintState {
    /// The review body has not decided.
    Pending,
    /// It has.
    Decided(ComplaintOutcome),
    /// Whoever filed it took it back.
    Withdrawn,
}

impl Complaints {
    /// A complaint by its id.
    pub fn get(&self, id: &ComplaintId) -> Option<&Filed> {
        self.0.get(id)
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&ComplaintId, &Filed)> {
        self.0.iter()
    }

    /// The first that nobody has decided.
    pub fn first_pending(&self) -> Option<(&ComplaintId, &Filed)> {
        self.iter().find(|(_, filed)| filed.is_pending())
    }

    /// How many one actor filed.
    pub fn count_by(&self, by: &ActorId) -> usize {
        self.0.values().filter(|filed| filed.by == *by).count()
    }

    /// Remembers a complaint; `None` where its id is used.
    pub fn filed(&mut self, complaint: &Complaint, by: &ActorId) -> Option<()> {
        let filed = Filed {
            against: complaint.against.clone(),
            by: by.clone(),
            state: ComplaintState::Pending,
        };
        let before = self.0.insert(complaint.id.clone(), filed);
        before.is_none().then_some(())
    }

    /// Remembers a decision and gives the complaint; `None` where it is not pending.
    pub fn decided(&mut self, decision: &ComplaintDecision) -> Option<Filed> {
        self.settle(
            &decision.complaint,
            ComplaintState::Decided(decision.outcome),
        )
    }

    /// Remembers that a complaint was taken back; `None` where it is not pending.
    pub fn withdrawn(&mut self, withdrawal: &ComplaintWithdrawal) -> Option<Filed> {
        self.settle(&withdrawal.complaint, ComplaintState::Withdrawn)
    }

    fn settle(&mut self, id: &ComplaintId, state: ComplaintState) -> Option<Filed> {
        let filed = self.0.get_mut(id).filter(|filed| filed.is_pending())?;
        filed.state = state;
        Some(filed.clone())
    }
}

impl Filed {
    /// Whether nobody has decided it.
    pub fn is_pending(&self) -> bool {
        self.state == ComplaintState::Pending
    }

    /// Whether the review body upheld it.
    pub fn is_upheld(&self) -> bool {
        self.state == ComplaintState::Decided(ComplaintOutcome::Upheld)
    }
}
