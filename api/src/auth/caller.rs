//! Who calls. The auth layer puts it into the extensions of every request; services read it there.

use std::collections::BTreeSet;

use sijill_ledger_core::domain::values::FacilityId;
use sijill_ledger_core::event::Actor;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody showed a token: public views only.
    Anonymous,
    /// Someone whose token was verified.
    Known(Known),
}

/// Someone whose token was verified, in the role that the policy allowed the method under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Identity, role and position: goes into the events.
    pub actor: Actor,
    /// Facilities that the token is for; where the policy asks for the own facility, only these.
    pub facilities: BTreeSet<FacilityId>,
}

impl Caller {
    /// Who it is, `None` for nobody in particular.
    pub const fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::Anonymous => None,
        }
    }
}
