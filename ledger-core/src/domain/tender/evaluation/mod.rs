//! What happens to a tender after bidding closed: envelopes are listed and opened, bids judged, lots awarded.
//!
//! | File | What is in it |
//! |---|---|
//! | `stage`, `state` | how far it has come, and all that is known of it |
//! | `receiving` | the list of envelopes, and which of them count |
//! | `opening`, `unsealing`, `fitting` | shares and secrets, what they open, whether that fits the tender |
//! | `offering` | the offer of a supplier that is asked directly, without envelopes |
//! | `judging` | technical evaluation; rejections |
//! | `resolving` | the minutes behind results, rejections and awards |
//! | `pricing`, `ranking` | corrected totals, abnormally low prices, how offers compare |
//! | `binding` | whether a bid still binds, and its security stands |
//! | `agreeing` | what awards are worth that conclude a framework agreement |
//! | `awarding` | proposals, approvals, lots that fail, awards that fall |
//! | `complaining`, `ending`, `periods` | complaints, standstill, the ends of a tender |
//! | `people` | who may do what |
//!
//! Nobody decides alone. Members of the evaluation committee, who did not draft the tender and have no interest in any bidder, judge
//! and propose, by minutes that a quorum signed. Someone who does not sit with them approves, within the delegated limit. Who wins
//! follows from the published criteria; a departure is justified and shows. Nothing is signed before standstill ends, nothing ends
//! while a complaint is pending, and a review body that had no part in it decides those.
//!
//! # Example
//!
//! Lots A (100 and 50 units, estimate 1,200.00 EGP) and B (10 units, 450.00); quality counts 40 %, of 100 points and at least 60, the
//! price 60 %; 2 of 3 members open. Nile and Delta bid for both lots, Misr for B.
//!
//! - All six envelopes are listed; the list ends. The members' shares open the technical envelopes.
//! - The committee gives Nile 80 points, Delta 90, Misr 50. Misr is below 60 and rejected: its price is never read.
//! - By minutes M1 the technical result accepts Delta and Nile; their financial envelopes are opened.
//! - Nile says 1,260.00 for A, but 100 · 7.50 + 50 · 10.00 is 1,250.00: corrected.
//!
//! | Lot | Bidder | Price | Merit |
//! |---|---|---|---|
//! | A | Delta | 1,000.00 | 40 · 0.9 + 60 · 1 = 96.0000 |
//! | A | Nile | 1,250.00 | 40 · 0.8 + 60 · 0.8 = 80.0000 |
//! | B | Nile | 400.00 | 40 · 0.8 + 60 · 1 = 92.0000 |
//! | B | Delta | 500.00 | 40 · 0.9 + 60 · 0.8 = 84.0000 |
//!
//! - Delta is proposed for A and Nile for B; Adel, who may approve up to 5,000.00, approves both.
//! - The bidders are told on 22 January: standstill is ten whole days, until midnight after 1 February. Misr complains about the
//!   technical result; standstill does not end before the review body declines that. The tender is complete at 1,400.00 EGP.
//!
//! What may be asked at which stage stands in `STAGES.md`.

mod agreeing;
mod asked;
mod awarding;
mod binding;
mod complaining;
mod ending;
mod envelopes;
mod fitting;
mod judging;
mod offering;
mod opening;
mod people;
mod periods;
mod pricing;
mod ranking;
mod receiving;
mod refusal;
mod resolving;
mod stage;
mod state;
#[cfg(test)]
pub(in crate::domain) mod tests;
mod unsealing;

pub use asked::asked;
pub use complaining::COMPLAINTS_MAX;
pub use refusal::{AwardRefusal, BidRefusal, Refusal};
pub use stage::Stage;
pub use state::{Evaluation, Fate};

use super::command::Command;
use super::event::{DisqualificationGround, Event};
use crate::aggregate::{Facts, Occurred, Wanted};
use crate::domain::committee::Committee;
use crate::domain::envelope::Envelope;
use crate::domain::organization::Organization;
use crate::domain::values::OrganizationId;
use crate::store::StreamName;

type Decision = Result<Vec<Event>, Refusal>;

