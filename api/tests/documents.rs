//! Documents over a running server and by the command line: up, down, taken up again, killed meanwhile, swept.
//!
//! `SIJILL_KILL_ROUNDS` (default 8) says how often the server is killed during uploads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use server::{Home, Server, Who, bear, eventually, reason, sijill};
use sijill_ledger_core::store::{AttachmentHash, Attachments, EventStore as _};
use sijill_schemas::documents::v1 as pb;
use sijill_schemas::documents::v1::documents_service_client::DocumentsServiceClient;
use sijill_schemas::procurement::v1::RecordReleaseRequest;
use sijill_schemas::procurement::v1::procurement_service_client::ProcurementServiceClient;
use sijill_schemas::types::v1::CommandContext;
use tokio::task::JoinSet;
use tonic::Request;

fn supplier() -> Who {
    Who::organization("NILE").role("supplier")
}

/// A document of its own for each number.
fn pdf(number: usize, bytes: usize) -> Vec<u8> {
    let mut content = format!("%PDF-1.7\n% {number}\n").into_bytes();
    let mut state = number as u64 + 1;
    while content.len() < bytes {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        content.extend(state.to_be_bytes());
    }
    content.truncate(bytes);
    content
}

/// A file with a token for somebody.
fn token_file(server: &Server, who: &Who, name: &str) -> PathBuf {
    let file = server.home().file(name);
    fs::write(&file, server.token(who)).unwrap();
    file
}

