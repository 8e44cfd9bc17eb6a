//! Two nodes of one ledger on a cluster whose connections are cut at random: what was acknowledged stands once and in order, both
//! nodes end with the same views and the same tree. Then nodes are killed while they catch up, and end with the same mirror.
//!
//! `SIJILL_CLUSTER_COMMANDS` (default 2,000), `SIJILL_CLUSTER_ROUNDS` (default 3) and `SIJILL_CLUSTER_SEED` (default 1);
//! `scripts/drill cluster` does 100,000 and 50. The cluster is a small server of the protocol in the test: figures are about
//! this program and this machine, not about a server of `KurrentDB`.

#![cfg(feature = "kurrentdb")]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fall, and uses a part of what tests share"
)]

#[path = "../../ledger-core/tests/common/mod.rs"]
mod common;
#[path = "../../ledger-core/tests/kurrent/mod.rs"]
mod kurrent;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{clinic, clinic_profile, gauze_key, gauze_profile, official};
use kurrent::node::{ORIGIN, Seed};
use kurrent::server::{AppendFault, Cluster, ReadFault};
use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::stock::{self, Document, LineIn, Receipt, Source, Stock};
use sijill_ledger_core::domain::values::DocumentNumber;
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, Done, ExecuteError, Ledger};
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options as Directory};
use sijill_ledger_core::store::kurrentdb::{KurrentStore, Options};
use sijill_ledger_core::store::{AppendError, EventStore as _, NodeStore, StreamName};
use sijill_ledger_core::time::{Clock, SystemClock};
use sijill_projections::Runner;
use uuid::Uuid;

/// Clients of each node, and the stores that each client commands alone; one command of so many is about a store that all command.
const CLIENTS: u64 = 24;
const SHARED_EVERY: u64 = 16;
/// How often something is cut, at most.
const CUT_EVERY_MS_MAX: u64 = 150;
/// Commands whose latency is measured, one at a time.
const SAMPLES: u64 = 200;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}

fn options(cluster: &Cluster, dir: &Path) -> Options {
    Options {
        patience: Duration::from_secs(5),
        retry_delay: Duration::from_millis(20),
        ..Options::new(
            cluster.connection(),
            Directory::new(dir, clock()).origin(ORIGIN),
        )
    }
}

async fn open(cluster: &Cluster, dir: &Path) -> KurrentStore {
    KurrentStore::open(options(cluster, dir)).await.unwrap()
}

fn receive(number: u64) -> stock::Command {
    stock::Command::Receive(Receipt {
        document: Document {
            number: DocumentNumber::new(&format!("GRN-{number}")).unwrap(),
            attachment: None,
            note: None,
        },
        source: Source::Production,
        provisional: false,
        lines: vec![LineIn {
            key: gauze_key(),
            expiry: None,
            quantity: 1.into(),
            unit_price: None,
        }],
    })
}

