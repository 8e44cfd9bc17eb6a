//! Reactions: an event on one stream asks for commands on others. One policy per file.
//!
//! A policy sees every event once and in order, decides from the event alone and speaks only by commands. Its command ids
//! are derived from the causing event, so a step that runs again after a crash is answered with its first result.
//! A policy's checkpoint moves past an event only when all of its steps are answered; a checkpoint that was lost costs
//! time, never a second effect. Policies never run on mirrors.
//!
//! A step that a rule refuses becomes a visible event: `StepRefused` on the stream of the policy ([`crate::domain::reaction`]).

mod checkpoint;
mod erasure;
mod runner;
mod step;
#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoints, FileCheckpoints, MemoryCheckpoints};
pub use erasure::Erasure;
pub use runner::{PolicyError, PolicyRunner};
pub use step::Step;

use crate::event::Recorded;

/// A reaction.
pub trait Policy: Send + Sync + 'static {
    /// Its name, such as `receipt-on-order`: part of its command ids, so it never changes.
    fn name(&self) -> &'static str;

    /// What an event asks for, in order; most ask for nothing.
    fn react(&self, event: &Recorded) -> Vec<Step>;
}
