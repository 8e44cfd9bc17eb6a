//! The methods, with who may call them; and what a request of one looks like.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::{method, path};
use crate::auth::policy::{self, Allowed, Effect};
use crate::auth::roles;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::wire::forms::{self, Form};
use crate::cli::wire::pool;

const COLUMNS: [Word; 3] = [
    Word::new("method", "الطلب", "method"),
    Word::new("effect", "أثره", "effect"),
    Word::new("roles", "لمن", "for whom"),
];
const COMMAND: Word = Word::new("command", "أمر", "command");
const QUESTION: Word = Word::new("question", "سؤال", "question");
const ANYONE: Word = Word::new("anyone", "للجميع", "anyone");
/// How deep a shape goes: messages do not hold each other any deeper.
const DEPTH_MAX: usize = 8;

/// Every method of the ledger's services.
pub fn methods() -> Result<Sheet, Failure> {
    let mut sheet = Sheet::new(Word::new("methods", "الطلبات", "methods"), &COLUMNS);
    for service in pool()?.services() {
        for method in service.methods() {
            let path = path(&method);
            let Some(entry) = policy::find(&path) else {
                continue;
            };
            let effect = match entry.row.effect {
                Effect::Command => COMMAND,
                Effect::Question => QUESTION,
            };
            sheet.rows.push(vec![
                Cell::text(format!("{}.{}", service.name(), method.name())),
                Cell::Word(effect),
                whom(entry.row.allowed),
            ]);
        }
    }
    Ok(sheet)
}

fn whom(allowed: Allowed) -> Cell {
    match allowed {
        Allowed::Anyone => Cell::Word(ANYONE),
        Allowed::Roles(of) => {
            let names = of.iter().map(|(role, _)| roles::name(*role));
            Cell::text(names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A request of the method, or a message of events, with all its fields, each as what may stand there.
pub fn shape(name: &str) -> Result<Value, Failure> {
    let event = pool()?.get_message_by_name(&format!("sijill.events.v1.{name}"));
    let of = match event {
        Some(message) => message,
        None => method(name)?.input(),
    };
    Ok(message(&of, DEPTH_MAX))
}

fn message(of: &MessageDescriptor, depth: usize) -> Value {
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

fn value(field: &FieldDescriptor, depth: usize) -> Value {
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
