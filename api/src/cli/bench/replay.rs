//! Reading a log: bytes and checksums alone, with decoding, and folded into every view.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;

use super::{MICROSECONDS, PER_SECOND, micros, rate, row, scratch, sheet, sync_time};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::{data, demo, views};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A ledger to read [default: the demo's, in the temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Rounds; medians are shown
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The same as --output json
    #[arg(long)]
    pub json: bool,
}

/// Reads the log in turns.
pub async fn run(arguments: &Arguments) -> Result<Sheet, Failure> {
    let scratch = scratch(None)?;
    let dir = match &arguments.data {
        Some(dir) => dir.clone(),
        None => demo::seeded(&scratch.path().join("demo")).await?,
    };
    let store = data::open(&dir)?;
    let events = store.size();
    let (mut syncs, mut scans, mut decodes, mut folds) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..arguments.rounds.max(1) {
        syncs.push(micros(sync_time(scratch.path())?));
        let (took, read) = scan(&store)?;
        bytes = read;
        scans.push(rate(events, took));
        decodes.push(rate(events, decode(&store)?));
        folds.push(rate(events, fold(&store).await?));
    }
    let name = Word::new("replay", "القراءة", "replay");
    let mut sheet = sheet(name)
        .fact(Word::new("events", "الأحداث", "events"), Cell::Count(events))
        .fact(
            Word::new("bytes_per_event", "بايت لكل حدث", "bytes per event"),
            Cell::Count(bytes / events.max(1)),
        );
    sheet.rows = vec![
        row(
            Word::new("scan", "قراءة وفحص", "read and check"),
            &scans,
            PER_SECOND,
        ),
        row(
            Word::new("decode", "مع التفسير", "and decode"),
            &decodes,
            PER_SECOND,
        ),
        row(
            Word::new("fold", "مع كل الكشوف", "and fold into every view"),
            &folds,
            PER_SECOND,
        ),
        row(
            Word::new("fdatasync", "زمن fdatasync", "fdatasync of 4 KiB"),
            &syncs,
            MICROSECONDS,
        ),
    ];
    Ok(sheet)
}

/// Reads every entry; how long that took and how many bytes they have.
fn scan(store: &EmbeddedStore) -> Result<(Duration, u64), Failure> {
    let begun = Instant::now();
    let mut bytes = 0;
    for batch in store.log_reader(0) {
        for (_, entry) in batch.map_err(data::reading)?.iter() {
            bytes += entry.bytes().len();
        }
    }
    Ok((begun.elapsed(), u64::try_from(bytes).unwrap_or(u64::MAX)))
}

fn decode(store: &EmbeddedStore) -> Result<Duration, Failure> {
    let begun = Instant::now();
    data::each_event(store, 0, u64::MAX, |event| {
        std::hint::black_box(&event);
        Ok(())
    })?;
    Ok(begun.elapsed())
}

async fn fold(store: &Arc<EmbeddedStore>) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let mut runner = Runner::default();
    runner.catch_up(store).await.map_err(views::running)?;
    std::hint::black_box(runner.position());
    Ok(begun.elapsed())
}
