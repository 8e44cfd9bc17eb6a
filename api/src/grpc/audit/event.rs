//! An event as it is shown.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::{Serializer, Value};
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::codec::{KINDS, kind_of};
use sijill_ledger_core::event::{Event, Origin, Recorded};
use sijill_projections::audit::entity::Part;
use tonic::Status;

use super::asking::Sight;
use super::{changes, entities, pb};
use crate::grpc::question::unwritable;
use crate::grpc::status;

/// Event types are named with or without this.
const PACKAGE: &str = "sijill.events.v1.";

/// Anything as JSON for people and their programs: bytes are base64.
pub fn printed(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Base64))?;
    Ok(text)
}

struct Base64;

impl Formatter for Base64 {
    fn write_byte_array<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        bytes: &[u8],
    ) -> io::Result<()> {
        write!(writer, "\"{}\"", STANDARD.encode(bytes))
    }
}

/// The event's fields as JSON, without the name that its type says already. What is withheld is the word `withheld`.
pub fn content(event: &Event) -> Result<Value, serde_json::Error> {
    let text = printed(event)?;
    Ok(match serde_json::from_slice(&text)? {
        Value::Object(named) => named
            .into_iter()
            .next()
            .map_or(Value::Null, |(_, fields)| fields),
        // A case without fields is its name alone.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Value::Object(serde_json::Map::new())
        }
    })
}

/// A row, and what the event states anew compared with the statement before it.
pub fn row(sight: &Sight<'_>, event: &Recorded, parts: &[Part]) -> Result<pb::EventRow, Status> {
    let json = json(event)?;
    let previous = sight.audit().stated_before(event);
    let amendment = previous.map(|index| -> Result<_, Status> {
        let before =
            content(&sight.event(index)?.event).map_err(|error| unprintable(index, &error))?;
        Ok(pb::Amendment {
            previous_index: index,
            changes: changes::changes(&before, &json),
        })
    });
    let metadata = &event.metadata;
    Ok(pb::EventRow {
        index: event.index,
        stream: event.stream.to_string(),
        revision: event.revision,
        kind: kind_of(&event.event).to_owned(),
        id: event.id.to_string(),
        recorded_at_micros: event.recorded_at.as_micros(),
        decided_at_micros: metadata.decided_at.as_micros(),
        effective_at: Some(write(&metadata.effective_at).map_err(|error| unwritable(&error))?),
        actor: Some(write(&metadata.actor).map_err(|error| unwritable(&error))?),
        origin: Some(origin(&metadata.origin)),
        command_id: metadata.command_id.to_string(),
        correlation_id: metadata.correlation_id.to_string(),
        causation_id: metadata.causation_id.map(|id| id.to_string()),
        ruleset_version: metadata.ruleset.as_ref().map(|ruleset| ruleset.version),
        json: json.to_string(),
        parts: parts
            .iter()
            .map(|part| entities::part(*part).into())
            .collect(),
        amendment: amendment.transpose()?,
    })
}

/// Which event types are asked for: as full names or short ones; all when there is none.
pub struct Kinds(Vec<&'static str>);

impl Kinds {
    /// Reads them; a name that no event bears is told with its field.
    pub fn read(names: &[String], field: &str) -> Result<Self, Status> {
        let known = |name: &String| {
            let same = |kind: &&&str| {
                **kind == name.as_str() || kind.strip_prefix(PACKAGE) == Some(name.as_str())
            };
            KINDS.iter().find(same).copied().ok_or_else(|| {
                status::invalid_field(
                    field,
                    format!("لا يوجد نوع أحداث اسمه {name:?}؛ الأنواع في schemas/README.md"),
                    &format!("{name:?} is no event type; they are listed in schemas/README.md"),
                )
            })
        };
        names.iter().map(known).collect::<Result<_, _>>().map(Self)
    }

    /// Whether events of this type are asked for.
    pub fn fit(&self, kind: &str) -> bool {
        self.0.is_empty() || self.0.contains(&kind)
    }
}

fn origin(origin: &Origin) -> pb::event_row::Origin {
    match origin {
        Origin::Native => pb::event_row::Origin::Native(pb::NativeOrigin {}),
        Origin::Policy(policy) => pb::event_row::Origin::Policy(policy.to_string()),
        Origin::Import { file, line } => pb::event_row::Origin::Import(pb::ImportOrigin {
            file_sha256: file.to_string(),
            line: *line,
        }),
    }
}

fn json(event: &Recorded) -> Result<Value, Status> {
    content(&event.event).map_err(|error| unprintable(event.index, &error))
}

fn unprintable(index: u64, error: &serde_json::Error) -> Status {
    status::internal(&format!("the event at index {index} has no JSON: {error}"))
}
