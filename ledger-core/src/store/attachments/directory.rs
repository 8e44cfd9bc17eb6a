//! Attachments in the data directory: `attachments/ab/cdef…`, whole files under their final names and nothing else.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::incoming::Received;
use super::reader::Source;
use super::{AttachmentError, AttachmentHash, Stored};
use crate::store::embedded::{Files, Mode};
use crate::time::Timestamp;

/// Names that are known to be durable and are not synced again; beyond it the table starts anew.
const SETTLED_MAX: usize = 100_000;

#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    files: Arc<dyn Files>,
    settled: Mutex<BTreeSet<AttachmentHash>>,
}

impl Directory {
    pub(super) fn new(dir: &Path, files: Arc<dyn Files>) -> Self {
        Self {
            root: dir.join("attachments"),
            files,
            settled: Mutex::default(),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn files(&self) -> &dyn Files {
        &*self.files
    }

    pub(super) fn open(&self, hash: AttachmentHash) -> Result<Source, AttachmentError> {
        let path = self.path(hash);
        match self.files.open(&path, Mode::Read) {
            Ok(file) => Ok(Source::File { path, file }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(AttachmentError::NotFound(hash))
            }
            Err(source) => Err(AttachmentError::Io { path, source }),
        }
    }

    /// A name that is seen may be another thread's, or an ended process's, and not durable yet: what rests on it would
    /// outlive it.
    pub(super) fn has(&self, hash: AttachmentHash) -> Result<bool, AttachmentError> {
        match self.open(hash) {
            Ok(_) => self.settle(hash).map(|()| true),
            Err(AttachmentError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives a file that was received and synced its final name, durably. Damaged content under that name is replaced.
    pub(super) fn keep(&self, received: &Received, from: &Path) -> Result<(), AttachmentError> {
        let path = self.path(received.hash);
        let folder = path.parent().unwrap_or(&self.root);
        let renamed = self
            .files
            .create_dir(folder)
            .and_then(|()| self.files.rename(from, &path));
        renamed.map_err(|source| AttachmentError::io(&path, source))?;
        self.forget(received.hash);
        self.settle(received.hash)
    }

    pub(super) fn remove(&self, hash: AttachmentHash) -> Result<(), AttachmentError> {
        let path = self.path(hash);
        self.forget(hash);
        match self.files.remove(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(AttachmentError::Io { path, source }),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Stored>, AttachmentError> {
        let mut found = Vec::new();
        for folder in self.names(&self.root)? {
            if folder.len() != 2 {
                continue;
            }
            for rest in self.names(&self.root.join(&folder))? {
                if let Ok(hash) = format!("{folder}{rest}").parse() {
                    found.push(self.stored(hash)?);
                }
            }
        }
        Ok(found)
    }

    fn stored(&self, hash: AttachmentHash) -> Result<Stored, AttachmentError> {
        let path = self.path(hash);
        let looked = std::fs::metadata(&path).and_then(|meta| Ok((meta.len(), meta.modified()?)));
        let (bytes, modified) = looked.map_err(|source| AttachmentError::io(&path, source))?;
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        Ok(Stored {
            hash,
            bytes,
            at: Timestamp::from_micros(micros),
        })
    }

    /// Names in a directory; none where there is no such directory.
    pub(super) fn names(&self, dir: &Path) -> Result<Vec<String>, AttachmentError> {
        match self.files.list(dir) {
            Ok(names) => Ok(names),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(AttachmentError::io(dir, source)),
        }
    }

    /// Makes the name durable, its folder's and the root's too; once is enough.
    fn settle(&self, hash: AttachmentHash) -> Result<(), AttachmentError> {
        if self.settled().contains(&hash) {
            return Ok(());
        }
        let path = self.path(hash);
        for dir in path.ancestors().skip(1).take(3) {
            let synced = self.files.sync_dir(dir);
            synced.map_err(|source| AttachmentError::io(dir, source))?;
        }
        let mut settled = self.settled();
        if settled.len() >= SETTLED_MAX {
            settled.clear();
        }
        settled.insert(hash);
        Ok(())
    }

    fn forget(&self, hash: AttachmentHash) {
        self.settled().remove(&hash);
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, BTreeSet<AttachmentHash>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, hash: AttachmentHash) -> PathBuf {
        let name = hash.to_string();
        let (folder, rest) = name.split_at_checked(2).unwrap_or_default();
        self.root.join(folder).join(rest)
    }
}
