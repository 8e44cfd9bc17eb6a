//! Withheld parts out of a directory whose log may be damaged, or lost: each record is found and checked alone, and believed only
//! where an entry of the log commits to it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::{Damage, OpenError};
use super::files::{Mode, RealFiles};
use super::format::{Fields, Found, LogId, Role};
use super::layout::Dir;
use super::parts::{
    Held, Next, PARTS_FILE, PARTS_HEADER_BYTES, PartPlaces, Parts, RecordHeader, Written,
};
use crate::store::{Entry, PartClass};

/// What of a log's withheld parts a directory still holds. Empty without one.
#[derive(Debug, Default)]
pub struct Salvage {
    file: Option<Parts>,
    /// Index, number and place of each part, sorted.
    records: Vec<(u64, u8, u64)>,
}

impl Salvage {
    /// Looks through a directory's withheld parts, passing over what is damaged. Changes nothing.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let dir = Dir::new(Arc::new(RealFiles), dir);
        let path = dir.root.join(PARTS_FILE);
        let failed = |error| dir.failed(&path, error);
        let file = dir.files.open(&path, Mode::Read).map_err(failed)?;
        let mut header = [0; 32];
        file.read_at(&mut header, 0).map_err(failed)?;
        let log_id = LogId(Fields(header.get(16..).unwrap_or_default()).array());
        match Parts::check_header(&*file, log_id).map_err(failed)? {
            Found::Good(()) => {}
            Found::Newer(version) => {
                return Err(OpenError::NewerFormat {
                    file: path,
                    version,
                    known: super::format::FORMAT_VERSION,
                });
            }
            Found::Zero | Found::Bad => {
                let damage = Damage {
                    index: 0,
                    file: PARTS_FILE.to_owned(),
                    offset: 0,
                    what: "the header of the file is damaged".to_owned(),
                };
                return Err(damage.refused(&dir.root));
            }
        }
        let parts = Parts::new(file, log_id, Role::Mirror, PartPlaces::default());
        let mut records = records(&parts).map_err(failed)?;
        records.sort_unstable();
        Ok(Self {
            file: Some(parts),
            records,
        })
    }

    /// The parts of some entries as a restored log stores them: what is not held, or not what the entry commits to, is absent.
    pub(super) fn of(
        &self,
        first_index: u64,
        entries: &[Vec<u8>],
    ) -> io::Result<Vec<(u64, Vec<Written>)>> {
        let mut withheld = Vec::new();
        for (index, bytes) in (first_index..).zip(entries) {
            // What is no entry is refused by whoever stores it.
            let Ok(entry) = Entry::decode(bytes) else {
                continue;
            };
            if entry.part_count() == 0 {
                continue;
            }
            let parts = (0..).zip(entry.commitments());
            let written = parts.map(|(part, commitment)| self.part(index, part, &commitment));
            withheld.push((index, written.collect::<io::Result<_>>()?));
        }
        Ok(withheld)
    }

    fn part(
        &self,
        index: u64,
        part: u8,
        commitment: &(PartClass, [u8; 32]),
    ) -> io::Result<Written> {
        let known = match self.record(index, part)? {
            Some((file, at, header)) if header.held == Held::Known => {
                file.committed(at, &header, commitment)?
            }
            Some(_) | None => None,
        };
        Ok(known.map_or(Written::Absent(commitment.0), Written::Known))
    }

    fn record(&self, index: u64, part: u8) -> io::Result<Option<(&Parts, u64, RecordHeader)>> {
        let place = self
            .records
            .binary_search_by_key(&(index, part), |(index, part, _)| (*index, *part));
        let at = place.ok().and_then(|place| self.records.get(place));
        let (Some(file), Some((_, _, at))) = (&self.file, at) else {
            return Ok(None);
        };
        Ok(match file.next(*at, u64::MAX)? {
            Next::Record(header) => Some((file, *at, header)),
            Next::End | Next::Bad => None,
        })
    }
}

/// Every good record of the file.
fn records(parts: &Parts) -> io::Result<Vec<(u64, u8, u64)>> {
    let (mut records, mut at) = (Vec::new(), PARTS_HEADER_BYTES);
    loop {
        match parts.next(at, u64::MAX)? {
            Next::Record(header) => {
                records.push((header.index, header.part, at));
                at += header.record_bytes();
            }
            Next::End | Next::Bad => match parts.find_later(at, u64::MAX)? {
                Some((later, _)) if later > at => at = later,
                Some(_) | None => return Ok(records),
            },
        }
    }
}
