//! Opening a log: after a clean close, and without its saved index, as after a kill that lost it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::APPEND_ENTRIES_MAX;
use sijill_ledger_core::time::SystemClock;

use super::{MICROSECONDS, Sized, import, micros, row, scratch, sheet, sync_time};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};

/// Fills a log once, then opens it in turns.
pub async fn run(arguments: &Sized) -> Result<Sheet, Failure> {
    let appends = usize::try_from(arguments.events).unwrap_or(usize::MAX) / APPEND_ENTRIES_MAX;
    let scratch = scratch(arguments.data.as_deref())?;
    let dir = scratch.path().join("log");
    let events = import::fill(&dir, appends.max(1)).await?;
    let (mut syncs, mut clean, mut rebuilt) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.rounds.max(1) {
        syncs.push(micros(sync_time(scratch.path())?));
        clean.push(open(&dir)?);
        let index = dir.join("index");
        std::fs::remove_file(&index).map_err(|error| Failure::io(&index, &error))?;
        rebuilt.push(open(&dir)?);
    }
    let name = Word::new("open", "الفتح", "opening");
    let mut sheet = sheet(name).fact(Word::new("events", "الأحداث", "events"), Cell::Count(events));
    sheet.rows = vec![
        row(
            Word::new("open_clean", "بعد إغلاق نظيف", "after a clean close"),
            &clean,
            MICROSECONDS,
        ),
        row(
            Word::new("open_rebuild", "بلا فهرس محفوظ", "without a saved index"),
            &rebuilt,
            MICROSECONDS,
        ),
        row(
            Word::new("fdatasync", "زمن fdatasync", "fdatasync of 4 KiB"),
            &syncs,
            MICROSECONDS,
        ),
    ];
    Ok(sheet)
}

/// Opens for writing and closes; the time of the opening alone, in µs.
fn open(dir: &Path) -> Result<u64, Failure> {
    let begun = Instant::now();
    let store = data::create(dir, None, Arc::new(SystemClock::default()))?;
    let took = micros(begun.elapsed());
    store.close();
    Ok(took)
}
