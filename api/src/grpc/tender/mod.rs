//! `sijill.procurement.v1.TenderService`: commands about plans, tenders, sealed envelopes and securities.
//!
//! Not here, because only policies give them: which envelopes a tender has, once bidding is closed, and their end.
//!
//! A bidder calls with the own token and is recorded under the key that it made for the tender: the server knows who calls,
//! and lets it act for its own organisation alone; the log learns it when envelopes are listed.
//!
//! | Who | knows before the deadline |
//! |---|---|
//! | everybody | how many envelopes there are, when each came, its size class, which of them one key signed, and questions and complaints of that key too: so a bidder makes one key for its bid and another to ask with |
//! | whoever reads the server's log lines | that some supplier called at that instant; neither which one nor for which envelope, and not what the caller named its call. At `trace` also addresses of connections |
//! | whoever reads the server's directory | whose each envelope is, and for which tender (`withheld`), and who uploaded what (`attachments/unnamed`); not what is in it |
//!
//! Everything else of that directory, mirrors and exports may be read by anyone: `tests/leak` walks all of it.

mod filled;
#[cfg(test)]
mod tests;

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::domain::envelope::{self, Contents, Envelope, Sealed, Withdrawal};
use sijill_ledger_core::domain::plan::{self, Plan};
use sijill_ledger_core::domain::security::{self, Security};
use sijill_ledger_core::domain::tender::{
    self, CancellationApproval, Complaint, Completion, Failure, Notification, OpenedBid,
};
use sijill_schemas::procurement::v1 as pb;

use super::authority::{Acting, Party};
use super::command::{Commands, Name, Read, Target, commands};
use filled::unfilled;

/// The service; its methods' paths follow from its name.
#[derive(Clone)]
pub struct Tender {
    commands: Commands,
}

