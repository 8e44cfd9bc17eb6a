//! The ledger.

pub mod aggregate;
pub mod codec;
pub mod domain;
pub mod event;
pub mod follower;
pub mod ledger;
pub mod policies;
mod readable;
pub mod store;
#[cfg(test)]
mod testing;
pub mod time;
