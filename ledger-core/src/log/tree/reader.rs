//! Hashes at any place of the tree, for the arithmetic of proofs.

use std::cell::RefCell;
use std::sync::Arc;

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{Error, HASH_SIZE, Hash, HashReader, split_stored_hash_index};

use super::builder::RootBuilder;
use super::{Tree, TreeError, WIDTH};

/// The tree as it was at one moment.
pub(super) struct Reader<'a> {
    tree: &'a Tree,
    now: Arc<RootBuilder>,
    /// The full tile read last: neighbours in a proof mostly lie in one.
    last: RefCell<Option<Last>>,
    /// What went wrong: the errors of `tlog_tiles` have no room for it.
    failed: RefCell<Option<TreeError>>,
}

/// A tile with its level and place.
type Last = (u8, u64, Arc<[u8]>);

impl<'a> Reader<'a> {
    pub(super) fn new(tree: &'a Tree, now: Arc<RootBuilder>) -> Self {
        Self {
            tree,
            now,
            last: RefCell::default(),
            failed: RefCell::default(),
        }
    }

    /// Computes something from hashes of the tree. Sizes and indexes in it must lie within the tree.
    pub(super) fn run<T>(
        self,
        compute: impl FnOnce(&Self) -> Result<T, Error>,
    ) -> Result<T, TreeError> {
        let computed = compute(&self);
        let failed = self.failed.into_inner();
        computed.map_err(|error| failed.unwrap_or_else(|| TreeError::Disorder(error.to_string())))
    }

    /// The root of the complete subtree of 2^`level` leaves at a place among its like.
    pub(super) fn hash(&self, level: u8, n: u64) -> Result<Hash, TreeError> {
        // Each level of tiles is eight levels of the tree; what lies between is computed from the tile.
        let (tile_level, inner) = (level / 8, level % 8);
        let first = n << inner;
        let (tile, place) = (first / WIDTH, first % WIDTH);
        let start = usize::try_from(place).unwrap_or(usize::MAX) * HASH_SIZE;
        let range = start..start + (HASH_SIZE << inner);
        let full_len = self.now.size().checked_shr(8 * u32::from(tile_level) + 8);
        let subtree = if tile < full_len.unwrap_or_default() {
            let full = self.full_tile(tile_level, tile)?;
            full.get(range).map(Tile::subtree_hash)
        } else {
            self.now.tail(tile_level).get(range).map(Tile::subtree_hash)
        };
        subtree.ok_or_else(|| TreeError::Disorder(format!("no hash {n} on level {level}")))
    }

    fn full_tile(&self, level: u8, n: u64) -> Result<Arc<[u8]>, TreeError> {
        if let Some((l, at, tile)) = &*self.last.borrow()
            && (*l, *at) == (level, n)
        {
            return Ok(Arc::clone(tile));
        }
        let tile = self.tree.full_tile(level, n)?;
        *self.last.borrow_mut() = Some((level, n, Arc::clone(&tile)));
        Ok(tile)
    }
}

impl HashReader for Reader<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let hash = |index: &u64| {
            let (level, n) = split_stored_hash_index(*index);
            self.hash(level, n)
        };
        let read: Result<Vec<Hash>, TreeError> = indexes.iter().map(hash).collect();
        read.map_err(|error| {
            *self.failed.borrow_mut() = Some(error);
            Error::IndexesNotInTree
        })
    }
}
