//! Complaints about the tender documents, before bids are opened.

use super::Decision;
use super::bidding::{Bidding, under_key};
use super::content::check_documents;
use super::event::{Against, Complaint, ComplaintDecision, ComplaintWithdrawal, Event};
use super::refusal::Refusal;
use crate::aggregate::{Facts, ensure};
use crate::domain::values::ComplaintId;
use crate::event::{ActorId, Role};

impl Bidding {
    pub(super) fn complain(&self, complaint: Complaint, facts: &Facts) -> Decision {
        match complaint.against {
            Against::Documents => {}
            Against::Award(_) | Against::TechnicalResult => return Err(Refusal::ComplaintEarly),
        }
        self.before_deadline(facts)?;
        under_key(complaint.key.as_ref().ok_or(Refusal::ComplaintKey)?, facts)?;
        check_documents(&complaint.documents)?;
        ensure(
            self.complaints().get(&complaint.id).is_none(),
            Refusal::ComplaintTwice {
                complaint: complaint.id.clone(),
            },
        )?;
        Ok(vec![Event::ComplaintFiled(complaint)])
    }

    /// By a review body, and nobody who had part in the tender.
    pub(super) fn decide_complaint(&self, decision: ComplaintDecision, facts: &Facts) -> Decision {
        let actor = &facts.actor;
        ensure(actor.role == Role::ReviewBody, Refusal::NotReviewBody)?;
        let own = self.notice.drafters.contains(&actor.id) || self.notice.approver == actor.id;
        ensure(!own, Refusal::OwnTender)?;
        self.pending(&decision.complaint)?;
        Ok(vec![Event::ComplaintDecided(decision)])
    }

    pub(super) fn withdraw_complaint(
        &self,
        withdrawal: ComplaintWithdrawal,
        facts: &Facts,
    ) -> Decision {
        let filed_by = self.pending(&withdrawal.complaint)?;
        ensure(*filed_by == facts.actor.id, Refusal::ComplaintOfAnother)?;
        Ok(vec![Event::ComplaintWithdrawn(withdrawal)])
    }

    /// Who filed a complaint that waits for its decision.
    fn pending(&self, id: &ComplaintId) -> Result<&ActorId, Refusal> {
        let filed = self.complaints().get(id).filter(|filed| filed.is_pending());
        let filed = filed.ok_or_else(|| Refusal::ComplaintNotPending {
            complaint: id.clone(),
        })?;
        Ok(&filed.by)
    }

    /// Remembers a decision; `None` for one that could not have happened.
    pub(super) fn complaint_decided(&mut self, decision: &ComplaintDecision) -> Option<()> {
        let filed = self.notice.complaints.decided(decision)?;
        if filed.is_upheld() {
            self.upheld = Some(decision.complaint.clone());
        }
        Some(())
    }
}
