//! A log made anew out of a copy: the same entries, the withheld parts that an old directory still has, and then a log like any
//! other.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::store::embedded::{
    EmbeddedStore, OpenError, Options, RealFiles, Restoring, Salvage,
};
use sijill_ledger_core::store::{
    Append, AppendError, EventStore, Expected, PartClass, StoredPart, StreamName, contract,
};
use sijill_ledger_core::time::{ManualClock, Timestamp};

const ORIGIN: &str = "sijill.example/test";
const ENTRIES: u64 = 300;

fn options(dir: &Path) -> Options {
    let clock = ManualClock::new(Timestamp::from_micros(1_760_000_000_000_000));
    Options {
        segment_bytes: 64 << 10,
        ..Options::new(dir, Arc::new(clock))
    }
    .origin(ORIGIN)
}

/// Every fifth entry has two withheld parts.
async fn append(store: &EmbeddedStore, number: u64) -> Result<(), AppendError> {
    let mut entries = vec![contract::entry(number)];
    if number.is_multiple_of(5) {
        entries[0].withheld = vec![
            contract::part(PartClass::Bidder, "who bids"),
            contract::part(PartClass::Person, &format!("who is ill {number}")),
        ];
    }
    let append = Append {
        stream: StreamName::new(&format!("stock-{}", number % 3)).unwrap(),
        expected: Expected::after((number / 3).checked_sub(1)),
        entries,
        not_after: None,
    };
    store.append(append).await.map(|_| ())
}

async fn log(dir: &Path) -> EmbeddedStore {
    let store = EmbeddedStore::create_or_open(options(dir)).unwrap();
    for number in 0..ENTRIES {
        append(&store, number).await.unwrap();
    }
    store
}

fn entries(store: &EmbeddedStore) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    for batch in store.log_reader(0) {
        let batch = batch.unwrap();
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

async fn take(restoring: &Restoring, all: &[Vec<u8>], until: usize) {
    let size = restoring.mirror().store().size();
    let from = usize::try_from(size).unwrap();
    for (n, chunk) in all[from..until].chunks(70).enumerate() {
        let first = size + 70 * n as u64;
        restoring
            .mirror()
            .mirror(first, chunk.to_vec())
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_log_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    let log = log(&old).await;
    log.erase_part(10, 1).await.unwrap();
    let all = entries(&log);

    let begun =
        EmbeddedStore::create_or_open_restoring(options(&new), Salvage::open(&old).unwrap());
    let begun = begun.unwrap();
    take(&begun, &all, 150).await;
    let early = append(begun.mirror().store(), 150).await;
    assert!(
        matches!(early, Err(AppendError::Unavailable(_))),
        "{early:?}"
    );
    begun.mirror().store().close();
    drop(begun);
    // Half restored it is nothing else, and is gone on with.
    let half = EmbeddedStore::create_or_open(options(&new));
    assert!(matches!(half, Err(OpenError::Restoring { .. })), "{half:?}");
    let half = EmbeddedStore::open_read_only(&new);
    assert!(matches!(half, Err(OpenError::Restoring { .. })), "{half:?}");

    let again =
        EmbeddedStore::create_or_open_restoring(options(&new), Salvage::open(&old).unwrap());
    let again = again.unwrap();
    assert_eq!(again.mirror().store().size(), 150);
    take(&again, &all, all.len()).await;
    again.finish().unwrap();
    again.mirror().store().close();
    drop(again);

    let restored = EmbeddedStore::create_or_open(options(&new)).unwrap();
    assert_eq!(restored.notes(), Vec::<String>::new());
    assert_eq!(entries(&restored), all);
    for index in 0..ENTRIES {
        assert_eq!(
            restored.parts(index).await.unwrap(),
            log.parts(index).await.unwrap(),
            "{index}"
        );
    }
    assert_eq!(restored.parts(10).await.unwrap()[1], StoredPart::Absent);
    append(&restored, ENTRIES).await.unwrap();
    assert_eq!(restored.check().unwrap().damage, None);
    restored.close();
    drop(restored);
    let twice = EmbeddedStore::create_or_open_restoring(options(&new), Salvage::default());
    assert!(
        matches!(twice, Err(OpenError::NotRestoring { .. })),
        "{twice:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_parts_are_passed_over_and_others_are_found() {
    let root = tempfile::tempdir().unwrap();
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    let log = log(&old).await;
    let (all, before) = (entries(&log), log.parts(200).await.unwrap());
    log.close();
    // The log is gone, and a piece out of the parts.
    std::fs::remove_dir_all(old.join("log")).unwrap();
    let file = sijill_ledger_core::store::embedded::Files::open(
        &RealFiles,
        &old.join("withheld"),
        sijill_ledger_core::store::embedded::Mode::Write,
    );
    file.unwrap().write_at(&[0xa5; 700], 1_000).unwrap();

    let salvaged = Salvage::open(&old).unwrap();
    let restoring = EmbeddedStore::create_or_open_restoring(options(&new), salvaged).unwrap();
    take(&restoring, &all, all.len()).await;
    let store = restoring.mirror().store();
    assert_eq!(store.parts(200).await.unwrap(), before);
    let (mut known, mut absent) = (0, 0);
    for index in (0..ENTRIES).step_by(5) {
        for part in store.parts(index).await.unwrap() {
            match part {
                StoredPart::Known(_) => known += 1,
                StoredPart::Absent => absent += 1,
            }
        }
    }
    assert_eq!(known + absent, 2 * ENTRIES / 5);
    assert!((1..20).contains(&absent), "{absent} parts were lost");
    assert_eq!(store.check().unwrap().damage, None);
}
