//! Events about the withheld parts of one entry.

use sijill_schemas::events::v1 as pb;

use super::wire::{choice, kinds, record};
use crate::domain::disclosure::{Disclosed, Erased, Event, LegalOrder, PartRef};
use crate::store::PartClass;

kinds! { Event { PartDisclosed, PartErased } }

record! { Disclosed = pb::PartDisclosed {
    part: required,
    class: plain,
    salt: plain;
    bytes = content: part_content,
} }

record! { Erased = pb::PartErased { part: required, order: required } }

record! { PartRef = pb::PartRef { event: plain, index: plain, part: number } }

record! { LegalOrder = pb::LegalOrder { number: plain, authority: plain, grounds: plain } }

choice! { PartClass = pb::WithheldClass { Pending, Bidder, Person, Security } }
