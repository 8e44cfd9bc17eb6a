//! The store on a cluster, against a small server of the protocol in this process over real sockets; the contract also against the
//! server that `SIJILL_TEST_KURRENTDB` names.

#![cfg(feature = "kurrentdb")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_enum_match_arm)] // helpers of tests

mod kurrent;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kurrent::dying::Dying;
use kurrent::node::{ORIGIN, Seed, append, clock, entries, hasty, options};
use kurrent::server::{AppendFault, Cluster, ReadFault};
use sijill_ledger_core::store::embedded::Options as Mirror;
use sijill_ledger_core::store::kurrentdb::{
    ClusterError, KurrentStore, OpenError, Options, PLACE_FILE,
};
use sijill_ledger_core::store::{
    AppendError, Appended, EventStore, PartClass, StoredPart, StreamName, contract,
};
use sijill_ledger_core::time::{Clock as _, ManualClock, SystemClock, Timestamp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_a_cluster() {
    let root = tempfile::tempdir().unwrap();
    let number = AtomicU32::new(0);
    let make = |clock: Arc<ManualClock>| {
        let dir = (root.path()).join(number.fetch_add(1, Ordering::Relaxed).to_string());
        async move {
            let cluster = Cluster::start(1, clock.clone()).await;
            KurrentStore::open(options(&cluster, &dir, &clock))
                .await
                .unwrap()
        }
    };
    println!("contract: kurrentdb over a server in this process, whose clock the test sets");
    contract::run(make).await.unwrap();
}

/// What can be promised of any server: its clock is its own, its largest append the usual one. All stores share it, each in a
/// namespace.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_holds_on_any_server() {
    let named = std::env::var("SIJILL_TEST_KURRENTDB").ok();
    let cluster = Cluster::start(1, Arc::new(SystemClock::default())).await;
    let what = named.as_ref().map_or(
        "a server in this process",
        |_| "the server of SIJILL_TEST_KURRENTDB",
    );
    println!("contract: kurrentdb over {what}");
    let connection = named.unwrap_or_else(|| cluster.connection());
    let (root, number) = (tempfile::tempdir().unwrap(), AtomicU32::new(0));
    let run = Timestamp::as_micros(SystemClock::default().now().unwrap());
    let make = |_| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let mirror = Mirror::new(
            root.path().join(number.to_string()),
            Arc::new(SystemClock::default()),
        );
        let options = Options {
            namespace: format!("test{run}x{number}."),
            ..Options::new(&connection, mirror.origin(ORIGIN))
        };
        async move { KurrentStore::open(options).await.unwrap() }
    };
    let promises = contract::Promises {
        own_clock: false,
        append_bytes_max: 1 << 20,
    };
    contract::run_as(promises, make).await.unwrap();
}

