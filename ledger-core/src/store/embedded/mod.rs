//! The embedded store: one process writes, one directory holds everything, no server.
//!
//! | file | what |
//! |---|---|
//! | `files` | the file layer, exchangeable in tests |
//! | `format` | headers, byte by byte (`FORMAT.md`) |
//! | `layout` | names in the directory |
//! | `blocks`, `scan` | groups out of segments; the whole log in order |
//! | `index`, `snapshot` | where entries lie, in memory and on disk |
//! | `parts`, `erase` | withheld parts, and their end |
//! | `create`, `open` | creation and recovery |
//! | `options`, `start` | from options to a running writer |
//! | `committer`, `group`, `keeper` | the writer's thread, and the one that works ahead of it |
//! | `event_store` | the trait |
//! | `mirror` | entries of another log, taken as they are |
//! | `restoring`, `salvage` | a log made anew out of a copy, with what is left of its withheld parts |
//! | `shared`, `read` | reading |
//! | `observer` | reading beside a running writer |
//! | `check` | every byte, on demand |
//! | `probe` | what the disk can do |
//!
//! Deliberately absent: compaction, deletion, a page cache, hashes (see [`log`](crate::log)). Runs on Unix.

mod blocks;
mod check;
mod committer;
mod create;
mod erase;
mod error;
mod event_store;
mod files;
mod format;
mod group;
mod index;
mod keeper;
mod layout;
mod mirror;
mod observer;
mod open;
mod options;
mod parts;
pub mod probe;
mod read;
mod restoring;
mod salvage;
mod scan;
mod shared;
#[cfg(test)]
pub(crate) mod sim;
mod snapshot;
mod start;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tokio::sync::{Semaphore, mpsc};

pub use check::CheckReport;
pub use error::{Damage, OpenError};
pub use event_store::Ticket;
pub use files::{File, Files, Mode, RealFiles};
pub(crate) use files::{read_all, replace};
pub use format::ORIGIN_BYTES_MAX;
pub(crate) use format::{FORMAT_VERSION, LogId, seal, sealed_version};
pub use mirror::{MIRROR_BYTES_MAX, Mirror, MirrorError};
pub use options::{
    GAP_DAYS_MAX, Options, QUEUE_MAX_DEFAULT, SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_MIN,
};
pub use read::LogReader;
pub use restoring::Restoring;
pub use salvage::Salvage;
pub use snapshot::SNAPSHOT_FILE;

use super::{Attachments, Batch, ReadError, StreamName};
use format::Role;
use group::Request;
use layout::Dir;
use shared::{Shared, lock};
use start::{Purpose, refuse_rest, run, start};

/// Bytes that may wait in the queue; a single append is always smaller.
const QUEUE_BYTES_MAX: usize = 64 << 20;
const QUEUE_UNIT_BYTES: usize = 1 << 10;

/// A log in a directory. Clones share it; when the last one goes, it is closed.
#[derive(Clone)]
pub struct EmbeddedStore {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    /// Whether entries are made here: not in a mirror, nor in a log before it is restored.
    takes_appends: AtomicBool,
    attachments: Attachments,
    /// `None` when opened for reading only.
    queue: Option<mpsc::Sender<Request>>,
    /// What the queue may hold, in units of [`QUEUE_UNIT_BYTES`].
    queue_room: Arc<Semaphore>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Keeps the observing thread of a store that is opened for reading only.
    _observer: Option<observer::Observer>,
}

/// Where files derived from a log lie, and what binds them to it.
#[derive(Clone, Debug)]
pub(crate) struct Derived {
    pub(crate) files: Arc<dyn Files>,
    /// The directory of the log.
    pub(crate) dir: PathBuf,
    pub(crate) log_id: LogId,
    /// Whether this process holds the directory's lock: nobody else may write there.
    pub(crate) is_writer: bool,
}

impl fmt::Debug for EmbeddedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = &self.inner.shared;
        write!(
            f,
            "EmbeddedStore({}, {} entries)",
            shared.dir.root.display(),
            shared.size()
        )
    }
}

impl EmbeddedStore {
    /// Opens the log in a directory for writing, after creating it where there is none.
    pub fn create_or_open(options: Options) -> Result<Self, OpenError> {
        Self::open_as(Purpose::Append, options)
    }

    /// Opens a mirror for writing, after creating it where there is none. The origin is that of the log that it mirrors.
    pub fn create_or_open_mirror(options: Options) -> Result<Mirror, OpenError> {
        Self::open_as(Purpose::Mirror, options).map(Mirror::new)
    }

    fn open_as(purpose: Purpose, options: Options) -> Result<Self, OpenError> {
        let queue_max = options.queue_max.max(1);
        let (mut committer, shared, lock) = start(options, purpose, true)?;
        let (queue, mut requests) = mpsc::channel(queue_max);
        let ended = Arc::clone(&shared);
        let run = move || {
            run(&mut requests, &mut committer);
            committer.close();
            refuse_rest(&mut requests, &ended);
            drop(lock);
        };
        let writer = thread::Builder::new()
            .name("sijill-writer".to_owned())
            .spawn(run);
        let writer = writer.map_err(|error| shared.dir.failed(&shared.dir.root, error))?;
        let writer = Mutex::new(Some(writer));
        Ok(Self {
            inner: Arc::new(Inner {
                attachments: shared.dir.attachments(),
                shared,
                takes_appends: AtomicBool::new(purpose == Purpose::Append),
                queue: Some(queue),
                queue_room: Arc::new(Semaphore::new(QUEUE_BYTES_MAX / QUEUE_UNIT_BYTES)),
                writer,
                _observer: None,
            }),
        })
    }

