//! Rows that cannot be taken: nothing is dropped silently.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::Lang;
use crate::cli::output::{Ui, csv_error};

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The file's name.
    pub file: String,
    /// The line it begins on, from 1, the header included.
    pub line: u64,
    /// A stable code, a refusal's own where the ledger refused.
    pub code: &'static str,
    /// Why.
    pub reason: Bilingual,
}

/// The rows that were not taken, each counted once by its first reason.
#[derive(Debug, Default)]
pub struct Rejects {
    rows: Vec<Rejection>,
    seen: BTreeSet<(String, u64, String)>,
}

/// Most rejections printed one by one; `--rejects` writes all of them.
const SHOWN_MAX: usize = 200;

impl Rejects {
    /// Adds one.
    pub fn push(&mut self, rejection: Rejection) {
        self.push_at("", rejection);
    }

    /// Adds one of several that may begin on one line, told apart by their places there.
    pub fn push_at(&mut self, place: &str, rejection: Rejection) {
        let key = (rejection.file.clone(), rejection.line, place.to_owned());
        if self.seen.insert(key) {
            self.rows.push(rejection);
        }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many of one file.
    pub fn count_of(&self, file: &str) -> usize {
        self.rows.iter().filter(|row| row.file == file).count()
    }

    /// Lists them by file and line.
    pub fn report(&mut self, ui: &mut Ui) -> Result<(), Failure> {
        self.rows
            .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        for row in self.rows.iter().take(SHOWN_MAX) {
            let reason = row.reason.get(ui.lang);
            let text = format!("{}:{}: {} [{}]", row.file, row.line, reason, row.code);
            ui.note(&text)?;
        }
        let more = self.rows.len().saturating_sub(SHOWN_MAX);
        if more > 0 {
            let text = ui.lang.pick(
                format!("… و{more} غيرها؛ اكتبها كلها بالخيار --rejects FILE"),
                format!("… and {more} more; write all of them with --rejects FILE"),
            );
            ui.note(&text)?;
        }
        Ok(())
    }

    /// Writes all of them as CSV: file, line, code, reason.
    pub fn write(&self, path: &Path, lang: Lang) -> Result<(), Failure> {
        let failed = |error: csv::Error| Failure::io(path, &csv_error(error));
        let mut writer = csv::Writer::from_path(path).map_err(failed)?;
        writer
            .write_record(["file", "line", "code", "reason"])
            .map_err(failed)?;
        for row in &self.rows {
            let line = row.line.to_string();
            writer
                .write_record([&row.file, &line, row.code, row.reason.get(lang)])
                .map_err(failed)?;
        }
        writer.flush().map_err(|error| Failure::io(path, &error))
    }
}
