//! What can be asked of a tender.

use serde::{Deserialize, Serialize};

use super::event::{
    Amendment, Answer, Approval, Award, AwardApproval, AwardCancellation, CancellationApproval,
    CancellationProposal, Committees, Complaint, ComplaintDecision, ComplaintWithdrawal,
    Completion, Correction, DeadlineWitness, DirectOffer, Disqualification, Draft, Ending,
    Extension, Failure, Listing, Lot, LotFailure, LotRemoval, LowBid, Notification, OpenedBid,
    OpeningKey, Outage, Publication, Question, Receipt, Reveal, Scoring, Shares, TechnicalResult,
    ValidityExtension,
};

/// A request about one tender. All are plans, which are judged, but for those marked as facts (DESIGN 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    // Drafting.
    /// Begin a tender.
    Draft(Draft),
    /// Add a lot.
    AddLot(Lot),
    /// Take a lot out.
    RemoveLot(LotRemoval),
    /// Name the committees.
    AppointCommittees(Committees),
    /// Enrol a member's key; by a registrar, with another as witness.
    EnrolOpeningKey(OpeningKey),
    /// Approve the draft; by someone else.
    Approve(Approval),
    // Bidding.
    /// Publish it.
    Publish(Publication),
    /// Ask a question, under a key made for this tender.
    Ask(Question),
    /// Answer one.
    Answer(Answer),
    /// Change what was published.
    Amend(Amendment),
    /// Move the deadline forward.
    Extend(Extension),
    /// Fact: the service could not be reached; by an administrator.
    RecordOutage(Outage),
    /// Fact: witnesses had seen the log by the deadline, or soon enough after it. By the scheduler alone.
    Witness(DeadlineWitness),
    /// Fact: the deadline passed. By the scheduler, or anyone who runs the tender.
    Close,
    // Opening.
    /// Fact: list an envelope of this tender. By the scheduler alone, which knows whose envelopes are.
    Receive(Receipt),
    /// Fact: all envelopes are listed. By the scheduler alone.
    EndReceipts(Listing),
    /// Publish shares; by the member.
    PublishShares(Shares),
    /// Show an envelope's secret; by its bidder.
    Reveal(Reveal),
    /// Open an envelope: opened, or found void. Anyone may; nothing is decided but by what the log holds, so that only the
    /// envelope is named.
    Open(OpenedBid),
    /// Fact: the offer of the supplier that is asked directly was received.
    RecordOffer(DirectOffer),
    // Evaluation.
    /// Reject a bid.
    Disqualify(Disqualification),
    /// Score a bid.
    Score(Scoring),
    /// Let the technical result stand.
    ApproveTechnicalResult(TechnicalResult),
    /// Correct an arithmetic error.
    Correct(Correction),
    /// Record the explanation of an abnormally low price.
    ExplainLowBid(LowBid),
    /// Let the own bid bind longer; by its bidder.
    ExtendValidity(ValidityExtension),
    // Award.
    /// Propose who wins a lot.
    ProposeAward(Award),
    /// Approve it; by someone else.
    ApproveAward(AwardApproval),
    /// Say that a lot found no winner.
    FailLot(LotFailure),
    /// Tell all bidders.
    Notify(Notification),
    /// Fact: standstill ended. By the scheduler, or anyone who runs the tender.
    EndStandstill,
    /// Take an award back.
    CancelAward(AwardCancellation),
    // Complaints.
    /// Complain.
    Complain(Complaint),
    /// Decide a complaint; by a review body.
    DecideComplaint(ComplaintDecision),
    /// Take a complaint back; by whoever filed it.
    WithdrawComplaint(ComplaintWithdrawal),
    // End.
    /// Give the tender up: a draft, and under the first edition of the rules what was published too.
    Cancel(Ending),
    /// Propose to give a published tender up.
    ProposeCancellation(CancellationProposal),
    /// Approve that; by someone else.
    ApproveCancellation(CancellationApproval),
    /// Say that it found no winner.
    Fail(Failure),
    /// End it.
    Complete(Completion),
}
