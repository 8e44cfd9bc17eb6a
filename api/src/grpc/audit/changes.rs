//! Before and after: which fields of an event's JSON differ from those of the statement before it.
//!
//! Some kinds state a profile as a whole, others beside a reason; both are compared as the profile. The reason of an amendment is
//! no part of what was amended.

use serde_json::Value;

use super::pb;

/// Every field that differs, in the order of the paths. Lists are compared as a whole.
pub fn changes(before: &Value, after: &Value) -> Vec<pb::FieldChange> {
    let mut found = Vec::new();
    let (before, after) = (stated(before), stated(after));
    compare("", Some(&before), Some(&after), &mut found);
    found
}

/// What is stated: without the reason, and the fields of a profile among the others.
fn stated(event: &Value) -> Value {
    let mut event = event.clone();
    if let Value::Object(fields) = &mut event {
        fields.remove("reason");
        match fields.remove("profile") {
            Some(Value::Object(profile)) => fields.extend(profile),
            Some(other) => {
                fields.insert("profile".to_owned(), other);
            }
            None => {}
        }
    }
    event
}

fn compare(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<pb::FieldChange>,
) {
    if before == after {
        return;
    }
    if let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) {
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let deeper = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            compare(&deeper, old.get(name), new.get(name), found);
        }
        return;
    }
    found.push(pb::FieldChange {
        path: path.to_owned(),
        before: before.map(Value::to_string),
        after: after.map(Value::to_string),
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differing_fields_are_told_by_their_paths() {
        let before =
            json!({"profile": {"names": {"en": "Clinic"}, "population": 5, "packs": [1]}, "a": 1});
        let after = json!({"profile": {"names": {"en": "Health unit"}, "population": 7, "packs": [1, 2]}, "reason": "census"});
        let told: Vec<_> = changes(&before, &after)
            .into_iter()
            .map(|change| (change.path, change.before, change.after))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("a".to_owned(), text("1"), None),
                (
                    "names.en".to_owned(),
                    text("\"Clinic\""),
                    text("\"Health unit\"")
                ),
                ("packs".to_owned(), text("[1]"), text("[1,2]")),
                ("population".to_owned(), text("5"), text("7")),
            ]
        );
        assert!(changes(&after, &after).is_empty());
    }
}
