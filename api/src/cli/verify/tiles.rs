//! A log as it is published: checkpoint, entry bundles and tiles of hashes under one directory (C2SP tlog-tiles).

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::log::bundle::{self, BUNDLE_BYTES_MAX, BundleError};
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::NOTE_BYTES_MAX;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::tile::{TILE_WIDTH, TileId, TileKind};
use sijill_ledger_core::log::{Hash, leaf_hash};
use sijill_ledger_core::store::Entry;
use tempfile::TempDir;

use super::Fault;
use super::checks::Check;
use super::grown::Grown;
use super::lineage::Lineage;
use super::report::Report;
use super::source::{Looked, Read, Source, decoded, hand_over};
use crate::cli::errors::Failure;
use crate::cli::input::{contents, unusable};
use crate::cli::lang::{Lang, two};
use crate::cli::progress;
use crate::published_log::{self, PublishedLog, beginning, readable};

const WIDTH: u64 = TILE_WIDTH as u64;
const HASH_BYTES: usize = 32;

/// A directory of published files.
pub struct Tiles {
    dir: PathBuf,
    files: PublishedLog,
    checkpoint: SignedCheckpoint,
    lang: Lang,
    /// Found while the entries are [checked](Self::check).
    lineage: Lineage,
    /// Where the directory goes away with this.
    fetched_into: Option<TempDir>,
}

