//! Events of an official.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::acting_appointed::Seat as ActingSeat;
use sijill_schemas::events::v1::position_held::Seat as HeldSeat;

use super::error::Fault;
use super::fields::take;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::official::{
    ActingAppointment, Appointment, Conflict, ConflictWithdrawal, Delegation, Departure, Event,
    Interest, Seat,
};

kinds! { Event {
    PositionHeld,
    AuthorityDelegated,
    ActingAppointed,
    PositionLeft,
    ConflictDeclared,
    ConflictWithdrawn,
    KeyProposed = OfficialKeyProposed,
    KeyEnrolled = OfficialKeyEnrolled,
    KeyRevoked = OfficialKeyRevoked,
    KeyCompromised = OfficialKeyCompromised,
} }

record! { Appointment = pb::PositionHeld {
    post: plain,
    seat: required,
    names: required,
    decree: plain;
    national_id = national_id_part: withheld(Person),
    from = from_days: plain,
} }

record! { Delegation = pb::AuthorityDelegated {
    post: plain,
    limit: required,
    delegator: optional,
    decree: plain;
    from = from_days: plain,
    until = until_days: plain,
} }

record! { ActingAppointment = pb::ActingAppointed {
    post: plain,
    holder: optional,
    seat: optional,
    decree: plain;
    from = from_days: plain,
    until = until_days: plain,
} }

record! { Departure = pb::PositionLeft { post: plain, last_day: plain, decree: plain } }

record! { Conflict = pb::ConflictDeclared {
    organization: plain,
    interest: plain;
    particulars = particulars_part: withheld(Person),
} }

record! { ConflictWithdrawal = pb::ConflictWithdrawn {
    organization: plain,
    interest: plain,
    reason: plain,
} }

record! { KeyProposal = pb::OfficialKeyProposed { key: required, proof: signature } }

record! { KeyEnrolment = pb::OfficialKeyEnrolled { key: required } }

record! { KeyRevocation = pb::OfficialKeyRevoked { key: plain, reason: plain } }

record! { KeyCompromise = pb::OfficialKeyCompromised {
    key: plain,
    reason: plain;
    since = since_micros: plain,
} }

choice! { Interest = pb::Interest { Ownership, Employment, Kinship, Debt, Other } }

/// Each message that names a seat has a type of its own for it.
macro_rules! seat {
    ($wire:ident) => {
        impl Wire<$wire> for Seat {
            fn to_wire(&self, parts: &mut PartsOut) -> Result<$wire, Fault> {
                Ok(match self {
                    Self::Facility(facility) => $wire::Facility(facility.to_wire(parts)?),
                    Self::Organization(id) => $wire::Organization(id.to_wire(parts)?),
                })
            }

            fn from_wire(wire: $wire, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
                Ok(match wire {
                    $wire::Facility(facility) => Self::Facility(take::plain(facility, parts)?),
                    $wire::Organization(id) => Self::Organization(take::plain(id, parts)?),
                })
            }
        }
    };
}

seat!(HeldSeat);
seat!(ActingSeat);