fn document(lang: &str, arguments: &[&str], files: &[(&str, &Path)]) -> Output {
    let mut command = sijill();
    command.args(["--lang", lang, "document"]).args(arguments);
    for (name, file) in files {
        if !name.is_empty() {
            command.arg(name);
        }
        command.arg(file);
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_file_goes_up_and_comes_down_and_what_broke_off_goes_on() {
    let server = Server::start();
    let token = token_file(&server, &supplier(), "token");
    let (file, out) = (
        server.home().file("terms.pdf"),
        server.home().file("got.pdf"),
    );
    let content = pdf(1, 3_000_000);
    fs::write(&file, &content).unwrap();
    let url = server.url();
    let put = |file: &Path, more: &[&str], lang: &str| {
        let arguments = [&["put", "--server", &url], more].concat();
        document(lang, &arguments, &[("--token-file", &token), ("", file)])
    };
    let uploaded = put(&file, &[], "en");
    assert!(uploaded.status.success(), "{}", text(&uploaded.stderr));
    let sha256 = text(&uploaded.stdout).trim().to_owned();
    assert_eq!(sha256, AttachmentHash::of(&content).to_string());
    let again = put(&file, &["--output", "json"], "en");
    let told = text(&again.stdout);
    assert!(told.contains(&sha256) && told.contains("3000000"), "{told}");

    // What an earlier call left: the beginning.
    let part = server.home().file("got.pdf.part");
    fs::write(&part, &content[..1_234_567]).unwrap();
    let get = |lang: &str| {
        let arguments = ["get", &sha256, "--server", &url];
        document(
            lang,
            &arguments,
            &[("--token-file", &token), ("--out", &out)],
        )
    };
    let got = get("en");
    assert!(got.status.success(), "{}", text(&got.stderr));
    assert_eq!(fs::read(&out).unwrap(), content);
    assert!(!part.exists());
    let in_the_way = get("ar");
    assert_eq!(in_the_way.status.code(), Some(2));
    // The beginning of something else is told, and goes.
    fs::remove_file(&out).unwrap();
    fs::write(&part, pdf(2, 500)).unwrap();
    let other = get("ar");
    assert_eq!(other.status.code(), Some(3));
    let told = text(&other.stderr);
    assert!(
        told.contains("DOCUMENT_HASH_DIFFERS") && told.contains("بصمته"),
        "{told}"
    );
    assert!(!part.exists() && !out.exists());
    // So is more than there is.
    fs::write(&part, pdf(2, 3_000_001)).unwrap();
    assert!(get("en").status.success());
    assert_eq!(fs::read(&out).unwrap(), content);

    for (more, code) in [
        (&["--media-type", "text/html"], "MEDIA_TYPE_NOT_TAKEN"),
        (&["--media-type", "image/png"], "DOCUMENT_TYPE_DIFFERS"),
    ] {
        for lang in ["en", "ar"] {
            let refused = put(&file, more, lang);
            assert_eq!(refused.status.code(), Some(2));
            let told = text(&refused.stderr);
            assert!(told.contains(code), "{told}");
            assert_eq!(told.contains('و'), lang == "ar", "{told}");
        }
    }
    let nobody = server.home().file("nobody.pdf");
    let arguments = ["get", &sha256, "--server", &url];
    let hidden = document("en", &arguments, &[("--out", &nobody)]);
    assert_eq!(hidden.status.code(), Some(3));
    assert!(text(&hidden.stderr).contains("DOCUMENT_NOT_FOUND"));
}

/// Uploads a PDF over a connection of its own.
async fn upload(
    channel: tonic::transport::Channel,
    token: String,
    content: Vec<u8>,
) -> Result<String, tonic::Status> {
    upload_as("application/pdf", channel, token, content).await
}

async fn upload_as(
    media_type: &str,
    channel: tonic::transport::Channel,
    token: String,
    content: Vec<u8>,
) -> Result<String, tonic::Status> {
    use pb::upload_document_request::Part;
    let announced = Part::Document(pb::UploadedDocument {
        media_type: media_type.to_owned(),
        size_bytes: content.len() as u64,
        sha256: String::new(),
    });
    let chunks: Vec<Vec<u8>> = content.chunks(64 << 10).map(<[u8]>::to_vec).collect();
    let parts = std::iter::once(announced).chain(chunks.into_iter().map(Part::Chunk));
    let parts = parts.map(|part| pb::UploadDocumentRequest { part: Some(part) });
    let mut request = Request::new(tokio_stream::iter(parts));
    bear(&mut request, &token);
    let mut documents = DocumentsServiceClient::new(channel);
    let uploaded = documents.upload_document(request).await?;
    Ok(uploaded.into_inner().sha256)
}

/// Every file under the attachments, by its path there.
fn files(data: &Path) -> BTreeSet<String> {
    let root = data.join("attachments");
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(&root).into_iter().flatten() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            found.insert(
                path.strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_during_uploads_keeps_what_it_acknowledged_and_nothing_torn() {
    let rounds = std::env::var("SIJILL_KILL_ROUNDS");
    let rounds: usize = rounds.map_or(8, |rounds| rounds.parse().unwrap());
    let mut home = Home::new();
    let mut acknowledged = BTreeSet::new();
    let (mut broken, mut left) = (0, 0);
    for round in 0..rounds {
        let server = home.serve(&[]);
        let token = server.token(&supplier());
        let mut at_once = JoinSet::new();
        for n in 0..6 {
            // Small ones end before the kill, large ones seldom.
            let content = pdf(round * 100 + n, if n < 2 { 20_000 } else { 12_000_000 });
            at_once.spawn(upload(server.channel(), token.clone(), content));
        }
        if round == 0 {
            // However slow the machine is, one is acknowledged.
            let first = at_once.join_next().await.unwrap();
            acknowledged.insert(first.unwrap().unwrap());
        }
        tokio::time::sleep(Duration::from_millis(40 + 60 * (round as u64 % 5))).await;
        let killed = tokio::task::spawn_blocking(move || server.kill());
        (_, _, home) = killed.await.unwrap();
        while let Some(uploaded) = at_once.join_next().await {
            match uploaded.unwrap() {
                Ok(sha256) => drop(acknowledged.insert(sha256)),
                Err(_) => broken += 1,
            }
        }
        let incoming = files(&home.data());
        left += incoming
            .iter()
            .filter(|path| path.starts_with("incoming/"))
            .count();
    }
    let server = home.serve(&[]);
    let (_, _, home) = server.stop();
    let after = files(&home.data());
    let incoming = after.iter().filter(|path| path.starts_with("incoming/"));
    assert_eq!(incoming.count(), 0, "the start sweeps: {after:?}");
    let attachments = Attachments::new(&home.data());
    let kept = attachments.list().unwrap();
    for stored in &kept {
        attachments.get(stored.hash).unwrap();
        assert!(
            after.contains(&format!("unnamed/{}", stored.hash)),
            "{} has no owner",
            stored.hash
        );
    }
    for sha256 in &acknowledged {
        attachments.get(sha256.parse().unwrap()).unwrap();
    }
    println!(
        "{rounds} rounds: {} acknowledged, {broken} broken off, {left} left over and swept, {} kept",
        acknowledged.len(),
        kept.len()
    );
    assert!(broken > 0, "no upload was interrupted");
    assert!(!acknowledged.is_empty(), "no upload was acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn auditors_bring_nothing_and_strangers_read_nothing() {
    let server = Server::start();
    for (who, expected) in [
        (Who::official("dina").role("auditor"), "ROLE_NOT_ALLOWED"),
        (
            Who::organization("WATCH").role("oversight"),
            "ROLE_NOT_ALLOWED",
        ),
    ] {
        let refused = upload(server.channel(), server.token(&who), pdf(1, 100)).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let sha256 = upload(server.channel(), server.token(&supplier()), pdf(1, 100))
        .await
        .unwrap();
    assert_eq!(server.public(&format!("/attachment/{sha256}")).0, 404);
}

/// Moves an upload back in time.
fn age(data: &Path, sha256: &str, days: u64) {
    let attachments = data.join("attachments");
    let then = SystemTime::now() - Duration::from_secs(days * 86_400);
    let content = File::options()
        .write(true)
        .open(attachments.join(&sha256[..2]).join(&sha256[2..]))
        .unwrap();
    content.set_modified(then).unwrap();
    let record = attachments.join("unnamed").join(sha256);
    let Ok(text) = fs::read_to_string(&record) else {
        return;
    };
    let (_, rest) = text.split_once('\t').unwrap();
    let micros = then
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_micros();
    fs::write(record, format!("{micros}\t{rest}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_old_uploads_that_nothing_names_are_swept() {
    let server = Server::start();
    let mut names = Vec::new();
    for n in 0..4 {
        let uploaded = upload(server.channel(), server.token(&supplier()), pdf(n, 1_000)).await;
        names.push(uploaded.unwrap());
    }
    // Named by a text of a public event only, not by a field for attachments.
    let release = r#"{"ocid":"ocds-fict01-1","id":"1","date":"2026-03-01T09:30:00+02:00","tag":["tender"],"initiationType":"tender","tender":{"title":"x"}}"#;
    let mut request = Request::new(RecordReleaseRequest {
        context: Some(CommandContext {
            request_id: uuid::Uuid::from_u128(7).to_string(),
            ..CommandContext::default()
        }),
        release: release.as_bytes().to_vec(),
        source: format!("see {}", names[1]),
    });
    bear(
        &mut request,
        &server.token(&Who::official("huda").role("registrar")),
    );
    let mut procurement = ProcurementServiceClient::new(server.channel());
    procurement.record_release(request).await.unwrap();
    let sweep = |data: &Path, more: &[&str]| {
        let arguments = [&["sweep", "--output", "json"], more].concat();
        document("en", &arguments, &[("--data", data)])
    };
    // Beside a running server nothing goes.
    let locked = sweep(&server.home().data(), &[]);
    assert_eq!(locked.status.code(), Some(5), "{}", text(&locked.stderr));
    let (_, _, home) = server.stop();
    let data = home.data();
    for name in &names[..3] {
        age(&data, name, 8);
    }
    let would = sweep(&data, &["--dry-run"]);
    assert!(would.status.success(), "{}", text(&would.stderr));
    assert_eq!(Attachments::new(&data).list().unwrap().len(), 4);
    let older = sweep(&data, &["--older-than", "9"]);
    assert!(!text(&older.stdout).contains(&names[0]));
    let swept = sweep(&data, &[]);
    assert_eq!(swept.stdout, would.stdout);
    let told = text(&swept.stdout);
    let gone: Vec<bool> = names
        .iter()
        .map(|name| told.contains(name.as_str()))
        .collect();
    assert_eq!(gone, [true, false, true, false]);
    let attachments = Attachments::new(&data);
    let here = names
        .iter()
        .map(|name| attachments.has(name.parse().unwrap()).unwrap());
    assert_eq!(here.collect::<Vec<_>>(), [false, true, false, true]);
    let records = files(&data);
    assert!(!records.contains(&format!("unnamed/{}", names[0])));
    assert!(records.contains(&format!("unnamed/{}", names[3])));
    let nothing = sweep(&data, &[]);
    assert!(!text(&nothing.stdout).contains(&names[0]));
}

/// A bid's documents lie here unnamed until the bid is opened.
#[tokio::test(flavor = "multi_thread")]
async fn sealed_documents_are_swept_only_where_the_operator_says_when() {
    let server = Server::start();
    let envelope = "application/vnd.sijill.envelope";
    let token = server.token(&supplier());
    let sealed = upload_as(envelope, server.channel(), token, vec![0x5a; 1_000]).await;
    let sealed = sealed.unwrap();
    let (_, _, home) = server.stop();
    let data = home.data();
    age(&data, &sealed, 30);
    for (more, goes) in [
        (&[][..], false),
        (&["--sealed-older-than", "31"], false),
        (&["--sealed-older-than", "29"], true),
    ] {
        let arguments = [&["sweep", "--output", "json"], more].concat();
        let swept = document("en", &arguments, &[("--data", &data)]);
        assert!(swept.status.success(), "{}", text(&swept.stderr));
        assert_eq!(text(&swept.stdout).contains(&sealed), goes, "{more:?}");
        let is_here = Attachments::new(&data)
            .has(sealed.parse().unwrap())
            .unwrap();
        assert_eq!(is_here, !goes, "{more:?}");
    }
}

#[test]
fn a_place_that_this_program_cannot_use_is_refused_and_nothing_is_noted() {
    let home = Home::new();
    let serve = |place: &str| -> Output {
        let mut command: Command = sijill();
        command.args([
            "serve",
            "--origin",
            server::ORIGIN,
            "--listen",
            "127.0.0.1:0",
        ]);
        command.args(["--no-metrics", "--no-public", "--attachments", place]);
        command.arg("--data").arg(home.data()).output().unwrap()
    };
    let refused = serve("ftp://elsewhere");
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("ftp://elsewhere"));
    assert!(!home.data().join("attachments").join("place").exists());
    let server = home.serve(&[]);
    eventually("it serves", || server.get("/healthz").0 == 200);
    let store =
        sijill_ledger_core::store::embedded::EmbeddedStore::open_read_only(server.home().data())
            .unwrap();
    assert_eq!(store.size(), 0);
}