    /// Opens the log in a directory for reading, beside a writer or without one. Follows its head; changes nothing.
    pub fn open_read_only(dir: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_read_only_with(Arc::new(RealFiles), dir.as_ref())
    }

    /// The same, over another file layer.
    pub fn open_read_only_with(files: Arc<dyn Files>, dir: &Path) -> Result<Self, OpenError> {
        let dir = Dir::new(files, dir);
        if restoring::is_under_way(&dir)? {
            return Err(OpenError::Restoring { dir: dir.root });
        }
        let segments = dir.segments()?;
        let (opened, scan) = open::observe(&dir, &segments)?;
        let shared = Arc::new(Shared::new(dir, opened));
        let observer = observer::Observer::start(&shared, scan, segments)?;
        let writer = Mutex::new(None);
        Ok(Self {
            inner: Arc::new(Inner {
                attachments: shared.dir.attachments(),
                shared,
                takes_appends: AtomicBool::new(false),
                queue: None,
                queue_room: Arc::new(Semaphore::new(0)),
                writer,
                _observer: Some(observer),
            }),
        })
    }

    /// Ends in order: what is queued is stored, the index is saved. Later appends are `Unavailable`, reading goes on.
    /// Blocks for as long as that takes.
    pub fn close(&self) {
        self.inner.close();
    }

    /// Whether the log in a directory is a mirror; nothing is opened. `false` where there is none.
    pub fn holds_mirror(dir: &Path) -> Result<bool, OpenError> {
        let dir = Dir::new(Arc::new(RealFiles), dir);
        let segments = dir.segments()?;
        Ok(!segments.is_empty() && open::identity(&dir, &segments)?.role == Role::Mirror)
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.inner.shared.dir.root
    }

    /// What events name and do not hold.
    pub fn attachments(&self) -> &Attachments {
        &self.inner.attachments
    }

    /// What was cut, rebuilt or could not be prepared since the opening: for the operator.
    pub fn notes(&self) -> Vec<String> {
        self.inner.shared.notes()
    }

    /// Why no writes are taken any more, if so.
    pub fn stopped(&self) -> Option<&str> {
        self.inner.shared.stopped()
    }

    /// Whether the directory is a mirror: entries are made elsewhere, and withheld parts may be absent.
    pub fn is_mirror(&self) -> bool {
        self.inner.shared.role == Role::Mirror
    }

    /// Whether entries enter here; elsewhere they arrive later than they were answered.
    pub fn is_writer(&self) -> bool {
        self.inner.takes_appends.load(Ordering::Acquire)
    }

    /// The names of all streams, sorted.
    pub fn stream_names(&self) -> Vec<StreamName> {
        let shared = &self.inner.shared;
        let size = shared.size();
        let index = shared.index();
        let streams = index.streams.iter();
        let known = streams.filter(|stream| !index::committed(&stream.indexes, size).is_empty());
        let mut names: Vec<StreamName> = known
            .map(|stream| StreamName(Arc::clone(&stream.name)))
            .collect();
        drop(index);
        names.sort_unstable();
        names
    }

    /// The last revision of a stream, of entries that are durable; `None` when it has none.
    pub fn revision(&self, stream: &StreamName) -> Option<u64> {
        let shared = &self.inner.shared;
        let entries = shared.index().stream(stream.as_str(), shared.size()).len();
        (entries as u64).checked_sub(1)
    }

    /// The entry at an index, alone in a batch.
    pub fn entry(&self, index: u64) -> Result<Batch, ReadError> {
        self.inner.shared.entry(index)
    }

    /// The log from an index to its present end, batch by batch, without a runtime.
    pub fn log_reader(&self, from: u64) -> LogReader {
        LogReader::new(Arc::clone(&self.inner.shared), from)
    }

    /// SHA-256 over what the index says of the entries below `size`: where each lies, and of which stream it is. The same for a
    /// saved index and for one that was rebuilt from the log, else one of them is wrong.
    pub fn index_digest(&self, size: u64) -> [u8; 32] {
        self.inner.shared.index().digest(size)
    }

    /// What a file that is derived from this log needs to know.
    pub(crate) fn derived(&self) -> Derived {
        let shared = &self.inner.shared;
        Derived {
            files: Arc::clone(&shared.dir.files),
            dir: shared.dir.root.clone(),
            log_id: shared.log_id,
            is_writer: self.inner.queue.is_some(),
        }
    }

    /// Reads and checks everything that is stored, and reports the first damage.
    pub fn check(&self) -> Result<CheckReport, ReadError> {
        check::check(&self.inner.shared)
    }
}

impl Inner {
    fn close(&self) {
        let Some(writer) = lock(&self.writer).take() else {
            return;
        };
        if let Some(queue) = &self.queue {
            let mut request = Request::Close;
            // Not `blocking_send`, which must not be called inside a runtime.
            while let Err(mpsc::error::TrySendError::Full(back)) = queue.try_send(request) {
                request = back;
                thread::sleep(std::time::Duration::from_millis(1));
            }
        }
        if writer.join().is_err() {
            self.shared.stop("the writer's thread ended in disorder");
        }
    }

    fn unavailable(&self) -> String {
        let read_only = if self.queue.is_none() {
            "it was opened for reading only"
        } else {
            "it was closed"
        };
        self.shared.stopped().unwrap_or(read_only).to_owned()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
