//! Attachments that events name: what a reader of the log can ask for, and what a mirror keeps.
//!
//! Bytes in the attachment store that no event names (put there, and then the command was refused) belong to nobody and
//! are shown to nobody. Withheld parts are not read, so what only they name is not here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::event::Recorded;

use crate::view::View;

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attachments {
    /// Index of the first event that names it, by its hash.
    first_named: BTreeMap<Sha256, u64>,
}

impl View for Attachments {
    const NAME: &'static str = "attachments";
    const VERSION: u32 = 2;

    fn apply(&mut self, event: &Recorded) {
        for hash in event.event.attachments() {
            self.first_named.entry(hash).or_insert(event.index);
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for (hash, index) in &self.first_named {
            sink(format!("{hash}\t{index}").as_bytes());
        }
    }
}

impl Attachments {
    /// Whether an event names it.
    pub fn contains(&self, hash: Sha256) -> bool {
        self.first_named.contains_key(&hash)
    }

    /// Those that the first `size` events of the log name, sorted by hash.
    pub fn named_within(&self, size: u64) -> impl Iterator<Item = Sha256> {
        let named = self.first_named.iter();
        named.filter_map(move |(hash, index)| (*index < size).then_some(*hash))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.first_named.len()
    }
}
