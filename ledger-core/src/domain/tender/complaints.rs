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
    /// How often the documents had been amended.
    amendments: usize,
    /// Whether who filed it had complained of the same documents before.
    again: bool,
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

    /// The first that nobody has decided and that holds the tender up; `every` one does before the fourth edition of the rules.
    pub fn first_holding(&self, every: bool) -> Option<(&ComplaintId, &Filed)> {
        self.iter()
            .find(|(_, filed)| filed.is_pending() && (every || filed.suspends()))
    }

    /// How many one actor filed.
    pub fn count_by(&self, by: &ActorId) -> usize {
        self.0.values().filter(|filed| filed.by == *by).count()
    }

    /// Remembers a complaint, about documents that were amended so often; `None` where its id is used.
    pub fn filed(&mut self, complaint: &Complaint, by: &ActorId, amendments: usize) -> Option<()> {
        let again = self.0.values().any(|filed| {
            filed.by == *by && filed.against == complaint.against && filed.amendments == amendments
        });
        let filed = Filed {
            against: complaint.against.clone(),
            by: by.clone(),
            state: ComplaintState::Pending,
            amendments,
            again,
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

    /// Whether the tender waits for its decision, by the fourth edition of the rules: of complaints about the documents those alone hold
    /// it up that an organisation files in its own name, each one of them once until the documents change. A key costs nothing, and
    /// what was decided is not asked for ever.
    pub fn suspends(&self) -> bool {
        match (&self.against, &self.by) {
            (Against::Documents, ActorId::Organization(_)) => !self.again,
            (Against::Documents, ActorId::Key(_) | ActorId::Official(_) | ActorId::System) => false,
            (Against::Award(_) | Against::TechnicalResult, _) => true,
        }
    }

    /// Whether the review body upheld it.
    pub fn is_upheld(&self) -> bool {
        self.state == ComplaintState::Decided(ComplaintOutcome::Upheld)
    }
}
