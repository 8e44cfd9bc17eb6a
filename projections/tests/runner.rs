//! The way from a store to the views: codec, batches, positions, faults; and snapshots that cannot be trusted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::random::{history, steps};
use common::{Log, date, ids, issue, key, noon, quantity, receive};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sijill_ledger_core::codec;
use sijill_ledger_core::store::{Append, EventStore, Expected, MemoryStore, NewEntry, Part};
use sijill_ledger_core::time::{ManualClock, Timestamp};
use sijill_projections::runner::RunError;
use sijill_projections::shortage::Shortage;
use sijill_projections::snapshot::{Bounds, Place, Reason, prune};
use sijill_projections::{Runner, View, Views};

const ORIGIN: &str = "sijill.test/views";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
}

/// One long random history, the same in every run.
fn long_log() -> Log {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut log = Log::default();
    while log.events.len() < 600 {
        log = history(&steps(1_500).new_tree(&mut runner).unwrap().current()).0;
    }
    log
}

/// Puts a log into a store, entry by entry, as the ledger would.
async fn stored(log: &Log) -> Arc<MemoryStore> {
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1)));
    let store = Arc::new(MemoryStore::new(ORIGIN, clock));
    for event in &log.events {
        let encoded = codec::encode(&event.event).unwrap();
        let part = |(class, bytes)| Part {
            class,
            salt: [7; 32],
            bytes,
        };
        let entry = NewEntry {
            id: event.id,
            kind: encoded.kind,
            metadata: codec::encode_metadata(&event.metadata).unwrap(),
            data: encoded.data,
            withheld: encoded.withheld.into_iter().map(part).collect(),
        };
        append(&store, event.stream.clone(), event.revision, entry).await;
    }
    store
}

async fn append(
    store: &Arc<MemoryStore>,
    stream: sijill_ledger_core::store::StreamName,
    revision: u64,
    entry: NewEntry,
) {
    let append = Append {
        stream,
        expected: Expected::after(revision.checked_sub(1)),
        entries: vec![entry],
        not_after: None,
    };
    store.append(append).await.unwrap();
}

fn fed(log: &Log) -> Runner {
    let mut runner = Runner::default();
    log.events
        .iter()
        .for_each(|event| runner.apply(event).unwrap());
    runner
}

#[test]
fn through_the_codec_in_any_portions_the_views_are_the_same() {
    let log = long_log();
    let size = log.events.len() as u64;
    runtime().block_on(async {
        let store = stored(&log).await;
        let mut at_once = Runner::default();
        at_once.catch_up(&store).await.unwrap();
        assert_eq!(at_once.digests(), fed(&log).digests());
        for portion in [1, 7, 255, 256, 257] {
            let mut runner = Runner::default();
            let mut until = 0;
            while until < size {
                until = (until + portion).min(size);
                runner.catch_up_to(&store, until).await.unwrap();
                assert_eq!(runner.position(), until);
            }
            assert_eq!(runner.digests(), at_once.digests(), "portions of {portion}");
        }
        let beyond = at_once.catch_up_to(&store, size + 1).await;
        assert_eq!(
            beyond,
            Err(RunError::Short {
                size,
                wanted: size + 1
            })
        );
    });
}

#[test]
fn an_entry_that_cannot_be_decoded_is_named_and_what_came_before_it_is_seen() {
    let mut log = Log::default();
    log.stock(
        "CLINIC",
        noon(date("2026-01-01")),
        receive(key("AMOX"), quantity(9), None, false),
    );
    log.stock(
        "CLINIC",
        noon(date("2026-01-02")),
        issue(key("AMOX"), quantity(2), None),
    );
    runtime().block_on(async {
        let store = stored(&log).await;
        let entry = NewEntry {
            id: log.events[0].id,
            kind: "sijill.events.v1.NeverHeardOf",
            metadata: codec::encode_metadata(&log.events[0].metadata).unwrap(),
            data: vec![1, 2, 3],
            withheld: Vec::new(),
        };
        let id = uuid::Uuid::from_u128(77);
        let entry = NewEntry { id, ..entry };
        append(&store, log.events[0].stream.clone(), 2, entry).await;

        let mut runner = Runner::default();
        let fault = runner.catch_up(&store).await.unwrap_err();
        assert!(
            matches!(fault, RunError::Decode { index: 2, .. }),
            "{fault}"
        );
        assert_eq!(runner.digests(), fed(&log).digests());
    });
}

#[test]
fn a_gap_is_refused() {
    let log = long_log();
    let mut runner = Runner::default();
    let gap = RunError::Gap {
        expected: 0,
        found: 1,
    };
    assert_eq!(runner.apply(&log.events[1]), Err(gap));
    assert_eq!(runner.position(), 0);
}

