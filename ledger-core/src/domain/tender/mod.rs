//! A tender, from its draft to its award.

mod command;
mod complaints;
pub mod evaluation;
mod event;
mod notice;

pub use command::Command;
pub use complaints::{ComplaintState, Complaints, Filed};
pub use evaluation::Evaluation;
pub use event::*;
pub use notice::Notice;
