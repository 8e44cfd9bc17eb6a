//! The index on disk: a snapshot of it at some size, so that a start need not read the whole log.
//!
//! Derived, checked by its checksum, and thrown away when anything about it is wrong.

use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crc32c::crc32c_append;

use super::files::{CHUNK_BYTES, File, Files, Mode, read_all};
use super::format::{FORMAT_VERSION, Fields, Head, LogId, Position, seal, sealed_version};
use super::index::{Index, SegmentIndex, StreamIndex, committed};
use super::parts::PartPlaces;
use crate::time::Timestamp;

/// The index's file in the directory. Derived: a start without it reads the whole log.
pub const SNAPSHOT_FILE: &str = "index";
const MAGIC: [u8; 8] = *b"SIJILLIX";
const HEADER_BYTES: usize = 96;
/// Streams copied under one hold of the lock: the writer waits for no more than this.
const STREAMS_PER_HOLD: usize = 512;

/// A snapshot that was read back.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) head: Head,
    pub(super) index: Index,
    pub(super) parts: PartPlaces,
}

/// Writes the index as it was at `head`; entries after it are left out.
pub(super) fn write(
    files: &dyn Files,
    dir: &Path,
    log_id: LogId,
    head: &Head,
    index: &RwLock<Index>,
    mut parts: PartPlaces,
) -> io::Result<()> {
    let (temporary, path) = (dir.join("index.new"), dir.join(SNAPSHOT_FILE));
    match files.remove(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Parts of entries that are not yet committed are found again by reading on.
    let kept = parts
        .entries
        .partition_point(|(index, _)| *index < head.size);
    if let Some((_, at)) = parts.entries.get(kept) {
        parts.end = *at;
    }
    parts.entries.truncate(kept);

    let file = files.open(&temporary, Mode::Write)?;
    let mut out = Output {
        file: &*file,
        buffer: Vec::with_capacity(2 * CHUNK_BYTES),
        at: HEADER_BYTES as u64,
        crc: 0,
    };
    let segments = write_segments(&mut out, head, index)?;
    let streams = write_streams(&mut out, head, index)?;
    for (index, at) in &parts.entries {
        out.buffer.extend_from_slice(&index.to_be_bytes());
        out.buffer.extend_from_slice(&at.to_be_bytes());
        out.flush_if_full()?;
    }
    out.flush()?;
    let header = header(log_id, head, segments, streams, &parts, out.crc);
    file.write_at(&header, 0)?;
    file.sync()?;
    files.rename(&temporary, &path)?;
    files.sync_dir(dir)
}

fn header(
    log_id: LogId,
    head: &Head,
    segments: u32,
    streams: u32,
    parts: &PartPlaces,
    crc: u32,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&log_id.0);
    out.extend_from_slice(&head.size.to_be_bytes());
    out.extend_from_slice(&head.end.segment.to_be_bytes());
    out.extend_from_slice(&head.end.offset.to_be_bytes());
    out.extend_from_slice(&head.last_stamp.as_micros().to_be_bytes());
    out.extend_from_slice(&segments.to_be_bytes());
    out.extend_from_slice(&streams.to_be_bytes());
    out.extend_from_slice(&(parts.entries.len() as u64).to_be_bytes());
    out.extend_from_slice(&parts.end.to_be_bytes());
    out.extend_from_slice(&crc.to_be_bytes());
    out.resize(HEADER_BYTES, 0);
    seal(&mut out);
    out
}

fn write_segments(out: &mut Output<'_>, head: &Head, index: &RwLock<Index>) -> io::Result<u32> {
    let mut written = 0;
    while let Some(segment) = copy_segment(index, written as usize, head) {
        out.buffer.extend_from_slice(&segment.number.to_be_bytes());
        out.buffer
            .extend_from_slice(&segment.first_index.to_be_bytes());
        out.buffer.extend_from_slice(&segment.end.to_be_bytes());
        let count = u32::try_from(segment.offsets.len()).unwrap_or(u32::MAX);
        out.buffer.extend_from_slice(&count.to_be_bytes());
        out.put_all(&segment.offsets)?;
        written += 1;
    }
    Ok(written)
}

/// A copy of the nth segment's part as it was at `head`.
fn copy_segment(index: &RwLock<Index>, nth: usize, head: &Head) -> Option<SegmentIndex> {
    let index = index.read().unwrap_or_else(PoisonError::into_inner);
    let segment = index
        .segments
        .get(nth)
        .filter(|segment| segment.number <= head.end.segment)?;
    let count = usize::try_from(head.size.checked_sub(segment.first_index)?).ok()?;
    let offsets = segment
        .offsets
        .get(..count.min(segment.offsets.len()))?
        .to_vec();
    let end = if segment.number == head.end.segment {
        head.end.offset
    } else {
        segment.end
    };
    Some(SegmentIndex {
        number: segment.number,
        first_index: segment.first_index,
        end,
        offsets,
    })
}

