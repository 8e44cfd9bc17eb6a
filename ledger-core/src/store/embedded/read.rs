//! Reading entries: blocks of the log at full speed, streams and single entries through the index.

use std::sync::Arc;

use super::blocks::{End, Fault, Span, frames, read_groups};
use super::index::Place;
use super::shared::Shared;
use crate::store::batch::{Batch, BatchBuilder};
use crate::store::prepare::FRAME_HEADER_BYTES;
use crate::store::{ReadError, StoredPart, StreamName};

/// Bytes and entries of one batch of a stream, at most.
const STREAM_BATCH_BYTES_MAX: usize = 1 << 20;
const STREAM_BATCH_ENTRIES_MAX: usize = 8_192;
/// Entries of a stream that lie this near to each other are read together, in bytes: about what one more read costs.
const GAP_BYTES_MAX: u32 = 4_096;

impl Shared {
    /// A block's worth of the log from an index on; empty at the end. Group checksums are checked.
    pub(super) fn log_block(&self, from: u64) -> Result<Batch, ReadError> {
        let size = self.size();
        if from >= size {
            return Ok(Batch::default());
        }
        let corrupt = |index, what: &str| ReadError::Corrupt {
            index,
            what: what.to_owned(),
        };
        let place = self
            .index()
            .group(from)
            .ok_or_else(|| corrupt(from, "the index does not have it"))?;
        let file = self.segment(place.at.segment)?;
        let span = Span {
            log_id: self.log_id,
            from: place.at,
            limit: place.limit,
            first_index: place.first_index,
            index_limit: size,
        };
        let mut block = self.take_block();
        let read = read_groups(&*file, span, &mut block).map_err(unavailable)?;
        if read.found.is_empty() {
            return Err(match read.end {
                End::Fault(Fault { index, what, .. }) => ReadError::Corrupt { index, what },
                End::More | End::Zero => corrupt(from, "a group is missing"),
            });
        }
        let mut builder = BatchBuilder::default();
        for group in &read.found {
            let body = block.get(group.body.clone()).unwrap_or_default();
            let mut index = group.header.first_index;
            for frame in frames(body, index, group.header.count) {
                index = frame.index + 1;
                if frame.index >= from {
                    let entry = frame.entry();
                    let range = group.body.start + entry.start..group.body.start + entry.end;
                    builder.push(&block, frame.index, range)?;
                }
            }
            if index != group.header.first_index + u64::from(group.header.count) {
                return Err(corrupt(
                    index,
                    "the group does not hold what its header says",
                ));
            }
        }
        Ok(self.finish(builder, block))
    }