/// Appends to some streams through faults, asking again as a caller does; then a second node must hold the same.
async fn stored_once(seed: u64, nodes: usize, appends: &[AppendFault], reads: &[ReadFault]) {
    let (root, clock, mut seed) = (tempfile::tempdir().unwrap(), clock(), Seed(seed));
    let cluster = Cluster::start(nodes, clock.clone()).await;
    let first = KurrentStore::open(hasty(&cluster, &root.path().join("a"), &clock))
        .await
        .unwrap();
    let mut revisions: HashMap<u64, u64> = HashMap::new();
    let mut answers: Vec<Appended> = Vec::new();
    for number in 0..40 {
        if number % 4 == 0 && !appends.is_empty() {
            cluster.fail_appends(&[
                appends[usize::try_from(seed.below(appends.len() as u64)).unwrap()]
            ]);
        }
        if number % 3 == 0 && !reads.is_empty() {
            cluster.fail_reads(&[reads[usize::try_from(seed.below(reads.len() as u64)).unwrap()]]);
        }
        if number % 5 == 0 {
            cluster.with_log(|log| log.write_foreign("other-1", "somebody.else.v1"));
        }
        let stream = seed.below(3);
        let revision = revisions.get(&stream).copied();
        let next = append(&format!("stock-{stream}"), revision, number);
        let appended = loop {
            match first.append(next.clone()).await {
                Err(AppendError::OutcomeUnknown(_)) => {}
                answer => break answer.unwrap(),
            }
        };
        assert_eq!(appended.first_index, answers.len() as u64);
        revisions.insert(stream, appended.revision);
        answers.push(appended);
    }
    let here = entries(&first, 40).await;
    let second = KurrentStore::open(hasty(&cluster, &root.path().join("b"), &clock))
        .await
        .unwrap();
    assert_eq!(entries(&second, 40).await, here);
    let batch = first.read_log(0).await.unwrap();
    let ids: Vec<u128> = batch.iter().map(|(_, entry)| entry.id.as_u128()).collect();
    assert_eq!(ids, (0..40).collect::<Vec<u128>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_is_stored_once_whatever_becomes_of_its_answer() {
    let faults = [
        AppendFault::CutBefore,
        AppendFault::CutAfter,
        AppendFault::Silent,
        AppendFault::Ignored,
        AppendFault::Failed,
    ];
    stored_once(1, 1, &faults, &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_followed_whatever_becomes_of_its_pages() {
    let faults = [
        ReadFault::Cut(0),
        ReadFault::Cut(1),
        ReadFault::Stall(1),
        ReadFault::End(1),
        ReadFault::Twice,
        ReadFault::Unfiltered,
        ReadFault::Malformed(1),
    ];
    stored_once(2, 1, &[], &faults).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_leads() {
    stored_once(
        3,
        3,
        &[AppendFault::LeaderChange, AppendFault::CutAfter],
        &[ReadFault::Cut(1)],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outcome_is_unknown_until_somebody_asks_again() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let options = Options {
        retry_for: Duration::ZERO,
        ..hasty(&cluster, root.path(), &clock)
    };
    let store = KurrentStore::open(options).await.unwrap();
    cluster.fail_appends(&[AppendFault::Ignored, AppendFault::Silent]);
    let unknown = store.append(append("stock-a", None, 0)).await;
    assert!(
        matches!(unknown, Err(AppendError::OutcomeUnknown(_))),
        "{unknown:?}"
    );
    assert_eq!(store.size(), 0);
    // Written this time, and found in the mirror though nobody answered.
    let found = loop {
        match store.append(append("stock-a", None, 0)).await {
            // A slow machine's mirror may not have it yet.
            Err(AppendError::OutcomeUnknown(_)) => {}
            other => break other.unwrap(),
        }
    };
    assert_eq!((found.first_index, found.revision), (0, 0));
    // The same ids at the same place: the same answer, and nothing is written.
    assert_eq!(store.append(append("stock-a", None, 0)).await, Ok(found));
    let refused = store.append(append("stock-a", None, 1)).await;
    assert!(
        matches!(
            refused,
            Err(AppendError::Conflict {
                actual: Some(0),
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!((store.size(), cluster.faults_left()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_command_one_stream() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let open = |name: &str| KurrentStore::open(options(&cluster, &root.path().join(name), &clock));
    let (a, b) = (open("a").await.unwrap(), open("b").await.unwrap());
    let command = async |store: &KurrentStore, numbers: std::ops::Range<u64>| {
        let mut revision = None;
        for number in numbers {
            loop {
                match store.append(append("stock-a", revision, number)).await {
                    Ok(appended) => break revision = Some(appended.revision),
                    Err(AppendError::Conflict { actual, .. }) => revision = actual,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    };
    tokio::join!(command(&a, 0..50), command(&b, 50..100));
    let here = entries(&a, 100).await;
    assert_eq!(here, entries(&b, 100).await);
    let mut ids: Vec<u128> = (a
        .read_stream(&StreamName::new("stock-a").unwrap(), 0)
        .await
        .unwrap())
    .iter()
    .map(|(_, entry)| entry.id.as_u128())
    .collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..100).collect::<Vec<u128>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_killed_at_any_change_goes_on_where_it_was() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let writer = KurrentStore::open(options(&cluster, &root.path().join("a"), &clock))
        .await
        .unwrap();
    let dir = root.path().join("b");
    let mut seed = Seed(4);
    for round in 0..12_u64 {
        for number in round * 20..(round + 1) * 20 {
            writer
                .append(append("stock-a", number.checked_sub(1), number))
                .await
                .unwrap();
        }
        let mut options = options(&cluster, &dir, &clock);
        options.mirror.files = Arc::new(Dying::after(6 + i64::try_from(seed.below(12)).unwrap()));
        // It may be killed before it has opened.
        let Ok(killed) = KurrentStore::open(options).await else {
            continue;
        };
        while killed.stopped().is_none() && killed.size() < writer.size() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        killed.close().await;
        match round % 4 {
            // Lost, damaged: the log is read from its beginning, and compared.
            0 => drop(std::fs::remove_file(dir.join(PLACE_FILE))),
            1 => std::fs::write(dir.join(PLACE_FILE), "nothing").unwrap(),
            _ => {}
        }
    }
    let here = entries(&writer, 240).await;
    let store = KurrentStore::open(options(&cluster, &dir, &clock))
        .await
        .unwrap();
    assert_eq!(entries(&store, 240).await, here);
    assert_eq!(store.mirror().check().unwrap().damage, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_that_is_ahead_of_its_cluster_stops() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let store = KurrentStore::open(options(&cluster, root.path(), &clock))
        .await
        .unwrap();
    for number in 0..5_u64 {
        store
            .append(append("stock-a", number.checked_sub(1), number))
            .await
            .unwrap();
    }
    cluster.with_log(|log| log.forget_after(3));
    cluster.fail_reads(&[ReadFault::Cut(0)]);
    let refused = tokio::time::timeout(Duration::from_secs(30), store.grown_past(5)).await;
    let why = refused.unwrap().unwrap_err().to_string();
    assert!(
        why.contains("5 entries") && why.contains("stock-a@4"),
        "{why}"
    );
    let refused = store.append(append("stock-b", None, 9)).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
    store.close().await;
    drop(store);
    let refused = KurrentStore::open(options(&cluster, root.path(), &clock)).await;
    assert!(
        matches!(refused, Err(OpenError::Cluster(ClusterError::Ahead { .. }))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_entry_stops_the_node_and_another_log_is_refused() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let options = |name: &str, namespace: &str, origin: &str| {
        let mut options = options(&cluster, &root.path().join(name), &clock);
        options.mirror = options.mirror.origin(origin);
        options.namespace = namespace.to_owned();
        options
    };
    let ours = KurrentStore::open(options("a", "ours.", ORIGIN))
        .await
        .unwrap();
    ours.append(append("stock-a", None, 0)).await.unwrap();
    let other = "sijill.example/other";
    let refused = KurrentStore::open(options("b", "ours.", other)).await;
    assert!(
        matches!(
            refused,
            Err(OpenError::Cluster(ClusterError::OtherLog { .. }))
        ),
        "{refused:?}"
    );
    // In a namespace of its own it has the cluster to itself.
    let beside = KurrentStore::open(options("b", "theirs.", other))
        .await
        .unwrap();
    beside.append(append("stock-a", None, 0)).await.unwrap();

    cluster.with_log(|log| log.write_foreign("ours.stock-a", "sijill.events.v1.Forged"));
    let stopped = tokio::time::timeout(Duration::from_secs(30), ours.grown_past(1)).await;
    let why = stopped.unwrap().unwrap_err().to_string();
    assert!(
        why.contains("stock-a@1") && why.contains("only Sijill may write"),
        "{why}"
    );
    beside.append(append("stock-a", Some(0), 1)).await.unwrap();
    assert_eq!(
        (beside.size(), beside.stopped(), beside.trouble()),
        (2, None, None)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withheld_parts_are_read_on_every_node_and_destroyed_on_all() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let open = |name: &str| KurrentStore::open(options(&cluster, &root.path().join(name), &clock));
    let (a, b) = (open("a").await.unwrap(), open("b").await.unwrap());
    let part = contract::part(PartClass::Person, "a name nobody may read");
    let mut with_part = append("stock-a", None, 0);
    with_part.entries[0].withheld = vec![part.clone()];
    cluster.fail_appends(&[AppendFault::CutAfter, AppendFault::CutBefore]);
    a.append(with_part.clone()).await.unwrap();
    entries(&b, 1).await;
    assert_eq!(b.parts(0).await, Ok(vec![StoredPart::Known(part)]));
    // One stream for the part, one for the entry, one that names the log.
    assert_eq!(cluster.with_log(|log| log.events.len()), 3);
    assert_eq!((a.size(), b.size()), (1, 1));

    a.erase_part(0, 0).await.unwrap();
    assert_eq!(b.parts(0).await, Ok(vec![StoredPart::Absent]));
    // Whoever asks again for the same append does not bring it back.
    assert_eq!(a.append(with_part).await.unwrap().first_index, 0);
    assert_eq!(a.parts(0).await, Ok(vec![StoredPart::Absent]));
}
