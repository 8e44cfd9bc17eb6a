//! Names in the directory, and the segments found there.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::OpenError;
use super::files::{File, Files, Mode};
use super::format::{Found, HEAD_BYTES, Head, LogId, SEGMENT_HEADER_BYTES, SegmentHeader};
use super::index::SEGMENT_BYTES_MAX;
use crate::store::Attachments;

pub(super) const LOCK_FILE: &str = "lock";
pub(super) const HEAD_FILE: &str = "head";
pub(super) const RESTORING_FILE: &str = "restoring";
const SEGMENT_SUFFIX: &str = ".segment";

/// A directory that holds a log, and the file layer under it.
#[derive(Clone, Debug)]
pub(super) struct Dir {
    pub(super) files: Arc<dyn Files>,
    pub(super) root: PathBuf,
    pub(super) log: PathBuf,
}

/// A segment file as it was found.
#[derive(Clone, Debug)]
pub(super) struct SegmentFile {
    pub(super) number: u32,
    /// Length of the file in bytes.
    pub(super) len: u32,
    pub(super) found: Found<SegmentHeader>,
}

impl Dir {
    pub(super) fn new(files: Arc<dyn Files>, root: &Path) -> Self {
        Self {
            files,
            root: root.to_owned(),
            log: root.join("log"),
        }
    }

    /// What the events of the log name and do not hold.
    pub(super) fn attachments(&self) -> Attachments {
        Attachments::on(&self.root, Arc::clone(&self.files))
    }

    /// The name of a segment within the directory.
    pub(super) fn segment_name(number: u32) -> String {
        format!("log/{number:08}{SEGMENT_SUFFIX}")
    }

    pub(super) fn segment_path(&self, number: u32) -> PathBuf {
        self.root.join(Self::segment_name(number))
    }

    pub(super) fn open_segment(&self, number: u32, mode: Mode) -> io::Result<Arc<dyn File>> {
        self.files.open(&self.segment_path(number), mode)
    }

    /// The segments, which must be numbered from 1 without gaps. None when there is no log yet.
    pub(super) fn segments(&self) -> Result<Vec<SegmentFile>, OpenError> {
        let names = match self.files.list(&self.log) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(&self.log, error)),
        };
        let mut numbers: Vec<u32> = names
            .iter()
            .filter_map(|name| name.strip_suffix(SEGMENT_SUFFIX)?.parse().ok())
            .collect();
        numbers.sort_unstable();
        (1..)
            .zip(numbers)
            .map(|(expected, number)| self.segment(expected, number))
            .collect()
    }

    /// Reads the last segment's header again, and those of the segments that were added since.
    pub(super) fn refresh(&self, segments: &mut Vec<SegmentFile>) -> Result<(), OpenError> {
        segments.pop();
        loop {
            let number = u32::try_from(segments.len() + 1).unwrap_or(u32::MAX);
            match self.files.open(&self.segment_path(number), Mode::Read) {
                Ok(_) => segments.push(self.segment(number, number)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(self.failed(&self.segment_path(number), error)),
            }
        }
    }

    fn segment(&self, expected: u32, number: u32) -> Result<SegmentFile, OpenError> {
        let path = self.segment_path(number);
        let read = || {
            let file = self.files.open(&path, Mode::Read)?;
            let mut header = [0; SEGMENT_HEADER_BYTES as usize];
            let read = file.read_at(&mut header, 0)?;
            Ok((
                file.len()?,
                SegmentHeader::decode(header.get(..read).unwrap_or_default()),
            ))
        };
        let (len, mut found) = read().map_err(|error| self.failed(&path, error))?;
        if let Found::Newer(version) = found {
            return Err(OpenError::NewerFormat {
                file: path,
                version,
                known: super::format::FORMAT_VERSION,
            });
        }
        if expected != number {
            return Err(OpenError::Corrupt {
                dir: self.root.clone(),
                index: 0,
                file: Self::segment_name(expected),
                offset: 0,
                what: "the file is missing".to_owned(),
            });
        }
        if matches!(&found, Found::Good(header) if header.number != number) {
            found = Found::Bad;
        }
        let len = u32::try_from(len)
            .unwrap_or(SEGMENT_BYTES_MAX)
            .min(SEGMENT_BYTES_MAX);
        Ok(SegmentFile { number, len, found })
    }

    /// The head, if there is a good one of this log.
    pub(super) fn head(&self, log_id: LogId) -> Option<Head> {
        let file = self
            .files
            .open(&self.root.join(HEAD_FILE), Mode::Read)
            .ok()?;
        read_head(&*file, log_id)
    }

    pub(super) fn failed(&self, path: &Path, error: io::Error) -> OpenError {
        OpenError::from_io(&self.root, path, error)
    }
}

/// Reads a head that a running writer may be replacing.
pub(super) fn read_head(file: &dyn File, log_id: LogId) -> Option<Head> {
    const ATTEMPTS: usize = 100;
    (0..ATTEMPTS).find_map(|_| {
        let mut bytes = [0; HEAD_BYTES];
        file.read_at(&mut bytes, 0).ok()?;
        Head::decode(&bytes, log_id)
    })
}
