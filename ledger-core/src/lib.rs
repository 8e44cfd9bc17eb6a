//! The ledger.

pub mod store;
pub mod time;
