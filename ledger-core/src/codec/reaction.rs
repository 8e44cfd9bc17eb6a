//! Events of the steps of policies.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::reaction::{Event, Refused};

kinds! { Event { StepRefused } }

record! { Refused = pb::StepRefused {
    cause: plain,
    cause_index: plain,
    step: plain,
    stream: plain,
    code: plain,
    reason: required,
} }
