//! Entries as they were read: one block, borrowed from.

/// Entries in order.
#[derive(Clone, Debug, Default)]
pub struct Batch;
