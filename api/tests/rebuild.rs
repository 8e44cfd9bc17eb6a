//! `sijill rebuild`: agrees with what was right, replaces what was wrong and says so.

#![allow(clippy::unwrap_used, reason = "for tests")]

mod small_ledger;

use serde_json::Value;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;
use sijill_projections::snapshot::Place;
use small_ledger::{EVENTS, Ran, path, runtime, sijill, written};

fn rebuild(dir: &tempfile::TempDir) -> Ran {
    sijill(&["rebuild", "--data", &path(dir), "--output", "json"])
}

fn outcomes(ran: &Ran) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let report = ran.json();
    assert_eq!(report["entries"], EVENTS);
    let rows = report["rebuilt"].as_array().unwrap();
    rows.iter()
        .map(|row| (text(&row["name"]), text(&row["outcome"])))
        .collect()
}

/// Of the index, of the shortage view, of each other view.
fn all([index, shortage, others]: [&str; 3]) -> Vec<(String, String)> {
    let views = sijill_projections::Views::NAMES
        .iter()
        .map(|name| match *name {
            "shortage" => (*name, shortage),
            other => (other, others),
        });
    std::iter::once(("index", index))
        .chain(views)
        .map(|(name, outcome)| (name.to_owned(), outcome.to_owned()))
        .collect()
}

#[test]
fn the_first_rebuild_saves_and_the_second_agrees() {
    let dir = written();
    let first = rebuild(&dir);
    assert_eq!(first.status, 0, "{}", first.err);
    assert_eq!(outcomes(&first), all(["agrees", "new", "new"]));
    let second = rebuild(&dir);
    assert_eq!(second.status, 0, "{}", second.err);
    assert_eq!(outcomes(&second), all(["agrees", "agrees", "agrees"]));
    for row in second.json()["rebuilt"].as_array().unwrap() {
        assert_eq!(row["before"], row["after"]);
        assert_eq!(row["after"].as_str().unwrap().len(), 64);
        assert_eq!(row["saved_at"], EVENTS);
    }
}

#[test]
fn without_a_saved_index_there_is_nothing_to_compare() {
    let dir = written();
    std::fs::remove_file(dir.path().join("index")).unwrap();
    let ran = rebuild(&dir);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(outcomes(&ran), all(["new", "new", "new"]));
    assert!(dir.path().join("index").exists());
}

#[test]
fn views_that_do_not_agree_with_the_log_are_replaced_and_reported() {
    let dir = written();
    // Views that saw only the first events, saved as if they had seen all: what a faulty program could leave.
    runtime().block_on(async {
        let store = std::sync::Arc::new(EmbeddedStore::open_read_only(dir.path()).unwrap());
        let mut runner = Runner::default();
        runner.catch_up_to(&store, EVENTS - 5).await.unwrap();
        let views = dir.path().join("views");
        let shortage = &runner.views().shortage;
        let last = store.entry(EVENTS - 1).unwrap();
        let place = Place {
            index: EVENTS,
            last_event: last.get(0).map(|(_, entry)| entry.id),
        };
        sijill_projections::snapshot::save(&views, store.origin(), place, shortage).unwrap();
    });
    let ran = rebuild(&dir);
    assert_eq!(ran.status, 4, "{}", ran.out);
    assert_eq!(outcomes(&ran), all(["agrees", "differs", "new"]));
    assert!(
        ran.err.contains("error[DATA_DAMAGED]") && ran.err.contains("shortage"),
        "{}",
        ran.err
    );
    let again = rebuild(&dir);
    assert_eq!(again.status, 0, "{}", again.err);
    assert_eq!(outcomes(&again), all(["agrees", "agrees", "agrees"]));
}

#[test]
fn it_waits_for_no_writer() {
    let dir = written();
    let writer = small_ledger::open(dir.path());
    let ran = rebuild(&dir);
    assert_eq!(ran.status, 5, "{}", ran.err);
    drop(writer);
}

#[test]
fn it_creates_no_ledger() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(rebuild(&dir).status, 10);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
