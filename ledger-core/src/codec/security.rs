//! Events of a security.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::security_received::Purpose as WirePurpose;

use super::error::{At, Fault};
use super::fields::take;
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, kinds, record};
use crate::domain::security::{
    Call, Event, Extension, Paper, Purpose, Received, Release, Verification,
};

kinds! { Event {
    SecurityReceived,
    SecurityVerified,
    SecurityExtended,
    SecurityCalled,
    SecurityReleased,
} }

record! { Received = pb::SecurityReceived {
    purpose: required,
    principal: plain,
    beneficiary: plain,
    issuer: required,
    number: plain,
    amount: required,
    document: optional;
    valid_until = valid_until_days: plain,
} }

record! { Verification = pb::SecurityVerified { reference: plain } }

record! { Extension = pb::SecurityExtended {
    reference: plain,
    paper: optional;
    valid_until = valid_until_days: plain,
} }

record! { Paper = pb::SecurityPaper {
    issuer: required,
    number: plain,
    amount: required,
    document: optional,
} }

record! { Call = pb::SecurityCalled { amount: required, reason: plain, decision: optional } }

record! { Release = pb::SecurityReleased { reason: plain } }

impl Wire<WirePurpose> for Purpose {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WirePurpose, Fault> {
        Ok(match self {
            Self::Bid(tender) => WirePurpose::Tender(tender.to_wire(parts)?),
            Self::Performance(contract) => WirePurpose::Contract(contract.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WirePurpose, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WirePurpose::Tender(tender) => Self::Bid(take::plain(tender, parts).at("tender")?),
            WirePurpose::Contract(contract) => {
                Self::Performance(take::plain(contract, parts).at("contract")?)
            }
        })
    }
}
