//! A mirror beside a running server: killed at any moment it comes to the same bytes, and whoever serves it gives the server's own
//! answers without holding anything that is withheld.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod logs;
mod server;
mod small_ledger;

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use logs::{entries, log_key, mirror_once, run, sijill, text, within_long};
use server::{Home, ORIGIN, Registrar, Server, reason};
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::disclosure::{self, Disclosed, Disclosure, LegalOrder, PartRef};
use sijill_ledger_core::domain::stock::{Command, Stock};
use sijill_ledger_core::domain::values::{DocumentNumber, OfficialId, Sha256, Text};
use sijill_ledger_core::event::{Actor, ActorId, Event, Role};
use sijill_ledger_core::ledger::{Context, Ledger, OsSalts, Surroundings, event_id};
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Attachments, EventStore as _, Part, StoredPart};
use sijill_ledger_core::time::{Clock, SystemClock};
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use small_ledger::SECRET;
use uuid::Uuid;

const TOOLS: &str = "sijill.test/tools";
const ROUNDS: u64 = 8;

async fn receipt(server: &Server, index: u64) -> pb::GetReceiptResponse {
    let mut client = AuditServiceClient::new(server.channel());
    let asked = pb::GetReceiptRequest {
        index,
        wait_millis: 60_000,
    };
    client.get_receipt(asked).await.unwrap().into_inner()
}

fn public(server: &Server) -> String {
    format!("http://{}", server.public)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_killed_at_any_moment_comes_to_the_same_bytes() {
    let home = Home::new();
    let vkey = log_key(&home.file("log.key"), ORIGIN);
    let key = home.file("log.key");
    let server = home.serve(&["--log-key", text(&key), "--checkpoint-every", "100ms"]);
    let (url, copied) = (public(&server), server.home().file("mirror"));
    let mut registrar = Registrar::new(&server);
    let listing = tokio::spawn(async move {
        let mut last = 0;
        for number in 0..900 {
            last = registrar.list(number).await.unwrap();
        }
        last
    });
    let mut random: u64 = 12_345;
    for round in 0..ROUNDS {
        let mut command = sijill();
        command.args(["mirror", &url, text(&copied), "--vkey", &vkey]);
        command.args(["--every", "100ms"]).stdout(Stdio::null());
        let mut mirror = command.stderr(Stdio::null()).spawn().unwrap();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(round);
        tokio::time::sleep(Duration::from_millis(100 + (random >> 33) % 1_500)).await;
        let ended_before = mirror.try_wait().unwrap();
        assert_eq!(ended_before, None, "it goes on until it is killed");
        mirror.kill().unwrap();
        mirror.wait().unwrap();
        if copied.join("log").is_dir() && EmbeddedStore::open_read_only(&copied).is_ok() {
            let held = entries(&copied);
            assert!(held == entries(&server.home().data())[..held.len()]);
        }
    }
    let last = listing.await.unwrap();
    receipt(&server, last).await;
    let ran = mirror_once(&url, &copied, &vkey, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let (held, log) = (entries(&copied), entries(&server.home().data()));
    assert_eq!(held.len(), log.len());
    assert!(held == log);
}

/// A server over the small ledger, which signs.
fn serve(home: Home) -> Server {
    let mut command = sijill();
    command.args(["serve", "--checkpoint-every", "100ms"]);
    command.arg("--data").arg(home.data());
    command.arg("--log-key").arg(home.file("log.key"));
    command.arg("--keys").arg(home.file("key.public.json"));
    Server::spawn(home, command)
}

fn digests(of: &[&str]) -> Vec<serde_json::Value> {
    let mut arguments = vec!["digest", "--output", "json"];
    arguments.extend(of);
    let ran = run(&arguments);
    assert_eq!(ran.status, 0, "{ran:?}");
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let rows = answer["digests"].as_array().unwrap().clone();
    assert!(rows.len() >= 5, "{answer}");
    rows
}

/// Whether a file below a directory has these bytes.
fn holds(dir: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(needle.len()).any(|found| found == needle)
    })
}

