//! Kinds of documents that are taken.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ValueError, legal};

/// The kind of a document, as its media type (IANA) names it. A short list: what everybody can open in ten years, without
/// programs inside; and sealed envelopes, which nobody can open yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MediaType {
    /// `application/pdf`
    Pdf,
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
    /// `application/vnd.oasis.opendocument.text`
    OpenDocumentText,
    /// `application/vnd.oasis.opendocument.spreadsheet`
    OpenDocumentSpreadsheet,
    /// `application/vnd.openxmlformats-officedocument.wordprocessingml.document`
    OfficeDocument,
    /// `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`
    OfficeSpreadsheet,
    /// `text/csv`, in UTF-8
    Csv,
    /// `text/plain`, in UTF-8
    Text,
    /// `application/json`
    Json,
    /// `application/vnd.sijill.envelope`: sealed; to the server only bytes
    Envelope,
}

impl MediaType {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::OpenDocumentText,
        Self::OpenDocumentSpreadsheet,
        Self::OfficeDocument,
        Self::OfficeSpreadsheet,
        Self::Csv,
        Self::Text,
        Self::Json,
        Self::Envelope,
    ];

    /// Parses a media type without parameters, such as `application/pdf`.
    pub fn new(name: &str) -> Result<Self, ValueError> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| {
            ValueError::new(
                "media type",
                name,
                legal(
                    "أحد أنواع الملفات المسموح بها للوثائق، بلا معاملات",
                    "one of the media types that documents may have, without parameters",
                ),
            )
        })
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::OpenDocumentText => "application/vnd.oasis.opendocument.text",
            Self::OpenDocumentSpreadsheet => "application/vnd.oasis.opendocument.spreadsheet",
            Self::OfficeDocument => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            Self::OfficeSpreadsheet => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::Csv => "text/csv",
            Self::Text => "text/plain",
            Self::Json => "application/json",
            Self::Envelope => "application/vnd.sijill.envelope",
        }
    }

    /// The kind of a file by the end of its name, `None` where that says nothing.
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        Some(match end.to_ascii_lowercase().as_str() {
            "pdf" => Self::Pdf,
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "odt" => Self::OpenDocumentText,
            "ods" => Self::OpenDocumentSpreadsheet,
            "docx" => Self::OfficeDocument,
            "xlsx" => Self::OfficeSpreadsheet,
            "csv" => Self::Csv,
            "txt" => Self::Text,
            "json" => Self::Json,
            "envelope" => Self::Envelope,
            _ => return None,
        })
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl TryFrom<String> for MediaType {
    type Error = ValueError;

    fn try_from(name: String) -> Result<Self, ValueError> {
        Self::new(&name)
    }
}

impl From<MediaType> for String {
    fn from(kind: MediaType) -> Self {
        kind.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_kinds_and_nothing_else_is_one() {
        for kind in MediaType::ALL {
            assert_eq!(MediaType::new(kind.as_str()), Ok(kind));
        }
        for name in [
            "",
            "application/PDF",
            "text/plain; charset=utf-8",
            "text/html",
        ] {
            assert!(MediaType::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn files_are_known_by_the_end_of_their_names() {
        assert_eq!(MediaType::of_file("terms.v2.PDF"), Some(MediaType::Pdf));
        assert_eq!(MediaType::of_file("offer.html"), None);
        assert_eq!(MediaType::of_file("pdf"), None);
    }
}
