//! A tender, from its draft to its award.

mod command;
mod event;
mod notice;

pub use command::Command;
pub use event::*;
pub use notice::Notice;
