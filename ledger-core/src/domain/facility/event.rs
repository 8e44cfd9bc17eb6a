//! What is stored about a facility. The payloads are also what is commanded.

use serde::{Deserialize, Serialize};

use crate::domain::values::{
    FacilityId, ItemCode, Names, OfficialId, OrganizationId, Place, Quantity, Text,
};

/// What happened to a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It was registered.
    FacilityOpened(Profile),
    /// Its particulars changed; the whole profile after the change.
    FacilityAmended(Amendment),
    /// What it is expected to hold of an item; zero maximum takes the item out of its assortment.
    AssortmentSet(Assortment),
    /// The store passed from one keeper to another.
    CustodyHandedOver(Handover),
    /// It was closed.
    FacilityClosed(Closure),
}

/// Particulars of a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Names.
    pub names: Names,
    /// What it is.
    pub kind: Kind,
    /// Governorate by ISO 3166-2; absent in imported history without one.
    pub governorate: Option<Place>,
    /// Where it lies.
    pub position: Option<Coordinates>,
    /// People it serves.
    pub population: Option<u32>,
    /// The facility above it, which supplies it.
    pub parent: Option<FacilityId>,
    /// The organisation that owns it.
    pub owner: Option<OrganizationId>,
}

/// Kinds of facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// National store.
    CentralStore,
    /// Regional or district store.
    Warehouse,
    /// Hospital.
    Hospital,
    /// Clinic or health centre.
    Clinic,
    /// School.
    School,
    /// Office.
    Office,
}

/// WGS 84, in millionths of a degree: about 11 cm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coordinates {
    /// North positive, −90,000,000 to 90,000,000.
    pub latitude_microdegrees: i32,
    /// East positive, −180,000,000 to 180,000,000.
    pub longitude_microdegrees: i32,
}

/// A change of particulars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The whole profile after the change.
    pub profile: Profile,
    /// Why; written for publication.
    pub reason: Text,
}

/// What a facility is expected to hold of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assortment {
    /// The item.
    pub item: ItemCode,
    /// Reorder below this, in base units.
    pub min: Quantity,
    /// Order up to this, in base units; zero takes the item out.
    pub max: Quantity,
}

/// A change of keeper (in Arabic: تسليم العهدة).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who kept the store; absent at its first keeper.
    pub from: Option<OfficialId>,
    /// Who keeps it now.
    pub to: OfficialId,
}

/// The end of a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// Why; written for publication.
    pub reason: Text,
}
