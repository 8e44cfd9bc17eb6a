//! Mirrors: what they refuse, and power cuts, kills and failing calls at every possible moment.

use super::{Engine, Purpose, clock, entry, seeds};
use crate::store::embedded::error::OpenError;
use crate::store::embedded::format::Role;
use crate::store::embedded::group::Request;
use crate::store::embedded::mirror::MirrorError;
use crate::store::embedded::sim::{Fault, Random, SimDisk};
use crate::store::{EntryError, NewEntry, StoredPart, StreamName, contract, encode};
use crate::time::Timestamp;

impl Engine {
    fn mirror(&mut self, first_index: u64, entries: &[Vec<u8>]) -> Result<u64, MirrorError> {
        let (answer, mut answered) = tokio::sync::oneshot::channel();
        let request = Request::Mirror {
            first_index,
            entries: entries.to_vec(),
            withheld: Vec::new(),
            answer,
        };
        let committer = self.committer.as_mut().unwrap();
        assert!(committer.handle(request, &mut || None).is_none());
        answered.try_recv().unwrap()
    }

    fn stored(&self) -> Vec<Vec<u8>> {
        let (mut entries, size) = (Vec::new(), self.shared.size());
        while (entries.len() as u64) < size {
            let batch = self.shared.log_block(entries.len() as u64).unwrap();
            entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
        }
        entries
    }
}

fn open(disk: &SimDisk) -> Result<Engine, OpenError> {
    Engine::open_as(Purpose::Mirror, disk, &clock())
}

fn encoded(stream: &str, revision: u64, micros: i64, new: &NewEntry) -> Vec<u8> {
    let (mut bytes, stream) = (Vec::new(), StreamName::new(stream).unwrap());
    encode(
        &mut bytes,
        &stream,
        revision,
        Timestamp::from_micros(micros),
        new,
    )
    .unwrap();
    bytes
}

/// The entries of some log: four streams, stamps with gaps, withheld parts here and there.
fn source(random: &mut Random, count: u64) -> Vec<Vec<u8>> {
    let (mut revisions, mut stamp) = ([0; 4], -5);
    (0..count)
        .map(|number| {
            let stream = random.below(4);
            stamp += 1 + i64::try_from(random.below(1_000)).unwrap();
            let new = entry(random, number);
            let bytes = encoded(&format!("stock-{stream}"), revisions[stream], stamp, &new);
            revisions[stream] += 1;
            bytes
        })
        .collect()
}

#[test]
fn no_acknowledged_entry_is_lost() {
    let mut faults = 0;
    for seed in 0..seeds(1_000) {
        let run = std::panic::catch_unwind(|| one(seed));
        let Ok(hit) = run else {
            panic!("failed with seed {seed}")
        };
        faults += u64::from(hit);
    }
    assert!(faults > 0, "no fault was ever hit");
}

/// Several lives of one mirror, each ended by something else. Says whether a fault was hit.
fn one(seed: u64) -> bool {
    let (disk, mut random) = (SimDisk::default(), Random::new(seed));
    let source = source(&mut random, 150);
    let (mut acknowledged, mut tried, mut hit) = (0, 0, false);
    for _ in 0..4 {
        let fault = match random.below(10) {
            0..5 => Some(Fault::PowerCut),
            5 | 6 => Some(Fault::Io),
            7 => Some(Fault::Full),
            _ => None,
        };
        if let Some(fault) = fault {
            disk.plan(random.below(60) as u64, fault);
        }
        match open(&disk) {
            Ok(mut engine) => {
                let stored = engine.stored();
                assert!((acknowledged..=tried).contains(&stored.len()));
                assert_eq!(stored, source[..stored.len()]);
                acknowledged = stored.len();
                let last = live(&mut engine, &source, &mut random, &mut acknowledged);
                tried = last.max(acknowledged);
                hit |= last > acknowledged;
                if random.chance(30) {
                    engine.close();
                }
            }
            Err(error @ OpenError::Corrupt { .. }) => panic!("{error}"),
            Err(_) => hit = true,
        }
        if fault == Some(Fault::PowerCut) || random.chance(50) {
            disk.restart(&mut random);
        } else {
            disk.kill();
        }
    }
    let mut engine = open(&disk).unwrap();
    let size = usize::try_from(engine.shared.size()).unwrap();
    assert!((acknowledged..=tried).contains(&size));
    assert_eq!(engine.mirror(size as u64, &source[size..]), Ok(150));
    assert_eq!(engine.stored(), source);
    let report = super::super::check::check(&engine.shared).unwrap();
    assert_eq!(
        (report.damage, report.entries, report.parts),
        (None, 150, 0)
    );
    hit
}

/// Mirrors on until something fails or the life is over; says up to where was tried.
fn live(
    engine: &mut Engine,
    source: &[Vec<u8>],
    random: &mut Random,
    acknowledged: &mut usize,
) -> usize {
    for _ in 0..random.below(10) {
        let end = (*acknowledged + random.below(12)).min(source.len());
        let first_index = *acknowledged as u64;
        match engine.mirror(first_index, &source[*acknowledged..end]) {
            Ok(size) => assert_eq!(size, end as u64),
            Err(MirrorError::Stopped(_)) => {
                let again = engine.mirror(first_index, &source[*acknowledged..end]);
                assert!(matches!(again, Err(MirrorError::Stopped(_))), "{again:?}");
                return end;
            }
            Err(error) => panic!("{error}"),
        }
        *acknowledged = end;
    }
    *acknowledged
}

