//! `sijill replay`: the events, filtered, in every format; what is withheld stays withheld.

#![allow(clippy::unwrap_used, reason = "for tests")]

mod small_ledger;

use serde_json::Value;
use small_ledger::{EVENTS, Ran, SECRET, path, sijill, written};

fn replay(dir: &tempfile::TempDir, more: &[&str]) -> Ran {
    let data = path(dir);
    let ran = sijill(&[&["replay", "--data", data.as_str()], more].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(!ran.out.contains(SECRET), "withheld content was printed");
    ran
}

fn lines(ran: &Ran) -> Vec<Value> {
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn json_is_one_whole_event_a_line() {
    let dir = written();
    let events = lines(&replay(&dir, &["--output", "json"]));
    assert_eq!(events.len() as u64, EVENTS);
    for (index, event) in (0_u64..).zip(&events) {
        assert_eq!(event["index"], index);
        assert_eq!(event["metadata"]["actor"]["id"]["Official"], "huda");
    }
    let issue = &events[10];
    assert_eq!(issue["kind"], "sijill.events.v1.StockIssued");
    assert_eq!(issue["stream"], "stock-F1");
    assert_eq!(issue["data"]["document"]["number"], "N-7");
    assert_eq!(issue["data"]["document"]["note"], "withheld");
    assert_eq!(issue["data"]["lines"][0]["quantity"], "3");
    assert_eq!(issue["metadata"]["facts"].as_array().unwrap().len(), 3);
    let recorded = issue["recorded_at"].as_str().unwrap();
    assert!(
        recorded.starts_with("20") && recorded.ends_with('Z'),
        "{recorded}"
    );
}

#[test]
fn a_range_holds_its_first_index_and_not_its_last() {
    let dir = written();
    let events = lines(&replay(
        &dir,
        &["--from", "5", "--to", "9", "--output", "json"],
    ));
    let indexes: Vec<&Value> = events.iter().map(|event| &event["index"]).collect();
    assert_eq!(indexes, [5, 6, 7, 8]);
    let beyond = replay(&dir, &["--from", "1000", "--output", "json"]);
    assert_eq!(beyond.out, "");
}

#[test]
fn one_stream_in_order_within_a_range() {
    let dir = written();
    let stream = ["--stream", "stock-F1", "--output", "json"];
    let events = lines(&replay(&dir, &stream));
    assert_eq!(events.len(), 20);
    assert!(
        (0_u64..)
            .zip(&events)
            .all(|(revision, event)| event["revision"] == revision)
    );
    let some = lines(&replay(
        &dir,
        &[&stream[..], &["--from", "5", "--to", "9"]].concat(),
    ));
    assert!(some.iter().all(|event| event["stream"] == "stock-F1"));
    assert_eq!(some.len(), 2);
    let none = replay(&dir, &["--stream", "stock-NOBODY"]);
    assert_eq!(none.out, "no events here\n");
}

#[test]
fn tables_and_csv_say_what_moved() {
    let dir = written();
    let table = replay(&dir, &["--from", "3", "--to", "6"]);
    let rows: Vec<&str> = table.out.lines().collect();
    assert_eq!(rows.len(), 4, "a heading and three events");
    assert!(rows[0].contains("recorded at"));
    assert!(
        rows[1].contains("StockReceived") && rows[1].ends_with("gauze +1000"),
        "{}",
        rows[1]
    );
    assert!(
        rows[3].contains("StockIssued") && rows[3].ends_with("gauze −3"),
        "{}",
        rows[3]
    );
    let csv = replay(&dir, &["--from", "0", "--to", "2", "--output", "csv"]);
    let rows: Vec<&str> = csv.out.lines().collect();
    let heading = "index,recorded_at,effective_at,stream,revision,kind,actor,summary";
    assert_eq!(rows[0], heading);
    assert!(
        rows[1].contains("item-gauze,0,ItemListed,official:huda"),
        "{}",
        rows[1]
    );
    assert!(rows[1].contains("Gauze"), "{}", rows[1]);
    assert_eq!(rows.len(), 3);
}

#[test]
fn what_is_no_stream_is_said_so() {
    let dir = written();
    let ran = sijill(&["replay", "--data", &path(&dir), "--stream", "Stock F1"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("error[USAGE]"), "{}", ran.err);
}
