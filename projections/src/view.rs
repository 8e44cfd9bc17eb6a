//! What a view is, and the digest that makes two copies of it comparable.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::time::Timestamp;

/// A pure fold of the log that answers questions. No clock, no randomness, no I/O; the
/// [`Runner`](crate::runner::Runner) owns positions, snapshots and threads.
pub trait View: Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, in lower case: part of a snapshot's file name.
    const NAME: &'static str;
    /// Raised whenever the state, the fold or the rows change meaning: older snapshots are then rebuilt from the log.
    const VERSION: u32;

    /// Takes the next event of the log in; each event once, in log order. Any event is survived: what the decision
    /// rules could not have let through has no effect, or the plainest one.
    fn apply(&mut self, event: &Recorded);

    /// Public output rows in one order that depends on nothing but the events. Only public and disclosed content.
    fn rows(&self, sink: &mut dyn FnMut(&[u8]));
}

/// Where a view stands: the last event it has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// Leaf index of that event.
    pub index: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl AsOf {
    /// The place of an event.
    pub const fn of(event: &Recorded) -> Self {
        Self {
            index: event.index,
            recorded_at: event.recorded_at,
        }
    }
}

/// SHA-256 over "sijill/view/v1", the view's name and version, and each row; texts and rows are preceded by their length
/// in four bytes, big-endian. Equal on any mirror at the same index (DESIGN 5).
pub fn digest<V: View>(view: &V) -> Sha256 {
    let mut hasher = Hasher::new();
    put(&mut hasher, b"sijill/view/v1");
    put(&mut hasher, V::NAME.as_bytes());
    hasher.update(V::VERSION.to_be_bytes());
    view.rows(&mut |row| put(&mut hasher, row));
    Sha256(hasher.finalize().into())
}

fn put(hasher: &mut Hasher, bytes: &[u8]) {
    // Rows are far below 4 GiB; saturating keeps the function total.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Serialize, Deserialize)]
    struct Rows(Vec<String>);

    impl View for Rows {
        const NAME: &'static str = "rows";
        const VERSION: u32 = 7;
        fn apply(&mut self, event: &Recorded) {
            self.0.push(event.stream.to_string());
        }
        fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
            self.0.iter().for_each(|row| sink(row.as_bytes()));
        }
    }

    /// Written out by hand, so that another implementation can follow it.
    #[test]
    fn the_digest_is_over_length_prefixed_rows_with_name_and_version() {
        let view = Rows(vec!["ab".to_owned(), String::new()]);
        let bytes = b"\0\0\0\x0esijill/view/v1\0\0\0\x04rows\0\0\0\x07\0\0\0\x02ab\0\0\0\0";
        assert_eq!(digest(&view).0, <[u8; 32]>::from(Hasher::digest(bytes)));
    }

    #[test]
    fn moving_a_byte_between_rows_changes_the_digest() {
        let rows = |rows: &[&str]| digest(&Rows(rows.iter().map(ToString::to_string).collect()));
        assert_ne!(rows(&["ab", "c"]), rows(&["a", "bc"]));
        assert_ne!(rows(&["ab", "c"]), rows(&["ab", "c", ""]));
    }
}
