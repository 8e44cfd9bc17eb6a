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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::{arbitrary, encode, encode_metadata};
    use crate::event::{Event, Metadata};
    use crate::store::{self, NewEntry, Part, StreamName};
    use crate::time::Timestamp;

    /// The stored bytes of an event, and what the store keeps apart.
    fn stored(event: &Event, metadata: &Metadata) -> (Vec<u8>, Vec<Part>) {
        let encoded = encode(event).unwrap();
        let entry = NewEntry {
            id: metadata.correlation_id,
            kind: encoded.kind,
            metadata: encode_metadata(metadata).unwrap(),
            data: encoded.data,
            withheld: encoded
                .withheld
                .into_iter()
                .map(|(class, bytes)| Part {
                    class,
                    salt: [5; 32],
                    bytes,
                })
                .collect(),
        };
        let stream = StreamName::new("stock-EG-C-001").unwrap();
        let mut bytes = Vec::new();
        store::encode(&mut bytes, &stream, 7, Timestamp::from_micros(9), &entry).unwrap();
        (bytes, entry.withheld)
    }

    proptest! {
        #[test]
        fn an_entry_reads_as_it_was_recorded(
            event in arbitrary::event(),
            metadata in arbitrary::metadata(),
        ) {
            let (bytes, withheld) = stored(&event, &metadata);
            let entry = Entry::decode(&bytes).unwrap();
            let parts: Vec<_> = withheld.into_iter().map(StoredPart::Known).collect();
            let read = recorded(41, &entry, &parts).unwrap();
            prop_assert_eq!((read.index, read.revision), (41, 7));
            prop_assert_eq!(read.stream.as_str(), "stock-EG-C-001");
            prop_assert_eq!(read.recorded_at, Timestamp::from_micros(9));
            prop_assert_eq!(&read.metadata, &metadata);
            prop_assert_eq!(&read.event, &event);

            // Without the parts the same event is seen, and what it withholds is a commitment.
            let public = recorded(41, &entry, &[]).unwrap();
            prop_assert_eq!(public.event == event, parts.is_empty());

            let mut more = parts;
            more.push(StoredPart::Absent);
            more.push(StoredPart::Absent);
            let (held, committed) = (more.len(), entry.part_count());
            let defect = recorded(41, &entry, &more).unwrap_err().defect;
            prop_assert_eq!(defect, Defect::PartCount { held, committed });
        }
    }
}
