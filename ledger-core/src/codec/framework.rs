//! Events of a framework agreement.

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::framework::{
    AgreedLine, AgreedSupplier, CALL_OFF_LINES_MAX, CallOff, CalledLine, Conclusion, Event,
    LotAgreement, PlaceChange, Release, SUPPLIERS_MAX, Termination, TerminationProposal,
};
use crate::domain::tender::LOT_LINES_MAX;

kinds! { Event {
    FrameworkConcluded,
    FrameworkLotAgreed,
    CallOffMade,
    CallOffReleased,
    FrameworkPlaceSuspended,
    FrameworkPlaceReinstated,
    FrameworkPlaceEnded,
    FrameworkTerminationProposed,
    FrameworkTerminated,
} }

record! { Conclusion = pb::FrameworkConcluded {
    tender: plain,
    buyer: plain,
    currency: plain,
    delivery: plain;
    from = from_days: plain,
    until = until_days: plain,
} }

record! { LotAgreement = pb::FrameworkLotAgreed {
    lot: plain,
    lines: many[1..=LOT_LINES_MAX],
    suppliers: many[1..=SUPPLIERS_MAX],
} }

record! { AgreedLine = pb::FrameworkLine {
    item: plain,
    ceiling: required,
    facility: plain,
    delivery_days: plain,
} }

record! { AgreedSupplier = pb::FrameworkSupplier {
    supplier: plain,
    unit_prices: many[1..=LOT_LINES_MAX],
} }

record! { CallOff = pb::CallOffMade {
    order: plain,
    number: plain,
    supplier: plain,
    lot: plain,
    lines: many[1..=CALL_OFF_LINES_MAX],
    justification: optional,
    placement: optional,
} }

record! { CalledLine = pb::CalledLine {
    line: number,
    quantity: required,
    unit_price: required;
    due = due_days: optional,
} }

record! { Release = pb::CallOffReleased { order: plain } }

record! { PlaceChange = pb::FrameworkPlaceSuspended { supplier: plain, reason: plain } }
record! { PlaceChange = pb::FrameworkPlaceReinstated { supplier: plain, reason: plain } }
record! { PlaceChange = pb::FrameworkPlaceEnded { supplier: plain, reason: plain } }

record! { TerminationProposal = pb::FrameworkTerminationProposed { reason: plain } }

record! { Termination = pb::FrameworkTerminated { proposal: plain } }
