//! Stand-in until `tree` lands.
use super::Hash;

pub(super) fn verify_inclusion(leaf: Hash, index: u64, size: u64, root: Hash, proof: &[Hash]) -> bool {
    index < size && proof.len() <= 64 && tlog_tiles::tlog::check_record(&proof.to_vec(), size, root, index, leaf).is_ok()
}

pub(super) fn verify_consistency(old: u64, old_root: Hash, new: u64, new_root: Hash, proof: &[Hash]) -> bool {
    if old == 0 {
        return proof.is_empty() && old_root == super::EMPTY_HASH;
    }
    old <= new && proof.len() <= 64 && tlog_tiles::tlog::check_tree(&proof.to_vec(), new, new_root, old, old_root).is_ok()
}
