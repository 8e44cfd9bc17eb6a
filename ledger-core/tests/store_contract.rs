//! The contract of event stores, run over each of them; and what only durable stores promise.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sijill_ledger_core::store::embedded::{EmbeddedStore, OpenError, Options};
use sijill_ledger_core::store::{
    Append, AppendError, EventStore, Expected, MemoryStore, PartClass, StoredPart, StreamName,
    contract,
};
use sijill_ledger_core::time::{Clock as _, ManualClock, Timestamp};

const ORIGIN: &str = "sijill.example/test";

fn options(dir: &Path, clock: &Arc<ManualClock>) -> Options {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    Options {
        segment_bytes: 256 << 10,
        ..Options::new(dir, clock)
    }
    .origin(ORIGIN)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_micros(
        1_760_000_000_000_000,
    )))
}

fn append(name: &str, revision: Option<u64>, number: u64) -> Append {
    Append {
        stream: StreamName::new(name).unwrap(),
        expected: Expected::after(revision),
        entries: vec![contract::entry(number)],
        not_after: None,
    }
}

#[tokio::test]
async fn memory_store() {
    let make = |clock: Arc<ManualClock>| async move { MemoryStore::new(ORIGIN, clock) };
    println!("contract: memory");
    contract::run(make).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded_store() {
    let root = tempfile::tempdir().unwrap();
    let number = AtomicU32::new(0);
    let make = |clock| {
        let dir = root
            .path()
            .join(number.fetch_add(1, Ordering::Relaxed).to_string());
        async move { EmbeddedStore::create_or_open(options(&dir, &clock)).unwrap() }
    };
    println!("contract: embedded");
    contract::run(make).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_keeps_everything_across_reopening() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let dir = root.path().join("new/dir");
    let mut appended = Vec::new();
    for round in 0..4_u64 {
        let store = EmbeddedStore::create_or_open(options(&dir, &clock)).unwrap();
        assert_eq!(store.origin(), ORIGIN);
        assert_eq!(store.notes(), Vec::<String>::new());
        assert_eq!(store.size(), appended.len() as u64);
        for number in 0..500 {
            let mut next = append("stock-a", (round * 500 + number).checked_sub(1), number);
            let text = format!("{round} {number}");
            next.entries[0].withheld = vec![contract::part(PartClass::Person, &text)];
            appended.push(store.append(next).await.unwrap());
        }
        store.erase_part(round * 500, 0).await.unwrap();
        let report = store.check().unwrap();
        assert_eq!((report.entries, report.parts), (store.size(), store.size()));
        assert_eq!((report.damage, report.derived), (None, vec![]));
        if round % 2 == 0 {
            store.close();
            let refused = store.append(append("stock-b", None, 0)).await;
            assert!(
                matches!(refused, Err(AppendError::Unavailable(_))),
                "{refused:?}"
            );
        }
    }
    let store = EmbeddedStore::create_or_open(options(&dir, &clock)).unwrap();
    let mut seen = 0;
    for batch in store.log_reader(0) {
        for (index, entry) in batch.unwrap().iter() {
            let known = &appended[usize::try_from(index).unwrap()];
            assert_eq!(
                (known.first_index, known.recorded_at),
                (seen, entry.recorded_at)
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 2_000);
    assert_eq!(store.parts(500).await.unwrap(), [StoredPart::Absent]);
    let known = contract::part(PartClass::Person, "1 1");
    assert_eq!(store.parts(501).await.unwrap(), [StoredPart::Known(known)]);
    assert_eq!(store.stream_names(), [StreamName::new("stock-a").unwrap()]);
    clock.set(Timestamp::from_micros(0));
    let refused = store.append(append("stock-b", None, 0)).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_reader_follows_a_running_writer() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let writer = EmbeddedStore::create_or_open(options(root.path(), &clock)).unwrap();
    writer.append(append("stock-a", None, 0)).await.unwrap();
    let reader = EmbeddedStore::open_read_only(root.path()).unwrap();
    assert_eq!(reader.size(), 1);
    let refused = reader.append(append("stock-a", Some(0), 1)).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
    for number in 1..2_000 {
        let mut next = append("stock-a", Some(number - 1), number);
        next.entries[0].withheld = vec![contract::part(PartClass::Pending, "x")];
        writer.append(next).await.unwrap();
    }
    let mut size = 1;
    while size < 2_000 {
        size = reader.grown_past(size).await.unwrap();
        let last = reader.read_log(size - 1).await.unwrap();
        assert_eq!(last.get(0).unwrap().1.revision, size - 1);
        assert_eq!(reader.parts(size - 1).await.unwrap().len(), 1);
    }
    assert_eq!(reader.check().unwrap().entries, 2_000);
    drop(writer);
    assert_eq!(reader.read_log(1_999).await.unwrap().len(), 1);
}

#[tokio::test]
async fn opening_errors_are_told_apart() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let dir = root.path().join("log");
    assert!(matches!(
        EmbeddedStore::open_read_only(&dir),
        Err(OpenError::NotSijill { .. })
    ));
    let store = EmbeddedStore::create_or_open(options(&dir, &clock)).unwrap();
    let locked = EmbeddedStore::create_or_open(options(&dir, &clock));
    assert!(
        matches!(locked, Err(OpenError::Locked { .. })),
        "{locked:?}"
    );
    drop(store);
    let other = EmbeddedStore::create_or_open(options(&dir, &clock).origin("sijill.example/other"));
    let Err(OpenError::OriginMismatch { found, .. }) = other else {
        panic!("{other:?}")
    };
    assert_eq!(found, ORIGIN);
    let any = Options {
        origin: None,
        ..options(&dir, &clock)
    };
    assert_eq!(EmbeddedStore::create_or_open(any).unwrap().origin(), ORIGIN);

    let foreign = root.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.txt"), "years of work").unwrap();
    let refused = EmbeddedStore::create_or_open(options(&foreign, &clock));
    assert!(
        matches!(refused, Err(OpenError::NotSijill { .. })),
        "{refused:?}"
    );
    let nameless = Options {
        origin: None,
        ..options(&root.path().join("x"), &clock)
    };
    assert!(matches!(
        EmbeddedStore::create_or_open(nameless),
        Err(OpenError::Options(_))
    ));
    let spaced = options(&root.path().join("y"), &clock).origin("no spaces");
    assert!(matches!(
        EmbeddedStore::create_or_open(spaced),
        Err(OpenError::Options(_))
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_start_under_a_clock_years_ahead_stamps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, begun) = (clock(), clock().now().unwrap());
    let open = |allow_gap| {
        let options = options(dir.path(), &clock);
        let options = if allow_gap {
            options.allow_gap()
        } else {
            options
        };
        EmbeddedStore::create_or_open(options).unwrap()
    };
    let store = open(false);
    store.append(append("tender-1", None, 1)).await.unwrap();
    // Within one opening the clock is watched by whoever made it: a demo may span years.
    clock.set(begun.plus_days(400));
    store.append(append("tender-1", Some(0), 2)).await.unwrap();
    store.close();

    clock.set(begun.plus_days(400 + 367));
    let store = open(false);
    for _ in 0..2 {
        let refused = store.append(append("tender-1", Some(1), 3)).await;
        let Err(AppendError::Unavailable(why)) = refused else {
            panic!("{refused:?}")
        };
        assert!(
            why.contains("367 days") && why.contains("allow_gap"),
            "{why}"
        );
    }
    assert_eq!(store.size(), 2);
    // Once the clock is right, it goes on without a restart.
    clock.set(begun.plus_days(400 + 365));
    store.append(append("tender-1", Some(1), 3)).await.unwrap();
    store.close();

    clock.set(begun.plus_days(400 + 365 + 5_000));
    let store = open(true);
    store.append(append("tender-1", Some(2), 4)).await.unwrap();
}
