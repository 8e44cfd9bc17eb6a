//! Entries as they were read: one block, borrowed from.

use std::ops::Range;
use std::sync::Arc;

use super::ReadError;
use super::entry::{Entry, Layout};

/// Entries in order, each with its log index. Owns the block that they borrow from; cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    block: Arc<Vec<u8>>,
    spans: Vec<Span>,
}

/// One checked entry in the block.
#[derive(Clone, Copy, Debug)]
struct Span {
    index: u64,
    start: u32,
    len: u16,
    layout: Layout,
}

impl Batch {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no entry: the end was reached.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The entry at a place of this batch, with its log index.
    pub fn get(&self, place: usize) -> Option<(u64, Entry<'_>)> {
        self.spans.get(place).map(|span| self.view(span))
    }

    /// The last entry, with its log index.
    pub fn last(&self) -> Option<(u64, Entry<'_>)> {
        self.spans.last().map(|span| self.view(span))
    }

    /// The entries in order, each with its log index.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, Entry<'_>)> + ExactSizeIterator {
        self.spans.iter().map(|span| self.view(span))
    }

    /// Where to read the log on: the index after the last entry.
    pub fn next_index(&self) -> Option<u64> {
        self.spans.last().map(|span| span.index.saturating_add(1))
    }

    /// Forgets the entries from a place of this batch on.
    pub fn truncate(&mut self, entries_max: usize) {
        self.spans.truncate(entries_max);
    }

    fn view(&self, span: &Span) -> (u64, Entry<'_>) {
        let start = span.start as usize;
        let bytes = self
            .block
            .get(start..start + usize::from(span.len))
            .unwrap_or_default();
        (span.index, span.layout.view(bytes))
    }
}

/// Builds a [`Batch`] over a block: checks each entry once.
#[derive(Debug, Default)]
pub(super) struct BatchBuilder {
    spans: Vec<Span>,
}

impl BatchBuilder {
    /// Notes the entry that lies at `range` of the block.
    pub(super) fn push(
        &mut self,
        block: &[u8],
        index: u64,
        range: Range<usize>,
    ) -> Result<(), ReadError> {
        let corrupt = |what: String| ReadError::Corrupt { index, what };
        let start =
            u32::try_from(range.start).map_err(|_| corrupt("block too large".to_owned()))?;
        let len = u16::try_from(range.len()).map_err(|_| corrupt("entry too large".to_owned()))?;
        let bytes = block.get(range).unwrap_or_default();
        let layout = Layout::parse(bytes).map_err(|error| corrupt(error.to_string()))?;
        self.spans.push(Span {
            index,
            start,
            len,
            layout,
        });
        Ok(())
    }

    /// The batch over the block that was pushed from.
    pub(super) fn finish(self, block: Arc<Vec<u8>>) -> Batch {
        Batch {
            block,
            spans: self.spans,
        }
    }
}
