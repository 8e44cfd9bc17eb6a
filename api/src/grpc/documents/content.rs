//! Whether bytes are of the kind that they are said to be, as far as that is cheap to see: how a file begins, and for text that
//! it is UTF-8 to its end. Not a virus scanner, and not a proof that a document opens.

use sijill_ledger_core::domain::values::MediaType;

/// The bytes are not of the kind that they were said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch;

/// Looks at the bytes of one document as they come.
#[derive(Debug)]
pub struct Check {
    kind: MediaType,
    /// The beginning of a character whose end has not come.
    cut: Vec<u8>,
}

impl Check {
    /// For a document of a kind.
    pub const fn new(kind: MediaType) -> Self {
        let cut = Vec::new();
        Self { kind, cut }
    }

    /// Looks at the next bytes.
    pub fn see(&mut self, chunk: &[u8]) -> Result<(), Mismatch> {
        if !is_text(self.kind) {
            return Ok(());
        }
        if chunk.contains(&0) {
            return Err(Mismatch);
        }
        let joined;
        let bytes = if self.cut.is_empty() {
            chunk
        } else {
            joined = [&self.cut, chunk].concat();
            &joined[..]
        };
        match str::from_utf8(bytes) {
            Ok(_) => self.cut.clear(),
            Err(error) if error.error_len().is_some() => return Err(Mismatch),
            Err(error) => {
                let cut = bytes
                    .get(error.valid_up_to()..)
                    .unwrap_or_default()
                    .to_vec();
                self.cut = cut;
            }
        }
        Ok(())
    }

    /// Looks at how the document begins, once all of it was seen.
    pub fn end(&self, head: &[u8]) -> Result<(), Mismatch> {
        let begins = match self.kind {
            MediaType::Pdf => head.starts_with(b"%PDF-"),
            MediaType::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            MediaType::Jpeg => head.starts_with(b"\xff\xd8\xff"),
            MediaType::OpenDocumentText | MediaType::OpenDocumentSpreadsheet => {
                is_open_document(head, self.kind)
            }
            MediaType::OfficeDocument => is_office(head, b"word/"),
            MediaType::OfficeSpreadsheet => is_office(head, b"xl/"),
            MediaType::Json => is_json(head),
            MediaType::Csv | MediaType::Text | MediaType::Envelope => true,
        };
        if begins && self.cut.is_empty() {
            Ok(())
        } else {
            Err(Mismatch)
        }
    }
}

const fn is_text(kind: MediaType) -> bool {
    match kind {
        MediaType::Csv | MediaType::Text | MediaType::Json => true,
        MediaType::Pdf
        | MediaType::Png
        | MediaType::Jpeg
        | MediaType::OpenDocumentText
        | MediaType::OpenDocumentSpreadsheet
        | MediaType::OfficeDocument
        | MediaType::OfficeSpreadsheet
        | MediaType::Envelope => false,
    }
}

/// Name and content of the first file of a ZIP archive (APPNOTE 4.3.7), and what follows it.
fn first_file(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = head.strip_prefix(b"PK\x03\x04")?;
    let length = |at: usize| {
        let bytes = header.get(at..at + 2)?;
        Some(usize::from(u16::from_le_bytes(bytes.try_into().ok()?)))
    };
    let (name_length, extra_length) = (length(22)?, length(24)?);
    let rest = header.get(26..)?;
    let content = rest.get(name_length.checked_add(extra_length)?..)?;
    Some((rest.get(..name_length)?, content))
}

/// The first file is called `mimetype` and holds the media type, not compressed (`OpenDocument` 1.3, part 2, 3.3).
fn is_open_document(head: &[u8], kind: MediaType) -> bool {
    let Some((b"mimetype", content)) = first_file(head) else {
        return false;
    };
    let rest = content.strip_prefix(kind.as_str().as_bytes());
    // The next file's header, so that no longer media type is meant.
    rest.is_some_and(|rest| rest.starts_with(b"PK"))
}

/// The first file is one of those that an Office Open XML package begins with (ECMA-376, part 2).
fn is_office(head: &[u8], folder: &[u8]) -> bool {
    let Some((name, _)) = first_file(head) else {
        return false;
    };
    name == b"[Content_Types].xml"
        || [&b"_rels/"[..], b"docProps/", folder]
            .iter()
            .any(|start| name.starts_with(start))
}

/// Begins as a value does (RFC 8259), a byte order mark aside.
fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    first.is_some_and(|first| {
        matches!(
            first,
            b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: MediaType, bytes: &[u8]) -> bool {
        // However the bytes are cut.
        let whole = checked(kind, bytes, bytes.len().max(1));
        for size in 1..4 {
            assert_eq!(checked(kind, bytes, size), whole, "{kind} by {size}");
        }
        whole
    }

    fn checked(kind: MediaType, bytes: &[u8], size: usize) -> bool {
        let mut check = Check::new(kind);
        let seen = bytes.chunks(size).try_for_each(|chunk| check.see(chunk));
        seen.and_then(|()| check.end(bytes)).is_ok()
    }

    /// A ZIP archive that begins with a stored file.
    fn zip(name: &str, content: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend([0; 22]);
        bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(name.bytes().chain(content.bytes()));
        bytes.extend(b"PK\x03\x04and so on");
        bytes
    }

    #[test]
    fn what_begins_as_it_should_is_taken() {
        let odt = zip("mimetype", MediaType::OpenDocumentText.as_str());
        for (kind, bytes) in [
            (MediaType::Pdf, &b"%PDF-1.7\n"[..]),
            (MediaType::Png, b"\x89PNG\r\n\x1a\n\0\0"),
            (MediaType::Jpeg, b"\xff\xd8\xff\xe0"),
            (MediaType::OpenDocumentText, &odt),
            (MediaType::OfficeDocument, &zip("[Content_Types].xml", "")),
            (MediaType::OfficeSpreadsheet, &zip("xl/workbook.xml", "")),
            (MediaType::Csv, "الصنف,السعر\nقلم,2\n".as_bytes()),
            (MediaType::Text, "سجل".as_bytes()),
            (MediaType::Json, b" \n{\"a\":1}"),
            (MediaType::Envelope, b"\0anything"),
        ] {
            assert!(check(kind, bytes), "{kind}");
        }
    }

    #[test]
    fn what_is_something_else_is_not() {
        let template = zip(
            "mimetype",
            "application/vnd.oasis.opendocument.text-template",
        );
        for (kind, bytes) in [
            (MediaType::Pdf, &b"<html>%PDF-"[..]),
            (MediaType::Png, b"%PDF-1.7"),
            (MediaType::Jpeg, b""),
            (MediaType::OpenDocumentText, &template),
            (MediaType::OpenDocumentSpreadsheet, b"PK\x03\x04"),
            (MediaType::OfficeDocument, &zip("xl/workbook.xml", "")),
            (MediaType::OfficeDocument, &zip("run.exe", "")),
            (MediaType::Csv, b"a,\xff\n"),
            (MediaType::Text, b"MZ\0\0"),
            (MediaType::Text, b"cut \xd8"),
            (MediaType::Json, b"<html>"),
            (MediaType::Json, b" "),
        ] {
            assert!(!check(kind, bytes), "{kind} {bytes:?}");
        }
    }
}
