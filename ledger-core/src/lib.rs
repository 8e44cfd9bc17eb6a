//! The ledger: domain decisions, canonical entries, event stores, ordered delivery.
//!
//! ```text
//! request ──parse──▶ Ledger::execute ──decide──▶ append ──▶ log ──▶ Follower ──apply──▶ view ──▶ query
//!            api        ledger          domain      store            follower   projections   api
//! ```
//!
//! | Room | What is in it |
//! |---|---|
//! | [`aggregate`] | what an aggregate is; refusals; the facts that a decision may use; how a rule is changed ([`aggregate::again`]) |
//! | [`domain`] | one aggregate per file or folder: its events, commands, rules and refusals; [`domain::values`] |
//! | [`event`] | what the log holds, in domain terms: event, metadata, position |
//! | [`explain`] | what an error tells a person: code, Arabic, English |
//! | [`codec`] | domain events and their stored form; the only user of the wire types in this crate |
//! | [`store`] | event stores: memory, embedded; entry layout; attachments; one contract suite |
//! | [`ledger`] | the one way in: load → decide → append, a lane per stream, idempotency |
//! | [`follower`] | the log in order, for views and policies |
//! | [`log`] | the log as a Merkle tree: tiles, roots, proofs; checkpoints, witnesses, receipts |
//! | [`statement`] | what an actor signs, byte by byte, and how it is judged |
//! | [`policies`] | reactions: event → commands on other streams |
//! | [`seal`] | sealed bids: what k of n committee members open together, and nobody before |
//! | [`time`] | instants and the injected clock |
//!
//! Deliberately absent: views (`projections`), anything served or printed (`api`). `domain` does no I/O, reads no clock,
//! draws no randomness and knows no wire types; `store` moves bytes and knows no domain; only [`ledger`] appends.
//! A test over `use` lines keeps it so.

pub mod aggregate;
pub mod codec;
pub mod domain;
pub mod event;
pub mod explain;
pub mod follower;
pub mod ledger;
pub mod log;
pub mod policies;
pub mod seal;
pub mod statement;
pub mod store;
#[cfg(test)]
mod testing;
pub mod time;
