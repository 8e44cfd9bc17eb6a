//! What is stored about an organisation. The payloads are also what is commanded.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::values::{
    Country, Date, DocumentNumber, ExternalId, Names, OfficialId, Place, Text, Withheld,
};

/// What happened to an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was registered.
    OrganizationRegistered(Registration),
    /// Its particulars changed; the whole profile after the change.
    OrganizationAmended(Amendment),
    /// Another person confirmed the bank account that was stated last: from here on it is paid there.
    BankAccountConfirmed(AccountConfirmation),
    /// It may not bid or be awarded for a time.
    SupplierDebarred(Debarment),
    /// A debarment ended early, or was annulled.
    SupplierReinstated(Reinstatement),
    /// One registrar presented a key.
    KeyProposed(KeyProposal),
    /// A registrar approved the application of which the organisation came, and with it its key: that registrar presented it.
    ApplicantKeyProposed(ApplicantKey),
    /// Another registrar enrolled it: its signatures count from here on.
    KeyEnrolled(KeyEnrolment),
    /// A key ended.
    KeyRevoked(KeyRevocation),
    /// A key is in other hands.
    KeyCompromised(KeyCompromise),
}

/// A new organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Particulars.
    pub profile: Profile,
    /// Where it is paid, once another person confirms it. Withheld, class *security*: never disclosed.
    pub bank_account: Option<Withheld<Text>>,
}

/// Particulars of an organisation; public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What it does here; at least one.
    pub roles: BTreeSet<Role>,
    /// Names.
    pub names: Names,
    /// Its number in a public register.
    pub external: ExternalId,
    /// Where it is registered.
    pub country: Country,
    /// Governorate or other subdivision of that country.
    pub governorate: Option<Place>,
}

/// What an organisation does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Buys (OCDS: procuringEntity, buyer).
    ProcuringEntity,
    /// Bids and delivers (OCDS: supplier, tenderer).
    Supplier,
    /// Watches: parliament, audit court, review body, civil society.
    Oversight,
}

/// A change of particulars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The whole profile after the change.
    pub profile: Profile,
    /// Where it is paid once another person confirms it; absent when that stays. Withheld, class *security*.
    pub bank_account: Option<Withheld<Text>>,
    /// Why; written for publication.
    pub reason: Text,
}

/// A second person's word that a stated bank account is the organisation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountConfirmation {
    /// Revision in this stream of the event that states the account: what is confirmed is what was looked at.
    pub stated: u64,
}

/// The first key of an organisation that was registered on its application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicantKey {
    /// The key as it applied, with its proof of possession.
    pub proposal: KeyProposal,
    /// The registrar who approved the application, and who therefore cannot enrol the key.
    pub registrar: OfficialId,
}

/// A time in which a supplier may neither bid nor be awarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debarment {
    /// First day.
    pub from: Date,
    /// Last day; absent when it lasts until a reinstatement.
    pub until: Option<Date>,
    /// The decision behind it.
    pub decision: DocumentNumber,
    /// Why; written for publication.
    pub grounds: Text,
}

/// The early end of a debarment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinstatement {
    /// First day on which the supplier is free again; the debarment's own first day annuls it.
    pub from: Date,
    /// The decision behind it.
    pub decision: DocumentNumber,
    /// Why; written for publication.
    pub grounds: Text,
}
