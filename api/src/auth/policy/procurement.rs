//! Who may command purchases. Limits, two persons and interests are judged by the aggregates.

use sijill_ledger_core::event::Role;

use super::Condition::{Any, OwnOrganization};
use super::{Condition, Row, Service, command};

/// Who runs orders.
const OFFICER: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any)];

/// Who runs orders, and who buys out of petty cash or in an emergency: the aggregate refuses them anything else.
const BUYER: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any), (Role::Requester, Any)];

/// The supplier of the order, or the officer who is told.
const SUPPLIER: &[(Role, Condition)] = &[
    (Role::Supplier, OwnOrganization),
    (Role::ProcurementOfficer, Any),
];

/// Who approves within a delegated limit.
const APPROVER: &[(Role, Condition)] = &[(Role::Approver, Any)];

/// Who pays.
const PAYER: &[(Role, Condition)] = &[(Role::Payer, Any)];

/// Who answers for an order.
const ANSWERING: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any), (Role::Approver, Any)];

/// Who keeps the record of other systems.
const KEEPERS: &[(Role, Condition)] = &[(Role::Registrar, Any), (Role::Administrator, Any)];

/// Whoever has a row for an order; each command of the stream is judged by its own.
const ANY_OF_THEM: &[(Role, Condition)] = &[
    (Role::ProcurementOfficer, Any),
    (Role::Requester, Any),
    (Role::Supplier, Any),
    (Role::Approver, Any),
    (Role::Payer, Any),
];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.procurement.v1.ProcurementService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("PlaceOrder", BUYER),
    command("ApproveEmergencyOrder", APPROVER),
    command("AcknowledgeOrder", SUPPLIER),
    command("RecordInvoice", SUPPLIER),
    command("ApprovePayment", APPROVER),
    command("RecordPayment", PAYER),
    command("RecordCreditNote", SUPPLIER),
    command("CloseOrder", OFFICER),
    command("CancelOrder", OFFICER),
    command("AnswerOrderDiscrepancy", ANSWERING),
    command("RecordRelease", KEEPERS),
    command("Submit", ANY_OF_THEM),
];
