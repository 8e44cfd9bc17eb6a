//! Bulk commands: many on their way to the disk at once, answered in order.

use std::collections::VecDeque;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::ledger::{Context, Done, ExecuteError, Ledger, Pending};
use sijill_ledger_core::store::StreamName;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::errors::Failure;

/// Most commands on their way at once.
const WAITING_MAX: usize = 1_000;

/// The result of one command.
pub type Outcome<A> = Result<Done, ExecuteError<<A as Aggregate>::Refusal>>;

/// Submits commands in order and settles their results in the same order; `settle` gets each command's label.
pub struct Pipeline<'a, A: Aggregate, T, F> {
    ledger: &'a Ledger<EmbeddedStore>,
    waiting: VecDeque<(T, Pending<A, EmbeddedStore>)>,
    settle: F,
}

impl<'a, A, T, F> Pipeline<'a, A, T, F>
where
    A: Aggregate,
    F: FnMut(T, Outcome<A>) -> Result<(), Failure>,
{
    /// An empty pipeline.
    pub fn new(ledger: &'a Ledger<EmbeddedStore>, settle: F) -> Self {
        Self {
            ledger,
            waiting: VecDeque::new(),
            settle,
        }
    }

    /// Submits a command. A refusal is settled at once, before those still on their way.
    pub async fn push(
        &mut self,
        label: T,
        stream: &StreamName,
        command: A::Command,
        context: Context,
    ) -> Result<(), Failure> {
        if self.waiting.len() >= WAITING_MAX {
            self.settle_first().await?;
        }
        match self.ledger.submit::<A>(stream, command, context).await {
            Ok(pending) => self.waiting.push_back((label, pending)),
            Err(error) => (self.settle)(label, Err(error))?,
        }
        Ok(())
    }

    /// Waits for everything on its way.
    pub async fn finish(mut self) -> Result<(), Failure> {
        while !self.waiting.is_empty() {
            self.settle_first().await?;
        }
        Ok(())
    }

    async fn settle_first(&mut self) -> Result<(), Failure> {
        if let Some((label, pending)) = self.waiting.pop_front() {
            let outcome = pending.done().await;
            (self.settle)(label, outcome)?;
        }
        Ok(())
    }
}
