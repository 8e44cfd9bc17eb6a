//! Reactions: an event on one stream asks for commands on others. One policy per file.
//!
//! A policy sees every event once and in order, decides from the event alone and speaks only by commands. Its command ids
//! are derived from the causing event, so a step that runs again after a crash is answered with its first result.
//! A policy's checkpoint moves past an event only when all of its steps are answered; a checkpoint that was lost costs
//! time, never a second effect. Policies never run on mirrors.
//!
//! A step that a rule refuses becomes a visible event: `StepRefused` on the stream of the policy ([`crate::domain::reaction`]).

mod checkpoint;
mod delivery;
mod erasure;
mod runner;
mod step;
#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, Checkpoints, FileCheckpoints, MemoryCheckpoints};
pub use delivery::DeliveryOnOrder;
pub use erasure::Erasure;
pub use runner::{PolicyError, PolicyRunner};
pub use step::Step;

use std::path::Path;
use std::sync::Arc;

use crate::event::Recorded;
use crate::ledger::Ledger;
use crate::store::EventStore;

/// A reaction.
pub trait Policy: Send + Sync + 'static {
    /// Its name, such as `receipt-on-order`: part of its command ids, so it never changes.
    fn name(&self) -> &'static str;

    /// What an event asks for, in order; most ask for nothing.
    fn react(&self, event: &Recorded) -> Vec<Step>;
}

/// Makes good what a crash left half done, before a ledger in a data directory takes new commands: parts whose erasure is recorded
/// and that are still there. Run it whenever a log is opened for writing. Checkpoints are kept in the folder `policies`.
pub async fn repair<S: EventStore>(ledger: Ledger<S>, dir: &Path) -> Result<(), PolicyError> {
    let failed = |error| PolicyError::Checkpoint {
        policy: Erasure.name(),
        error,
    };
    let checkpoints = FileCheckpoints::new(dir.join("policies")).map_err(failed)?;
    let mut runner = PolicyRunner::new(ledger, Box::new(Erasure), Arc::new(checkpoints)).await?;
    runner.catch_up().await
}