/// Why a check ended.
enum Stop {
    Fault(Fault),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Tiles {
    /// The log in a directory, as large as its checkpoint says.
    pub fn open(dir: &Path, lang: Lang) -> Result<Self, Failure> {
        let file = dir.join(published::FILE);
        let note = contents(&file, NOTE_BYTES_MAX as u64)?;
        let checkpoint = SignedCheckpoint::parse(&note).map_err(|error| unusable(&file, &error))?;
        Ok(Self {
            dir: dir.to_owned(),
            files: PublishedLog::in_files(dir),
            checkpoint,
            lang,
            lineage: Lineage::default(),
            fetched_into: None,
        })
    }

    /// The log that was fetched into a directory, which is removed in the end.
    pub fn fetched(into: TempDir, lang: Lang) -> Result<Self, Failure> {
        let mut tiles = Self::open(into.path(), lang)?;
        tiles.fetched_into = Some(into);
        Ok(tiles)
    }

    /// What the log has signed.
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    fn size(&self) -> u64 {
        self.checkpoint.checkpoint().size()
    }

    /// Compares every tile with what the entries give, in the order of the log, up to the first that differs, and computes the
    /// roots at some sizes. The report's entries are then those that are whole.
    pub fn check(
        &mut self,
        sizes: &BTreeSet<u64>,
        report: &mut Report,
    ) -> Result<BTreeMap<u64, Hash>, Failure> {
        let mut grown = Grown::new(sizes);
        let bar = progress::bar(
            self.size(),
            self.lang.pick("فحص الشجرة", "checking the tree"),
        );
        let mut lineage = Lineage::default();
        let ended = self.grow(&mut grown, &mut lineage, &bar);
        self.lineage = lineage;
        bar.finish_and_clear();
        report.entries = grown.tree.size();
        match ended.and_then(|()| self.check_strays()) {
            Ok(()) => report.settle(Check::Tiles, grown.tiles),
            Err(Stop::Failed(failure)) => return Err(failure),
            Err(Stop::Fault(fault)) => {
                report.entries = fault.index.unwrap_or(u64::MAX).min(report.entries);
                report.count(Check::Tiles, grown.tiles);
                report.fail(fault);
            }
        }
        report.settle(Check::Stored, report.entries);
        Ok(grown.roots)
    }

    fn grow(
        &self,
        grown: &mut Grown<'_>,
        lineage: &mut Lineage,
        bar: &ProgressBar,
    ) -> Result<(), Stop> {
        for n in 0..self.size().div_ceil(WIDTH) {
            let bundle = self.named(TileKind::Entries, n)?;
            let bytes = self.tile(&bundle)?;
            let entries = match bundle::parse(&bytes, bundle.width()) {
                Ok(entries) => entries,
                Err(error) => return Err(self.no_bundle(&bundle, &bytes, error)),
            };
            for entry in entries {
                let index = grown.tree.size();
                if lineage.look(index, entry) {
                    grown.roots.insert(index, grown.tree.root());
                }
                grown.push(entry, |level, n, hashes| self.compare(level, n, hashes))?;
                bar.inc(1);
            }
        }
        grown.finish(|level, n, hashes| self.compare(level, n, hashes))
    }

    /// The tile of this tree at a place.
    fn named(&self, kind: TileKind, n: u64) -> Result<TileId, Stop> {
        let widest = TileId::new(kind, n, TILE_WIDTH);
        let named = widest.and_then(|tile| TileId::new(kind, n, tile.held(self.size())));
        named.ok_or_else(|| self.fault(None, format!("{kind:?} {n}")))
    }

    /// The bytes of a tile, out of its own file or, where the log has grown since, out of the full one.
    fn tile(&self, tile: &TileId) -> Result<Vec<u8>, Stop> {
        let content = self
            .files
            .content(tile)
            .map_err(published_log::Fault::failure)?;
        content.ok_or_else(|| {
            let what = two!(self.lang, "الرقعة {tile} ليست هنا", "{tile} is not here");
            self.fault(first_entry(tile, 0), what)
        })
    }

    /// Compares a tile of hashes with what the entries give.
    fn compare(&self, level: u8, n: u64, hashes: &[u8]) -> Result<(), Stop> {
        let tile = self.named(TileKind::Hashes(level), n)?;
        let held = self.tile(&tile)?;
        match first_other(&held, hashes) {
            None => Ok(()),
            Some(place) => {
                let what = two!(
                    self.lang,
                    "البصمة {place} في {tile} ليست بصمة ما في القيود: غُيّر أحدهما",
                    "hash {place} of {tile} is not that of the entries: one of the two was changed"
                );
                Err(self.fault(first_entry(&tile, place), what))
            }
        }
    }

    /// Says which entry of a bundle that cannot be parsed is the first that the tile of hashes does not have.
    fn no_bundle(&self, bundle: &TileId, bytes: &[u8], error: BundleError) -> Stop {
        let (hashes, readable) = match self.named(TileKind::Hashes(0), bundle.n()) {
            Ok(tile) => (self.tile(&tile).unwrap_or_default(), readable(bytes)),
            Err(stop) => return stop,
        };
        let leaves: Vec<u8> = readable
            .iter()
            .flat_map(|entry| leaf_hash(entry).0)
            .collect();
        let place = first_other(&hashes, &leaves).unwrap_or_default();
        self.fault(first_entry(bundle, place), format!("{bundle}: {error}"))
    }

    /// Tiles of earlier sizes, and whatever else lies under the name of a tile.
    fn check_strays(&self) -> Result<(), Stop> {
        let mut waiting = vec![self.dir.join("tile")];
        while let Some(dir) = waiting.pop() {
            let listed = match std::fs::read_dir(&dir) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                listed => listed.map_err(|error| Failure::io(&dir, &error))?,
            };
            for item in listed {
                let path = item.map_err(|error| Failure::io(&dir, &error))?.path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    self.check_stray(&path)?;
                }
            }
        }
        Ok(())
    }

    fn check_stray(&self, path: &Path) -> Result<(), Stop> {
        let name = path.strip_prefix(&self.dir).unwrap_or(path);
        let name = name.to_string_lossy();
        let size = self.size();
        let tile = name
            .parse::<TileId>()
            .ok()
            .filter(|tile| tile.is_held(size));
        let Some(tile) = tile else {
            return Err(self.fault(
                None,
                two!(
                    self.lang,
                    "ليس في شجرة من {size} قيد رقعة اسمها {name}",
                    "a tree of {size} entries has no tile of the name {name}"
                ),
            ));
        };
        if tile.fits(size) {
            return Ok(());
        }
        let held = contents(path, BUNDLE_BYTES_MAX as u64)?;
        let whole = self.tile(&self.named(tile.kind(), tile.n())?)?;
        if beginning(&tile, &whole).is_some_and(|right| right == held) {
            return Ok(());
        }
        Err(self.fault(
            first_entry(&tile, 0),
            two!(
                self.lang,
                "الرقعة {tile}، وهي من حجم سابق، ليست بداية ما صارت إليه",
                "{tile}, of an earlier size, is not the beginning of what became of it"
            ),
        ))
    }

    fn fault(&self, index: Option<u64>, what: String) -> Stop {
        // No entry concerned is beyond the log.
        let index = index.map(|index| index.min(self.size()));
        Stop::Fault(Fault {
            index,
            check: Check::Tiles,
            code: None,
            what,
        })
    }
}

