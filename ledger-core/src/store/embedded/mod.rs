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
//! | `open` | creation and recovery |
//! | `committer`, `keeper` | the writer's thread, and the one that works ahead of it |
//! | `shared`, `read` | reading |
//! | `observer` | reading beside a running writer |
//! | `check` | every byte, on demand |
//! | `probe` | what the disk can do |
//!
//! Deliberately absent: compaction, deletion, a page cache, hashes (see `log`). Runs on Unix.

mod blocks;
mod check;
mod committer;
mod erase;
mod error;
mod files;
mod format;
mod index;
mod keeper;
mod layout;
mod observer;
mod open;
mod parts;
pub mod probe;
mod read;
mod scan;
mod shared;
#[cfg(test)]
mod sim;
mod snapshot;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

pub use check::CheckReport;
pub use error::{Damage, OpenError};
pub use files::{File, Files, Mode, RealFiles};
pub use format::ORIGIN_BYTES_MAX;
pub use read::LogReader;

use super::prepare::prepare;
use super::{Append, AppendError, Appended, Batch, EventStore, ReadError, StoredPart, StreamName};
use crate::time::Clock;
use committer::{Committer, Request};
use format::LogId;
use keeper::Keeper;
use layout::{Dir, LOCK_FILE};
use shared::{Shared, lock};

/// How to open a store for writing.
#[derive(Clone)]
pub struct Options {
    /// The directory.
    pub dir: PathBuf,
    /// The log's identity. Needed to create; `None` takes whichever log is there.
    pub origin: Option<String>,
    /// Where stamps come from.
    pub clock: Arc<dyn Clock>,
    /// The file layer.
    pub files: Arc<dyn Files>,
    /// Length of a segment, in bytes; the first ones are smaller.
    pub segment_bytes: u32,
    /// Appends that may wait before `submit` waits.
    pub queue_max: usize,
}

/// Length of a segment, in bytes, unless chosen otherwise.
pub const SEGMENT_BYTES_DEFAULT: u32 = 64 << 20;
/// Smallest length of a segment, in bytes.
pub const SEGMENT_BYTES_MIN: u32 = 4_096;
/// Appends that may wait, unless chosen otherwise.
pub const QUEUE_MAX_DEFAULT: usize = 4_096;

impl Options {
    /// The usual options for a directory.
    pub fn new(dir: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            dir: dir.into(),
            origin: None,
            clock,
            files: Arc::new(RealFiles),
            segment_bytes: SEGMENT_BYTES_DEFAULT,
            queue_max: QUEUE_MAX_DEFAULT,
        }
    }

    /// With this origin: it creates the log where there is none, and refuses another one.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }
}

