//! Errors as gRPC statuses: in one place, with the stable code and both languages in the details.
//!
//! Every status that this program makes carries, in this order: `ErrorInfo` (reason = the stable code, domain
//! [`DOMAIN`]), `LocalizedMessage` in Arabic, the same in English; where they apply, `BadRequest` with the paths of the
//! fields and `RetryInfo`. The status's own message is the English text, which programs and logs expect, or the Arabic
//! one where the caller's `accept-language` prefers it (see [`language`](super::language)).

mod defects;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::domain::values::{Clocks, ValueError};
use sijill_ledger_core::ledger::ExecuteError;
use sijill_ledger_core::store::{AppendError, ReadError};
use tonic::{Code, Status};
use tonic_types::{
    ErrorDetail, ErrorInfo, FieldViolation, LocalizedMessage, RetryInfo, StatusExt as _,
};

use crate::local::{Tongue, instants_shown};

/// The domain of the reasons in `ErrorInfo`.
pub const DOMAIN: &str = "sijill";

/// When to come back after being turned away by a limit.
pub const COME_BACK: Duration = Duration::from_secs(1);

/// What is wrong, on its way to becoming a [`Status`].
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    reason: &'static str,
    ar: String,
    en: String,
    metadata: Vec<(String, String)>,
    fields: Vec<FieldViolation>,
    retry_after: Option<Duration>,
}

impl Problem {
    /// A problem with a stable reason and a text in both languages that says what happened and what to do.
    pub fn new(
        code: Code,
        reason: &'static str,
        ar: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            code,
            reason,
            ar: ar.into(),
            en: en.into(),
            metadata: Vec::new(),
            fields: Vec::new(),
            retry_after: None,
        }
    }

    /// What anything that explains itself says, under a code.
    pub fn of(code: Code, error: &impl Explain) -> Self {
        Self::new(code, error.code(), error.arabic(), error.english())
    }

    /// With its instants shown on these clocks.
    #[must_use]
    pub fn by(mut self, clocks: &Clocks<'_>) -> Self {
        self.ar = instants_shown(&self.ar, clocks, Tongue::Arabic);
        self.en = instants_shown(&self.en, clocks, Tongue::English);
        self
    }

    /// With the field that is wrong: its path in the request, and what is wrong with it.
    #[must_use]
    pub fn field(mut self, path: &str, what: impl Into<String>) -> Self {
        self.fields.push(FieldViolation::new(path, what));
        self
    }

    /// With a particular that programs may read, such as the role that is missing.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.push((key.to_owned(), value.into()));
        self
    }

    /// With the time after which it is worth trying again.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let metadata: HashMap<String, String> = problem.metadata.into_iter().collect();
        let info = ErrorInfo::new(problem.reason, DOMAIN, metadata);
        let mut details: Vec<ErrorDetail> = vec![
            info.into(),
            LocalizedMessage::new("ar", problem.ar).into(),
            LocalizedMessage::new("en", problem.en.clone()).into(),
        ];
        if !problem.fields.is_empty() {
            details.push(tonic_types::BadRequest::new(problem.fields).into());
        }
        if let Some(delay) = problem.retry_after {
            details.push(RetryInfo::new(Some(delay)).into());
        }
        Self::with_error_details_vec(problem.code, problem.en, details)
    }
}

/// A command that had no result. `map_err(status::refused)` wants it by value.
#[allow(clippy::needless_pass_by_value)]
pub fn refused<R: Explain>(error: ExecuteError<R>) -> Status {
    refused_by(&error, &Clocks::at_offset(0))
}

