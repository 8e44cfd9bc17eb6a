//! How fast the tree is, and what it takes from appends: for a quiet machine, in a release build.
//!
//! `cargo test --release -p sijill-ledger-core --test tree_speed -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a test may fall; these figures are for people"
)]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sijill_ledger_core::log::tree::{RootBuilder, Tree};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Append, EventStore, Expected, NewEntry, StreamName};
use sijill_ledger_core::time::SystemClock;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

const WRITERS: u64 = 64;
const ROUNDS: usize = 7;

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

/// One writer's appends, each answered before the next; entries are as large as the typical one of PERFORMANCE.md.
async fn write(store: EmbeddedStore, stream: String, appends: u64, entries: u64) {
    let stream = StreamName::new(&stream).unwrap();
    let mut last = None;
    for _ in 0..appends {
        let entry = |n| NewEntry {
            id: Uuid::from_u64_pair(last.map_or(0, |last: u64| last + 1), n),
            kind: "sijill.events.v1.StockIssued",
            metadata: vec![0x6D; 106],
            data: vec![0x64; 266],
            withheld: Vec::new(),
        };
        let append = Append {
            stream: stream.clone(),
            expected: Expected::after(last),
            entries: (0..entries).map(entry).collect(),
            not_after: None,
        };
        last = Some(store.append(append).await.unwrap().revision);
    }
}

/// Entries per second of a round, answered all; with a tree beside it that follows, or without.
fn round(runtime: &Runtime, number: usize, with_tree: bool, appends: u64, entries: u64) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let options =
        Options::new(dir.path(), Arc::new(SystemClock::default())).origin("sijill.example/speed");
    let store = EmbeddedStore::create_or_open(options).unwrap();
    let tree = Arc::new(Tree::open(&store).unwrap());
    let ended = Arc::new(AtomicBool::new(false));
    let follower = with_tree.then(|| {
        let (tree, ended) = (Arc::clone(&tree), Arc::clone(&ended));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                tree.catch_up().unwrap();
                std::thread::sleep(Duration::from_millis(20));
            }
            tree.catch_up().unwrap()
        })
    });
    let begun = Instant::now();
    runtime.block_on(async {
        let stream = |writer| format!("stock-{number}-{writer}");
        let tasks =
            (0..WRITERS).map(|w| tokio::spawn(write(store.clone(), stream(w), appends, entries)));
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    let elapsed = begun.elapsed();
    ended.store(true, Ordering::Relaxed);
    let count = WRITERS * appends * entries;
    if let Some(follower) = follower {
        assert_eq!(follower.join().unwrap(), count);
        assert_eq!(tree.rebuilt().tiles, 0);
    }
    count as f64 / elapsed.as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn ratio(name: &str, appends: u64, entries: u64) {
    let runtime = runtime();
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        without.push(round(&runtime, number, false, appends, entries));
        with.push(round(&runtime, number, true, appends, entries));
    }
    let ratio = median(with.iter().zip(&without).map(|(a, b)| a / b).collect());
    let (without, with) = (median(without), median(with));
    println!(
        "{name}: {without:.0}/s without the tree, {with:.0}/s with it; ratio of pairs {ratio:.3}"
    );
}

#[test]
#[ignore = "a measurement"]
fn appends_with_the_tree() {
    ratio("64 writers, 1 entry each", 1_000, 1);
    ratio("64 writers, 1000 entries each", 4, 1_000);
}

/// Nanoseconds that this thread has had of a processor.
fn cpu_nanos() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

fn timed<T>(name: &str, count: u64, work: impl FnOnce() -> T) -> T {
    let (begun, cpu) = (Instant::now(), cpu_nanos());
    let out = work();
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), (cpu_nanos() - cpu) / 1e9);
    println!(
        "{name}: {:.0}/s wall, {:.0}/s per core",
        count as f64 / wall,
        count as f64 / cpu
    );
    out
}

#[test]
#[ignore = "a measurement"]
fn hashes_and_roots() {
    let dir = tempfile::tempdir().unwrap();
    let options =
        Options::new(dir.path(), Arc::new(SystemClock::default())).origin("sijill.example/speed");
    let store = EmbeddedStore::create_or_open(options).unwrap();
    let (runtime, count) = (runtime(), 1_000_000);
    runtime.block_on(write(
        store.clone(),
        "stock-1".to_owned(),
        count / 1_000,
        1_000,
    ));
    let builder = timed("read, hash, root (P8)", count, || {
        let mut builder = RootBuilder::new();
        for batch in store.log_reader(0) {
            batch
                .unwrap()
                .iter()
                .for_each(|(_, entry)| builder.push_entry(entry.bytes()));
        }
        builder
    });
    let tree = Tree::open(&store).unwrap();
    timed("catch_up: the same, tiles written", count, || {
        tree.catch_up().unwrap()
    });
    assert_eq!(tree.builder(), builder);
    let root = timed("recheck", count, || tree.recheck(count).unwrap());
    assert_eq!(root, builder.root());
    timed("open", count, || Tree::open(&store).unwrap());
    let asked = 20_000;
    let places = || (0..asked).map(|n| n * 7_919 % count);
    let roots = || {
        places()
            .filter(|_| tree.root(count).unwrap() == root)
            .count()
    };
    assert_eq!(
        timed("root of the present tree", asked, roots),
        places().count()
    );
    let inclusion = |index| tree.inclusion(index, count).unwrap().len();
    let hashes: usize = timed("inclusion proofs", asked, || places().map(inclusion).sum());
    assert!(hashes > places().count());
    let consistency = |old| tree.consistency(old, count).unwrap().len();
    let hashes: usize = timed("consistency proofs", asked, || {
        places().map(consistency).sum()
    });
    assert!(hashes > places().count());
}
