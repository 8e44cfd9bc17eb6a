//! What is stored about a tender, by phase. The payloads are also what is commanded, but for what the decision fills in.

mod awarding;
mod bidding;
mod complaining;
mod drafting;
mod evaluating;
mod opening;

pub use awarding::*;
pub use bidding::*;
pub use complaining::*;
pub use drafting::*;
pub use evaluating::*;
pub use opening::*;

use serde::{Deserialize, Serialize};

use crate::domain::values::{DocumentRef, Sha256};

/// What happened to a tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    // Drafting.
    /// A procurement officer began it.
    TenderDrafted(Draft),
    /// A lot was added to the draft.
    LotAdded(Lot),
    /// A lot was taken out of the draft.
    LotRemoved(LotRemoval),
    /// Its committees were named.
    CommitteeAppointed(Committees),
    /// A member of the opening committee got a key for this tender, witnessed by two registrars.
    OpeningKeyEnrolled(OpeningKey),
    /// Someone else approved the draft within the delegated limit.
    TenderApproved(Approval),
    // Bidding.
    /// It was published: bids may be sealed.
    TenderPublished(Publication),
    /// A supplier asked a question, under the key made for this tender.
    QuestionAsked(Question),
    /// The buyer answered it.
    QuestionAnswered(Answer),
    /// Its documents or a lot changed: envelopes sealed before are void until confirmed.
    TenderAmended(Amendment),
    /// The deadline moved forward.
    DeadlineExtended(Extension),
    /// The service could not be reached: the deadline moved forward by rule.
    OutageRecorded(Outage),
    /// Witnesses outside had seen the log by the deadline, or soon enough after it.
    DeadlineWitnessed(DeadlineWitness),
    /// The deadline passed: no more envelopes.
    BiddingClosed(Closing),
    // Opening.
    /// An envelope of this tender was listed, with whose it is.
    BidReceived(Receipt),
    /// The list of envelopes is complete: the opening began.
    BidsListed(Listing),
    /// A member of the opening committee published shares.
    SharesPublished(Shares),
    /// A bidder showed the secret of an envelope that the committee could not open.
    SecretRevealed(Reveal),
    /// An envelope was opened.
    BidOpened(OpenedBid),
    /// An envelope holds no bid: publicly, and why.
    BidVoided(VoidedBid),
    /// The offer of the supplier that is asked directly was received.
    OfferRecorded(DirectOffer),
    // Evaluation.
    /// A bid was rejected, with its ground.
    BidDisqualified(Disqualification),
    /// A bid was scored by the published criteria.
    BidScored(Scoring),
    /// The technical result stands: financial envelopes of accepted bids may be opened.
    TechnicalResultApproved(TechnicalResult),
    /// An arithmetic error was corrected by the published rule.
    BidCorrected(Correction),
    /// A bidder explained an abnormally low price, and the committee judged it.
    LowBidExplained(LowBid),
    /// A bidder let its bid bind longer.
    ValidityExtended(ValidityExtension),
    // Award.
    /// The committee proposed who wins a lot.
    AwardProposed(Award),
    /// Someone else approved it within the delegated limit.
    AwardApproved(AwardApproval),
    /// A lot found no winner.
    LotFailed(LotFailure),
    /// All bidders were told: standstill began.
    BiddersNotified(Notification),
    /// Standstill ended: the contract may be signed.
    StandstillEnded(StandstillEnd),
    /// An award fell.
    AwardCancelled(AwardCancellation),
    // Complaints.
    /// Someone complained about the documents or an award.
    ComplaintFiled(Complaint),
    /// The review body decided.
    ComplaintDecided(ComplaintDecision),
    /// Whoever complained took it back.
    ComplaintWithdrawn(ComplaintWithdrawal),
    // End.
    /// An official proposed to give it up; another has to approve.
    CancellationProposed(CancellationProposal),
    /// The buyer gave it up.
    TenderCancelled(Ending),
    /// It found no winner.
    TenderFailed(Failure),
    /// Each lot has its contractor, or failed.
    TenderCompleted(Completion),
}

impl Event {
    /// The attachments that the event names: of documents that replace others the new ones, and of an opened bid the
    /// ciphertexts, which its content names beside their keys.
    pub fn attachments(&self) -> Vec<Sha256> {
        let listed = |documents: &[DocumentRef]| documents.iter().map(|it| it.sha256).collect();
        match self {
            Self::TenderDrafted(draft) => listed(&draft.documents),
            Self::TenderAmended(amendment) => match &amendment.change {
                Change::Documents { before: _, after } => listed(after),
                Change::Lot { .. } => Vec::new(),
            },
            Self::BidOpened(opened) => match &opened.content {
                Some(BidContent::Technical(bid)) => {
                    bid.documents.iter().map(|it| it.sealed.sha256).collect()
                }
                Some(BidContent::Financial(_)) | None => Vec::new(),
            },
            Self::OfferRecorded(offer) => vec![offer.document.sha256],
            Self::ComplaintFiled(complaint) => listed(&complaint.documents),
            Self::LotAdded(_)
            | Self::LotRemoved(_)
            | Self::CommitteeAppointed(_)
            | Self::OpeningKeyEnrolled(_)
            | Self::TenderApproved(_)
            | Self::TenderPublished(_)
            | Self::QuestionAsked(_)
            | Self::QuestionAnswered(_)
            | Self::DeadlineExtended(_)
            | Self::OutageRecorded(_)
            | Self::DeadlineWitnessed(_)
            | Self::BiddingClosed(_)
            | Self::BidReceived(_)
            | Self::BidsListed(_)
            | Self::SharesPublished(_)
            | Self::SecretRevealed(_)
            | Self::BidVoided(_)
            | Self::BidDisqualified(_)
            | Self::BidScored(_)
            | Self::TechnicalResultApproved(_)
            | Self::BidCorrected(_)
            | Self::LowBidExplained(_)
            | Self::ValidityExtended(_)
            | Self::CancellationProposed(_)
            | Self::AwardProposed(_)
            | Self::AwardApproved(_)
            | Self::LotFailed(_)
            | Self::BiddersNotified(_)
            | Self::StandstillEnded(_)
            | Self::AwardCancelled(_)
            | Self::ComplaintDecided(_)
            | Self::ComplaintWithdrawn(_)
            | Self::TenderCancelled(_)
            | Self::TenderFailed(_)
            | Self::TenderCompleted(_) => Vec::new(),
        }
    }
}
