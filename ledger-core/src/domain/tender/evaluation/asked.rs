//! Commands told from what was decided: every first event holds all of its command.

use crate::domain::tender::command::Command;
use crate::domain::tender::event::{
    Award, AwardApproval, Completion, Correction, Event, Failure, Listing, Notification, OpenedBid,
    Receipt, TechnicalResult,
};

/// What was asked for, of the events of evaluation; `None` for those of other stages, and for those that only follow others:
/// an award that falls with an upheld complaint stands after the decision.
pub fn asked(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::BidReceived(it) => Command::Receive(Receipt {
            sealed_at: None,
            standing: None,
            ..it
        }),
        Event::BidsListed(it) => Command::EndReceipts(Listing {
            envelopes: None,
            ..it
        }),
        Event::SharesPublished(it) => Command::PublishShares(it),
        Event::SecretRevealed(it) => Command::Reveal(it),
        Event::BidOpened(it) => Command::Open(OpenedBid::asked(it.envelope)),
        Event::BidVoided(it) => Command::Open(OpenedBid::asked(it.envelope)),
        Event::OfferRecorded(it) => Command::RecordOffer(it),
        Event::BidDisqualified(it) => Command::Disqualify(it),
        Event::BidScored(it) => Command::Score(it),
        Event::TechnicalResultApproved(it) => Command::ApproveTechnicalResult(TechnicalResult {
            accepted: Vec::new(),
            ..it
        }),
        Event::BidCorrected(it) => Command::Correct(Correction {
            before: None,
            after: None,
            ..it
        }),
        Event::LowBidExplained(it) => Command::ExplainLowBid(it),
        Event::ValidityExtended(it) => Command::ExtendValidity(it),
        Event::AwardProposed(it) => Command::ProposeAward(proposal(it)),
        Event::AwardApproved(it) => Command::ApproveAward(AwardApproval {
            value: None,
            limit: None,
            ..it
        }),
        Event::LotFailed(it) => Command::FailLot(it),
        Event::BiddersNotified(_) => Command::Notify(Notification {
            standstill_until: None,
        }),
        Event::StandstillEnded(_) => Command::EndStandstill,
        Event::AwardCancelled(it) => Command::CancelAward(it),
        Event::ComplaintFiled(it) => Command::Complain(it),
        Event::ComplaintDecided(it) => Command::DecideComplaint(it),
        Event::ComplaintWithdrawn(it) => Command::WithdrawComplaint(it),
        Event::TenderCancelled(it) => Command::Cancel(it),
        Event::TenderFailed(_) => Command::Fail(Failure { cause: None }),
        Event::TenderCompleted(_) => Command::Complete(Completion { value: None }),
        Event::TenderDrafted(_)
        | Event::LotAdded(_)
        | Event::LotRemoved(_)
        | Event::CommitteeAppointed(_)
        | Event::OpeningKeyEnrolled(_)
        | Event::TenderApproved(_)
        | Event::TenderPublished(_)
        | Event::QuestionAsked(_)
        | Event::QuestionAnswered(_)
        | Event::CancellationProposed(_)
        | Event::TenderAmended(_)
        | Event::DeadlineExtended(_)
        | Event::OutageRecorded(_)
        | Event::DeadlineWitnessed(_)
        | Event::BiddingClosed(_) => return None,
    })
}

/// The ranking stays: where scores are withheld only the event says it, and where they are known it must be the one that
/// is computed.
fn proposal(mut award: Award) -> Award {
    for winner in &mut award.winners {
        winner.value = None;
    }
    award
}
