//! Who may bring documents, and read them. Which ones somebody may read is told by the events that name them.

use sijill_ledger_core::event::Role;

use super::Condition::Any;
use super::{Allowed, Condition, Row, Service, command, question};

/// Everyone who can record something that names a document. Auditors and overseers only read.
const BRINGING: &[(Role, Condition)] = &[
    (Role::Requester, Any),
    (Role::ProcurementOfficer, Any),
    (Role::Approver, Any),
    (Role::BudgetOfficer, Any),
    (Role::CommitteeMember, Any),
    (Role::Inspector, Any),
    (Role::Storekeeper, Any),
    (Role::Payer, Any),
    (Role::Supplier, Any),
    (Role::ReviewBody, Any),
    (Role::Registrar, Any),
    (Role::Administrator, Any),
];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.documents.v1.DocumentsService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("UploadDocument", BRINGING),
    question("DownloadDocument", Allowed::Anyone),
];
