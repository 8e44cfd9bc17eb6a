//! What is stored about an application.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::enrolment::KeyProposal;
use crate::domain::item::Category;
use crate::domain::organization;
use crate::domain::values::{
    Country, DocumentRef, ExternalId, Names, Place, PublicKey, Text, Withheld,
};

/// Most documents of one application: it fits into one entry whatever they are called.
pub const DOCUMENTS_MAX: usize = 8;

/// What happened to the applications of one number in a public register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A firm asked to be registered as a supplier.
    SupplierApplied(Applied),
    /// A registrar approved it: a policy registers the organisation.
    ApplicationApproved(Approved),
    /// A registrar rejected it; the firm may apply again.
    ApplicationRejected(Rejected),
    /// Whoever applied took it back.
    ApplicationWithdrawn(Withdrawn),
}

/// A firm asks to be registered as a supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// What it says of itself, in public.
    pub applicant: Applicant,
    /// Whom a registrar reaches, and how. Withheld, class *person*: never disclosed.
    pub contact: Withheld<Text>,
}

/// What a firm says of itself; public, and written by somebody whom nobody knows yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// Names.
    pub names: Names,
    /// Its number in a public register: the stream's id follows from it.
    pub external: ExternalId,
    /// Where it is registered.
    pub country: Country,
    /// Governorate or other subdivision of that country.
    pub governorate: Option<Place>,
    /// What it supplies; at least one.
    pub categories: BTreeSet<Category>,
    /// Papers that show who it is, at most [`DOCUMENTS_MAX`]. They are named by their hashes: whoever has no account stores
    /// nothing here, so the firm hands them to a registrar, who brings them before approving.
    pub documents: Vec<DocumentRef>,
    /// Its first key, which signs the application and everything about it.
    pub key: PublicKey,
    /// Proof of possession: the key's signature, 64 bytes, over the enrolment message of the *organisation's* stream and this
    /// key, so that it serves for the enrolment too.
    pub proof: Vec<u8>,
}

/// A registrar's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Revision in this stream of the application that was looked at.
    pub applied: u64,
    /// What it says, repeated: this is what is registered. The documents lie in the attachment store from here on.
    pub applicant: Applicant,
}

/// A registrar's rejection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Revision in this stream of the application that was looked at.
    pub applied: u64,
    /// Why; written for publication.
    pub reason: Text,
}

/// A withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {}

impl Applicant {
    /// As the register of organisations takes it in: a supplier and nothing else, whatever else the firm may be.
    pub fn profile(&self) -> organization::Profile {
        organization::Profile {
            roles: [organization::Role::Supplier].into(),
            names: self.names.clone(),
            external: self.external.clone(),
            country: self.country.clone(),
            governorate: self.governorate.clone(),
        }
    }

    /// Its first key with the proof.
    pub fn proposal(&self) -> KeyProposal {
        KeyProposal {
            key: self.key.clone(),
            proof: self.proof.clone(),
        }
    }
}
