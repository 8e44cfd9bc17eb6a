//! `sijill bench verify`: how fast the tree over a log is computed, and all of a log is verified.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use sijill_ledger_core::log::tree::RootBuilder;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::figures::{Figure, First, Rate, rows};
use super::machine::{self, Disk};
use super::{Common, Measured, failed, workspace};
use crate::cli::errors::Failure;
use crate::cli::lang::Lang;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::{data, progress, verify};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    measured: Measured,
}

const TREE: Word = Word::new(
    "hashes_root",
    "قراءة وتجزئة وجذر",
    "read, hash every entry, root",
);
const VERIFY: Word = Word::new(
    "verify",
    "فحص كامل (verify)",
    "verify: every byte, event and balance, tree and root",
);

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(None)?;
    let store = arguments.measured.log(dir.path()).await?;
    let mut disk = Disk::default();
    let mut figures = [
        Figure::new(TREE).on_threads(1),
        Figure::new(TREE).on_threads(2),
        Figure::new(VERIFY).on_threads(2),
    ];
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench verify");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        let [tree, tree_2, verified] = &mut figures;
        tree.round(hashed(&store, 1)?);
        tree_2.round(hashed(&store, 2)?);
        verified.round(verify_all(&store).await?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let shown = arguments.measured.dir(dir.path());
    let mut sheet = machine::sheet(shown, &disk).fact(
        Word::new("entries", "القيود", "entries"),
        Cell::Count(store.size()),
    );
    rows(&mut sheet, First::Peer, figures.into());
    Ok(sheet)
}

/// What `sijill verify` does, but for opening the log and printing.
async fn verify_all(store: &Arc<EmbeddedStore>) -> Result<Rate, Failure> {
    let begun = Instant::now();
    let report = verify::verify(store, Lang::En).await?;
    Ok(Rate {
        count: report.entries,
        elapsed: begun.elapsed(),
    })
}

/// Each thread computes the tree of its own share of the log.
fn hashed(store: &Arc<EmbeddedStore>, threads: u64) -> Result<Rate, Failure> {
    let size = store.size();
    let bound = |n: u64| size * n / threads;
    let begun = Instant::now();
    let count = thread::scope(|scope| {
        let shares = (0..threads).map(|n| {
            let (from, to) = (bound(n), bound(n + 1));
            scope.spawn(move || share(store, from, to))
        });
        let shares: Vec<_> = shares.collect();
        shares.into_iter().try_fold(0, |sum, share| {
            let lost = |_| Failure::io(store.dir(), &std::io::Error::other("a thread was lost"));
            Ok(sum + share.join().map_err(lost)??)
        })
    });
    Ok(Rate {
        count: count?,
        elapsed: begun.elapsed(),
    })
}

fn share(store: &EmbeddedStore, from: u64, to: u64) -> Result<u64, Failure> {
    let mut tree = RootBuilder::new();
    for batch in store.log_reader(from) {
        let batch = batch.map_err(data::reading)?;
        for (_, entry) in batch.iter().take_while(|(index, _)| *index < to) {
            tree.push_entry(entry.bytes());
        }
        if batch.next_index().is_none_or(|next| next >= to) {
            break;
        }
    }
    // The work must not be optimised away.
    std::hint::black_box(tree.root());
    Ok(tree.size())
}