fn registrar() -> Actor {
    Actor {
        id: ActorId::Official(OfficialId::new("huda").unwrap()),
        role: Role::Registrar,
        position: None,
    }
}

/// Publishes the withheld part of an entry, as a rule would that released it.
fn disclose(dir: &Path, index: u64) {
    let (event, held) = small_ledger::runtime().block_on(async {
        let ledger = small_ledger::open(dir);
        let parts = ledger.store().parts(index).await.unwrap();
        let batch = ledger.store().read_log(index).await.unwrap();
        let event = batch.get(0).unwrap().1.id;
        (event, parts.into_iter().next().unwrap())
    });
    let StoredPart::Known(Part { class, salt, bytes }) = held else {
        panic!("{held:?}")
    };
    let part = PartRef {
        event,
        index,
        part: 0,
    };
    let disclosed = Disclosed {
        part,
        class,
        salt,
        bytes,
    };
    let stream = Disclosure::stream(event);
    small_ledger::smuggle(dir, index, Some(stream.as_str()), |entry| {
        let event = Event::Disclosure(disclosure::Event::PartDisclosed(disclosed));
        let encoded = codec::encode(&event).unwrap();
        let id = Uuid::from_u128(1_002);
        let mut metadata = codec::decode_metadata(&entry.metadata).unwrap();
        metadata.command_id = id;
        let (actor, stream) = (small_ledger::context(0).actor.id, &stream);
        entry.id = event_id(TOOLS, &actor, stream, id, 0);
        entry.metadata = codec::encode_metadata(&metadata).unwrap();
        (entry.kind, entry.data) = (encoded.kind, encoded.data);
        entry.withheld.clear();
    });
}

fn erase(dir: &Path, index: u64) {
    small_ledger::runtime().block_on(async {
        let ledger = small_ledger::open(dir);
        let order = LegalOrder {
            number: DocumentNumber::new("C-1").unwrap(),
            authority: Text::new("Court of Cairo").unwrap(),
            grounds: Text::new("privacy").unwrap(),
        };
        let context = Context::new(Uuid::from_u128(1_003), registrar());
        ledger.erase(index, 0, order, context).await.unwrap();
        ledger.store().close();
    });
}

