//! What the writer, the readers and the keeper share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

use tokio::sync::watch;

use super::files::{File, Mode};
use super::format::{LogId, Role};
use super::index::Index;
use super::layout::Dir;
use super::open::Opened;
use super::parts::Parts;
use crate::store::ReadError;

/// Open segments kept for reading; far below what a process may open.
const OPEN_SEGMENTS_MAX: usize = 128;
/// Blocks kept for reuse.
const POOLED_BLOCKS_MAX: usize = 8;

/// One open log.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) dir: Dir,
    pub(super) log_id: LogId,
    pub(super) origin: Box<str>,
    pub(super) role: Role,
    pub(super) parts: Parts,
    index: RwLock<Index>,
    size: AtomicU64,
    pub(super) progress: watch::Sender<Progress>,
    stopped: OnceLock<String>,
    notes: Mutex<Vec<String>>,
    segments: Mutex<HashMap<u32, Arc<dyn File>>>,
    blocks: Mutex<Vec<Arc<Vec<u8>>>>,
}

/// What those who wait for growth see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) size: u64,
    pub(super) stopped: bool,
}

impl Shared {
    pub(super) fn new(dir: Dir, opened: Opened) -> Self {
        let size = opened.head.size;
        Self {
            dir,
            log_id: opened.log_id,
            origin: opened.origin.into(),
            role: opened.role,
            parts: opened.parts,
            index: RwLock::new(opened.index),
            size: AtomicU64::new(size),
            progress: watch::Sender::new(Progress {
                size,
                stopped: false,
            }),
            stopped: OnceLock::new(),
            notes: Mutex::new(opened.notes),
            segments: Mutex::default(),
            blocks: Mutex::default(),
        }
    }

    /// Number of durable entries.
    pub(super) fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Entries below `size` are durable from now on.
    pub(super) fn publish(&self, size: u64) {
        self.size.store(size, Ordering::Release);
        self.progress.send_modify(|progress| progress.size = size);
    }

    /// Takes no writes from now on, for good. The first reason stays.
    pub(super) fn stop(&self, why: &str) {
        // A second reason is a consequence of the first.
        let _ = self.stopped.set(why.to_owned());
        self.progress
            .send_modify(|progress| progress.stopped = true);
    }

    /// Why no writes are taken any more.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.get().map(String::as_str)
    }

    pub(super) fn note(&self, note: String) {
        lock(&self.notes).push(note);
    }

    pub(super) fn notes(&self) -> Vec<String> {
        lock(&self.notes).clone()
    }

    // No code under these locks can panic half-way through a change, so a poisoned one is still whole.
    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn index_lock(&self) -> &RwLock<Index> {
        &self.index
    }

    /// A segment, open for reading.
    pub(super) fn segment(&self, number: u32) -> Result<Arc<dyn File>, ReadError> {
        if let Some(file) = lock(&self.segments).get(&number) {
            return Ok(Arc::clone(file));
        }
        let file = self.dir.open_segment(number, Mode::Read).map_err(|error| {
            ReadError::Unavailable(format!(
                "{}: {error}",
                self.dir.segment_path(number).display()
            ))
        })?;
        let mut open = lock(&self.segments);
        if open.len() >= OPEN_SEGMENTS_MAX {
            open.clear();
        }
        open.insert(number, Arc::clone(&file));
        Ok(file)
    }

    /// A block to read into: one that no batch borrows from any more, if there is one. Its content is left over.
    pub(super) fn take_block(&self) -> Vec<u8> {
        let mut blocks = lock(&self.blocks);
        let free = blocks
            .iter()
            .position(|block| Arc::strong_count(block) == 1);
        let block = free.map(|at| blocks.swap_remove(at));
        block
            .and_then(|block| Arc::try_unwrap(block).ok())
            .unwrap_or_default()
    }

    /// Keeps a block for reuse once its batch is gone.
    pub(super) fn keep_block(&self, block: &Arc<Vec<u8>>) {
        let mut blocks = lock(&self.blocks);
        if blocks.len() >= POOLED_BLOCKS_MAX {
            blocks.swap_remove(0);
        }
        blocks.push(Arc::clone(block));
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
