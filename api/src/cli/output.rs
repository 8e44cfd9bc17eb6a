//! What commands print: sheets of named columns as a table for people, JSON or CSV for programs.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use comfy_table::{Cell as TableCell, CellAlignment, Table};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use sijill_ledger_core::domain::values::EffectiveAt;

use super::errors::Failure;
use super::lang::Lang;
use crate::local::{self, Tongue};

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs; keys are stable, decimals are text.
    Json,
    /// For spreadsheets; column names are stable.
    Csv,
}

/// A term with a stable key and a word in each language: a column, a status, a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// English `snake_case`, stable.
    pub key: &'static str,
    /// In Arabic.
    pub ar: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Word {
    /// A term.
    pub const fn new(key: &'static str, ar: &'static str, en: &'static str) -> Self {
        Self { key, ar, en }
    }

    /// The word in one language.
    pub fn get(&self, lang: Lang) -> &'static str {
        lang.pick(self.ar, self.en)
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// There is none.
    Absent,
    /// A text or code.
    Text(String),
    /// A decimal; text in JSON, so that no reader rounds it.
    Decimal(Decimal),
    /// A count.
    Count(u64),
    /// A term.
    Word(Word),
    /// An instant: for people on the clock on the wall, for programs exact.
    Instant(EffectiveAt),
}

impl Cell {
    /// A text.
    #[allow(clippy::needless_pass_by_value)] // callers have a value or a reference
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A text where there is one.
    pub fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Absent, Self::text)
    }

    /// A decimal where there is one.
    pub fn decimal(value: Option<Decimal>) -> Self {
        value.map_or(Self::Absent, Self::Decimal)
    }

    /// As people read it.
    pub fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Absent => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Decimal(value) => value.normalize().to_string(),
            Self::Count(count) => count.to_string(),
            Self::Word(word) => word.get(lang).to_owned(),
            Self::Instant(at) => local::shown(*at, lang.pick(Tongue::Arabic, Tongue::English)),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Text(text) => text.clone(),
            Self::Decimal(value) => value.normalize().to_string(),
            Self::Count(count) => count.to_string(),
            Self::Word(word) => word.key.to_owned(),
            Self::Instant(at) => at.at().to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Count(count) => Value::from(*count),
            Self::Text(_) | Self::Decimal(_) | Self::Word(_) | Self::Instant(_) => {
                Value::from(self.plain())
            }
        }
    }

    const fn is_number(&self) -> bool {
        matches!(self, Self::Decimal(_) | Self::Count(_))
    }
}

/// Rows under named columns, with what holds for the whole answer (instant, log index …).
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the rows are.
    pub name: Word,
    /// What holds for the whole answer.
    pub facts: Vec<(Word, Cell)>,
    /// The columns.
    pub columns: Vec<Word>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// What each row's figures rest on: under `inputs` in JSON, too long for a table. Empty, or one per row.
    pub inputs: Vec<Value>,
}

impl Sheet {
    /// A sheet without rows yet.
    pub fn new(name: Word, columns: &[Word]) -> Self {
        Self {
            name,
            facts: Vec::new(),
            columns: columns.to_vec(),
            rows: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// Whether it has no rows, or only such that count nothing.
    pub fn says_nothing(&self) -> bool {
        self.rows.iter().flatten().all(|cell| match cell {
            Cell::Absent | Cell::Count(0) => true,
            Cell::Decimal(value) => value.is_zero(),
            Cell::Text(_) | Cell::Count(_) | Cell::Word(_) | Cell::Instant(_) => false,
        })
    }

    /// Adds what holds for the whole answer.
    #[must_use]
    pub fn fact(mut self, name: Word, value: Cell) -> Self {
        self.facts.push((name, value));
        self
    }

    fn table(&self, lang: Lang) -> String {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
        table.set_header(self.columns.iter().map(|column| column.get(lang)));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| {
                let alignment = if cell.is_number() {
                    CellAlignment::Right
                } else {
                    CellAlignment::Left
                };
                TableCell::new(cell.shown(lang)).set_alignment(alignment)
            }));
        }
        table.trim_fmt()
    }

    /// The facts, then the rows under the sheet's name.
    pub fn json(&self) -> Value {
        let mut whole: Map<String, Value> = self
            .facts
            .iter()
            .map(|(name, value)| (name.key.to_owned(), value.json()))
            .collect();
        let rows = self.rows.iter().enumerate().map(|(place, row)| {
            let pairs = self.columns.iter().zip(row);
            let pairs = pairs.map(|(column, cell)| (column.key.to_owned(), cell.json()));
            let inputs = self.inputs.get(place).cloned();
            let inputs = inputs.map(|inputs| ("inputs".to_owned(), inputs));
            Value::Object(pairs.chain(inputs).collect())
        });
        whole.insert(self.name.key.to_owned(), rows.collect());
        Value::Object(whole)
    }
}

