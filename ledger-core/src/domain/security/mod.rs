//! A security of a bid or a contract.

mod event;

pub use event::*;
