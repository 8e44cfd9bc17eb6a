//! A whole entry, in domain terms.

use super::error::{DecodeError, Defect, Fault};
use super::parts::PartView;
use super::{decode, decode_metadata};
use crate::event::Recorded;
use crate::store::{Entry, StoredPart};

/// Decodes an entry. `parts` is what the store holds of its withheld parts, in the entry's order; empty when only the public
/// content is wanted.
pub fn recorded(
    index: u64,
    entry: &Entry<'_>,
    parts: &[StoredPart],
) -> Result<Recorded, DecodeError> {
    let (held, committed) = (parts.len(), entry.part_count());
    if held != committed && held != 0 {
        let defect = Defect::PartCount { held, committed };
        return Err(Fault::from(defect).decode_error(entry.kind));
    }
    let views: Vec<PartView<'_>> = entry
        .commitments()
        .enumerate()
        .map(|(part, (class, commitment))| PartView {
            class,
            commitment,
            content: parts.get(part).and_then(content),
        })
        .collect();
    Ok(Recorded {
        index,
        stream: entry.stream_name(),
        revision: entry.revision,
        id: entry.id,
        recorded_at: entry.recorded_at,
        metadata: decode_metadata(entry.metadata)?,
        event: decode(entry.kind, entry.data, &views)?,
    })
}

fn content(stored: &StoredPart) -> Option<&[u8]> {
    match stored {
        StoredPart::Known(part) => Some(&part.bytes),
        StoredPart::Absent => None,
    }
}
