//! Why a directory could not be opened: each case says what to do, and a program can give each its own exit status.

use std::io;
use std::path::{Path, PathBuf};

/// Why a store could not be opened or created.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes here.
    #[error("{} is in use by another writer; stop that process first, or open it for reading only", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
    },
    /// A newer program wrote this.
    #[error("{} has format version {version}; this program knows versions up to {known}: use a newer sijill", file.display())]
    NewerFormat {
        /// The file that says so.
        file: PathBuf,
        /// Its version.
        version: u32,
        /// The newest version known here.
        known: u32,
    },
    /// The directory cannot be written.
    #[error("{} cannot be written: it is read-only or belongs to another user", dir.display())]
    ReadOnly {
        /// The directory.
        dir: PathBuf,
    },
    /// No space is left.
    #[error("the disk of {} is full; free some space and start again: nothing was lost", dir.display())]
    DiskFull {
        /// The directory.
        dir: PathBuf,
    },
    /// Durable bytes are damaged.
    #[error(
        "{} is damaged at index {index} ({file} byte {offset}): {what}; nothing was changed: restore this file from a mirror or a backup", dir.display()
    )]
    Corrupt {
        /// The directory.
        dir: PathBuf,
        /// Log index of the first entry concerned.
        index: u64,
        /// The file, within the directory.
        file: String,
        /// Where in the file.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// There is no log here, but something else.
    #[error("{} is not a Sijill directory", dir.display())]
    NotSijill {
        /// The directory.
        dir: PathBuf,
    },
    /// The log here is another one.
    #[error("{} holds the log {found:?}, not {expected:?}", dir.display())]
    OriginMismatch {
        /// The directory.
        dir: PathBuf,
        /// The origin asked for.
        expected: String,
        /// The origin found.
        found: String,
    },
    /// The directory mirrors a log: entries are not made here.
    #[error("{} is a mirror: only what mirrors the log writes here; write to the log itself, or open this for reading only", dir.display())]
    Mirror {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory is a log itself, not a mirror of one.
    #[error("{} holds a log itself, not a mirror of one; mirror into another directory", dir.display())]
    NotMirror {
        /// The directory.
        dir: PathBuf,
    },
    /// A log is being restored here.
    #[error("{} is being restored and not whole yet; run the same `sijill restore` again, which goes on where it ended", dir.display())]
    Restoring {
        /// The directory.
        dir: PathBuf,
    },
    /// There is a log here already, so none is restored.
    #[error("{} holds a log; restore into a new directory", dir.display())]
    NotRestoring {
        /// The directory.
        dir: PathBuf,
    },
    /// The options make no sense.
    #[error("{0}")]
    Options(String),
    /// The operating system failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl OpenError {
    /// Sorts an error of the operating system into the cases above.
    pub(super) fn from_io(dir: &Path, path: &Path, source: io::Error) -> Self {
        let dir = dir.to_owned();
        if matches!(
            source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        ) {
            Self::DiskFull { dir }
        } else if matches!(
            source.kind(),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
        ) {
            Self::ReadOnly { dir }
        } else {
            Self::Io {
                path: path.to_owned(),
                source,
            }
        }
    }
}

/// Damage found in a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("index {index} ({file} byte {offset}): {what}")]
pub struct Damage {
    /// Log index of the first entry concerned.
    pub index: u64,
    /// The file, within the directory.
    pub file: String,
    /// Where in the file.
    pub offset: u64,
    /// What is wrong there.
    pub what: String,
}

impl Damage {
    pub(super) fn refused(self, dir: &Path) -> OpenError {
        let Self {
            index,
            file,
            offset,
            what,
        } = self;
        OpenError::Corrupt {
            dir: dir.to_owned(),
            index,
            file,
            offset,
            what,
        }
    }
}
