//! Ordered delivery of the log: to views, to policies, to anyone who must see every entry once and in order.
//!
//! A follower only knows where it stands. Who follows keeps the position together with what it made of the entries
//! (a view's snapshot, a policy's checkpoint), so that both are always of the same moment.

use std::sync::Arc;

use crate::store::{Batch, EventStore, ReadError};

/// Reads the log in order, from a position on, and waits at its end.
#[derive(Debug)]
pub struct Follower<S> {
    store: Arc<S>,
    position: u64,
}

impl<S: EventStore> Follower<S> {
    /// Follows from the entry at `position` on.
    pub const fn from(store: Arc<S>, position: u64) -> Self {
        Self { store, position }
    }

    /// Index of the entry that comes next.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// What is durable after the position: a block's worth, empty at the end of the log.
    pub async fn ready(&mut self) -> Result<Batch, ReadError> {
        let batch = self.store.read_log(self.position).await?;
        self.position = batch.next_index().unwrap_or(self.position);
        Ok(batch)
    }

    /// The same, waiting until there is something.
    pub async fn next(&mut self) -> Result<Batch, ReadError> {
        loop {
            let batch = self.ready().await?;
            if !batch.is_empty() {
                return Ok(batch);
            }
            self.store.grown_past(self.position).await?;
        }
    }
}
