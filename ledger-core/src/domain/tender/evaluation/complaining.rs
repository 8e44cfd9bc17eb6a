//! Complaints after bidding: by bidders, in their own name; decided by a review body that had no part in the tender.
//!
//! An upheld complaint reopens what it is against. Against the award of a lot, the award falls and the lot is judged anew; against
//! the technical result, all awards fall and the technical bids are judged anew. In both cases the rejection of the bid that
//! complained, as far as it lies in what is judged anew, falls too.

use super::periods::complaints_until;
use super::refusal::Refusal;
use super::state::{Evaluation, LotState};
use super::{Decision, Stage};
use crate::aggregate::{Facts, ensure};
use crate::domain::tender::complaints::Filed;
use crate::domain::tender::event::{
    Against, AwardCancellation, Complaint, ComplaintDecision, ComplaintOutcome,
    ComplaintWithdrawal, DOCUMENTS_MAX, Event,
};
use crate::domain::values::{ComplaintId, LotId, OrganizationId};
use crate::event::ActorId;
use crate::time::Timestamp;

/// Most complaints of one bidder about one tender: nobody holds a tender up for ever.
pub const COMPLAINTS_MAX: usize = 10;

impl Evaluation {
    pub(super) fn complain(&self, complaint: Complaint, facts: &Facts) -> Decision {
        let id = || complaint.id.clone();
        self.check_complainable(&complaint.against, facts)?;
        let ActorId::Organization(bidder) = &facts.actor.id else {
            return Err(Refusal::BiddersOnly);
        };
        let own = self.bids.contains_key(bidder) && complaint.key.is_none();
        ensure(own, Refusal::BiddersOnly)?;
        let used = self.complaints.get(&complaint.id).is_some();
        ensure(!used, Refusal::ComplaintExists { complaint: id() })?;
        let count = complaint.documents.len();
        ensure(
            count <= DOCUMENTS_MAX,
            Refusal::ComplaintDocuments { count },
        )?;
        let mut filed = self.complaints.iter();
        let by = &facts.actor.id;
        let same = filed.find(|(_, filed)| {
            filed.is_pending() && filed.by == *by && filed.against == complaint.against
        });
        if let Some((pending, _)) = same {
            let complaint = pending.clone();
            return Err(Refusal::ComplaintExists { complaint });
        }
        let few = self.complaints.count_by(by) < COMPLAINTS_MAX;
        ensure(few, Refusal::TooManyComplaints)?;
        Ok(vec![Event::ComplaintFiled(complaint)])
    }

    /// The documents are complained about before the deadline, an award in the days after bidders were told, and the technical
    /// result from when it stands until those days end.
    fn check_complainable(&self, against: &Against, facts: &Facts) -> Result<(), Refusal> {
        let told = matches!(self.stage, Stage::Standstill { .. } | Stage::Final);
        if let Some(notified_at) = self.notified_at.filter(|_| told) {
            let until = complaints_until(notified_at, facts);
            ensure(facts.at < until, Refusal::ComplaintsOver { until })?;
        }
        let before_award = matches!(self.stage, Stage::FinancialOpening { .. } | Stage::Awarding);
        match against {
            Against::Documents => Err(self.not_now()),
            Against::TechnicalResult => ensure(
                self.has_technical_part() && (before_award || told),
                self.not_now(),
            ),
            Against::Award(lot) => {
                ensure(told, self.not_now())?;
                let known = self.notice.lot(lot).is_some();
                ensure(known, Refusal::NoLot { lot: lot.clone() })
            }
        }
    }

    pub(super) fn decide_complaint(&self, decision: ComplaintDecision, facts: &Facts) -> Decision {
        self.check_reviewer(facts)?;
        let filed = self.pending(&decision.complaint)?;
        let fallen = match (decision.outcome, &filed.against) {
            (ComplaintOutcome::Invalid | ComplaintOutcome::Declined, _)
            | (ComplaintOutcome::Upheld, Against::Documents) => Vec::new(),
            (ComplaintOutcome::Upheld, Against::Award(lot)) => {
                self.awards().filter(|award| award.lot == *lot).collect()
            }
            (ComplaintOutcome::Upheld, Against::TechnicalResult) => self.awards().collect(),
        };
        let fallen = fallen.into_iter().map(|award| {
            Event::AwardCancelled(AwardCancellation {
                lot: award.lot.clone(),
                reason: decision.reason.clone(),
            })
        });
        let fallen: Vec<Event> = fallen.collect();
        let mut events = vec![Event::ComplaintDecided(decision)];
        events.extend(fallen);
        Ok(events)
    }

