//! A log that lost entries: its signer refuses it, `sijill restore` makes it whole out of a copy, and where there is none begins a
//! log that says so; a signing state that was lost comes back only as far as it must.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod logs;
mod server;
mod small_ledger;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use logs::{
    Ran, Witness, copy, entries, log_key, mirror_once, published, run, sijill, text, within_long,
    witness_key,
};
use server::{Home, Registrar, Server};
use sijill_ledger_core::domain::disclosure::LegalOrder;
use sijill_ledger_core::domain::stock::Stock;
use sijill_ledger_core::domain::succession::{self, Succeeded, Succession};
use sijill_ledger_core::domain::values::SavedCheckpoint;
use sijill_ledger_core::domain::values::{DocumentNumber, OfficialId, Sha256, Text};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::log::note::LogVerifier;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{EventStore as _, StoredPart};
use sijill_ledger_core::time::{Clock, SystemClock};
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;
use uuid::Uuid;

const TOOLS: &str = "sijill.test/tools";
const SUCCESSOR: &str = "sijill.test/tools-2";
/// An entry with a withheld part that is erased after the backup.
const ERASED: u64 = 21;

/// A signed log with one witness, a backup of it, and what it became.
struct Scene {
    home: Home,
    vkey: String,
    witness: Witness,
}

impl Scene {
    fn new() -> Self {
        let home = Home::new();
        apart(|| copy(small_ledger::written().path(), &home.data()));
        let vkey = log_key(&home.file("log.key"), TOOLS);
        let cosigner = witness_key(&home.file("w.key"), "w.example");
        let enrolled = run(&[
            "witness",
            "enrol",
            "--state",
            text(&home.file("w.state")),
            TOOLS,
        ]);
        assert_eq!(enrolled.status, 0, "{enrolled:?}");
        std::fs::write(home.file("logs"), format!("{vkey}\n")).unwrap();
        let dir = home.file("");
        let witness = Witness::serve(&dir, "w", &home.file("logs"), "127.0.0.1:0");
        let policy = format!(
            "log {vkey}\nwitness w {cosigner} http://{}\nquorum w\n",
            witness.address
        );
        std::fs::write(home.file("policy"), policy).unwrap();
        Self {
            home,
            vkey,
            witness,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.file(name)
    }

    /// Serves a directory until `work` is done; what was logged.
    async fn served<T, F: Future<Output = T>>(
        self,
        dir: &str,
        work: impl FnOnce(Arc<Server>) -> F,
    ) -> (Self, T, String) {
        let Self {
            home,
            vkey,
            witness,
        } = self;
        let mut command = sijill();
        command.args(["serve", "--checkpoint-every", "100ms"]);
        command.arg("--data").arg(home.file(dir));
        command.arg("--log-key").arg(home.file("log.key"));
        command.arg("--witnesses").arg(home.file("policy"));
        command.arg("--keys").arg(home.file("key.public.json"));
        let server = Arc::new(Server::spawn(home, command));
        let done = work(Arc::clone(&server)).await;
        let server = Arc::into_inner(server).unwrap();
        let (_, log, home) = server.stop();
        let scene = Self {
            home,
            vkey,
            witness,
        };
        (scene, done, log)
    }

    /// Lists items and waits for the receipt of the last one; its index.
    async fn grown(self, from: u64, count: u64) -> (Self, pb::GetReceiptResponse) {
        let (scene, receipt, _) = self
            .served("data", |server| async move {
                let mut index = small_ledger::EVENTS - 1;
                for number in from..from + count {
                    index = Registrar::new(&server).list(number).await.unwrap();
                }
                receipt(&server, index).await
            })
            .await;
        (scene, receipt)
    }

    /// What was published last, kept.
    fn keep(&self, name: &str) -> PathBuf {
        let kept = self.path(name);
        std::fs::copy(self.path("data").join("checkpoint"), &kept).unwrap();
        kept
    }

    fn backup(&self, name: &str) {
        copy(&self.path("data"), &self.path(name));
    }

    fn restore(&self, dir: &str, from: &str, more: &[&str]) -> Ran {
        let (dir, from) = (self.path(dir), self.path(from));
        let mut all = vec!["restore", text(&dir), "--from", text(&from)];
        all.extend(["--vkey", &self.vkey, "--output", "json"]);
        all.extend(more);
        run(&all)
    }
}

async fn receipt(server: &Server, index: u64) -> pb::GetReceiptResponse {
    let mut client = AuditServiceClient::new(server.channel());
    let asked = pb::GetReceiptRequest {
        index,
        wait_millis: 60_000,
    };
    client.get_receipt(asked).await.unwrap().into_inner()
}

/// Off the test's own runtime: these make one of their own.
fn apart(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap());
}

