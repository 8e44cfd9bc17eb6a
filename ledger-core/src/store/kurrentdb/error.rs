//! Why a node could not be opened.

use std::io;

use crate::store::{ReadError, embedded};

/// Why a node of a ledger on a cluster could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The mirror's directory cannot be opened.
    #[error(transparent)]
    Mirror(#[from] embedded::OpenError),
    /// The mirror's last entry cannot be read.
    #[error("the mirror cannot be read: {0}")]
    MirrorUnreadable(#[from] ReadError),
    /// The options make no sense.
    #[error("{0}")]
    Options(String),
    /// The cluster does not answer.
    #[error(
        "the cluster does not answer: {0}; see that it runs, and that this machine may reach it"
    )]
    Unreachable(String),
    /// The cluster refuses what is asked of it.
    #[error(
        "the cluster refuses: {0}; see the user's name, password and rights in the connection string"
    )]
    Refused(String),
    /// The cluster holds another log.
    #[error(
        "the cluster holds the log {found:?}, not {expected:?}; name its own cluster, or another namespace there"
    )]
    OtherLog {
        /// The origin of the mirror.
        expected: String,
        /// The origin found on the cluster.
        found: String,
    },
    /// The mirror has entries that the cluster does not have.
    #[error("{0}")]
    Ahead(String),
    /// The operating system failed.
    #[error("no thread for the cluster's client: {0}")]
    Io(#[from] io::Error),
}
