//! Complaints about the tender documents, before bids are opened; and who decides none, whatever they are about.

use super::bidding::{Bidding, under_key};
use super::content::check_documents;
use super::evaluation::COMPLAINTS_MAX;
use super::event::{Against, Complaint, ComplaintDecision, ComplaintWithdrawal, Event};
use super::notice::Notice;
use super::refusal::Refusal;
use super::{Command, Decision};
use crate::aggregate::{Facts, Readings, ensure};
use crate::domain::committee::Committee;
use crate::domain::official::Seat;
use crate::domain::values::{ComplaintId, OrganizationId};
use crate::event::{ActorId, Role};
use crate::store::StreamName;

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
        let third = self.notice.has_edition(3, &facts.readings);
        let few = self.complaints().count_by(&facts.actor.id) < COMPLAINTS_MAX;
        ensure(few || !third, Refusal::TooManyComplaints)?;
        Ok(vec![Event::ComplaintFiled(complaint)])
    }

    /// By a review body, and nobody who had part in the tender.
    pub(super) fn decide_complaint(&self, decision: ComplaintDecision, facts: &Facts) -> Decision {
        let actor = &facts.actor;
        ensure(actor.role == Role::ReviewBody, Refusal::NotReviewBody)?;
        let own = self.notice.drafters.contains(&actor.id) || self.notice.approver == actor.id;
        ensure(!own, Refusal::OwnTender)?;
        let third = self.notice.has_edition(3, &facts.readings);
        let party = third && self.notice.is_party(self.judges(facts), facts);
        ensure(!party, Refusal::OwnTender)?;
        self.pending(&decision.complaint)?;
        Ok(vec![Event::ComplaintDecided(decision)])
    }

    /// From the third edition of the rules on who will evaluate decides no complaint about the documents either.
    pub(super) fn judges_reviewer(&self, readings: &Readings, command: &Command) -> bool {
        let decides = matches!(command, Command::DecideComplaint(_));
        decides && self.notice.has_edition(3, readings)
    }

    pub(super) fn reads_under(&self, readings: &Readings, command: &Command) -> Vec<StreamName> {
        if !self.judges_reviewer(readings, command) {
            return Vec::new();
        }
        vec![Committee::stream(&self.notice.committees.evaluation)]
    }

    /// Whether whoever acts sits on the evaluation committee.
    fn judges(&self, facts: &Facts) -> bool {
        let committee = Committee::stream(&self.notice.committees.evaluation);
        let read = facts.readings.get::<Committee>(&committee);
        let bench = read.and_then(Committee::bench);
        bench.is_some_and(|bench| match &facts.actor.id {
            ActorId::Official(official) => bench.members().contains(official),
            ActorId::Organization(_) | ActorId::Key(_) | ActorId::System => false,
        })
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

impl Notice {
    /// Whether whoever acts had part in the tender, and decides no complaint about it; `judges`: sits on its evaluation committee. From
    /// the third edition of the rules on those had part in it, too, who hold a post of the buyer or of who buys with it.
    pub(super) fn is_party(&self, judges: bool, facts: &Facts) -> bool {
        let id = &facts.actor.id;
        match id {
            ActorId::Official(_) => {
                let third = self.has_edition(3, &facts.readings);
                let drafts = self.drafters.contains(id) || self.approver == *id;
                judges || drafts || (third && self.employs(facts))
            }
            ActorId::Organization(organization) => self.draft.buyer == *organization,
            ActorId::Key(_) | ActorId::System => true,
        }
    }

    fn employs(&self, facts: &Facts) -> bool {
        let participants = self.draft.participants.iter();
        let buyers = participants.map(|it| &it.entity).chain([&self.draft.buyer]);
        let buyers: Vec<&OrganizationId> = buyers.collect();
        let holds = |seat: &Seat| match seat {
            Seat::Organization(organization) => buyers.contains(&organization),
            Seat::Facility(_) => false,
        };
        let days = facts.days();
        facts.acting_record().is_some_and(|record| {
            let mut seats = days.iter().flat_map(|day| record.posts().seats_on(*day));
            seats.any(|(_, seat)| holds(seat))
        })
    }
}
