//! Domain events and their stored form: the only place that knows both, and the only user of `sijill_schemas` here.
//!
//! An event is stored as a protobuf message of `sijill.events.v1`; the message's full name is the event type. What an event
//! withholds goes into parts beside the message, which holds their indexes. Stored bytes are untrusted: every value goes
//! through the check of its type again, and nothing here panics on any input. What could not be read again is not written.
//!
//! One file per aggregate, each a table of its kinds and of the fields of each message; `wire` and
//! `fields` say how a table becomes conversions both ways. Unknown fields are ignored, so that an older program reads what a newer one wrote; an unknown
//! *kind* is an error, because an aggregate cannot fold what it does not know.
//!
//! Deliberately not here: the layout of entries, commitments and salts (`store`), rules of the domain (`decide` and `evolve`).

mod application;
#[cfg(test)]
pub(crate) mod arbitrary;
mod committee;
mod contents;
mod disclosure;
mod envelope;
mod error;
mod facility;
mod fields;
mod framework;
mod item;
mod kinds;
mod metadata;
mod migration;
mod official;
mod order;
mod organization;
mod parts;
pub mod payload;
mod plan;
mod process;
mod qualification;
mod reaction;
mod recorded;
mod requisition;
mod ruleset;
mod security;
mod stock;
mod succession;
mod tender;
#[cfg(test)]
mod tests;
mod transfer;
mod values;
mod wire;

pub use contents::{claim_line, disclosed_estimate, disclosed_scores};
pub use error::{DecodeError, Defect, EncodeError};
pub use metadata::{decode_metadata, encode_metadata};
pub use parts::PartView;
pub use recorded::recorded;
pub use tender::bid::{opened_bid, read_bid, write_bid};

use error::Fault;
use parts::{PartsIn, PartsOut};

use crate::event::Event;
use crate::store::PartClass;

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Event type: the full name of the message.
    pub kind: &'static str,
    /// The message: public.
    pub data: Vec<u8>,
    /// Class and content of each withheld part, in the order of their indexes.
    pub withheld: Vec<(PartClass, Vec<u8>)>,
}

/// Encodes an event. Fails on what could not be read again, and on withheld content that is known only by its commitment.
pub fn encode(event: &Event) -> Result<Encoded, EncodeError> {
    let kind = kind_of(event);
    let mut parts = PartsOut::default();
    let data = encode_public(event, &mut parts).map_err(|fault| fault.encode_error(kind))?;
    let withheld = parts.0;
    Ok(Encoded {
        kind,
        data,
        withheld,
    })
}

/// Decodes an event: untrusted bytes, every value checked. `parts` are all withheld parts of its entry, in the entry's order.
pub fn decode(kind: &str, data: &[u8], parts: &[PartView<'_>]) -> Result<Event, DecodeError> {
    let mut parts = PartsIn::new(parts);
    decode_public(kind, data, &mut parts)
        .unwrap_or_else(|| Err(Defect::UnknownKind.into()))
        .and_then(|event| parts.finish().map(|()| event))
        .map_err(|fault| fault.decode_error(kind))
}

/// The aggregates: which module knows the events of which.
macro_rules! aggregates {
    ($($name:ident = $module:ident),* $(,)?) => {
        /// Event types of all aggregates, sorted.
        pub const KINDS: &[&str] = &kinds::sorted::<{ kinds::total(&[$($module::KINDS),*]) }>(&[$($module::KINDS),*]);

        /// The event's type.
        pub const fn kind_of(event: &Event) -> &'static str {
            match event { $(Event::$name(event) => $module::kind_of(event)),* }
        }

        fn encode_public(event: &Event, parts: &mut PartsOut) -> Result<Vec<u8>, Fault> {
            match event { $(Event::$name(event) => $module::encode(event, parts)),* }
        }

        /// `None` when the type is of no aggregate.
        fn decode_public(kind: &str, data: &[u8], parts: &mut PartsIn<'_>) -> Option<Result<Event, Fault>> {
            $(if let Some(decoded) = $module::decode(kind, data, parts) {
                return Some(decoded.map(Event::$name));
            })*
            None
        }
    };
}

// Stock first: nearly all events are, and kinds are looked up in this order.
aggregates! {
    Stock = stock,
    Order = order,
    Transfer = transfer,
    Requisition = requisition,
    Plan = plan,
    Security = security,
    Framework = framework,
    Item = item,
    Facility = facility,
    Official = official,
    Organization = organization,
    Committee = committee,
    Ruleset = ruleset,
    Disclosure = disclosure,
    Migration = migration,
    Reaction = reaction,
    Process = process,
    Envelope = envelope,
    Tender = tender,
    Succession = succession,
    Application = application,
    Qualification = qualification,
}
