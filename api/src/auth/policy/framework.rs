//! Who may command framework agreements. Limits, interests and two persons are judged by the aggregate; what stands in an
//! agreement is public.

use sijill_ledger_core::event::Role;

use super::Condition::Any;
use super::{Allowed, Condition, Row, Service, command, question};

/// Who runs agreements.
const OFFICER: &[(Role, Condition)] = &[(Role::ProcurementOfficer, Any)];

/// Who agrees to their early end.
const APPROVER: &[(Role, Condition)] = &[(Role::Approver, Any)];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.procurement.v1.FrameworkService",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    command("ConcludeFramework", OFFICER),
    command("CallOff", OFFICER),
    command("ReleaseCallOff", OFFICER),
    command("SuspendFrameworkPlace", OFFICER),
    command("ReinstateFrameworkPlace", OFFICER),
    command("EndFrameworkPlace", OFFICER),
    command("ProposeFrameworkTermination", OFFICER),
    command("TerminateFramework", APPROVER),
    question("GetFramework", Allowed::Anyone),
];
