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

/// What may be written in a field besides what the schema says.
pub enum Form {
    /// A message, which a text may stand for.
    Message(MessageDescriptor),
    /// A hash, as hexadecimal digits.
    Hash,
    /// The text that is withheld.
    Withheld,
    /// An instant.
    Instant,
    /// A date.
    Date,
    /// Nothing else.
    AsIs,
}

/// The form of a field's values.
pub fn form(field: &FieldDescriptor) -> Form {
    let (kind, name) = (field.kind(), field.name());
    if let Kind::Message(message) = kind {
        Form::Message(message)
    } else if matches!(kind, Kind::Bytes) && (name == "sha256" || name.ends_with("_sha256")) {
        Form::Hash
    } else if matches!(kind, Kind::Uint32) && name.ends_with("_part") {
        Form::Withheld
    } else if matches!(kind, Kind::Sint64) && name.ends_with("_micros") {
        // Spans of time have no sign.
        Form::Instant
    } else if matches!(kind, Kind::Sint32) && name.ends_with("_days") {
        // Spans of days have no sign, but for two that only answers hold.
        Form::Date
    } else {
        Form::AsIs
    }
}

/// Turns the shorter forms within a message into protobuf's; texts to be withheld are appended to `withheld`.
pub fn lengthen(json: &mut Value, message: &MessageDescriptor, withheld: &mut Vec<String>) {
    each_field(json, message, &mut |value, form| {
        let long = value.as_str().and_then(|text| long(text, &form, withheld));
        match (long, form) {
            (Some(long), _) => *value = long,
            (None, Form::Message(inner)) => lengthen(value, &inner, withheld),
            (None, Form::Hash | Form::Withheld | Form::Instant | Form::Date | Form::AsIs) => {}
        }
    });
}

/// Turns protobuf's forms into the shorter ones. Days stay numbers: some are dates and some are spans.
pub fn shorten(json: &mut Value, message: &MessageDescriptor) {
    each_field(json, message, &mut |value, form| {
        let short = short(value, &form);
        match (short, form) {
            (Some(short), _) => *value = short.into(),
            (None, Form::Message(inner)) => shorten(value, &inner),
            (None, Form::Hash | Form::Withheld | Form::Instant | Form::Date | Form::AsIs) => {}
        }
    });
}

/// Every value of a field of this message, those of lists one by one.
fn each_field(
    json: &mut Value,
    message: &MessageDescriptor,
    change: &mut dyn FnMut(&mut Value, Form),
) {
    let Value::Object(fields) = json else {
        return;
    };
    for (name, value) in fields {
        let field = message.get_field_by_name(name);
        let Some(field) = field.or_else(|| message.get_field_by_json_name(name)) else {
            continue;
        };
        if let (Value::Array(values), true) = (&mut *value, field.is_list()) {
            for value in values {
                change(value, form(&field));
            }
        } else {
            change(value, form(&field));
        }
    }
}

/// What a text stands for; `None` for one that is in no shorter form.
fn long(text: &str, form: &Form, withheld: &mut Vec<String>) -> Option<Value> {
    match form {
        Form::Message(of) => message(text, of.full_name()),
        Form::Hash => {
            let hash = Sha256::parse(text).ok()?;
            Some(STANDARD.encode(hash.0).into())
        }
        Form::Withheld => {
            withheld.push(text.to_owned());
            Some(withheld.len().saturating_sub(1).into())
        }
        Form::Instant => {
            let instant = jiff::Timestamp::from_str(text).ok()?;
            Some(instant.as_microsecond().into())
        }
        Form::Date => Some(Date::parse(text).ok()?.days().into()),
        Form::AsIs => None,
    }
}

/// A message that a text stands for.
fn message(text: &str, name: &str) -> Option<Value> {
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

/// The text that stands for a value.
fn short(value: &Value, form: &Form) -> Option<String> {
    match form {
        Form::Message(of) => short_message(value.as_object()?, of.full_name()),
        Form::Hash => {
            let bytes = STANDARD.decode(value.as_str()?).ok()?;
            Some(Sha256(bytes.try_into().ok()?).to_string())
        }
        Form::Instant => Some(Timestamp::from_micros(value.as_i64()?).to_string()),
        Form::Withheld | Form::Date | Form::AsIs => None,
    }
}

fn short_message(fields: &Map<String, Value>, name: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::wire::{message, parsed, shown};

    /// What a request becomes, and the texts that it withholds.
    fn lengthened(name: &str, json: Value) -> (Value, Vec<String>) {
        let (mut json, mut withheld) = (json, Vec::new());
        lengthen(&mut json, &message(name).unwrap(), &mut withheld);
        (json, withheld)
    }

    #[test]
    fn people_write_amounts_dates_and_instants_as_they_read_them() {
        let written = json!({
            "closes_micros": "2026-01-17T00:00:00Z",
            "lot": {"lot": "B", "after": [{"quantity": "10.50", "delivery_days": 60}]},
        });
        let (long, _) = lengthened("sijill.events.v1.TenderAmended", written);
        assert_eq!(long["closes_micros"], 1_768_608_000_000_000_i64);
        let line = &long["lot"]["after"][0];
        assert_eq!(line["quantity"], json!({"units": 105, "scale": 1}));
        assert_eq!(line["delivery_days"], 60);
        let written = json!({"post": "P", "limit": "5000 EGP", "from_days": "1970-02-01"});
        let (long, _) = lengthened("sijill.events.v1.AuthorityDelegated", written);
        let amount = json!({"units": 5_000, "scale": 0});
        assert_eq!(long["limit"], json!({"amount": amount, "currency": "EGP"}));
        assert_eq!(long["from_days"], 31);
    }

    #[test]
    fn what_is_withheld_goes_apart_and_leaves_its_place() {
        let written = json!({"organization": "MOH", "registration": {"bank_account_part": "EG80"}});
        let name = "sijill.registry.v1.RegisterOrganizationRequest";
        let (long, withheld) = lengthened(name, written);
        assert_eq!(long["registration"]["bank_account_part"], 0);
        assert_eq!(withheld, ["EG80"]);
    }

    #[test]
    fn hashes_are_hexadecimal_in_both_directions() {
        let hex = "07".repeat(32);
        let document = json!({"sha256": hex, "bytes": 3, "media_type": "text/plain"});
        let name = "sijill.types.v1.Document";
        let (long, _) = lengthened(name, document);
        let read = parsed(&message(name).unwrap(), &long).unwrap();
        assert_eq!(shown(&read).unwrap()["sha256"], hex);
    }

    #[test]
    fn what_is_in_no_form_is_left_to_the_schema_to_refuse() {
        for (field, wrong) in [
            ("closes_micros", "tomorrow"),
            ("reason", "x"),
            ("colour", "red"),
        ] {
            let name = "sijill.events.v1.DeadlineExtended";
            let (long, _) = lengthened(name, json!({ field: wrong }));
            assert_eq!(long[field], wrong);
            let read = parsed(&message(name).unwrap(), &long);
            assert_eq!(read.is_ok(), field == "reason", "{field}");
        }
    }

    #[test]
    fn what_is_printed_can_be_sent_again() {
        let name = "sijill.events.v1.FinancialBid";
        let written = json!({
            "prices": [{"lot": "A", "line": 1, "quantity": "100", "unit_price": "7.5 EGP"}],
            "totals": [{"lot": "A", "total": "750 EGP"}],
        });
        let (long, _) = lengthened(name, written.clone());
        let read = parsed(&message(name).unwrap(), &long).unwrap();
        assert_eq!(shown(&read).unwrap(), written);
    }
}
