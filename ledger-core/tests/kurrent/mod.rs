//! A small server of the protocol that the store `kurrentdb` speaks, over a real socket: appends, reads, tombstones and gossip, as
//! much as the store uses, with faults on order. It is no database: nothing is durable, nothing replicated.

pub mod dying;
pub mod log;
pub mod messages;
pub mod node;
pub mod server;
pub mod service;