/// Asks until there is an answer: what is in doubt, or was too often in each other's way, is asked again under its id.
async fn ask<A: Aggregate<Command: Clone>>(
    ledger: &Ledger<NodeStore>,
    stream: &StreamName,
    command: A::Command,
    id: u128,
) -> Done {
    loop {
        let context = Context::new(Uuid::from_u128(id), official("huda", Role::Storekeeper));
        match ledger.execute::<A>(stream, command.clone(), context).await {
            Ok(done) => return done,
            Err(
                ExecuteError::Append(AppendError::OutcomeUnknown(_))
                | ExecuteError::Contended { .. },
            ) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn register(ledger: &Ledger<NodeStore>, facilities: u64) {
    let gauze = Item::stream(&gauze_key().item);
    ask::<Item>(
        ledger,
        &gauze,
        item::Command::List(gauze_profile()),
        1 << 100,
    )
    .await;
    for n in 0..facilities {
        let stream = Facility::stream(&clinic(n));
        let command = facility::Command::Open(clinic_profile());
        ask::<Facility>(ledger, &stream, command, (2 << 100) + u128::from(n)).await;
    }
}

/// One client: so many commands, one after the other. Ids and indexes in the order of the answers.
async fn client(ledger: Ledger<NodeStore>, client: u64, commands: u64) -> Vec<(Uuid, u64)> {
    let mut answers = Vec::new();
    for n in 0..commands {
        let store = if n % SHARED_EVERY == 0 { 0 } else { client + 1 };
        let id = (3 << 100) + (u128::from(client) << 64) + u128::from(n);
        let stream = Stock::stream(&clinic(store));
        let done = ask::<Stock>(&ledger, &stream, receive((client << 32) | n), id).await;
        answers.push((Uuid::from_u128(id), done.first_index));
    }
    answers
}

/// Cuts connections, and orders faults, until it is dropped.
async fn cut(cluster: Cluster, seed: u64) {
    const APPENDS: [AppendFault; 3] = [
        AppendFault::CutBefore,
        AppendFault::CutAfter,
        AppendFault::Failed,
    ];
    let mut seed = Seed(seed);
    loop {
        tokio::time::sleep(Duration::from_millis(seed.below(CUT_EVERY_MS_MAX))).await;
        match seed.below(3) {
            0 => cluster.cut(),
            1 => cluster.fail_appends(&[APPENDS[usize::try_from(seed.below(3)).unwrap()]]),
            _ => cluster.fail_reads(&[ReadFault::Cut(usize::try_from(seed.below(9)).unwrap())]),
        }
    }
}

/// Each acknowledged command stands once, where it was said to be; each client's in its order; nothing else stands there.
fn check(store: &EmbeddedStore, answers: &[Vec<(Uuid, u64)>]) {
    let mut found = BTreeMap::new();
    for batch in store.log_reader(0) {
        for (index, entry) in batch.unwrap().iter() {
            let recorded = codec::recorded(index, &entry, &[]).unwrap();
            let before = found.insert(recorded.metadata.command_id, index);
            assert_eq!(before, None, "a command stands twice, at {index} too");
        }
    }
    for of_client in answers {
        assert!(of_client.is_sorted_by_key(|(_, index)| *index));
        for (id, index) in of_client {
            assert_eq!(found.remove(id), Some(*index));
        }
    }
    assert!(found.keys().all(|id| id.as_u128() >> 100 < 3), "{found:?}");
}

fn root(store: &EmbeddedStore) -> (u64, String) {
    let tree = Tree::open(store).unwrap();
    let size = tree.catch_up().unwrap();
    (size, tree.root(size).unwrap().to_string())
}

async fn reach(store: &KurrentStore, size: u64) {
    while store.size() < size {
        let grown = tokio::time::timeout(Duration::from_mins(1), store.grown_past(store.size()));
        grown
            .await
            .unwrap_or_else(|_| panic!("{:?}", store.trouble()))
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_under_cuts_are_one_ledger() {
    let commands = number("SIJILL_CLUSTER_COMMANDS", 2_000);
    let rounds = number("SIJILL_CLUSTER_ROUNDS", 3);
    let seed = number("SIJILL_CLUSTER_SEED", 1);
    let root_dir = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(1, clock()).await;
    let (a, b) = (root_dir.path().join("a"), root_dir.path().join("b"));
    let (a, b) = (open(&cluster, &a).await, open(&cluster, &b).await);
    let ledgers =
        [&a, &b].map(|store| Ledger::new(Arc::new(NodeStore::cluster(store.clone())), clock()));
    register(&ledgers[0], 2 * CLIENTS + 1).await;
    reach(&b, a.size()).await;

    let cutting = tokio::spawn(cut(cluster.clone(), seed));
    let (begun, each) = (Instant::now(), commands.div_ceil(2 * CLIENTS));
    let clients: Vec<_> = (0..2 * CLIENTS)
        .map(|n| {
            tokio::spawn(client(
                ledgers[usize::try_from(n % 2).unwrap()].clone(),
                n,
                each,
            ))
        })
        .collect();
    let mut answers = Vec::new();
    for client in clients {
        answers.push(client.await.unwrap());
    }
    let took = begun.elapsed();
    cutting.abort();
    let asked = each * 2 * CLIENTS;
    let millis = took.as_millis().max(1);
    println!(
        "{asked} commands through two nodes in {millis} ms while connections were cut: {} a second",
        u128::from(asked) * 1_000 / millis
    );
    let size = a.size().max(b.size());
    reach(&a, size).await;
    reach(&b, size).await;
    check(a.mirror(), &answers);
    assert_eq!(root(a.mirror()), root(b.mirror()));
    let mut digests = Vec::new();
    for store in [&a, &b] {
        let mut runner = Runner::default();
        runner
            .catch_up(&Arc::new(store.mirror().clone()))
            .await
            .unwrap();
        digests.push(runner.digests());
    }
    assert_eq!(digests[0], digests[1]);

    let expected = root(a.mirror());
    assert_eq!(expected.0, size);
    catches_up(&cluster, root_dir.path(), &expected).await;
    killed(&cluster, root_dir.path(), &expected, rounds, seed).await;
    latency(&ledgers[0], &root_dir.path().join("alone")).await;
}

/// How fast a new node reads the log.
async fn catches_up(cluster: &Cluster, dir: &Path, expected: &(u64, String)) {
    let begun = Instant::now();
    let store = open(cluster, &dir.join("new")).await;
    reach(&store, expected.0).await;
    let took = begun.elapsed();
    assert_eq!(root(store.mirror()), *expected);
    println!(
        "catch-up of a new node: {} entries in {} ms",
        expected.0,
        took.as_millis()
    );
    store.close().await;
}

/// Kills servers while they catch up, each on a directory of its own; then the mirror is completed, and is the same.
async fn killed(cluster: &Cluster, dir: &Path, expected: &(u64, String), rounds: u64, seed: u64) {
    let (mut seed, mut sizes) = (Seed(seed), Vec::new());
    for round in 0..rounds {
        let mirror = dir.join(format!("killed-{round}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_sijill"));
        command.args([
            "serve",
            "--origin",
            ORIGIN,
            "--store",
            &cluster.connection(),
        ]);
        command.args(["--listen", "127.0.0.1:0", "--no-metrics", "--no-public"]);
        command.arg("--data").arg(&mirror);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Once it has a part of the log, another one in each round; before that there is nothing to read yet.
        let part = seed.below(expected.0);
        while EmbeddedStore::open_read_only(&mirror).map_or(0, |store| store.size()) < part {
            assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(seed.below(30))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        sizes.push(EmbeddedStore::open_read_only(&mirror).map_or(0, |store| store.size()));
        let store = open(cluster, &mirror).await;
        reach(&store, expected.0).await;
        assert_eq!(root(store.mirror()), *expected, "round {round}");
        assert_eq!(store.mirror().check().unwrap().damage, None);
        store.close().await;
        std::fs::remove_dir_all(&mirror).unwrap();
    }
    sizes.sort_unstable();
    println!("{rounds} kills during catch-up, at these sizes: {sizes:?}");
}

/// What a command takes, one at a time: through this node, and in a directory of its own.
async fn latency(on_cluster: &Ledger<NodeStore>, dir: &Path) {
    let store = EmbeddedStore::create_or_open(Directory::new(dir, clock()).origin(ORIGIN));
    let store = NodeStore::embedded(Arc::new(store.unwrap()));
    let alone = Ledger::new(Arc::new(store), clock());
    register(&alone, 2).await;
    for (name, ledger) in [("in a directory", &alone), ("on the cluster", on_cluster)] {
        let mut micros = Vec::new();
        for n in 0..SAMPLES {
            let begun = Instant::now();
            let id = (4 << 100) + u128::from(n);
            let stream = Stock::stream(&clinic(1));
            ask::<Stock>(ledger, &stream, receive((9 << 48) | n), id).await;
            micros.push(begun.elapsed().as_micros());
        }
        micros.sort_unstable();
        let at = |percent: usize| micros[micros.len() * percent / 100];
        println!(
            "a command {name}: median {} µs, 99 of 100 within {} µs",
            at(50),
            at(99)
        );
    }
}
