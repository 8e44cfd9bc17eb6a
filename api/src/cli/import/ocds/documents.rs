//! The JSON documents of a file, one in memory at a time: a whole file, or each line of JSON lines.
//!
//! - The first line that is not blank decides: is it by itself JSON, each line is a document.
//! - Else the file is one document, where it is JSON as a whole.
//! - Else each line is a document, where any line by itself is OCDS: the first is damaged.
//! - Else the file is one document, damaged or too large.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use sijill_projections::ocds::document::{is_document, is_json};

use crate::cli::errors::{Bilingual, Failure};

/// Largest document in bytes: it is read into memory.
pub const DOCUMENT_BYTES_MAX: u64 = 512 << 20;

/// A document of a file, or a line that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// To be read as JSON.
    Text {
        /// The line it begins on, from 1.
        line: u64,
        /// Its text.
        text: String,
    },
    /// Not readable at all.
    Unreadable {
        /// The line it begins on, from 1.
        line: u64,
        /// A stable code.
        code: &'static str,
        /// Why.
        reason: Bilingual,
    },
}

/// The documents of a file, in order.
pub struct Documents<R> {
    lines: Lines<R>,
    /// Documents that were read to find out what the file holds.
    ahead: VecDeque<Document>,
}

impl Documents<File> {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |error: io::Error| Failure::unreadable(path, &error);
        let file = File::open(path).map_err(unreadable)?;
        Self::new(file, DOCUMENT_BYTES_MAX).map_err(unreadable)
    }
}

impl<R: Read> Documents<R> {
    fn new(input: R, bytes_max: u64) -> io::Result<Self> {
        let mut lines = Lines::new(input, bytes_max);
        let mut ahead = VecDeque::new();
        let first = lines.next_filled()?;
        let Some(Document::Text { line, text }) = first else {
            ahead.extend(first);
            return Ok(Self { lines, ahead });
        };
        if is_json(text.trim_end()) {
            ahead.push_back(Document::Text { line, text });
            return Ok(Self { lines, ahead });
        }
        let mut whole = text.into_bytes();
        let rest_max = bytes_max.saturating_sub(whole.len() as u64);
        let read = lines.input().take(rest_max).read_to_end(&mut whole)?;
        let is_whole = (read as u64) < rest_max;
        match String::from_utf8(whole) {
            // One document, or a damaged one.
            Ok(text) if is_whole && (is_json(&text) || !text.lines().any(is_document)) => {
                ahead.push_back(Document::Text { line, text });
            }
            Ok(text) if !is_whole && !text.lines().any(is_document) => {
                ahead.push_back(lines.too_large(line));
                lines.is_done = true;
            }
            Ok(text) => lines.back_up(line, text.into_bytes()),
            Err(error) => lines.back_up(line, error.into_bytes()),
        }
        Ok(Self { lines, ahead })
    }

    /// The next document; `None` at the end of the file.
    pub fn next(&mut self) -> io::Result<Option<Document>> {
        match self.ahead.pop_front() {
            Some(document) => Ok(Some(document)),
            None => self.lines.next_filled(),
        }
    }
}

/// Lines of bounded length.
struct Lines<R> {
    /// What was read ahead and put back.
    back: Cursor<Vec<u8>>,
    reader: BufReader<R>,
    /// The line that comes next, from 1.
    line: u64,
    bytes_max: u64,
    /// Nothing more is looked at.
    is_done: bool,
}

impl<R: Read> Lines<R> {
    fn new(input: R, bytes_max: u64) -> Self {
        Self {
            back: Cursor::default(),
            reader: BufReader::new(input),
            line: 1,
            bytes_max,
            is_done: false,
        }
    }

    /// What comes next.
    fn input(&mut self) -> impl BufRead {
        (&mut self.back).chain(&mut self.reader)
    }

    /// Puts everything back that was read from the beginning of a line on.
    fn back_up(&mut self, line: u64, bytes: Vec<u8>) {
        self.back = Cursor::new(bytes);
        self.line = line;
    }

