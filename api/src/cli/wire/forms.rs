//! Shorter forms of values, for people who write requests by hand.
//!
//! | Where | What may be written |
//! |---|---|
//! | a `Decimal` | `"7.50"` |
//! | a `Money` or `UnitPrice` | `"7.50 EGP"` |
//! | an `EffectiveAt` | `"2026-01-02T12:00+02:00"` |
//! | a field `…_micros` | `"2026-01-02T12:00:00Z"` |
//! | a field `…_days` that is a date and no span | `"2026-01-02"` |
//! | a field `sha256` or `…_sha256` of bytes | 64 hexadecimal digits |
//! | a field `…_part` | the text that is withheld, which goes into `context.withheld` |
//!
//! A text in any other form is left as it is, for the schema to judge.

use std::str::FromStr as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sijill_ledger_core::domain::values::{Date, Sha256};
use sijill_ledger_core::time::Timestamp;

use crate::cli::parse::Instant;

const DECIMAL: &str = "sijill.types.v1.Decimal";
const MONEY: [&str; 2] = ["sijill.types.v1.Money", "sijill.types.v1.UnitPrice"];
const EFFECTIVE_AT: &str = "sijill.types.v1.EffectiveAt";

/// Turns the shorter forms within a message into protobuf's; texts to be withheld are appended to `withheld`.
pub fn lengthen(json: &mut Value, message: &MessageDescriptor, withheld: &mut Vec<String>) {
    each_field(json, message, &mut |value, field| match field.kind() {
        Kind::Message(inner) => {
            if let Some(long) = value
                .as_str()
                .and_then(|text| long(text, inner.full_name()))
            {
                *value = long;
            } else {
                lengthen(value, &inner, withheld);
            }
        }
        Kind::Bytes if is_hash(field) => {
            let hash = value.as_str().and_then(|text| Sha256::parse(text).ok());
            if let Some(hash) = hash {
                *value = STANDARD.encode(hash.0).into();
            }
        }
        Kind::Uint32 if field.name().ends_with("_part") => {
            if let Value::String(text) = value {
                let place = withheld.len();
                withheld.push(std::mem::take(text));
                *value = place.into();
            }
        }
        // Every other kind of field: a number, a text, a name of a list.
        _ => {
            if let Some(number) = value.as_str().and_then(|text| number(text, field)) {
                *value = number.into();
            }
        }
    });
}

/// Turns protobuf's forms into the shorter ones. Days stay numbers: some are dates and some are spans.
pub fn shorten(json: &mut Value, message: &MessageDescriptor) {
    each_field(json, message, &mut |value, field| match field.kind() {
        Kind::Message(inner) => {
            if let Some(short) = short(value, inner.full_name()) {
                *value = short.into();
            } else {
                shorten(value, &inner);
            }
        }
        Kind::Bytes if is_hash(field) => {
            let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok());
            let hash = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            if let Some(hash) = hash {
                *value = Sha256(hash).to_string().into();
            }
        }
        _ if field.name().ends_with("_micros") => {
            if let Some(micros) = value.as_i64() {
                *value = Timestamp::from_micros(micros).to_string().into();
            }
        }
        _ => {}
    });
}

/// Every value of a field of this message, those of lists one by one.
fn each_field(
    json: &mut Value,
    message: &MessageDescriptor,
    change: &mut dyn FnMut(&mut Value, &FieldDescriptor),
) {
    let Value::Object(fields) = json else {
        return;
    };
    for (name, value) in fields {
        let field = message.get_field_by_name(name);
        let Some(field) = field.or_else(|| message.get_field_by_json_name(name)) else {
            continue;
        };
        match value {
            Value::Array(values) if field.is_list() => {
                values.iter_mut().for_each(|value| change(value, &field));
            }
            _ => change(value, &field),
        }
    }
}

fn is_hash(field: &FieldDescriptor) -> bool {
    field.name() == "sha256" || field.name().ends_with("_sha256")
}

/// A message that a text stands for.
fn long(text: &str, name: &str) -> Option<Value> {
    if name == DECIMAL {
        return decimal(text);
    }
    if name == EFFECTIVE_AT {
        return effective_at(text);
    }
    let (amount, currency) = text.split_once(' ').filter(|_| MONEY.contains(&name))?;
    Some(json!({ "amount": decimal(amount)?, "currency": currency }))
}

/// Exact, and without the trailing zeros that the ledger does not write.
fn decimal(text: &str) -> Option<Value> {
    let value = Decimal::from_str_exact(text).ok()?.normalize();
    let units = i64::try_from(value.mantissa()).ok()?;
    Some(json!({ "units": units, "scale": value.scale() }))
}

fn effective_at(text: &str) -> Option<Value> {
    let Instant::Exact(at) = text.parse().ok()? else {
        return None;
    };
    Some(json!({ "micros": at.at().as_micros(), "offset_minutes": at.offset_minutes() }))
}

/// The number that a text stands for in this field.
fn number(text: &str, field: &FieldDescriptor) -> Option<i64> {
    if field.name().ends_with("_micros") {
        let instant = jiff::Timestamp::from_str(text).ok()?;
        return Some(instant.as_microsecond());
    }
    let date = Date::parse(text).ok().filter(|_| is_date(field))?;
    Some(date.days().into())
}

/// Whether its number is a day. Spans of days have no sign, but for two that only answers hold.
pub fn is_date(field: &FieldDescriptor) -> bool {
    matches!(field.kind(), Kind::Sint32) && field.name().ends_with("_days")
}

/// The text that stands for a message.
fn short(value: &Value, name: &str) -> Option<String> {
    let fields = value.as_object()?;
    if name == DECIMAL {
        return plain(fields).map(|decimal| decimal.to_string());
    }
    let is_money = MONEY.contains(&name);
    let amount = fields.get("amount").filter(|_| is_money)?.as_object()?;
    let currency = fields.get("currency")?.as_str()?;
    Some(format!("{} {currency}", plain(amount)?))
}

fn plain(fields: &Map<String, Value>) -> Option<Decimal> {
    let units = fields.get("units")?.as_i64()?;
    let scale = u32::try_from(fields.get("scale")?.as_u64()?).ok()?;
    Decimal::try_from_i128_with_scale(units.into(), scale).ok()
}
