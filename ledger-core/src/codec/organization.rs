//! Events of an organisation.

use std::collections::BTreeSet;

use sijill_schemas::events::v1 as pb;

use super::error::{At, Defect, Fault};
use super::fields::{in_bounds, put, take};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::organization::{
    AccountConfirmation, Amendment, ApplicantKey, Debarment, Event, Profile, Registration,
    Reinstatement, Role,
};

kinds! { Event {
    OrganizationRegistered,
    OrganizationAmended,
    BankAccountConfirmed,
    SupplierDebarred,
    SupplierReinstated,
    KeyProposed = OrganizationKeyProposed,
    ApplicantKeyProposed,
    KeyEnrolled = OrganizationKeyEnrolled,
    KeyRevoked = OrganizationKeyRevoked,
    KeyCompromised = OrganizationKeyCompromised,
} }

record! { Registration = pb::OrganizationRegistered {
    profile: required;
    bank_account = bank_account_part: withheld(Security),
} }

record! { Amendment = pb::OrganizationAmended {
    profile: required,
    reason: plain;
    bank_account = bank_account_part: withheld(Security),
} }

record! { AccountConfirmation = pb::BankAccountConfirmed { stated: plain } }

record! { Debarment = pb::SupplierDebarred {
    decision: plain,
    grounds: plain;
    from = from_days: plain,
    until = until_days: optional,
} }

record! { Reinstatement = pb::SupplierReinstated {
    decision: plain,
    grounds: plain;
    from = from_days: plain,
} }

record! { KeyProposal = pb::OrganizationKeyProposed { key: required, proof: signature } }

record! { ApplicantKey = pb::ApplicantKeyProposed { proposal: required, registrar: plain } }

record! { KeyEnrolment = pb::OrganizationKeyEnrolled { key: required } }

record! { KeyRevocation = pb::OrganizationKeyRevoked { key: plain, reason: plain } }

record! { KeyCompromise = pb::OrganizationKeyCompromised {
    key: plain,
    reason: plain;
    since = since_micros: plain,
} }

record! { Profile = pb::OrganizationProfile {
    roles: plain,
    names: required,
    external: plain,
    country: plain,
    governorate: optional,
} }

choice! { Role = pb::OrganizationRole { ProcuringEntity, Supplier, Oversight } }

/// As many as there are.
const ROLES_MAX: usize = 3;

/// In rising order, none twice: one set, one form.
impl Wire<Vec<i32>> for BTreeSet<Role> {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<Vec<i32>, Fault> {
        in_bounds(1, self.len(), ROLES_MAX)?;
        self.iter().map(|role| put::plain(role, parts)).collect()
    }

    fn from_wire(wire: Vec<i32>, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        in_bounds(1, wire.len(), ROLES_MAX)?;
        let mut roles = Self::new();
        for (index, number) in wire.into_iter().enumerate() {
            let role: Role = take::plain(number, parts).nth(index)?;
            if roles.last().is_some_and(|last| *last >= role) {
                return Err(Fault::from(Defect::Order)).nth(index);
            }
            roles.insert(role);
        }
        Ok(roles)
    }
}
