//! `sijill verify` on whole, damaged and forged ledgers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

mod small_ledger;

use serde_json::Value;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure::{self, Disclosed, Disclosure, PartRef};
use sijill_ledger_core::domain::stock;
use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::event::{Event, Metadata};
use sijill_ledger_core::store::{EventStore as _, Part, PartClass, StoredPart};
use small_ledger::{DOCUMENTS, EVENTS, Ran, flip, path, segment, sijill, smuggle, written};
use uuid::Uuid;

fn verify(dir: &tempfile::TempDir) -> Ran {
    sijill(&["verify", "--data", &path(dir), "--output", "json"])
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap()
}

/// Every check but those named passed or stopped; the named one failed at this index.
#[track_caller]
fn assert_fails(ran: &Ran, name: &str, index: u64) {
    assert_eq!(ran.status, 4, "{}{}", ran.out, ran.err);
    let report = ran.json();
    let failed = check(&report, name);
    assert_eq!(failed["outcome"], "failed", "{report}");
    assert_eq!(failed["index"], index, "{report}");
    let message = format!("error[DATA_DAMAGED]: the log is damaged at index {index}: ");
    assert!(ran.err.contains(&message), "{}", ran.err);
    assert!(ran.err.contains("what to do:"), "{}", ran.err);
}

#[test]
fn a_whole_ledger_passes_every_check() {
    let dir = written();
    let ran = verify(&dir);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    for name in ["stored", "decoded", "order", "ids", "possible", "unique"] {
        assert_eq!(check(&report, name)["outcome"], "passed");
        assert_eq!(check(&report, name)["count"], EVENTS, "{name}");
    }
    assert_eq!(check(&report, "withheld")["count"], DOCUMENTS);
    // Each document read its facility, its item and the ruleset.
    assert!(check(&report, "facts")["count"].as_u64().unwrap() >= 3 * DOCUMENTS);
    assert_eq!(check(&report, "balances")["count"], 2);
    assert_eq!(report["streams"], 5);
    let table = sijill(&["verify", "--data", &path(&dir)]);
    assert!(table.out.contains("the log is whole"), "{}", table.out);
}

#[test]
fn it_verifies_beside_a_running_writer() {
    let dir = written();
    let writer = small_ledger::open(dir.path());
    assert_eq!(verify(&dir).status, 0);
    drop(writer);
}

#[test]
fn a_flipped_bit_is_reported_with_its_index() {
    let dir = written();
    // Document N-7 is the eighth after the registry.
    flip(&segment(dir.path()), b"N-7", 0);
    assert_fails(&verify(&dir), "stored", 10);
    let without_index = dir.path().join("index");
    std::fs::remove_file(without_index).unwrap();
    // Now the damage is found when the log is opened.
    assert_fails(&verify(&dir), "stored", 10);
}

#[test]
fn a_changed_withheld_part_is_reported_with_its_entry() {
    let dir = written();
    let secret = small_ledger::SECRET.as_bytes();
    flip(&dir.path().join("withheld"), secret, 4);
    assert_fails(&verify(&dir), "withheld", 7);
}

#[test]
fn a_wrong_derived_file_is_no_damage_and_is_told() {
    let dir = written();
    flip(&dir.path().join("index"), b"stock-F0", 0);
    let ran = verify(&dir);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("sijill rebuild"), "{}", ran.err);
}

#[test]
fn an_event_id_that_does_not_follow_from_its_command_is_found() {
    let dir = written();
    smuggle(dir.path(), 20, None, |entry| entry.id = Uuid::from_u128(7));
    assert_fails(&verify(&dir), "ids", EVENTS);
}

#[test]
fn a_facility_that_is_opened_twice_is_found() {
    let dir = written();
    // The facility F0 was opened at index 1; nobody opens it twice.
    let id = Uuid::from_u128(1_000);
    smuggle(dir.path(), 1, None, |entry| {
        let mut metadata = sijill_ledger_core::codec::decode_metadata(&entry.metadata).unwrap();
        metadata.command_id = id;
        entry.id = event_id("facility-F0", id);
        entry.metadata = sijill_ledger_core::codec::encode_metadata(&metadata).unwrap();
    });
    let ran = verify(&dir);
    assert_fails(&ran, "decided_facilities", EVENTS);
    let report = ran.json();
    assert_eq!(
        check(&report, "decided_facilities")["code"],
        "FACILITY_OPEN"
    );
}

#[test]
fn a_fact_that_was_not_in_the_log_is_found() {
    let dir = written();
    let id = Uuid::from_u128(1_001);
    smuggle(dir.path(), 20, None, |entry| {
        let mut metadata = sijill_ledger_core::codec::decode_metadata(&entry.metadata).unwrap();
        metadata.command_id = id;
        metadata.facts[0].revision = Some(99);
        // The entry at 20 is document N-17, of facility F1.
        entry.id = event_id("stock-F1", id);
        entry.metadata = sijill_ledger_core::codec::encode_metadata(&metadata).unwrap();
    });
    assert_fails(&verify(&dir), "facts", EVENTS);
}

