//! What tenders, plans, envelopes and securities name. Lots, criteria, questions and complaints have names within their tender
//! only: its own history has them.

use sijill_ledger_core::domain::security::{self, Purpose};
use sijill_ledger_core::domain::tender::{self, BidContent, Change, LotLine};
use sijill_ledger_core::domain::values::{CommitteeId, EnvelopeId, TenderId};
use sijill_ledger_core::domain::{envelope, plan};

use super::{EntityKind, Teller};

impl<'a> Teller<'_, 'a> {
    /// An event of a tender. Envelopes and bidders are named from the list on; what is withheld is never read.
    pub(super) fn tender(&mut self, event: &'a tender::Event) {
        use tender::Event;
        match event {
            Event::TenderDrafted(draft) => self.draft(draft),
            Event::LotAdded(lot) => self.lot_lines(&lot.lines),
            Event::CommitteeAppointed(committees) => {
                self.committee_id(&committees.opening);
                self.committee_id(&committees.evaluation);
            }
            Event::OpeningKeyEnrolled(key) => {
                self.official(&key.member);
                self.official(&key.witness);
            }
            Event::TenderPublished(publication) => {
                let members = publication.sealing.iter().flat_map(|it| &it.members);
                members.for_each(|it| self.official(&it.member));
                let invited = publication.invited.iter();
                invited.for_each(|id| self.organization(id));
            }
            Event::TenderAmended(amendment) => self.change(&amendment.change),
            Event::BidReceived(receipt) => {
                self.envelope_id(&receipt.envelope);
                self.organization(&receipt.bidder);
            }
            Event::SharesPublished(shares) => {
                self.official(&shares.member);
                let shares = shares.shares.iter();
                shares.for_each(|it| self.envelope_id(&it.envelope));
            }
            Event::SecretRevealed(reveal) => self.envelope_id(&reveal.envelope),
            Event::BidOpened(opened) => self.opened(opened),
            Event::BidVoided(voided) => {
                self.envelope_id(&voided.envelope);
                voided.bidder.iter().for_each(|id| self.organization(id));
                voided.blamed.iter().for_each(|id| self.official(id));
            }
            Event::OfferRecorded(offer) => self.organization(&offer.bidder),
            Event::BidDisqualified(bid) => {
                self.organization(&bid.bidder);
                bid.minutes.iter().for_each(|it| self.document(it));
            }
            Event::BidScored(bid) => self.organization(&bid.bidder),
            Event::TechnicalResultApproved(result) => {
                self.document(&result.minutes);
                let accepted = result.accepted.iter();
                accepted.for_each(|it| self.organization(&it.bidder));
            }
            Event::BidCorrected(bid) => self.organization(&bid.bidder),
            Event::LowBidExplained(bid) => self.organization(&bid.bidder),
            Event::ValidityExtended(extension) => self.organization(&extension.bidder),
            Event::BidsListed(listing) => {
                let unlisted = listing.unlisted.iter();
                unlisted.for_each(|envelope| self.envelope_id(envelope));
            }
            Event::AwardProposed(award) => self.award(award),
            Event::ComplaintDecided(decided) => self.document(&decided.decision),
            Event::LotRemoved(_)
            | Event::TenderApproved(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::DeadlineExtended(_)
            | Event::OutageRecorded(_)
            | Event::DeadlineWitnessed(_)
            | Event::BiddingClosed(_)
            | Event::AwardApproved(_)
            | Event::LotFailed(_)
            | Event::BiddersNotified(_)
            | Event::StandstillEnded(_)
            | Event::AwardCancelled(_)
            | Event::ComplaintFiled(_)
            | Event::ComplaintWithdrawn(_)
            | Event::CancellationProposed(_)
            | Event::TenderCancelled(_)
            | Event::TenderFailed(_)
            | Event::TenderCompleted(_) => {}
        }
    }

    fn draft(&mut self, draft: &'a tender::Draft) {
        self.organization(&draft.buyer);
        if let Some(plan) = &draft.plan {
            self.named(EntityKind::Plan, plan.as_str());
        }
        let participants = draft.participants.iter();
        participants.for_each(|it| self.organization(&it.entity));
        if let Some(invitation) = &draft.invitation {
            let invited = invitation.invited.iter();
            invited.for_each(|id| self.organization(id));
            invitation.after.iter().for_each(|id| self.tender_id(id));
            if let Some(list) = &invitation.list {
                self.named(EntityKind::Qualification, list.as_str());
            }
        }
    }

    fn change(&mut self, change: &'a Change) {
        match change {
            Change::Documents { .. } => {}
            Change::Lot { before, after, .. } => {
                self.lot_lines(before);
                self.lot_lines(after);
            }
        }
    }

    fn lot_lines(&mut self, lines: &'a [LotLine]) {
        for line in lines {
            self.item(&line.item);
            self.facility(&line.facility);
            line.entity.iter().for_each(|id| self.organization(id));
        }
    }

    fn opened(&mut self, opened: &'a tender::OpenedBid) {
        self.envelope_id(&opened.envelope);
        opened.bidder.iter().for_each(|id| self.organization(id));
        opened.blamed.iter().for_each(|id| self.official(id));
        match &opened.content {
            Some(BidContent::Technical(bid)) => {
                if let Some(security) = &bid.security {
                    self.named(EntityKind::Security, security.as_str());
                }
            }
            Some(BidContent::Financial(_)) | None => {}
        }
    }

    fn award(&mut self, award: &'a tender::Award) {
        self.document(&award.minutes);
        let (ranking, winners) = (award.ranking.iter(), award.winners.iter());
        ranking.for_each(|it| self.organization(&it.bidder));
        winners.for_each(|it| self.organization(&it.bidder));
        award.reserve.iter().for_each(|id| self.organization(id));
    }

    /// An event of an envelope: names nothing but the envelope. Whose it is, and for which tender, is withheld until the tender
    /// lists it, and then the tender says so.
    #[allow(
        clippy::unused_self,
        reason = "a kind that names something else will need it"
    )]
    pub(super) fn envelope(&mut self, event: &'a envelope::Event) {
        use envelope::Event;
        match event {
            Event::BidSealed(_) | Event::BidConfirmed(_) | Event::BidWithdrawn(_) => {}
        }
    }

    /// An event of a plan.
    pub(super) fn plan(&mut self, event: &'a plan::Event) {
        use plan::Event;
        match event {
            Event::NeedPlanned(need) => {
                self.organization(&need.buyer);
                self.plan_lines(&need.lines);
            }
            Event::PlanAmended(amendment) => self.plan_lines(&amendment.lines),
            Event::PlanApproved(_) => {}
            Event::PlanTaken(taking) => self.taken(&taking.tender, &taking.lines),
            Event::PlanSettled(settled) => self.taken(&settled.tender, &settled.lines),
        }
    }

    fn taken(&mut self, tender: &'a TenderId, lines: &'a [plan::TakenLine]) {
        self.tender_id(tender);
        for line in lines {
            self.item(&line.item);
            self.facility(&line.facility);
        }
    }

    fn plan_lines(&mut self, lines: &'a [plan::PlanLine]) {
        for line in lines {
            self.item(&line.item);
            self.facility(&line.facility);
        }
    }

    /// An event of a security.
    pub(super) fn security(&mut self, event: &'a security::Event) {
        use security::Event;
        match event {
            Event::SecurityReceived(received) => {
                match &received.purpose {
                    Purpose::Bid(tender) => self.tender_id(tender),
                    Purpose::Performance(contract) => {
                        self.named(EntityKind::Contract, contract.as_str());
                    }
                }
                self.organization(&received.principal);
                self.organization(&received.beneficiary);
                self.document(&received.number);
            }
            Event::SecurityVerified(verification) => self.document(&verification.reference),
            Event::SecurityExtended(extension) => {
                self.document(&extension.reference);
                if let Some(paper) = &extension.paper {
                    self.document(&paper.number);
                }
            }
            Event::SecurityCalled(_) | Event::SecurityReleased(_) => {}
        }
    }

    pub(super) fn tender_id(&mut self, id: &'a TenderId) {
        self.named(EntityKind::Tender, id.as_str());
    }

    fn envelope_id(&mut self, id: &'a EnvelopeId) {
        self.named(EntityKind::Envelope, id.as_str());
    }

    fn committee_id(&mut self, id: &'a CommitteeId) {
        self.named(EntityKind::Committee, id.as_str());
    }
}
