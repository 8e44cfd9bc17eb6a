//! Events of the import of history.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::migration::{Closed, Closure, Event, ImportedFile};

kinds! { Event { FileImported, MigrationClosureProposed, MigrationClosed } }

record! { ImportedFile = pb::FileImported {
    format: plain,
    sha256: plain,
    name: plain,
    rows_taken: plain,
    rows_rejected: plain,
} }

record! { Closure = pb::MigrationClosureProposed { reason: plain } }

record! { Closed = pb::MigrationClosed { files: plain } }