impl Evaluation {
    /// Streams that [`decide`](Self::decide) must be shown.
    pub fn reads(&self, command: &Command) -> Vec<StreamName> {
        let committee = || Committee::stream(&self.notice.committees.evaluation);
        let all = |bidders: &mut dyn Iterator<Item = &OrganizationId>| {
            let bidders = bidders.map(Organization::stream);
            bidders.chain([committee()]).collect()
        };
        match command {
            Command::Receive(receipt) => vec![
                Envelope::stream(&receipt.envelope),
                Organization::stream(&receipt.bidder),
            ],
            Command::RecordOffer(offer) => vec![Organization::stream(&offer.bidder)],
            Command::Reveal(reveal) => vec![Envelope::stream(&reveal.envelope)],
            Command::Open(opened) => vec![Envelope::stream(&opened.envelope)],
            Command::Disqualify(rejection)
                if rejection.ground == DisqualificationGround::Debarred =>
            {
                all(&mut [&rejection.bidder].into_iter())
            }
            Command::ProposeAward(award) => {
                let winners = award.winners.iter().map(|winner| &winner.bidder);
                all(&mut winners.chain(&award.reserve))
            }
            Command::ApproveAward(approval) => {
                let proposal = self.proposal(&approval.lot);
                let winners = proposal.into_iter().flat_map(|it| &it.award.winners);
                all(&mut winners.map(|winner| &winner.bidder))
            }
            Command::Disqualify(_)
            | Command::Score(_)
            | Command::ApproveTechnicalResult(_)
            | Command::Correct(_)
            | Command::ExplainLowBid(_)
            | Command::FailLot(_)
            | Command::CancelAward(_)
            | Command::ApproveCancellation(_)
            | Command::DecideComplaint(_) => vec![committee()],
            Command::EndReceipts(_)
            | Command::ExtendValidity(_)
            | Command::ProposeCancellation(_)
            | Command::PublishShares(_)
            | Command::Notify(_)
            | Command::EndStandstill
            | Command::Complain(_)
            | Command::WithdrawComplaint(_)
            | Command::Cancel(_)
            | Command::Fail(_)
            | Command::Complete(_)
            | Command::Draft(_)
            | Command::AddLot(_)
            | Command::RemoveLot(_)
            | Command::AppointCommittees(_)
            | Command::EnrolOpeningKey(_)
            | Command::Approve(_)
            | Command::Publish(_)
            | Command::Ask(_)
            | Command::Answer(_)
            | Command::Amend(_)
            | Command::Extend(_)
            | Command::RecordOutage(_)
            | Command::Witness(_)
            | Command::Close => Vec::new(),
        }
    }

