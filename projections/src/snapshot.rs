//! A view on disk, tied to the index up to which it has folded the log.
//!
//! One file per view and index, `<view>-<index, 20 digits>.snapshot`:
//!
//! | Bytes | What |
//! |---|---|
//! | 8 | `SIJILVW` and a zero byte |
//! | 4 | version of this format, big-endian: 2 |
//! | 4 | length of the header, big-endian |
//! | … | header: view, its version, log origin, index, id of the last event folded in, digest of the rows, length of the state (postcard) |
//! | … | state of the view (postcard) |
//! | 32 | SHA-256 of everything before |
//!
//! Written to a temporary file, made durable, then renamed, so that a crash leaves the old files or the new one. A
//! snapshot is never trusted: whatever is wrong with it is reported, and the view is folded from the log again.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::view::{View, digest};

const MAGIC: &[u8; 8] = b"SIJILVW\0";
const FORMAT: u32 = 2;
const CHECKSUM_BYTES: usize = 32;

/// What a snapshot says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    view: String,
    version: u32,
    origin: String,
    /// Events folded in.
    index: u64,
    /// Id of the last of them: logs of one origin differ in it.
    last_event: Option<Uuid>,
    rows_digest: [u8; 32],
    state_bytes: u64,
}

/// Which snapshots may be used.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Entries of the log: a snapshot above it is of another log, or of a future that was lost.
    pub log_size: u64,
    /// The index that is wanted: newer snapshots are left aside.
    pub at_most: u64,
}

impl Bounds {
    /// The newest snapshots of a log of this size.
    pub const fn newest(log_size: u64) -> Self {
        Self {
            log_size,
            at_most: log_size,
        }
    }
}

/// The id of the log's event at an index, `None` where there is none that can be read.
pub type EventIds<'a> = dyn Fn(u64) -> Option<Uuid> + 'a;

/// How far a view has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Number of events it has seen: the index of the one that it takes next.
    pub index: u64,
    /// Id of the last of them.
    pub last_event: Option<Uuid>,
}

/// A snapshot that was not used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("snapshot {} not used: {reason}", path.display())]
pub struct Rejected {
    /// The file.
    pub path: PathBuf,
    /// The view it is of.
    pub view: &'static str,
    /// Why it was not used.
    pub reason: Reason,
}

/// Why a snapshot is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It does not begin like a snapshot.
    #[error("it is no snapshot of a view")]
    NotASnapshot,
    /// It has another format.
    #[error("its format is {0}, not {FORMAT}")]
    Format(u32),
    /// Its bytes are not those that were written.
    #[error("it is damaged")]
    Damaged,
    /// It is of another view than its name says.
    #[error("it is of the view {0:?}")]
    OtherView(String),
    /// It was written by another version of the view.
    #[error("it holds version {found} of the view, not {expected}")]
    Version {
        /// What it holds.
        found: u32,
        /// What this program has.
        expected: u32,
    },
    /// It is of another log.
    #[error("it is of the log {0:?}")]
    Origin(String),
    /// It is of another log with the same origin, or of a history that was lost.
    #[error("the event before index {0} is another one than it has seen")]
    OtherHistory(u64),
    /// It stands above the log's end.
    #[error("it stands at index {index}, and the log has {log_size} entries")]
    BeyondLog {
        /// Where it stands.
        index: u64,
        /// Entries of the log.
        log_size: u64,
    },
    /// Its state cannot be read by this program.
    #[error("its state cannot be read: {0}")]
    State(String),
    /// The restored view has other rows than the saved one.
    #[error("its rows are not those that were saved")]
    Rows,
}

/// Why a snapshot could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The file or its directory.
    #[error("the snapshot {} cannot be written: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: io::Error,
    },
    /// The state has no serial form.
    #[error("the view {view} cannot be written: {error}")]
    State {
        /// The view.
        view: &'static str,
        /// What went wrong.
        error: postcard::Error,
    },
}

/// Writes a view that has seen the events before a place of a log; the file is durable when this returns.
pub fn save<V: View>(
    dir: &Path,
    origin: &str,
    place: Place,
    view: &V,
) -> Result<PathBuf, SaveError> {
    let path = dir.join(file_name::<V>(place.index));
    let bytes = encode(origin, place, view).map_err(|error| SaveError::State {
        view: V::NAME,
        error,
    })?;
    match write_durably(dir, &path, &bytes) {
        Ok(()) => Ok(path),
        Err(error) => Err(SaveError::Io { path, error }),
    }
}

/// The newest usable snapshot of a view in `dir` and its place; what could not be used is added to `rejected`.
pub fn restore<V: View>(
    dir: &Path,
    origin: &str,
    bounds: Bounds,
    ids: &EventIds<'_>,
    rejected: &mut Vec<Rejected>,
) -> Option<(V, Place)> {
    for (index, path) in list::<V>(dir) {
        if index > bounds.at_most && index <= bounds.log_size {
            continue;
        }
        match open::<V>(&path, origin, index, bounds.log_size, ids) {
            Ok(restored) => return Some(restored),
            Err(reason) => rejected.push(Rejected {
                path,
                view: V::NAME,
                reason,
            }),
        }
    }
    None
}

