//! `sijill bench verify`: how fast the tree over a log is computed, all of a log is verified, and signatures are checked.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use sijill_ledger_core::log::Hash;
use sijill_ledger_core::log::tree::{RootBuilder, root_of_parts};
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;

use super::figures::{Figure, First, Rate, rows};
use super::machine::{self, Disk};
use super::signatures::Signatures;
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

/// Entries of a part of the tree that one thread computes: a power of two, and many reads long.
const PART_ENTRIES: u64 = 1 << 14;
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
    let mut signatures = Signatures::made(dir.path()).await?;
    let mut figures = [
        Figure::new(TREE).on_threads(1),
        Figure::new(TREE).on_threads(2),
        Figure::new(VERIFY).on_threads(2),
    ];
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench verify");
    for _ in 0..arguments.common.rounds {
        disk.probe(dir.path()).map_err(failed(dir.path()))?;
        let [tree, tree_2, verified] = &mut figures;
        let (root, rate) = hashed(&store, 1)?;
        tree.round(rate);
        let (same_root, rate) = hashed(&store, 2)?;
        tree_2.round(rate);
        if same_root != root {
            return Err(other_root());
        }
        verified.round(verify_all(&store).await?);
        signatures.round()?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let shown = arguments.measured.dir(dir.path());
    let mut sheet = machine::sheet(shown, &disk).fact(
        Word::new("entries", "القيود", "entries"),
        Cell::Count(store.size()),
    );
    let figures = figures.into_iter().chain(signatures.figures).collect();
    rows(&mut sheet, First::Peer, figures);
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

/// The root of the tree over all entries; each thread computes every n-th part of it.
fn hashed(store: &Arc<EmbeddedStore>, threads: u64) -> Result<(Hash, Rate), Failure> {
    let size = store.size();
    let begun = Instant::now();
    let parts = thread::scope(|scope| {
        let share = |n| scope.spawn(move || every_nth(store, n, threads));
        let shares: Vec<_> = (0..threads).map(share).collect();
        let lost = |_| Failure::io(store.dir(), &std::io::Error::other("a thread was lost"));
        let joined = shares.into_iter().map(|share| share.join().map_err(lost)?);
        joined.collect::<Result<Vec<_>, Failure>>()
    })?;
    // One of each share in turn: their order along the log.
    let count = size.div_ceil(PART_ENTRIES);
    let mut shares: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
    let mut taken = (0..shares.len()).cycle();
    let in_order = (0..count).filter_map(|_| shares.get_mut(taken.next()?)?.next());
    let root = root_of_parts(&in_order.collect::<Vec<_>>());
    let rate = Rate {
        count: size,
        elapsed: begun.elapsed(),
    };
    Ok((root, rate))
}

/// The roots of parts `first`, `first` + `step`, …
fn every_nth(store: &EmbeddedStore, first: u64, step: u64) -> Result<Vec<Hash>, Failure> {
    let size = store.size();
    let mut roots = Vec::new();
    let mut from = first * PART_ENTRIES;
    while from < size {
        roots.push(part(store, from, size.min(from + PART_ENTRIES))?);
        from += step * PART_ENTRIES;
    }
    Ok(roots)
}

fn part(store: &EmbeddedStore, from: u64, to: u64) -> Result<Hash, Failure> {
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
    Ok(tree.root())
}

fn other_root() -> Failure {
    Failure::Damaged {
        index: None,
        what: "two threads found another root than one".to_owned(),
    }
}
