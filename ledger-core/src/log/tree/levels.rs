//! The tree's files: full tiles, one file per level, as drawn in `store/FORMAT.md`.
//!
//! Nothing here is synced. What a power cut takes, and what a disk damages, is told by its checksum and made anew from below.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::builder::{FullTile, TILE_BYTES};
use super::error::TreeError;
use super::lock;
use crate::store::embedded::{
    Derived, FORMAT_VERSION, File, Files, LogId, Mode, seal, sealed_version,
};

const MAGIC: [u8; 8] = *b"SIJILLTR";
const HEADER_BYTES: usize = 64;
const CHECKSUM_BYTES: usize = 4;
const BLOCK_BYTES: usize = CHECKSUM_BYTES + TILE_BYTES;
const TREE_DIR: &str = "tree";
const FILE_PREFIX: &str = "level-";

/// The files of one tree.
#[derive(Debug)]
pub(super) struct Levels {
    files: Arc<dyn Files>,
    dir: PathBuf,
    log_id: LogId,
    open: Mutex<BTreeMap<u8, Arc<dyn File>>>,
    /// What may not be written into the files stays here: `None` for whoever may write.
    kept: Option<Mutex<Kept>>,
}

/// Tiles by level and place.
type Kept = HashMap<(u8, u64), Arc<[u8]>>;

impl Levels {
    /// The files beside a log, created when they are written to.
    pub(super) fn open(derived: Derived) -> Result<Self, TreeError> {
        let levels = Self {
            dir: derived.dir.join(TREE_DIR),
            files: derived.files,
            log_id: derived.log_id,
            open: Mutex::default(),
            kept: (!derived.is_writer).then(Mutex::default),
        };
        if levels.is_writer() {
            let created = levels.files.create_dir(&levels.dir);
            created.map_err(failed(&levels.dir))?;
        }
        Ok(levels)
    }

    /// Whether tiles go into the files, and not only into memory.
    pub(super) const fn is_writer(&self) -> bool {
        self.kept.is_none()
    }

    /// How many tiles a level's file has room for; whether each is good is told by reading it.
    pub(super) fn len(&self, level: u8) -> u64 {
        let len = self.file(level).and_then(|file| file.len());
        let blocks = len.unwrap_or_default().saturating_sub(HEADER_BYTES as u64);
        blocks / BLOCK_BYTES as u64
    }

    /// A full tile; `None` when it is missing, damaged or cannot be read: it is then made anew.
    pub(super) fn read(&self, level: u8, n: u64) -> Option<Arc<[u8]>> {
        let kept = self.kept.as_ref().map(lock);
        if let Some(tile) = kept.and_then(|kept| kept.get(&(level, n)).cloned()) {
            return Some(tile);
        }
        let file = self.file(level).ok()?;
        let mut block = vec![0; BLOCK_BYTES];
        let read = file.read_at(&mut block, offset(n)?).ok()?;
        let (checksum, hashes) = block.get(..read)?.split_first_chunk::<CHECKSUM_BYTES>()?;
        let is_good = hashes.len() == TILE_BYTES && *checksum == self.checksum(level, n, hashes);
        is_good.then(|| hashes.into())
    }

    /// Takes a full tile.
    pub(super) fn write(&self, tile: FullTile<'_>) -> Result<(), TreeError> {
        let FullTile { level, n, hashes } = tile;
        if let Some(kept) = &self.kept {
            lock(kept).insert((level, n), hashes.into());
            return Ok(());
        }
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        block.extend_from_slice(&self.checksum(level, n, hashes));
        block.extend_from_slice(hashes);
        let write = || {
            let at = offset(n).ok_or(io::ErrorKind::FileTooLarge)?;
            self.file(level)?.write_at(&block, at)
        };
        write().map_err(failed(&self.path(level)))
    }

    /// Removes all files: they belong to another history.
    pub(super) fn clear(&self) -> Result<(), TreeError> {
        lock(&self.open).clear();
        let names = self.files.list(&self.dir).map_err(failed(&self.dir))?;
        for name in names.iter().filter(|name| name.starts_with(FILE_PREFIX)) {
            let path = self.dir.join(name);
            self.files.remove(&path).map_err(failed(&path))?;
        }
        // Else a power cut could bring the old names back.
        self.files.sync_dir(&self.dir).map_err(failed(&self.dir))
    }

    fn path(&self, level: u8) -> PathBuf {
        self.dir.join(format!("{FILE_PREFIX}{level}"))
    }

    fn checksum(&self, level: u8, n: u64, hashes: &[u8]) -> [u8; CHECKSUM_BYTES] {
        let fields = [&[level][..], &n.to_be_bytes(), hashes];
        self.log_id.checksum(&fields).to_be_bytes()
    }

    /// A level's file with a header of this log.
    fn file(&self, level: u8) -> io::Result<Arc<dyn File>> {
        let mut open = lock(&self.open);
        if let Some(file) = open.get(&level) {
            return Ok(Arc::clone(file));
        }
        let file = if self.is_writer() {
            self.open_for_writing(level)?
        } else {
            let file = self.files.open(&self.path(level), Mode::Read)?;
            let is_ours = self.is_ours(&*file, level)?;
            is_ours.then_some(file).ok_or(io::ErrorKind::InvalidData)?
        };
        open.insert(level, Arc::clone(&file));
        Ok(file)
    }

    fn open_for_writing(&self, level: u8) -> io::Result<Arc<dyn File>> {
        let path = self.path(level);
        let file = self.files.open(&path, Mode::Write)?;
        if self.is_ours(&*file, level)? {
            return Ok(file);
        }
        // Nothing behind a bad header is worth keeping.
        let file = if file.is_empty()? {
            file
        } else {
            self.files.remove(&path)?;
            self.files.open(&path, Mode::Write)?
        };
        file.write_at(&self.header(level), 0)?;
        Ok(file)
    }

    fn is_ours(&self, file: &dyn File, level: u8) -> io::Result<bool> {
        let mut found = [0; HEADER_BYTES];
        file.read_at(&mut found, 0)?;
        let is_known = sealed_version(&found, MAGIC) == Some(FORMAT_VERSION);
        Ok(is_known && found[..] == self.header(level)[..])
    }

    fn header(&self, level: u8) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.log_id.0);
        out.push(level);
        out.resize(HEADER_BYTES, 0);
        seal(&mut out);
        out
    }
}

fn offset(n: u64) -> Option<u64> {
    n.checked_mul(BLOCK_BYTES as u64)?
        .checked_add(HEADER_BYTES as u64)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> TreeError {
    let path = path.to_owned();
    move |source| TreeError::Io { path, source }
}
