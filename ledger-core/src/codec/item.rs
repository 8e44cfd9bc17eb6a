//! Events of an item.

use sijill_schemas::events::v1 as pb;

use super::wire::{choice, kinds, record, wrapped};
use crate::domain::item::{
    Amendment, Category, Delisting, Event, Pack, Profile, ReferencePrice, Tracking,
};

kinds! { Event { ItemListed, ItemAmended, ReferencePriceSet, ItemDelisted } }

wrapped! { Profile = ItemListed { profile } }

record! { Amendment = pb::ItemAmended { profile: required, reason: plain } }

record! { ReferencePrice = pb::ReferencePriceSet { price: required, source: plain } }

record! { Delisting = pb::ItemDelisted { reason: plain } }

record! { Profile = pb::ItemProfile {
    names: required,
    category: plain,
    base_unit: plain,
    packs: list,
    atc: optional,
    unspsc: optional,
    essential: plain,
    cold_chain: plain,
    tracking: plain,
    inspected: plain,
} }

record! { Pack = pb::Pack { name: plain, factor: required, gtin: optional } }

choice! { Category = pb::ItemCategory { Medicine, Stationery, Supply, Durable } }

choice! { Tracking = pb::Tracking { Quantity, Batch, BatchAndExpiry } }
