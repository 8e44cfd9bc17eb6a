//! Opening a directory: recovery as DESIGN 4 has it.
//!
//! Whatever any durable header, the head or the snapshot calls durable must be whole, else nothing is touched and the start
//! is refused with the place. What lies behind that and is not whole was never acknowledged: it is cut.

use std::io;
use std::sync::Arc;

use super::blocks::{Span, read_groups};
use super::erase;
use super::error::{Damage, OpenError};
use super::files::{CHUNK_BYTES, File, Mode, Unreadable};
use super::format::{Found, Head, LogId, Position, Role, SEGMENT_HEADER_BYTES, SegmentHeader};
use super::index::Index;
use super::layout::{Dir, SegmentFile};
use super::parts::{Next, PARTS_FILE, PARTS_HEADER_BYTES, PartPlaces, Parts};
use super::scan::{Scan, Stop, durable_after};
use super::snapshot::{self, Snapshot};
use crate::time::Timestamp;

/// A log as it stands after opening.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) log_id: LogId,
    pub(super) origin: String,
    pub(super) role: Role,
    pub(super) head: Head,
    pub(super) last_stamp: Option<Timestamp>,
    pub(super) index: Index,
    pub(super) parts: Parts,
    /// What was cut, rebuilt or thrown away, for the operator.
    pub(super) notes: Vec<String>,
    /// Size of the snapshot on disk.
    pub(super) snapshot_size: u64,
}

/// What the first segment says of the log: its identity, its origin, and what this directory is to it.
pub(super) fn identity(dir: &Dir, segments: &[SegmentFile]) -> Result<SegmentHeader, OpenError> {
    match segments.first().map(|segment| &segment.found) {
        Some(Found::Good(header)) => Ok(header.clone()),
        None => Err(OpenError::NotSijill {
            dir: dir.root.clone(),
        }),
        Some(Found::Zero | Found::Newer(_) | Found::Bad) => Err(Damage {
            index: 0,
            file: Dir::segment_name(1),
            offset: 0,
            what: "the header of the segment is damaged".to_owned(),
        }
        .refused(&dir.root)),
    }
}

/// Opens for writing: repairs what may be repaired.
pub(super) fn recover(dir: &Dir, segments: &[SegmentFile]) -> Result<Opened, OpenError> {
    let SegmentHeader {
        log_id,
        origin,
        role,
        ..
    } = identity(dir, segments)?;
    let mut notes = Vec::new();
    // A start that failed may have left names that only the system's memory knows.
    dir.files
        .sync_dir(&dir.log)
        .map_err(|error| dir.failed(&dir.log, error))?;
    let parts_file = open_parts(dir, log_id, Mode::WritePrivate)?;
    erase::redo(dir, log_id, &*parts_file).map_err(|error| dir.failed(&dir.root, error))?;
    let found = dir.head(log_id);
    let (mut scan, part_places, snapshot_head) = start(dir, log_id, &mut notes);
    let stop = scan.run(dir, segments, u64::MAX)?;
    let floor = found.map_or(snapshot_head.end, |head| head.end.max(snapshot_head.end));
    let clean = found.is_some_and(|head| head.clean && head.end == scan.at && stop == Stop::End);
    for (known, segment) in scan.index.segments.iter().zip(segments) {
        if !matches!(segment.found, Found::Good(_)) {
            let what = "the header of the segment is damaged".to_owned();
            let file = Dir::segment_name(segment.number);
            let damage = Damage {
                index: known.first_index,
                file,
                offset: 0,
                what,
            };
            return Err(damage.refused(&dir.root));
        }
    }
    if !clean {
        settle(dir, segments, &scan, &stop, floor, &mut notes)?;
    }
    let head = Head {
        size: scan.index.len(),
        end: scan.at,
        last_stamp: scan.last_stamp.unwrap_or_default(),
        clean: false,
    };
    let parts = Parts::new(parts_file, log_id, role, part_places);
    recover_parts(dir, &parts, &scan, clean, &mut notes)?;
    if found.is_none() && head.size > 0 {
        notes.push("the head was missing or damaged and is written anew".to_owned());
    }
    Ok(Opened {
        log_id,
        origin,
        role,
        head,
        last_stamp: scan.last_stamp,
        index: scan.index,
        parts,
        notes,
        snapshot_size: snapshot_head.size,
    })
}

