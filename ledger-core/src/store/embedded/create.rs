//! Creating a log in a directory that has none.

use std::io;

use super::error::{Damage, OpenError};
use super::files::{File, Mode, zero_fill};
use super::format::{HEAD_BYTES, LogId, ORIGIN_BYTES_MAX, Role, SegmentHeader};
use super::layout::{Dir, HEAD_FILE};
use super::parts::{PARTS_FILE, Parts};

/// Length of a segment: they double from a small first one, so that a small log stays small.
pub(super) fn segment_len(number: u32, segment_bytes: u32) -> u32 {
    const FIRST_BYTES: u64 = 4 << 20;
    let doubled = FIRST_BYTES << (number - 1).min(20);
    u32::try_from(doubled)
        .unwrap_or(u32::MAX)
        .min(segment_bytes)
}

/// Puts an empty log into a directory that has none.
pub(super) fn create(
    dir: &Dir,
    log_id: LogId,
    origin: &str,
    role: Role,
    segment_bytes: u32,
) -> Result<(), OpenError> {
    check_origin(origin)?;
    // With a head that counts entries there was a log: better to stop than to begin another one over its parts.
    let head = dir.files.open(&dir.root.join(HEAD_FILE), Mode::Read);
    if head.is_ok_and(|file| holds_entries(&*file)) {
        let what = "the file is missing, though the head counts entries".to_owned();
        let damage = Damage {
            index: 0,
            file: Dir::segment_name(1),
            offset: 0,
            what,
        };
        return Err(damage.refused(&dir.root));
    }
    let header = SegmentHeader {
        log_id,
        first_index: 0,
        number: 1,
        segment_bytes: segment_len(1, segment_bytes),
        previous_end: 0,
        origin: origin.to_owned(),
        role,
    };
    let first = dir.segment_path(1);
    let unfinished = dir.log.join("00000001.new");
    let write = || -> io::Result<()> {
        dir.files.create_dir(&dir.log)?;
        let parts = dir
            .files
            .open(&dir.root.join(PARTS_FILE), Mode::WritePrivate)?;
        parts.write_at(&Parts::header(log_id), 0)?;
        parts.sync()?;
        let file = dir.files.open(&unfinished, Mode::Write)?;
        zero_fill(&*file, 0, u64::from(header.segment_bytes))?;
        file.write_at(&header.encode(), 0)?;
        file.sync()?;
        dir.files.sync_dir(&dir.root)?;
        if let Some(parent) = dir
            .root
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            dir.files.sync_dir(parent)?;
        }
        // The directory becomes a log with this name, and not before everything else is durable.
        dir.files.rename(&unfinished, &first)?;
        dir.files.sync_dir(&dir.log)
    };
    write().map_err(|error| dir.failed(&first, error))
}

fn holds_entries(head: &dyn File) -> bool {
    let mut bytes = [0; HEAD_BYTES];
    head.read_at(&mut bytes, 0).is_ok()
        && bytes
            .get(32..40)
            .is_some_and(|size| size.iter().any(|b| *b != 0))
}

fn check_origin(origin: &str) -> Result<(), OpenError> {
    let legal = (1..=ORIGIN_BYTES_MAX).contains(&origin.len())
        && !origin
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+');
    let text = "an origin has 1 to 255 bytes without spaces or plus signs, such as sijill.gov.example/health";
    if legal {
        Ok(())
    } else {
        Err(OpenError::Options(text.to_owned()))
    }
}
