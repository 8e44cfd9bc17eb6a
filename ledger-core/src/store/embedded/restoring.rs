//! Restoring a log into a new directory: its entries as they are, from wherever a copy was kept, until the log is whole and may
//! be written again. Until then the file `restoring` stands in the directory, and nothing else opens it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::EmbeddedStore;
use super::error::OpenError;
use super::layout::{Dir, RESTORING_FILE};
use super::mirror::Mirror;
use super::options::Options;
use super::salvage::Salvage;
use super::start::Purpose;

/// A log that is being restored.
#[derive(Clone, Debug)]
pub struct Restoring {
    mirror: Mirror,
}

impl EmbeddedStore {
    /// Begins to restore a log in a directory that has none, or goes on where an earlier attempt ended. Withheld parts are taken
    /// from what was salvaged, where the entries commit to them.
    pub fn create_or_open_restoring(
        options: Options,
        salvaged: Salvage,
    ) -> Result<Restoring, OpenError> {
        let store = Self::open_as(Purpose::Restore, options)?;
        let mirror = Mirror::restoring(store, Arc::new(salvaged));
        Ok(Restoring { mirror })
    }
}

impl Restoring {
    /// Takes entries, like a mirror, but with their withheld parts.
    pub const fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Lets new entries follow those that were restored, though the log is not declared whole yet.
    pub fn begin_appends(&self) {
        let inner = &self.mirror.store().inner;
        inner.takes_appends.store(true, Ordering::Release);
    }

    /// Declares the log whole, durably: from now on it is opened like any other.
    pub fn finish(&self) -> Result<(), OpenError> {
        let dir = &self.mirror.store().inner.shared.dir;
        let path = dir.root.join(RESTORING_FILE);
        let removed = dir.files.remove(&path);
        let ended = removed.and_then(|()| dir.files.sync_dir(&dir.root));
        ended.map_err(|error| dir.failed(&path, error))
    }
}

/// Whether a log is being restored in a directory.
pub(super) fn is_under_way(dir: &Dir) -> Result<bool, OpenError> {
    match dir.files.list(&dir.root) {
        Ok(names) => Ok(names.iter().any(|name| name == RESTORING_FILE)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(dir.failed(&dir.root, error)),
    }
}
