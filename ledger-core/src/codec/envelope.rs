//! Events of a sealed envelope.

use sijill_schemas::events::v1 as pb;

use super::error::Fault;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, kinds, record};
use crate::domain::envelope::{Confirmation, Event, SEALED_BYTES_MAX, Sealed, Withdrawal};

kinds! { Event { BidSealed, BidConfirmed, BidWithdrawn } }

record! { Sealed = pb::BidSealed {
    key: required,
    sealed: bytes[1..=SEALED_BYTES_MAX];
    claim = claim_part: apart(Pending),
} }

record! { Confirmation = pb::BidConfirmed { amendment: plain } }

impl Wire<pb::BidWithdrawn> for Withdrawal {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::BidWithdrawn, Fault> {
        Ok(pb::BidWithdrawn {})
    }

    fn from_wire(
        pb::BidWithdrawn {}: pb::BidWithdrawn,
        _parts: &mut PartsIn<'_>,
    ) -> Result<Self, Fault> {
        Ok(Self {})
    }
}
