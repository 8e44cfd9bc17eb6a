//! The tree of an embedded store in a real directory.

use std::sync::Arc;

use super::*;
use crate::store::embedded::Options;
use crate::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use crate::time::{ManualClock, Timestamp};

fn append(store: &EmbeddedStore, first: u64, count: u64) {
    let entry = |number: u64| NewEntry {
        id: uuid::Uuid::from_u128(u128::from(number)),
        kind: "sijill.events.v1.Tested",
        metadata: vec![1; 10],
        data: number.to_be_bytes().to_vec(),
        withheld: Vec::new(),
    };
    let append = Append {
        stream: StreamName::new("stock-1").unwrap(),
        expected: Expected::after(first.checked_sub(1)),
        entries: (first..first + count).map(entry).collect(),
        not_after: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(store.append(append)).unwrap();
}

fn builder(store: &EmbeddedStore) -> RootBuilder {
    let mut builder = RootBuilder::new();
    for batch in store.log_reader(0) {
        batch
            .unwrap()
            .iter()
            .for_each(|(_, entry)| builder.push_entry(entry.bytes()));
    }
    builder
}

#[test]
fn the_tree_follows_its_store() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(
        1_760_000_000_000_000,
    )));
    let options =
        || Options::new(dir.path(), Arc::clone(&clock) as _).origin("sijill.example/tree");
    let store = EmbeddedStore::create_or_open(options()).unwrap();
    let tree = Tree::open(&store).unwrap();
    assert_eq!(tree.catch_up().unwrap(), 0);
    let mut size = 0;
    for count in [1, 254, 1, 1, 900, 700] {
        append(&store, size, count);
        size += count;
        assert_eq!(tree.catch_up().unwrap(), size);
        assert_eq!(tree.builder(), builder(&store));
    }
    let tile = "tile/entries/001".parse().unwrap();
    let content = tree.tile(&tile).unwrap().unwrap();
    let entries = bundle::parse(&content, 256).unwrap();
    assert_eq!(
        entries[3],
        store.entry(259).unwrap().get(0).unwrap().1.bytes()
    );
    assert_eq!(tree.leaf(259).unwrap(), record_hash(entries[3]));

    let reader = EmbeddedStore::open_read_only(dir.path()).unwrap();
    let beside = Tree::open(&reader).unwrap();
    assert_eq!(beside.size(), size / 256 * 256);
    assert_eq!(beside.catch_up().unwrap(), size);
    assert_eq!(beside.recheck(size).unwrap(), tree.root(size).unwrap());
    assert_eq!(beside.rebuilt(), Rebuilt::default());

    drop((tree, store, beside, reader));
    let store = EmbeddedStore::create_or_open(options()).unwrap();
    let tree = Tree::open(&store).unwrap();
    assert_eq!(tree.size(), size / 256 * 256);
    tree.catch_up().unwrap();
    assert_eq!(tree.builder(), builder(&store));
    tree.recheck(size).unwrap();
    assert_eq!(tree.rebuilt(), Rebuilt::default());
}