    /// A block's worth of a stream from a revision on, so many entries at most; empty at the end. Each entry's own checksum
    /// is checked.
    pub(super) fn stream_block(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Result<Batch, ReadError> {
        let places = self.stream_places(stream, from, entries_max);
        let batch = self.read_places(&places)?;
        for ((index, entry), revision) in batch.iter().zip(from..) {
            if entry.stream != stream.as_str() || entry.revision != revision {
                let what = "the index takes it for another entry".to_owned();
                return Err(ReadError::Corrupt { index, what });
            }
        }
        Ok(batch)
    }

    /// The entry at an index, alone in a batch.
    pub(super) fn entry(&self, index: u64) -> Result<Batch, ReadError> {
        let place = if index < self.size() {
            self.index().place(index)
        } else {
            None
        };
        self.read_places(&[(index, place.ok_or(ReadError::NotFound { index })?)])
    }

    /// The withheld parts of an entry, each checked against its commitment.
    pub(super) fn parts_of(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        let batch = self.entry(index)?;
        let Some((_, entry)) = batch.get(0) else {
            return Err(ReadError::NotFound { index });
        };
        if self.parts.may_lack(index) {
            return Ok(vec![StoredPart::Absent; entry.part_count()]);
        }
        let read = |(part, commitment)| {
            let held = self
                .parts
                .read(index, part, &commitment)
                .map_err(unavailable)?;
            held.map_err(|what| ReadError::Corrupt {
                index,
                what: what.to_owned(),
            })
        };
        (0..=u8::MAX).zip(entry.commitments()).map(read).collect()
    }

    fn stream_places(
        &self,
        stream: &StreamName,
        from: u64,
        entries_max: usize,
    ) -> Vec<(u64, Place)> {
        let size = self.size();
        let index = self.index();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let entries = index
            .stream(stream.as_str(), size)
            .get(from..)
            .unwrap_or_default();
        let mut bytes = 0;
        entries
            .iter()
            .take(entries_max.min(STREAM_BATCH_ENTRIES_MAX))
            .map_while(|entry| Some((u64::from(*entry), index.place(u64::from(*entry))?)))
            .take_while(|(_, place)| {
                let before = bytes;
                bytes += place.bound.saturating_sub(place.start) as usize;
                before == 0 || bytes <= STREAM_BATCH_BYTES_MAX
            })
            .collect()
    }

    /// Reads entries in order, those that lie near to each other with one read.
    fn read_places(&self, mut places: &[(u64, Place)]) -> Result<Batch, ReadError> {
        let (mut block, mut builder, mut used) = (Vec::new(), BatchBuilder::default(), 0);
        while let Some((_, first)) = places.first() {
            let near = |pair: &&[(u64, Place)]| match pair {
                [(_, a), (_, b)] => {
                    b.segment == a.segment
                        && b.start >= a.bound
                        && b.start - a.bound <= GAP_BYTES_MAX
                }
                _ => false,
            };
            let count = 1 + places.windows(2).take_while(near).count();
            let (run, rest) = places.split_at_checked(count).unwrap_or((places, &[]));
            places = rest;
            let bound = run.last().map_or(first.bound, |(_, last)| last.bound);
            let len = bound.saturating_sub(first.start) as usize;
            block.resize(used + len, 0);
            let into = block.get_mut(used..).unwrap_or_default();
            let read = self
                .segment(first.segment)?
                .read_at(into, u64::from(first.start));
            read.map_err(unavailable)?;
            for (index, place) in run {
                let start = used + (place.start - first.start) as usize;
                self.push_checked(&mut builder, &block, *index, start)?;
            }
            used += len;
        }
        Ok(builder.finish(Arc::new(block)))
    }

    fn push_checked(
        &self,
        builder: &mut BatchBuilder,
        block: &[u8],
        index: u64,
        start: usize,
    ) -> Result<(), ReadError> {
        let bytes = block.get(start..).unwrap_or_default();
        let damaged = || ReadError::Corrupt {
            index,
            what: "the entry is damaged".to_owned(),
        };
        let (checksum, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
        let len = rest
            .first_chunk::<2>()
            .map(|len| usize::from(u16::from_be_bytes(*len)));
        let frame = len
            .and_then(|len| rest.get(..2 + len))
            .ok_or_else(damaged)?;
        if self.log_id.frame_checksum(index, frame).to_be_bytes() != *checksum {
            return Err(damaged());
        }
        let entry = start + FRAME_HEADER_BYTES;
        builder.push(block, index, entry..entry + frame.len() - 2)
    }

    fn finish(&self, builder: BatchBuilder, block: Vec<u8>) -> Batch {
        let block = Arc::new(block);
        self.keep_block(&block);
        builder.finish(block)
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn unavailable(error: std::io::Error) -> ReadError {
    ReadError::Unavailable(error.to_string())
}

/// The log from some index to its present end, batch by batch, without a runtime: for replays at full speed.
#[derive(Clone, Debug)]
pub struct LogReader {
    shared: Arc<Shared>,
    next: u64,
    failed: bool,
}

impl LogReader {
    pub(super) fn new(shared: Arc<Shared>, next: u64) -> Self {
        Self {
            shared,
            next,
            failed: false,
        }
    }
}

impl Iterator for LogReader {
    type Item = Result<Batch, ReadError>;

    /// The next batch; `None` at the end, where it may be asked again later. An error is the last item.
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.shared.log_block(self.next) {
            Ok(batch) => {
                self.next = batch.next_index()?;
                Some(Ok(batch))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}
