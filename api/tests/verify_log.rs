//! `sijill verify` on what is said about a log: its tree, checkpoints, signatures and receipts; from a directory, published
//! tiles and a server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "for tests")]

mod published;
mod small_ledger;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use published::{OLD_SIZE, Published, RECEIPT, SIZE};
use serde_json::Value;
use small_ledger::{Ran, flip, sijill, written, written_with};

/// One log for all tests here, none of which changes it.
static LOG: LazyLock<Published> = LazyLock::new(Published::new);

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn verify(place: &[&str], trust: &[String]) -> Ran {
    let mut arguments = vec!["verify", "--output", "json"];
    arguments.extend(place);
    arguments.extend(trust.iter().map(String::as_str));
    sijill(&arguments)
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap()
}

#[track_caller]
fn assert_passed(report: &Value, counts: &[(&str, u64)]) {
    for (name, count) in counts {
        let check = check(report, name);
        assert_eq!(check["outcome"], "passed", "{name}: {report}");
        assert_eq!(check["count"], *count, "{name}: {report}");
    }
}

/// What every way of verifying the whole log finds.
const PASSED: [(&str, u64); 6] = [
    ("stored", SIZE),
    ("possible", SIZE),
    ("root", SIZE),
    ("signature", 1),
    ("cosignatures", 2),
    ("known", 1),
];

#[test]
fn a_directory_is_what_was_signed() {
    let ran = verify(&["--data", &text(LOG.data.path())], &LOG.trust());
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    assert_passed(&report, &PASSED);
    assert_eq!(report["root"], LOG.root(SIZE).to_string());
}

#[test]
fn tiles_and_a_server_are_what_was_signed() {
    let dir = text(&LOG.dir());
    let server = serve(LOG.dir());
    for place in [["--tiles", &dir], ["--server", &server]] {
        let mut trust = LOG.trust();
        trust.extend(["--receipt".to_owned(), text(&LOG.receipt())]);
        let ran = verify(&place, &trust);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert!(
            ran.err.contains("the entry at index 123 is in the log"),
            "{}",
            ran.err
        );
        let report = ran.json();
        // The receipt's checkpoint is one more from which the log must have grown.
        let mut passed = PASSED;
        passed[5].1 = 2;
        assert_passed(&report, &passed);
        // Two full tiles and one partial tile of leaves, one tile above.
        assert_passed(&report, &[("tiles", 4)]);
        let absent = report["parts_absent"].as_u64().unwrap();
        assert_eq!(absent, SIZE - small_ledger::REGISTERED);
    }
}

