//! Erasing one withheld part so that a crash half-way is finished at the next start.
//!
//! The intent is durable first (file `erasing`), then the record is overwritten, then the intent is removed.

use std::io;

use super::files::{File, Mode, read_all, replace};
use super::format::{FORMAT_VERSION, Fields, LogId, seal, sealed_version};
use super::layout::Dir;
use super::parts::{Held, Parts, RECORD_HEADER_BYTES, RecordHeader};

const INTENT_FILE: &str = "erasing";
const MAGIC: [u8; 8] = *b"SIJILLER";
const INTENT_BYTES: usize = 80;

/// Erases the record at an offset, durably.
pub(super) fn erase(dir: &Dir, parts: &Parts, at: u64, header: RecordHeader) -> io::Result<()> {
    let image = parts.erased(at, header);
    let mut intent = Vec::with_capacity(INTENT_BYTES);
    intent.extend_from_slice(&MAGIC);
    intent.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
    intent.extend_from_slice(&[0; 4]);
    intent.extend_from_slice(&parts.log_id().0);
    intent.extend_from_slice(&at.to_be_bytes());
    intent.extend_from_slice(image.get(..RECORD_HEADER_BYTES).unwrap_or_default());
    intent.resize(INTENT_BYTES, 0);
    seal(&mut intent);
    replace(&*dir.files, &dir.root, INTENT_FILE, &intent)?;
    parts.file.write_at(&image, at)?;
    parts.file.sync()?;
    dir.files.remove(&dir.root.join(INTENT_FILE))
}

/// Finishes an erasure that a crash interrupted.
pub(super) fn redo(dir: &Dir, log_id: LogId, parts: &dyn File) -> io::Result<()> {
    let path = dir.root.join(INTENT_FILE);
    let intent = match dir.files.open(&path, Mode::Read) {
        Ok(file) => read_all(&*file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut fields = Fields(intent.get(16..).unwrap_or_default());
    let known = sealed_version(&intent, MAGIC) == Some(FORMAT_VERSION);
    if known && fields.array() == log_id.0 {
        let at = fields.u64();
        let header = RecordHeader::decode(fields.take(RECORD_HEADER_BYTES), log_id, at);
        if let Some(header) = header.filter(|header| header.held == Held::Erased) {
            let mut image = header.encode(log_id, at);
            image.resize(
                usize::try_from(header.record_bytes()).unwrap_or(image.len()),
                0,
            );
            parts.write_at(&image, at)?;
            parts.sync()?;
        }
    }
    dir.files.remove(&path)
}