#[test]
fn entries_that_are_no_log_are_refused_as_a_whole() {
    let disk = SimDisk::default();
    let mut engine = open(&disk).unwrap();
    let new = contract::entry(0);
    let first = encoded("stock-1", 0, 100, &new);
    assert_eq!(engine.mirror(0, std::slice::from_ref(&first)), Ok(1));
    assert_eq!(engine.mirror(1, &[]), Ok(1));
    let position = |first_index| {
        Err(MirrorError::Position {
            first_index,
            size: 1,
        })
    };
    assert_eq!(engine.mirror(0, std::slice::from_ref(&first)), position(0));
    assert_eq!(
        engine.mirror(2, &[encoded("stock-1", 1, 200, &new)]),
        position(2)
    );

    let good = encoded("stock-1", 1, 101, &new);
    let mut refused = |bad: Vec<u8>| {
        // Behind a good one, so that its index is the second one's.
        let refused = engine.mirror(1, &[good.clone(), bad]).unwrap_err();
        assert_eq!(engine.stored(), std::slice::from_ref(&first));
        refused
    };
    let error = EntryError::Trailing(1);
    let trailing = [encoded("stock-1", 2, 102, &new), vec![0]].concat();
    assert_eq!(refused(trailing), MirrorError::Entry { index: 2, error });
    for (stream, revision, expected) in [("stock-1", 1, 2), ("stock-1", 3, 2), ("stock-2", 1, 0)] {
        let wrong = MirrorError::Revision {
            index: 2,
            stream: stream.to_owned(),
            revision,
            expected,
        };
        assert_eq!(refused(encoded(stream, revision, 102, &new)), wrong);
    }
    for micros in [101, 100, i64::MIN] {
        let stamp = MirrorError::Stamp {
            index: 2,
            recorded_at: Timestamp::from_micros(micros),
            last: Timestamp::from_micros(101),
        };
        assert_eq!(refused(encoded("stock-1", 2, micros, &new)), stamp);
    }
    assert_eq!(engine.mirror(1, &[good]), Ok(2));
}

#[test]
fn a_mirror_is_no_log_and_a_log_no_mirror() {
    let (log, mirror) = (SimDisk::default(), SimDisk::default());
    Engine::open(&log, &clock()).unwrap().close();
    open(&mirror).unwrap().close();
    log.kill();
    mirror.kill();
    assert!(matches!(open(&log), Err(OpenError::NotMirror { .. })));
    assert!(matches!(
        Engine::open(&mirror, &clock()),
        Err(OpenError::Mirror { .. })
    ));
    // Neither attempt left a lock or anything else behind.
    Engine::open(&log, &clock()).unwrap();
    open(&mirror).unwrap();
}

#[test]
fn what_is_withheld_is_absent() {
    let disk = SimDisk::default();
    let mut engine = open(&disk).unwrap();
    let new = NewEntry {
        withheld: vec![contract::part(crate::store::PartClass::Person, "a name"); 2],
        ..contract::entry(0)
    };
    engine
        .mirror(0, &[encoded("report-1", 0, 100, &new)])
        .unwrap();
    assert_eq!(engine.shared.parts_of(0), Ok(vec![StoredPart::Absent; 2]));
    // There is nothing to destroy.
    assert_eq!(engine.erase(0, 1), Ok(()));
    drop(engine);
    disk.kill();
    let engine = open(&disk).unwrap();
    assert_eq!(engine.shared.parts_of(0), Ok(vec![StoredPart::Absent; 2]));
    assert_eq!(engine.shared.notes(), Vec::<String>::new());
}

#[test]
fn a_group_larger_than_a_segment_has_one_of_its_own() {
    let disk = SimDisk::default();
    let mut engine = open(&disk).unwrap();
    let source = source(&mut Random::new(3), 2_000);
    assert_eq!(engine.mirror(0, &source[..10]), Ok(10));
    assert_eq!(engine.mirror(10, &source[10..1_500]), Ok(1_500));
    assert_eq!(engine.mirror(1_500, &source[1_500..]), Ok(2_000));
    assert_eq!(engine.stored(), source);
    engine.close();
    disk.kill();
    assert_eq!(open(&disk).unwrap().stored(), source);
}

#[test]
fn every_segment_says_that_it_is_a_mirrors() {
    use crate::store::embedded::format::Found;
    let disk = SimDisk::default();
    let mut engine = open(&disk).unwrap();
    let source = source(&mut Random::new(4), 400);
    for (place, chunk) in source.chunks(20).enumerate() {
        engine.mirror(place as u64 * 20, chunk).unwrap();
    }
    let segments = engine.shared.dir.segments().unwrap();
    assert!(segments.len() > 2);
    for segment in segments {
        let said = match segment.found {
            Found::Good(header) => Some(header.role),
            Found::Zero => None,
            Found::Newer(_) | Found::Bad => panic!("segment {} is damaged", segment.number),
        };
        assert!(said.is_none_or(|role| role == Role::Mirror));
    }
}