/// A log in a directory. Clones share it; when the last one goes, it is closed.
#[derive(Clone)]
pub struct EmbeddedStore {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    /// `None` when opened for reading only.
    queue: Option<mpsc::Sender<Request>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Keeps the observing thread of a store that is opened for reading only.
    _observer: Option<observer::Observer>,
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
        let queue_max = options.queue_max.max(1);
        let (mut committer, shared, lock) = start(options, true)?;
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
                shared,
                queue: Some(queue),
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
        let segments = dir.segments()?;
        let (opened, scan) = open::observe(&dir, &segments)?;
        let shared = Arc::new(Shared::new(dir, opened));
        let observer = observer::Observer::start(&shared, scan)?;
        let writer = Mutex::new(None);
        Ok(Self {
            inner: Arc::new(Inner {
                shared,
                queue: None,
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

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.inner.shared.dir.root
    }

    /// What was cut, rebuilt or could not be prepared since the opening: for the operator.
    pub fn notes(&self) -> Vec<String> {
        self.inner.shared.notes()
    }

    /// Why no writes are taken any more, if so.
    pub fn stopped(&self) -> Option<&str> {
        self.inner.shared.stopped()
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

    /// The entry at an index, alone in a batch.
    pub fn entry(&self, index: u64) -> Result<Batch, ReadError> {
        self.inner.shared.entry(index)
    }

    /// The log from an index to its present end, batch by batch, without a runtime.
    pub fn log_reader(&self, from: u64) -> LogReader {
        LogReader::new(Arc::clone(&self.inner.shared), from)
    }

    /// Reads and checks everything that is stored, and reports the first damage.
    pub fn check(&self) -> Result<CheckReport, ReadError> {
        check::check(&self.inner.shared)
    }
}

type Lock = Box<dyn fmt::Debug + Send + Sync>;

/// Locks, creates or recovers, and makes the writer.
fn start(options: Options, background: bool) -> Result<(Committer, Arc<Shared>, Lock), OpenError> {
    let Options {
        dir: root,
        origin,
        clock,
        files,
        segment_bytes,
        ..
    } = options;
    if !(SEGMENT_BYTES_MIN..=index::SEGMENT_BYTES_MAX).contains(&segment_bytes) {
        let text = format!(
            "a segment has {SEGMENT_BYTES_MIN} to {} bytes",
            index::SEGMENT_BYTES_MAX
        );
        return Err(OpenError::Options(text));
    }
    let dir = Dir::new(files, &root);
    refuse_foreign(&dir)?;
    dir.files
        .create_dir(&root)
        .map_err(|error| dir.failed(&root, error))?;
    let lock_path = root.join(LOCK_FILE);
    let lock = dir
        .files
        .lock(&lock_path)
        .map_err(|error| dir.failed(&lock_path, error))?;
    let lock = lock.ok_or_else(|| OpenError::Locked { dir: root.clone() })?;
    let mut segments = dir.segments()?;
    if segments.is_empty() {
        let text = || OpenError::Options("a new log needs an origin".to_owned());
        let mut id = [0; 16];
        getrandom::fill(&mut id)
            .map_err(|error| dir.failed(&root, std::io::Error::other(error)))?;
        open::create(
            &dir,
            LogId(id),
            origin.as_deref().ok_or_else(text)?,
            segment_bytes,
        )?;
        segments = dir.segments()?;
    }
    let (_, found) = open::identity(&dir, &segments)?;
    if let Some(expected) = origin.filter(|expected| *expected != found) {
        return Err(OpenError::OriginMismatch {
            dir: root,
            expected,
            found,
        });
    }
    let opened = open::recover(&dir, &segments)?;
    let state = (opened.head, opened.last_stamp, opened.snapshot_size);
    let shared = Arc::new(Shared::new(dir, opened));
    let failed = |error| shared.dir.failed(&root, error);
    let keeper = Keeper::new(Arc::clone(&shared), segment_bytes, background).map_err(failed)?;
    let committer = Committer::start(Arc::clone(&shared), clock, keeper, state).map_err(failed)?;
    Ok((committer, shared, lock))
}

/// Refuses a directory that holds something, but no log.
fn refuse_foreign(dir: &Dir) -> Result<(), OpenError> {
    const OURS: [&str; 8] = [
        "lock",
        "log",
        "head",
        "head.new",
        "index",
        "withheld",
        "attachments",
        "lost+found",
    ];
    let names = match dir.files.list(&dir.root) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(dir.failed(&dir.root, error)),
    };
    let log = names.iter().any(|name| name == "log");
    if log || names.iter().all(|name| OURS.contains(&name.as_str())) {
        Ok(())
    } else {
        Err(OpenError::NotSijill {
            dir: dir.root.clone(),
        })
    }
}

/// The writer's thread: whatever waits becomes one group.
fn run(requests: &mut mpsc::Receiver<Request>, committer: &mut Committer) {
    let mut carried = None;
    while let Some(request) = carried.take().or_else(|| requests.blocking_recv()) {
        if matches!(request, Request::Close) {
            return;
        }
        carried = committer.handle(request, &mut || requests.try_recv().ok());
    }
}

/// Answers what was still queued when the writer ended.
fn refuse_rest(requests: &mut mpsc::Receiver<Request>, shared: &Shared) {
    requests.close();
    let why = || shared.stopped().unwrap_or("it was closed").to_owned();
    while let Some(request) = requests.blocking_recv() {
        // Whoever asked may have gone.
        match request {
            Request::Append(_, answer) => drop(answer.send(Err(AppendError::Unavailable(why())))),
            Request::Erase { answer, .. } => drop(answer.send(Err(ReadError::Unavailable(why())))),
            Request::Close => {}
        }
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

/// Resolves when an append is durable or refused.
#[derive(Debug)]
pub struct Ticket(oneshot::Receiver<Result<Appended, AppendError>>);

impl Future for Ticket {
    type Output = Result<Appended, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let lost = |_| {
            Err(AppendError::OutcomeUnknown(
                "the writer ended before it answered".to_owned(),
            ))
        };
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(lost))
    }
}

impl EventStore for EmbeddedStore {
    type Ticket = Ticket;

    fn origin(&self) -> &str {
        &self.inner.shared.origin
    }

    async fn submit(&self, append: Append) -> Result<Ticket, AppendError> {
        let unavailable = || AppendError::Unavailable(self.inner.unavailable());
        if self.inner.shared.stopped().is_some() {
            return Err(unavailable());
        }
        let queue = self.inner.queue.as_ref().ok_or_else(unavailable)?;
        let prepared = Box::new(prepare(append)?);
        let (answer, ticket) = oneshot::channel();
        queue
            .send(Request::Append(prepared, answer))
            .await
            .map_err(|_| unavailable())?;
        Ok(Ticket(ticket))
    }

    fn size(&self) -> u64 {
        self.inner.shared.size()
    }

    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        let mut progress = self.inner.shared.progress.subscribe();
        let grown = progress
            .wait_for(|now| now.size > size || now.stopped)
            .await;
        match grown.map(|now| now.size) {
            Ok(now) if now > size => Ok(now),
            _ => Err(ReadError::Unavailable(self.inner.unavailable())),
        }
    }

    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        if from >= self.size() {
            return Ok(Batch::default());
        }
        self.blocking(move |shared| shared.log_block(from)).await
    }

    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        // A few entries come from memory in microseconds, sooner than another thread would have begun.
        const SHORT_ENTRIES: u64 = 64;
        let shared = &self.inner.shared;
        let entries = shared.index().stream(stream.as_str(), shared.size()).len() as u64;
        if entries.saturating_sub(from) <= SHORT_ENTRIES {
            return shared.stream_block(stream, from);
        }
        let stream = stream.clone();
        self.blocking(move |shared| shared.stream_block(&stream, from))
            .await
    }

    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        self.inner.shared.parts_of(index)
    }

    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        let count = self
            .entry(index)?
            .get(0)
            .map_or(0, |(_, entry)| entry.part_count());
        if usize::from(part) >= count {
            return Err(ReadError::NoSuchPart { index, part });
        }
        let unavailable = || ReadError::Unavailable(self.inner.unavailable());
        let queue = self.inner.queue.as_ref().ok_or_else(unavailable)?;
        let (answer, erased) = oneshot::channel();
        queue
            .send(Request::Erase {
                index,
                part,
                answer,
            })
            .await
            .map_err(|_| unavailable())?;
        erased.await.map_err(|_| unavailable())?
    }
}

impl EmbeddedStore {
    /// Reads on a thread that may block; in place where there is no runtime.
    async fn blocking<T: Any + Send>(
        &self,
        read: impl FnOnce(&Shared) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let shared = Arc::clone(&self.inner.shared);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let task = runtime.spawn_blocking(move || read(&shared)).await;
                task.unwrap_or_else(|error| Err(ReadError::Unavailable(error.to_string())))
            }
            Err(_) => read(&shared),
        }
    }
}
