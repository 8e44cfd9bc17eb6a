//! Reactions: an event on one stream asks for commands on others. One policy per file.
//!
//! A policy sees every event once and in order, decides from the event alone (and from an index over earlier ones, where it keeps
//! one: [`Memory`]) and speaks only by commands. Its command ids
//! are derived from the causing event, so a step that runs again after a crash is answered with its first result.
//! A policy's checkpoint moves past an event only when all of its steps are answered; a checkpoint that was lost costs
//! time, never a second effect. Policies never run on mirrors.
//!
//! A step that a rule refuses becomes a visible event: `StepRefused` on the stream of the policy ([`crate::domain::reaction`]).
//! One that cannot be taken because something is wrong with a stream waits, with those after it on that stream, and is tried
//! again; the others go on, and the checkpoint stays before it.
//!
//! | file | what |
//! |---|---|
//! | `admission`, `calling`, `delivery`, `disclosure`, `erasure`, `listing`, `plans`, `requisition`, `settling`, `transfer` | the policies |
//! | `step`, `taking`, `releasing` | what a policy asks for, and how it is done |
//! | `runner`, `holding`, `checkpoint` | one policy on its way along the log, and steps that wait |
//! | `scheduler`, `witnesses` | what is due by the clock and not by an event; what witnesses outside had seen by then |
//! | `running` | all of them: for a server, and after a crash |

mod admission;
mod calling;
mod checkpoint;
mod delivery;
mod disclosure;
mod erasure;
mod holding;
mod listing;
mod plans;
mod releasing;
mod requisition;
mod runner;
mod running;
mod scheduler;
mod settling;
mod step;
mod taking;
#[cfg(test)]
mod tests;
mod transfer;
mod witnesses;

pub use admission::AdmissionOfSuppliers;
pub use calling::CallOffs;
pub use checkpoint::{Checkpoint, Checkpoints, FileCheckpoints, MemoryCheckpoints};
pub use delivery::DeliveryOnOrder;
pub use disclosure::DisclosureOfPending;
pub use erasure::Erasure;
pub use listing::ListOfEnvelopes;
pub use plans::DisclosureOfPlans;
pub use requisition::DispatchFulfilsRequisition;
pub use runner::{PolicyError, PolicyRunner};
pub use running::{Progress, Reactions, Running, catch_up, repair, run};
pub use scheduler::Scheduler;
pub use settling::SettlementOfPlans;
pub use step::Step;
pub use transfer::GoodsInTransit;
pub use witnesses::{KeptWitnesses, NoWitnesses, Witnesses};

use crate::codec;
use crate::event::Recorded;

/// A reaction.
pub trait Policy: Send + Sync + 'static {
    /// Its name, such as `goods-in-transit`: part of its command ids, so it never changes.
    fn name(&self) -> &'static str;

    /// The event types that it may ask something for: other entries are passed over without being decoded.
    fn reacts_to(&self) -> &'static [&'static str] {
        codec::KINDS
    }

    /// What an event asks for, in order; most ask for nothing.
    fn react(&self, event: &Recorded) -> Vec<Step>;

    /// What it keeps in memory of what came before, if it keeps anything.
    fn memory(&self) -> Option<&dyn Memory> {
        None
    }
}

/// What a policy keeps in memory: an index over earlier events, never a decision. It is filled from the start of the log whenever
/// the policy starts, and an event may be shown more than once; so it holds the same whatever became of a checkpoint.
pub trait Memory: Send + Sync {
    /// Keeps what is needed of an event, which is shown with its withheld parts, before the policy reacts to it.
    fn remember(&self, event: &Recorded);

    /// All that was asked for by events below this index is done: what is not needed after them can go.
    fn settled(&self, below: u64);
}

/// Every policy, once.
pub fn all() -> Vec<Box<dyn Policy>> {
    vec![
        Box::new(Erasure),
        Box::new(GoodsInTransit),
        Box::new(DispatchFulfilsRequisition),
        Box::new(DeliveryOnOrder),
        Box::new(ListOfEnvelopes::default()),
        Box::new(DisclosureOfPending),
        Box::new(DisclosureOfPlans::default()),
        Box::new(AdmissionOfSuppliers),
        Box::new(CallOffs::default()),
        Box::new(SettlementOfPlans::default()),
    ]
}
