//! Events of an organisation.

use std::collections::BTreeSet;

use sijill_schemas::events::v1 as pb;

use super::error::{At, Defect, Fault};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, put, record, take};
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::organization::{
    Amendment, Debarment, Event, Profile, Registration, Reinstatement, Role,
};

kinds!(Event {
    OrganizationRegistered,
    OrganizationAmended,
    SupplierDebarred,
    SupplierReinstated,
    KeyProposed = OrganizationKeyProposed,
    KeyEnrolled = OrganizationKeyEnrolled,
    KeyRevoked = OrganizationKeyRevoked,
    KeyCompromised = OrganizationKeyCompromised,
});

record!(Registration = pb::OrganizationRegistered {
    profile: required;
    bank_account = bank_account_part: withheld(Security),
});

record!(Amendment = pb::OrganizationAmended {
    profile: required,
    reason: plain;
    bank_account = bank_account_part: withheld(Security),
});

record!(Debarment = pb::SupplierDebarred {
    decision: plain,
    grounds: plain;
    from = from_days: plain,
    until = until_days: optional,
});

record!(Reinstatement = pb::SupplierReinstated {
    decision: plain,
    grounds: plain;
    from = from_days: plain,
});

record!(KeyProposal = pb::OrganizationKeyProposed { key: required, proof: signature });

record!(KeyEnrolment = pb::OrganizationKeyEnrolled { key: required });

record!(KeyRevocation = pb::OrganizationKeyRevoked { key: plain, reason: plain });

record!(KeyCompromise = pb::OrganizationKeyCompromised {
    key: plain,
    reason: plain;
    since = since_micros: plain,
});

record!(Profile = pb::OrganizationProfile {
    roles: plain,
    names: required,
    external: plain,
    country: plain,
    governorate: optional,
});

choice!(Role = pb::OrganizationRole { ProcuringEntity, Supplier, Oversight });

/// In rising order, none twice: one set, one form.
impl Wire<Vec<i32>> for BTreeSet<Role> {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<Vec<i32>, Fault> {
        some(self.len())?;
        self.iter().map(|role| put::plain(role, parts)).collect()
    }

    fn from_wire(wire: Vec<i32>, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        some(wire.len())?;
        let mut roles = Self::new();
        for (index, number) in wire.into_iter().enumerate() {
            let role: Role = take::plain(number, parts).nth(index)?;
            if roles.last().is_some_and(|last| *last >= role) {
                return Err(Defect::Order).map_err(Fault::from).nth(index);
            }
            roles.insert(role);
        }
        Ok(roles)
    }
}

fn some(count: usize) -> Result<(), Fault> {
    let (min, max) = (1, 3);
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        Err(Defect::Count { count, min, max }.into())
    }
}
