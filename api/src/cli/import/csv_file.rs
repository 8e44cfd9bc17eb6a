//! One CSV file, read whole: its hash, its columns by name, its rows with their line numbers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::values::Sha256;

use super::rejects::{Rejection, Rejects};
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::csv_error;

/// Largest file taken, in bytes: it is read into memory.
const FILE_BYTES_MAX: u64 = 2 << 30;

/// A CSV file.
#[derive(Debug)]
pub struct CsvFile {
    /// Its name without the directory.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its rows in order.
    pub rows: Vec<Row>,
    path: PathBuf,
    columns: BTreeMap<String, usize>,
}

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// The line it begins on, from 1, the header included.
    pub line: u64,
    fields: csv::StringRecord,
}

/// A column that the file has.
#[derive(Clone, Copy, Debug)]
pub struct Column(usize);

impl Row {
    /// The field of a column, without spaces at its ends.
    pub fn get(&self, column: Column) -> &str {
        self.fields.get(column.0).unwrap_or_default().trim()
    }

    /// The same in lower case: exports differ in the case of ids.
    pub fn id(&self, column: Column) -> String {
        self.get(column).to_lowercase()
    }
}

impl CsvFile {
    /// Reads a file; rows that are no text or have another number of fields than the header are rejected.
    pub fn read(path: &Path, rejects: &mut Rejects) -> Result<Self, Failure> {
        let bytes = read(path)?;
        let sha256 = Sha256(Hasher::digest(&bytes).into());
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(content);
        let header = reader.headers().cloned().map_err(|_| {
            let text = Bilingual::new(
                "السطر الأول ليس نصًا بترميز UTF-8؛ أعد تصدير الملف بهذا الترميز",
                "the first line is no UTF-8 text; export the file again in that encoding",
            );
            unusable(path, text)
        })?;
        let mut file = Self {
            name,
            sha256,
            rows: Vec::new(),
            path: path.to_owned(),
            columns: BTreeMap::new(),
        };
        for (index, column) in header.iter().enumerate() {
            file.columns.insert(column.trim().to_lowercase(), index);
        }
        for record in reader.byte_records() {
            let record = record.map_err(|error| Failure::io(path, &csv_error(error)))?;
            file.take(record, header.len(), rejects);
        }
        Ok(file)
    }

    fn take(&mut self, record: csv::ByteRecord, width: usize, rejects: &mut Rejects) {
        let line = record.position().map_or(0, csv::Position::line);
        let found = record.len();
        match csv::StringRecord::from_byte_record(record) {
            Err(_) => rejects.push(self.rejection(
                line,
                "NOT_UTF8",
                Bilingual::new("ليس نصًا بترميز UTF-8", "is no UTF-8 text"),
            )),
            Ok(_) if found != width => rejects.push(self.rejection(
                line,
                "FIELD_COUNT",
                Bilingual::new(
                    format!("فيه {found} حقلًا، وفي السطر الأول {width}"),
                    format!("has {found} fields, the header has {width}"),
                ),
            )),
            Ok(fields) => self.rows.push(Row { line, fields }),
        }
    }

    /// A column by its name, whatever its case.
    pub fn column(&self, name: &str) -> Result<Column, Failure> {
        let found = self.columns.get(&name.to_lowercase());
        found.copied().map(Column).ok_or_else(|| {
            let text = Bilingual::new(
                format!("ينقصه العمود {name}؛ أعد تصديره بكل أعمدته"),
                format!("the column {name} is missing; export the file with all its columns"),
            );
            unusable(&self.path, text)
        })
    }

    /// A rejection of one of its lines.
    pub fn rejection(&self, line: u64, code: &'static str, reason: Bilingual) -> Rejection {
        Rejection {
            file: self.name.clone(),
            line,
            code,
            reason,
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| Failure::unreadable(path, &error))?;
    if metadata.len() > FILE_BYTES_MAX {
        let text = Bilingual::new("أكبر من 2 غيغابايت؛ قسّمه", "is larger than 2 GiB; split it");
        return Err(unusable(path, text));
    }
    std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))
}

fn unusable(path: &Path, text: Bilingual) -> Failure {
    Failure::Input {
        file: path.to_owned(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> (Result<CsvFile, Failure>, Rejects) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut rejects = Rejects::default();
        (CsvFile::read(&path, &mut rejects), rejects)
    }

    #[test]
    fn a_byte_order_mark_and_the_case_of_names_do_not_matter() {
        let (file, rejects) = read_bytes(b"\xef\xbb\xbfId,Name\nAB,x \n");
        let file = file.unwrap();
        let (id, name) = (file.column("id").unwrap(), file.column("NAME").unwrap());
        let row = &file.rows[0];
        assert_eq!(
            (row.line, row.id(id).as_str(), row.get(name)),
            (2, "ab", "x")
        );
        assert_eq!(rejects.count(), 0);
    }

    #[test]
    fn rows_that_cannot_be_read_are_rejected_by_line_and_the_others_taken() {
        let (file, rejects) = read_bytes(b"id,name\n1,a\n2\n3,\xff\n4,\"b\nc\"\n5,d\n");
        let file = file.unwrap();
        let lines: Vec<u64> = file.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 7]);
        assert_eq!((rejects.count(), rejects.count_of("t.csv")), (2, 2));
    }

    #[test]
    fn a_missing_column_and_a_missing_file_are_named() {
        let (file, _) = read_bytes(b"id\n1\n");
        let failure = file.unwrap().column("quantity").unwrap_err();
        assert_eq!(failure.exit_status(), 9);
        let missing = CsvFile::read(Path::new("/no/such.csv"), &mut Rejects::default());
        assert_eq!(missing.unwrap_err().exit_status(), 9);
    }
}