/// Off the test's own runtime: these make one of their own.
fn apart(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_without_withheld_parts_gives_the_servers_answers() {
    let home = Home::new();
    apart(|| logs::copy(small_ledger::written().path(), &home.data()));
    let vkey = log_key(&home.file("log.key"), TOOLS);
    let (key, policy) = (LogVerifier::parse(&vkey).unwrap(), Policy::unwitnessed());
    let valid = |answer: &pb::GetReceiptResponse| {
        let proof = Proof::parse(&answer.receipt).unwrap();
        proof.verify(&answer.entry, &key, &policy).is_ok()
    };

    let server = serve(home);
    let before = [receipt(&server, 20).await, receipt(&server, 21).await];
    let copied = server.home().file("mirror");
    let ran = mirror_once(&public(&server), &copied, &vkey, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let first = digests(&["--server", &server.url()]);
    assert_eq!(digests(&["--data", text(&copied)]), first);
    let (_, _, home) = server.stop();
    assert!(holds(&home.data(), SECRET.as_bytes()) && !holds(&copied, SECRET.as_bytes()));

    // One part is disclosed, another is erased.
    apart(|| disclose(&home.data(), 20));
    apart(|| erase(&home.data(), 21));
    let server = serve(home);
    // What was published before is shown until there is more.
    let last = entries(&server.home().data()).len() as u64 - 1;
    receipt(&server, last).await;
    let after = [receipt(&server, 20).await, receipt(&server, 21).await];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.entry, after.entry);
        assert!(valid(before) && valid(after));
    }
    let ran = mirror_once(&public(&server), &copied, &vkey, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let second = digests(&["--server", &server.url()]);
    assert_ne!(second, first);
    assert_eq!(digests(&["--data", text(&copied)]), second);
    assert!(holds(&copied, SECRET.as_bytes()), "it was disclosed");

    // What reads a ledger reads a mirror.
    let stock = |dir: &Path| {
        let asked = run(&["query", "stock", "--output", "json", "--data", text(dir)]);
        assert_eq!(asked.status, 0, "{asked:?}");
        asked.out
    };
    assert_eq!(stock(&copied), stock(&server.home().data()));
    for reading in [&["proof", "21"][..], &["doctor"]] {
        let ran = run(&[reading, &["--data", text(&copied)]].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    // The disclosure went past the ledger: what concerns a person is never published, and whoever decides again says so.
    let ran = run(&["verify", "--data", text(&copied)]);
    assert_eq!(ran.status, 4, "{ran:?}");
    assert!(ran.out.contains("DISCLOSURE_NEVER_PERSON"), "{ran:?}");

    // Whoever serves the mirror answers the same, follows, and takes no command.
    let mut command = sijill();
    command.arg("serve").arg("--data").arg(&copied);
    command
        .arg("--keys")
        .arg(server.home().file("key.public.json"));
    let beside = Server::spawn(Home::new(), command);
    assert_eq!(digests(&["--server", &beside.url()]), second);
    within_long("it shows the checkpoint", || {
        beside.public("/checkpoint") == server.public("/checkpoint")
    });
    let mut asked = tonic::Request::new(server::register_item(1));
    server::bear(&mut asked, &server.token(&server::registrar()));
    let mut client =
        sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient::new(
            beside.channel(),
        );
    let refused = client.register_item(asked).await.unwrap_err();
    assert_eq!(reason(&refused), "READ_ONLY_NODE");

    let mut command = sijill();
    command.args(["mirror", &public(&server), text(&copied), "--vkey", &vkey]);
    command.args(["--every", "100ms"]);
    let mut mirror = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let index = Registrar::new(&server).list(1).await.unwrap();
    let answer = receipt(&beside, index).await;
    assert!(valid(&answer));
    assert_eq!(answer.entry, receipt(&server, index).await.entry);
    within_long("its views follow", || {
        digests(&["--server", &beside.url()]) == digests(&["--server", &server.url()])
    });
    server::signal(mirror.id(), "TERM");
    assert!(mirror.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_come_along_and_missing_ones_are_told_and_fetched_later() {
    let home = Home::new();
    apart(|| logs::copy(small_ledger::written().path(), &home.data()));
    let vkey = log_key(&home.file("log.key"), TOOLS);
    let kept = Attachments::new(&home.data());
    let [here, missing] = [&b"a scan"[..], b"another scan"].map(|scan| kept.put(scan).unwrap());
    {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let options = Options::new(home.data(), Arc::clone(&clock));
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let surroundings = Surroundings {
            clock,
            salts: Arc::new(OsSalts),
            attachments: Some(kept.clone()),
        };
        let ledger = Ledger::with(store, surroundings);
        for (n, hash) in [(900, here), (902, missing)] {
            let Command::Issue(mut issue) = small_ledger::document(n) else {
                panic!("not an issue")
            };
            issue.document.attachment = Some(Sha256(hash.0));
            let stream = small_ledger::facility(n % 2);
            let command = Command::Issue(issue);
            let context = small_ledger::context(2_000 + n);
            let stream = Stock::stream(&stream);
            ledger
                .execute::<Stock>(&stream, command, context)
                .await
                .unwrap();
        }
        ledger.store().close();
    }
    let name = missing.to_string();
    let path = home
        .data()
        .join("attachments")
        .join(&name[..2])
        .join(&name[2..]);
    std::fs::remove_file(path).unwrap();

    let server = serve(home);
    receipt(&server, small_ledger::EVENTS + 1).await;
    let copied = server.home().file("mirror");
    let ran = mirror_once(&public(&server), &copied, &vkey, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("does not serve: 1"), "{ran:?}");
    let mirrored = Attachments::new(&copied);
    assert_eq!(mirrored.get(here).unwrap(), b"a scan");
    assert!(!mirrored.has(missing).unwrap());
    kept.put(b"another scan").unwrap();
    let ran = mirror_once(&public(&server), &copied, &vkey, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(mirrored.get(missing).unwrap(), b"another scan");
    let noted = std::fs::read_to_string(copied.join("attachments.missing"));
    assert_eq!(noted.unwrap(), "");
}
