//! The views of a log: restored from their snapshots, brought up to date, saved.

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::domain::values::EffectiveAt;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::store::{EventStore as _, ReadError};
use sijill_projections::Runner;
use sijill_projections::runner::{Restored, RunError};
use sijill_projections::snapshot::{Bounds, SaveError};

use super::errors::Failure;
use super::{data, progress};

/// Events between two moves of the bar.
const STEP_EVENTS: u64 = 50_000;

/// Where a log's views are saved.
pub fn dir(store: &EmbeddedStore) -> PathBuf {
    store.dir().join("views")
}

/// The views as of the first `as_of` events, or of all that is durable now where there are no more. Snapshots that cannot be used are told on
/// standard error; what they held is folded from the log again.
pub async fn load(store: &Arc<EmbeddedStore>, as_of: Option<u64>) -> Result<Runner, Failure> {
    let size = store.size();
    let at_most = as_of.map_or(size, |wanted| wanted.min(size));
    let bounds = Bounds {
        log_size: size,
        at_most,
    };
    let restored = restore(store, bounds);
    for rejected in &restored.rejected {
        eprintln!("{rejected}");
    }
    let mut runner = restored.runner;
    catch_up(&mut runner, store, at_most).await?;
    Ok(runner)
}

/// The views as they were saved beside the log, as far as the snapshots are of this log.
pub fn restore(store: &EmbeddedStore, bounds: Bounds) -> Restored {
    let id = |index| {
        let batch = store.entry(index).ok()?;
        batch.get(0).map(|(_, entry)| entry.id)
    };
    Runner::restore(&dir(store), store.origin(), bounds, &id)
}

/// Folds the log into views up to an index.
pub async fn catch_up(
    runner: &mut Runner,
    store: &Arc<EmbeddedStore>,
    until: u64,
) -> Result<(), Failure> {
    let bar = progress::bar(until, "views");
    while runner.position() < until {
        let next = runner.position().saturating_add(STEP_EVENTS).min(until);
        runner.catch_up_to(store, next).await.map_err(running)?;
        bar.set_position(runner.position());
    }
    bar.finish_and_clear();
    Ok(())
}

/// Saves every view beside the log.
pub fn save(runner: &Runner, store: &EmbeddedStore) -> Result<(), Failure> {
    let saved = runner.save(&dir(store), store.origin());
    saved.map(drop).map_err(|error| match error {
        SaveError::Io { path, error } => Failure::io(&path, &error),
        SaveError::State { .. } => Failure::Io {
            path: dir(store),
            what: error.to_string(),
        },
    })
}

/// An instant as people read it: the time on the wall, with its offset.
pub fn shown(at: EffectiveAt) -> String {
    let minutes = i64::from(at.offset_minutes());
    let day = at.date();
    let since = at.at().micros_since(day.start(at.offset_minutes())) / 60_000_000;
    let (hour, minute) = (since / 60, since % 60);
    let sign = if minutes < 0 { '-' } else { '+' };
    let (ahead_hours, ahead_minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    format!("{day}T{hour:02}:{minute:02}{sign}{ahead_hours:02}:{ahead_minutes:02}")
}

/// An error of folding, sorted.
pub fn running(error: RunError) -> Failure {
    let what = error.to_string();
    match error {
        RunError::Read(error) => data::reading(error),
        RunError::Decode { index, .. } => Failure::Damaged {
            index: Some(index),
            what,
        },
        RunError::Gap { expected, .. } => Failure::Damaged {
            index: Some(expected),
            what,
        },
        RunError::Short { .. } | RunError::Stopped => data::reading(ReadError::Unavailable(what)),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::parse::Instant;

    #[test]
    fn instants_are_shown_as_they_are_asked_for() {
        for text in [
            "2025-05-15T12:00+02:00",
            "2025-05-15T23:59-03:30",
            "2025-01-01T00:00+00:00",
        ] {
            let Ok(Instant::Exact(instant)) = text.parse() else {
                panic!("{text}");
            };
            assert_eq!(super::shown(instant), text);
        }
    }
}
