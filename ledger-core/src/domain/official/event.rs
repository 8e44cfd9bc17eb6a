//! What is stored about an official. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::enrolment::{KeyCompromise, KeyEnrolment, KeyProposal, KeyRevocation};
use crate::domain::values::{
    Code, Date, DocumentNumber, FacilityId, Money, Names, OfficialId, OrganizationId, Text,
    Withheld,
};

/// What happened to an official.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The official took up a post.
    PositionHeld(Appointment),
    /// The official may approve up to a limit for a time; a later delegation takes the place of an earlier one.
    AuthorityDelegated(Delegation),
    /// The official acts in another's post for a time.
    ActingAppointed(ActingAppointment),
    /// The official left a post, held or acted in.
    PositionLeft(Departure),
    /// An interest that excludes the official from decisions about an organisation.
    ConflictDeclared(Conflict),
    /// The interest ended.
    ConflictWithdrawn(ConflictWithdrawal),
    /// One registrar presented a key.
    KeyProposed(KeyProposal),
    /// Another registrar enrolled it: its signatures count from here on.
    KeyEnrolled(KeyEnrolment),
    /// A key ended.
    KeyRevoked(KeyRevocation),
    /// A key is in other hands.
    KeyCompromised(KeyCompromise),
}

/// An appointment to a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The post's code, unique in the country, such as `EG-MOH-CAI-storekeeper`.
    pub post: Code,
    /// Where the post is.
    pub seat: Seat,
    /// The official's names; public.
    pub names: Names,
    /// The national number. Withheld, class *person*: never disclosed, erasable.
    pub national_id: Option<Withheld<Text>>,
    /// First day in the post.
    pub from: Date,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// Where a post is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Seat {
    /// In a store, hospital, clinic, school or office.
    Facility(FacilityId),
    /// In an organisation.
    Organization(OrganizationId),
}

/// Authority to approve, up to a limit for each approval, within a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The post it goes with; it ends when the post is left.
    pub post: Code,
    /// Most that one approval may commit. On the days that it covers it takes the place of earlier delegations of this post
    /// in this currency; zero takes authority away.
    pub limit: Money,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// The official whose authority is passed on; absent when law or decree gives it.
    pub delegator: Option<OfficialId>,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// An appointment to act in another's post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingAppointment {
    /// The post.
    pub post: Code,
    /// Who holds it; absent when it is vacant.
    pub holder: Option<OfficialId>,
    /// Where the post is. Absent: whoever acts in it acts for no buyer, from the fourth edition of the rules of procurement on.
    pub seat: Option<Seat>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// The end of a time in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// The post.
    pub post: Code,
    /// Last day in it.
    pub last_day: Date,
    /// The decree or order behind it.
    pub decree: DocumentNumber,
}

/// An interest in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The organisation.
    pub organization: OrganizationId,
    /// What kind of interest.
    pub interest: Interest,
    /// Particulars; they may name people. Withheld, class *person*.
    pub particulars: Option<Withheld<Text>>,
}

/// Kinds of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Interest {
    /// Owns a share of it.
    Ownership,
    /// Worked for it, works for it, or was promised work.
    Employment,
    /// A relative owns it, runs it or works for it.
    Kinship,
    /// Owes it or is owed.
    Debt,
    /// Another.
    Other,
}

/// The end of an interest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictWithdrawal {
    /// The organisation.
    pub organization: OrganizationId,
    /// The kind of interest that was declared.
    pub interest: Interest,
    /// Why it no longer holds; written for publication.
    pub reason: Text,
}
