//! The checkpoint that a log has published last, with its cosignatures: the file `checkpoint` in the data directory, replaced
//! as a whole. Whoever reads the directory (a node beside the writer, an export, a check) finds there what the world was told.
//!
//! A mirror keeps a second one: what it has [accepted](load_accepted) and is still fetching. Beside the last one stands the last that
//! [enough witnesses cosigned](load_witnessed): what they had seen at a deadline is not lost when the server ends there.

use std::io;
use std::path::Path;

use super::checkpoint::{CheckpointError, SignedCheckpoint};
use super::note::NOTE_BYTES_MAX;
use crate::aggregate::{ensure, refusals};
use crate::store::embedded::{Files as _, Mode, RealFiles, read_all, replace};

/// Its name in the data directory.
pub const FILE: &str = "checkpoint";

/// Name of the checkpoint that a mirror has accepted last.
const ACCEPTED_FILE: &str = "checkpoint.accepted";

/// Name of the newest checkpoint that enough witnesses cosigned.
const WITNESSED_FILE: &str = "checkpoint.witnessed";

/// What was published last; `None` where nothing was yet.
pub fn load(dir: &Path) -> Result<Option<SignedCheckpoint>, PublishedError> {
    read(&dir.join(FILE))
}

/// Replaces it, durably.
pub fn store(dir: &Path, checkpoint: &SignedCheckpoint) -> Result<(), PublishedError> {
    write(dir, FILE, checkpoint)
}

/// What a mirror has accepted last: all of its entries are, or will be, under this one.
pub fn load_accepted(dir: &Path) -> Result<Option<SignedCheckpoint>, PublishedError> {
    read(&dir.join(ACCEPTED_FILE))
}

/// Replaces it, durably: before the first entry that it covers is stored.
pub fn store_accepted(dir: &Path, checkpoint: &SignedCheckpoint) -> Result<(), PublishedError> {
    write(dir, ACCEPTED_FILE, checkpoint)
}

/// The newest that enough witnesses cosigned; `None` where none was yet.
pub fn load_witnessed(dir: &Path) -> Result<Option<SignedCheckpoint>, PublishedError> {
    read(&dir.join(WITNESSED_FILE))
}

/// Replaces it, durably.
pub fn store_witnessed(dir: &Path, checkpoint: &SignedCheckpoint) -> Result<(), PublishedError> {
    write(dir, WITNESSED_FILE, checkpoint)
}

fn read(path: &Path) -> Result<Option<SignedCheckpoint>, PublishedError> {
    let failed = |error: io::Error| failed(path, &error);
    let file = match RealFiles.open(path, Mode::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let bytes = file.len().map_err(failed)?;
    let show = || path.display().to_string();
    ensure(
        bytes <= NOTE_BYTES_MAX as u64,
        PublishedError::TooLarge { path: show() },
    )?;
    let note = read_all(&*file).map_err(failed)?;
    Ok(Some(SignedCheckpoint::parse(&note)?))
}

fn write(dir: &Path, name: &str, checkpoint: &SignedCheckpoint) -> Result<(), PublishedError> {
    let replaced = replace(&RealFiles, dir, name, &checkpoint.to_bytes());
    replaced.map_err(|error| failed(&dir.join(name), &error))
}

fn failed(path: &Path, error: &io::Error) -> PublishedError {
    PublishedError::Io {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}

refusals! {
    /// Why the published checkpoint cannot be read or stored.
    pub enum PublishedError, /** The file holds something else. */ Checkpoint(CheckpointError) {
        /// More bytes than a checkpoint has.
        TooLarge {
            /// The file.
            path: String,
        } = "PUBLISHED_TOO_LARGE",
            "الملف {path} أكبر من أي نقطة تحقق؛ انقله من مكانه وأعد التشغيل ليُنشر من جديد",
            "{path} is larger than any checkpoint; move it away and start again, so that one is published anew";
        /// The operating system failed.
        Io {
            /// The file.
            path: String,
            /// What it said.
            why: String,
        } = "PUBLISHED_IO",
            "تعذّرت قراءة نقطة التحقق المنشورة {path} أو كتابتها: {why}؛ أصلح القرص أو الصلاحيات",
            "the published checkpoint {path} cannot be read or written: {why}; mend the disk or the permissions";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::checkpoint::Checkpoint;
    use crate::log::note::LogKey;

    #[test]
    fn what_was_published_last_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), Ok(None));
        let key = LogKey::generate("log.test/published").unwrap();
        for size in [3, 4] {
            let checkpoint = Checkpoint::new("log.test/published", size, crate::log::EMPTY_HASH);
            let signed = checkpoint.unwrap().sign(&key).unwrap();
            store(dir.path(), &signed).unwrap();
            assert_eq!(load(dir.path()), Ok(Some(signed)));
        }
    }

    #[test]
    fn other_content_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "nothing signed\n").unwrap();
        assert!(matches!(
            load(dir.path()),
            Err(PublishedError::Checkpoint(_))
        ));
        std::fs::write(dir.path().join(FILE), vec![b'a'; NOTE_BYTES_MAX + 1]).unwrap();
        assert!(matches!(
            load(dir.path()),
            Err(PublishedError::TooLarge { .. })
        ));
    }
}
