//! Who may command tenders. Limits, four eyes, committees, interests and deadlines are judged by the aggregates.

use sijill_ledger_core::event::Role;

use super::Condition::{Any, OwnOrganization};
use super::{Condition, Row, Service, command, command_under_key};

/// Who runs tenders.
const OFFICER: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any)];

/// Who approves within a delegated limit.
const APPROVER: &[(Role, Condition)] = &[(Role::Approver, Any)];

/// Who takes an award back: whoever does, by the tender's rule, could approve it.
const AWARD_CANCELLER: &[(Role, Condition)] =
    &[(Role::ProcurementOfficer, Any), (Role::Approver, Any)];

/// Who witnesses keys.
const REGISTRAR: &[(Role, Condition)] = &[(Role::Registrar, Any)];

/// Who runs the installation; an approver only confirms.
const OUTAGE_RECORDER: &[(Role, Condition)] = &[(Role::Administrator, Any), (Role::Approver, Any)];

/// Who sits on a committee; on which one, the tender asks.
const MEMBER: &[(Role, Condition)] = &[(Role::CommitteeMember, Any)];

/// Who may open what shares open: nothing is decided by whoever asks.
const OPENER: &[(Role, Condition)] = &[
    (Role::CommitteeMember, Any),
    (Role::ProcurementOfficer, Any),
    (Role::Supplier, Any),
];

/// A supplier, about what is not an envelope's.
const SUPPLIER: &[(Role, Condition)] = &[(Role::Supplier, Any)];

/// Who takes a bid out: the committee, or its bidder, who withdraws it.
const REJECTER: &[(Role, Condition)] = &[(Role::CommitteeMember, Any), (Role::Supplier, Any)];

/// A supplier, about its own envelopes.
const BIDDER: &[(Role, Condition)] = &[(Role::Supplier, OwnOrganization)];

/// Who decides complaints.
const REVIEW_BODY: &[(Role, Condition)] = &[(Role::ReviewBody, Any)];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.procurement.v1.TenderService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("PlanNeed", OFFICER),
    command("ApprovePlan", APPROVER),
    command("AmendPlan", OFFICER),
    command("TakeFromPlan", OFFICER),
    command("DraftTender", OFFICER),
    command("AddLot", OFFICER),
    command("RemoveLot", OFFICER),
    command("AppointCommittees", OFFICER),
    command("EnrolOpeningKey", REGISTRAR),
    command("ApproveTender", APPROVER),
    command("PublishTender", OFFICER),
    command_under_key("AskQuestion", SUPPLIER),
    command("AnswerQuestion", OFFICER),
    command("AmendTender", OFFICER),
    command("ExtendDeadline", OFFICER),
    command("RecordOutage", OUTAGE_RECORDER),
    command("CloseBidding", OFFICER),
    command_under_key("SealBid", BIDDER),
    command_under_key("ConfirmBid", BIDDER),
    command_under_key("WithdrawBid", BIDDER),
    command("PublishShares", MEMBER),
    command("RevealSecret", SUPPLIER),
    command("OpenBid", OPENER),
    command("RecordOffer", OFFICER),
    command("DisqualifyBid", REJECTER),
    command("ScoreBid", MEMBER),
    command("ApproveTechnicalResult", MEMBER),
    command("CorrectBid", MEMBER),
    command("ExplainLowBid", MEMBER),
    command("ExtendBidValidity", SUPPLIER),
    command("ProposeAward", MEMBER),
    command("ApproveAward", APPROVER),
    command("FailLot", MEMBER),
    command("NotifyBidders", OFFICER),
    command("EndStandstill", OFFICER),
    command("CancelAward", AWARD_CANCELLER),
    command_under_key("FileComplaint", SUPPLIER),
    command("DecideComplaint", REVIEW_BODY),
    command_under_key("WithdrawComplaint", SUPPLIER),
    command("CancelTender", OFFICER),
    command("ProposeCancellation", OFFICER),
    command("ApproveCancellation", APPROVER),
    command("FailTender", OFFICER),
    command("CompleteTender", OFFICER),
    command("ReceiveSecurity", OFFICER),
    command("VerifySecurity", OFFICER),
    command("ExtendSecurity", OFFICER),
    command("CallSecurity", OFFICER),
    command("ReleaseSecurity", OFFICER),
];
