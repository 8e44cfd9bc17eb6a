//! Where a request in JSON is wrong: the path of its first field that cannot be read, and what may stand there.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Value, json};

use super::shape;
use crate::cli::errors::Bilingual;

/// Most characters of a value that are shown.
const GIVEN_CHARS_MAX: usize = 80;

/// A field that cannot be read.
#[derive(Debug, PartialEq)]
pub(super) struct Defect {
    /// Such as `need.lines[3].quantity`.
    path: String,
    /// What stands there.
    given: Value,
    /// What may; `None` where the schema has no such field.
    wanted: Option<Value>,
}

/// The first field of a message that cannot be read; `None` where each can be, alone.
pub(super) fn found(of: &MessageDescriptor, json: &Value) -> Option<Defect> {
    json.as_object()?.iter().find_map(|(name, value)| {
        let reads = |value: &Value| {
            DynamicMessage::deserialize(of.clone(), json!({ name.as_str(): value })).is_ok()
        };
        if reads(value) {
            return None;
        }
        let field = of.get_field_by_name(name);
        let field = field.or_else(|| of.get_field_by_json_name(name));
        let Some(field) = field else {
            return Some(Defect {
                path: name.clone(),
                given: value.clone(),
                wanted: None,
            });
        };
        let Value::Array(values) = value else {
            return Some(within(&field, name.clone(), value));
        };
        let mut values = values.iter().enumerate();
        let wrong = values.find(|(_, value)| !reads(&json!([value])));
        Some(match wrong {
            Some((place, value)) if field.is_list() => {
                within(&field, format!("{name}[{place}]"), value)
            }
            Some(_) | None => within(&field, name.clone(), value),
        })
    })
}

/// The field itself, or one in the message that it holds.
fn within(field: &FieldDescriptor, path: String, value: &Value) -> Defect {
    let kind: Kind = field.kind();
    let inner = kind.as_message().and_then(|of| found(of, value));
    match inner {
        Some(inner) => Defect {
            path: format!("{path}.{}", inner.path),
            ..inner
        },
        None => Defect {
            path,
            given: value.clone(),
            wanted: Some(shape::value(field, 1)),
        },
    }
}

impl Defect {
    /// What is wrong, for people.
    pub(super) fn told(&self) -> Bilingual {
        let Self {
            path,
            given,
            wanted,
        } = self;
        let given: String = given.to_string().chars().take(GIVEN_CHARS_MAX).collect();
        let Some(wanted) = wanted else {
            return Bilingual::new(
                format!("لا حقل باسم {path}"),
                format!("there is no field {path}"),
            );
        };
        let other = |c: char| matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}');
        let (ar, en) = if given.contains(other) {
            ("، بالأرقام 0-9", ", with the digits 0-9")
        } else {
            ("", "")
        };
        Bilingual::new(
            format!("الحقل {path}: لا تصلح القيمة {given}؛ مثال ما يُكتب فيه {wanted}{ar}"),
            format!("the field {path}: {given} cannot stand there; what may is like {wanted}{en}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::wire::{message, parsed};

    /// What is said of a request, in Arabic and in English.
    fn told(name: &str, json: &Value) -> (String, String) {
        let Bilingual { ar, en } = parsed(&message(name).unwrap(), json).unwrap_err();
        (ar, en)
    }

    #[test]
    fn the_field_is_named_with_its_path() {
        let request = "sijill.inventory.v1.ReceiveStockRequest";
        let (ar, en) = told(
            request,
            &json!({
                "facility": "CAI-1",
                "receipt": { "lines": [{ "key": { "item": "AMOX" } }, { "quantity": "١٢" }] },
            }),
        );
        assert!(ar.contains("الحقل receipt.lines[1].quantity"), "{ar}");
        assert!(ar.contains("بالأرقام 0-9"), "{ar}");
        assert!(
            en.contains("the field receipt.lines[1].quantity: \"١٢\""),
            "{en}"
        );
        assert!(en.contains("\"7.50\", with the digits 0-9"), "{en}");
        let (ar, en) = told(request, &json!({ "receipt": { "linse": [] } }));
        assert!(ar.contains("لا حقل باسم receipt.linse"), "{ar}");
        assert!(en.contains("there is no field receipt.linse"), "{en}");
        let (_, en) = told(request, &json!({ "facility": 7, "receipt": {} }));
        assert!(en.contains("the field facility: 7"), "{en}");
    }
}