/// The same, with instants on these clocks.
pub fn refused_by<R: Explain>(error: &ExecuteError<R>, clocks: &Clocks<'_>) -> Status {
    let of = |code| Problem::of(code, error).by(clocks);
    match error {
        ExecuteError::Refused(_)
        | ExecuteError::Import(_)
        | ExecuteError::Statement(_)
        | ExecuteError::TooLate { .. }
        | ExecuteError::AttachmentMissing { .. } => of(Code::FailedPrecondition).into(),
        ExecuteError::CommandIdReused { .. } => of(Code::AlreadyExists).into(),
        ExecuteError::EffectiveInFuture { .. } => of(Code::OutOfRange).into(),
        ExecuteError::SignedOnOldState { .. } => of(Code::Aborted).into(),
        ExecuteError::Contended { .. } => of(Code::Aborted).retry_after(COME_BACK).into(),
        ExecuteError::PartAbsent { .. } => of(Code::NotFound).into(),
        ExecuteError::Unencodable(_) | ExecuteError::DocumentTooLarge { .. } => {
            of(Code::InvalidArgument).into()
        }
        ExecuteError::Impossible { .. } => of(Code::Internal).into(),
        ExecuteError::Damaged { .. } => of(Code::DataLoss).into(),
        ExecuteError::Append(error) => appending(error),
        ExecuteError::Read(error) => reading(error),
    }
}

/// An append that was not taken, or of which nobody knows.
pub fn appending(error: &AppendError) -> Status {
    match error {
        AppendError::Conflict { stream, .. } => Problem::new(
            Code::Aborted,
            "CONTENDED",
            format!("تغيّر {stream} أثناء الطلب؛ أعد الطلب"),
            format!("the stream {stream} changed meanwhile; try again"),
        )
        .retry_after(COME_BACK),
        AppendError::TooLate { stamped } => Problem::new(
            Code::FailedPrecondition,
            "TOO_LATE",
            format!("فات الموعد: كان سيُسجَّل في {stamped}"),
            format!("too late: it would have been recorded at {stamped}"),
        ),
        AppendError::Invalid(what) => Problem::new(
            Code::InvalidArgument,
            "UNENCODABLE",
            format!("لا يمكن تخزين الحدث: {what}"),
            format!("the event cannot be stored: {what}"),
        ),
        AppendError::Clock(why) => Problem::new(
            Code::Unavailable,
            "CLOCK_UNTRUSTED",
            "لا يوثق بساعة الخادم الآن ولم يُسجَّل شيء؛ أعد الطلب برقمه بعد ضبطها",
            format!("nothing was recorded: {why}; try again with the same request id once it is set right"),
        )
        .retry_after(COME_BACK),
        AppendError::Unavailable(_) => {
            tracing::error!(error = %error, "a command found the store closed to writes");
            Problem::new(
                Code::Unavailable,
                "WRITES_STOPPED",
                "توقف المخزن عن قبول الكتابة ولم يُسجَّل شيء؛ أعد الطلب برقمه نفسه بعد حين",
                "the store has stopped taking writes and nothing was recorded; try again later with the same request id",
            )
            .retry_after(COME_BACK)
        }
        AppendError::OutcomeUnknown(_) => {
            tracing::error!(error = %error, "the outcome of a command is not known");
            Problem::new(
                Code::Unavailable,
                "OUTCOME_UNKNOWN",
                "لا يُعلم هل سُجِّل الطلب؛ أعده برقمه نفسه فلا يُسجَّل مرتين",
                "it is not known whether the request was recorded; repeat it with the same request id, it is never recorded twice",
            )
            .retry_after(COME_BACK)
        }
    }
    .into()
}

/// A read that failed.
pub fn reading(error: &ReadError) -> Status {
    match error {
        ReadError::Corrupt { index, .. } => {
            tracing::error!(error = %error, "the log is damaged");
            Problem::new(
                Code::DataLoss,
                "DATA_DAMAGED",
                format!("السجل تالف عند القيد {index}؛ أُبلغ مشغّل الخادم في سجل تشغيله"),
                format!(
                    "the log is damaged at index {index}; the operator finds it in the server's log"
                ),
            )
        }
        ReadError::NotFound { index } => Problem::new(
            Code::NotFound,
            "ENTRY_NOT_FOUND",
            format!("لا قيد رقمه {index} في السجل"),
            format!("there is no entry at index {index}"),
        ),
        ReadError::NoSuchPart { index, part } => Problem::new(
            Code::NotFound,
            "PART_NOT_FOUND",
            format!("ليس في القيد {index} جزء محجوب رقمه {part}"),
            format!("the entry at index {index} has no withheld part {part}"),
        ),
        ReadError::Unavailable(_) => {
            tracing::error!(error = %error, "the store cannot be read");
            Problem::new(
                Code::Unavailable,
                "NOT_READABLE",
                "تعذرت قراءة المخزن الآن؛ أعد الطلب بعد حين",
                "the store cannot be read now; try again later",
            )
            .retry_after(COME_BACK)
        }
    }
    .into()
}

