//! The published files of a server, fetched into a directory: what is verified is then what was served, byte for byte.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::tile::{TILE_WIDTH, TileId, TileKind};

use crate::cli::errors::Failure;
use crate::cli::input::unusable;
use crate::cli::lang::Lang;
use crate::cli::progress;
use crate::published_log::{Fault, PublishedLog};

/// Connections at once.
const CONNECTIONS: usize = 4;
/// Files that the server may lack before it is asked for no more.
const MISSING_MAX: u64 = 16;

/// Fetches the checkpoint and every file of the tree that it names. A file that the server has not is left out: the check says
/// which entry it is about. Blocks for as long as that takes.
pub fn fetch(url: &str, into: &Path, lang: Lang) -> Result<(), Failure> {
    let log = PublishedLog::at(url);
    let note = log.checkpoint().map_err(Fault::failure)?;
    let named = Path::new(url);
    let checkpoint = SignedCheckpoint::parse(&note).map_err(|error| unusable(named, &error))?;
    write(into, published::FILE, &note)?;
    let size = checkpoint.checkpoint().size();
    let bar = progress::bar(size, lang.pick("جلب السجل", "fetching the log"));
    let (tiles, missing) = (Mutex::new(in_order(size)), AtomicU64::new(0));
    let ended = AtomicBool::new(false);
    let work = || {
        while !ended.load(Ordering::Relaxed) {
            let next = tiles.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(tile) = next else {
                break;
            };
            match self::tile(&log, &tile, into) {
                Ok(true) => bar.inc(u64::from(tile.width())),
                // Nothing behind the first gap will be verified, and a false size must not keep this going for ever.
                Ok(false) => {
                    let before = missing.fetch_add(1, Ordering::Relaxed);
                    ended.fetch_or(before >= MISSING_MAX, Ordering::Relaxed);
                }
                Err(failure) => {
                    ended.store(true, Ordering::Relaxed);
                    return Err(failure);
                }
            }
        }
        Ok(())
    };
    let done = std::thread::scope(|threads| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| threads.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            let lost = |_| Failure::io(into, &std::io::Error::other("a thread was lost"));
            worker.join().map_err(lost)?
        })
    });
    bar.finish_and_clear();
    done
}

/// Every file of a tree: entries with their hashes, in the order of the log, so that what is fetched can be verified as far as it
/// goes; then the levels above.
fn in_order(size: u64) -> impl Iterator<Item = TileId> {
    let named = move |kind, n| {
        let widest = TileId::new(kind, n, TILE_WIDTH)?;
        TileId::new(kind, n, widest.held(size))
    };
    let lowest = (0..size.div_ceil(TILE_WIDTH.into()))
        .flat_map(|n| [(TileKind::Entries, n), (TileKind::Hashes(0), n)])
        .filter_map(move |(kind, n)| named(kind, n));
    let above = |tile: &TileId| matches!(tile.kind(), TileKind::Hashes(level) if level > 0);
    lowest.chain(TileId::between(0, size).filter(above))
}

/// Fetches a tile, or the full one in its place where the log has grown since. `false` when there is neither.
fn tile(log: &PublishedLog, tile: &TileId, into: &Path) -> Result<bool, Failure> {
    let served = log.served(tile).map_err(Fault::failure)?;
    let Some((served, bytes)) = served else {
        return Ok(false);
    };
    write(into, &served.path(), &bytes)?;
    Ok(true)
}

fn write(into: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = into.join(name);
    let folder = path.parent().unwrap_or(into);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes));
    written.map_err(|error| Failure::io(&path, &error))
}