/// The log with a disclosure of the withheld part of the entry at index 20, changed.
fn disclosed(change: impl Fn(&mut Disclosed)) -> tempfile::TempDir {
    let dir = written();
    let (event, held) = small_ledger::runtime().block_on(async {
        let ledger = small_ledger::open(dir.path());
        let parts = ledger.store().parts(20).await.unwrap();
        let batch = ledger.store().read_log(20).await.unwrap();
        (
            batch.get(0).unwrap().1.id,
            parts.into_iter().next().unwrap(),
        )
    });
    let StoredPart::Known(Part { class, salt, bytes }) = held else {
        panic!("{held:?}")
    };
    let (index, part) = (20, 0);
    let part = PartRef { event, index, part };
    let mut disclosed = Disclosed {
        part,
        class,
        salt,
        bytes,
    };
    change(&mut disclosed);
    let stream = Disclosure::stream(event);
    smuggle(dir.path(), 20, Some(stream.as_str()), |entry| {
        let event = Event::Disclosure(disclosure::Event::PartDisclosed(disclosed));
        let encoded = codec::encode(&event).unwrap();
        let id = Uuid::from_u128(1_002);
        let mut metadata = codec::decode_metadata(&entry.metadata).unwrap();
        metadata.command_id = id;
        entry.id = event_id(stream.as_str(), id);
        entry.metadata = codec::encode_metadata(&metadata).unwrap();
        (entry.kind, entry.data) = (encoded.kind, encoded.data);
        entry.withheld.clear();
    });
    dir
}

#[test]
fn a_disclosure_of_something_else_than_its_entry_holds_is_found() {
    // What is published is what the entry holds, and yet it is a person's.
    let true_content = verify(&disclosed(|_| {}));
    assert_fails(&true_content, "decided_disclosures", EVENTS);
    assert!(
        true_content.err.contains("DISCLOSURE_NEVER_PERSON"),
        "{}",
        true_content.err
    );
    let forgeries: [fn(&mut Disclosed); 6] = [
        |it| it.bytes = b"made up".to_vec(),
        |it| it.salt = [0; 32],
        |it| it.class = PartClass::Security,
        |it| it.part.part = 1,
        |it| it.part.index = 19,
        |it| it.part.index = EVENTS,
    ];
    for forge in forgeries {
        assert_fails(&verify(&disclosed(forge)), "withheld", EVENTS);
    }
}

/// The log with one more issue of stock, of a quantity that `change` may alter, as its keeper's own command would be recorded.
fn issued(change: impl Fn(&mut stock::Issue, &mut Metadata)) -> tempfile::TempDir {
    let dir = written();
    let id = Uuid::from_u128(1_003);
    smuggle(dir.path(), 20, None, |entry| {
        let mut metadata = codec::decode_metadata(&entry.metadata).unwrap();
        // The entry at 20 is document N-17, of facility F1.
        let stock::Command::Issue(mut issue) = small_ledger::document(17) else {
            panic!("{}", entry.kind)
        };
        issue.document.note = None;
        metadata.command_id = id;
        change(&mut issue, &mut metadata);
        let encoded = codec::encode(&Event::Stock(stock::Event::StockIssued(issue))).unwrap();
        entry.id = event_id("stock-F1", id);
        entry.metadata = codec::encode_metadata(&metadata).unwrap();
        entry.data = encoded.data;
        entry.withheld.clear();
    });
    dir
}

#[test]
fn a_decision_that_the_rules_do_not_give_is_found() {
    let ran = verify(&issued(|_, _| {}));
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(check(&ran.json(), "decided_stock")["count"], DOCUMENTS + 1);
    assert_eq!(ran.json()["not_decided_again"], 0);
    // More than there is: a discrepancy would have been opened with it.
    let ran = verify(&issued(|issue, _| {
        issue.lines[0].quantity = 100_000.into();
    }));
    assert_fails(&ran, "decided_stock", EVENTS);
    assert!(ran.err.contains("DiscrepancyOpened"), "{}", ran.err);
    // Longer ago than the open window allows.
    let ran = verify(&issued(|_, metadata| {
        let at = metadata.decided_at.plus_days(-400);
        metadata.effective_at = EffectiveAt::new(at, 0).unwrap();
    }));
    assert_fails(&ran, "decided_stock", EVENTS);
    let code = check(&ran.json(), "decided_stock")["code"].clone();
    assert!(code.as_str().unwrap().starts_with("STOCK_"), "{code}");
}

#[test]
fn a_command_that_was_recorded_twice_is_found() {
    let dir = written();
    smuggle(dir.path(), 20, None, |_| {});
    assert_fails(&verify(&dir), "unique", EVENTS);
}

#[test]
fn an_entry_that_is_no_event_is_found() {
    let dir = written();
    smuggle(dir.path(), 20, None, |entry| entry.data = vec![0xFF; 9]);
    assert_fails(&verify(&dir), "decoded", EVENTS);
}

#[test]
fn a_directory_without_a_ledger_is_another_case() {
    let dir = tempfile::tempdir().unwrap();
    let ran = verify(&dir);
    assert_eq!(ran.status, 10, "{}", ran.err);
    assert!(ran.out.is_empty());
}

fn event_id(stream: &str, command: Uuid) -> Uuid {
    let stream = sijill_ledger_core::store::StreamName::new(stream).unwrap();
    let actor = small_ledger::context(0).actor.id;
    sijill_ledger_core::ledger::event_id("sijill.test/tools", &actor, &stream, command, 0)
}
