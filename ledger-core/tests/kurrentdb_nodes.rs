//! Several nodes of one ledger on a cluster: what they may sign, whose turn the policies are, and that these do everything once.

#![cfg(feature = "kurrentdb")]
#![allow(clippy::unwrap_used, clippy::panic, dead_code)] // helpers of tests

mod common;
mod kurrent;

use std::sync::Arc;
use std::time::Duration;

use common::{clinic, clinic_with_gauze, gauze_key, official, transfers};
use kurrent::node::{ORIGIN, append, clock, hasty, options};
use kurrent::server::{AppendFault, Cluster, ReadFault};
use sijill_ledger_core::domain::stock::{
    Command, Document, Issue, LineIn, LineOut, Receipt, Recipient, Source, Stock,
};
use sijill_ledger_core::domain::values::DocumentNumber;
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, ExecuteError, Ledger};
use sijill_ledger_core::policies::{self, Checkpoints, MemoryCheckpoints};
use sijill_ledger_core::store::kurrentdb::KurrentStore;
use sijill_ledger_core::store::node::{Intended, TreeHead};
use sijill_ledger_core::store::{EventStore as _, MemoryStore, NodeStore};
use sijill_ledger_core::time::{Clock, ManualClock};
use uuid::Uuid;

async fn two(
    cluster: &Cluster,
    root: &tempfile::TempDir,
    clock: &Arc<ManualClock>,
) -> (KurrentStore, KurrentStore) {
    let open = |name: &str| KurrentStore::open(options(cluster, &root.path().join(name), clock));
    (open("a").await.unwrap(), open("b").await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_trees_only_one_is_noted() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let (a, b) = two(&cluster, &root, &clock).await;
    assert_eq!(a.intended().await.unwrap(), None);
    let head = |size: u64, byte| TreeHead {
        size,
        root: [byte; 32],
    };
    // Both at once: one is first, the other must look at what it noted.
    let (first, second) = tokio::join!(a.intend(None, head(3, 1)), b.intend(None, head(4, 2)));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first != second, "{first} {second}");
    let noted = b.intended().await.unwrap().unwrap();
    assert_eq!(a.intended().await.unwrap(), Some(noted));
    assert_eq!(noted.head, if first { head(3, 1) } else { head(4, 2) });
    // The answer is lost, the note is not, and is there once.
    cluster.fail_appends(&[AppendFault::CutAfter]);
    assert!(b.intend(Some(noted), head(5, 3)).await.unwrap());
    assert!(!a.intend(Some(noted), head(6, 4)).await.unwrap());
    let expected = Intended {
        revision: noted.revision + 1,
        head: head(5, 3),
    };
    assert_eq!(a.intended().await.unwrap(), Some(expected));
    // None of it is an entry.
    a.append(append("stock-a", None, 0)).await.unwrap();
    assert_eq!(a.size(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_policies_have_one_turn() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let (a, b) = two(&cluster, &root, &clock).await;
    let patience = Duration::from_millis(400);
    let (mut first, mut second) = (a.turns(patience), b.turns(patience));
    assert!(first.look().await.unwrap());
    for _ in 0..10 {
        assert!(!second.look().await.unwrap());
        assert!(first.look().await.unwrap());
        tokio::time::sleep(patience / 8).await;
    }
    // It ends in order: the other one need not wait.
    first.release().await.unwrap();
    assert!(second.look().await.unwrap());
    assert!(!first.look().await.unwrap());
    // It ends without a word: the other one waits, and the first finds its turn gone when it comes back.
    tokio::time::sleep(patience * 2).await;
    assert!(first.look().await.unwrap());
    assert!(!second.look().await.unwrap());
    assert!(first.look().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_that_run_on_two_nodes_do_everything_once() {
    let fresh = || -> Arc<dyn Checkpoints> { Arc::new(MemoryCheckpoints::default()) };
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let time: Arc<dyn Clock> = clock.clone();
    let alone = Ledger::new(
        Arc::new(MemoryStore::new(ORIGIN, Arc::clone(&time))),
        Arc::clone(&time),
    );
    transfers::history(&alone).await;
    policies::catch_up(&alone, &fresh()).await.unwrap();

    let cluster = Cluster::start(1, Arc::clone(&time)).await;
    let (a, b) = two(&cluster, &root, &clock).await;
    let ledger = |store| Ledger::new(Arc::new(NodeStore::cluster(store)), Arc::clone(&time));
    let (a, b) = (ledger(a), ledger(b));
    transfers::history(&a).await;
    while b.store().size() < a.store().size() {
        b.store().grown_past(b.store().size()).await.unwrap();
    }
    let (kept_a, kept_b) = (fresh(), fresh());
    let (on_a, on_b) = tokio::join!(
        policies::catch_up(&a, &kept_a),
        policies::catch_up(&b, &kept_b)
    );
    on_a.unwrap();
    on_b.unwrap();
    let expected = transfers::ids(&**alone.store()).await;
    while a.store().size() < expected.len() as u64 {
        a.store().grown_past(a.store().size()).await.unwrap();
    }
    assert_eq!(transfers::ids(&**a.store()).await, expected);
}

/// Two nodes that give up waiting soon, and a store whose first receipt both hold.
async fn two_ledgers(
    cluster: &Cluster,
    root: &tempfile::TempDir,
    clock: &Arc<ManualClock>,
) -> (Ledger<NodeStore>, Ledger<NodeStore>) {
    let open = async |name: &str| {
        let store = KurrentStore::open(hasty(cluster, &root.path().join(name), clock));
        let store = NodeStore::cluster(store.await.unwrap());
        Ledger::new(Arc::new(store), clock.clone() as Arc<dyn Clock>)
    };
    let (a, b) = (open("a").await, open("b").await);
    clinic_with_gauze(&a).await;
    execute(&a, receive(1), 1).await;
    grow(&b, a.store().size()).await;
    (a, b)
}

async fn grow(ledger: &Ledger<NodeStore>, size: u64) {
    while ledger.store().size() < size {
        let store = ledger.store();
        store.grown_past(store.size()).await.unwrap();
    }
}

fn document() -> Document {
    Document {
        number: DocumentNumber::new("DOC-1").unwrap(),
        attachment: None,
        note: None,
    }
}

fn receive(quantity: u32) -> Command {
    Command::Receive(Receipt {
        document: document(),
        source: Source::Production,
        provisional: false,
        lines: vec![LineIn {
            key: gauze_key(),
            expiry: None,
            quantity: quantity.into(),
            unit_price: None,
        }],
    })
}

fn issue(quantity: u32) -> Command {
    Command::Issue(Issue {
        document: document(),
        to: Recipient::Patients,
        lines: vec![LineOut {
            key: gauze_key(),
            quantity: quantity.into(),
            reservation: None,
            fefo_override: None,
        }],
    })
}

fn context(id: u128) -> Context {
    Context::new(Uuid::from_u128(id), official("huda", Role::Storekeeper))
}

async fn execute(ledger: &Ledger<NodeStore>, command: Command, id: u128) -> u64 {
    let stream = Stock::stream(&clinic(0));
    let done = ledger.execute::<Stock>(&stream, command, context(id)).await;
    done.unwrap().first_index
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_stands_only_on_the_history_it_was_decided_on() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let (a, b) = two_ledgers(&cluster, &root, &clock).await;
    let stream = Stock::stream(&clinic(0));
    let before = execute(&b, receive(1), 2).await;
    grow(&a, before + 1).await;
    // What is issued is what was received here just before, of which nothing will stand where it was expected to.
    let received = a.submit::<Stock>(&stream, receive(5), context(3)).await;
    let issued = a.submit::<Stock>(&stream, issue(6), context(4)).await;
    let received = received.unwrap().done().await.unwrap();
    let issued = issued.unwrap().done().await.unwrap();
    assert_eq!(
        (received.first_index, issued.first_index),
        (before + 1, before + 2)
    );
    assert_eq!((issued.revision, a.store().size()), (3, before + 3));
    grow(&b, before + 3).await;
    // The other node can go on from it.
    assert_eq!(execute(&b, issue(1), 5).await, before + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_asked_for_again_in_doubt_stands_once() {
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let (a, b) = two_ledgers(&cluster, &root, &clock).await;
    let stream = Stock::stream(&clinic(0));
    let before = execute(&b, receive(1), 2).await;
    grow(&a, before + 1).await;
    // The mirror shows nothing new for a while.
    cluster.fail_reads(&[ReadFault::Stall(0); 4]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let first = a.submit::<Stock>(&stream, receive(3), context(3)).await;
    let second = a.submit::<Stock>(&stream, receive(4), context(4)).await;
    // Whoever asked for the second one is gone, and asks again once the first one was decided anew.
    drop(second.unwrap());
    let first = tokio::spawn(first.unwrap().done());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let again = execute(&a, receive(4), 4).await;
    let first = first.await.unwrap().unwrap().first_index;
    assert_eq!(first.min(again), before + 1);
    assert_eq!(first.max(again), before + 2);
    // Everything that is stored has come.
    assert_eq!(execute(&a, receive(5), 5).await, before + 3);
    assert_eq!(execute(&b, receive(6), 6).await, before + 4);
}

/// Commands of one client, one after the other; those that others were faster than are asked for again.
async fn client(ledger: Ledger<NodeStore>, ids: std::ops::Range<u128>) {
    let stream = Stock::stream(&clinic(0));
    for id in ids {
        let done = async || {
            let done = ledger.execute::<Stock>(&stream, receive(1), context(id));
            done.await
        };
        while let Err(error) = done().await {
            assert!(matches!(error, ExecuteError::Contended { .. }), "{error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_two_nodes_command_has_each_command_once() {
    const CLIENTS: u128 = 6;
    const COMMANDS: u128 = 5;
    let (root, clock) = (tempfile::tempdir().unwrap(), clock());
    let cluster = Cluster::start(1, clock.clone()).await;
    let (a, b) = two_ledgers(&cluster, &root, &clock).await;
    let size = a.store().size() + u64::try_from(2 * CLIENTS * COMMANDS).unwrap();
    let clients = (1..=2 * CLIENTS).map(|n| {
        let ledger = if n % 2 == 0 { &a } else { &b };
        tokio::spawn(client(ledger.clone(), n * 100..n * 100 + COMMANDS))
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    grow(&a, size).await;
    grow(&b, size).await;
    let ids = transfers::ids(&**a.store()).await;
    assert_eq!(ids, transfers::ids(&**b.store()).await);
    assert_eq!(ids.len() as u64, size);
    assert!(ids.windows(2).all(|two| two[0] != two[1]));
}
