//! A tree that grows from entries and is compared on the way.

use std::collections::{BTreeMap, BTreeSet};

use sijill_ledger_core::log::tile::TILE_WIDTH;
use sijill_ledger_core::log::tree::RootBuilder;
use sijill_ledger_core::log::{Hash, leaf_hash};

const WIDTH: u64 = TILE_WIDTH as u64;
/// Levels that any tree has.
const LEVELS: u8 = 8;

/// A tree that grows from the entries, with what is claimed of it on the way.
pub struct Grown<'a> {
    /// As far as it has come.
    pub tree: RootBuilder,
    sizes: &'a BTreeSet<u64>,
    /// The roots on the way, at the sizes that were asked for.
    pub roots: BTreeMap<u64, Hash>,
    /// Tiles that were compared.
    pub tiles: u64,
}

impl<'a> Grown<'a> {
    /// The empty tree.
    pub fn new(sizes: &'a BTreeSet<u64>) -> Self {
        let tree = RootBuilder::new();
        let roots = sizes
            .get(&0)
            .map(|_| (0, tree.root()))
            .into_iter()
            .collect();
        Self {
            tree,
            sizes,
            roots,
            tiles: 0,
        }
    }

    /// Takes the next entry; `compare` judges each tile that became full by it.
    pub fn push<E>(
        &mut self,
        entry: &[u8],
        compare: impl Fn(u8, u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let tiles = &mut self.tiles;
        self.tree.push_with(leaf_hash(entry), |tile| {
            *tiles += 1;
            compare(tile.level, tile.n, tile.hashes)
        })?;
        let size = self.tree.size();
        if self.sizes.contains(&size) {
            self.roots.insert(size, self.tree.root());
        }
        Ok(())
    }

    /// The unfinished tiles, one at most on each level.
    pub fn finish<E>(
        &mut self,
        compare: impl Fn(u8, u64, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut n = self.tree.size() / WIDTH;
        for level in 0..LEVELS {
            let tail = self.tree.tail(level);
            if !tail.is_empty() {
                self.tiles += 1;
                compare(level, n, tail)?;
            }
            n /= WIDTH;
        }
        Ok(())
    }
}
