//! Why a tree could not answer.

use std::io;
use std::path::PathBuf;

use crate::store::ReadError;

/// Why a tree could not be opened, grown or read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The tree is not so large (yet).
    #[error("the tree has {size} entries; {wanted} were asked for")]
    TooSmall {
        /// The size asked for.
        wanted: u64,
        /// The size of the tree.
        size: u64,
    },
    /// No entry has this index in a tree of that size.
    #[error("index {index} is not in a tree of {size} entries")]
    NoSuchIndex {
        /// The index asked for.
        index: u64,
        /// The size asked for.
        size: u64,
    },
    /// A tree never shrinks.
    #[error("a tree of {new} entries cannot follow one of {old}")]
    Shrunk {
        /// The earlier size asked for.
        old: u64,
        /// The later size asked for.
        new: u64,
    },
    /// The entries could not be read.
    #[error(transparent)]
    Entries(#[from] ReadError),
    /// A file of the tree could not be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The hashes do not fit together; never seen while files and entries are what was written.
    #[error("the hashes of the tree do not fit together: {0}")]
    Disorder(String),
}