    pub(super) fn withdraw_complaint(
        &self,
        withdrawal: ComplaintWithdrawal,
        facts: &Facts,
    ) -> Decision {
        let filed = self.pending(&withdrawal.complaint)?;
        ensure(filed.by == facts.actor.id, Refusal::OthersComplaint)?;
        Ok(vec![Event::ComplaintWithdrawn(withdrawal)])
    }

    fn pending(&self, complaint: &ComplaintId) -> Result<&Filed, Refusal> {
        let filed = self.complaints.get(complaint);
        let filed = filed.filter(|filed| filed.is_pending());
        filed.ok_or_else(|| Refusal::NotPending {
            complaint: complaint.clone(),
        })
    }
}

impl Evaluation {
    pub(super) fn complaint_withdrawn(
        &mut self,
        withdrawal: &ComplaintWithdrawal,
        at: Timestamp,
    ) -> Option<()> {
        self.complaints.withdrawn(withdrawal)?;
        self.wait_anew(at);
        Some(())
    }

    pub(super) fn complaint_decided(
        &mut self,
        decision: &ComplaintDecision,
        at: Timestamp,
    ) -> Option<()> {
        let filed = self.complaints.decided(decision)?;
        self.wait_anew(at);
        self.decided_against(&filed, decision);
        if !filed.is_upheld() {
            return Some(());
        }
        match &filed.against {
            Against::Documents => {}
            Against::Award(lot) => self.reopen_lot(lot, complainer(&filed)),
            Against::TechnicalResult => self.reopen_all(complainer(&filed)),
        }
        Some(())
    }

    /// Remembers against whom a review body decided: whoever complained in vain, or those whose award falls.
    fn decided_against(&mut self, filed: &Filed, decision: &ComplaintDecision) {
        let losers: Vec<OrganizationId> = match &filed.against {
            Against::Award(lot) if filed.is_upheld() => {
                let winners = self.award(lot).into_iter().flat_map(|it| &it.winners);
                winners.map(|winner| winner.bidder.clone()).collect()
            }
            Against::Award(_) | Against::Documents | Against::TechnicalResult => {
                let complained = complainer(filed).filter(|_| !filed.is_upheld());
                complained.cloned().into_iter().collect()
            }
        };
        for loser in losers {
            if let Some(bid) = self.bids.get_mut(&loser) {
                bid.decisions.insert(decision.decision.clone());
            }
        }
    }

    fn reopen_lot(&mut self, lot: &LotId, by: Option<&OrganizationId>) {
        if let Some(state @ LotState::Failed) = self.lots.get_mut(lot) {
            *state = LotState::Open;
        }
        if let Some(bid) = by.and_then(|by| self.bids.get_mut(by)) {
            bid.rejected_lots.remove(lot);
            // What the technical result rejected is complained about there.
            bid.rejected &= bid.offers.is_empty();
        }
        self.back_to_awarding();
    }

    fn reopen_all(&mut self, by: Option<&OrganizationId>) {
        for state in self.lots.values_mut() {
            if matches!(state, LotState::Failed | LotState::Proposed(_)) {
                *state = LotState::Open;
            }
        }
        if let Some(bid) = by.and_then(|by| self.bids.get_mut(by)) {
            bid.rejected = false;
            bid.rejected_lots.clear();
        }
        self.stage = Stage::TechnicalEvaluation;
    }
}

/// The bidder that complained.
fn complainer(filed: &Filed) -> Option<&OrganizationId> {
    match &filed.by {
        ActorId::Organization(bidder) => Some(bidder),
        ActorId::Official(_) | ActorId::Key(_) | ActorId::System => None,
    }
}
