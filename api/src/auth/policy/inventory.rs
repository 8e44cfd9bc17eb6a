//! Who may command the stores. Keepers and inspectors act where their token says that they work, approvers where it says that
//! they answer for the stores: for the facilities that it names, or for the whole country. Delegated limits and the rule of two
//! persons bind them besides; the aggregates keep those.

use sijill_ledger_core::event::Role;

use super::Condition::{Any, InCharge, OwnFacility};
use super::{Condition, Row, Service, command};

/// Who keeps the store.
const KEEPER: &[(Role, Condition)] = &[(Role::Storekeeper, OwnFacility)];

/// Who keeps the store, or answers for it.
const KEEPER_OR_APPROVER: &[(Role, Condition)] =
    &[(Role::Storekeeper, OwnFacility), (Role::Approver, InCharge)];

/// Who looks at what came.
const INSPECTOR: &[(Role, Condition)] = &[
    (Role::Inspector, OwnFacility),
    (Role::CommitteeMember, OwnFacility),
];

/// Who counts.
const COUNTER: &[(Role, Condition)] = &[
    (Role::Storekeeper, OwnFacility),
    (Role::Inspector, OwnFacility),
    (Role::CommitteeMember, OwnFacility),
];

/// Who answers for a store without keeping it.
const APPROVER: &[(Role, Condition)] = &[(Role::Approver, InCharge)];

/// Who agrees to a count.
const COUNT_APPROVER: &[(Role, Condition)] = &[
    (Role::Approver, InCharge),
    (Role::CommitteeMember, OwnFacility),
];

/// Who stops a batch: on the shelf, or after an inspection or a notice.
const BATCH: &[(Role, Condition)] = &[
    (Role::Storekeeper, OwnFacility),
    (Role::Inspector, OwnFacility),
    (Role::Approver, InCharge),
];

/// Who lets a stopped batch be used again: not its keeper alone.
const BATCH_RELEASE: &[(Role, Condition)] =
    &[(Role::Inspector, OwnFacility), (Role::Approver, InCharge)];

/// Who answers for goods on their way: a keeper of either side, or an officer.
const TRANSFER: &[(Role, Condition)] = &[
    (Role::Storekeeper, OwnFacility),
    (Role::ProcurementOfficer, Any),
];

/// Who asks for goods.
const ASKING: &[(Role, Condition)] = &[
    (Role::Requester, OwnFacility),
    (Role::Storekeeper, OwnFacility),
];

/// Whoever has a row below; each command of the stream is judged by its own.
const ANY_OF_THEM: &[(Role, Condition)] = &[
    (Role::Storekeeper, Any),
    (Role::Requester, Any),
    (Role::Inspector, Any),
    (Role::CommitteeMember, Any),
    (Role::Approver, Any),
    (Role::ProcurementOfficer, Any),
];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.inventory.v1.InventoryService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("ReceiveStock", KEEPER),
    command("IssueStock", KEEPER),
    command("DispatchStock", KEEPER),
    command("RecordArrival", KEEPER),
    command("AcceptStock", INSPECTOR),
    command("ReturnStock", KEEPER),
    command("AdjustStock", KEEPER_OR_APPROVER),
    command("ProposeCount", COUNTER),
    command("ApproveCount", COUNT_APPROVER),
    command("WriteOffStock", KEEPER),
    command("ReserveStock", KEEPER),
    command("ReleaseReservation", KEEPER),
    command("RepackStock", KEEPER),
    command("ReverseDocument", KEEPER_OR_APPROVER),
    command("QuarantineBatch", BATCH),
    command("ReleaseBatch", BATCH_RELEASE),
    command("RecallBatch", BATCH),
    command("DeclareOpeningBalance", KEEPER),
    command("ReportPeriod", KEEPER),
    command("ClosePeriod", APPROVER),
    command("AnswerStockDiscrepancy", KEEPER_OR_APPROVER),
    command("CloseTransfer", TRANSFER),
    command("AnswerTransferDiscrepancy", TRANSFER),
    command("SubmitRequisition", ASKING),
    command("ApproveRequisition", APPROVER),
    command("RejectRequisition", APPROVER),
    command("RecordUnmetDemand", KEEPER_OR_APPROVER),
    command("WithdrawRequisition", ASKING),
    command("AnswerRequisitionDiscrepancy", KEEPER_OR_APPROVER),
    command("Submit", ANY_OF_THEM),
];
