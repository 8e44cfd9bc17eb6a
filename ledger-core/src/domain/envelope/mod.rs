//! A sealed envelope: a bid that nobody reads before the deadline.

mod event;

pub use event::*;