#[test]
fn what_was_not_checked_is_said() {
    let ran = verify(&["--tiles", &text(&LOG.dir())], &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    for name in ["signature", "cosignatures", "known"] {
        assert_eq!(check(&report, name)["outcome"], "not_done", "{report}");
    }
    for option in ["--vkey", "--witnesses", "--known"] {
        assert!(ran.err.contains(option), "{option}: {}", ran.err);
    }
    let unpublished = written();
    let ran = verify(
        &["--data", &small_ledger::path(&unpublished)],
        &LOG.trust()[..2],
    );
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    for name in ["root", "signature", "cosignatures", "known"] {
        assert_eq!(check(&report, name)["outcome"], "not_done", "{report}");
    }
    assert!(
        ran.err.contains("no checkpoint was published"),
        "{}",
        ran.err
    );
}

/// Asserts that a check fails, at an index where one is known.
#[track_caller]
fn assert_fails(ran: &Ran, name: &str, index: Option<u64>, what: &str) {
    assert_eq!(ran.status, 4, "{}{}", ran.out, ran.err);
    let report = ran.json();
    let failed = check(&report, name);
    assert_eq!(failed["outcome"], "failed", "{report}");
    assert_eq!(failed["index"].as_u64(), index, "{report}");
    assert!(ran.err.contains(what), "{}", ran.err);
}

/// A directory with another history under the checkpoint that was published.
fn under_its_checkpoint(data: &tempfile::TempDir) -> String {
    fs::copy(
        LOG.data.path().join("checkpoint"),
        data.path().join("checkpoint"),
    )
    .unwrap();
    small_ledger::path(data)
}

#[test]
fn a_rewound_log_is_not_what_was_signed() {
    let data = written();
    let ran = verify(&["--data", &under_its_checkpoint(&data)], &LOG.trust());
    assert_fails(
        &ran,
        "root",
        Some(small_ledger::EVENTS),
        "the last ones were removed",
    );
    assert_fails(
        &ran,
        "known",
        Some(small_ledger::EVENTS),
        "the last ones were removed",
    );
}

#[test]
fn another_history_of_the_same_length_is_not_what_was_signed() {
    let data = written_with(SIZE - small_ledger::REGISTERED);
    let ran = verify(&["--data", &under_its_checkpoint(&data)], &LOG.trust());
    let text = format!("the root of the first {SIZE} entries");
    assert_fails(&ran, "root", None, &text);
    assert_eq!(check(&ran.json(), "signature")["outcome"], "passed");
    let known = check(&ran.json(), "known")["what"].clone();
    assert!(
        known
            .as_str()
            .unwrap()
            .contains(&format!("first {OLD_SIZE} entries")),
        "{known}"
    );
}

#[test]
fn a_changed_checkpoint_in_the_directory_is_found() {
    let data = written();
    under_its_checkpoint(&data);
    fs::write(data.path().join("checkpoint"), "no checkpoint\n").unwrap();
    let ran = verify(&["--data", &small_ledger::path(&data)], &[]);
    assert_fails(&ran, "root", None, "signature");
}

#[test]
fn another_key_and_another_policy_do_not_do() {
    let data = text(LOG.data.path());
    let other = sijill_ledger_core::log::note::LogKey::generate("sijill.test/tools").unwrap();
    let ran = verify(
        &["--data", &data],
        &["--vkey".to_owned(), other.verifier().vkey()],
    );
    assert_fails(&ran, "signature", None, "no signature of the given keys");
    let ran = verify(
        &["--data", &data],
        &["--vkey".to_owned(), "nonsense".to_owned()],
    );
    assert_eq!(ran.status, 9, "{}", ran.err);
    let absent =
        sijill_ledger_core::log::note::WitnessKey::generate("witness.test/absent").unwrap();
    let policy = LOG.policy().with_file_name("other-policy");
    let lines = format!(
        "witness absent {}\nquorum absent\n",
        absent.verifier().vkey()
    );
    fs::write(&policy, lines).unwrap();
    let ran = verify(
        &["--data", &data],
        &["--witnesses".to_owned(), text(&policy)],
    );
    assert_fails(&ran, "cosignatures", None, "0 known witnesses");
}

#[test]
fn a_receipt_verifies_offline() {
    let (receipt, entry) = (text(&LOG.receipt()), text(&LOG.entry()));
    let place = ["--receipt", &receipt, "--entry", &entry];
    let ran = verify(&place, &LOG.trust()[..4]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for said in [
        &format!("the entry at index {RECEIPT} is in the log"),
        "cosigned by one",
        "cosigned by two",
    ] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let other = LOG.entry().with_file_name("other-entry");
    fs::write(&other, &LOG.entries[7]).unwrap();
    let ran = verify(
        &["--receipt", &receipt, "--entry", &text(&other)],
        &LOG.trust()[..4],
    );
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("error[PROOF_NOT_INCLUDED]"), "{}", ran.err);
    assert_eq!(verify(&place, &[]).status, 2);
    assert_eq!(verify(&["--receipt", &receipt], &LOG.trust()).status, 2);
}

#[test]
fn a_wrong_tree_file_is_no_damage_and_is_told() {
    let data = written_with(300);
    let store = sijill_ledger_core::store::embedded::EmbeddedStore::create_or_open(
        sijill_ledger_core::store::embedded::Options::new(
            data.path(),
            std::sync::Arc::new(sijill_ledger_core::time::SystemClock::default()),
        ),
    );
    let store = store.unwrap();
    let tree = sijill_ledger_core::log::tree::Tree::open(&store).unwrap();
    tree.catch_up().unwrap();
    let leaf = tree.leaf(9).unwrap();
    drop(tree);
    store.close();
    let place = ["--data", &small_ledger::path(&data)];
    let ran = verify(&place, &[]);
    assert_passed(&ran.json(), &[("tiles", 1)]);
    flip(&data.path().join("tree/level-0"), &leaf.0, 0);
    let ran = verify(&place, &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("differ from the entries in 1 tiles, first in tile 0 of tree/level-0"),
        "{}",
        ran.err
    );
}

/// Serves a directory's files; the address.
fn serve(dir: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let dir = dir.clone();
            std::thread::spawn(move || answer(&stream.unwrap(), &dir));
        }
    });
    address
}

fn answer(mut stream: &TcpStream, dir: &Path) {
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    lines.find(String::is_empty);
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/');
    let (status, body) = match fs::read(dir.join(path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream
        .write_all(&[head.as_bytes(), &body].concat())
        .unwrap();
}

#[test]
fn a_server_that_lacks_a_file_is_found_out() {
    let copy = tempfile::tempdir().unwrap();
    for (name, bytes) in published::tiles(&LOG.entries) {
        published::put(&copy.path().join(name), &bytes);
    }
    let checkpoint = fs::read(LOG.dir().join("checkpoint")).unwrap();
    published::put(&copy.path().join("checkpoint"), &checkpoint);
    fs::remove_file(copy.path().join("tile/entries/001")).unwrap();
    let ran = verify(&["--server", &serve(copy.path().to_owned())], &LOG.trust());
    assert_fails(&ran, "tiles", Some(256), "tile/entries/001 is not here");
}
