//! `sijill bench`: what this ledger does on this machine, beside what the machine's disk can do in the same run.
//!
//! Figures are medians over rounds; where two things are compared their rounds take turns, because a shared disk changes
//! from one second to the next.

mod append;
mod import;
mod machine;
mod open;
mod replay;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sijill_ledger_core::store::embedded::probe;

use super::errors::Failure;
use super::output::{Cell, Format, Sheet, Ui, Word};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Durable appends of one event by many writers at once
    Append(append::Arguments),
    /// Bulk appends, 1,000 events each
    Import(Sized),
    /// Reading, decoding, and folding into every view
    Replay(replay::Arguments),
    /// Opening after a clean close, and without a saved index
    Open(Sized),
}

/// A bench over so many events.
#[derive(Debug, clap::Args)]
struct Sized {
    /// Directory whose disk is measured [default: the temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Events per round
    #[arg(long, default_value_t = 200_000)]
    events: u64,
    /// Rounds; medians are shown
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The same as --output json
    #[arg(long)]
    json: bool,
}

/// Samples of the fdatasync probe in each round.
const PROBE_SAMPLES: usize = 200;

/// Measures.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let (sheet, json) = match &arguments.what {
        What::Append(arguments) => (append::run(arguments).await?, arguments.json),
        What::Import(arguments) => (import::run(arguments).await?, arguments.json),
        What::Replay(arguments) => (replay::run(arguments).await?, arguments.json),
        What::Open(arguments) => (open::run(arguments).await?, arguments.json),
    };
    if json {
        ui.format = Format::Json;
    }
    ui.sheet(&sheet)
}

/// A new directory under the one that is named, removed at the end.
fn scratch(data: Option<&Path>) -> Result<tempfile::TempDir, Failure> {
    let parent = data.map_or_else(std::env::temp_dir, Path::to_owned);
    std::fs::create_dir_all(&parent).map_err(|error| Failure::io(&parent, &error))?;
    let made = tempfile::Builder::new()
        .prefix("sijill-bench-")
        .tempdir_in(&parent);
    made.map_err(|error| Failure::io(&parent, &error))
}

/// The median time of write and fdatasync of 4 KiB, now.
fn sync_time(dir: &Path) -> Result<Duration, Failure> {
    let probe = probe::fdatasync(dir, PROBE_SAMPLES).map_err(|error| Failure::io(dir, &error))?;
    Ok(probe.median)
}

/// The median of some figures, 0 of none.
fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

/// Events per second.
fn rate(events: u64, took: Duration) -> u64 {
    let micros = took.as_micros().max(1);
    let rate = u128::from(events) * 1_000_000 / micros;
    u64::try_from(rate).unwrap_or(u64::MAX)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

const FIGURE: Word = Word::new("figure", "المقياس", "figure");
const MEDIAN: Word = Word::new("median", "الوسيط", "median");
const LOW: Word = Word::new("lowest", "الأدنى", "lowest");
const HIGH: Word = Word::new("highest", "الأعلى", "highest");
const UNIT: Word = Word::new("unit", "الوحدة", "unit");

const PER_SECOND: Word = Word::new("events_per_second", "حدث/ثانية", "events/s");
const MICROSECONDS: Word = Word::new("microseconds", "ميكروثانية", "µs");
const PERCENT: Word = Word::new("percent", "%", "%");

/// A sheet with the machine above it.
fn sheet(name: Word) -> Sheet {
    Sheet::new(name, &[FIGURE, MEDIAN, LOW, HIGH, UNIT])
        .fact(
            Word::new("cpu", "المعالج", "CPU"),
            Cell::text(machine::cpu()),
        )
        .fact(
            Word::new("cores", "الأنوية", "cores"),
            Cell::Count(machine::cores()),
        )
}

/// A row of a sheet: the median of the rounds between the lowest and the highest.
fn row(figure: Word, rounds: &[u64], unit: Word) -> Vec<Cell> {
    let edge = |edge: Option<&u64>| Cell::Count(edge.copied().unwrap_or(0));
    vec![
        Cell::Word(figure),
        Cell::Count(median(rounds.to_vec())),
        edge(rounds.iter().min()),
        edge(rounds.iter().max()),
        Cell::Word(unit),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_rates() {
        assert_eq!((median(vec![9, 1, 5]), median(Vec::new())), (5, 0));
        assert_eq!(rate(1_000, Duration::from_millis(500)), 2_000);
        assert_eq!(rate(1, Duration::ZERO), 1_000_000);
    }
}
