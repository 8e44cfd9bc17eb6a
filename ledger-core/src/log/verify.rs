//! Checking proofs, for whoever holds no tree: nothing but hashes, an index and sizes. Takes any input.

use tlog_tiles::tlog::{EMPTY_HASH, Hash, check_record, check_tree};

/// Hashes in a proof, at most: one per bit of a size.
pub const PROOF_HASHES_MAX: usize = 64;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such entry.
    #[error("index {index} is not in a tree of {size} entries")]
    NoSuchIndex {
        /// The index.
        index: u64,
        /// Entries of the tree.
        size: u64,
    },
    /// A tree never shrinks.
    #[error("a tree of {new} entries cannot follow one of {old}")]
    Shrunk {
        /// Entries of the earlier tree.
        old: u64,
        /// Entries of the later tree.
        new: u64,
    },
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Wrong,
}

/// Checks that the tree with this size and root has the leaf at an index (RFC 6962, 2.1.1).
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchIndex { index, size });
    }
    // No proof is longer, and the check takes time that grows with the square of the length.
    if proof.len() > PROOF_HASHES_MAX {
        return Err(ProofError::Wrong);
    }
    check_record(&proof.to_vec(), size, root, index, leaf).map_err(|_| ProofError::Wrong)
}

/// Checks that the new tree begins with all of the old one (RFC 6962, 2.1.2). Every tree begins with the empty one, and a tree
/// with itself: both with an empty proof.
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if proof.len() > PROOF_HASHES_MAX {
        return Err(ProofError::Wrong);
    }
    if old == 0 {
        // Of an empty new tree the root is known as well.
        let is_right = old_root == EMPTY_HASH && (new > 0 || new_root == EMPTY_HASH);
        return if is_right && proof.is_empty() {
            Ok(())
        } else {
            Err(ProofError::Wrong)
        };
    }
    check_tree(&proof.to_vec(), new, new_root, old, old_root).map_err(|_| ProofError::Wrong)
}