/// Where a command speaks: standard output for results, standard error for what is beside them.
pub struct Ui {
    /// The language.
    pub lang: Lang,
    /// The format of results.
    pub format: Format,
    out: Box<dyn Write + Send>,
}

impl Ui {
    /// Speaks on standard output.
    pub fn new(lang: Lang, format: Format) -> Self {
        Self {
            lang,
            format,
            out: Box::new(io::BufWriter::new(io::stdout())),
        }
    }

    /// Speaks where a test listens.
    #[cfg(test)]
    pub fn writing(lang: Lang, format: Format, out: Box<dyn Write + Send>) -> Self {
        Self { lang, format, out }
    }

    /// A line of result.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let written = writeln!(self.out, "{text}");
        written.map_err(|error| Failure::io(Path::new("stdout"), &error))
    }

    /// A line for people: with the tables, or beside what programs read.
    pub fn note(&mut self, text: &str) -> Result<(), Failure> {
        if self.format == Format::Table {
            return self.line(text);
        }
        let written = writeln!(io::stderr(), "{text}");
        written.map_err(|error| Failure::io(Path::new("stderr"), &error))
    }

    /// A sheet in the chosen format.
    pub fn sheet(&mut self, sheet: &Sheet) -> Result<(), Failure> {
        match self.format {
            Format::Json => self.line(&sheet.json().to_string()),
            Format::Csv => self.csv(sheet),
            Format::Table => {
                for (name, value) in &sheet.facts {
                    let text = format!("{}: {}", name.get(self.lang), value.shown(self.lang));
                    self.line(&text)?;
                }
                if sheet.rows.is_empty() {
                    let none = self.lang.pick("لا صفوف", "no rows");
                    return self.line(none);
                }
                self.line(&sheet.table(self.lang))
            }
        }
    }

    fn csv(&mut self, sheet: &Sheet) -> Result<(), Failure> {
        self.csv_rows(
            sheet.columns.iter().map(|column| column.key),
            sheet.rows.iter().map(|row| row.iter().map(Cell::plain)),
        )
    }

    /// Rows of plain text as CSV (RFC 4180, line feeds).
    pub fn csv_rows<H, R, C, T>(&mut self, header: H, rows: R) -> Result<(), Failure>
    where
        H: IntoIterator<Item = &'static str>,
        R: IntoIterator<Item = C>,
        C: IntoIterator<Item = T>,
        T: AsRef<[u8]>,
    {
        let failed = |error: csv::Error| Failure::io(Path::new("stdout"), &csv_error(error));
        let mut writer = csv::Writer::from_writer(&mut self.out);
        writer.write_record(header).map_err(failed)?;
        for row in rows {
            writer.write_record(row).map_err(failed)?;
        }
        let flushed = writer.flush();
        flushed.map_err(|error| Failure::io(Path::new("stdout"), &error))
    }

    /// One more row of CSV.
    pub fn csv_line(&mut self, row: &[Cell]) -> Result<(), Failure> {
        let failed = |error: csv::Error| Failure::io(Path::new("stdout"), &csv_error(error));
        let mut writer = csv::Writer::from_writer(&mut self.out);
        writer
            .write_record(row.iter().map(Cell::plain))
            .map_err(failed)
    }

    /// Everything said so far goes out.
    pub fn flush(&mut self) -> Result<(), Failure> {
        let flushed = self.out.flush();
        flushed.map_err(|error| Failure::io(Path::new("stdout"), &error))
    }
}

/// The operating system's error inside one of CSV, whose own conversion hides its kind.
pub fn csv_error(error: csv::Error) -> io::Error {
    let text = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() {
        return error;
    }
    io::Error::other(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new(
            Word::new("rows", "الصفوف", "rows"),
            &[
                Word::new("item", "الصنف", "item"),
                Word::new("on_hand", "الرصيد", "on hand"),
            ],
        )
        .fact(Word::new("index", "القيد", "index"), Cell::Count(7));
        sheet
            .rows
            .push(vec![Cell::text("A"), Cell::Decimal(Decimal::new(1_500, 3))]);
        sheet.rows.push(vec![Cell::text("B"), Cell::Absent]);
        sheet
    }

    #[test]
    fn decimals_are_text_and_absence_is_null_in_json() {
        let json = sheet().json().to_string();
        let expected =
            r#"{"index":7,"rows":[{"item":"A","on_hand":"1.5"},{"item":"B","on_hand":null}]}"#;
        assert_eq!(json, expected);
    }

    #[test]
    fn tables_speak_the_language() {
        assert!(sheet().table(Lang::Ar).contains("الرصيد"));
        assert!(sheet().table(Lang::En).contains("on hand"));
    }
}
