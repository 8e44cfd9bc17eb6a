//! From options to a running writer.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::committer::Committer;
use super::error::OpenError;
use super::files::Mode;
use super::format::{LogId, Role, SegmentHeader};
use super::group::Request;
use super::index::SEGMENT_BYTES_MAX;
use super::keeper::Keeper;
use super::layout::{Dir, LOCK_FILE, RESTORING_FILE};
use super::mirror::MirrorError;
use super::options::{Options, SEGMENT_BYTES_MIN};
use super::shared::Shared;
use super::{create, open, restoring};
use crate::store::{AppendError, ReadError};

/// What a directory is opened for, by its only writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Entries are made here.
    Append,
    /// Entries of a log that is elsewhere are taken.
    Mirror,
    /// Entries of the log itself are taken back.
    Restore,
}

impl Purpose {
    const fn role(self) -> Role {
        match self {
            Self::Append | Self::Restore => Role::Original,
            Self::Mirror => Role::Mirror,
        }
    }
}

pub(super) type Lock = Box<dyn fmt::Debug + Send + Sync>;

/// Locks, creates or recovers, and makes the writer.
pub(super) fn start(
    options: Options,
    purpose: Purpose,
    background: bool,
) -> Result<(Committer, Arc<Shared>, Lock), OpenError> {
    let Options {
        dir: root,
        origin,
        clock,
        files,
        segment_bytes,
        allow_gap,
        ..
    } = options;
    if !(SEGMENT_BYTES_MIN..=SEGMENT_BYTES_MAX).contains(&segment_bytes) {
        let text = format!("a segment has {SEGMENT_BYTES_MIN} to {SEGMENT_BYTES_MAX} bytes");
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
    admit(&dir, purpose, segments.is_empty())?;
    if segments.is_empty() {
        let text = || OpenError::Options("a new log needs an origin".to_owned());
        let mut id = [0; 16];
        getrandom::fill(&mut id)
            .map_err(|error| dir.failed(&root, std::io::Error::other(error)))?;
        create::create(
            &dir,
            LogId(id),
            origin.as_deref().ok_or_else(text)?,
            purpose.role(),
            segment_bytes,
        )?;
        segments = dir.segments()?;
    }
    let SegmentHeader {
        origin: found,
        role: found_role,
        ..
    } = open::identity(&dir, &segments)?;
    refuse_other(purpose.role(), found_role, &root)?;
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
    let mut committer =
        Committer::start(Arc::clone(&shared), clock, keeper, state).map_err(failed)?;
    if allow_gap {
        committer.trust_clock();
    }
    Ok((committer, shared, lock))
}

/// A directory whose log is being restored is for nothing else, and says so before it has a log.
fn admit(dir: &Dir, purpose: Purpose, is_empty: bool) -> Result<(), OpenError> {
    let root = || dir.root.clone();
    match (purpose, restoring::is_under_way(dir)?) {
        (Purpose::Restore, true) | (Purpose::Append | Purpose::Mirror, false) => Ok(()),
        (Purpose::Append | Purpose::Mirror, true) => Err(OpenError::Restoring { dir: root() }),
        (Purpose::Restore, false) if is_empty => {
            let path = dir.root.join(RESTORING_FILE);
            let made = dir.files.open(&path, Mode::Write);
            let durable = made.and_then(|file| file.sync());
            let named = durable.and_then(|()| dir.files.sync_dir(&dir.root));
            named.map_err(|error| dir.failed(&path, error))
        }
        (Purpose::Restore, false) => Err(OpenError::NotRestoring { dir: root() }),
    }
}

/// Refuses to make entries in a mirror, which could then never be compared with its log again, and to mirror into a log.
fn refuse_other(wanted: Role, found: Role, dir: &Path) -> Result<(), OpenError> {
    let dir = || dir.to_owned();
    match (wanted, found) {
        (Role::Original, Role::Original) | (Role::Mirror, Role::Mirror) => Ok(()),
        (Role::Original, Role::Mirror) => Err(OpenError::Mirror { dir: dir() }),
        (Role::Mirror, Role::Original) => Err(OpenError::NotMirror { dir: dir() }),
    }
}

/// Refuses a directory that holds something, but no log.
fn refuse_foreign(dir: &Dir) -> Result<(), OpenError> {
    const OURS: [&str; 10] = [
        "lock",
        "log",
        "head",
        "head.new",
        "index",
        "withheld",
        "attachments",
        "tree",
        RESTORING_FILE,
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
pub(super) fn run(requests: &mut mpsc::Receiver<Request>, committer: &mut Committer) {
    let mut carried = None;
    while let Some(request) = carried.take().or_else(|| requests.blocking_recv()) {
        if matches!(request, Request::Close) {
            return;
        }
        carried = committer.handle(request, &mut || requests.try_recv().ok());
    }
}

/// Answers what was still queued when the writer ended.
pub(super) fn refuse_rest(requests: &mut mpsc::Receiver<Request>, shared: &Shared) {
    requests.close();
    let why = || shared.stopped().unwrap_or("it was closed").to_owned();
    while let Some(request) = requests.blocking_recv() {
        // Whoever asked may have gone.
        match request {
            Request::Append(_, answer) => drop(answer.send(Err(AppendError::Unavailable(why())))),
            Request::Mirror { answer, .. } => drop(answer.send(Err(MirrorError::Stopped(why())))),
            Request::Erase { answer, .. } => drop(answer.send(Err(ReadError::Unavailable(why())))),
            Request::Close => {}
        }
    }
}
