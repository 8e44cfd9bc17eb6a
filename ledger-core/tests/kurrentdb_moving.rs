//! A log that was in a directory is moved to a cluster: the same bytes there, whatever is cut, and the log goes on.

#![cfg(feature = "kurrentdb")]
#![allow(clippy::unwrap_used, clippy::panic, dead_code)] // helpers of tests

mod kurrent;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kurrent::node::{ORIGIN, append, clock, entries, hasty, options};
use kurrent::server::{AppendFault, Cluster};
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options as Directory};
use sijill_ledger_core::store::kurrentdb::{
    ClusterError, KurrentStore, MoveError, OpenError, Options,
};
use sijill_ledger_core::store::node::TreeHead;
use sijill_ledger_core::store::{AppendError, EventStore as _, PartClass, StoredPart, contract};
use sijill_ledger_core::time::{ManualClock, Timestamp};

const ENTRIES: u64 = 90;

/// A log of three streams, written years ago; every tenth entry has a withheld part, the first of which is erased.
async fn log(dir: &Path) -> Arc<EmbeddedStore> {
    let clock = ManualClock::new(Timestamp::from_micros(1_700_000_000_000_000));
    let options = Directory::new(dir, Arc::new(clock)).origin(ORIGIN);
    let store = EmbeddedStore::create_or_open(options).unwrap();
    for number in 0..ENTRIES {
        // Runs of five on a stream.
        let (stream, revision) = ((number / 5) % 3, number / 15 * 5 + number % 5);
        let mut next = append(&format!("stock-{stream}"), revision.checked_sub(1), number);
        if number % 10 == 0 {
            next.entries[0].withheld = vec![contract::part(PartClass::Person, "a name")];
        }
        store.append(next).await.unwrap();
    }
    store.erase_part(0, 0).await.unwrap();
    Arc::new(store)
}

fn head(store: &EmbeddedStore) -> TreeHead {
    let tree = Tree::open(store).unwrap();
    let size = tree.catch_up().unwrap();
    TreeHead {
        size,
        root: tree.root(size).unwrap().0,
    }
}

fn bytes(store: &EmbeddedStore) -> Vec<Vec<u8>> {
    let batches = store.log_reader(0).map(Result::unwrap);
    let mut entries = Vec::new();
    for batch in batches {
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_moved_byte_for_byte_and_goes_on() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let log = log(&root.path().join("log")).await;
    let mirror = root.path().join("a");
    let head = head(&log);
    // It is cut off again and again, and goes on: what was answered and what was not.
    let mut cut_off = 0;
    let store = loop {
        cluster.fail_appends(&[AppendFault::CutAfter, AppendFault::CutBefore]);
        if cut_off < 3 {
            cluster.fail_appends(&[AppendFault::Silent, AppendFault::Ignored]);
        }
        let options = Options {
            retry_for: Duration::from_millis(if cut_off < 3 { 600 } else { 30_000 }),
            ..hasty(&cluster, &mirror, &clock)
        };
        match KurrentStore::migrate(options, Arc::clone(&log), head, |_| {}).await {
            Ok(store) => break store,
            Err(error) => assert!(cut_off < 10, "{error}"),
        }
        cut_off += 1;
    };
    let expected = bytes(&log);
    assert_eq!(entries(&store, ENTRIES).await, expected);
    assert_eq!(self::head(store.mirror()), head);
    let known = StoredPart::Known(contract::part(PartClass::Person, "a name"));
    assert_eq!(store.parts(10).await.unwrap(), std::slice::from_ref(&known));
    assert_eq!(store.parts(0).await.unwrap(), [StoredPart::Absent]);

    // Another node holds the same, and the log goes on there, stamped by the cluster.
    let other = KurrentStore::open(options(&cluster, &root.path().join("b"), &clock));
    let other = other.await.unwrap();
    assert_eq!(entries(&other, ENTRIES).await, expected);
    let done = other.append(append("stock-9", None, 999)).await.unwrap();
    assert_eq!(done.first_index, ENTRIES);
    assert!(done.recorded_at >= Timestamp::from_micros(1_760_000_000_000_000));
    assert_eq!(
        entries(&store, ENTRIES + 1).await,
        entries(&other, ENTRIES + 1).await
    );
    assert_eq!(other.parts(10).await.unwrap(), [known]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_commands_a_log_that_is_being_moved() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let log = log(&root.path().join("log")).await;
    let head = head(&log);
    let mirror = options(&cluster, &root.path().join("a"), &clock);
    let moved = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&moved);
    let moving = tokio::spawn({
        // Slowly: each append is answered only when it is asked again.
        cluster.fail_appends(&[AppendFault::Failed; 8]);
        let log = Arc::clone(&log);
        KurrentStore::migrate(mirror, log, head, move |n| told.store(n, Ordering::Relaxed))
    });
    while cluster.with_log(|log| log.events.len()) < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A node that begins meanwhile takes commands once all is there, and not before.
    let node = KurrentStore::open(options(&cluster, &root.path().join("b"), &clock));
    let node = node.await.unwrap();
    let mut refused = 0;
    let done = loop {
        match node.append(append("stock-9", None, 999)).await {
            Ok(done) => break done,
            Err(AppendError::Unavailable(why)) if why.contains("being moved") => refused += 1,
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    println!("refused while it was moved: {refused}");
    assert_eq!(done.first_index, ENTRIES);
    let store = moving.await.unwrap().unwrap();
    assert_eq!(moved.load(Ordering::Relaxed), ENTRIES);
    assert_eq!(entries(&store, ENTRIES).await[..90], bytes(&log)[..]);

    // A log that was written to since is another one.
    let more = log.append(append("stock-0", Some(29), 1_000)).await;
    more.unwrap();
    let again = options(&cluster, &root.path().join("c"), &clock);
    let refused = KurrentStore::migrate(again, Arc::clone(&log), self::head(&log), |_| {}).await;
    assert!(
        matches!(
            refused,
            Err(MoveError::Open(OpenError::Cluster(ClusterError::InUse)))
        ),
        "{refused:?}"
    );
}
