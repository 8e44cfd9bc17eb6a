//! Everything that is stored, read and checked: what `sijill verify` asks of the store.

use std::io::ErrorKind;

use super::error::{Damage, OpenError};
use super::files::Mode;
use super::layout::HEAD_FILE;
use super::parts::{PARTS_FILE, Parts};
use super::scan::{Scan, Stop};
use super::shared::Shared;
use super::snapshot;
use super::{format::Found, format::Head, layout::read_head};
use crate::store::ReadError;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Entries that were read and are whole, up to the first damage.
    pub entries: u64,
    /// Groups that hold them.
    pub groups: u64,
    /// Withheld parts that were compared with their commitments.
    pub parts: u64,
    /// The first damage, if there is any.
    pub damage: Option<Damage>,
    /// What this user may not read, and was not checked.
    pub unread: Vec<String>,
    /// Derived files that are wrong; they are rebuilt at the next start.
    pub derived: Vec<String>,
}

/// Checks the log up to its present size: every group's checksum, every entry's form, gapless revisions, increasing stamps;
/// then every withheld part against its commitment; then the derived files.
pub(super) fn check(shared: &Shared) -> Result<CheckReport, ReadError> {
    let unavailable = |error: OpenError| ReadError::Unavailable(error.to_string());
    let size = shared.size();
    let mut report = CheckReport::default();
    let segments = match shared.dir.segments() {
        Ok(segments) => segments,
        Err(OpenError::Corrupt {
            index,
            file,
            offset,
            what,
            ..
        }) => {
            report.damage = Some(Damage {
                index,
                file,
                offset,
                what,
            });
            return Ok(report);
        }
        Err(error) => return Err(unavailable(error)),
    };
    let mut scan = Scan::new(shared.log_id);
    if let Some(segment) = segments
        .first()
        .filter(|s| !matches!(s.found, Found::Good(_)))
    {
        let what = "the header of the segment is damaged".to_owned();
        let file = super::layout::Dir::segment_name(segment.number);
        report.damage = Some(Damage {
            index: 0,
            file,
            offset: 0,
            what,
        });
        return Ok(report);
    }
    let stop = scan
        .run(&shared.dir, &segments, size)
        .map_err(unavailable)?;
    report.entries = scan.index.len();
    report.groups = scan.groups;
    report.damage = match stop {
        Stop::Bad(_, damage) => Some(damage),
        Stop::End if report.entries < size => {
            let (file, offset) = (
                super::layout::Dir::segment_name(scan.at.segment),
                u64::from(scan.at.offset),
            );
            let what = "the log ends before its known size".to_owned();
            Some(Damage {
                index: report.entries,
                file,
                offset,
                what,
            })
        }
        Stop::End => None,
    };
    if report.damage.is_none() {
        check_parts(shared, &scan, &mut report)?;
    }
    check_derived(shared, &mut report);
    Ok(report)
}

fn check_parts(shared: &Shared, scan: &Scan, report: &mut CheckReport) -> Result<(), ReadError> {
    let damage = |index, what: &str| {
        Some(Damage {
            index,
            file: PARTS_FILE.to_owned(),
            offset: 0,
            what: what.to_owned(),
        })
    };
    match Parts::check_header(&*shared.parts.file, shared.log_id) {
        Ok(Found::Good(())) => {}
        Ok(Found::Zero | Found::Newer(_) | Found::Bad) => {
            report.damage = damage(0, "the header of the file is damaged");
            return Ok(());
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            report.unread.push(format!("{PARTS_FILE}: {error}"));
            return Ok(());
        }
        Err(error) => return Err(ReadError::Unavailable(error.to_string())),
    }
    let held = |(index, _): &&(u64, u8)| !shared.parts.may_lack(*index);
    for (index, count) in scan.withheld.iter().filter(held) {
        match shared.parts_of(*index) {
            Ok(_) => report.parts += u64::from(*count),
            Err(ReadError::Corrupt { index, what }) => {
                report.damage = damage(index, &what);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn check_derived(shared: &Shared, report: &mut CheckReport) {
    let dir = &shared.dir;
    if let Err(why) = snapshot::read(&*dir.files, &dir.root, shared.log_id) {
        report.derived.push(format!("index: {why}"));
    }
    let head: Option<Head> = dir
        .files
        .open(&dir.root.join(HEAD_FILE), Mode::Read)
        .ok()
        .and_then(|file| read_head(&*file, shared.log_id));
    if head.is_none() {
        report
            .derived
            .push("head: it is missing or damaged".to_owned());
    }
}
