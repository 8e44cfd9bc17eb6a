//! `sijill bench open`: how long a start takes, by how the last run ended.
//!
//! A killed process leaves its files as they are: they are copied while the store is open and idle, and put back before
//! each measured start. The segments of the log never change by a start, so only the files beside them are copied. The log is
//! warm in memory, as it is after a process was killed and started again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, SNAPSHOT_FILE};
use sijill_ledger_core::time::SystemClock;

use super::figures::median;
use super::machine::{self, Disk};
use super::{Common, failed, stock_log, workspace};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Events of the log that is built to be opened
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    events: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const CLEAN: Word = Word::new("clean_close", "بعد إغلاق نظيف", "after a clean close");
const KILLED: Word = Word::new("killed", "بعد قتل العملية", "after a kill");
const NO_INDEX: Word = Word::new("no_index", "بلا فهرس محفوظ", "without a saved index");
const READER: Word = Word::new(
    "read_only",
    "للقراءة، بعد إغلاق نظيف",
    "for reading, after a clean close",
);

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let log = dir.path().join("log");
    let store = stock_log::build(&log, arguments.events).await?;
    let size = store.size();
    let killed = Image::take(&log, dir.path().join("killed"))?;
    store.close();
    drop(store);
    let clean = Image::take(&log, dir.path().join("clean"))?;
    let mut disk = Disk::default();
    let (mut clean_us, mut killed_us) = (Vec::new(), Vec::new());
    let (mut no_index_us, mut reader_us) = (Vec::new(), Vec::new());
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench open");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        clean.put_back(&log)?;
        reader_us.push(timed(size, || data::open(&log))?);
        clean_us.push(timed(size, || for_writing(&log))?);
        killed.put_back(&log)?;
        killed_us.push(timed(size, || for_writing(&log))?);
        killed.put_back(&log)?;
        remove(&log.join(SNAPSHOT_FILE))?;
        no_index_us.push(timed(size, || for_writing(&log))?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let measured = [
        (CLEAN, clean_us),
        (KILLED, killed_us),
        (NO_INDEX, no_index_us),
        (READER, reader_us),
    ];
    Ok(sheet(machine::sheet(dir.path(), &disk), size, &measured))
}

fn sheet(sheet: Sheet, size: u64, measured: &[(Word, Vec<u64>)]) -> Sheet {
    let mut sheet = sheet.fact(Word::new("entries", "القيود", "entries"), Cell::Count(size));
    sheet.columns = vec![
        Word::new("measure", "القياس", "measure"),
        Word::new("rounds", "الجولات", "rounds"),
        Word::new("median_us", "الوسيط (µs)", "median (µs)"),
        Word::new("lowest_us", "الأدنى (µs)", "lowest (µs)"),
        Word::new("highest_us", "الأعلى (µs)", "highest (µs)"),
    ];
    let count = |value: Option<u64>| value.map_or(Cell::Absent, Cell::Count);
    for (name, times) in measured {
        sheet.rows.push(vec![
            Cell::Word(*name),
            Cell::Count(times.len() as u64),
            count(median(times)),
            count(times.iter().min().copied()),
            count(times.iter().max().copied()),
        ]);
    }
    sheet
}

/// Opens, checks that everything is there, closes; microseconds of the opening, rounded up.
fn timed(
    size: u64,
    open: impl FnOnce() -> Result<Arc<EmbeddedStore>, Failure>,
) -> Result<u64, Failure> {
    let begun = Instant::now();
    let store = open()?;
    let elapsed = begun.elapsed();
    if store.size() != size {
        return Err(Failure::Damaged {
            index: Some(store.size()),
            what: format!(
                "{} of {size} entries were found after opening",
                store.size()
            ),
        });
    }
    store.close();
    Ok(u64::try_from(elapsed.as_nanos().div_ceil(1_000)).unwrap_or(u64::MAX))
}

fn for_writing(log: &Path) -> Result<Arc<EmbeddedStore>, Failure> {
    data::writable(data::options(log, None, Arc::new(SystemClock::default())))
}

/// The files beside the segments, as they were at one moment.
struct Image(PathBuf);

impl Image {
    fn take(log: &Path, into: PathBuf) -> Result<Self, Failure> {
        fs::create_dir(&into).map_err(failed(&into))?;
        copy_files(log, &into)?;
        Ok(Self(into))
    }

    /// As it was: a file that was not there goes.
    fn put_back(&self, log: &Path) -> Result<(), Failure> {
        for path in files(log)? {
            remove(&path)?;
        }
        copy_files(&self.0, log)
    }
}

fn files(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(dir).map_err(failed(dir))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let paths = paths.collect::<Result<Vec<_>, _>>().map_err(failed(dir))?;
    Ok(paths.into_iter().filter(|path| path.is_file()).collect())
}

fn copy_files(from: &Path, to: &Path) -> Result<(), Failure> {
    for path in files(from)? {
        if let Some(name) = path.file_name() {
            fs::copy(&path, to.join(name)).map_err(failed(&path))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::io(path, &error))
        }
        _ => Ok(()),
    }
}
