//! Bulk appends: 1,000 events each, a few on their way at once.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::embedded::probe;
use sijill_ledger_core::store::{APPEND_ENTRIES_MAX, Append, EventStore as _, Expected};
use sijill_ledger_core::time::SystemClock;

use super::append::{entry, stream};
use super::{
    MICROSECONDS, PER_SECOND, PERCENT, Sized, micros, rate, row, scratch, sheet, sync_time,
};
use crate::cli::data;
use crate::cli::errors::Failure;
use crate::cli::output::{Sheet, Word};

/// Appends on their way at once.
const WAITING_MAX: usize = 8;

/// Takes turns: probe, bare loop with the same records per write, store.
pub async fn run(arguments: &Sized) -> Result<Sheet, Failure> {
    let appends = usize::try_from(arguments.events).unwrap_or(usize::MAX) / APPEND_ENTRIES_MAX;
    let appends = appends.max(1);
    let scratch = scratch(arguments.data.as_deref())?;
    let (mut syncs, mut bare, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..arguments.rounds.max(1) {
        syncs.push(micros(sync_time(scratch.path())?));
        let each = appends.div_ceil(WAITING_MAX);
        let looped = probe::bare_loop(scratch.path(), WAITING_MAX, each, APPEND_ENTRIES_MAX).await;
        let looped = looped.map_err(|error| Failure::io(scratch.path(), &error))?;
        bare.push(rate(looped.records, looped.elapsed));
        let dir = scratch.path().join(format!("round-{round}"));
        let begun = Instant::now();
        let events = fill(&dir, appends).await?;
        ours.push(rate(events, begun.elapsed()));
        std::fs::remove_dir_all(&dir).map_err(|error| Failure::io(&dir, &error))?;
    }
    let ratios: Vec<u64> = ours
        .iter()
        .zip(&bare)
        .map(|(ours, bare)| ours * 100 / (*bare).max(1))
        .collect();
    let mut sheet = sheet(Word::new("import", "الكتابة المجمَّعة", "bulk append"));
    sheet.rows = vec![
        row(
            Word::new("import", "السجل", "ledger store"),
            &ours,
            PER_SECOND,
        ),
        row(
            Word::new("bare_loop", "حلقة مجردة", "bare group-commit loop"),
            &bare,
            PER_SECOND,
        ),
        row(
            Word::new("import_to_bare", "السجل إلى الحلقة", "store to bare loop"),
            &ratios,
            PERCENT,
        ),
        row(
            Word::new("fdatasync", "زمن fdatasync", "fdatasync of 4 KiB"),
            &syncs,
            MICROSECONDS,
        ),
    ];
    Ok(sheet)
}

/// Fills a new log with so many full appends; how many events that was.
pub async fn fill(dir: &Path, appends: usize) -> Result<u64, Failure> {
    let store = data::create(dir, Some("bench/import"), Arc::new(SystemClock::default()))?;
    let mut waiting = VecDeque::with_capacity(WAITING_MAX);
    for number in 0..appends {
        if waiting.len() >= WAITING_MAX
            && let Some(first) = waiting.pop_front()
        {
            settle(first).await?;
        }
        let entries = (0..APPEND_ENTRIES_MAX).map(|n| entry(number, n)).collect();
        let append = Append {
            stream: stream(number)?,
            expected: Expected::NoStream,
            entries,
            not_after: None,
        };
        waiting.push_back(store.submit(append).await.map_err(data::appending)?);
    }
    for ticket in waiting {
        settle(ticket).await?;
    }
    let events = store.size();
    store.close();
    Ok(events)
}

async fn settle(
    ticket: impl Future<
        Output = Result<
            sijill_ledger_core::store::Appended,
            sijill_ledger_core::store::AppendError,
        >,
    >,
) -> Result<(), Failure> {
    ticket.await.map(drop).map_err(data::appending)
}