/// Removes all but the newest `keep` snapshots of a view. What a crash left half-written is overwritten by the next
/// snapshot at that index, or lies there unread.
pub fn prune<V: View>(dir: &Path, keep: usize) -> io::Result<()> {
    list::<V>(dir)
        .into_iter()
        .skip(keep)
        .try_for_each(|(_, path)| fs::remove_file(path))
}

/// Removes old snapshots of a view so that those left lie the farther apart the older they are: the newest two, the second
/// in case the first is damaged, and one for each doubling of the distance from the newest, counted in `step` events. So a past
/// view is never far from one, and their number grows with the logarithm of the log.
pub fn thin<V: View>(dir: &Path, step: u64) -> io::Result<()> {
    const NEWEST_KEPT: usize = 2;
    let found = list::<V>(dir);
    let Some(newest) = found.first().map(|(index, _)| *index) else {
        return Ok(());
    };
    let doublings = |index: u64| {
        let steps = newest.saturating_sub(index) / step.max(1);
        steps.saturating_add(1).ilog2()
    };
    let mut kept = None;
    // Oldest first: the oldest of each doubling stays, so that it can grow into the next one.
    for (index, path) in found.into_iter().skip(NEWEST_KEPT).rev() {
        let place = Some(doublings(index));
        if kept == place {
            fs::remove_file(path)?;
        }
        kept = place;
    }
    Ok(())
}

fn encode<V: View>(origin: &str, place: Place, view: &V) -> Result<Vec<u8>, postcard::Error> {
    let state = postcard::to_stdvec(view)?;
    let header = postcard::to_stdvec(&Header {
        view: V::NAME.to_owned(),
        version: V::VERSION,
        origin: origin.to_owned(),
        index: place.index,
        last_event: place.last_event,
        rows_digest: digest(view).0,
        state_bytes: state.len() as u64,
    })?;
    let header_bytes =
        u32::try_from(header.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    let mut bytes = Vec::with_capacity(16 + header.len() + state.len() + CHECKSUM_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_be_bytes());
    bytes.extend_from_slice(&header_bytes.to_be_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&state);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Ok(bytes)
}

fn open<V: View>(
    path: &Path,
    origin: &str,
    index: u64,
    log_size: u64,
    ids: &EventIds<'_>,
) -> Result<(V, Place), Reason> {
    let bytes = fs::read(path).map_err(|error| Reason::Unreadable(error.to_string()))?;
    let (header, state) = parse(&bytes)?;
    if header.view != V::NAME {
        return Err(Reason::OtherView(header.view));
    }
    if header.version != V::VERSION {
        return Err(Reason::Version {
            found: header.version,
            expected: V::VERSION,
        });
    }
    if header.origin != origin {
        return Err(Reason::Origin(header.origin));
    }
    if header.index != index {
        return Err(Reason::Damaged);
    }
    if index > log_size {
        return Err(Reason::BeyondLog { index, log_size });
    }
    let last_event = header.last_event;
    let known = index.checked_sub(1).map(ids);
    if known.is_some_and(|known| known.is_none() || known != last_event) {
        return Err(Reason::OtherHistory(index));
    }
    let view: V = postcard::from_bytes(state).map_err(|error| Reason::State(error.to_string()))?;
    // Guards against a changed state under an unchanged version, which the checksum cannot see.
    if digest(&view).0 == header.rows_digest {
        Ok((view, Place { index, last_event }))
    } else {
        Err(Reason::Rows)
    }
}

/// Header and state of a snapshot whose checksum is right.
fn parse(bytes: &[u8]) -> Result<(Header, &[u8]), Reason> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(Reason::NotASnapshot)?;
    let (format, rest) = rest.split_first_chunk::<4>().ok_or(Reason::Damaged)?;
    let format = u32::from_be_bytes(*format);
    if format != FORMAT {
        return Err(Reason::Format(format));
    }
    let (rest, checksum) = rest
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or(Reason::Damaged)?;
    let covered = bytes.len().saturating_sub(CHECKSUM_BYTES);
    let covered = bytes.get(..covered).ok_or(Reason::Damaged)?;
    if Sha256::digest(covered).as_slice() != checksum {
        return Err(Reason::Damaged);
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Reason::Damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Reason::Damaged)?;
    let (header, state) = rest.split_at_checked(length).ok_or(Reason::Damaged)?;
    let header: Header = postcard::from_bytes(header).map_err(|_| Reason::Damaged)?;
    if header.state_bytes == state.len() as u64 {
        Ok((header, state))
    } else {
        Err(Reason::Damaged)
    }
}

fn write_durably(dir: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    // The rename itself is durable only with its directory.
    File::open(dir)?.sync_all()
}

/// Snapshots of a view by their names, newest first. A directory that is not there has none.
fn list<V: View>(dir: &Path) -> Vec<(u64, PathBuf)> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut found: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?;
            let index = name.strip_prefix(V::NAME)?.strip_prefix('-')?;
            let index = index.strip_suffix(".snapshot")?.parse().ok()?;
            Some((index, path))
        })
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

fn file_name<V: View>(index: u64) -> String {
    format!("{}-{index:020}.snapshot", V::NAME)
}
