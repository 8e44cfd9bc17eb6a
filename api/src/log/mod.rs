//! The log as the world sees it: its tree, its signed checkpoints, its witnesses, its receipts.
//!
//! ```text
//! store ──catch_up──▶ tree ──sign──▶ checkpoint ──▶ witnesses ──cosignatures──▶ published: file, HTTP, gRPC
//! ```
//!
//! | File | What |
//! |---|---|
//! | [`publication`] | tree and published checkpoint; what services read and wait for |
//! | [`signers`] | the log's keys: opening them, and what all of them may sign |
//! | [`fence`] | what several nodes of one log may sign |
//! | [`publisher`] | the one that signs: when, and when to publish |
//! | [`witnesses`] | asking witnesses, each at its own pace |
//! | [`follower`] | a node that does not sign: it publishes what the directory says was published |
//!
//! Nothing here is in the way of a command: hashes are computed from entries that are durable already, on threads of their own.

pub mod fence;
pub mod follower;
pub mod publication;
pub mod publisher;
pub mod signers;
pub mod witnesses;

pub use publication::{Publication, Published};
