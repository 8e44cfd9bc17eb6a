//! Who may ask to be registered, and who decides. That an application is signed by its key, and that two registrars stand between
//! the key and its first signature that counts, the aggregates say.

use sijill_ledger_core::event::Role;

use super::Condition::Any;
use super::{Allowed, Condition, Service, command, question, signed};

/// Who keeps the registers.
const REGISTRAR: &[(Role, Condition)] = &[(Role::Registrar, Any)];

/// The rows.
pub const SERVICE: Service = Service {
    name: "sijill.registry.v1.SupplierService",
    rows: &[
        signed("ApplyAsSupplier"),
        signed("WithdrawApplication"),
        command("ApproveApplication", REGISTRAR),
        command("RejectApplication", REGISTRAR),
        question("ListApplications", Allowed::Anyone),
        question("GetApplicationContact", Allowed::Roles(REGISTRAR)),
        question("GetApplication", Allowed::Anyone),
    ],
};
