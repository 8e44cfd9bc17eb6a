//! The door of imported history: administrators only, and only until the migration is closed.

use crate::aggregate::refusals;

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
