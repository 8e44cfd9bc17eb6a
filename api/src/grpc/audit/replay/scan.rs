//! What a replay gives of a block: the messages of the entries that are asked for.

use sijill_ledger_core::store::{Batch, Entry};
use tonic::Status;

use super::filter::Filter;
use super::pb;
use crate::grpc::status;

/// Bytes of entries after which a message is sent.
const MESSAGE_BYTES: usize = 256 << 10;
/// Entries of a message, at most.
const MESSAGE_ENTRIES_MAX: usize = 2_048;
/// Bytes of a replayed entry besides its texts and contents.
const ENTRY_OVERHEAD_BYTES: usize = 64;

/// What is asked for.
pub struct Scan {
    /// Which entries.
    pub filter: Filter,
    /// What of each.
    pub form: Form,
    /// The first index that is not asked for.
    pub to: u64,
}

/// What is given of each entry.
#[derive(Clone, Copy)]
pub struct Form {
    fields: bool,
    entry: bool,
}

type Message = Result<pb::ReplayEventsResponse, Status>;

impl Scan {
    /// The messages of a block while the log has so many entries; an error is the last of them.
    pub fn messages(&self, batch: &Batch, size: u64) -> Vec<Message> {
        let (mut messages, mut place) = (Vec::new(), 0);
        while let Some(message) = self.message(batch, &mut place, size) {
            let failed = message.is_err();
            messages.push(message);
            if failed {
                break;
            }
        }
        messages
    }

    /// The next message, from a place in the block on; `None` when nothing more of it fits.
    fn message(&self, batch: &Batch, place: &mut usize, size: u64) -> Option<Message> {
        let (mut entries, mut bytes, mut next_index) = (Vec::new(), 0_usize, 0);
        while let Some((index, entry)) = batch.get(*place)
            && bytes < MESSAGE_BYTES
            && entries.len() < MESSAGE_ENTRIES_MAX
            && index < self.to
        {
            *place = place.saturating_add(1);
            match self.filter.fits(index, &entry) {
                Ok(false) => continue,
                Ok(true) => {}
                Err(error) => return Some(Err(error)),
            }
            let replayed = self.form.of(index, &entry);
            bytes = bytes.saturating_add(size_of(&replayed));
            next_index = index.saturating_add(1);
            entries.push(replayed);
        }
        if entries.is_empty() {
            return None;
        }
        Some(Ok(pb::ReplayEventsResponse {
            entries,
            next_index,
            log_id: String::new(),
            size,
        }))
    }
}

impl Form {
    /// Reads what is asked for; nothing said is all.
    pub fn read(wire: i32) -> Result<Self, Status> {
        let (fields, entry) = match pb::ReplayForm::try_from(wire) {
            Ok(pb::ReplayForm::Unspecified) => (true, true),
            Ok(pb::ReplayForm::Fields) => (true, false),
            Ok(pb::ReplayForm::Entry) => (false, true),
            Err(_) => {
                let (ar, en) = ("ليس شكلًا معروفًا", "not a form");
                return Err(status::invalid_field("form", ar, en));
            }
        };
        Ok(Self { fields, entry })
    }

    fn of(self, index: u64, entry: &Entry<'_>) -> pb::ReplayedEntry {
        let mut replayed = pb::ReplayedEntry {
            index,
            ..pb::ReplayedEntry::default()
        };
        if self.fields {
            entry.stream.clone_into(&mut replayed.stream);
            replayed.revision = entry.revision;
            entry.kind.clone_into(&mut replayed.kind);
            replayed.id = entry.id.as_bytes().to_vec();
            replayed.recorded_at_micros = entry.recorded_at.as_micros();
            replayed.metadata = entry.metadata.to_vec();
            replayed.data = entry.data.to_vec();
        }
        if self.entry {
            replayed.entry = entry.bytes().to_vec();
        }
        replayed
    }
}

fn size_of(replayed: &pb::ReplayedEntry) -> usize {
    let texts = replayed.stream.len() + replayed.kind.len();
    let contents = replayed.metadata.len() + replayed.data.len() + replayed.entry.len();
    ENTRY_OVERHEAD_BYTES + texts + contents
}
