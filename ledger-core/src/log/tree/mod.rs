//! The Merkle tree of a log: roots, proofs and tiles, from hashes in files beside the log.
//!
//! ```text
//! entries ──catch_up──▶ leaf hashes ──256──▶ full tile ──▶ DIR/tree/level-0
//!                                      └─ its root ──256──▶ full tile ──▶ DIR/tree/level-1 …
//! ```
//!
//! Hashes are derived: an append does not wait for them, and nothing of them is synced. A tile that is missing or damaged is
//! made anew from the tiles below it or from the entries, by whoever finds it so. Unfinished tiles are in memory only.

mod builder;
mod check;
mod error;
mod leaves;
mod levels;
mod reader;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{HASH_SIZE, Hash, prove_record, prove_tree, record_hash, tree_hash};

pub use builder::{FullTile, RootBuilder, root_of_parts};
pub use check::{Checked, check};
pub use error::TreeError;

use super::bundle;
use super::tile::{TILE_WIDTH, TileId, TileKind};
use crate::store::embedded::EmbeddedStore;
use leaves::Leaves;
use levels::Levels;
use reader::Reader;

const WIDTH: u64 = TILE_WIDTH as u64;

/// The tree of a store. Reads are concurrent with growth, and see the tree as it was when they began.
///
/// Over a store that is open for writing it keeps its files up; over one that is open for reading only it changes no file, and
/// keeps in memory what the files lack, 32 bytes per entry. It holds the store, which stays open as long.
#[derive(Debug)]
pub struct Tree {
    leaves: Arc<dyn Leaves>,
    levels: Levels,
    now: RwLock<Arc<RootBuilder>>,
    growing: Mutex<()>,
    rebuilt: Mutex<Rebuilt>,
}

/// Tiles that were missing, damaged or other than the entries have them, and are right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many.
    pub tiles: u64,
    /// The first that was found: its level, and its place there.
    pub first: Option<(u8, u64)>,
}

impl Tree {
    /// The tree of a store, as far as its files have it: [`size`](Self::size) says how far; [`catch_up`](Self::catch_up)
    /// does the rest.
    pub fn open(store: &EmbeddedStore) -> Result<Self, TreeError> {
        let levels = Levels::open(store.derived())?;
        Self::over(Arc::new(store.clone()), levels)
    }

    fn over(leaves: Arc<dyn Leaves>, levels: Levels) -> Result<Self, TreeError> {
        let tree = Self {
            leaves,
            levels,
            now: RwLock::default(),
            growing: Mutex::default(),
            rebuilt: Mutex::default(),
        };
        let (mut tiles, tiles_max) = (tree.levels.len(0), tree.leaves.count() / WIDTH);
        if tiles > tiles_max && tree.levels.is_writer() {
            // More than the log: it was replaced by an older one, and what the files have may be of another history.
            tree.levels.clear()?;
            tiles = 0;
        }
        tree.resume(tiles.min(tiles_max))?;
        Ok(tree)
    }

    /// Number of entries in the tree: at most the size of the log.
    pub fn size(&self) -> u64 {
        self.snapshot().size()
    }

    /// What was found wrong in the files since the opening.
    pub fn rebuilt(&self) -> Rebuilt {
        *lock(&self.rebuilt)
    }

    /// Takes in the entries that the log had when this was called, and returns the size reached. Blocks for as long as that
    /// takes; what is done so far can be seen meanwhile, and stays when it fails.
    pub fn catch_up(&self) -> Result<u64, TreeError> {
        let _alone = lock(&self.growing);
        let goal = self.leaves.count();
        let mut tree = RootBuilder::clone(&self.snapshot());
        while tree.size() < goal {
            for leaf in self.leaf_hashes(tree.size(), goal)? {
                tree.push_with(leaf, |tile| self.levels.write(tile))?;
            }
            self.publish(&tree);
        }
        Ok(tree.size())
    }

    /// Computes the tree anew from all of its entries, puts right what differs ([`rebuilt`](Self::rebuilt) tells), and returns
    /// the root at a size that was reached before. To be done before the first signature after a start: checksums find damage,
    /// not forgery.
    pub fn recheck(&self, size: u64) -> Result<Hash, TreeError> {
        let _alone = lock(&self.growing);
        let goal = self.at_least(size)?.size();
        let mut tree = RootBuilder::new();
        let mut root = tree.root();
        while tree.size() < goal {
            for leaf in self.leaf_hashes(tree.size(), goal)? {
                tree.push_with(leaf, |tile| self.put_right(tile))?;
                if tree.size() == size {
                    root = tree.root();
                }
            }
        }
        self.publish(&tree);
        Ok(root)
    }

    /// The root of the tree when it had `size` entries.
    pub fn root(&self, size: u64) -> Result<Hash, TreeError> {
        let now = self.at_least(size)?;
        if now.size() == size {
            return Ok(now.root());
        }
        Reader::new(self, now).run(|reader| tree_hash(size, reader))
    }

    /// The hash of the entry at an index.
    pub fn leaf(&self, index: u64) -> Result<Hash, TreeError> {
        let now = self.snapshot();
        let size = now.size();
        if index >= size {
            return Err(TreeError::NoSuchIndex { index, size });
        }
        Reader::new(self, now).hash(0, index)
    }

