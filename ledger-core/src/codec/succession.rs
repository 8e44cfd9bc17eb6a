//! Events of a log that goes on from another.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::succession::{Event, Succeeded};

kinds! { Event { LogSucceeded } }

record! { Succeeded = pb::LogSucceeded {
    checkpoint: plain,
    surviving_entries: plain,
    surviving_root: plain,
    reason: plain,
} }
