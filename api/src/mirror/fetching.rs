//! Bundles of entries, a few at once, each checked against the tree before any of it is stored.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sijill_ledger_core::log::bundle;
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::remote::{Expected, RemoteTree};
use sijill_ledger_core::log::tile::TILE_WIDTH;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{Mirror, MirrorError};
use tokio::task::JoinHandle;

use super::evidence;
use super::fault::{self, Fault};
use crate::cli::errors::{Bilingual, Failure};
use crate::published_log::PublishedLog;

/// Bundles on their way at once: a connection each, and 16 MiB of memory each at most.
const BUNDLES_MAX: usize = 4;
const WIDTH: u64 = TILE_WIDTH as u64;

/// The entries of a tree, from where a mirror stands to its end.
pub struct Fetching {
    shared: Arc<Shared>,
    size: u64,
}

/// What each bundle's thread needs.
struct Shared {
    remote: Mutex<RemoteTree<PublishedLog>>,
    source: PublishedLog,
    dir: PathBuf,
    note: Vec<u8>,
}

type UnderWay = JoinHandle<Result<Vec<Vec<u8>>, Fault>>;

impl Fetching {
    /// Of a tree that the checkpoint vouches for.
    pub fn new(
        remote: RemoteTree<PublishedLog>,
        source: PublishedLog,
        dir: &Path,
        target: &SignedCheckpoint,
    ) -> Self {
        Self {
            size: remote.size(),
            shared: Arc::new(Shared {
                remote: Mutex::new(remote),
                source,
                dir: dir.to_owned(),
                note: target.to_bytes(),
            }),
        }
    }

    /// Fetches and stores them, bundle by bundle in order.
    pub async fn run(&self, mirror: &Mirror) -> Result<(), Fault> {
        let mut under_way: VecDeque<UnderWay> = VecDeque::new();
        let mut next = mirror.store().size() / WIDTH;
        let end = self.size.div_ceil(WIDTH);
        loop {
            while under_way.len() < BUNDLES_MAX && next < end {
                let (shared, n) = (Arc::clone(&self.shared), next);
                under_way.push_back(tokio::spawn(fault::blocking(move || shared.bundle(n))));
                next += 1;
            }
            let Some(first) = under_way.pop_front() else {
                return Ok(());
            };
            let fetched = first.await.map_err(|error| {
                let what = error.to_string();
                let path = self.shared.dir.clone();
                Fault::Stop(Failure::Io { path, what })
            })?;
            self.store(mirror, fetched?).await?;
        }
    }

    /// The first bundle may begin with entries that are here already.
    async fn store(&self, mirror: &Mirror, mut entries: Vec<Vec<u8>>) -> Result<(), Fault> {
        let size = mirror.store().size();
        let held = usize::try_from(size % WIDTH).unwrap_or_default();
        entries.drain(..held.min(entries.len()));
        let stored = mirror.mirror(size, entries).await;
        stored.map(|_| ()).map_err(|error| not_stored(&error))
    }
}

impl Shared {
    /// The entries of a bundle, as they are in the tree.
    fn bundle(&self, n: u64) -> Result<Vec<Vec<u8>>, Fault> {
        let believed = |error| fault::not_believed(&self.dir, &self.note, error);
        let expected = {
            let mut remote = self.remote.lock().unwrap_or_else(PoisonError::into_inner);
            remote.expected(n).map_err(believed)?
        };
        // An empty tree has no bundle.
        let content = match expected.tile() {
            Some(tile) => self.source.required(&tile)?,
            None => Vec::new(),
        };
        match expected.check(&content) {
            Ok(entries) => Ok(entries.into_iter().map(<[u8]>::to_vec).collect()),
            Err(defect) => Err(self.not_the_trees(n, &expected, &content, &defect.to_string())),
        }
    }

    /// Entries that are not what was signed: the first of them is named, checkpoint and bundle are kept.
    fn not_the_trees(&self, n: u64, expected: &Expected, content: &[u8], defect: &str) -> Fault {
        let width = expected.tile().map_or(TILE_WIDTH, |tile| tile.width());
        let parsed = bundle::parse(content, width).ok();
        let index = parsed.and_then(|entries| {
            let mut remote = self.remote.lock().unwrap_or_else(PoisonError::into_inner);
            remote.first_false(n, &entries).ok()
        });
        let pieces = [
            ("offered.checkpoint", self.note.as_slice()),
            ("offered.bundle", content),
        ];
        let kept = match evidence::keep(&self.dir, &pieces) {
            Ok(kept) => kept,
            Err(failure) => return Fault::Stop(failure),
        };
        let first = n * WIDTH;
        let place = index.map_or_else(|| format!("{first}…"), |index| index.to_string());
        Fault::Stop(Failure::Refused {
            code: "MIRROR_ENTRY_FALSE",
            text: Bilingual::new(
                format!(
                    "القيد {place} الذي عرضه السجل ليس ما وقّع عليه ({defect})؛ لم يُحفظ. جرّب مرآة أخرى، وراجع القائم على السجل؛ ما عُرض محفوظ: {kept}"
                ),
                format!(
                    "the entry at index {place} that the log serves is not what it has signed ({defect}); it was not stored. Try another mirror, and ask the log's operator; what was served is kept: {kept}"
                ),
            ),
        })
    }
}

/// Signed, and no log all the same; or the disk.
fn not_stored(error: &MirrorError) -> Fault {
    let what = error.to_string();
    match error {
        MirrorError::Stopped(_) => Fault::Stop(Failure::WritesStopped { what }),
        MirrorError::Position { .. }
        | MirrorError::Entry { .. }
        | MirrorError::Revision { .. }
        | MirrorError::Stamp { .. }
        | MirrorError::TooLarge { .. }
        | MirrorError::Full => Fault::Stop(Failure::Refused {
            code: "MIRROR_NOT_A_LEDGER",
            text: Bilingual::new(
                format!("ما وقّع عليه السجل ليس سجلًّا سليمًا: {what}. لم يُحفظ؛ راجع القائم عليه"),
                format!(
                    "what the log has signed is no sound ledger: {what}. It was not stored; ask its operator"
                ),
            ),
        }),
    }
}