    /// The proof that a tree of `size` entries has the one at an index: hashes from the leaf to the root.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, TreeError> {
        let now = self.at_least(size)?;
        if index >= size {
            return Err(TreeError::NoSuchIndex { index, size });
        }
        Reader::new(self, now).run(|reader| prove_record(size, index, reader))
    }

    /// The proof that a tree of `new` entries begins with that of `old`; empty when `old` is 0 or both are the same.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, TreeError> {
        let now = self.at_least(new)?;
        if old > new {
            return Err(TreeError::Shrunk { old, new });
        }
        if old == 0 {
            return Ok(Vec::new());
        }
        Reader::new(self, now).run(|reader| prove_tree(new, old, reader))
    }

    /// The content of a tile, or `None` when the tree does not reach so far. Partial tiles of earlier sizes are answered too.
    pub fn tile(&self, tile: &TileId) -> Result<Option<Vec<u8>>, TreeError> {
        let now = self.snapshot();
        if !tile.is_held(now.size()) {
            return Ok(None);
        }
        let TileKind::Hashes(level) = tile.kind() else {
            return self.entry_bundle(tile).map(Some);
        };
        let bytes = usize::from(tile.width()) * HASH_SIZE;
        let content = if tile.held(now.size()) == TILE_WIDTH {
            let full = self.full_tile(level, tile.n())?;
            full.get(..bytes).map(<[u8]>::to_vec)
        } else {
            now.tail(level).get(..bytes).map(<[u8]>::to_vec)
        };
        Ok(content)
    }

    /// The tree as it is now, to be grown apart from this one.
    pub fn builder(&self) -> RootBuilder {
        RootBuilder::clone(&self.snapshot())
    }

    fn entry_bundle(&self, tile: &TileId) -> Result<Vec<u8>, TreeError> {
        let from = tile.n() * WIDTH;
        let (mut content, mut is_whole) = (Vec::new(), true);
        self.entries(from, from + u64::from(tile.width()), &mut |entry| {
            is_whole &= bundle::push(&mut content, entry);
        })?;
        let disorder = || TreeError::Disorder(format!("an entry does not fit into {tile}"));
        is_whole.then_some(content).ok_or_else(disorder)
    }

    fn snapshot(&self) -> Arc<RootBuilder> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn at_least(&self, wanted: u64) -> Result<Arc<RootBuilder>, TreeError> {
        let now = self.snapshot();
        let size = now.size();
        if wanted <= size {
            Ok(now)
        } else {
            Err(TreeError::TooSmall { wanted, size })
        }
    }

    /// From here on readers see this tree. Its full tiles are written before.
    fn publish(&self, tree: &RootBuilder) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tree.clone());
    }

    /// Begins with so many full tiles on level 0.
    fn resume(&self, tiles: u64) -> Result<(), TreeError> {
        let mut tails = vec![Vec::new()];
        let (mut below, mut len) = (0, tiles);
        while len > 0 {
            tails.push(self.subtree_hashes(below, len - len % WIDTH, len)?);
            (below, len) = (below + 1, len / WIDTH);
        }
        self.publish(&RootBuilder::resumed(tiles * WIDTH, tails));
        Ok(())
    }

    /// A full tile that the tree has; made anew when its file does not have it.
    fn full_tile(&self, level: u8, n: u64) -> Result<Arc<[u8]>, TreeError> {
        if let Some(tile) = self.levels.read(level, n) {
            return Ok(tile);
        }
        let first = n * WIDTH;
        let hashes = match level.checked_sub(1) {
            Some(below) => self.subtree_hashes(below, first, first + WIDTH)?,
            None => self.hashes_of_entries(first, first + WIDTH)?,
        };
        let hashes = hashes.as_slice();
        self.rebuild(FullTile { level, n, hashes })?;
        Ok(hashes.into())
    }

    /// The roots of full tiles, one after the other: what the level above holds.
    fn subtree_hashes(&self, level: u8, from: u64, to: u64) -> Result<Vec<u8>, TreeError> {
        let mut hashes = Vec::new();
        for n in from..to {
            let hash = Tile::subtree_hash(&self.full_tile(level, n)?);
            hashes.extend_from_slice(&hash.0);
        }
        Ok(hashes)
    }

    fn hashes_of_entries(&self, from: u64, to: u64) -> Result<Vec<u8>, TreeError> {
        let mut hashes = Vec::new();
        self.entries(from, to, &mut |entry| {
            hashes.extend_from_slice(&record_hash(entry).0);
        })?;
        Ok(hashes)
    }

    /// The hashes of some entries from an index on.
    fn leaf_hashes(&self, from: u64, end: u64) -> Result<Vec<Hash>, TreeError> {
        let mut hashes = Vec::new();
        self.read_some(from, end, &mut |entry| hashes.push(record_hash(entry)))?;
        Ok(hashes)
    }

    /// All entries from one index to another.
    fn entries(&self, from: u64, to: u64, each: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        let mut at = from;
        while at < to {
            at = self.read_some(at, to, each)?;
        }
        Ok(())
    }

    fn read_some(&self, at: u64, end: u64, each: &mut dyn FnMut(&[u8])) -> Result<u64, TreeError> {
        let next = self.leaves.read(at, end, each)?;
        // Otherwise the loops around this would never end.
        let stuck = || TreeError::Disorder(format!("the log has no entry at index {at}"));
        (next > at).then_some(next).ok_or_else(stuck)
    }

    fn put_right(&self, tile: FullTile<'_>) -> Result<(), TreeError> {
        let held = self.levels.read(tile.level, tile.n);
        if held.is_some_and(|held| *held == *tile.hashes) {
            return Ok(());
        }
        self.rebuild(tile)
    }

    fn rebuild(&self, tile: FullTile<'_>) -> Result<(), TreeError> {
        self.levels.write(tile)?;
        let mut rebuilt = lock(&self.rebuilt);
        rebuilt.tiles += 1;
        rebuilt.first.get_or_insert((tile.level, tile.n));
        Ok(())
    }
}

// Nothing under these locks can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
