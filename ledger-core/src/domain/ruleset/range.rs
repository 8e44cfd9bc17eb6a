//! What a parameter may be, told in the language of who reads it.

use std::fmt;

use crate::domain::values::Legal;

/// What is legal for a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From a number to a number, both included.
    Within(i64, i64),
    /// More than a number.
    Above(i64),
    /// Something else.
    Rule(Legal),
}

/// In English, or, as `{:#}`, in Arabic.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Within(least, most), false) => write!(f, "{least} to {most}"),
            (Self::Within(least, most), true) => write!(f, "من {least} إلى {most}"),
            (Self::Above(number), false) => write!(f, "above {number}"),
            (Self::Above(number), true) => write!(f, "أكبر من {number}"),
            (Self::Rule(rule), _) => rule.fmt(f),
        }
    }
}
