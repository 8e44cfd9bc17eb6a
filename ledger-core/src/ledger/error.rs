//! Why a command has no result.

use crate::aggregate::Aggregate;
use crate::codec::DecodeError;
use crate::domain::values::Sha256;
use crate::store::{AppendError, ReadError, StreamName};
use crate::time::Timestamp;

/// Why a command has no result. `R` is the aggregate's refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError<R> {
    /// A rule refuses it.
    #[error("{0}")]
    Refused(R),
    /// History is imported by administrators only, before the migration is closed.
    #[error(transparent)]
    Import(#[from] super::importing::ImportRefusal),
    /// The id was used for another command.
    #[error("the command id was used before on {stream} with other content; choose a new id")]
    CommandIdReused {
        /// The stream.
        stream: StreamName,
    },
    /// The stamp would have been later than the command allows.
    #[error("too late: it would have been recorded at {stamped}")]
    TooLate {
        /// The stamp it would have had.
        stamped: Timestamp,
    },
    /// What the actor signed was decided on a state that has changed: it must be read and signed again.
    #[error("the stream {stream} changed since the statement was signed; read it and sign again")]
    SignedOnOldState {
        /// The stream.
        stream: StreamName,
    },
    /// Others were faster each time.
    #[error("the stream {stream} changed at every attempt; try again")]
    Contended {
        /// The stream.
        stream: StreamName,
    },
    /// The event names an attachment that is not here.
    #[error("the attachment {sha256} is not in the attachment store; upload it first")]
    AttachmentMissing {
        /// Its SHA-256.
        sha256: Sha256,
    },
    /// The withheld part is not held here.
    #[error(
        "the withheld part {part} of the entry at index {index} is not held here: erased, or this is a mirror"
    )]
    PartAbsent {
        /// Index of the entry.
        index: u64,
        /// The part.
        part: u8,
    },
    /// A value that cannot be stored.
    #[error("the event cannot be stored: {0}")]
    Unencodable(String),
    /// A decision whose events the aggregate itself does not take: a defect of the program. Nothing was stored.
    #[error(
        "the decision on {stream} contradicts its own history; nothing was stored; please report this"
    )]
    Impossible {
        /// The stream.
        stream: StreamName,
    },
    /// A stored entry that cannot be read, or could not have happened.
    #[error("the stream {stream} is damaged at revision {revision} (index {index}): {what}")]
    Damaged {
        /// The stream.
        stream: StreamName,
        /// Revision of the entry.
        revision: u64,
        /// Index of the entry.
        index: u64,
        /// What is wrong.
        what: String,
    },
    /// The store did not take it.
    #[error(transparent)]
    Append(AppendError),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl<R> From<AppendError> for ExecuteError<R> {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::TooLate { stamped } => Self::TooLate { stamped },
            AppendError::Conflict { .. }
            | AppendError::Invalid(_)
            | AppendError::Clock(_)
            | AppendError::Unavailable(_)
            | AppendError::OutcomeUnknown(_) => Self::Append(error),
        }
    }
}

impl<R> ExecuteError<R> {
    pub(super) fn wrong_stream<A: Aggregate>(stream: &StreamName) -> Self {
        Self::Unencodable(format!("{stream} is no {} stream", A::KIND))
    }

    pub(super) fn undecodable(
        error: &DecodeError,
        stream: &StreamName,
        revision: u64,
        index: u64,
    ) -> Self {
        Self::Damaged {
            stream: stream.clone(),
            revision,
            index,
            what: error.to_string(),
        }
    }
}
