//! What can be wrong with OCDS data, where, and what to do.

use sijill_ledger_core::aggregate::Explain;
use sijill_ledger_core::domain::values::ValueError;

use super::document::RELEASES_MAX;

/// What is wrong at a place of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", shown(path))]
pub struct Fault {
    /// JSON pointer (RFC 6901) from the document's root; empty for the whole.
    pub path: String,
    /// Bytes of the document before the release or record that it concerns.
    pub offset: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong. Each has a stable code and a text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text ends in the middle of a value.
    Truncated,
    /// It is no JSON.
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The byte in the line, from 1.
        column: usize,
    },
    /// It is JSON, but neither a release nor a record nor a package of either.
    NotOcds,
    /// A list was expected.
    NotAList,
    /// An object was expected.
    NotAnObject,
    /// What a release must have is missing.
    Missing,
    /// It stands there twice, and readers of JSON differ in which they take.
    Repeated,
    /// A text was expected.
    NotAText,
    /// The text cannot stand in the ledger.
    Text(ValueError),
    /// The date is no instant.
    Date {
        /// What is given.
        given: String,
    },
    /// Only the address of a release stands there.
    Linked {
        /// The address.
        url: String,
    },
    /// A record without its releases.
    NoReleases,
    /// The list is too long; its first elements are taken.
    TooMany,
    /// The release is too large.
    TooLarge {
        /// Its size, in bytes.
        bytes: u64,
        /// The most that is taken.
        bytes_max: u64,
    },
}

impl Problem {
    /// At a place.
    pub(super) fn at(self, path: impl Into<String>, offset: usize) -> Fault {
        Fault {
            path: path.into(),
            offset,
            problem: self,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.english())
    }
}

impl std::error::Error for Problem {}

impl Explain for Problem {
    fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "JSON_TRUNCATED",
            Self::NotJson { .. } => "NOT_JSON",
            Self::NotOcds => "NOT_OCDS",
            Self::NotAList => "OCDS_NOT_A_LIST",
            Self::NotAnObject => "OCDS_NOT_AN_OBJECT",
            Self::Missing => "OCDS_MISSING",
            Self::Repeated => "OCDS_REPEATED",
            Self::NotAText => "OCDS_NOT_A_TEXT",
            Self::Text(_) => "OCDS_TEXT",
            Self::Date { .. } => "OCDS_DATE",
            Self::Linked { .. } => "OCDS_LINKED",
            Self::NoReleases => "OCDS_RECORD_WITHOUT_RELEASES",
            Self::TooMany => "OCDS_TOO_MANY",
            Self::TooLarge { .. } => "RELEASE_TOO_LARGE",
        }
    }

    fn arabic(&self) -> String {
        match self {
            Self::Truncated => "ينتهي النص في وسط قيمة: هو مبتور؛ نزّله من جديد".to_owned(),
            Self::NotJson { line, column } => {
                format!("ليس JSON سليمًا عند البايت {column} من السطر {line}؛ نزّله من جديد")
            }
            Self::NotOcds => {
                "هو JSON، لكنه ليس إصدارًا ولا سجل عملية ولا حزمة من أحدهما بمعيار OCDS".to_owned()
            }
            Self::NotAList => "يجب أن تكون هنا قائمة".to_owned(),
            Self::NotAnObject => "يجب أن يكون هنا كائن".to_owned(),
            Self::Missing => "مفقود، ويوجبه معيار OCDS في كل إصدار".to_owned(),
            Self::Repeated => {
                "مذكور مرتين، وتختلف البرامج في أيهما تقرأ؛ اطلب من الناشر تصحيحه".to_owned()
            }
            Self::NotAText => "يجب أن يكون هنا نص غير فارغ".to_owned(),
            Self::Text(ValueError { given, .. }) => format!(
                "لا يصلح النص {given:?}: المقبول سطر واحد من 1 إلى 500 حرف، بلا محارف تحكم أو اتجاه، ولا فراغ في طرفيه"
            ),
            Self::Date { given } => format!(
                "التاريخ {given:?} ليس لحظة معلومة؛ يوجب معيار OCDS تاريخًا ووقتًا وفرقًا عن UTC، مثل 2026-03-01T09:30:00+02:00"
            ),
            Self::Linked { url } => {
                format!("هنا عنوان الإصدار فقط ({url})؛ نزّل الملف من عنوانه ثم استورده")
            }
            Self::NoReleases => {
                "سجل عملية بلا إصداراته؛ استورد الإصدارات نفسها من ملف الناشر".to_owned()
            }
            Self::TooMany => format!("القائمة أطول من {RELEASES_MAX}، وأُخذ أولها فقط؛ قسّم الحزمة"),
            Self::TooLarge { bytes, bytes_max } => {
                format!("حجم الإصدار {bytes} بايت، والحد الأقصى {bytes_max}")
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Truncated => {
                "the text ends in the middle of a value: it is truncated; download it again".to_owned()
            }
            Self::NotJson { line, column } => {
                format!("no JSON at byte {column} of line {line}; download it again")
            }
            Self::NotOcds => {
                "JSON, but neither an OCDS release nor a record nor a package of either".to_owned()
            }
            Self::NotAList => "a list is expected here".to_owned(),
            Self::NotAnObject => "an object is expected here".to_owned(),
            Self::Missing => "is missing; OCDS asks for it in every release".to_owned(),
            Self::Repeated => {
                "stands there twice, and programs differ in which they read; ask the publisher to correct it".to_owned()
            }
            Self::NotAText => "a text that is not empty is expected here".to_owned(),
            Self::Text(error) => error.to_string(),
            Self::Date { given } => format!(
                "the date {given:?} is no certain instant; OCDS asks for date, time and offset from UTC, as in 2026-03-01T09:30:00+02:00"
            ),
            Self::Linked { url } => format!(
                "only the address of a release stands here ({url}); download that file and import it"
            ),
            Self::NoReleases => {
                "a record without its releases; import the releases themselves from the publisher's file".to_owned()
            }
            Self::TooMany => format!(
                "the list is longer than {RELEASES_MAX} and only its first elements were taken; split the package"
            ),
            Self::TooLarge { bytes, bytes_max } => {
                format!("the release has {bytes} bytes and at most {bytes_max} are taken")
            }
        }
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}
