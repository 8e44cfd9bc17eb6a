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

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::stock::{
    Arrival, ArrivalLine, Command, Dispatch, Document, LineIn, LineOut, Receipt, Source, Stock,
};
use sijill_ledger_core::domain::transfer::Transfer;
use sijill_ledger_core::domain::values::{DocumentNumber, TransferId};
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::policies::{
    self, Checkpoint, Checkpoints, FileCheckpoints, MemoryCheckpoints,
};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{EventStore, StreamName};
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

mod common;
use common::{clinic, clinic_profile, gauze_key, gauze_profile, official};

const TRANSFERS: u64 = 40;

fn open(dir: &Path) -> Ledger<EmbeddedStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(dir, Arc::clone(&clock)).origin("sijill.test");
    let store = EmbeddedStore::create_or_open(options).unwrap();
    Ledger::new(Arc::new(store), clock)
}

fn paper(number: &str) -> Document {
    Document {
        number: DocumentNumber::new(number).unwrap(),
        attachment: None,
        note: None,
    }
}

fn transfer(n: u64) -> TransferId {
    TransferId::new(&format!("T{n}")).unwrap()
}

struct Asking<'a>(&'a Ledger<EmbeddedStore>, u128);

impl Asking<'_> {
    async fn ask<A: Aggregate>(&mut self, stream: &StreamName, command: A::Command) {
        self.1 += 1;
        let context = Context::new(Uuid::from_u128(self.1), official("huda", Role::Storekeeper));
        self.0.execute::<A>(stream, command, context).await.unwrap();
    }

    /// One facility sends gauze to another many times; every second transfer arrives, every fourth is short.
    async fn history(&mut self) {
        let gauze = Item::stream(&gauze_key().item);
        self.ask::<Item>(&gauze, item::Command::List(gauze_profile()))
            .await;
        for n in [1, 2] {
            let stream = Facility::stream(&clinic(n));
            let command = facility::Command::Open(clinic_profile());
            self.ask::<Facility>(&stream, command).await;
        }
        let (store, receiver) = (Stock::stream(&clinic(1)), Stock::stream(&clinic(2)));
        let receipt = Receipt {
            document: paper("GRN-1"),
            source: Source::Production,
            provisional: false,
            lines: vec![LineIn {
                key: gauze_key(),
                expiry: None,
                quantity: 10_000.into(),
                unit_price: None,
            }],
        };
        self.ask::<Stock>(&store, Command::Receive(receipt)).await;
        for n in 0..TRANSFERS {
            let dispatch = Dispatch {
                document: paper("DSP-1"),
                transfer: Some(transfer(n)),
                to: Some(clinic(2)),
                due: None,
                requisition: None,
                lines: vec![LineOut {
                    key: gauze_key(),
                    quantity: 10.into(),
                    reservation: None,
                    fefo_override: None,
                }],
            };
            self.ask::<Stock>(&store, Command::Dispatch(dispatch)).await;
        }
        for n in (0..TRANSFERS).step_by(2) {
            let lost: u32 = u32::from(n % 4 == 0);
            let arrival = Arrival {
                document: paper("ARR-1"),
                transfer: Some(transfer(n)),
                from: Some(clinic(1)),
                lines: vec![ArrivalLine {
                    key: gauze_key(),
                    expiry: None,
                    shipped: 10.into(),
                    accepted: (10 - lost).into(),
                    rejected: 0.into(),
                    lost: lost.into(),
                    reason: None,
                }],
            };
            self.ask::<Stock>(&receiver, Command::Arrive(arrival)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_positions_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    Asking(&ledger, 0).history().await;
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
    Asking(&ledger, 0).history().await;
    let fresh = || -> Arc<dyn Checkpoints> { Arc::new(MemoryCheckpoints::default()) };
    policies::catch_up(&ledger, &fresh()).await.unwrap();
    let expected = ids(ledger.store()).await;

    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    Asking(&ledger, 0).history().await;
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
    assert_eq!(ids(ledger.store()).await, expected);
}

/// Event ids, which are derived from who asked for what: equal for two logs in which the same happened.
async fn ids(store: &EmbeddedStore) -> Vec<Uuid> {
    let (mut ids, mut next) = (Vec::new(), 0);
    loop {
        let batch = store.read_log(next).await.unwrap();
        let Some(after) = batch.next_index() else {
            ids.sort_unstable();
            return ids;
        };
        next = after;
        ids.extend(batch.iter().map(|(_, entry)| entry.id));
    }
}
