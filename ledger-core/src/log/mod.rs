//! The log as a Merkle tree that anyone can check: C2SP formats over RFC 6962 hashing (SHA-256).
//!
//! | Part | What is in it |
//! |---|---|
//! | [`note`] | signed notes; keys of logs and witnesses, in text and in files |
//! | [`checkpoint`] | origin, size and root under a signature |
//! | [`signer`] | what a log's key may sign: never less, never something else |
//! | [`state`] | what was last signed, durable before the signature leaves |
//! | [`witness`] | what a witness cosigns, and its protocol for both sides |
//! | [`policy`] | which logs, and which witnesses are enough |
//! | [`proof`] | receipts that verify offline |
//!
//! Nothing about proofs is invented here: hashing and proof arithmetic are those of `tlog_tiles`.

pub mod checkpoint;
mod lines;
pub mod note;
pub mod policy;
pub mod proof;
pub mod signer;
pub mod state;
mod verify;
pub mod witness;

pub use tlog_tiles::tlog::{EMPTY_HASH, Hash};
