//! Errors as gRPC statuses: in one place, with the stable code and both languages in the details.

use sijill_ledger_core::codec::DecodeError;
use sijill_ledger_core::store::ReadError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetail, ErrorInfo, FieldViolation, LocalizedMessage, StatusExt as _};

/// The domain of the reasons in `ErrorInfo`.
pub const DOMAIN: &str = "sijill";

/// What is wrong, on its way to becoming a [`Status`].
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    reason: &'static str,
    ar: String,
    en: String,
    fields: Vec<FieldViolation>,
}

impl Problem {
    /// A problem with a stable reason and a text in both languages that says what happened and what to do.
    pub fn new(
        code: Code,
        reason: &'static str,
        ar: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        let (ar, en, fields) = (ar.into(), en.into(), Vec::new());
        Self {
            code,
            reason,
            ar,
            en,
            fields,
        }
    }

    /// With the field that is wrong: its path in the request, and what is wrong with it.
    #[must_use]
    pub fn field(mut self, path: &str, what: impl Into<String>) -> Self {
        self.fields.push(FieldViolation::new(path, what));
        self
    }
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let mut details: Vec<ErrorDetail> = vec![
            ErrorInfo::new(problem.reason, DOMAIN, []).into(),
            LocalizedMessage::new("ar", problem.ar).into(),
            LocalizedMessage::new("en", problem.en.clone()).into(),
        ];
        if !problem.fields.is_empty() {
            details.push(tonic_types::BadRequest::new(problem.fields).into());
        }
        Self::with_error_details_vec(problem.code, problem.en, details)
    }
}

/// A read that failed.
pub fn reading(error: &ReadError) -> Status {
    Problem::new(
        Code::DataLoss,
        "DATA_DAMAGED",
        error.to_string(),
        error.to_string(),
    )
    .into()
}

/// A request that cannot be read: which field, and what is wrong there.
pub fn invalid(error: &DecodeError) -> Status {
    invalid_field(
        &error.field,
        error.defect.to_string(),
        &error.defect.to_string(),
    )
}

/// A field that is wrong for a reason of the service's own.
pub fn invalid_field(field: &str, ar: impl Into<String>, en: &str) -> Status {
    Problem::new(Code::InvalidArgument, "INVALID_FIELD", ar, en)
        .field(field, en)
        .into()
}

/// Something that does not exist: what, under which name.
pub fn not_found(reason: &'static str, ar: impl Into<String>, en: impl Into<String>) -> Status {
    Problem::new(Code::NotFound, reason, ar, en).into()
}

/// A task of the server that ended in disorder: a defect of the program.
pub fn internal(what: &str) -> Status {
    Problem::new(Code::Internal, "INTERNAL", "خلل في الخادم", what).into()
}