fn write_streams(out: &mut Output<'_>, head: &Head, index: &RwLock<Index>) -> io::Result<u32> {
    let (mut next, mut written) = (0, 0);
    loop {
        let locked = index.read().unwrap_or_else(PoisonError::into_inner);
        let chunk = locked.streams.get(next..).unwrap_or_default();
        if chunk.is_empty() {
            return Ok(written);
        }
        // Streams are numbered by their first entry, so those after an uncommitted one are uncommitted too.
        for stream in chunk.iter().take(STREAMS_PER_HOLD) {
            let indexes = committed(&stream.indexes, head.size);
            if indexes.is_empty() {
                continue;
            }
            out.buffer
                .push(u8::try_from(stream.name.len()).unwrap_or_default());
            out.buffer.extend_from_slice(stream.name.as_bytes());
            let count = u32::try_from(indexes.len()).unwrap_or(u32::MAX);
            out.buffer.extend_from_slice(&count.to_be_bytes());
            out.buffer
                .extend(indexes.iter().flat_map(|index| index.to_be_bytes()));
            written += 1;
        }
        drop(locked);
        next += STREAMS_PER_HOLD;
        out.flush_if_full()?;
    }
}

/// Reads the snapshot back; `None` when there is none that is good for this log.
pub(super) fn read(
    files: &dyn Files,
    dir: &Path,
    log_id: LogId,
) -> Result<Option<Snapshot>, &'static str> {
    let file = match files.open(&dir.join(SNAPSHOT_FILE), Mode::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err("it could not be opened"),
    };
    let bytes = read_all(&*file).map_err(|_| "it could not be read")?;
    let (header, body) = bytes
        .split_at_checked(HEADER_BYTES)
        .ok_or("it is too short")?;
    if sealed_version(header, MAGIC) != Some(FORMAT_VERSION) {
        return Err("its header is damaged");
    }
    let mut fields = Fields(header.get(16..).unwrap_or_default());
    if fields.array() != log_id.0 {
        return Err("it belongs to another log");
    }
    let head = Head {
        size: fields.u64(),
        end: Position {
            segment: fields.u32(),
            offset: fields.u32(),
        },
        last_stamp: Timestamp::from_micros(i64::from_be_bytes(fields.array())),
        clean: false,
    };
    let (segments, streams) = (fields.u32(), fields.u32());
    let (part_count, parts_end) = (fields.u64(), fields.u64());
    if fields.u32() != crc32c_append(0, body) {
        return Err("its checksum is wrong");
    }
    let mut body = Fields(body);
    let mut index = Index::default();
    for _ in 0..segments {
        index.segments.push(read_segment(&mut body));
    }
    for _ in 0..streams {
        index.streams.push(read_stream(&mut body));
    }
    index.rebuild_names();
    if part_count.checked_mul(16) != Some(body.0.len() as u64) {
        return Err("its lists are not complete");
    }
    let entries = (0..part_count).map(|_| (body.u64(), body.u64())).collect();
    let listed: usize = index
        .streams
        .iter()
        .map(|stream| stream.indexes.len())
        .sum();
    if index.len() != head.size || listed as u64 != head.size {
        return Err("its lists are not complete");
    }
    Ok(Some(Snapshot {
        head,
        index,
        parts: PartPlaces {
            entries,
            end: parts_end,
        },
    }))
}

fn read_segment(body: &mut Fields<'_>) -> SegmentIndex {
    let number = body.u32();
    let first_index = body.u64();
    let end = body.u32();
    SegmentIndex {
        number,
        first_index,
        end,
        offsets: read_list(body),
    }
}

fn read_stream(body: &mut Fields<'_>) -> StreamIndex {
    let [len] = body.array();
    let name: Arc<str> = std::str::from_utf8(body.take(usize::from(len)))
        .unwrap_or_default()
        .into();
    StreamIndex {
        name,
        indexes: read_list(body),
        last: None,
    }
}

fn read_list(body: &mut Fields<'_>) -> Vec<u32> {
    let count = body.u32() as usize;
    let (numbers, _) = body.take(count.saturating_mul(4)).as_chunks::<4>();
    numbers
        .iter()
        .map(|number| u32::from_be_bytes(*number))
        .collect()
}

/// The body on its way to the file.
struct Output<'f> {
    file: &'f dyn File,
    buffer: Vec<u8>,
    at: u64,
    crc: u32,
}

impl Output<'_> {
    fn put_all(&mut self, numbers: &[u32]) -> io::Result<()> {
        for chunk in numbers.chunks(CHUNK_BYTES / 4) {
            self.buffer
                .extend(chunk.iter().flat_map(|number| number.to_be_bytes()));
            self.flush_if_full()?;
        }
        Ok(())
    }

    fn flush_if_full(&mut self) -> io::Result<()> {
        if self.buffer.len() < CHUNK_BYTES {
            Ok(())
        } else {
            self.flush()
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.crc = crc32c_append(self.crc, &self.buffer);
        self.file.write_at(&self.buffer, self.at)?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}
