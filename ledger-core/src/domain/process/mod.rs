//! SCAFFOLD.
mod event;
use crate::aggregate::{Aggregate, Facts, Occurred, refusals};
use crate::domain::member;
use crate::store::StreamName;
pub use event::*;
use serde::{Deserialize, Serialize};

/// SCAFFOLD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {}

/// SCAFFOLD.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process;

impl Aggregate for Process {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "process";

    fn reads(&self, _stream: &StreamName, _command: &Command) -> Vec<StreamName> {
        Vec::new()
    }

    fn decide(&self, _command: Command, _facts: &Facts) -> Result<Vec<Event>, Refusal> {
        Err(Refusal::Scaffold)
    }

    fn evolve(self, _occurred: Occurred<'_, Event>) -> Option<Self> {
        Some(self)
    }

    member!(Process);
}

refusals! {
    /// SCAFFOLD.
    pub enum Refusal {
        /// SCAFFOLD.
        Scaffold = "SCAFFOLD", "", "";
    }
}
