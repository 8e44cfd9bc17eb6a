//! Which attachments the log names anywhere, in public or in withheld parts: by looking for their hashes in the bytes, as they
//! are written in events (32 bytes) and in texts (64 digits). So it also finds what events of newer programs name; what only
//! looks like a name keeps its attachment, which costs space and nothing else.

use std::collections::{BTreeSet, HashMap};

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{AttachmentHash, EventStore as _, StoredPart};

use crate::cli::data;
use crate::cli::errors::Failure;

/// Those among the candidates that the log names.
pub(super) async fn within(
    store: &EmbeddedStore,
    candidates: impl IntoIterator<Item = AttachmentHash>,
) -> Result<BTreeSet<AttachmentHash>, Failure> {
    let mut search = Search::of(candidates);
    let size = store.size();
    for batch in store.log_reader(0) {
        let batch = batch.map_err(data::reading)?;
        for (index, entry) in batch.iter().filter(|(index, _)| *index < size) {
            search.look(entry.data);
            search.look(entry.metadata);
            if entry.part_count() == 0 {
                continue;
            }
            for part in store.parts(index).await.map_err(data::reading)? {
                match part {
                    StoredPart::Known(part) => search.look(&part.bytes),
                    StoredPart::Absent => {}
                }
            }
        }
    }
    Ok(search.found)
}

/// How much of a name is looked up first, in bytes.
const KEY_BYTES: usize = 8;

struct Search {
    /// Names in all their spellings, by how they begin.
    names: HashMap<[u8; KEY_BYTES], Vec<(Vec<u8>, AttachmentHash)>>,
    found: BTreeSet<AttachmentHash>,
}

impl Search {
    fn of(candidates: impl IntoIterator<Item = AttachmentHash>) -> Self {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        for hash in candidates {
            let text = hash.to_string();
            let upper = text.to_uppercase().into_bytes();
            for spelling in [hash.0.to_vec(), text.into_bytes(), upper] {
                if let Some(key) = spelling.first_chunk::<KEY_BYTES>() {
                    names.entry(*key).or_default().push((spelling, hash));
                }
            }
        }
        let found = BTreeSet::new();
        Self { names, found }
    }

    fn look(&mut self, bytes: &[u8]) {
        if self.names.is_empty() {
            return;
        }
        for (at, window) in bytes.windows(KEY_BYTES).enumerate() {
            let Some(spellings) = window.first_chunk().and_then(|key| self.names.get(key)) else {
                continue;
            };
            let rest = bytes.get(at..).unwrap_or_default();
            let named = spellings.iter().filter(|(name, _)| rest.starts_with(name));
            self.found.extend(named.map(|(_, hash)| *hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_every_spelling_wherever_they_stand() {
        let hash = |n: u8| AttachmentHash([n; 32]);
        let mut search = Search::of((1..=5).map(hash));
        search.look(&[&b"before"[..], &hash(1).0, b"after"].concat());
        search.look(format!("see {}.", hash(2)).as_bytes());
        search.look(hash(3).to_string().to_uppercase().as_bytes());
        // Cut off, it is no name.
        search.look(&hash(4).0[..31]);
        search.look(b"short");
        assert_eq!(search.found, [1, 2, 3].map(hash).into());
    }
}
