//! A tree that grows leaf by leaf: its root, and the tiles that it completes. Knows no files.

use std::convert::Infallible;

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{EMPTY_HASH, HASH_SIZE, Hash, node_hash, record_hash};

use crate::log::tile::TILE_WIDTH;

/// Bytes of a full tile.
pub(super) const TILE_BYTES: usize = TILE_WIDTH as usize * HASH_SIZE;

/// Leaves in, roots out. Holds only the hashes that no full tile has yet: at most 255 per level, of which there are eight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RootBuilder {
    size: u64,
    /// The hashes of the unfinished tile of each level, one after the other.
    tails: Vec<Vec<u8>>,
}

/// The root of a tree from the roots of its parts: each has the same number of leaves, a power of two, but the last, which may
/// have fewer. So parts can be computed at the same time. (RFC 6962, 2.1: a tree is split at a power of two.)
pub fn root_of_parts(parts: &[Hash]) -> Hash {
    match parts {
        [] => EMPTY_HASH,
        [only] => *only,
        [_, _, ..] => {
            let half = parts.len().div_ceil(2).next_power_of_two();
            let (left, right) = parts.split_at(half.min(parts.len() - 1));
            node_hash(root_of_parts(left), root_of_parts(right))
        }
    }
}

/// A tile that has just become full.
#[derive(Clone, Copy, Debug)]
pub struct FullTile<'a> {
    /// Its level.
    pub level: u8,
    /// Its place in the level.
    pub n: u64,
    /// Its 256 hashes, one after the other.
    pub hashes: &'a [u8],
}

impl RootBuilder {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree whose unfinished tiles are known, level by level.
    pub(in crate::log) fn resumed(size: u64, tails: Vec<Vec<u8>>) -> Self {
        Self { size, tails }
    }

    /// How many leaves it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry.
    pub fn push_entry(&mut self, entry: &[u8]) {
        self.push(record_hash(entry));
    }

    /// Adds the hash of an entry.
    pub fn push(&mut self, leaf: Hash) {
        let Ok(()) = self.push_with(leaf, |_| Ok::<(), Infallible>(()));
    }

    /// Adds the hash of an entry, and hands over each tile that became full by it. After an error of `full` the builder is of
    /// no use any more.
    pub fn push_with<E>(
        &mut self,
        leaf: Hash,
        mut full: impl FnMut(FullTile<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut hash, mut n) = (leaf, self.size);
        for level in 0.. {
            if self.tails.len() <= usize::from(level) {
                self.tails.push(Vec::with_capacity(TILE_BYTES));
            }
            n /= u64::from(TILE_WIDTH);
            let Some(tail) = self.tails.get_mut(usize::from(level)) else {
                break;
            };
            tail.extend_from_slice(&hash.0);
            if tail.len() < TILE_BYTES {
                break;
            }
            full(FullTile {
                level,
                n,
                hashes: tail,
            })?;
            hash = Tile::subtree_hash(tail);
            tail.clear();
        }
        self.size += 1;
        Ok(())
    }

    /// The root of the tree as it is now (RFC 6962, 2.1).
    pub fn root(&self) -> Hash {
        let mut root = None;
        // The complete subtrees, from the smallest, which is the last, to the largest, which is the first.
        for tail in &self.tails {
            let mut rest = tail.as_slice();
            while !rest.is_empty() {
                let last_bytes = 1 << rest.len().trailing_zeros();
                let (before, last) = rest.split_at(rest.len() - last_bytes);
                let subtree = Tile::subtree_hash(last);
                root = Some(root.map_or(subtree, |right| node_hash(subtree, right)));
                rest = before;
            }
        }
        root.unwrap_or(EMPTY_HASH)
    }

    /// The hashes of a level's unfinished tile, one after the other; empty where there is none.
    pub fn tail(&self, level: u8) -> &[u8] {
        self.tails
            .get(usize::from(level))
            .map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_any_number_of_leaves_give_the_root_of_the_whole() {
        let leaves: Vec<Hash> = (0..300_u16)
            .map(|n| record_hash(&n.to_be_bytes()))
            .collect();
        let root = |leaves: &[Hash]| {
            let mut tree = RootBuilder::new();
            for leaf in leaves {
                tree.push(*leaf);
            }
            tree.root()
        };
        for size in 0..leaves.len() {
            let leaves = &leaves[..size];
            for part in [1, 2, 8, 64, 512] {
                let parts: Vec<Hash> = leaves.chunks(part).map(root).collect();
                assert_eq!(root_of_parts(&parts), root(leaves), "{size} by {part}");
            }
        }
    }
}