    /// What the actor of an event must sign.
    pub fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::AwardApproved(approval) => Wanted::Approval {
                revision: self.proposal(&approval.lot).map(|it| it.revision),
            },
            Event::TenderCancelled(ending) => ending.wanted(),
            // By minutes: as the technical result. By its bidder: as the bid.
            Event::BidDisqualified(rejection)
                if rejection.minutes.is_some() || rejection.is_withdrawal() =>
            {
                Wanted::Signature
            }
            Event::SharesPublished(_)
            | Event::TechnicalResultApproved(_)
            | Event::AwardCancelled(_)
            | Event::ComplaintDecided(_) => Wanted::Signature,
            Event::BidReceived(_)
            | Event::OfferRecorded(_)
            | Event::BidsListed(_)
            | Event::SecretRevealed(_)
            | Event::BidOpened(_)
            | Event::BidVoided(_)
            | Event::BidDisqualified(_)
            | Event::BidScored(_)
            | Event::BidCorrected(_)
            | Event::LowBidExplained(_)
            | Event::AwardProposed(_)
            | Event::LotFailed(_)
            | Event::BiddersNotified(_)
            | Event::StandstillEnded(_)
            | Event::ComplaintFiled(_)
            | Event::ComplaintWithdrawn(_)
            | Event::ValidityExtended(_)
            | Event::CancellationProposed(_)
            | Event::TenderFailed(_)
            | Event::TenderCompleted(_)
            | Event::TenderDrafted(_)
            | Event::LotAdded(_)
            | Event::LotRemoved(_)
            | Event::CommitteeAppointed(_)
            | Event::OpeningKeyEnrolled(_)
            | Event::TenderApproved(_)
            | Event::TenderPublished(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::TenderAmended(_)
            | Event::DeadlineExtended(_)
            | Event::OutageRecorded(_)
            | Event::DeadlineWitnessed(_)
            | Event::BiddingClosed(_) => Wanted::No,
        }
    }

    /// Judges a command.
    pub fn decide(&self, command: Command, facts: &Facts) -> Decision {
        self.judge(command, facts, facts)
    }

    fn judge(
        &self,
        command: Command,
        facts: &Facts,
        envelopes: &impl envelopes::Envelopes,
    ) -> Decision {
        match command {
            Command::Receive(receipt) => self.receive(receipt, facts, envelopes),
            Command::EndReceipts(listing) => self.end_receipts(listing, facts),
            Command::PublishShares(shares) => self.publish_shares(shares, facts),
            Command::Reveal(reveal) => self.reveal(reveal, facts, envelopes),
            Command::Open(opened) => self.open(opened.envelope, facts, envelopes),
            Command::RecordOffer(offer) => self.record_offer(offer, facts),
            Command::Disqualify(rejection) => self.disqualify(rejection, facts),
            Command::Score(scoring) => self.score(scoring, facts),
            Command::ApproveTechnicalResult(it) => self.approve_technical_result(it, facts),
            Command::Correct(correction) => self.correct(correction, facts),
            Command::ExplainLowBid(explanation) => self.explain(explanation, facts),
            Command::ExtendValidity(extension) => self.extend_validity(extension, facts),
            Command::ProposeAward(award) => self.propose(award, facts),
            Command::ApproveAward(approval) => self.approve(approval, facts),
            Command::FailLot(failure) => self.fail_lot(failure, facts),
            Command::Notify(_) => self.notify(facts),
            Command::EndStandstill => self.end_standstill(facts),
            Command::CancelAward(cancellation) => self.cancel_award(cancellation, facts),
            Command::Complain(complaint) => self.complain(complaint, facts),
            Command::DecideComplaint(decision) => self.decide_complaint(decision, facts),
            Command::WithdrawComplaint(it) => self.withdraw_complaint(it, facts),
            Command::Cancel(ending) => ending::cancel(ending, facts),
            Command::Fail(_) => self.fail(facts),
            Command::Complete(_) => self.complete(facts),
            Command::Draft(_)
            | Command::AddLot(_)
            | Command::RemoveLot(_)
            | Command::AppointCommittees(_)
            | Command::EnrolOpeningKey(_)
            | Command::Approve(_)
            | Command::Publish(_)
            | Command::Ask(_)
            | Command::Answer(_)
            | Command::Amend(_)
            | Command::Extend(_)
            | Command::RecordOutage(_)
            | Command::ProposeCancellation(_)
            | Command::ApproveCancellation(_)
            | Command::Witness(_)
            | Command::Close => Err(self.not_now()),
        }
    }

    /// Remembers an event; `None` for a history that could not have happened.
    pub fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let (by, at) = (&occurred.metadata.actor.id, occurred.metadata.decided_at);
        match occurred.event {
            Event::BidReceived(receipt) => self.received(receipt),
            Event::BidsListed(listing) => self.listed(listing, at),
            Event::SharesPublished(shares) => self.shares_published(shares, at),
            Event::SecretRevealed(reveal) => self.secret_revealed(reveal),
            Event::BidOpened(opened) => self.opened(opened),
            Event::BidVoided(voided) => self.voided(voided),
            Event::OfferRecorded(offer) => self.offer_recorded(offer, at),
            Event::BidDisqualified(rejection) => self.disqualified(rejection),
            Event::BidScored(scoring) => self.scored(scoring, occurred.revision),
            Event::TechnicalResultApproved(result) => self.technical_result(result, at),
            Event::BidCorrected(correction) => self.corrected(correction, occurred.revision),
            Event::LowBidExplained(explanation) => self.explained(explanation, occurred.revision),
            Event::ValidityExtended(extension) => self.validity_extended(extension),
            Event::AwardProposed(award) => self.proposed(award, occurred.revision, by),
            Event::AwardApproved(approval) => self.approved(approval),
            Event::LotFailed(failure) => self.lot_failed(failure),
            Event::BiddersNotified(notification) => self.notified(notification, at),
            Event::StandstillEnded(end) => self.standstill_ended(end),
            Event::AwardCancelled(cancellation) => {
                self.award_cancelled(cancellation, &occurred.metadata.actor)
            }
            Event::ComplaintFiled(complaint) => {
                let amendments = self.notice.amended_at.len();
                self.complaints.filed(complaint, by, amendments)
            }
            Event::ComplaintDecided(decision) => self.complaint_decided(decision, at),
            Event::ComplaintWithdrawn(it) => self.complaint_withdrawn(it, at),
            Event::CancellationProposed(proposal) => {
                self.notice.cancellation_proposed(proposal, occurred);
                Some(())
            }
            Event::TenderCancelled(ending) => self.notice.can_end(ending, by).then_some(()),
            Event::TenderFailed(_) => self.failure_cause().ok().map(|_| ()),
            Event::TenderCompleted(_) => (self.stage == Stage::Final).then_some(()),
            Event::TenderDrafted(_)
            | Event::LotAdded(_)
            | Event::LotRemoved(_)
            | Event::CommitteeAppointed(_)
            | Event::OpeningKeyEnrolled(_)
            | Event::TenderApproved(_)
            | Event::TenderPublished(_)
            | Event::QuestionAsked(_)
            | Event::QuestionAnswered(_)
            | Event::TenderAmended(_)
            | Event::DeadlineExtended(_)
            | Event::OutageRecorded(_)
            | Event::DeadlineWitnessed(_)
            | Event::BiddingClosed(_) => None,
        }
    }

    fn not_now(&self) -> Refusal {
        Refusal::NotNow { stage: self.stage }
    }
}

/// Whether [`Evaluation::decide`] must be shown the record of the official who acts: interests and limits.
pub const fn judges_actor(command: &Command) -> bool {
    matches!(
        command,
        Command::Disqualify(_)
            | Command::Score(_)
            | Command::ApproveTechnicalResult(_)
            | Command::Correct(_)
            | Command::ExplainLowBid(_)
            | Command::ProposeAward(_)
            | Command::ApproveAward(_)
            | Command::FailLot(_)
            | Command::CancelAward(_)
            | Command::ApproveCancellation(_)
            | Command::DecideComplaint(_)
    )
}
