//! For tests: a log in memory, and notes made by Go.
//!
//! The files in `golden` were made by a Go program on `golang.org/x/mod/sumdb/{note,tlog}` (Go 1.19): a log key from 32 bytes of 7, a
//! witness key from 32 bytes of 9 that cosigns at 1679315147, and a log of the seven entries "entry 0" to "entry 6". Go made and
//! opened `checkpoint-7` with both signatures; `add-checkpoint` leads from size 3 to 7; the receipt is that of entry 4.

use tlog_tiles::tlog::{Error, HashReader, prove_record, prove_tree, stored_hashes, tree_hash};

use super::checkpoint::{Checkpoint, SignedCheckpoint};
use super::note::{LogKey, WitnessKey};
use super::policy::Policy;
use super::{EMPTY_HASH, Hash};
use crate::time::{MICROS_PER_SECOND, Timestamp};

pub(super) const ORIGIN: &str = "log.example.org/sijill";
pub(super) const LOG_KEY: &str = include_str!("golden/log.key");
pub(super) const LOG_VKEY: &str = include_str!("golden/log.vkey");
pub(super) const WITNESS_KEY: &str = include_str!("golden/witness.key");
pub(super) const WITNESS_VKEY: &str = include_str!("golden/witness.vkey");
pub(super) const CHECKPOINT_3: &[u8] = include_bytes!("golden/checkpoint-3");
pub(super) const CHECKPOINT_7: &[u8] = include_bytes!("golden/checkpoint-7");
pub(super) const ADD_CHECKPOINT: &[u8] = include_bytes!("golden/add-checkpoint");
pub(super) const RECEIPT_4: &[u8] = include_bytes!("golden/entry-4.tlog-proof");
pub(super) const COSIGNED_AT: u64 = 1_679_315_147;

pub(super) fn log_key() -> LogKey {
    LogKey::parse(LOG_KEY.trim_end()).unwrap()
}

pub(super) fn witness_key() -> WitnessKey {
    WitnessKey::parse(WITNESS_KEY.trim_end()).unwrap()
}

/// One witness that must cosign.
pub(super) fn policy() -> Policy {
    format!("log {LOG_VKEY}witness w1 {WITNESS_VKEY}quorum w1\n")
        .parse()
        .unwrap()
}

/// A log with these many entries; `salt` tells histories apart from an index on.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(Vec<Hash>);

impl HashReader for Tree {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[usize::try_from(*index).unwrap()])
            .collect())
    }
}

impl Tree {
    /// "entry 0", "entry 1", …
    pub(super) fn new(size: u64) -> Self {
        Self::forked(size, size)
    }

    /// The same up to an index, other entries from there.
    pub(super) fn forked(size: u64, from: u64) -> Self {
        let mut tree = Self::default();
        for index in 0..size {
            let word = if index < from { "entry" } else { "other" };
            let entry = format!("{word} {index}");
            let hashes = stored_hashes(index, entry.as_bytes(), &tree).unwrap();
            tree.0.extend(hashes);
        }
        tree
    }

    /// Number of entries: a tree of n has 2n − (ones in n) stored hashes.
    pub(super) fn size(&self) -> u64 {
        (0..=self.0.len() as u64)
            .find(|size| 2 * size - u64::from(u64::count_ones(*size)) == self.0.len() as u64)
            .unwrap()
    }

    pub(super) fn root(&self, size: u64) -> Hash {
        tree_hash(size, self).unwrap()
    }

    pub(super) fn consistency(&self, old: u64, new: u64) -> Vec<Hash> {
        match old {
            0 => Vec::new(),
            old => prove_tree(new, old, self).unwrap(),
        }
    }

    pub(super) fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        prove_record(size, index, self).unwrap()
    }

    pub(super) fn checkpoint(&self, size: u64) -> Checkpoint {
        Checkpoint::new(ORIGIN, size, self.root(size)).unwrap()
    }

    pub(super) fn signed(&self, size: u64) -> SignedCheckpoint {
        self.checkpoint(size).sign(&log_key()).unwrap()
    }
}

/// A checkpoint of a log, of whatever root, that a witness cosigned then.
pub(crate) fn cosigned(
    origin: &str,
    size: u64,
    witness: &WitnessKey,
    at: Timestamp,
) -> SignedCheckpoint {
    let log = LogKey::generate(origin).unwrap();
    let checkpoint = Checkpoint::new(origin, size, EMPTY_HASH).unwrap();
    let mut signed = checkpoint.sign(&log).unwrap();
    let text = signed.note().text().to_owned();
    let at = u64::try_from(at.as_micros() / MICROS_PER_SECOND).unwrap();
    signed.put(witness.cosign(&text, at).unwrap()).unwrap();
    signed
}
