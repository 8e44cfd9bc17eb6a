//! Events about the withheld parts of one entry.

use sijill_schemas::events::v1 as pb;

use super::error::{Defect, Fault};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::disclosure::{Disclosed, Erased, Event, LegalOrder, PART_BYTES_MAX, PartRef};
use crate::store::PartClass;

kinds!(Event {
    PartDisclosed,
    PartErased,
});

record!(Disclosed = pb::PartDisclosed {
    part: required,
    class: plain,
    salt: plain;
    bytes = content: plain,
});

record!(Erased = pb::PartErased { part: required, order: required });

record!(PartRef = pb::PartRef { event: plain, index: plain, part: number });

record!(LegalOrder = pb::LegalOrder { number: plain, authority: plain, grounds: plain });

choice!(PartClass = pb::WithheldClass { Pending, Bidder, Person, Security });

/// The content of a part: any bytes, as many as a part may have.
impl Wire<Vec<u8>> for Vec<u8> {
    fn to_wire(&self, _parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
        fits(self.len())?;
        Ok(self.clone())
    }

    fn from_wire(wire: Vec<u8>, _parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        fits(wire.len())?;
        Ok(wire)
    }
}

fn fits(count: usize) -> Result<(), Fault> {
    let (min, max) = (0, PART_BYTES_MAX);
    if count <= max {
        Ok(())
    } else {
        Err(Defect::Count { count, min, max }.into())
    }
}
