//! How values appear in answers.

use std::fmt::Display;

use serde::Serializer;

/// A value as its text: dates as `YYYY-MM-DD`, months as `YYYY-MM`.
pub(crate) fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// The same where it may be absent. The signature is serde's.
#[allow(clippy::ref_option)]
pub(crate) fn text_option<T: Display, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}
