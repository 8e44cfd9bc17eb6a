//! Things that can be asked about, as messages.

use sijill_projections::audit::entity::{Entity, EntityKind, Name, Part};
use sijill_projections::audit::mentions::Mention;
use tonic::Status;

use super::pb;
use crate::grpc::status;

/// Reads what is asked about.
pub fn entity(wire: Option<&pb::Entity>) -> Result<Entity, Status> {
    let Some(wire) = wire else {
        return Err(status::invalid_field("entity", "مطلوب", "it must be given"));
    };
    let Some(kind) = kind(wire.kind()) else {
        return Err(status::invalid_field(
            "entity.kind",
            "ليس نوعًا معروفًا",
            "not a kind of entity",
        ));
    };
    let read = Entity::scoped(kind, &wire.scope, &wire.id);
    read.map_err(|error| status::invalid_value("entity", &error))
}

/// Reads the parts that are asked for; all of them when there is none.
pub fn parts(wire: &[i32]) -> Result<Vec<Part>, Status> {
    if wire.is_empty() {
        return Ok(Part::ALL.to_vec());
    }
    let mut parts = Vec::with_capacity(3);
    for number in wire {
        let part = match pb::Part::try_from(*number) {
            Ok(pb::Part::Own) => Part::Own,
            Ok(pb::Part::Named) => Part::Named,
            Ok(pb::Part::Acted) => Part::Acted,
            Ok(pb::Part::Unspecified) | Err(_) => {
                let (ar, en) = ("ليس وجهًا معروفًا من وجوه الصلة", "not a part");
                return Err(status::invalid_field("parts", ar, en));
            }
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(parts)
}

/// How an event concerns a thing.
pub const fn part(part: Part) -> pb::Part {
    match part {
        Part::Own => pb::Part::Own,
        Part::Named => pb::Part::Named,
        Part::Acted => pb::Part::Acted,
    }
}

/// A thing that an event names, and how.
pub fn mention(mention: &Mention<'_>) -> pb::EntityPart {
    pb::EntityPart {
        entity: Some(written(&mention.name)),
        part: part(mention.part).into(),
    }
}

fn written(name: &Name<'_>) -> pb::Entity {
    pb::Entity {
        kind: wire(name.kind).into(),
        scope: name.scope.unwrap_or_default().to_owned(),
        id: name.id.to_owned(),
    }
}

/// Kinds both ways, from one list.
macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        const fn kind(wire: pb::EntityKind) -> Option<EntityKind> {
            match wire {
                pb::EntityKind::Unspecified => None,
                $(pb::EntityKind::$name => Some(EntityKind::$name),)*
            }
        }

        const fn wire(kind: EntityKind) -> pb::EntityKind {
            match kind {
                $(EntityKind::$name => pb::EntityKind::$name,)*
            }
        }
    };
}

kinds! {
    Facility, Item, Batch, Organization, Official, Post, Committee, Order, Contract, Transfer, Requisition, Process,
    Ruleset, Reservation, Count, Document, Policy, Migration, Event, Tender, Plan, Envelope, Security, Application,
    Qualification,
}
