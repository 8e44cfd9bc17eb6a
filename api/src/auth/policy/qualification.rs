//! Who may act on lists of qualified suppliers. Posts, interests, four eyes and that a supplier asks for itself are judged by the
//! aggregate.

use sijill_ledger_core::event::Role;

use super::Condition::Any;
use super::{Allowed, Condition, Service, command, question};

/// Who keeps the list.
const OFFICER: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any)];

/// Who judges those who ask.
const ASSESSOR: &[(Role, Condition)] = &[
    (Role::CommitteeMember, Any),
    (Role::ProcurementOfficer, Any),
];

/// Who is the second to look.
const APPROVER: &[(Role, Condition)] = &[(Role::Approver, Any)];

/// Who asks, for itself.
const SUPPLIER: &[(Role, Condition)] = &[(Role::Supplier, Any)];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.procurement.v1.QualificationService",
    rows: &[
        command("AnnounceQualification", OFFICER),
        command("RequestQualification", SUPPLIER),
        command("WithdrawQualificationRequest", SUPPLIER),
        command("CloseQualification", OFFICER),
        command("AssessSupplier", ASSESSOR),
        command("PublishQualificationList", APPROVER),
        command("SuspendQualifiedSupplier", OFFICER),
        command("ReinstateQualifiedSupplier", APPROVER),
        command("RemoveQualifiedSupplier", APPROVER),
        command("EndQualification", OFFICER),
        question("GetQualification", Allowed::Anyone),
    ],
};
