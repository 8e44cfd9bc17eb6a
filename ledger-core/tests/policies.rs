//! The policies over the embedded store: positions that are lost, damaged or of the future cost time and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fall"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sijill_ledger_core::domain::transfer::Transfer;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::policies::{
    self, Checkpoint, Checkpoints, FileCheckpoints, MemoryCheckpoints,
};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

mod common;
use common::gauze_key;
use common::transfers::{self, TRANSFERS, ids, transfer};

fn open(dir: &Path) -> Ledger<EmbeddedStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(dir, Arc::clone(&clock)).origin("sijill.test");
    let store = EmbeddedStore::create_or_open(options).unwrap();
    Ledger::new(Arc::new(store), clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_positions_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    transfers::history(&ledger).await;
    ledger.store().close();
    drop(ledger);

    let mut size = None;
    let folder = dir.path().join("policies");
    for round in 0..6 {
        let ledger = open(dir.path());
        policies::repair(ledger.clone(), dir.path()).await.unwrap();
        let now = ledger.store().size();
        assert_eq!(*size.get_or_insert(now), now, "round {round}");
        ledger.store().close();
        drop(ledger);
        match round {
            0 => fs::remove_dir_all(&folder).unwrap(),
            1 => fs::write(folder.join("goods-in-transit"), "12 garbage").unwrap(),
            2 => fs::write(folder.join("goods-in-transit"), "").unwrap(),
            3 => {
                let future = Checkpoint {
                    index: now + 100,
                    event: Uuid::from_u128(9),
                    origin: "sijill.test".to_owned(),
                };
                let kept = FileCheckpoints::new(&folder).unwrap();
                kept.store("goods-in-transit", &future).unwrap();
            }
            _ => {}
        }
    }

    let ledger = open(dir.path());
    for n in 0..TRANSFERS {
        let stream = Transfer::stream(&transfer(n));
        let state = ledger.state::<Transfer>(&stream).await.unwrap();
        let arrived = n % 2 == 0;
        assert_eq!(matches!(state, Transfer::Closed(_)), arrived, "T{n}");
        let balance = state.account().unwrap().balance(&gauze_key());
        let lost: u32 = u32::from(n % 4 == 0);
        let accepted = if arrived { 10 - lost } else { 0 };
        assert_eq!(balance.accepted, accepted.into());
        assert_eq!(balance.lost, lost.into());
    }
}

/// The process is taken down while the policies run, again and again, and each time their positions are lost as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_that_are_cut_off_complete_later() {
    let undisturbed = tempfile::tempdir().unwrap();
    let ledger = open(undisturbed.path());
    transfers::history(&ledger).await;
    let fresh = || -> Arc<dyn Checkpoints> { Arc::new(MemoryCheckpoints::default()) };
    policies::catch_up(&ledger, &fresh()).await.unwrap();
    let expected = ids(&**ledger.store()).await;

    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    transfers::history(&ledger).await;
    drop(ledger);
    for round in 0..12_u64 {
        let ledger = open(dir.path());
        let running = tokio::spawn({
            let (ledger, checkpoints) = (ledger.clone(), fresh());
            async move { policies::catch_up(&ledger, &checkpoints).await }
        });
        tokio::time::sleep(std::time::Duration::from_micros(200 * round * round)).await;
        running.abort();
        let _ = running.await;
        // What is in the store's queue is written; what was decided after it is not.
        ledger.store().close();
    }
    let ledger = open(dir.path());
    policies::catch_up(&ledger, &fresh()).await.unwrap();
    assert_eq!(ids(&**ledger.store()).await, expected);
}