impl Source for Tiles {
    fn origin(&self) -> &str {
        self.checkpoint.checkpoint().origin()
    }

    fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    fn dir(&self) -> &Path {
        &self.dir
    }

    fn read(&self, until: u64, take: &mut dyn FnMut(Read) -> bool) {
        for n in 0..until.div_ceil(WIDTH) {
            let bytes = self
                .named(TileKind::Entries, n)
                .and_then(|bundle| self.tile(&bundle));
            let bytes = match bytes {
                Ok(bytes) => bytes,
                Err(stop) => {
                    take(match stop {
                        Stop::Fault(fault) => Read::Fault(fault),
                        Stop::Failed(failure) => Read::Failed(failure),
                    });
                    return;
                }
            };
            let entries: Vec<(u64, &[u8])> = (n * WIDTH..until).zip(readable(&bytes)).collect();
            let decoded = entries.iter().map(|(index, bytes)| event(*index, bytes));
            if !hand_over(entries.len(), decoded, take) {
                return;
            }
        }
    }

    fn bytes(&self, until: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        for n in 0..until.div_ceil(WIDTH) {
            let bundle = self.named(TileKind::Entries, n);
            let bytes = match bundle.and_then(|bundle| self.tile(&bundle)) {
                Ok(bytes) => bytes,
                Err(Stop::Failed(failure)) => return Err(failure),
                // It was whole when the tree was checked.
                Err(Stop::Fault(fault)) => return Err(fault.failure()),
            };
            let below = (n * WIDTH..until).zip(readable(&bytes));
            below.for_each(|(_, entry)| take(entry));
        }
        Ok(())
    }

    fn entry(&self, index: u64) -> Result<Option<Looked>, Failure> {
        if index >= self.size() {
            return Ok(None);
        }
        let bundle = self.named(TileKind::Entries, index / WIDTH);
        let bytes = match bundle.and_then(|bundle| self.tile(&bundle)) {
            Ok(bytes) => bytes,
            Err(Stop::Failed(failure)) => return Err(failure),
            Err(Stop::Fault(_)) => return Ok(None),
        };
        let place = usize::try_from(index % WIDTH).unwrap_or_default();
        let entry = readable(&bytes).get(place).copied();
        let decoded = entry.and_then(|bytes| Entry::decode(bytes).ok());
        Ok(decoded.map(|entry| Looked::of(&entry)))
    }
}

fn event(index: u64, bytes: &[u8]) -> Result<(Recorded, u64), Read> {
    let entry = Entry::decode(bytes).map_err(|error| {
        Read::Fault(Fault {
            index: Some(index),
            check: Check::Stored,
            code: None,
            what: error.to_string(),
        })
    })?;
    decoded(index, &entry, &[]).map_err(Read::Fault)
}

/// The first place where two rows of hashes differ, or one of them ends.
fn first_other(held: &[u8], right: &[u8]) -> Option<u64> {
    if held == right {
        return None;
    }
    let mut pairs = held.chunks(HASH_BYTES).zip(right.chunks(HASH_BYTES));
    let place = pairs.position(|(held, right)| held != right);
    let shorter = held.len().min(right.len()) / HASH_BYTES;
    Some(place.unwrap_or(shorter) as u64)
}

/// The first entry under a place in a tile.
fn first_entry(tile: &TileId, place: u64) -> Option<u64> {
    let number = tile.n().checked_mul(WIDTH)?.checked_add(place)?;
    match tile.kind() {
        TileKind::Entries => Some(number),
        TileKind::Hashes(level) => number.checked_mul(WIDTH.checked_pow(level.into())?),
    }
}
