//! The way history came in, and when that way was closed. One stream for the whole ledger.

use serde::{Deserialize, Serialize};

use crate::domain::values::{Code, Sha256, Text};
use crate::store::StreamName;

/// What happened to the import of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A file was read to its end.
    FileImported(ImportedFile),
    /// One administrator proposed to close the import for ever.
    MigrationClosureProposed(Closure),
    /// Another closed it.
    MigrationClosed(Closed),
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// What it holds, such as `openlmis-stock-cards`.
    pub format: Code,
    /// SHA-256 of its bytes: events that came from it name the same.
    pub sha256: Sha256,
    /// Its name.
    pub name: Text,
    /// Rows that stand in the ledger, earlier runs over the same file included.
    pub rows_taken: u64,
    /// Rows that do not, each listed by the import with its reason.
    pub rows_rejected: u64,
}

/// A proposal to close.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Why; written for publication.
    pub reason: Text,
}

/// The end of imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Files that were imported until then.
    pub files: u32,
}

/// The import of history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration;

impl Migration {
    /// The stream.
    pub fn national() -> StreamName {
        StreamName::of("migration", "national")
    }
}

super::passing!(Migration, "migration");