/// Opens for reading: repairs nothing, stops at the head.
pub(super) fn observe(dir: &Dir, segments: &[SegmentFile]) -> Result<(Opened, Scan), OpenError> {
    let SegmentHeader {
        log_id,
        origin,
        role,
        ..
    } = identity(dir, segments)?;
    let mut notes = Vec::new();
    let parts_file = match open_parts(dir, log_id, Mode::Read) {
        // Another user may read the log, which is public, but not what is withheld.
        Err(OpenError::ReadOnly { .. }) => Arc::new(Unreadable),
        opened => opened?,
    };
    let found = dir.head(log_id);
    let (mut scan, part_places, snapshot_head) = start(dir, log_id, &mut notes);
    let floor = found.map_or(snapshot_head.end, |head| head.end.max(snapshot_head.end));
    let limit = found.map_or(u64::MAX, |head| head.size.max(snapshot_head.size));
    if let Stop::Bad(place, damage) = scan.run(dir, segments, limit)?
        && (floor > place || durable_after(dir, segments, log_id, place)?)
    {
        return Err(damage.refused(&dir.root));
    }
    // After a power cut the head may be old; a group with another one behind it is durable all the same.
    while found.is_some()
        && let Some(limit) = durable_beyond(dir, segments, &scan)?
    {
        scan.run(dir, segments, limit)?;
    }
    if floor > scan.at {
        return Err(cut_short(&scan).refused(&dir.root));
    }
    let head = Head {
        size: scan.index.len(),
        end: scan.at,
        last_stamp: scan.last_stamp.unwrap_or_default(),
        clean: false,
    };
    let parts = Parts::new(parts_file, log_id, role, part_places);
    if let Err(error) = parts.scan(head.size) {
        notes.push(format!("withheld parts cannot be read: {error}"));
    }
    let opened = Opened {
        log_id,
        origin,
        role,
        head,
        last_stamp: scan.last_stamp,
        index: std::mem::take(&mut scan.index),
        parts,
        notes,
        snapshot_size: snapshot_head.size,
    };
    Ok((opened, scan))
}

/// The number of entries that later headers call durable, when it is larger than what a scan has passed.
fn durable_beyond(
    dir: &Dir,
    segments: &[SegmentFile],
    scan: &Scan,
) -> Result<Option<u64>, OpenError> {
    let begun = segments
        .iter()
        .rev()
        .find_map(|segment| match &segment.found {
            Found::Good(header) => Some((segment, header)),
            Found::Zero | Found::Newer(_) | Found::Bad => None,
        });
    let Some((segment, header)) = begun else {
        return Ok(None);
    };
    let first_index = scan.index.len();
    if header.first_index > first_index {
        return Ok(Some(header.first_index));
    }
    let first_group = Position {
        segment: segment.number,
        offset: SEGMENT_HEADER_BYTES,
    };
    let wanted = Span {
        log_id: scan.log_id,
        from: scan.at.max(first_group),
        limit: segment.len,
        first_index,
        index_limit: u64::MAX,
    };
    let read = || {
        read_groups(
            &*dir.open_segment(segment.number, Mode::Read)?,
            wanted,
            &mut Vec::new(),
        )
    };
    let groups = read().map_err(|error| dir.failed(&dir.segment_path(segment.number), error))?;
    let last = groups.found.last().map(|group| group.header.first_index);
    Ok(last.filter(|size| *size > first_index))
}

fn open_parts(dir: &Dir, log_id: LogId, mode: Mode) -> Result<Arc<dyn File>, OpenError> {
    let path = dir.root.join(PARTS_FILE);
    let damage = |what: &str| {
        let file = PARTS_FILE.to_owned();
        Err(Damage {
            index: 0,
            file,
            offset: 0,
            what: what.to_owned(),
        }
        .refused(&dir.root))
    };
    let file = dir
        .files
        .open(&path, mode)
        .map_err(|error| dir.failed(&path, error))?;
    match Parts::check_header(&*file, log_id).map_err(|error| dir.failed(&path, error))? {
        Found::Good(()) => Ok(file),
        Found::Newer(version) => Err(OpenError::NewerFormat {
            file: path,
            version,
            known: super::format::FORMAT_VERSION,
        }),
        Found::Zero => damage("the file is missing or empty"),
        Found::Bad => damage("the header of the file is damaged"),
    }
}

/// Where to begin: at the snapshot, or at the beginning.
fn start(dir: &Dir, log_id: LogId, notes: &mut Vec<String>) -> (Scan, PartPlaces, Head) {
    let empty = PartPlaces {
        entries: Vec::new(),
        end: PARTS_HEADER_BYTES,
    };
    match snapshot::read(&*dir.files, &dir.root, log_id) {
        Ok(Some(Snapshot { head, index, parts })) => {
            let mut scan = Scan::new(log_id);
            scan.index = index;
            scan.at = head.end;
            scan.last_stamp = (head.size > 0).then_some(head.last_stamp);
            (scan, parts, head)
        }
        Ok(None) => (Scan::new(log_id), empty, Head::default()),
        Err(why) => {
            notes.push(format!(
                "the index snapshot was thrown away, {why}; it is rebuilt from the log"
            ));
            (Scan::new(log_id), empty, Head::default())
        }
    }
}

