//! Attachments that public events name: fetched from the log, kept under their hash. What the log does not serve is asked for
//! again later; until then its hash is in the file `attachments.missing`, one a line.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{AttachmentError, AttachmentHash, Attachments, EventStore as _};

use super::fault::{self, Fault};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::published_log::{self, PublishedLog};

const FILE: &str = "attachments.missing";
/// How often what was not served is asked for again.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Attachments that are named and not here.
#[derive(Debug)]
pub struct Wanted {
    file: PathBuf,
    hashes: BTreeSet<AttachmentHash>,
    /// Entries below this index were looked at.
    looked: u64,
    /// When what is left is asked for again; `None` for at once.
    again_at: Option<Instant>,
}

impl Wanted {
    /// What was left in a directory whose entries below an index were looked at.
    pub fn open(dir: &Path, looked: u64) -> Result<Self, Fault> {
        let file = dir.join(FILE);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| Fault::Stop(Failure::io(&file, &error)))?,
        };
        let hashes = text.lines().map(str::parse).collect::<Result<_, _>>();
        let hashes = hashes.map_err(|error| {
            let what = format!("{}: {error}", file.display());
            Fault::Stop(Failure::Damaged { index: None, what })
        })?;
        Ok(Self {
            file,
            hashes,
            looked,
            again_at: None,
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Looks for names in the entries that have come.
    pub async fn look(&mut self, store: &EmbeddedStore) -> Result<(), Fault> {
        let (reading, from) = (store.clone(), self.looked);
        let (named, looked) = fault::blocking(move || named(&reading, from)).await?;
        self.looked = looked;
        let kept = store.attachments().clone();
        let absent = fault::blocking(move || {
            let mut absent = BTreeSet::new();
            for hash in named {
                if !kept.has(hash).map_err(failed)? {
                    absent.insert(hash);
                }
            }
            Ok(absent)
        });
        for hash in absent.await? {
            if self.hashes.insert(hash) {
                self.again_at = None;
            }
        }
        Ok(())
    }

    /// Fetches what is wanted, unless that was tried a moment ago. What is not served stays wanted.
    /// What the log does not serve may be `beside` it, in an old directory of the log.
    pub async fn fetch(
        &mut self,
        source: &PublishedLog,
        beside: Option<&Attachments>,
        store: &EmbeddedStore,
    ) -> Result<(), Fault> {
        let is_early = self.again_at.is_some_and(|at| Instant::now() < at);
        if self.hashes.is_empty() || is_early {
            return Ok(());
        }
        let (source, beside) = (source.clone(), beside.cloned());
        let kept = store.attachments().clone();
        let (hashes, file) = (self.hashes.clone(), self.file.clone());
        self.hashes = fault::blocking(move || {
            let mut missing = BTreeSet::new();
            for hash in hashes {
                if !fetched(&source, beside.as_ref(), &kept, hash)? {
                    missing.insert(hash);
                }
            }
            note(&file, &missing)?;
            Ok(missing)
        })
        .await?;
        self.again_at = Some(Instant::now() + AGAIN_AFTER);
        if !self.hashes.is_empty() {
            let count = self.hashes.len();
            tracing::warn!(
                count,
                "the log does not serve all attachments that its events name"
            );
        }
        Ok(())
    }
}

/// The attachments that entries from an index on name, and the index after the last one.
fn named(store: &EmbeddedStore, from: u64) -> Result<(BTreeSet<AttachmentHash>, u64), Fault> {
    let (mut named, size) = (BTreeSet::new(), store.size());
    for batch in store.log_reader(from) {
        let batch = batch.map_err(|error| Fault::Stop(data::reading(error)))?;
        for (index, entry) in batch.iter().filter(|(index, _)| *index < size) {
            match data::decoded(index, &entry) {
                Ok(event) => {
                    let hashes = event.event.attachments().into_iter();
                    named.extend(hashes.map(|hash| AttachmentHash(hash.0)));
                }
                // An event of a newer program: kept as it is, its attachments are not known here.
                Err(failure) => {
                    let code = failure.code().to_owned();
                    tracing::warn!(index, code, "an event is not known to this program");
                }
            }
        }
    }
    Ok((named, size.max(from)))
}

/// Whether it is here now. Content that is not what its name says counts as not served.
fn fetched(
    source: &PublishedLog,
    beside: Option<&Attachments>,
    kept: &Attachments,
    hash: AttachmentHash,
) -> Result<bool, Fault> {
    if kept.has(hash).map_err(failed)? {
        return Ok(true);
    }
    let mut served = source.attachment(hash)?;
    if served
        .as_ref()
        .is_some_and(|content| AttachmentHash::of(content) != hash)
    {
        tracing::error!(%hash, "the log serves other content for an attachment than its hash says; it is not kept");
        served = None;
    }
    let content = match (served, beside) {
        (None, Some(beside)) => published_log::kept(beside, hash)?,
        (served, _) => served,
    };
    let Some(content) = content else {
        return Ok(false);
    };
    kept.put(&content).map_err(failed)?;
    Ok(true)
}

fn failed(error: AttachmentError) -> Fault {
    Fault::Stop(data::attaching(error))
}

/// Replaced as a whole, before a checkpoint is published whose attachments it speaks of.
fn note(file: &Path, missing: &BTreeSet<AttachmentHash>) -> Result<(), Fault> {
    let mut text = String::new();
    for hash in missing {
        text.push_str(&hash.to_string());
        text.push('\n');
    }
    let temporary = file.with_extension("missing.new");
    let replaced = fs::write(&temporary, text)
        .and_then(|()| fs::File::open(&temporary)?.sync_all())
        .and_then(|()| fs::rename(&temporary, file));
    replaced.map_err(|error| Fault::Stop(Failure::io(file, &error)))
}
