//! Nodes over the small server, and what they are asked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::store::embedded::Options as Mirror;
use sijill_ledger_core::store::kurrentdb::{KurrentStore, Options};
use sijill_ledger_core::store::{
    APPEND_BYTES_MAX, Append, EventStore, Expected, StreamName, contract,
};
use sijill_ledger_core::time::{ManualClock, Timestamp};

use super::server::Cluster;

pub const ORIGIN: &str = "sijill.example/test";

pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_micros(
        1_760_000_000_000_000,
    )))
}

pub fn options(cluster: &Cluster, dir: &Path, clock: &Arc<ManualClock>) -> Options {
    let clock: Arc<ManualClock> = Arc::clone(clock);
    let mirror = Mirror {
        segment_bytes: 256 << 10,
        ..Mirror::new(dir, clock)
    };
    Options {
        append_bytes_max: APPEND_BYTES_MAX,
        patience: Duration::from_secs(5),
        retry_delay: Duration::from_millis(20),
        poll_every: Duration::from_millis(10),
        ..Options::new(cluster.connection(), mirror.origin(ORIGIN))
    }
}

/// A node that gives up waiting soon.
pub fn hasty(cluster: &Cluster, dir: &Path, clock: &Arc<ManualClock>) -> Options {
    Options {
        patience: Duration::from_millis(500),
        ..options(cluster, dir, clock)
    }
}

pub fn append(name: &str, revision: Option<u64>, number: u64) -> Append {
    Append {
        stream: StreamName::new(name).unwrap(),
        expected: Expected::after(revision),
        entries: vec![contract::entry(number)],
        not_after: None,
    }
}

/// All entries of a store, once it has so many.
pub async fn entries(store: &KurrentStore, size: u64) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while (entries.len() as u64) < size {
        let from = entries.len() as u64;
        let grown = tokio::time::timeout(Duration::from_mins(1), store.grown_past(from)).await;
        grown
            .unwrap_or_else(|_| {
                panic!(
                    "{from} of {size}: {:?} {:?}",
                    store.trouble(),
                    store.stopped()
                )
            })
            .unwrap();
        let batch = store.read_log(from).await.unwrap();
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

/// Numbers that are the same on every run.
pub struct Seed(pub u64);

impl Seed {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
