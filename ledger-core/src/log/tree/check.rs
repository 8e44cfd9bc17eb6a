//! Every entry of a store read once, against the tree's files and for the roots that were claimed: for verifiers. Changes
//! nothing, and holds no more than a growing tree does.

use std::collections::{BTreeMap, BTreeSet};

use tlog_tiles::tlog::Hash;

use super::builder::RootBuilder;
use super::error::TreeError;
use super::leaves::Leaves;
use super::levels::Levels;
use crate::store::embedded::EmbeddedStore;

/// What the entries say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The root at each size that was asked for, as far as the log reaches.
    pub roots: BTreeMap<u64, Hash>,
    /// Full tiles in the files that hold what the entries give.
    pub tiles: u64,
    /// Tiles in the files that hold something else or are damaged.
    pub wrong: u64,
    /// The first of those: its level, and its place there.
    pub first_wrong: Option<(u8, u64)>,
}

/// Reads the entries below `until`, which the store must have. What the files do not hold yet is no error: whoever writes the
/// log brings it in.
pub fn check(
    store: &EmbeddedStore,
    until: u64,
    sizes: &BTreeSet<u64>,
) -> Result<Checked, TreeError> {
    let levels = Levels::open(store.derived())?;
    over(store, &levels, until, sizes)
}

pub(super) fn over(
    leaves: &dyn Leaves,
    levels: &Levels,
    until: u64,
    sizes: &BTreeSet<u64>,
) -> Result<Checked, TreeError> {
    let (mut tree, mut checked) = (RootBuilder::new(), Checked::default());
    if sizes.contains(&0) {
        checked.roots.insert(0, tree.root());
    }
    while tree.size() < until {
        let from = tree.size();
        let mut hashes = Vec::new();
        leaves.read(from, until, &mut |entry| {
            hashes.push(super::record_hash(entry));
        })?;
        for leaf in hashes {
            tree.push_with(leaf, |tile| {
                if tile.n < levels.len(tile.level) {
                    let held = levels.read(tile.level, tile.n);
                    let is_right = held.is_some_and(|held| *held == *tile.hashes);
                    checked.count(is_right, (tile.level, tile.n));
                }
                Ok::<(), TreeError>(())
            })?;
            if sizes.contains(&tree.size()) {
                checked.roots.insert(tree.size(), tree.root());
            }
        }
        if tree.size() == from {
            return Err(TreeError::Disorder(format!(
                "the log has no entry at index {from}"
            )));
        }
    }
    Ok(checked)
}

impl Checked {
    fn count(&mut self, is_right: bool, place: (u8, u64)) {
        if is_right {
            self.tiles += 1;
        } else {
            self.wrong += 1;
            self.first_wrong.get_or_insert(place);
        }
    }
}
