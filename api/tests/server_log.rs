//! The published log of a running server: checkpoints, tiles, receipts and proofs, read and verified as a stranger would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::str::FromStr as _;

use server::{Home, Registrar, Server, eventually, reason, sijill};
use sha2::{Digest as _, Sha256};
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::tile::{TileId, TileKind};
use sijill_ledger_core::log::tree::RootBuilder;
use sijill_ledger_core::log::verify::verify_consistency;
use sijill_ledger_core::log::{Hash, bundle};
use sijill_ledger_core::store::{AttachmentHash, Attachments};
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use tonic::Code;
use tonic::transport::Channel;

/// Makes a key for the log of these tests; its public half.
fn log_key(home: &Home, name: &str) -> LogVerifier {
    let mut command = sijill();
    command.args(["keygen", "--log", "--origin", server::ORIGIN, "--out"]);
    let made = command.arg(home.file(name)).output().unwrap();
    vkey(&made)
}

fn vkey(made: &Output) -> LogVerifier {
    assert!(made.status.success(), "{}", text(&made.stderr));
    let printed = text(&made.stdout);
    LogVerifier::parse(printed.lines().last().unwrap()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn signing(home: Home, keys: &[&str]) -> Server {
    let mut arguments = vec!["--checkpoint-every".to_owned(), "100ms".to_owned()];
    for key in keys {
        arguments.push("--log-key".to_owned());
        arguments.push(home.file(key).display().to_string());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    home.serve(&arguments)
}

fn audit(server: &Server) -> AuditServiceClient<Channel> {
    AuditServiceClient::new(server.channel())
}

async fn receipt(server: &Server, index: u64) -> Result<pb::GetReceiptResponse, tonic::Status> {
    let asked = pb::GetReceiptRequest {
        index,
        wait_millis: 60_000,
    };
    let answer = audit(server).get_receipt(asked).await?;
    Ok(answer.into_inner())
}

/// Lists items; the index of the last one.
async fn list(server: &Server, numbers: std::ops::Range<u64>) -> u64 {
    let mut registrar = Registrar::new(server);
    let mut last = 0;
    for number in numbers {
        last = registrar.list(number).await.unwrap();
    }
    last
}

fn checkpoint(server: &Server) -> SignedCheckpoint {
    let (status, _, note) = server.public("/checkpoint");
    assert_eq!(status, 200);
    SignedCheckpoint::parse(&note).unwrap()
}

/// The root over all entries, as the tiles have them.
fn root_of_entries(size: u64, mut fetch: impl FnMut(&TileId) -> Vec<u8>) -> Hash {
    let mut tree = RootBuilder::new();
    for tile in TileId::between(0, size).filter(|tile| tile.kind() == TileKind::Entries) {
        let content = fetch(&tile);
        for entry in bundle::parse(&content, tile.width()).unwrap() {
            tree.push_entry(entry);
        }
    }
    assert_eq!(tree.size(), size);
    tree.root()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_verifies_receipts_tiles_and_consistency() {
    let home = Home::new();
    let key = log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    let first = list(&server, 0..3).await;
    let early = receipt(&server, first).await.unwrap();
    let last = list(&server, 3..300).await;
    let late = receipt(&server, last).await.unwrap();

    for answer in [&early, &late] {
        let proof = Proof::parse(&answer.receipt).unwrap();
        let verified = proof.verify(&answer.entry, &key, &Policy::unwitnessed());
        assert_eq!(verified.unwrap().index, answer.index);
        let mut other = answer.entry.clone();
        other[0] ^= 1;
        assert!(proof.verify(&other, &key, &Policy::unwitnessed()).is_err());
    }

    let (old, new) = (early.checkpoint.unwrap(), late.checkpoint.unwrap());
    let asked = pb::GetConsistencyProofRequest {
        old_size: old.size,
        new_size: Some(new.size),
    };
    let proof = audit(&server).get_consistency_proof(asked).await;
    let proof = proof.unwrap().into_inner();
    let hash = |bytes: &[u8]| Hash(bytes.try_into().unwrap());
    let hashes: Vec<Hash> = proof.hashes.iter().map(|bytes| hash(bytes)).collect();
    let (old_root, new_root) = (hash(&old.root), hash(&new.root));
    verify_consistency(old.size, old_root, new.size, new_root, &hashes).unwrap();
    assert_eq!((proof.old_root, proof.new_root), (old.root, new.root));

    let published = checkpoint(&server);
    assert!(published.signed_by(&key).unwrap());
    let size = published.checkpoint().size();
    assert!(size > last);
    let fetched = |tile: &TileId| {
        let (status, head, content) = server.public(&format!("/{}", tile.path()));
        assert_eq!(status, 200, "{tile}");
        assert!(head.contains("content-type: application/octet-stream\r\n"));
        assert_eq!(head.contains("immutable"), tile.is_full(), "{tile}: {head}");
        content
    };
    assert_eq!(
        root_of_entries(size, fetched),
        published.checkpoint().root()
    );
    for tile in TileId::between(0, size) {
        if let TileKind::Hashes(_) = tile.kind() {
            assert_eq!(
                fetched(&tile).len(),
                usize::from(tile.width()) * 32,
                "{tile}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_without_content_are_not_found_and_heads_are_answered() {
    let home = Home::new();
    log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    assert_eq!(server.public("/checkpoint").0, 404);
    let last = list(&server, 0..2).await;
    receipt(&server, last).await.unwrap();

    let (status, head, body) = server::http(server.public, "HEAD", "/checkpoint");
    assert_eq!((status, body.len()), (200, 0));
    assert!(
        head.contains("content-type: text/plain; charset=utf-8\r\n"),
        "{head}"
    );
    assert!(head.contains("cache-control: no-cache\r\n"), "{head}");
    let (_, _, whole) = server.public("/checkpoint");
    assert!(
        head.contains(&format!("content-length: {}\r\n", whole.len())),
        "{head}"
    );

    let size = checkpoint(&server).checkpoint().size();
    for path in [
        "/".to_owned(),
        "/tile/".to_owned(),
        "/tile/0/000".to_owned(),
        format!("/tile/0/000.p/{}", size + 1),
        "/tile/0/000.p/0".to_owned(),
        "/tile/1/000.p/1".to_owned(),
        "/tile/entries/001.p/1".to_owned(),
        "/tile/0/..%2f000.p/1".to_owned(),
        format!("/attachment/{}", "0".repeat(64)),
        "/attachment/..%2f..%2fhead".to_owned(),
    ] {
        let (status, head, _) = server.public(&path);
        assert_eq!(status, 404, "{path}");
        assert!(!head.contains("immutable"), "{path}: {head}");
    }
    let (status, _, _) = server::http(server.public, "POST", "/checkpoint");
    assert_eq!(status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proven_says_why() {
    let server = Server::start();
    let last = list(&server, 0..1).await;
    let asked = pb::GetReceiptRequest {
        index: last,
        wait_millis: 1,
    };
    let refused = audit(&server).get_receipt(asked).await.unwrap_err();
    assert_eq!(refused.code(), Code::DeadlineExceeded);
    assert_eq!(reason(&refused), "RECEIPT_NOT_YET");
    assert!(
        refused.message().contains("no checkpoint covers it"),
        "{refused:?}"
    );
    let asked = pb::GetReceiptRequest {
        index: last + 1,
        wait_millis: 60_000,
    };
    let refused = audit(&server).get_receipt(asked).await.unwrap_err();
    assert_eq!(reason(&refused), "ENTRY_NOT_FOUND");
    let asked = pb::GetConsistencyProofRequest::default();
    let refused = audit(&server).get_consistency_proof(asked).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOTHING_PUBLISHED");
    let asked = pb::GetReceiptRequest {
        index: last,
        wait_millis: 60_001,
    };
    let refused = audit(&server).get_receipt(asked).await.unwrap_err();
    assert_eq!(reason(&refused), "INVALID_FIELD");
    drop(server);

    let home = Home::new();
    log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    let last = list(&server, 0..1).await;
    receipt(&server, last).await.unwrap();
    let asked = pb::GetConsistencyProofRequest {
        old_size: 1_000,
        new_size: None,
    };
    let refused = audit(&server).get_consistency_proof(asked).await;
    assert_eq!(reason(&refused.unwrap_err()), "SIZE_BEYOND_LOG");
    let asked = pb::GetReceiptRequest {
        index: 1_000,
        wait_millis: 1,
    };
    let refused = audit(&server).get_receipt(asked).await.unwrap_err();
    assert!(
        refused.message().contains("no entry at index 1000"),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_followed_as_they_are_published() {
    let home = Home::new();
    log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    let asked = pb::FollowCheckpointsRequest {
        above_size: 0,
        heartbeat_seconds: 1,
    };
    let mut followed = audit(&server)
        .follow_checkpoints(asked)
        .await
        .unwrap()
        .into_inner();
    let heartbeat = followed.message().await.unwrap().unwrap();
    assert_eq!(heartbeat.checkpoint, None);
    let mut seen = 0;
    for round in 0..3 {
        let last = list(&server, round * 2..round * 2 + 2).await;
        while seen <= last {
            let Some(checkpoint) = followed.message().await.unwrap().unwrap().checkpoint else {
                continue;
            };
            assert!(checkpoint.size > seen, "{} after {seen}", checkpoint.size);
            seen = checkpoint.size;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_that_went_its_own_way_is_not_signed() {
    let home = Home::new();
    let key = log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    list(&server, 0..3).await;
    let (status, _, home) = server.stop();
    assert!(status.success());
    // The last signature comes at the end: everything is under it.
    let short = fs::read(home.data().join("checkpoint")).unwrap();
    copy(&home.data(), &home.file("backup"));

    let server = signing(home, &["log.key"]);
    let last = list(&server, 3..6).await;
    receipt(&server, last).await.unwrap();
    let (_, _, home) = server.stop();
    let long = SignedCheckpoint::parse(&fs::read(home.data().join("checkpoint")).unwrap()).unwrap();
    assert!(long.signed_by(&key).unwrap());
    fs::remove_dir_all(home.data()).unwrap();
    copy(&home.file("backup"), &home.data());

    // Shorter than what was signed, then longer, and different.
    let server = signing(home, &["log.key"]);
    eventually("the refusal is counted", || {
        server
            .get("/metrics")
            .1
            .contains("sijill_signing_refusals_total{code=\"LOG_REWOUND\"}")
    });
    list(&server, 100..110).await;
    eventually("the fork is seen", || {
        server
            .get("/metrics")
            .1
            .contains("sijill_signing_refusals_total{code=\"LOG_FORKED\"}")
    });
    assert_eq!(
        server.public("/checkpoint").2,
        short,
        "nothing new is published"
    );
    let (_, said, _) = server.stop();
    assert!(
        said.contains("LOG_REWOUND") && said.contains("LOG_FORKED"),
        "{said}"
    );
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status();
    assert!(copied.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_with_an_overlap_or_at_once() {
    let home = Home::new();
    let old = log_key(&home, "old.key");
    let server = signing(home, &["old.key"]);
    let last = list(&server, 0..2).await;
    let kept = receipt(&server, last).await.unwrap();
    let (_, _, home) = server.stop();

    let new = log_key(&home, "new.key");
    let server = signing(home, &["old.key", "new.key"]);
    let last = list(&server, 2..4).await;
    receipt(&server, last).await.unwrap();
    let both = checkpoint(&server);
    assert!(both.signed_by(&old).unwrap() && both.signed_by(&new).unwrap());
    let (_, _, home) = server.stop();

    let server = signing(home, &["new.key"]);
    let last = list(&server, 4..6).await;
    receipt(&server, last).await.unwrap();
    let after = checkpoint(&server);
    assert!(!after.signed_by(&old).unwrap() && after.signed_by(&new).unwrap());
    let (_, _, home) = server.stop();
    // What the old key has signed stays good.
    let proof = Proof::parse(&kept.receipt).unwrap();
    proof
        .verify(&kept.entry, &old, &Policy::unwitnessed())
        .unwrap();

    let mut command = sijill();
    command
        .args(["keygen", "--log", "--replaces"])
        .arg(home.file("new.key"));
    let made = command
        .arg("--out")
        .arg(home.file("newest.key"))
        .output()
        .unwrap();
    let newest = vkey(&made);
    let server = signing(home, &["newest.key"]);
    let last = list(&server, 6..8).await;
    receipt(&server, last).await.unwrap();
    assert!(checkpoint(&server).signed_by(&newest).unwrap());
    let (_, _, home) = server.stop();
    refused(&home, "new.key", "STATE_MISSING");
}

/// That a key is refused at the start, with a code.
fn refused(home: &Home, key: &str, code: &str) {
    let mut command = sijill();
    command.args([
        "serve",
        "--no-metrics",
        "--no-public",
        "--listen",
        "127.0.0.1:0",
    ]);
    command
        .args(["--origin", server::ORIGIN, "--data"])
        .arg(home.data());
    let ended = command
        .arg("--log-key")
        .arg(home.file(key))
        .output()
        .unwrap();
    assert!(!ended.status.success());
    let said = text(&ended.stderr);
    assert!(said.contains(code), "{said}");
}

#[test]
fn keys_that_must_not_sign_are_refused() {
    let home = Home::new();
    log_key(&home, "log.key");
    let (_, _, home) = home.serve(&[]).stop();
    for name in ["log.key", "log.key.state"] {
        fs::copy(home.file(name), home.data().join(name)).unwrap();
    }
    refused(&home, "data/log.key", "LOG_KEY_IN_DATA");
    std::os::unix::fs::symlink(home.file("log.key"), home.data().join("link")).unwrap();
    refused(&home, "data/link", "LOG_KEY_IN_DATA");
    std::os::unix::fs::symlink(home.data().join("log.key"), home.file("link")).unwrap();
    refused(&home, "link", "LOG_KEY_IN_DATA");
    refused(&home, "key.json", "INPUT_UNUSABLE");
    let mut command = sijill();
    command.args(["keygen", "--log", "--origin", "another.log", "--out"]);
    assert!(
        command
            .arg(home.file("other.key"))
            .output()
            .unwrap()
            .status
            .success()
    );
    refused(&home, "other.key", "INPUT_UNUSABLE");
    fs::remove_file(home.file("log.key.state")).unwrap();
    refused(&home, "log.key", "STATE_MISSING");
}

fn run(arguments: &[&str], paths: &[&Path]) -> Output {
    sijill().args(arguments).args(paths).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_gives_the_same_tiles_receipts_and_digests() {
    let home = Home::new();
    let key = log_key(&home, "log.key");
    let server = signing(home, &["log.key"]);
    let last = list(&server, 0..260).await;
    receipt(&server, last).await.unwrap();
    let url = server.url();
    let there = run(
        &[
            "--output", "json", "digest", "--at", "250", "--server", &url,
        ],
        &[],
    );
    assert!(there.status.success(), "{}", text(&there.stderr));
    let proof = server.home().file("7.proof");
    let entry = server.home().file("7.entry");
    let made = sijill()
        .args(["proof", "7", "--server", &url, "--out"])
        .arg(&proof)
        .arg("--entry")
        .arg(&entry)
        .output();
    assert!(made.unwrap().status.success());
    let (_, _, home) = server.stop();

    let (receipt, entry) = (fs::read(&proof).unwrap(), fs::read(&entry).unwrap());
    let verify = |receipt: &[u8]| {
        let proof = Proof::parse(receipt).unwrap();
        proof
            .verify(&entry, &key, &Policy::unwitnessed())
            .unwrap()
            .index
    };
    assert_eq!(verify(&receipt), 7);
    let data = home.data();
    let here = run(&["proof", "7", "--data"], &[&data]);
    assert!(here.status.success(), "{}", text(&here.stderr));
    assert_eq!(verify(&here.stdout), 7);
    let beyond = run(&["proof", "5000", "--data"], &[&data]);
    assert!(text(&beyond.stderr).contains("RECEIPT_NOT_YET"));
    let here = run(
        &["--output", "json", "digest", "--at", "250", "--data"],
        &[&data],
    );
    assert_eq!(text(&here.stdout), text(&there.stdout));
    assert_eq!(text(&here.stdout).matches("\"digest\":").count(), 7);

    let out = home.file("static");
    let exported = run(&["export", "tiles", "--data"], &[&data, &out]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let published = fs::read(out.join("checkpoint")).unwrap();
    assert_eq!(published, fs::read(data.join("checkpoint")).unwrap());
    let published = SignedCheckpoint::parse(&published).unwrap();
    let size = published.checkpoint().size();
    let root = root_of_entries(size, |tile| fs::read(out.join(tile.path())).unwrap());
    assert_eq!(root, published.checkpoint().root());
    // Again: nothing is new. After something was lost: it is back.
    let again = run(&["export", "tiles", "--data"], &[&data, &out]);
    assert!(
        text(&again.stdout).contains(" 0 new tiles"),
        "{}",
        text(&again.stdout)
    );
    fs::remove_file(out.join("tile/entries/000")).unwrap();
    fs::write(out.join("tile/0/000"), b"cut short").unwrap();
    let mended = run(&["export", "tiles", "--data"], &[&data, &out]);
    assert!(
        text(&mended.stdout).contains(" 2 new tiles"),
        "{}",
        text(&mended.stdout)
    );
    root_of_entries(size, |tile| fs::read(out.join(tile.path())).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_the_writer_shows_what_was_published() {
    let home = Home::new();
    let key = log_key(&home, "log.key");
    let writer = signing(home, &["log.key"]);
    let last = list(&writer, 0..3).await;
    receipt(&writer, last).await.unwrap();
    let mut command = sijill();
    command
        .args(["serve", "--read-only", "--data"])
        .arg(writer.home().data());
    let reader = Server::spawn(Home::new(), command);
    eventually("it shows the checkpoint", || {
        reader.public("/checkpoint").0 == 200
    });
    let last = list(&writer, 3..6).await;
    let answer = receipt(&reader, last).await.unwrap();
    let proof = Proof::parse(&answer.receipt).unwrap();
    proof
        .verify(&answer.entry, &key, &Policy::unwitnessed())
        .unwrap();
}

/// Text that hardly compresses, the same every time.
fn noise(bytes: usize) -> String {
    let mut state = 7_u64;
    let mut text = String::new();
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        write!(text, "{state:016x}").unwrap();
    }
    text
}

/// The attachments that are kept in a directory, by their names.
fn kept(data: &Path) -> Vec<String> {
    let folders = fs::read_dir(data.join("attachments")).unwrap();
    let mut names = Vec::new();
    for folder in folders.map(|folder| folder.unwrap().path()) {
        let first = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in fs::read_dir(&folder).unwrap() {
            names.push(format!(
                "{first}{}",
                file.unwrap().file_name().to_str().unwrap()
            ));
        }
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_that_events_name_are_served_and_exported_and_no_others() {
    let home = Home::new();
    log_key(&home, "log.key");
    let release = format!(
        r#"{{"ocid":"ocds-fict01-1","id":"1","date":"2026-03-01T09:30:00+02:00","tag":["tender"],"initiationType":"tender","tender":{{"title":"{}"}}}}"#,
        noise(150_000)
    );
    let file = home.file("release.jsonl");
    fs::write(&file, release).unwrap();
    let imported = sijill()
        .args(["import", "ocds", "--origin", server::ORIGIN])
        .arg(&file)
        .arg("--data")
        .arg(home.data())
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let named = kept(&home.data());
    assert_eq!(named.len(), 1);
    let orphan = Attachments::new(&home.data())
        .put(b"nobody named this")
        .unwrap();

    let server = signing(home, &["log.key"]);
    eventually("it is published", || server.public("/checkpoint").0 == 200);
    let (status, head, content) = server.public(&format!("/attachment/{}", named[0]));
    assert_eq!(status, 200);
    assert!(
        head.contains("immutable") && head.contains("nosniff"),
        "{head}"
    );
    assert_eq!(
        AttachmentHash::from_str(&named[0]),
        Ok(AttachmentHash(Sha256::digest(&content).into()))
    );
    assert!(
        head.contains(&format!("content-length: {}\r\n", content.len())),
        "{head}"
    );
    assert_eq!(server.public(&format!("/attachment/{orphan}")).0, 404);

    let (_, _, home) = server.stop();
    let out = home.file("static");
    let exported = run(&["export", "tiles", "--data"], &[&home.data(), &out]);
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    assert_eq!(
        fs::read(out.join("attachment").join(&named[0])).unwrap(),
        content
    );
    assert!(!out.join("attachment").join(orphan.to_string()).exists());
    fs::remove_dir_all(home.data().join("attachments")).unwrap();
    let server = signing(home, &["log.key"]);
    assert_eq!(server.public(&format!("/attachment/{}", named[0])).0, 404);
}