    /// The next line that is not blank, without its end; `None` at the end of the input.
    fn next_filled(&mut self) -> io::Result<Option<Document>> {
        while !self.is_done {
            let line = self.line;
            let mut bytes = Vec::new();
            let max = self.bytes_max.saturating_add(1);
            let read = self.input().take(max).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                break;
            }
            self.line = line.saturating_add(1);
            if read as u64 > self.bytes_max {
                if bytes.last() != Some(&b'\n') {
                    self.skip_line()?;
                }
                return Ok(Some(self.too_large(line)));
            }
            let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
                Some(rest) if line == 1 => rest.to_vec(),
                Some(_) | None => bytes,
            };
            match String::from_utf8(bytes) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Ok(Some(Document::Text { line, text })),
                Err(_) => return Ok(Some(not_utf8(line))),
            }
        }
        Ok(None)
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let mut input = self.input();
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let skipped = end.map_or(buffer.len(), |end| end + 1);
            input.consume(skipped);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn too_large(&self, line: u64) -> Document {
        let max = self.bytes_max;
        Document::Unreadable {
            line,
            code: "DOCUMENT_TOO_LARGE",
            reason: Bilingual::new(
                format!("أكبر من {max} بايت؛ اطلب من الناشر حزمًا أصغر"),
                format!("is larger than {max} bytes; ask the publisher for smaller packages"),
            ),
        }
    }
}

fn not_utf8(line: u64) -> Document {
    Document::Unreadable {
        line,
        code: "NOT_UTF8",
        reason: Bilingual::new("ليس نصًا بترميز UTF-8", "is no UTF-8 text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and text of each document, `!` and the code for what is none.
    fn documents(input: &[u8], bytes_max: u64) -> Vec<(u64, String)> {
        let mut documents = Documents::new(input, bytes_max).unwrap();
        let mut found = Vec::new();
        while let Some(document) = documents.next().unwrap() {
            found.push(match document {
                Document::Text { line, text } => (line, text.trim().to_owned()),
                Document::Unreadable { line, code, .. } => (line, format!("!{code}")),
            });
        }
        found
    }

    fn of(input: &str) -> Vec<(u64, String)> {
        documents(input.as_bytes(), 1_000)
    }

    fn pairs(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        let owned = expected
            .iter()
            .map(|(line, text)| (*line, (*text).to_owned()));
        owned.collect()
    }

    #[test]
    fn json_lines_are_documents_of_their_own() {
        let lines = "\u{feff}{\"ocid\":1}\r\n\n{\"ocid\":\n  \n{\"ocid\":2}";
        let expected = [(1, "{\"ocid\":1}"), (3, "{\"ocid\":"), (5, "{\"ocid\":2}")];
        assert_eq!(of(lines), pairs(&expected));
        assert_eq!(of(""), []);
        assert_eq!(of("\n \n"), []);
    }

    #[test]
    fn a_file_of_many_lines_is_one_document_damaged_or_not() {
        let whole = "\n{\n  \"releases\": [\n {}\n]\n}\n";
        assert_eq!(of(whole), pairs(&[(2, whole.trim())]));
        let cut = "{\n  \"releases\": [\n";
        assert_eq!(of(cut), pairs(&[(1, cut.trim())]));
    }

    #[test]
    fn a_damaged_first_line_does_not_hide_the_others() {
        let lines = "{\"ocid\":\"a\n{\"ocid\":2}\nnonsense\n";
        let expected = [(1, "{\"ocid\":\"a"), (2, "{\"ocid\":2}"), (3, "nonsense")];
        assert_eq!(of(lines), pairs(&expected));
        let bytes = b"x\xff\n{\"ocid\":2}\n{\"a\":\xff}\n{\"ocid\":3}\n";
        let expected = [
            (1, "!NOT_UTF8"),
            (2, "{\"ocid\":2}"),
            (3, "!NOT_UTF8"),
            (4, "{\"ocid\":3}"),
        ];
        assert_eq!(documents(bytes, 1_000), pairs(&expected));
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_over_without_being_held() {
        let long = format!("{{\"ocid\":\"{}\"}}", "x".repeat(50_000));
        let lines = format!("{long}\n{{\"ocid\":2}}\n{long}\n{{\"ocid\":3}}\n{long}");
        let expected = [
            (1, "!DOCUMENT_TOO_LARGE"),
            (2, "{\"ocid\":2}"),
            (3, "!DOCUMENT_TOO_LARGE"),
            (4, "{\"ocid\":3}"),
            (5, "!DOCUMENT_TOO_LARGE"),
        ];
        assert_eq!(documents(lines.as_bytes(), 100), pairs(&expected));
        // More than the limit in many lines, none of them a document by itself: one document.
        let lines = "{\n".repeat(200);
        let expected = [(1, "!DOCUMENT_TOO_LARGE")];
        assert_eq!(documents(lines.as_bytes(), 100), pairs(&expected));
        let lines = "{\n{\"ocid\":2}\n".to_owned() + &lines;
        assert_eq!(documents(lines.as_bytes(), 100).len(), 202);
    }
}
