//! Events of a tender, and the content of sealed envelopes.

mod awarding;
pub(in crate::codec) mod bid;
mod bidding;
mod drafting;
mod judging;
mod opening;
#[cfg(test)]
mod tests;

use sijill_schemas::events::v1 as pb;

use super::wire::kinds;
use crate::domain::tender::Event;

kinds! { Event {
    TenderDrafted,
    LotAdded,
    LotRemoved,
    CommitteeAppointed,
    OpeningKeyEnrolled,
    TenderApproved,
    TenderPublished,
    QuestionAsked,
    QuestionAnswered,
    TenderAmended,
    DeadlineExtended,
    OutageRecorded,
    DeadlineWitnessed,
    BiddingClosed,
    BidReceived,
    BidsListed,
    SharesPublished,
    SecretRevealed,
    BidOpened,
    BidVoided,
    OfferRecorded,
    BidDisqualified,
    BidScored,
    TechnicalResultApproved,
    BidCorrected,
    LowBidExplained,
    ValidityExtended,
    AwardProposed,
    AwardApproved,
    LotFailed,
    BiddersNotified,
    StandstillEnded,
    AwardCancelled,
    ComplaintFiled,
    ComplaintDecided,
    ComplaintWithdrawn,
    CancellationProposed,
    TenderCancelled,
    TenderFailed,
    TenderCompleted,
} }