impl Tender {
    /// Over this ledger.
    pub const fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

/// A plan.
fn plan(plan: String, payload: &mut Payload<'_>) -> Result<Target<Plan>, DecodeError> {
    Ok(Plan::stream(&payload.take(plan, "plan")?).into())
}

/// A tender.
fn tender(
    tender: String,
    payload: &mut Payload<'_>,
) -> Result<Target<tender::Tender>, DecodeError> {
    Ok(tender::Tender::stream(&payload.take(tender, "tender")?).into())
}

/// A security.
fn security(security: String, payload: &mut Payload<'_>) -> Result<Target<Security>, DecodeError> {
    Ok(Security::stream(&payload.take(security, "security")?).into())
}

/// An envelope, on which its bidder acts.
fn envelope(envelope: String, payload: &mut Payload<'_>) -> Result<Target<Envelope>, DecodeError> {
    let stream = Envelope::stream(&payload.take(envelope, "envelope")?);
    let acting = Acting::OneOf(|envelope: &Envelope| {
        let claim = envelope.contents().and_then(Contents::claim);
        let bidder = claim.map(|claim| Party::Organization(claim.bidder.clone()));
        bidder.into_iter().collect()
    });
    Ok(Target::own(stream, acting).under(Name::Pseudonym))
}

/// An envelope that nobody sealed before: its claim says who bids.
fn seal(it: pb::SealBidRequest, payload: &mut Payload<'_>) -> Result<Read<Envelope>, DecodeError> {
    let stream = Envelope::stream(&payload.take(it.envelope, "envelope")?);
    let sealed: Sealed = payload.required(it.sealed, "sealed")?;
    // A request's contents are always known; what is not there names nobody, and nobody acts for that.
    let acting = sealed.claim.known().map_or(Acting::AsSuch, |claim| {
        Acting::ForOrganization(claim.bidder.clone())
    });
    let counted = sealed.claim.known().cloned();
    let target = Target::own(stream, acting).under(Name::Pseudonym);
    Ok((target.counted(counted), envelope::Command::Seal(sealed)))
}

/// A complaint: against documents under the key made for the tender or in the own name, against an award in the own name.
fn complain(
    it: pb::FileComplaintRequest,
    payload: &mut Payload<'_>,
) -> Result<Read<tender::Tender>, DecodeError> {
    let target = tender(it.tender, payload)?;
    let complaint: Complaint = payload.required(it.complaint, "complaint")?;
    let name = match complaint.key {
        Some(_) => Name::Pseudonym,
        None => Name::Own,
    };
    Ok((target.under(name), tender::Command::Complain(complaint)))
}

commands! {
    single pb::tender_service_server::TenderService => Tender in "sijill.procurement.v1";

    plan_need PlanNeed(PlanNeedRequest) => Plan: |it, payload| (
        plan(it.plan, payload)?,
        plan::Command::Plan(payload.required(it.need, "need")?),
    );
    approve_plan ApprovePlan(ApprovePlanRequest) => Plan: |it, payload| (
        plan(it.plan, payload)?,
        plan::Command::Approve(payload.required(unfilled(it.approval, payload)?, "approval")?),
    );
    amend_plan AmendPlan(AmendPlanRequest) => Plan: |it, payload| (
        plan(it.plan, payload)?,
        plan::Command::Amend(payload.required(it.amendment, "amendment")?),
    );
    take_from_plan TakeFromPlan(TakeFromPlanRequest) => Plan: |it, payload| (
        plan(it.plan, payload)?,
        plan::Command::Take { tender: payload.take(it.tender, "tender")? },
    );
    draft_tender DraftTender(DraftTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Draft(payload.required(it.draft, "draft")?),
    );
    add_lot AddLot(AddLotRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::AddLot(payload.required(it.lot, "lot")?),
    );
    remove_lot RemoveLot(RemoveLotRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::RemoveLot(payload.required(it.removal, "removal")?),
    );
    appoint_committees AppointCommittees(AppointCommitteesRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::AppointCommittees(payload.required(it.committees, "committees")?),
    );
    enrol_opening_key EnrolOpeningKey(EnrolOpeningKeyRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::EnrolOpeningKey(payload.required(it.key, "key")?),
    );
    approve_tender ApproveTender(ApproveTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Approve(payload.required(unfilled(it.approval, payload)?, "approval")?),
    );
    publish_tender PublishTender(PublishTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Publish(payload.required(unfilled(it.publication, payload)?, "publication")?),
    );
    ask_question AskQuestion(AskQuestionRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?.under(Name::Pseudonym),
        tender::Command::Ask(payload.required(it.question, "question")?),
    );
    answer_question AnswerQuestion(AnswerQuestionRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Answer(payload.required(it.answer, "answer")?),
    );
    amend_tender AmendTender(AmendTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Amend(payload.required(unfilled(it.amendment, payload)?, "amendment")?),
    );
    extend_deadline ExtendDeadline(ExtendDeadlineRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Extend(payload.required(it.extension, "extension")?),
    );
    record_outage RecordOutage(RecordOutageRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::RecordOutage(payload.required(unfilled(it.outage, payload)?, "outage")?),
    );
    close_bidding CloseBidding(CloseBiddingRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Close,
    );
    seal_bid SealBid(SealBidRequest) => Envelope: |it, payload| seal(it, payload)?;
    confirm_bid ConfirmBid(ConfirmBidRequest) => Envelope: |it, payload| (
        envelope(it.envelope, payload)?,
        envelope::Command::Confirm(payload.required(it.confirmation, "confirmation")?),
    );
    withdraw_bid WithdrawBid(WithdrawBidRequest) => Envelope: |it, payload| (
        envelope(it.envelope, payload)?,
        envelope::Command::Withdraw(Withdrawal {}),
    );
    publish_shares PublishShares(PublishSharesRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::PublishShares(payload.required(it.shares, "shares")?),
    );
    reveal_secret RevealSecret(RevealSecretRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Reveal(payload.required(it.reveal, "reveal")?),
    );
    open_bid OpenBid(OpenBidRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Open(OpenedBid::asked(payload.take(it.envelope, "envelope")?)),
    );
    record_offer RecordOffer(RecordOfferRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::RecordOffer(payload.required(it.offer, "offer")?),
    );
    disqualify_bid DisqualifyBid(DisqualifyBidRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Disqualify(payload.required(it.disqualification, "disqualification")?),
    );
    score_bid ScoreBid(ScoreBidRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Score(payload.required(it.scoring, "scoring")?),
    );
    approve_technical_result ApproveTechnicalResult(ApproveTechnicalResultRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ApproveTechnicalResult(payload.required(unfilled(it.result, payload)?, "result")?),
    );
    correct_bid CorrectBid(CorrectBidRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Correct(payload.required(unfilled(it.correction, payload)?, "correction")?),
    );
    explain_low_bid ExplainLowBid(ExplainLowBidRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ExplainLowBid(payload.required(it.explanation, "explanation")?),
    );
    extend_bid_validity ExtendBidValidity(ExtendBidValidityRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ExtendValidity(payload.required(it.extension, "extension")?),
    );
    propose_award ProposeAward(ProposeAwardRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ProposeAward(payload.required(unfilled(it.award, payload)?, "award")?),
    );
    approve_award ApproveAward(ApproveAwardRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ApproveAward(payload.required(unfilled(it.approval, payload)?, "approval")?),
    );
    fail_lot FailLot(FailLotRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::FailLot(payload.required(it.failure, "failure")?),
    );
    notify_bidders NotifyBidders(NotifyBiddersRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Notify(Notification { standstill_until: None }),
    );
    end_standstill EndStandstill(EndStandstillRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::EndStandstill,
    );
    cancel_award CancelAward(CancelAwardRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::CancelAward(payload.required(it.cancellation, "cancellation")?),
    );
    file_complaint FileComplaint(FileComplaintRequest) => tender::Tender: |it, payload| complain(it, payload)?;
    decide_complaint DecideComplaint(DecideComplaintRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::DecideComplaint(payload.required(it.decision, "decision")?),
    );
    withdraw_complaint WithdrawComplaint(WithdrawComplaintRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?.under(if it.under_key { Name::Pseudonym } else { Name::Own }),
        tender::Command::WithdrawComplaint(payload.required(it.withdrawal, "withdrawal")?),
    );
    cancel_tender CancelTender(CancelTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Cancel(payload.required(unfilled(it.ending, payload)?, "ending")?),
    );
    propose_cancellation ProposeCancellation(ProposeCancellationRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ProposeCancellation(payload.required(it.proposal, "proposal")?),
    );
    approve_cancellation ApproveCancellation(ApproveCancellationRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::ApproveCancellation(CancellationApproval { proposal: it.proposal }),
    );
    fail_tender FailTender(FailTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Fail(Failure { cause: None }),
    );
    complete_tender CompleteTender(CompleteTenderRequest) => tender::Tender: |it, payload| (
        tender(it.tender, payload)?,
        tender::Command::Complete(Completion { value: None }),
    );
    receive_security ReceiveSecurity(ReceiveSecurityRequest) => Security: |it, payload| (
        security(it.security, payload)?,
        security::Command::Receive(payload.required(it.received, "received")?),
    );
    verify_security VerifySecurity(VerifySecurityRequest) => Security: |it, payload| (
        security(it.security, payload)?,
        security::Command::Verify(payload.required(it.verification, "verification")?),
    );
    extend_security ExtendSecurity(ExtendSecurityRequest) => Security: |it, payload| (
        security(it.security, payload)?,
        security::Command::Extend(payload.required(it.extension, "extension")?),
    );
    call_security CallSecurity(CallSecurityRequest) => Security: |it, payload| (
        security(it.security, payload)?,
        security::Command::Call(payload.required(it.call, "call")?),
    );
    release_security ReleaseSecurity(ReleaseSecurityRequest) => Security: |it, payload| (
        security(it.security, payload)?,
        security::Command::Release(payload.required(it.release, "release")?),
    );
}
