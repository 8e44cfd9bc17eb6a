//! The log as a Merkle tree that anyone can check: C2SP formats over RFC 6962 hashing (SHA-256).
//!
//! | Part | What is in it |
//! |---|---|
//!
//! Nothing about proofs is invented here: hashing and proof arithmetic are those of `tlog_tiles`.

pub use tlog_tiles::tlog::{EMPTY_HASH, Hash};