fn official(id: &str, role: Role) -> Actor {
    Actor {
        id: ActorId::Official(OfficialId::new(id).unwrap()),
        role,
        position: None,
    }
}

async fn erase(dir: &Path, index: u64) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let store = EmbeddedStore::create_or_open(Options::new(dir, Arc::clone(&clock))).unwrap();
    let ledger = Ledger::new(Arc::new(store), clock);
    let order = LegalOrder {
        number: DocumentNumber::new("C-1").unwrap(),
        authority: Text::new("Court of Cairo").unwrap(),
        grounds: Text::new("privacy").unwrap(),
    };
    let context = Context::new(Uuid::from_u128(1_003), official("huda", Role::Registrar));
    ledger.erase(index, 0, order, context).await.unwrap();
    ledger.store().close();
}

async fn parts(dir: &Path) -> Vec<Vec<StoredPart>> {
    let store = EmbeddedStore::open_read_only(dir).unwrap();
    let mut parts = Vec::new();
    for index in 0..store.size() {
        parts.push(store.parts(index).await.unwrap());
    }
    parts
}

fn digests(dir: &Path) -> serde_json::Value {
    let ran = run(&["digest", "--output", "json", "--data", text(dir)]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    answer["digests"].clone()
}

fn sheet(ran: &Ran) -> serde_json::Value {
    let start = ran.out.find('{').expect("it prints a sheet");
    serde_json::from_str(&ran.out[start..]).unwrap()
}

#[track_caller]
fn assert_refused(ran: &Ran, status: i32, code: &str) {
    assert_eq!(ran.status, status, "{ran:?}");
    assert!(ran.err.contains(&format!("error[{code}]")), "{ran:?}");
}

/// Every file below a directory.
fn files(dir: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    all
}

/// A log of which there are a backup, a mirror and tiles; the backup has come back since and grown differently.
struct Lost {
    scene: Scene,
    /// Receipts from before the backup, and from after it.
    receipts: [pb::GetReceiptResponse; 2],
    /// Everything that was signed.
    full: Vec<Vec<u8>>,
    digest: serde_json::Value,
    /// Index of the entry that only the old directory has.
    other: u64,
}

impl Lost {
    async fn new() -> Self {
        let (scene, early) = Scene::new().grown(0, 0).await;
        scene.keep("early.checkpoint");
        scene.backup("backup");
        let data = scene.path("data");
        erase(&data, ERASED).await;
        let (scene, late) = scene.grown(1, 5).await;
        let (full, digest) = (entries(&data), digests(&data));
        scene.keep("late.checkpoint");
        let tiles = scene.path("tiles");
        let exported = run(&["export", "tiles", text(&tiles), "--data", text(&data)]);
        assert_eq!(exported.status, 0, "{exported:?}");
        let last = late.index;
        let (scene, ran, _) = scene
            .served("data", |server| async move {
                receipt(&server, last).await;
                let (url, home) = (format!("http://{}", server.public), server.home());
                let vkey = std::fs::read_to_string(home.file("logs")).unwrap();
                mirror_once(&url, &home.file("mirror"), vkey.trim(), &[])
            })
            .await;
        assert_eq!(ran.status, 0, "{ran:?}");
        std::fs::rename(&data, scene.path("lost")).unwrap();
        copy(&scene.path("backup"), &data);
        let (scene, other, log) = scene
            .served("data", |server| async move {
                within_long("the refusal is told", || {
                    server.get("/metrics").1.contains("LOG_REWOUND")
                });
                Registrar::new(&server).list(77).await.unwrap()
            })
            .await;
        assert_eq!(other, small_ledger::EVENTS);
        let told = log.contains("LOG_REWOUND") && log.contains("sijill restore");
        assert!(told, "{log}");
        Self {
            scene,
            receipts: [early, late],
            full,
            digest,
            other,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_lost_entries_is_made_whole_and_signs_on() {
    let lost = Lost::new().await;
    let scene = lost.scene;
    let before = files(&scene.path("data"));
    let (old, key, policy) = (
        scene.path("data"),
        scene.path("log.key"),
        scene.path("policy"),
    );
    let more = ["--backup", text(&old), "--log-key", text(&key)];
    let more = [&more[..], &["--witnesses", text(&policy)]].concat();
    let ran = scene.restore("new", "mirror", &more);
    assert_refused(&ran, 3, "RESTORE_ENTRIES_LEFT");
    assert!(ran.err.contains("1 entries"), "{ran:?}");
    let left = std::fs::read_to_string(scene.path("new").join("unrestored.csv")).unwrap();
    let rows: Vec<&str> = left.lines().collect();
    assert_eq!(rows.len(), 2, "{left}");
    assert!(
        rows[1].starts_with(&format!("{},item-", lost.other)),
        "{left}"
    );
    assert!(rows[1].contains("ItemListed"), "{left}");
    assert_eq!(files(&old), before, "the old directory is not changed");

    let new = scene.path("new");
    assert!(entries(&new) == lost.full);
    let held = parts(&new).await;
    assert_eq!(held, parts(&scene.path("lost")).await);
    let erased = usize::try_from(ERASED).unwrap();
    assert_eq!(held[erased], [StoredPart::Absent], "it stays erased");
    assert_eq!(digests(&new), lost.digest);
    let facts = sheet(&ran);
    assert_eq!(facts["unrestored"], 1, "{facts}");
    let class = &facts["parts"][0];
    assert_eq!(
        (&class["erased"], &class["missing"]),
        (&1.into(), &0.into()),
        "{facts}"
    );
    signs_on(scene, &lost.receipts, &lost.full).await;
}

/// Old receipts hold, the witness goes along, and all is consistent with what was kept.
async fn signs_on(scene: Scene, receipts: &[pb::GetReceiptResponse], full: &[Vec<u8>]) {
    let file = scene.path("policy");
    let policy: Policy = std::fs::read_to_string(&file).unwrap().parse().unwrap();
    let key = LogVerifier::parse(&scene.vkey).unwrap();
    let data = scene.path("data");
    std::fs::rename(&data, scene.path("forked")).unwrap();
    std::fs::rename(scene.path("new"), &data).unwrap();
    let (scene, next) = scene.grown(6, 1).await;
    for answer in receipts.iter().chain([&next]) {
        let proof = Proof::parse(&answer.receipt).unwrap();
        assert!(proof.verify(&answer.entry, &key, &policy).is_ok());
    }
    let receipt = scene.path("late.receipt");
    std::fs::write(&receipt, &receipts[1].receipt).unwrap();
    let (early, late) = (
        scene.path("early.checkpoint"),
        scene.path("late.checkpoint"),
    );
    let trust = ["--vkey", &scene.vkey, "--witnesses", text(&file)];
    let known = ["--known", text(&early), "--known", text(&late)];
    let asked = ["verify", "--data", text(&data), "--receipt", text(&receipt)];
    let checked = run(&[&asked[..], &trust, &known].concat());
    assert_eq!(checked.status, 0, "{checked:?}");
    assert_eq!(entries(&data)[..full.len()], full[..]);
}

/// The same log, and what is missing is counted.
#[tokio::test(flavor = "multi_thread")]
async fn tiles_are_enough_for_the_entries() {
    let lost = Lost::new().await;
    let scene = lost.scene;
    let ran = scene.restore("bare", "tiles", &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(entries(&scene.path("bare")) == lost.full);
    assert_eq!(digests(&scene.path("bare")), lost.digest);
    let facts = sheet(&ran);
    assert_eq!(facts["parts"][0]["held"], 0, "{facts}");
    let missing = small_ledger::DOCUMENTS - 1;
    assert_eq!(facts["parts"][0]["missing"], missing, "{facts}");
    // There is a log now.
    assert_refused(&scene.restore("bare", "tiles", &[]), 10, "WRONG_LEDGER");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_ends_too_early_is_refused() {
    let (scene, _) = Scene::new().grown(0, 1).await;
    scene.backup("short");
    let (scene, _) = scene.grown(1, 3).await;
    let key = scene.path("log.key");
    let ran = scene.restore("new", "short", &["--log-key", text(&key)]);
    assert_refused(&ran, 3, "RESTORE_SOURCE_SHORT");
    assert!(ran.err.contains("3 are missing"), "{ran:?}");
    assert!(ran.err.contains("--succeed"), "{ran:?}");
    assert!(!scene.path("new").exists());
    let other = run(&[
        "restore",
        text(&scene.path("new")),
        "--from",
        text(&scene.path("short")),
        "--vkey",
        &log_key(&scene.path("other.key"), TOOLS),
    ]);
    assert_refused(&other, 3, "MIRROR_CHECKPOINT_FALSE");
    // What was begun is nothing yet, and is gone on with.
    let half = run(&["verify", "--data", text(&scene.path("new"))]);
    assert_refused(&half, 10, "WRONG_LEDGER");
    let again = scene.restore("new", "short", &[]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(entries(&scene.path("new")) == entries(&scene.path("short")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_full_copy_a_new_log_names_what_was_lost() {
    let (scene, _) = Scene::new().grown(0, 0).await;
    let early = scene.keep("early.checkpoint");
    scene.backup("left");
    let (scene, _) = scene.grown(1, 5).await;
    let lost = scene.keep("lost.checkpoint");
    let new_vkey = log_key(&scene.path("new.key"), SUCCESSOR);
    let key = scene.path("new.key");
    let told = ["--reason", "the disk burnt", "--by", "adel"];
    let succeed = |checkpoint: &Path, key: &Path| {
        let named = ["--succeed", text(checkpoint), "--log-key", text(key)];
        scene.restore("new", "left", &[&named[..], &told].concat())
    };
    // Not in the old log's name, not without a loss, and not on anybody's word.
    assert_refused(&succeed(&lost, &scene.path("log.key")), 9, "INPUT_UNUSABLE");
    assert_refused(&succeed(&early, &key), 3, "SUCCESSION_NOTHING_LOST");
    let foreign = scene.path("foreign.checkpoint");
    let note = std::fs::read_to_string(&lost).unwrap();
    std::fs::write(&foreign, note.replacen("\n48\n", "\n99\n", 1)).unwrap();
    assert_refused(&succeed(&foreign, &key), 9, "INPUT_UNUSABLE");
    assert!(!scene.path("new").exists());

    let ran = succeed(&lost, &key);
    assert_eq!(ran.status, 0, "{ran:?}");
    let (left, new) = (entries(&scene.path("left")), entries(&scene.path("new")));
    assert_eq!(new.len(), left.len() + 1);
    assert!(new[..left.len()] == left);
    assert_eq!(
        parts(&scene.path("left")).await,
        parts(&scene.path("new")).await[..left.len()]
    );

    // A command that the old log accepted finds its first result.
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(scene.path("new"), Arc::clone(&clock));
    let store = EmbeddedStore::create_or_open(options).unwrap();
    let ledger = Ledger::new(Arc::new(store), clock);
    let stream = Stock::stream(&small_ledger::facility(1));
    let (command, context) = (small_ledger::document(5), small_ledger::context(15));
    let again = ledger.execute::<Stock>(&stream, command, context).await;
    let again = again.unwrap();
    assert!(again.repeated && again.first_index == 8, "{again:?}");
    ledger.store().close();
    drop(ledger);

    // It signs under its own name, and whoever verifies is told.
    let mut command = sijill();
    command.args(["serve", "--checkpoint-every", "100ms"]);
    command.arg("--data").arg(scene.path("new"));
    command.arg("--log-key").arg(&key);
    command.arg("--keys").arg(scene.path("key.public.json"));
    let server = Server::spawn(Home::new(), command);
    within_long("it publishes", || {
        scene.path("new").join("checkpoint").is_file()
    });
    let (_, log, _) = server.stop();
    assert!(!log.contains("nothing is signed"), "{log}");
    assert_eq!(
        published(&scene.path("new")).checkpoint().origin(),
        SUCCESSOR
    );
    let tiles = scene.path("new.tiles");
    let exported = run(&[
        "export",
        "tiles",
        text(&tiles),
        "--data",
        text(&scene.path("new")),
    ]);
    assert_eq!(exported.status, 0, "{exported:?}");
    let dir = scene.path("new");
    for place in [["--data", text(&dir)], ["--tiles", text(&tiles)]] {
        let trust = ["--vkey", &new_vkey, "--vkey", &scene.vkey];
        let known = ["--known", text(&early), "--known", text(&lost)];
        let checked = run(&[&["verify"], &place[..], &trust, &known].concat());
        assert_eq!(checked.status, 0, "{checked:?}");
        let finding = format!("entries 43..48 of {TOOLS} were lost, named by entry 43");
        assert!(checked.says(&finding), "{checked:?}");
        assert!(checked.says("it is not compared"), "{checked:?}");
    }
    // The old log's checkpoint from before another history is not taken for its own.
    let other = log_key(&scene.path("other.key"), TOOLS);
    let checked = run(&[
        "verify",
        "--data",
        text(&dir),
        "--vkey",
        &new_vkey,
        "--vkey",
        &other,
    ]);
    assert_refused(&checked, 4, "DATA_DAMAGED");
    assert!(checked.says("not signed by"), "{checked:?}");

    // More was signed than the new log admits.
    let (scene, _) = scene.grown(6, 2).await;
    let later = scene.keep("later.checkpoint");
    let all = ["verify", "--data", text(&dir), "--vkey", &new_vkey];
    let known = ["--vkey", &scene.vkey, "--known", text(&later)];
    let checked = run(&[&all[..], &known].concat());
    assert_refused(&checked, 4, "DATA_DAMAGED");
    assert!(checked.says("more was lost than is said"), "{checked:?}");
}

/// An event that names another number of entries, or another root, than stands before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_succession_that_is_not_true_is_found() {
    let (scene, _) = Scene::new().grown(0, 0).await;
    scene.backup("left");
    let (scene, _) = scene.grown(1, 5).await;
    let note = std::fs::read_to_string(scene.keep("lost.checkpoint")).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(scene.path("left"), Arc::clone(&clock));
    let store = EmbeddedStore::create_or_open(options).unwrap();
    let ledger = Ledger::new(Arc::new(store), clock);
    let command = succession::Command::Succeed(Succeeded {
        checkpoint: SavedCheckpoint::new(&note).unwrap(),
        surviving_entries: small_ledger::EVENTS,
        surviving_root: Sha256([7; 32]),
        reason: Text::new("the disk burnt").unwrap(),
    });
    let context = Context::new(Uuid::from_u128(1), official("adel", Role::Administrator));
    let stream = Succession::stream();
    let done = ledger
        .execute::<Succession>(&stream, command, context)
        .await;
    assert_eq!(done.unwrap().first_index, small_ledger::EVENTS);
    ledger.store().close();
    let checked = run(&["verify", "--data", text(&scene.path("left"))]);
    assert_refused(&checked, 4, "DATA_DAMAGED");
    assert!(checked.says("with a root that is not"), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_signing_state_comes_back_at_what_was_signed() {
    let (scene, _) = Scene::new().grown(0, 0).await;
    let early = scene.keep("early.checkpoint");
    scene.backup("short");
    let (scene, _) = scene.grown(1, 2).await;
    let (key, state, policy) = (
        scene.path("log.key"),
        scene.path("log.key.state"),
        scene.path("policy"),
    );
    let whole = std::fs::read(&state).unwrap();
    let repair = |dir: &str, more: &[&str]| {
        let dir = scene.path(dir);
        let all = [
            "signer",
            "repair",
            "--log-key",
            text(&key),
            "--data",
            text(&dir),
        ];
        run(&[&all[..], more].concat())
    };
    let known = ["--known", text(&early)];
    assert_refused(&repair("data", &known), 3, "STATE_NOT_LOST");
    std::fs::remove_file(&state).unwrap();
    let refused = run(&[
        "serve",
        "--data",
        text(&scene.path("data")),
        "--log-key",
        text(&key),
    ]);
    assert_refused(&refused, 3, "STATE_MISSING");
    assert!(refused.err.contains("sijill signer repair"), "{refused:?}");
    assert_refused(&repair("data", &[]), 3, "STATE_NOTHING_KNOWN");
    // An old directory and an old checkpoint: the witness has seen more.
    let asked = [&known[..], &["--witnesses", text(&policy)]].concat();
    assert_refused(&repair("short", &asked), 3, "WITNESSES_AHEAD");
    let late = scene.path("data").join("checkpoint");
    assert_refused(
        &repair("short", &["--known", text(&late)]),
        3,
        "LOG_REWOUND",
    );
    assert!(!state.exists());

    // What the directory has published is larger than what was kept: it comes back there.
    let ran = repair("data", &known);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(std::fs::read(&state).unwrap(), whole);
    std::fs::write(&state, b"sijill/signed-state/v1\nnonsense\n").unwrap();
    let ran = repair("data", &["--witnesses", text(&policy)]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(std::fs::read(&state).unwrap(), whole);
    let (_, next) = scene.grown(3, 1).await;
    assert!(!next.receipt.is_empty());
}
