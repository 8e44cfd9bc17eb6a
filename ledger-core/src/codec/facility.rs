//! Events of a facility.

use sijill_schemas::events::v1 as pb;

use super::error::{Defect, Fault};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record, wrapped};
use crate::domain::facility::{
    Amendment, Assortment, Closure, Coordinates, Event, Handover, Kind, Profile,
};

kinds! { Event {
    FacilityOpened,
    FacilityAmended,
    AssortmentSet,
    CustodyHandedOver,
    FacilityClosed,
} }

wrapped! { Profile = FacilityOpened { profile } }

record! { Amendment = pb::FacilityAmended { profile: required, reason: plain } }

record! { Assortment = pb::AssortmentSet { item: plain, min: required, max: required } }

record! { Handover = pb::CustodyHandedOver { from: optional, to: plain } }

record! { Closure = pb::FacilityClosed { reason: plain } }

record! { Profile = pb::FacilityProfile {
    names: required,
    kind: plain,
    governorate: optional,
    position: optional,
    population: optional,
    parent: optional,
    owner: optional,
} }

choice! { Kind = pb::FacilityKind { CentralStore, Warehouse, Hospital, Clinic, School, Office } }

impl Wire<pb::Coordinates> for Coordinates {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<pb::Coordinates, Fault> {
        on_earth(*self)?;
        Ok(pb::Coordinates {
            latitude_microdegrees: self.latitude_microdegrees,
            longitude_microdegrees: self.longitude_microdegrees,
        })
    }

    fn from_wire(wire: pb::Coordinates, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let coordinates = Self {
            latitude_microdegrees: wire.latitude_microdegrees,
            longitude_microdegrees: wire.longitude_microdegrees,
        };
        on_earth(coordinates)?;
        Ok(coordinates)
    }
}

fn on_earth(at: Coordinates) -> Result<(), Fault> {
    let legal = (-90_000_000..=90_000_000).contains(&at.latitude_microdegrees)
        && (-180_000_000..=180_000_000).contains(&at.longitude_microdegrees);
    if legal {
        Ok(())
    } else {
        let given = format!(
            "{}, {}",
            at.latitude_microdegrees, at.longitude_microdegrees
        );
        Err(Defect::Number(given).into())
    }
}
