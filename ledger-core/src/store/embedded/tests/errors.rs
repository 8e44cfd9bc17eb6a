//! Errors of the operating system while opening: each a case of its own.

use super::{Engine, clock};
use crate::store::embedded::error::OpenError;
use crate::store::embedded::files::{Files, Mode};
use crate::store::embedded::format::{FORMAT_VERSION, SEGMENT_HEADER_BYTES, seal};
use crate::store::embedded::sim::{Fault, SimDisk};
use crate::store::{Append, AppendError, Expected, NewEntry, StreamName, contract};
use std::path::Path;

#[test]
fn a_full_disk_says_so_and_nothing_is_lost() {
    let disk = SimDisk::default();
    disk.plan(0, Fault::Full);
    assert!(matches!(
        Engine::open(&disk, &clock()),
        Err(OpenError::DiskFull { .. })
    ));
    disk.kill();
    let engine = Engine::open(&disk, &clock()).unwrap();
    assert_eq!(engine.shared.size(), 0);
}

#[test]
fn a_read_only_directory_says_so() {
    let disk = SimDisk::default();
    Engine::open(&disk, &clock()).unwrap().close();
    disk.kill();
    disk.plan(0, Fault::ReadOnly);
    assert!(matches!(
        Engine::open(&disk, &clock()),
        Err(OpenError::ReadOnly { .. })
    ));
}

#[test]
fn a_disk_that_fills_up_stops_the_writer_for_good() {
    let disk = SimDisk::default();
    let mut engine = Engine::open(&disk, &clock()).unwrap();
    let append = |revision: Option<u64>| Append {
        stream: StreamName::new("stock-1").unwrap(),
        expected: Expected::after(revision),
        entries: vec![NewEntry {
            data: vec![1; 6_000],
            ..contract::entry(0)
        }],
        not_after: None,
    };
    engine.append(vec![append(None)])[0].as_ref().unwrap();
    engine.append(vec![append(Some(0))])[0].as_ref().unwrap();
    disk.plan(0, Fault::Full);
    // The next segment cannot be made, so nothing of this append was written.
    let refused = engine.append(vec![append(Some(1))]).remove(0);
    assert!(
        matches!(refused, Err(AppendError::Unavailable(_))),
        "{refused:?}"
    );
    drop(engine);
    disk.kill();
    assert_eq!(Engine::open(&disk, &clock()).unwrap().shared.size(), 2);
}

#[test]
fn a_newer_format_is_not_taken_for_damage() {
    for name in ["log/00000001.segment", "withheld"] {
        let disk = SimDisk::default();
        Engine::open(&disk, &clock()).unwrap().close();
        disk.kill();
        let file = disk
            .open(&Path::new("/data/log").join(name), Mode::Write)
            .unwrap();
        let mut header = vec![
            0;
            if name == "withheld" {
                64
            } else {
                SEGMENT_HEADER_BYTES as usize
            }
        ];
        file.read_at(&mut header, 0).unwrap();
        header[8..12].copy_from_slice(&(FORMAT_VERSION + 1).to_be_bytes());
        seal(&mut header);
        file.write_at(&header, 0).unwrap();
        match Engine::open(&disk, &clock()) {
            Err(OpenError::NewerFormat { version, .. }) => assert_eq!(version, FORMAT_VERSION + 1),
            other => panic!("{name}: {:?}", other.err()),
        }
    }
}

#[test]
fn a_second_writer_is_kept_out() {
    let disk = SimDisk::default();
    let first = Engine::open(&disk, &clock()).unwrap();
    assert!(matches!(
        Engine::open(&disk, &clock()),
        Err(OpenError::Locked { .. })
    ));
    drop(first);
    Engine::open(&disk, &clock()).unwrap();
}
