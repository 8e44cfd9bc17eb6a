//! A file of parameters, as `schemas/examples/rulesets` has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use sijill_ledger_core::domain::ruleset::Rules;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::input;
use crate::cli::output::{Cell, Sheet, Word};

/// Most bytes of a file: a ruleset is one event.
const BYTES_MAX: u64 = 64 << 10;

/// The parameters of a file; refused where it holds something that would be passed over, or that is out of range.
pub(super) fn read(file: &Path) -> Result<Rules, Failure> {
    let bytes = input::contents(file, BYTES_MAX)?;
    let unreadable = |error: serde_json::Error| {
        unusable(
            file,
            Bilingual::new(
                format!("ليس ملف معايير: {error}؛ قارنه بالأمثلة في schemas/examples/rulesets"),
                format!(
                    "is no file of parameters: {error}; compare it with schemas/examples/rulesets"
                ),
            ),
        )
    };
    let given: Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let rules: Rules = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let kept = serde_json::to_value(&rules).map_err(unreadable)?;
    if let Some(unknown) = passed_over(&given, &kept) {
        return Err(unusable(
            file,
            Bilingual::new(
                format!("فيه معيار غير معروف: {unknown}؛ صحّح اسمه أو احذفه"),
                format!("has an unknown parameter: {unknown}; correct its name, or leave it out"),
            ),
        ));
    }
    let checked = rules.check().and_then(|()| rules.check_edition());
    checked.map_err(|refusal| input::unusable(file, &refusal))?;
    Ok(rules)
}

fn unusable(file: &Path, text: Bilingual) -> Failure {
    Failure::Input {
        file: file.to_owned(),
        text,
    }
}

/// The first field that is given and not kept, by its path: a misspelt name would silently have the built-in value.
fn passed_over(given: &Value, kept: &Value) -> Option<String> {
    let Value::Object(fields) = given else {
        return None;
    };
    fields
        .iter()
        .find_map(|(name, value)| match kept.get(name) {
            None if value.is_null() => None,
            None => Some(name.clone()),
            Some(kept) => passed_over(value, kept).map(|path| format!("{name}.{path}")),
        })
}

/// The parameters one by one.
pub(super) fn sheet(rules: &Rules) -> Result<Sheet, Failure> {
    let values = serde_json::to_value(rules).map_err(|error| Failure::Io {
        path: "ruleset".into(),
        what: error.to_string(),
    })?;
    let name = Word::new("parameters", "المعايير", "parameters");
    let columns = [
        Word::new("parameter", "المعيار", "parameter"),
        Word::new("value", "القيمة", "value"),
    ];
    let mut sheet = Sheet::new(name, &columns);
    rows("", &values, &mut sheet.rows);
    Ok(sheet)
}

/// The parameters that differ: as they are, and as they would be.
pub(super) fn differences(now: &Rules, then: &Rules) -> Result<Sheet, Failure> {
    let (now, then) = (by_name(sheet(now)?), by_name(sheet(then)?));
    let columns = [
        Word::new("parameter", "المعيار", "parameter"),
        Word::new("in_force", "الساري", "in force"),
        Word::new("proposed", "المقترح", "proposed"),
    ];
    let mut sheet = Sheet::new(Word::new("changes", "التغييرات", "changes"), &columns);
    let names: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
    for name in names {
        let value = |of: &BTreeMap<String, Cell>| of.get(name).cloned().unwrap_or(Cell::Absent);
        let (before, after) = (value(&now), value(&then));
        if before != after {
            sheet.rows.push(vec![Cell::text(name), before, after]);
        }
    }
    Ok(sheet)
}

fn by_name(sheet: Sheet) -> BTreeMap<String, Cell> {
    let rows = sheet.rows.into_iter();
    let pairs = rows.filter_map(|row| match <[Cell; 2]>::try_from(row) {
        Ok([Cell::Text(name), value]) => Some((name, value)),
        Ok(_) | Err(_) => None,
    });
    pairs.collect()
}

fn rows(path: &str, value: &Value, rows_out: &mut Vec<Vec<Cell>>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                rows(&format!("{path}{dot}{name}"), value, rows_out);
            }
        }
        Value::Array(values) => {
            let values = values.iter().map(plain).collect::<Vec<_>>().join(" ");
            rows_out.push(vec![Cell::text(path), Cell::text(values)]);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            rows_out.push(vec![Cell::text(path), Cell::text(plain(value))]);
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_misspelt_parameter_is_named_with_its_path() {
        let kept = json!({ "open_window_days": 31, "procurement": { "reveal_days": 3 } });
        assert_eq!(passed_over(&kept, &kept), None);
        let wrong = json!({ "open_window_days": 31, "procurement": { "reveal_day": 3 } });
        assert_eq!(
            passed_over(&wrong, &kept),
            Some("procurement.reveal_day".to_owned())
        );
    }

    #[test]
    fn what_a_proposal_changes_is_told_and_nothing_else() {
        let egypt = include_str!("../../../../schemas/examples/rulesets/egypt.json");
        let then: Rules = serde_json::from_str(egypt).unwrap();
        assert!(differences(&then, &then).unwrap().rows.is_empty());
        let now = Rules {
            open_window_days: 14,
            ..then.clone()
        };
        let told = vec![
            Cell::text("open_window_days"),
            Cell::text("14"),
            Cell::text("31"),
        ];
        assert_eq!(differences(&now, &then).unwrap().rows, [told]);
        let first = differences(&Rules::default(), &then).unwrap().rows;
        let absent = first.iter().filter(|row| row[1] == Cell::Absent);
        assert!(absent.count() > 10, "{first:?}");
    }

    #[test]
    fn every_parameter_of_an_example_has_its_row() {
        let egypt = include_str!("../../../../schemas/examples/rulesets/egypt.json");
        let rules: Rules = serde_json::from_str(egypt).unwrap();
        let rows = sheet(&rules).unwrap().rows;
        let row = |name: &str| {
            let mut rows = rows.iter();
            rows.find(|row| row[0] == Cell::text(name))
                .map(|row| row[1].clone())
        };
        assert_eq!(row("open_window_days"), Some(Cell::text("31")));
        assert_eq!(
            row("procurement.tender_days_min.open"),
            Some(Cell::text("20"))
        );
        let weekend = Some(Cell::text("Friday Saturday"));
        assert_eq!(row("procurement.calendar.weekend"), weekend);
    }
}
