//! Durable appends of one typical event by many writers, beside a bare group-commit loop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::embedded::{EmbeddedStore, probe};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use sijill_ledger_core::time::SystemClock;
use uuid::Uuid;

use super::{MICROSECONDS, PER_SECOND, PERCENT, micros, rate, row, scratch, sheet, sync_time};
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::output::{Cell, Sheet, Word};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory whose disk is measured [default: the temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Writers at once
    #[arg(long, default_value_t = 64)]
    writers: usize,
    /// Events per round
    #[arg(long, default_value_t = 50_000)]
    events: u64,
    /// Rounds; medians are shown
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The same as --output json
    #[arg(long)]
    pub json: bool,
}

/// Bytes of data and metadata of a typical event (PERFORMANCE.md).
const DATA_BYTES: usize = 266;
const METADATA_BYTES: usize = 106;

/// Takes turns: probe, bare loop, store.
pub async fn run(arguments: &Arguments) -> Result<Sheet, Failure> {
    let writers = arguments.writers.clamp(1, 4_096);
    let each = usize::try_from(arguments.events).unwrap_or(usize::MAX) / writers;
    let each = each.max(1);
    let scratch = scratch(arguments.data.as_deref())?;
    let (mut syncs, mut bare, mut ours, mut tails) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..arguments.rounds.max(1) {
        syncs.push(micros(sync_time(scratch.path())?));
        let loop_done = probe::bare_loop(scratch.path(), writers, each, 1).await;
        let loop_done = loop_done.map_err(|error| Failure::io(scratch.path(), &error))?;
        bare.push(rate(loop_done.records, loop_done.elapsed));
        let dir = scratch.path().join(format!("round-{round}"));
        let (appended, tail) = append_all(&dir, writers, each).await?;
        ours.push(appended);
        tails.push(tail);
        std::fs::remove_dir_all(&dir).map_err(|error| Failure::io(&dir, &error))?;
    }
    let ratios: Vec<u64> = ours
        .iter()
        .zip(&bare)
        .map(|(ours, bare)| ours * 100 / (*bare).max(1))
        .collect();
    let name = Word::new("append", "الكتابة المؤكدة", "durable append");
    let mut sheet = sheet(name).fact(
        Word::new("writers", "الكتّاب", "writers"),
        Cell::Count(u64::try_from(writers).unwrap_or(u64::MAX)),
    );
    sheet.rows = vec![
        row(
            Word::new("append", "السجل", "ledger store"),
            &ours,
            PER_SECOND,
        ),
        row(
            Word::new("bare_loop", "حلقة مجردة", "bare group-commit loop"),
            &bare,
            PER_SECOND,
        ),
        row(
            Word::new("append_to_bare", "السجل إلى الحلقة", "store to bare loop"),
            &ratios,
            PERCENT,
        ),
        row(
            Word::new("append_p99", "المئين 99 للزمن", "p99 of one append"),
            &tails,
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

/// One round: events per second, and the 99th percentile of one append's time in µs.
async fn append_all(
    dir: &std::path::Path,
    writers: usize,
    each: usize,
) -> Result<(u64, u64), Failure> {
    let store = data::create(dir, Some("bench/append"), Arc::new(SystemClock::default()))?;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| tokio::spawn(write(Arc::clone(&store), writer, each)))
        .collect();
    let mut times = Vec::with_capacity(writers * each);
    for task in tasks {
        let ended = task.await.map_err(|error| Failure::WritesStopped {
            what: error.to_string(),
        })?;
        times.extend(ended?);
    }
    let took = begun.elapsed();
    store.close();
    times.sort_unstable();
    let tail = times.get(times.len() * 99 / 100).copied().unwrap_or(0);
    let events = u64::try_from(times.len()).unwrap_or(u64::MAX);
    Ok((rate(events, took), tail))
}

/// One writer on its own stream: the next event when the one before is durable.
async fn write(store: Arc<EmbeddedStore>, writer: usize, each: usize) -> Result<Vec<u64>, Failure> {
    let stream = stream(writer)?;
    let mut expected = Expected::NoStream;
    let mut times = Vec::with_capacity(each);
    for number in 0..each {
        let append = Append {
            stream: stream.clone(),
            expected,
            entries: vec![entry(writer, number)],
            not_after: None,
        };
        let begun = Instant::now();
        let appended = store.append(append).await.map_err(data::appending)?;
        times.push(micros(begun.elapsed()));
        expected = Expected::Revision(appended.revision);
    }
    Ok(times)
}

/// The stream of one writer.
pub fn stream(writer: usize) -> Result<StreamName, Failure> {
    StreamName::new(&format!("stock-BENCH-{writer}")).map_err(|error| {
        let text = error.to_string();
        Failure::Usage(Bilingual::new(text.clone(), text))
    })
}

/// An entry of typical size.
pub fn entry(writer: usize, number: usize) -> NewEntry {
    let name = format!("{writer}/{number}");
    NewEntry {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()),
        kind: "sijill.events.v1.StockIssued",
        metadata: vec![0x4D; METADATA_BYTES],
        data: vec![0x44; DATA_BYTES],
        withheld: Vec::new(),
    }
}
