//! Complaints about the tender documents, before bids are opened; and who decides none, whatever they are about.
//!
//! Under a key made for the tender whoever complains stays unknown until bids are opened; from the fourth edition of the rules on an
//! organisation may complain in its own name, too, and only that holds up the closing, its first about the documents as they are. Anybody can
//! make a thousand keys, so that otherwise a tender would be held up for ever; organisations have the account that they were given when
//! they were registered. (Prozorro has registered participants alone complain, for a fee.) All complaints are heard and decided, and
//! whichever is upheld, the documents are mended before the closing.
//!
//! Example: a key complains on the 5th and Nile on the 6th; the closing on the 17th waits for the decision about Nile's alone. It is
//! declined, and Nile complains of something else: that is decided beside the tender, which goes on.

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
use crate::domain::values::{ComplaintId, OrganizationId, PublicKey};
use crate::event::{ActorId, Role};
use crate::store::StreamName;

impl Bidding {
    pub(super) fn complain(&self, complaint: Complaint, facts: &Facts) -> Decision {
        match complaint.against {
            Against::Documents => {}
            Against::Award(_) | Against::TechnicalResult => return Err(Refusal::ComplaintEarly),
        }
        self.before_deadline(facts)?;
        self.check_complainer(complaint.key.as_ref(), facts)?;
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

    /// Under a key, or an organisation in its own name.
    fn check_complainer(&self, key: Option<&PublicKey>, facts: &Facts) -> Result<(), Refusal> {
        let fourth = self.notice.has_edition(4, &facts.readings);
        match (key, &facts.actor.id) {
            (None, ActorId::Organization(_)) if fourth => Ok(()),
            (key, _) => under_key(key.ok_or(Refusal::ComplaintKey)?, facts),
        }
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

    /// Remembers a complaint; `None` for one that could not have happened.
    pub(super) fn complained(&mut self, complaint: &Complaint, by: &ActorId) -> Option<()> {
        match (&complaint.key, by) {
            (Some(key), _) => {
                let id = complaint.id.clone();
                self.pseudonyms.insert(id, key.clone());
            }
            (None, ActorId::Organization(_)) => {}
            (None, ActorId::Key(_) | ActorId::Official(_) | ActorId::System) => return None,
        }
        let amendments = self.notice.amended_at.len();
        self.notice.complaints.filed(complaint, by, amendments)
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