#[test]
fn views_restored_at_different_indexes_are_each_fed_from_there() {
    let log = long_log();
    let dir = tempfile::tempdir().unwrap();
    let mut runner = Runner::default();
    for event in &log.events[..300] {
        runner.apply(event).unwrap();
        if event.index == 99 {
            runner.save(dir.path(), ORIGIN).unwrap();
        }
    }
    let newest = runner.save(dir.path(), ORIGIN).unwrap();
    // The newest snapshot of the first view is gone: it starts at 100, the other at 300.
    std::fs::remove_file(&newest[0]).unwrap();

    runtime().block_on(async {
        let store = stored(&log).await;
        let restored =
            Runner::restore(dir.path(), ORIGIN, Bounds::newest(store.size()), &ids(&log));
        assert_eq!(restored.rejected, []);
        let mut runner = restored.runner;
        let positions: Vec<_> = runner.positions().take(2).collect();
        assert_eq!(positions, [("shortage", 100), ("distribution", 300)]);
        runner.catch_up(&store).await.unwrap();
        assert_eq!(runner.digests(), fed(&log).digests());
    });

    // As of an earlier index, a newer snapshot is left aside without complaint.
    let bounds = Bounds {
        log_size: 600,
        at_most: 299,
    };
    let restored = Runner::restore(dir.path(), ORIGIN, bounds, &ids(&log));
    assert_eq!(
        (restored.runner.position(), restored.rejected.len()),
        (100, 0)
    );

    prune::<Shortage>(dir.path(), 0).unwrap();
    let restored = Runner::restore(dir.path(), ORIGIN, bounds, &ids(&log));
    let positions: Vec<_> = restored.runner.positions().take(2).collect();
    assert_eq!(positions, [("shortage", 0), ("distribution", 100)]);
}

/// One snapshot of the shortage view at index 600, changed; why it is not used.
fn rejected(change: impl Fn(&mut Vec<u8>), origin: &str, log_size: u64) -> Reason {
    let log = long_log();
    let mut view = Shortage::default();
    log.events
        .iter()
        .take(600)
        .for_each(|event| view.apply(event));
    let dir = tempfile::tempdir().unwrap();
    let place = Place {
        index: 600,
        last_event: Some(log.events[599].id),
    };
    let path = sijill_projections::snapshot::save(dir.path(), ORIGIN, place, &view).unwrap();
    change_file(&path, change);
    let mut restored = Runner::restore(dir.path(), origin, Bounds::newest(log_size), &ids(&log));
    assert_eq!(restored.runner.position(), 0, "rebuilt from the log");
    assert_eq!(restored.rejected.len(), 1);
    restored.rejected.remove(0).reason
}

fn change_file(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_is_wrong_with_a_snapshot_is_said_and_the_view_rebuilt() {
    let intact = |_: &mut Vec<u8>| {};
    assert_eq!(
        rejected(|bytes| bytes[0] ^= 1, ORIGIN, 600),
        Reason::NotASnapshot
    );
    assert_eq!(
        rejected(|bytes| bytes[11] = 9, ORIGIN, 600),
        Reason::Format(9)
    );
    assert_eq!(
        rejected(|bytes| bytes[40] ^= 1, ORIGIN, 600),
        Reason::Damaged
    );
    assert_eq!(
        rejected(|bytes| bytes.truncate(bytes.len() / 2), ORIGIN, 600),
        Reason::Damaged
    );
    assert_eq!(rejected(Vec::clear, ORIGIN, 600), Reason::NotASnapshot);
    assert_eq!(
        rejected(intact, "another.log", 600),
        Reason::Origin(ORIGIN.to_owned())
    );
    let beyond = Reason::BeyondLog {
        index: 600,
        log_size: 599,
    };
    assert_eq!(rejected(intact, ORIGIN, 599), beyond);
}

/// Two logs of one origin, alike in all but the ids of their events: a restored copy that went its own way.
#[test]
fn a_snapshot_of_another_log_with_the_same_origin_is_not_used() {
    let log = long_log();
    let dir = tempfile::tempdir().unwrap();
    fed(&log).save(dir.path(), ORIGIN).unwrap();
    let size = log.events.len() as u64;
    let own = Runner::restore(dir.path(), ORIGIN, Bounds::newest(size), &ids(&log));
    assert_eq!((own.runner.position(), own.rejected.len()), (size, 0));

    let mut other = log;
    other.events.last_mut().unwrap().id = uuid::Uuid::from_u128(77);
    let restored = Runner::restore(dir.path(), ORIGIN, Bounds::newest(size), &ids(&other));
    assert_eq!(restored.runner.position(), 0);
    let reasons: Vec<Reason> = restored.rejected.into_iter().map(|it| it.reason).collect();
    let every_view = vec![Reason::OtherHistory(size); Views::COUNT];
    assert_eq!(reasons, every_view);
    let unreadable = Runner::restore(dir.path(), ORIGIN, Bounds::newest(size), &|_| None);
    assert_eq!(unreadable.runner.position(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// No flipped bit goes unseen, and none makes the program fall.
    #[test]
    fn any_flipped_bit_is_found(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let reason = rejected(
            |bytes| {
                let place = place.index(bytes.len());
                bytes[place] ^= 1 << bit;
            },
            ORIGIN,
            600,
        );
        prop_assert!(matches!(reason, Reason::NotASnapshot | Reason::Format(_) | Reason::Damaged));
    }
}