fn cut_short(scan: &Scan) -> Damage {
    let (file, offset) = (
        Dir::segment_name(scan.at.segment),
        u64::from(scan.at.offset),
    );
    let what = "the log ends before what was acknowledged".to_owned();
    Damage {
        index: scan.index.len(),
        file,
        offset,
        what,
    }
}

/// Decides between a torn tail and damage, and cuts the tail.
fn settle(
    dir: &Dir,
    segments: &[SegmentFile],
    scan: &Scan,
    stop: &Stop,
    floor: Position,
    notes: &mut Vec<String>,
) -> Result<(), OpenError> {
    let (place, damage) = match stop {
        Stop::End => (scan.at, cut_short(scan)),
        Stop::Bad(place, damage) => (*place, damage.clone()),
    };
    if floor > place || durable_after(dir, segments, scan.log_id, place)? {
        return Err(damage.refused(&dir.root));
    }
    let mut cut = 0;
    for segment in segments
        .iter()
        .filter(|segment| segment.number >= place.segment)
    {
        let from = if segment.number == place.segment {
            place.offset
        } else {
            0
        };
        let path = dir.segment_path(segment.number);
        let clear = || {
            clear_from(
                &*dir.open_segment(segment.number, Mode::Write)?,
                u64::from(from),
            )
        };
        cut += clear().map_err(|error| dir.failed(&path, error))?;
    }
    if cut > 0 {
        notes.push(format!(
            "{cut} bytes of a write that never ended were cut at index {}",
            scan.index.len()
        ));
    }
    // A group that was read but never acknowledged may be in the system's memory only, and after a failed fsync the
    // system no longer knows that it should write it: write it again.
    if let Some(last) = scan.last_group.filter(|last| *last >= floor) {
        let path = dir.segment_path(last.segment);
        rewrite(dir, last, scan.at).map_err(|error| dir.failed(&path, error))?;
    }
    Ok(())
}

/// Overwrites what is not zero with zeros; says how many bytes were not.
fn clear_from(file: &dyn File, from: u64) -> io::Result<u64> {
    let (zeros, mut block) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
    let (mut at, mut cleared) = (from, 0);
    loop {
        let read = file.read_at(&mut block, at)?;
        let found = block.get(..read).unwrap_or_default();
        let wanted = zeros.get(..read).unwrap_or_default();
        if found != wanted {
            file.write_at(wanted, at)?;
            cleared += found.iter().filter(|b| **b != 0).count() as u64;
        }
        at += read as u64;
        if read < CHUNK_BYTES {
            break;
        }
    }
    if cleared > 0 {
        file.sync()?;
    }
    Ok(cleared)
}

fn rewrite(dir: &Dir, from: Position, to: Position) -> io::Result<()> {
    let file = dir.open_segment(from.segment, Mode::Write)?;
    // The first group of a segment was written together with the segment's header.
    let first = if from.offset == SEGMENT_HEADER_BYTES {
        0
    } else {
        from.offset
    };
    let mut bytes = vec![0; to.offset.saturating_sub(first) as usize];
    let read = file.read_at(&mut bytes, u64::from(first))?;
    file.write_at(bytes.get(..read).unwrap_or_default(), u64::from(first))?;
    file.sync()
}

/// Reads the records after the snapshot's, compares them with the log, and cuts what runs ahead of it.
fn recover_parts(
    dir: &Dir,
    parts: &Parts,
    scan: &Scan,
    clean: bool,
    notes: &mut Vec<String>,
) -> Result<(), OpenError> {
    let path = dir.root.join(PARTS_FILE);
    let failed = |error| dir.failed(&path, error);
    let size = scan.index.len();
    let ended = parts.scan(size).map_err(failed)?;
    let end = parts.places().end;
    let damaged = |index, what: &str| {
        let file = PARTS_FILE.to_owned();
        Damage {
            index,
            file,
            offset: end,
            what: what.to_owned(),
        }
        .refused(&dir.root)
    };
    let held = |(index, _): &&(u64, u8)| !parts.may_lack(*index);
    for (index, count) in scan.withheld.iter().filter(held) {
        if parts
            .find(*index, count.saturating_sub(1))
            .map_err(failed)?
            .is_none()
        {
            return Err(damaged(*index, "a withheld part is damaged or missing"));
        }
    }
    if let (Next::Bad, Some((_, later))) = (ended, parts.find_later(end, size).map_err(failed)?) {
        return Err(damaged(
            later.index,
            "a withheld part before this entry's is damaged",
        ));
    }
    if !clean {
        let cut = clear_from(&*parts.file, end).map_err(failed)?;
        if cut > 0 {
            notes.push(format!(
                "{cut} bytes of withheld parts without an entry were cut"
            ));
        }
    }
    Ok(())
}
