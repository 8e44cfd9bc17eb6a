//! Why a command has no result.

use crate::aggregate::{Aggregate, Explain};
use crate::codec::DecodeError;
use crate::domain::values::Sha256;
use crate::store::{
    AppendError, ENTRY_BYTES_MAX, EntryError, PART_BYTES_MAX, ReadError, StreamName,
};
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
    /// What the actor signed does not stand, or is not there.
    #[error(transparent)]
    Statement(#[from] crate::statement::Refusal),
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
    /// An event of the document is larger than an entry can be.
    #[error(
        "the document is too large: one of its events would have {bytes} bytes and at most {bytes_max} can be stored; split it"
    )]
    DocumentTooLarge {
        /// How large it would be.
        bytes: usize,
        /// The most that fits.
        bytes_max: usize,
    },
    /// The command would take effect later than clocks differ.
    #[error(
        "the effective time {effective} lies ahead of the decision; at most {latest} is taken: correct the time, or come back then"
    )]
    EffectiveInFuture {
        /// When it would take effect.
        effective: Timestamp,
        /// The latest effective time that the rules take now.
        latest: Timestamp,
    },
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
            AppendError::Invalid(what) => Self::Unencodable(what),
            AppendError::Conflict { .. }
            | AppendError::Clock(_)
            | AppendError::Unavailable(_)
            | AppendError::OutcomeUnknown(_) => Self::Append(error),
        }
    }
}

impl<R> ExecuteError<R> {
    /// Whether the store as a whole is not there: any other command would end the same way now.
    pub(crate) const fn is_of_the_store(&self) -> bool {
        match self {
            Self::Append(
                AppendError::Clock(_)
                | AppendError::Unavailable(_)
                | AppendError::OutcomeUnknown(_),
            )
            | Self::Read(ReadError::Unavailable(_)) => true,
            Self::Refused(_)
            | Self::Import(_)
            | Self::Statement(_)
            | Self::CommandIdReused { .. }
            | Self::TooLate { .. }
            | Self::SignedOnOldState { .. }
            | Self::Contended { .. }
            | Self::AttachmentMissing { .. }
            | Self::PartAbsent { .. }
            | Self::Unencodable(_)
            | Self::DocumentTooLarge { .. }
            | Self::EffectiveInFuture { .. }
            | Self::Impossible { .. }
            | Self::Damaged { .. }
            | Self::Append(
                AppendError::Conflict { .. }
                | AppendError::TooLate { .. }
                | AppendError::Invalid(_),
            )
            | Self::Read(
                ReadError::Corrupt { .. }
                | ReadError::NotFound { .. }
                | ReadError::NoSuchPart { .. },
            ) => false,
        }
    }

    pub(super) fn wrong_stream<A: Aggregate>(stream: &StreamName) -> Self {
        Self::Unencodable(format!("{stream} is no {} stream", A::KIND))
    }

    /// An entry that the store would not take, found before the lane remembers anything.
    pub(super) fn unfit(error: &EntryError) -> Self {
        match *error {
            EntryError::TooLarge { bytes } => Self::DocumentTooLarge {
                bytes,
                bytes_max: ENTRY_BYTES_MAX,
            },
            EntryError::PartTooLarge { bytes } => Self::DocumentTooLarge {
                bytes,
                bytes_max: PART_BYTES_MAX,
            },
            EntryError::Short(_)
            | EntryError::Trailing(_)
            | EntryError::Version(_)
            | EntryError::Stream
            | EntryError::Kind(_)
            | EntryError::Class(_)
            | EntryError::TooManyParts(_) => Self::Unencodable(error.to_string()),
        }
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

/// Every failure has a stable code and a text in both languages, not only refusals.
impl<R: Explain> Explain for ExecuteError<R> {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Import(refusal) => refusal.code(),
            Self::Statement(refusal) => refusal.code(),
            Self::CommandIdReused { .. } => "COMMAND_ID_REUSED",
            Self::TooLate { .. } => "TOO_LATE",
            Self::SignedOnOldState { .. } => "SIGNED_ON_OLD_STATE",
            Self::Contended { .. } => "CONTENDED",
            Self::AttachmentMissing { .. } => "ATTACHMENT_MISSING",
            Self::PartAbsent { .. } => "PART_ABSENT",
            Self::Unencodable(_) => "UNENCODABLE",
            Self::DocumentTooLarge { .. } => "DOCUMENT_TOO_LARGE",
            Self::EffectiveInFuture { .. } => "EFFECTIVE_IN_FUTURE",
            Self::Impossible { .. } => "IMPOSSIBLE",
            Self::Damaged { .. } => "DATA_DAMAGED",
            Self::Append(_) => "WRITES_STOPPED",
            Self::Read(_) => "NOT_READABLE",
        }
    }

    fn arabic(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.arabic(),
            Self::Import(refusal) => refusal.arabic(),
            Self::Statement(refusal) => refusal.arabic(),
            Self::CommandIdReused { stream } => {
                format!("استُخدم رقم الطلب من قبل في {stream} بمحتوى آخر؛ اختر رقمًا جديدًا")
            }
            Self::TooLate { stamped } => format!("فات الموعد: كان سيُسجَّل في {stamped}"),
            Self::SignedOnOldState { stream } => {
                format!("تغيّر {stream} بعد التوقيع؛ اقرأه ثم وقّع من جديد")
            }
            Self::Contended { stream } => format!("تغيّر {stream} في كل محاولة؛ أعد الطلب"),
            Self::AttachmentMissing { sha256 } => {
                format!("المرفق {sha256} ليس في مخزن المرفقات؛ ارفعه أولًا")
            }
            Self::PartAbsent { index, part } => {
                format!("الجزء المحجوب {part} من القيد {index} ليس هنا: مُحي، أو هذه نسخة مرآة")
            }
            Self::Unencodable(why) => format!("لا يمكن تخزين الحدث: {why}"),
            Self::DocumentTooLarge { bytes, bytes_max } => {
                format!("المستند كبير: حجم أحد أحداثه {bytes} بايت والحد الأقصى {bytes_max}؛ قسّمه")
            }
            Self::EffectiveInFuture { effective, latest } => format!(
                "وقت السريان {effective} يسبق أوانه، وأبعد ما يُقبل الآن {latest}؛ صحّح الوقت أو عُد في حينه"
            ),
            Self::Impossible { stream } => {
                format!("القرار على {stream} يناقض تاريخه ولم يُخزَّن شيء؛ أبلغ عن هذا الخلل")
            }
            Self::Damaged {
                stream,
                revision,
                index,
                what,
            } => {
                format!("{stream} تالف عند المراجعة {revision} (القيد {index}): {what}")
            }
            Self::Append(why) => format!("لم يقبل المخزن الكتابة: {why}"),
            Self::Read(why) => format!("تعذرت قراءة المخزن: {why}"),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.english(),
            Self::Import(_)
            | Self::Statement(_)
            | Self::CommandIdReused { .. }
            | Self::TooLate { .. }
            | Self::SignedOnOldState { .. }
            | Self::Contended { .. }
            | Self::AttachmentMissing { .. }
            | Self::PartAbsent { .. }
            | Self::Unencodable(_)
            | Self::DocumentTooLarge { .. }
            | Self::EffectiveInFuture { .. }
            | Self::Impossible { .. }
            | Self::Damaged { .. }
            | Self::Append(_)
            | Self::Read(_) => self.to_string(),
        }
    }
}
