//! The tree over a simulated disk: leaves are numbers, so that a tree of any size is cheap.

mod crash;
mod damage;
mod proofs;
mod store;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::levels::Levels;
use super::*;
use crate::log::verify::{verify_consistency, verify_inclusion};
use crate::store::ReadError;
use crate::store::embedded::sim::SimDisk;
use crate::store::embedded::{Derived, LogId};

/// A log whose entries say their index, and of which history they are.
#[derive(Debug)]
struct Numbers {
    count: AtomicU64,
    /// Below this index every history is the same.
    fork: u64,
    history: u64,
    /// From this index on the log cannot be read.
    unreadable_from: AtomicU64,
    /// Entries that one read gives, at most.
    read_max: u64,
}

impl Numbers {
    fn new(count: u64) -> Arc<Self> {
        Self::forked(count, u64::MAX, 0)
    }

    fn forked(count: u64, fork: u64, history: u64) -> Arc<Self> {
        Arc::new(Self {
            count: AtomicU64::new(count),
            fork,
            history,
            unreadable_from: AtomicU64::new(u64::MAX),
            read_max: 1_000,
        })
    }

    fn grow_to(&self, count: u64) {
        self.count.store(count, Ordering::SeqCst);
    }

    fn entry(&self, index: u64) -> Vec<u8> {
        let mut entry = index.to_be_bytes().to_vec();
        if index >= self.fork {
            entry.extend_from_slice(&self.history.to_be_bytes());
        }
        entry
    }

    /// A builder over the first entries, apart from any tree.
    fn builder(&self, size: u64) -> RootBuilder {
        let mut builder = RootBuilder::new();
        (0..size).for_each(|index| builder.push_entry(&self.entry(index)));
        builder
    }

    /// The roots at some sizes.
    fn roots(&self, sizes: &[u64]) -> BTreeMap<u64, Hash> {
        let (mut builder, mut roots) = (RootBuilder::new(), BTreeMap::new());
        let last = sizes.iter().copied().max().unwrap_or_default();
        for size in 0..=last {
            if sizes.contains(&size) {
                roots.insert(size, builder.root());
            }
            builder.push_entry(&self.entry(size));
        }
        roots
    }
}

impl Leaves for Numbers {
    fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    fn read(&self, from: u64, end: u64, each: &mut dyn FnMut(&[u8])) -> Result<u64, ReadError> {
        let limit = self.unreadable_from.load(Ordering::SeqCst);
        let end = end.min(self.count()).min(from + self.read_max).min(limit);
        if from >= limit {
            return Err(ReadError::Corrupt {
                index: from,
                what: "as planned".to_owned(),
            });
        }
        (from..end).for_each(|index| each(&self.entry(index)));
        Ok(end.max(from))
    }
}

fn derived(disk: &SimDisk, is_writer: bool) -> Derived {
    Derived {
        files: Arc::new(disk.clone()),
        dir: PathBuf::from("/data"),
        log_id: LogId([7; 16]),
        is_writer,
    }
}

fn open(disk: &SimDisk, log: &Arc<Numbers>) -> Result<Tree, TreeError> {
    Tree::over(Arc::clone(log) as _, Levels::open(derived(disk, true))?)
}

fn open_read_only(disk: &SimDisk, log: &Arc<Numbers>) -> Tree {
    Tree::over(
        Arc::clone(log) as _,
        Levels::open(derived(disk, false)).unwrap(),
    )
    .unwrap()
}

/// A tree that has all of a log.
fn grown(disk: &SimDisk, log: &Arc<Numbers>) -> Tree {
    let tree = open(disk, log).unwrap();
    tree.catch_up().unwrap();
    tree
}

fn level_path(level: u8) -> PathBuf {
    Path::new("/data/tree").join(format!("level-{level}"))
}

/// Everything that a tree tells is what the entries say: roots, proofs, and every tile.
fn compare(tree: &Tree, log: &Numbers) {
    let size = tree.size();
    let cuts = [0, 1, size / 3, size / 2, size.saturating_sub(1), size];
    let cuts: BTreeMap<u64, Hash> = log.roots(&cuts);
    let root = cuts[&size];
    assert_eq!(tree.root(size).unwrap(), root);
    for (cut, old_root) in cuts.into_iter().filter(|(cut, _)| *cut <= size) {
        assert_eq!(tree.root(cut).unwrap(), old_root);
        let proof = tree.consistency(cut, size).unwrap();
        verify_consistency(cut, old_root, size, root, &proof).unwrap();
        if cut < size {
            let leaf = record_hash(&log.entry(cut));
            assert_eq!(tree.leaf(cut).unwrap(), leaf);
            let proof = tree.inclusion(cut, size).unwrap();
            verify_inclusion(leaf, cut, size, root, &proof).unwrap();
        }
    }
    compare_tiles(tree, log);
}

/// The tiles, level by level, each computed from the one below by its definition.
fn compare_tiles(tree: &Tree, log: &Numbers) {
    let size = tree.size();
    let mut level: Vec<Hash> = (0..size)
        .map(|index| record_hash(&log.entry(index)))
        .collect();
    for tile in TileId::between(0, size) {
        let found = tree.tile(&tile).unwrap().unwrap();
        match tile.kind() {
            TileKind::Entries => {
                let entries = bundle::parse(&found, tile.width()).unwrap();
                let expected = (tile.n() * 256..).map(|index| log.entry(index));
                assert!(entries.iter().zip(expected).all(|(a, b)| **a == b[..]));
            }
            TileKind::Hashes(number) => {
                if tile.n() == 0 && number > 0 {
                    level = level
                        .chunks_exact(256)
                        .map(|hashes| Tile::subtree_hash(&bytes(hashes)))
                        .collect();
                }
                let start = usize::try_from(tile.n() * 256).unwrap();
                let expected = &level[start..start + usize::from(tile.width())];
                assert!(found == bytes(expected), "{tile}");
            }
        }
    }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

/// How many seeds to try: few in every run, more in a drill.
fn seeds(usual: u64) -> u64 {
    std::env::var("SIJILL_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}
