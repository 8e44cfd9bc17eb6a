//! `sijill bench replay`: how fast a log is read, decoded, and folded into every view.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_projections::Runner;

use super::figures::{Figure, First, Rate, rows};
use super::machine::{self, Disk};
use super::{Common, Measured, failed, workspace};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::{data, progress, views};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    measured: Measured,
}

const SCAN: Word = Word::new("scan", "قراءة", "scan");
const DECODE: Word = Word::new("scan_decode", "قراءة وتفسير", "scan, decode");
const APPLY: Word = Word::new(
    "scan_decode_apply",
    "قراءة وتفسير وكشوف",
    "scan, decode, apply to all views",
);

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(None)?;
    let store = arguments.measured.log(dir.path()).await?;
    let mut disk = Disk::default();
    let mut figures = [
        Figure::new(SCAN).on_threads(1),
        Figure::new(SCAN).on_threads(2),
        Figure::new(DECODE).on_threads(1),
        Figure::new(DECODE).on_threads(2),
        Figure::new(APPLY).on_threads(1),
        Figure::new(APPLY).on_threads(2),
    ];
    let (log, size) = (Log(Arc::clone(&store)), store.size());
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench replay");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        let [scan, scan_2, decode, decode_2, apply, apply_2] = &mut figures;
        scan.round(log.on_threads(1, Work::Scan)?);
        scan_2.round(log.on_threads(2, Work::Scan)?);
        decode.round(log.on_threads(1, Work::Decode)?);
        decode_2.round(log.on_threads(2, Work::Decode)?);
        apply.round(log.apply()?);
        apply_2.round(catch_up(&store, size).await?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let bytes = log.bytes()?;
    let shown = arguments.measured.dir(dir.path());
    let mut sheet = machine::sheet(shown, &disk)
        .fact(Word::new("entries", "القيود", "entries"), Cell::Count(size))
        .fact(
            Word::new(
                "entry_bytes_mean",
                "متوسط بايتات القيد",
                "bytes of an entry, mean",
            ),
            Cell::Count(bytes / size),
        );
    rows(&mut sheet, First::Peer, figures.into());
    Ok(sheet)
}

/// The Runner's way: it decodes ahead of the folds on the runtime's threads.
async fn catch_up(store: &Arc<EmbeddedStore>, size: u64) -> Result<Rate, Failure> {
    let mut runner = Runner::default();
    let begun = Instant::now();
    runner
        .catch_up_to(store, size)
        .await
        .map_err(views::running)?;
    Ok(Rate {
        count: runner.position(),
        elapsed: begun.elapsed(),
    })
}

#[derive(Clone, Copy)]
enum Work {
    Scan,
    Decode,
}

struct Log(Arc<EmbeddedStore>);

impl Log {
    /// Each thread reads its own share of the log.
    fn on_threads(&self, threads: u64, work: Work) -> Result<Rate, Failure> {
        let size = self.0.size();
        let bound = |n: u64| size * n / threads;
        let begun = Instant::now();
        let count = thread::scope(|scope| {
            let shares = (0..threads).map(|n| {
                let (from, to) = (bound(n), bound(n + 1));
                scope.spawn(move || self.share(from, to, work))
            });
            let shares: Vec<_> = shares.collect();
            shares.into_iter().try_fold(0, |sum, share| {
                let lost =
                    || Failure::io(self.0.dir(), &std::io::Error::other("a thread was lost"));
                Ok(sum + share.join().map_err(|_| lost())??)
            })
        });
        Ok(Rate {
            count: count?,
            elapsed: begun.elapsed(),
        })
    }

    /// Reads entries from `from` to before `to`; says how many.
    fn share(&self, from: u64, to: u64, work: Work) -> Result<u64, Failure> {
        let mut count = 0;
        for batch in self.0.log_reader(from) {
            let batch = batch.map_err(data::reading)?;
            for (index, entry) in batch.iter() {
                if index >= to {
                    return Ok(count);
                }
                match work {
                    // The work must not be optimised away: the entry is looked at.
                    Work::Scan => {
                        std::hint::black_box(entry.data);
                    }
                    Work::Decode => {
                        std::hint::black_box(data::decoded(index, &entry)?);
                    }
                }
                count += 1;
            }
        }
        Ok(count)
    }

    /// Everything on this thread.
    fn apply(&self) -> Result<Rate, Failure> {
        let (mut runner, begun) = (Runner::default(), Instant::now());
        data::each_event(&self.0, 0, self.0.size(), |event| {
            runner.apply(&event).map_err(views::running)
        })?;
        Ok(Rate {
            count: runner.position(),
            elapsed: begun.elapsed(),
        })
    }

    /// Bytes of all entries.
    fn bytes(&self) -> Result<u64, Failure> {
        let mut bytes = 0;
        for batch in self.0.log_reader(0) {
            let batch = batch.map_err(data::reading)?;
            bytes += batch
                .iter()
                .map(|(_, entry)| entry.bytes().len() as u64)
                .sum::<u64>();
        }
        Ok(bytes)
    }
}