/// A request that cannot be read: which field, and what is wrong there.
pub fn invalid(error: &DecodeError) -> Status {
    let what = defects::arabic(&error.defect);
    let (field, english) = (&error.field, error.defect.to_string());
    let (ar, en) = if field.is_empty() {
        (
            format!("الطلب لا يُقرأ: {what}"),
            format!("the request cannot be read: {english}"),
        )
    } else {
        (
            format!("الحقل {field} لا يُقبل: {what}"),
            format!("{field} is not taken: {english}"),
        )
    };
    Problem::new(Code::InvalidArgument, "INVALID_FIELD", ar, en)
        .field(field, english)
        .into()
}

/// A field that holds no legal value.
pub fn invalid_value(field: &str, error: &ValueError) -> Status {
    invalid_field(field, error.arabic(), &error.to_string())
}

/// A field that is wrong for a reason of the service's own.
pub fn invalid_field(field: &str, ar: impl Into<String>, en: &str) -> Status {
    let ar = ar.into();
    let (ar, text) = (
        format!("الحقل {field} لا يُقبل: {ar}"),
        format!("{field} is not taken: {en}"),
    );
    Problem::new(Code::InvalidArgument, "INVALID_FIELD", ar, text)
        .field(field, en)
        .into()
}

/// Something that does not exist: what, under which name.
pub fn not_found(reason: &'static str, ar: impl Into<String>, en: impl Into<String>) -> Status {
    Problem::new(Code::NotFound, reason, ar, en).into()
}

/// A call that a limit turned away.
pub fn overloaded(reason: &'static str, ar: impl Into<String>, en: impl Into<String>) -> Status {
    Problem::new(Code::ResourceExhausted, reason, ar, en)
        .retry_after(COME_BACK)
        .into()
}

/// A call without a token that can be trusted.
pub fn unauthenticated(
    reason: &'static str,
    ar: impl Into<String>,
    en: impl Into<String>,
) -> Status {
    Problem::new(Code::Unauthenticated, reason, ar, en).into()
}

/// A caller who may not do this.
pub fn denied(reason: &'static str, ar: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::PermissionDenied, reason, ar, en)
}

/// A caller whose token does not name the facility that the request concerns.
pub fn not_own_facility(facility: &impl std::fmt::Display) -> Status {
    denied(
        "NOT_OWN_FACILITY",
        format!("رمز الدخول لا يشمل المنشأة {facility}؛ اطلب رمزًا يذكرها، أو رمزًا للبلد كله إن كنت مسؤولًا عن مخازنه"),
        format!(
            "the token does not name the facility {facility}; ask for one that does, or for a nationwide one if you are in charge of all stores"
        ),
    )
    .with("facility", facility.to_string())
    .into()
}

/// What only one organisation may ask for, and the caller is not of it. Which one it is stays unsaid: of an envelope, nobody is to
/// learn whose it is.
pub fn not_own_organization() -> Status {
    denied(
        "NOT_OWN_ORGANIZATION",
        "هذا الطلب للجهة صاحبة الشأن وحدها؛ اطلبه برمز دخول لها",
        "only the organization that this is of may ask for it; ask with a token of that organization",
    )
    .into()
}

/// A task of the server that ended in disorder: a defect of the program.
pub fn internal(what: &str) -> Status {
    tracing::error!(what, "internal error");
    Problem::new(
        Code::Internal,
        "INTERNAL",
        "خلل في الخادم؛ أبلغ مشغّله بوقت الطلب ورقمه",
        "the server failed; tell its operator the time and id of the request",
    )
    .into()
}
