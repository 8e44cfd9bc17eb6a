//! The door of imported history: administrators only, and only until the migration is closed.

use crate::aggregate::{ensure, refusals};
use crate::domain::migration::Migration;
use crate::event::{Actor, Role};

/// Asks at the door: who imports, and whether it is still open.
pub(super) fn check(actor: &Actor, migration: Option<&Migration>) -> Result<(), ImportRefusal> {
    ensure(
        actor.role == Role::Administrator,
        ImportRefusal::NotAdministrator,
    )?;
    ensure(
        !migration.is_some_and(Migration::is_closed),
        ImportRefusal::MigrationClosed,
    )
}

refusals! {
    /// Why history is not imported.
    pub enum ImportRefusal {
        /// Not an administrator.
        NotAdministrator = "IMPORT_NOT_ADMINISTRATOR",
            "استيراد التاريخ للمسؤولين عن النظام وحدهم",
            "only administrators import history";
        /// Two persons closed the migration.
        MigrationClosed = "IMPORT_MIGRATION_CLOSED",
            "أُغلق الاستيراد باعتماد شخصين؛ تُسجَّل الوقائع منذئذ بمستنداتها",
            "two persons closed the migration; from then on things are recorded as they happen";
    }
}
