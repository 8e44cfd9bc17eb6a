//! What may be written in the fields of a message.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::forms::{self, Form};

/// How deep a shape goes: messages do not hold each other any deeper.
pub const DEPTH_MAX: usize = 8;

/// A message with all its fields.
pub fn message(of: &MessageDescriptor, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return "…".into();
    };
    let fields = of.fields().map(|field| {
        let value = value(&field, depth);
        let value = if field.is_list() {
            Value::Array(vec![value])
        } else {
            value
        };
        let name = match field.containing_oneof() {
            Some(one)
                if field
                    .containing_oneof()
                    .is_some_and(|it| it.fields().len() > 1) =>
            {
                format!("{} ({}: one of)", field.name(), one.name())
            }
            _ => field.name().to_owned(),
        };
        (name, value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// What may stand in a field, or in each place of a list.
pub fn value(field: &FieldDescriptor, depth: usize) -> Value {
    match forms::form(field) {
        Form::Message(of) => match of.full_name() {
            "sijill.types.v1.Decimal" => "7.50".into(),
            "sijill.types.v1.Money" | "sijill.types.v1.UnitPrice" => "7.50 EGP".into(),
            "sijill.types.v1.EffectiveAt" => "2026-01-02T12:00+02:00".into(),
            _ => message(&of, depth),
        },
        Form::Hash => "64 hexadecimal digits".into(),
        Form::Withheld => "withheld text".into(),
        Form::Instant => "2026-01-02T12:00:00Z".into(),
        Form::Date => "2026-01-02".into(),
        Form::AsIs => plain(&field.kind()),
    }
}

fn plain(kind: &Kind) -> Value {
    match kind {
        Kind::Message(_) => Value::Null,
        Kind::Enum(of) => {
            let names = of.values().filter(|value| value.number() != 0);
            let names = names.map(|value| value.name().to_owned());
            names.collect::<Vec<_>>().join(" | ").into()
        }
        Kind::Bytes => "base64".into(),
        Kind::String => "text".into(),
        Kind::Bool => false.into(),
        Kind::Double
        | Kind::Float
        | Kind::Int32
        | Kind::Int64
        | Kind::Uint32
        | Kind::Uint64
        | Kind::Sint32
        | Kind::Sint64
        | Kind::Fixed32
        | Kind::Fixed64
        | Kind::Sfixed32
        | Kind::Sfixed64 => 0.into(),
    }
}
