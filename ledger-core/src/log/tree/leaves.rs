//! Where a tree's leaves come from.

use std::fmt::Debug;

use crate::store::embedded::EmbeddedStore;
use crate::store::{Batch, EventStore as _, ReadError};

/// Entries in order, which never change.
pub(super) trait Leaves: Debug + Send + Sync + 'static {
    /// How many there are, for good.
    fn count(&self) -> u64;

    /// Hands over some entries, from index `from` on and below `end`, in order: at least one unless there is none. Returns
    /// the index after the last one.
    fn read(&self, from: u64, end: u64, each: &mut dyn FnMut(&[u8])) -> Result<u64, ReadError>;
}

impl Leaves for EmbeddedStore {
    fn count(&self) -> u64 {
        self.size()
    }

    fn read(&self, from: u64, end: u64, each: &mut dyn FnMut(&[u8])) -> Result<u64, ReadError> {
        let batch = self.log_reader(from).next().transpose()?;
        let mut next = from;
        for (index, entry) in batch.iter().flat_map(Batch::iter) {
            if index >= end {
                break;
            }
            each(entry.bytes());
            next = index.saturating_add(1);
        }
        Ok(next)
    }
}
