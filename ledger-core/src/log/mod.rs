//! The log as a Merkle tree that anyone can check: C2SP formats over RFC 6962 hashing (SHA-256).
//!
//! | Part | What is in it |
//! |---|---|
//! | [`tree`] | the tree of a store: hashes in files beside the log, roots, proofs, tiles; [`tree::RootBuilder`] |
//! | [`tile`] | names and paths of tiles |
//! | [`bundle`] | entries as tiles hold them |
//! | [`verify`] | checking proofs with nothing but hashes |
//! | [`note`] | signed notes; keys of logs and witnesses, in text and in files |
//! | [`checkpoint`] | origin, size and root under a signature |
//! | [`signer`] | what a log's key may sign: never less, never something else |
//! | [`state`] | what was last signed, durable before the signature leaves |
//! | [`published`] | the checkpoint in the data directory that the world was told last |
//! | [`witness`] | what a witness cosigns, and its protocol for both sides |
//! | [`policy`] | which logs, and which witnesses are enough |
//! | [`proof`] | receipts that verify offline |
//! | [`remote`] | a tree that is elsewhere, tile by tile, as far as a checkpoint vouches for it |
//!
//! A leaf is an entry, byte for byte. Nothing about proofs is invented here: hashing and the arithmetic of proofs are those of
//! `tlog_tiles`. The tree's files are derived from the entries: lost or damaged, they are made anew.

pub mod bundle;
pub mod checkpoint;
mod lines;
pub mod note;
pub mod policy;
pub mod proof;
pub mod published;
pub mod remote;
pub mod signer;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod tile;
pub mod tree;
pub mod verify;
pub mod witness;

pub use tlog_tiles::tlog::{EMPTY_HASH, Hash, record_hash as leaf_hash};
