//! `sijill export tiles`: the published log as files that any web server can serve, in the same paths as the server's own.
//!
//! Only what the published checkpoint covers. A second run adds what is new; one that was cut short is taken up again. The
//! checkpoint comes last, so that a reader never finds one whose tiles are missing.

use std::fs;
use std::path::{Path, PathBuf};

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::published::{self, PublishedError};
use sijill_ledger_core::log::tile::{TileId, TileKind};
use sijill_ledger_core::store::{AttachmentError, AttachmentHash, Attachments};

use crate::cli::errors::{Bilingual, Failure};
use crate::cli::lang::two;
use crate::cli::output::Ui;
use crate::cli::{data, progress, proof, views};
use crate::log::Publication;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory for the files, new or from an earlier export of the same log
    out: PathBuf,
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
}

/// Bytes of a hash.
const HASH_BYTES: u64 = 32;

/// Exports.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let (out, dir) = (&arguments.out, &arguments.data);
    let store = data::open(dir)?;
    let publication = proof::published(&store)?;
    let Some(latest) = publication.latest() else {
        return Err(nothing(dir));
    };
    fs::create_dir_all(out).map_err(|error| Failure::io(out, &error))?;
    continues(&publication, latest.size(), out)?;
    let tiles = tiles(&publication, latest.size(), out)?;
    let runner = views::load(&store, None).await?;
    let named = runner.views().attachments.named_within(latest.size());
    let kept = store.attachments();
    let (mut copied, mut missing) = (0_u64, 0_u64);
    for hash in named {
        if attachment(kept, AttachmentHash(hash.0), out)? {
            copied += 1;
        } else {
            missing += 1;
        }
    }
    let stored = published::store(out, &latest.checkpoint);
    stored.map_err(|error| unusable(out, &error))?;
    let (size, out) = (latest.size(), out.display());
    ui.note(&two!(
        ui.lang,
        "{out}: ‏{size} قيدًا منشورًا، {tiles} رقعة جديدة، {copied} مرفقًا، وينقص هنا {missing} مرفقًا",
        "{out}: {size} published entries, {tiles} new tiles, {copied} attachments, {missing} attachments missing here"
    ))
}

/// An earlier export there must be of this log, and no longer than it.
fn continues(publication: &Publication, size: u64, out: &Path) -> Result<(), Failure> {
    let earlier = published::load(out).map_err(|error| unusable(out, &error))?;
    let Some(earlier) = earlier.as_ref().map(SignedCheckpoint::checkpoint) else {
        return Ok(());
    };
    let tree = publication.tree();
    let is_of_it = publication.latest().is_some_and(|latest| {
        latest.checkpoint().origin() == earlier.origin()
            && earlier.size() <= size
            && tree
                .root(earlier.size())
                .is_ok_and(|root| root == earlier.root())
    });
    if is_of_it {
        return Ok(());
    }
    let (origin, size) = (earlier.origin(), earlier.size());
    Err(Failure::WrongLedger {
        dir: out.to_owned(),
        text: Bilingual::new(
            format!(
                "فيه نشر للسجل {origin} عند {size} قيدًا لا يتضمنه هذا السجل؛ إن كان السجل نفسه فاحفظ المجلد دليلًا، وإلا فاختر مجلدًا آخر"
            ),
            format!(
                "holds the log {origin} at {size} entries, which this log does not contain; if it is the same log keep the directory as evidence, else choose another one"
            ),
        ),
    })
}

/// Writes the tiles that are not there yet; how many.
fn tiles(publication: &Publication, size: u64, out: &Path) -> Result<u64, Failure> {
    let bar = progress::bar(size, "tiles");
    let mut written = 0;
    for tile in TileId::between(0, size) {
        let path = out.join(tile.path());
        if tile.kind() == TileKind::Entries {
            bar.inc(tile.width().into());
        }
        if is_there(&tile, &path) {
            continue;
        }
        let read = publication.tree().tile(&tile);
        let content = read.map_err(|error| data::hashing(publication.store().dir(), error))?;
        // Published sizes are within the tree.
        let Some(content) = content else {
            continue;
        };
        write(&path, &content)?;
        written += 1;
    }
    bar.finish_and_clear();
    Ok(written)
}

/// The name of a tile says its content, and files come under their names when they are whole.
fn is_there(tile: &TileId, path: &Path) -> bool {
    let Ok(found) = fs::metadata(path) else {
        return false;
    };
    match tile.kind() {
        TileKind::Hashes(_) => found.len() == u64::from(tile.width()) * HASH_BYTES,
        TileKind::Entries => found.len() > 0,
    }
}

/// Copies an attachment; `false` where it is not kept here.
fn attachment(kept: &Attachments, hash: AttachmentHash, out: &Path) -> Result<bool, Failure> {
    let path = out.join("attachment").join(hash.to_string());
    if path.is_file() {
        return Ok(true);
    }
    match kept.get(hash) {
        Ok(bytes) => {
            write(&path, &bytes)?;
            Ok(true)
        }
        Err(AttachmentError::NotFound(_)) => Ok(false),
        Err(error) => Err(data::attaching(error)),
    }
}

/// Under another name until it is whole.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error| Failure::io(path, &error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let unfinished = path.with_extension("new");
    fs::write(&unfinished, bytes).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

fn nothing(dir: &Path) -> Failure {
    Failure::WrongLedger {
        dir: dir.to_owned(),
        text: Bilingual::new(
            "لم تُنشر لسجله نقطة تحقق بعد؛ شغّل الخادم بمفتاح السجل (--log-key) أولًا",
            "has a log of which no checkpoint was published yet; run the server with the log's key (--log-key) first",
        ),
    }
}

fn unusable(dir: &Path, error: &PublishedError) -> Failure {
    Failure::Input {
        file: dir.join(published::FILE),
        text: Bilingual::refusal(error),
    }
}
