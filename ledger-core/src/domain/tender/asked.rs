//! Commands told from what was decided: the first event of a decision holds all of its command, but for what it filled in.

use super::command::Command;
use super::event::{Amendment, Approval, CancellationApproval, Change, Event, Outage, Publication};

/// What was asked for.
pub(super) fn asked(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::TenderDrafted(it) => Command::Draft(it),
        Event::LotAdded(it) => Command::AddLot(it),
        Event::LotRemoved(it) => Command::RemoveLot(it),
        Event::CommitteeAppointed(it) => Command::AppointCommittees(it),
        Event::OpeningKeyEnrolled(it) => Command::EnrolOpeningKey(it),
        Event::TenderApproved(it) => Command::Approve(Approval { limit: None, ..it }),
        Event::TenderPublished(it) => Command::Publish(Publication {
            sealing: None,
            ..it
        }),
        Event::QuestionAsked(it) => Command::Ask(it),
        Event::QuestionAnswered(it) => Command::Answer(it),
        Event::TenderAmended(it) => Command::Amend(it.asked()),
        Event::DeadlineExtended(it) => Command::Extend(it),
        Event::OutageRecorded(it) => Command::RecordOutage(Outage {
            closes_at: None,
            ..it
        }),
        Event::DeadlineWitnessed(it) => Command::Witness(it),
        Event::BiddingClosed(_) => Command::Close,
        Event::ComplaintFiled(it) => Command::Complain(it),
        Event::ComplaintDecided(it) => Command::DecideComplaint(it),
        Event::ComplaintWithdrawn(it) => Command::WithdrawComplaint(it),
        Event::CancellationProposed(it) => Command::ProposeCancellation(it),
        Event::TenderCancelled(it) => match it.proposal {
            Some(proposal) => Command::ApproveCancellation(CancellationApproval { proposal }),
            None => Command::Cancel(it),
        },
        Event::BidReceived(_)
        | Event::BidsListed(_)
        | Event::SharesPublished(_)
        | Event::SecretRevealed(_)
        | Event::BidOpened(_)
        | Event::BidVoided(_)
        | Event::OfferRecorded(_)
        | Event::BidDisqualified(_)
        | Event::BidScored(_)
        | Event::TechnicalResultApproved(_)
        | Event::BidCorrected(_)
        | Event::LowBidExplained(_)
        | Event::ValidityExtended(_)
        | Event::AwardProposed(_)
        | Event::AwardApproved(_)
        | Event::LotFailed(_)
        | Event::BiddersNotified(_)
        | Event::StandstillEnded(_)
        | Event::AwardCancelled(_)
        | Event::TenderFailed(_)
        | Event::TenderCompleted(_) => return super::evaluation::asked(event),
    })
}

impl Amendment {
    fn asked(self) -> Self {
        let change = match self.change {
            Change::Documents { after, .. } => Change::Documents {
                before: Vec::new(),
                after,
            },
            Change::Lot { lot, after, .. } => Change::Lot {
                lot,
                before: Vec::new(),
                after,
            },
        };
        Self {
            number: None,
            change,
            ..self
        }
    }
}
