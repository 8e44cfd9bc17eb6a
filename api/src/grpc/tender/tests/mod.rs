//! The service over a real connection and a real store.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

mod asked;
mod attacks;
mod direct;
mod disputed;
mod drafting;
mod failing;
mod filled;
mod framework;
mod hostile;
mod judging;
mod leak;
mod limited;
mod minutes;
mod outage;
mod own;
mod play;
mod revealed;
mod rush;
mod secured;
mod selective;
mod short;
mod shown;
mod site;
mod taken;
mod witnessed;
mod world;

use sijill_ledger_core::event::Role;
use sijill_schemas::events::v1 as events;
use sijill_schemas::types::v1::Decimal;

use super::*;
use crate::auth::policy;
use crate::grpc::testing::*;

reached! { plan_methods: plan::Command {
    plan::Command::Plan(_) => Some("PlanNeed"),
    plan::Command::Approve(_) => Some("ApprovePlan"),
    plan::Command::Amend(_) => Some("AmendPlan"),
    plan::Command::Take { .. } => Some("TakeFromPlan"),
    plan::Command::Settle { .. } => None,
} }

reached! { tender_methods: tender::Command {
    tender::Command::Draft(_) => Some("DraftTender"),
    tender::Command::AddLot(_) => Some("AddLot"),
    tender::Command::RemoveLot(_) => Some("RemoveLot"),
    tender::Command::AppointCommittees(_) => Some("AppointCommittees"),
    tender::Command::EnrolOpeningKey(_) => Some("EnrolOpeningKey"),
    tender::Command::Approve(_) => Some("ApproveTender"),
    tender::Command::Publish(_) => Some("PublishTender"),
    tender::Command::Ask(_) => Some("AskQuestion"),
    tender::Command::Answer(_) => Some("AnswerQuestion"),
    tender::Command::Amend(_) => Some("AmendTender"),
    tender::Command::Extend(_) => Some("ExtendDeadline"),
    tender::Command::RecordOutage(_) => Some("RecordOutage"),
    tender::Command::Close => Some("CloseBidding"),
    tender::Command::Witness(_) => None,
    tender::Command::Receive(_) => None,
    tender::Command::EndReceipts(_) => None,
    tender::Command::PublishShares(_) => Some("PublishShares"),
    tender::Command::Reveal(_) => Some("RevealSecret"),
    tender::Command::Open(_) => Some("OpenBid"),
    tender::Command::RecordOffer(_) => Some("RecordOffer"),
    tender::Command::Disqualify(_) => Some("DisqualifyBid"),
    tender::Command::Score(_) => Some("ScoreBid"),
    tender::Command::ApproveTechnicalResult(_) => Some("ApproveTechnicalResult"),
    tender::Command::Correct(_) => Some("CorrectBid"),
    tender::Command::ExplainLowBid(_) => Some("ExplainLowBid"),
    tender::Command::ExtendValidity(_) => Some("ExtendBidValidity"),
    tender::Command::ProposeAward(_) => Some("ProposeAward"),
    tender::Command::ApproveAward(_) => Some("ApproveAward"),
    tender::Command::FailLot(_) => Some("FailLot"),
    tender::Command::Notify(_) => Some("NotifyBidders"),
    tender::Command::EndStandstill => Some("EndStandstill"),
    tender::Command::CancelAward(_) => Some("CancelAward"),
    tender::Command::Complain(_) => Some("FileComplaint"),
    tender::Command::DecideComplaint(_) => Some("DecideComplaint"),
    tender::Command::WithdrawComplaint(_) => Some("WithdrawComplaint"),
    tender::Command::Cancel(_) => Some("CancelTender"),
    tender::Command::ProposeCancellation(_) => Some("ProposeCancellation"),
    tender::Command::ApproveCancellation(_) => Some("ApproveCancellation"),
    tender::Command::Fail(_) => Some("FailTender"),
    tender::Command::Complete(_) => Some("CompleteTender"),
} }

reached! { envelope_methods: envelope::Command {
    envelope::Command::Seal(_) => Some("SealBid"),
    envelope::Command::Confirm(_) => Some("ConfirmBid"),
    envelope::Command::Withdraw(_) => Some("WithdrawBid"),
} }

reached! { security_methods: security::Command {
    security::Command::Receive(_) => Some("ReceiveSecurity"),
    security::Command::Verify(_) => Some("VerifySecurity"),
    security::Command::Extend(_) => Some("ExtendSecurity"),
    security::Command::Call(_) => Some("CallSecurity"),
    security::Command::Release(_) => Some("ReleaseSecurity"),
} }

#[test]
fn every_command_has_its_method() {
    let reached = [
        plan_methods(),
        tender_methods(),
        envelope_methods(),
        security_methods(),
    ];
    assert_served("sijill.procurement.v1", "TenderService", &reached.concat());
}

/// Where a caller may act under a key, and the log is silent on what it names its call.
#[test]
fn what_may_be_asked_under_a_key() {
    let path = |method: &String| format!("/sijill.procurement.v1.TenderService/{method}");
    let mut methods = methods("sijill.procurement.v1", "TenderService");
    methods.retain(|method| policy::find(&path(method)).unwrap().row.under_key);
    let expected = [
        "AskQuestion",
        "SealBid",
        "ConfirmBid",
        "WithdrawBid",
        "FileComplaint",
        "WithdrawComplaint",
    ];
    assert_eq!(methods, expected);
}

/// Which role may ask for which method; a new one is asked about here.
#[test]
fn each_role_asks_for_its_own() {
    let asked = |role: Role| {
        let path = |method: &String| format!("/sijill.procurement.v1.TenderService/{method}");
        let methods = methods("sijill.procurement.v1", "TenderService").into_iter();
        let allowed = methods.filter(|method| {
            let entry = policy::find(&path(method)).unwrap();
            entry.row.admit(&[role], None).is_ok()
        });
        allowed.collect::<Vec<_>>().join(" ")
    };
    let roles = [
        (
            Role::Approver,
            "ApprovePlan ApproveTender RecordOutage ApproveAward CancelAward ApproveCancellation",
        ),
        (Role::Registrar, "EnrolOpeningKey"),
        (Role::Administrator, "RecordOutage"),
        (Role::ReviewBody, "DecideComplaint"),
        (
            Role::CommitteeMember,
            "PublishShares OpenBid DisqualifyBid ScoreBid ApproveTechnicalResult CorrectBid ExplainLowBid ProposeAward FailLot",
        ),
        (
            Role::Supplier,
            "AskQuestion SealBid ConfirmBid WithdrawBid RevealSecret OpenBid DisqualifyBid ExtendBidValidity FileComplaint WithdrawComplaint",
        ),
        (
            Role::ProcurementOfficer,
            "PlanNeed AmendPlan TakeFromPlan DraftTender AddLot RemoveLot AppointCommittees PublishTender AnswerQuestion AmendTender \
             ExtendDeadline CloseBidding OpenBid RecordOffer NotifyBidders EndStandstill CancelAward CancelTender ProposeCancellation FailTender CompleteTender \
             ReceiveSecurity VerifySecurity ExtendSecurity CallSecurity ReleaseSecurity",
        ),
        (Role::Requester, ""),
        (Role::Storekeeper, ""),
        (Role::BudgetOfficer, ""),
        (Role::Payer, ""),
        (Role::Inspector, ""),
        (Role::Auditor, ""),
        (Role::Oversight, ""),
        (Role::System, ""),
    ];
    for (role, methods) in roles {
        assert_eq!(asked(role), methods, "{role:?}");
    }
}
