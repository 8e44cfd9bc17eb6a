//! A mirror over real files: the same entries and answers as the log, without what is withheld, for whoever reads it.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::store::embedded::{
    EmbeddedStore, MIRROR_BYTES_MAX, Mirror, MirrorError, OpenError, Options, SNAPSHOT_FILE,
};
use sijill_ledger_core::store::{
    Append, AppendError, EventStore, Expected, PartClass, ReadError, StoredPart, StreamName,
    contract,
};
use sijill_ledger_core::time::{ManualClock, Timestamp};

const ORIGIN: &str = "sijill.example/test";
const ENTRIES: u64 = 1_200;

fn options(dir: &Path) -> Options {
    let clock = ManualClock::new(Timestamp::from_micros(1_760_000_000_000_000));
    Options {
        segment_bytes: 64 << 10,
        ..Options::new(dir, Arc::new(clock))
    }
    .origin(ORIGIN)
}

/// A log of three streams; every fifth entry has a withheld part.
async fn log(dir: &Path) -> EmbeddedStore {
    let store = EmbeddedStore::create_or_open(options(dir)).unwrap();
    for number in 0..ENTRIES {
        let mut entries = vec![contract::entry(number)];
        if number % 5 == 0 {
            entries[0].withheld = vec![contract::part(PartClass::Bidder, "who bids")];
        }
        let append = Append {
            stream: StreamName::new(&format!("stock-{}", number % 3)).unwrap(),
            expected: Expected::after((number / 3).checked_sub(1)),
            entries,
            not_after: None,
        };
        store.append(append).await.unwrap();
    }
    store
}

fn entries(store: &EmbeddedStore, from: u64) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    for batch in store.log_reader(from) {
        let batch = batch.unwrap();
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

/// Mirrors the log to its end, so many entries at a time.
async fn follow(mirror: &Mirror, log: &EmbeddedStore, at_once: usize) {
    let mut next = mirror.store().size();
    for chunk in entries(log, next).chunks(at_once) {
        next = mirror.mirror(next, chunk.to_vec()).await.unwrap();
        assert_eq!(next, mirror.store().size());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_of_a_mirror_see_the_log() {
    let root = tempfile::tempdir().unwrap();
    let log = log(&root.path().join("log")).await;
    let dir = root.path().join("mirror");
    let mirror = EmbeddedStore::create_or_open_mirror(options(&dir)).unwrap();
    let beside = EmbeddedStore::open_read_only(&dir).unwrap();
    follow(&mirror, &log, 256).await;
    assert_eq!(beside.grown_past(ENTRIES - 1).await.unwrap(), ENTRIES);

    for reader in [mirror.store(), &beside] {
        assert!(reader.is_mirror());
        assert_eq!(reader.origin(), ORIGIN);
        assert_eq!(entries(reader, 0), entries(&log, 0));
        assert_eq!(reader.stream_names(), log.stream_names());
        let stream = StreamName::new("stock-2").unwrap();
        let (here, there) = (
            reader.read_stream(&stream, 7).await.unwrap(),
            log.read_stream(&stream, 7).await.unwrap(),
        );
        assert!(here.iter().eq(there.iter()));
        assert_eq!(reader.parts(5).await.unwrap(), [StoredPart::Absent]);
        assert_eq!(reader.parts(6).await.unwrap(), []);
        let beyond = reader.parts(ENTRIES).await;
        assert_eq!(beyond, Err(ReadError::NotFound { index: ENTRIES }));
        let report = reader.check().unwrap();
        assert_eq!((report.entries, report.parts), (ENTRIES, 0));
        assert_eq!((report.damage, report.unread), (None, vec![]));
    }
    assert_eq!(log.check().unwrap().parts, ENTRIES / 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_goes_on_where_it_was() {
    let root = tempfile::tempdir().unwrap();
    let log = log(&root.path().join("log")).await;
    let dir = root.path().join("mirror");
    for round in 0..4 {
        let mirror = EmbeddedStore::create_or_open_mirror(options(&dir)).unwrap();
        assert_eq!(mirror.store().notes(), Vec::<String>::new());
        let next = mirror.store().size();
        let some: Vec<Vec<u8>> = entries(&log, next).into_iter().take(200).collect();
        assert_eq!(mirror.mirror(next, some).await, Ok(next + 200));
        mirror.store().close();
        if round == 1 {
            std::fs::remove_file(dir.join(SNAPSHOT_FILE)).unwrap();
        }
    }
    let mirror = EmbeddedStore::create_or_open_mirror(options(&dir)).unwrap();
    follow(&mirror, &log, 7).await;
    assert_eq!(entries(mirror.store(), 0), entries(&log, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_else_writes_to_a_mirror() {
    let root = tempfile::tempdir().unwrap();
    let (log_dir, dir) = (root.path().join("log"), root.path().join("mirror"));
    let log = log(&log_dir).await;
    let mirror = EmbeddedStore::create_or_open_mirror(options(&dir)).unwrap();
    follow(&mirror, &log, 500).await;

    let append = Append {
        stream: StreamName::new("stock-0").unwrap(),
        expected: Expected::Revision(ENTRIES / 3 - 1),
        entries: vec![contract::entry(ENTRIES)],
        not_after: None,
    };
    let refused = mirror.store().append(append).await;
    assert!(
        matches!(&refused, Err(AppendError::Unavailable(why)) if why.contains("mirror")),
        "{refused:?}"
    );
    // There is nothing to destroy, and no such part is no such part.
    assert_eq!(mirror.store().erase_part(5, 0).await, Ok(()));
    assert_eq!(
        mirror.store().erase_part(5, 1).await,
        Err(ReadError::NoSuchPart { index: 5, part: 1 })
    );
    assert_eq!(mirror.store().size(), ENTRIES);

    mirror.store().close();
    log.close();
    assert!(matches!(
        EmbeddedStore::create_or_open(options(&dir)),
        Err(OpenError::Mirror { .. })
    ));
    assert!(matches!(
        EmbeddedStore::create_or_open_mirror(options(&log_dir)),
        Err(OpenError::NotMirror { .. })
    ));
    let other = options(&dir).origin("sijill.example/other");
    assert!(matches!(
        EmbeddedStore::create_or_open_mirror(other),
        Err(OpenError::OriginMismatch { .. })
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_mirror_one_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let log = log(&root.path().join("log")).await;
    let mirror = EmbeddedStore::create_or_open_mirror(options(&root.path().join("m"))).unwrap();
    let all = entries(&log, 0);
    let (a, b) = tokio::join!(mirror.mirror(0, all.clone()), mirror.mirror(0, all.clone()));
    let size = ENTRIES;
    assert_eq!(a, Ok(size));
    assert_eq!(
        b,
        Err(MirrorError::Position {
            first_index: 0,
            size
        })
    );
    assert_eq!(entries(mirror.store(), 0), all);

    let large = vec![vec![0; 65_535]; MIRROR_BYTES_MAX / 65_535 + 1];
    let refused = mirror.mirror(size, large).await;
    assert!(matches!(refused, Err(MirrorError::TooLarge { .. })));
    mirror.store().close();
    let closed = mirror.mirror(size, Vec::new()).await;
    assert!(matches!(closed, Err(MirrorError::Stopped(_))), "{closed:?}");
}
