//! A plan of needs, which tenders carry out.

mod event;

pub use event::*;
