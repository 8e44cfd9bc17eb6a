//! What happened, in a few words: movements of stock as quantities, everything else as its fields.

use serde_json::Value;
use sijill_ledger_core::domain::stock::{self, movements};
use sijill_ledger_core::domain::values::Change;
use sijill_ledger_core::event::{Event, Recorded};

use crate::cli::lang::{Lang, two};
use crate::grpc::audit::content;

/// Most movements that are named.
const MOVEMENTS_MAX: usize = 3;
/// Most characters.
const CHARACTERS_MAX: usize = 120;

/// A short text about an event, in one line.
pub fn summary(event: &Recorded, lang: Lang) -> String {
    let moved = match &event.event {
        Event::Stock(stock) => movement_texts(stock, event, lang),
        Event::Application(_)
        | Event::Committee(_)
        | Event::Disclosure(_)
        | Event::Envelope(_)
        | Event::Facility(_)
        | Event::Item(_)
        | Event::Migration(_)
        | Event::Official(_)
        | Event::Order(_)
        | Event::Organization(_)
        | Event::Plan(_)
        | Event::Process(_)
        | Event::Reaction(_)
        | Event::Qualification(_)
        | Event::Requisition(_)
        | Event::Ruleset(_)
        | Event::Framework(_)
        | Event::Security(_)
        | Event::Succession(_)
        | Event::Tender(_)
        | Event::Transfer(_) => None,
    };
    // An event whose fields have no text has only its kind to show.
    let text = moved.unwrap_or_else(|| fields(&content(&event.event).unwrap_or_default(), lang));
    cut(&text)
}

fn movement_texts(stock: &stock::Event, event: &Recorded, lang: Lang) -> Option<String> {
    let moved = movements(stock, event.metadata.effective_at);
    if moved.is_empty() {
        return None;
    }
    let named = moved.iter().take(MOVEMENTS_MAX);
    let named = named.map(|movement| format!("{} {}", movement.key, shown(movement.change)));
    let text = named.collect::<Vec<_>>().join(lang.pick("، ", ", "));
    Some(match moved.len().saturating_sub(MOVEMENTS_MAX) {
        0 => text,
        more => two!(lang, "{text} و{more} غيرها", "{text} and {more} more"),
    })
}

fn shown(change: Change) -> String {
    match change {
        Change::Add(amount) if amount.is_sign_negative() => {
            format!("−{}", amount.abs().normalize())
        }
        Change::Add(amount) => format!("+{}", amount.normalize()),
        Change::Set(balance) => format!("={}", balance.get().normalize()),
    }
}

/// Leaves as `name: value`; a text in both languages in the one that is spoken.
fn fields(value: &Value, lang: Lang) -> String {
    let mut out = Vec::new();
    collect(value, "", lang, &mut out);
    out.join(lang.pick("، ", ", "))
}

fn collect(value: &Value, name: &str, lang: Lang, out: &mut Vec<String>) {
    let mut leaf = |text: &str| {
        out.push(if name.is_empty() {
            text.to_owned()
        } else {
            format!("{name}: {text}")
        });
    };
    match value {
        Value::Null => {}
        Value::Bool(value) => leaf(&value.to_string()),
        Value::Number(value) => leaf(&value.to_string()),
        Value::String(value) => leaf(value),
        Value::Array(values) if are_bytes(values) => {
            let count = values.len();
            leaf(&two!(lang, "{count} بايت", "{count} bytes"));
        }
        Value::Array(values) => {
            for value in values {
                collect(value, name, lang, out);
            }
        }
        Value::Object(members) => match (members.len(), members.get(lang.pick("ar", "en"))) {
            (2, Some(spoken)) => collect(spoken, name, lang, out),
            _ => {
                for (name, value) in members {
                    collect(value, name, lang, out);
                }
            }
        },
    }
}

/// Keys, proofs and envelopes: no other list has so many numbers.
fn are_bytes(values: &[Value]) -> bool {
    let is_byte = |value: &Value| value.as_u64().is_some_and(|byte| byte < 256);
    values.len() >= 32 && values.iter().all(is_byte)
}

fn cut(text: &str) -> String {
    // A line break or control character in a text must not break the line.
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().map(clean).take(CHARACTERS_MAX).collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_named_and_speak_the_language() {
        let value = json!({"names": {"ar": "شاش", "en": "Gauze"}, "packs": [], "essential": true,
            "national_id": "withheld", "atc": null});
        assert_eq!(
            fields(&value, Lang::En),
            "essential: true, names: Gauze, national_id: withheld"
        );
        assert!(fields(&value, Lang::Ar).contains("names: شاش"));
        let sealed = json!({"claim": "withheld", "sealed": vec![7; 900]});
        assert_eq!(
            fields(&sealed, Lang::En),
            "claim: withheld, sealed: 900 bytes"
        );
    }

    #[test]
    fn long_and_broken_texts_stay_on_one_line() {
        assert_eq!(cut("a\nb"), "a b");
        let long = cut(&"ش".repeat(200));
        assert_eq!(long.chars().count(), CHARACTERS_MAX + 1);
        assert!(long.ends_with('…'));
    }
}
