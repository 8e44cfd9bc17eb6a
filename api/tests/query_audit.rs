//! `query history`, `movements`, `discrepancies` and `processes` over a seeded directory: what one answer says, another
//! confirms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod common;

use common::{ledger, run, text};
use serde_json::Value;

fn asked(data: &str, question: &[&str]) -> Value {
    let arguments = ["query"].iter().chain(question);
    let rest = ["--data", data, "--output", "json"];
    serde_json::from_str(&run(arguments.chain(&rest).copied()).ok()).unwrap()
}

/// The rows stand under the name of what was asked: the only list of the answer.
fn rows(answer: &Value) -> &Vec<Value> {
    let mut values = answer.as_object().unwrap().values();
    values.find_map(Value::as_array).unwrap()
}

#[test]
fn registers_histories_and_stock_agree() {
    let dir = ledger();
    let data = text(dir.path());
    let stock = asked(data, &["stock"]);
    let card = rows(&stock)
        .iter()
        .find(|row| row["batch"].is_string() && row["on_hand"] != "0")
        .unwrap();
    let (facility, item) = (
        card["facility"].as_str().unwrap(),
        card["item"].as_str().unwrap(),
    );
    let batch = card["batch"].as_str().unwrap();
    let of_batch = [
        "movements",
        "--facility",
        facility,
        "--item",
        item,
        "--batch",
        batch,
    ];
    let movements = asked(data, &of_batch);
    let last = rows(&movements).last().unwrap();
    assert_eq!(last["balance"], card["on_hand"]);
    assert_eq!(movements["rows_total"], rows(&movements).len());

    // Every document of the register is in the history of the batch, and the first one in that of its paper.
    let name = format!("batch:{item}/{batch}");
    let history = asked(data, &["history", &name]);
    let indexes: Vec<&Value> = rows(&history).iter().map(|row| &row["index"]).collect();
    for row in rows(&movements) {
        assert!(indexes.contains(&&row["index"]));
    }
    let first = &rows(&movements)[0];
    let paper = format!("document:{}", first["document"].as_str().unwrap());
    let of_paper = asked(data, &["history", &paper]);
    assert!(
        rows(&of_paper)
            .iter()
            .any(|row| row["index"] == first["index"])
    );

    let past = first["index"].as_u64().unwrap() + 1;
    let past = past.to_string();
    let known = asked(data, &[&of_batch[..], &["--as-of", &past]].concat());
    assert_eq!(rows(&known).len(), 1);
}

#[test]
fn open_discrepancies_come_first() {
    let dir = ledger();
    let data = text(dir.path());
    let all = asked(data, &["discrepancies"]);
    let open = asked(data, &["discrepancies", "--open"]);
    let answered = asked(data, &["discrepancies", "--answered"]);
    let count = |answer: &Value| answer["rows_total"].as_u64().unwrap();
    assert_eq!(count(&all), count(&open) + count(&answered));
    assert!(count(&open) > 0, "the demo plants some");
    assert_eq!(rows(&all)[0], rows(&open)[0]);
    let rule = rows(&all)[0]["rule"].as_str().unwrap();
    let of_rule = asked(data, &["discrepancies", "--rule", rule]);
    assert!(rows(&of_rule).iter().all(|row| row["rule"] == rule));
}

#[test]
fn what_cannot_be_asked_is_told() {
    let dir = ledger();
    let data = text(dir.path());
    let query = |question: &[&str]| {
        let arguments = ["query"].iter().chain(question);
        run(arguments.chain(&["--data", data]).copied())
    };
    let told = query(&["history", "batch"]).fails(2, "kind, colon, name");
    assert!(told.contains("requisition"), "{told}");
    query(&["history", "batch:AMOX"]).fails(2, "INVALID_FIELD");
    query(&["history", "item:AMOX", "--kind", "StockEaten"]).fails(2, "StockEaten");
    query(&["movements"]).fails(2, "name a facility or an item");
    query(&["movements", "--item", "A", "--governorate", "EG-C"]).fails(2, "does not restrict");
    query(&["discrepancies", "--rule", "NO_RULE"]).fails(2, "NO_RULE");
    query(&["processes", "--order-by", "title"]).fails(2, "ORDER_BY_UNKNOWN");
    assert!(rows(&asked(data, &["processes", "medicine"])).is_empty());
}
