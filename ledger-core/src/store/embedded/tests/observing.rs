//! Reading without repairing: what a reader sees after power cuts, and that it changes nothing.

use std::path::Path;
use std::sync::Arc;

use super::{Engine, clock, entry};
use crate::store::embedded::error::OpenError;
use crate::store::embedded::files::{Files, Mode};
use crate::store::embedded::layout::Dir;
use crate::store::embedded::open::observe;
use crate::store::embedded::sim::{Random, SimDisk};
use crate::store::{Append, Expected, StoredPart, StreamName};

/// A log of many groups whose writer was killed; nothing but the head may be old.
fn killed(entries: u64) -> SimDisk {
    let (disk, mut random) = (SimDisk::default(), Random::new(11));
    let mut engine = Engine::open(&disk, &clock()).unwrap();
    for number in 0..entries {
        let append = Append {
            stream: StreamName::new("stock-1").unwrap(),
            expected: Expected::after(number.checked_sub(1)),
            entries: vec![entry(&mut random, number)],
            not_after: None,
        };
        engine.append(vec![append])[0].as_ref().unwrap();
    }
    drop(engine);
    disk.kill();
    disk
}

fn seen(disk: &SimDisk) -> Result<u64, OpenError> {
    let dir = Dir::new(Arc::new(disk.clone()), Path::new("/data/log"));
    let (opened, _) = observe(&dir, &dir.segments()?)?;
    let shared = super::super::shared::Shared::new(dir, opened);
    for index in 0..shared.size() {
        assert!(
            shared
                .parts_of(index)
                .unwrap()
                .iter()
                .all(|part| *part != StoredPart::Absent)
        );
    }
    Ok(shared.size())
}

#[test]
fn a_reader_sees_all_that_was_acknowledged() {
    let disk = killed(150);
    let before = disk.files();
    assert_eq!(seen(&disk).unwrap(), 150);
    assert_eq!(disk.files(), before);
}

#[test]
fn an_old_head_hides_no_more_than_the_last_group() {
    let disk = killed(150);
    for entries in [0, 1, 70, 149] {
        let disk = disk.copy();
        let earlier = killed(entries);
        let log_id = |disk: &SimDisk| {
            let mut id = [0; 16];
            let file = disk.open(Path::new("/data/log/head"), Mode::Read).unwrap();
            file.read_at(&mut id, 16).unwrap();
            id
        };
        let mut head = vec![0; 64];
        let path = Path::new("/data/log/head");
        earlier
            .open(path, Mode::Read)
            .unwrap()
            .read_at(&mut head, 0)
            .unwrap();
        head[16..32].copy_from_slice(&log_id(&disk));
        super::super::format::seal(&mut head);
        disk.open(path, Mode::Write)
            .unwrap()
            .write_at(&head, 0)
            .unwrap();
        assert_eq!(seen(&disk).unwrap(), 149, "head at {entries}");
        // The writer knows that nothing else can have been under way, and keeps the last group as well.
        assert_eq!(Engine::open(&disk, &clock()).unwrap().shared.size(), 150);
    }
}

#[test]
fn a_head_ahead_of_its_log_is_refused() {
    let disk = killed(20);
    let path = Path::new("/data/log/head");
    let file = disk.open(path, Mode::Write).unwrap();
    let mut head = vec![0; 64];
    file.read_at(&mut head, 0).unwrap();
    head[47] = head[47].wrapping_add(8);
    super::super::format::seal(&mut head);
    file.write_at(&head, 0).unwrap();
    assert!(matches!(
        seen(&disk),
        Err(OpenError::Corrupt { index: 20, .. })
    ));
    assert!(matches!(
        Engine::open(&disk, &clock()),
        Err(OpenError::Corrupt { index: 20, .. })
    ));
}
