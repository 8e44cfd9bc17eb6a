//! Power cuts, kills and failing calls at every possible moment: no acknowledged entry is lost, no other one appears, and
//! appends go on afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Engine, clock, entry, seeds};
use crate::store::embedded::error::OpenError;
use crate::store::embedded::sim::{Fault, Random, SimDisk};
use crate::store::{Append, AppendError, EntryError, Expected, NewEntry, StoredPart, StreamName};
use crate::time::{ManualClock, Timestamp};

/// What the client of the store knows.
#[derive(Default)]
struct Known {
    /// Entries in the log, by index: acknowledged, or found after a restart.
    entries: Vec<Entry>,
    /// Entries whose outcome is not known, in the order of submission.
    unknown: Vec<(StreamName, NewEntry)>,
    /// Parts whose erasure was asked for: (index, part) → acknowledged.
    erased: BTreeMap<(u64, u8), bool>,
    next_number: u64,
}

struct Entry {
    stream: StreamName,
    new: NewEntry,
    recorded_at: Option<Timestamp>,
}

#[test]
fn no_acknowledged_entry_is_lost() {
    let mut faults = 0;
    for seed in 0..seeds(2_000) {
        let run = std::panic::catch_unwind(|| one(seed));
        let Ok(hit) = run else {
            panic!("failed with seed {seed}")
        };
        faults += u64::from(hit);
    }
    assert!(faults > 0, "no fault was ever hit");
}

/// Several lives of one store, each ended by something else. Says whether a fault was hit.
fn one(seed: u64) -> bool {
    let (disk, clock, mut random) = (SimDisk::default(), clock(), Random::new(seed));
    let (mut known, mut hit) = (Known::default(), false);
    for _ in 0..4 {
        let fault = match random.below(10) {
            0..5 => Some(Fault::PowerCut),
            5 | 6 => Some(Fault::Io),
            7 => Some(Fault::Full),
            _ => None,
        };
        if let Some(fault) = fault {
            let reach = if random.chance(30) { 15 } else { 80 };
            disk.plan(random.below(reach) as u64, fault);
        }
        match Engine::open(&disk, &clock) {
            Ok(engine) => hit |= live(engine, &mut known, &mut random, &clock),
            Err(OpenError::Corrupt {
                index,
                file,
                offset,
                what,
                ..
            }) => {
                panic!("refused at {index}, {file} {offset}: {what}")
            }
            Err(_) => hit = true,
        }
        // A process that got an error from the disk is restarted, or the machine is.
        if fault == Some(Fault::PowerCut) || random.chance(50) {
            disk.restart(&mut random);
        } else {
            disk.kill();
        }
    }
    let engine = Engine::open(&disk, &clock).unwrap();
    compare(&engine, &mut known);
    let report = super::super::check::check(&engine.shared).unwrap();
    assert_eq!(
        (report.damage, report.entries),
        (None, engine.shared.size())
    );
    hit
}

/// One life: compare, append, erase, until something fails or the life is over. Says whether something failed.
fn live(
    mut engine: Engine,
    known: &mut Known,
    random: &mut Random,
    clock: &Arc<ManualClock>,
) -> bool {
    compare(&engine, known);
    for _ in 0..random.below(12) {
        clock.set(
            engine
                .shared
                .index()
                .len()
                .try_into()
                .map_or(Timestamp::default(), |n: i64| {
                    Timestamp::from_micros(1_760_000_000_000_000 + n)
                }),
        );
        if random.chance(15) && !erase_one(&mut engine, known, random) {
            return true;
        }
        if !append_some(&mut engine, known, random) {
            return true;
        }
    }
    if random.chance(50) {
        engine.close();
    }
    false
}

fn append_some(engine: &mut Engine, known: &mut Known, random: &mut Random) -> bool {
    let mut revisions: BTreeMap<StreamName, u64> = BTreeMap::new();
    for entry in &known.entries {
        *revisions.entry(entry.stream.clone()).or_default() += 1;
    }
    let mut appends = Vec::new();
    for _ in 0..=random.below(4) {
        let stream = StreamName::new(&format!("stock-{}", random.below(4))).unwrap();
        let revision = revisions.entry(stream.clone()).or_default();
        let count = 1 + random.below(3);
        let numbers = known.next_number..;
        let entries: Vec<NewEntry> = numbers
            .take(count)
            .map(|number| entry(random, number))
            .collect();
        known.next_number += count as u64;
        appends.push(Append {
            stream,
            expected: Expected::after(revision.checked_sub(1)),
            entries,
            not_after: None,
        });
        *revision += count as u64;
    }
    let outcomes = engine.append(appends.clone());
    let mut fine = true;
    for (append, outcome) in appends.into_iter().zip(outcomes) {
        let Append {
            stream, entries, ..
        } = append;
        match outcome {
            Ok(appended) => {
                assert!(fine, "acknowledged after a failure");
                assert_eq!(appended.first_index, known.entries.len() as u64);
                assert_eq!(appended.count, entries.len() as u64);
                let first = appended
                    .recorded_at
                    .plus_micros(1 - i64::try_from(entries.len()).unwrap());
                known
                    .entries
                    .extend((0..).zip(entries).map(|(n, new)| Entry {
                        stream: stream.clone(),
                        new,
                        recorded_at: Some(first.plus_micros(n)),
                    }));
            }
            Err(AppendError::OutcomeUnknown(_)) => {
                known
                    .unknown
                    .extend(entries.into_iter().map(|new| (stream.clone(), new)));
                fine = false;
            }
            Err(AppendError::Unavailable(_)) => fine = false,
            Err(error) => panic!("{error}"),
        }
    }
    if !fine {
        assert!(engine.shared.stopped().is_some());
        let last = engine.append(vec![Append {
            stream: StreamName::new("stock-9").unwrap(),
            expected: Expected::NoStream,
            entries: vec![entry(random, 0)],
            not_after: None,
        }]);
        assert!(
            matches!(last[0], Err(AppendError::Unavailable(_))),
            "writes go on after a failure"
        );
    }
    fine
}

fn erase_one(engine: &mut Engine, known: &mut Known, random: &mut Random) -> bool {
    let with_parts: Vec<u64> = (0..)
        .zip(&known.entries)
        .filter(|(_, e)| !e.new.withheld.is_empty())
        .map(|(index, _)| index)
        .collect();
    if with_parts.is_empty() {
        return true;
    }
    let index = with_parts[random.below(with_parts.len())];
    let fine = engine.erase(index, 0).is_ok();
    let done = known.erased.entry((index, 0)).or_default();
    *done |= fine;
    fine
}

/// What the store holds is what the client knows; of the unknown entries a beginning may be there, each once.
fn compare(engine: &Engine, known: &mut Known) {
    let shared = &engine.shared;
    let size = shared.size();
    assert!(
        size >= known.entries.len() as u64,
        "{size} entries, {} acknowledged",
        known.entries.len()
    );
    let mut unknown = std::mem::take(&mut known.unknown).into_iter();
    let mut next = 0;
    while next < size {
        let batch = shared.log_block(next).unwrap();
        for (index, found) in batch.iter() {
            assert_eq!(index, next);
            next += 1;
            if known.entries.len() as u64 == index {
                let (stream, new) = unknown.next().expect("an entry that nobody sent");
                known.entries.push(Entry {
                    stream,
                    new,
                    recorded_at: None,
                });
            }
            let expected = &known.entries[usize::try_from(index).unwrap()];
            same(&found, expected).unwrap();
            check_parts(engine, index, known);
        }
    }
    for number in 0..4 {
        let stream = StreamName::new(&format!("stock-{number}")).unwrap();
        let mut revision = 0;
        loop {
            let batch = shared.stream_block(&stream, revision, usize::MAX).unwrap();
            if batch.is_empty() {
                break;
            }
            revision += batch.len() as u64;
        }
        let expected = known
            .entries
            .iter()
            .filter(|entry| entry.stream == stream)
            .count();
        assert_eq!(revision, expected as u64);
    }
}

fn same(found: &crate::store::Entry<'_>, expected: &Entry) -> Result<(), EntryError> {
    let stamp = expected.recorded_at.unwrap_or(found.recorded_at);
    let mut bytes = Vec::new();
    crate::store::encode(
        &mut bytes,
        &expected.stream,
        found.revision,
        stamp,
        &expected.new,
    )?;
    assert_eq!(found.bytes(), bytes);
    Ok(())
}

fn check_parts(engine: &Engine, index: u64, known: &Known) {
    let wanted = &known.entries[usize::try_from(index).unwrap()].new.withheld;
    let held = engine.shared.parts_of(index).unwrap();
    assert_eq!(held.len(), wanted.len());
    for ((number, part), wanted) in (0..).zip(held).zip(wanted) {
        match (known.erased.get(&(index, number)), part) {
            (None | Some(false), StoredPart::Known(part)) => assert_eq!(part, *wanted),
            (Some(_), StoredPart::Absent) => {}
            (erased, part) => panic!("part {number} of {index}: {erased:?}, {part:?}"),
        }
    }
}

#[test]
fn a_failed_sync_cannot_lose_what_is_kept_later() {
    // The group is written, its fsync fails, the process restarts and finds it whole in memory; then the power goes.
    for seed in 0..200 {
        let (disk, clock, mut random) = (SimDisk::default(), clock(), Random::new(seed));
        let append = |revision: Option<u64>| Append {
            stream: StreamName::new("stock-1").unwrap(),
            expected: Expected::after(revision),
            entries: vec![crate::store::contract::entry(revision.map_or(0, |n| n + 1))],
            not_after: None,
        };
        let mut engine = Engine::open(&disk, &clock).unwrap();
        engine.append(vec![append(None)])[0].as_ref().unwrap();
        // Of the next append, the first call is the write and the second one the sync.
        disk.plan(1, Fault::Io);
        assert!(matches!(
            engine.append(vec![append(Some(0))])[0],
            Err(AppendError::OutcomeUnknown(_))
        ));
        disk.kill();
        let engine = Engine::open(&disk, &clock).unwrap();
        assert_eq!(engine.shared.size(), 2);
        disk.restart(&mut random);
        let engine = Engine::open(&disk, &clock).unwrap();
        assert_eq!(engine.shared.size(), 2, "seed {seed}");
    }
}

#[test]
fn an_erased_part_leaves_no_bytes() {
    let (disk, clock) = (SimDisk::default(), clock());
    let mut engine = Engine::open(&disk, &clock).unwrap();
    let secret =
        crate::store::contract::part(crate::store::PartClass::Person, "the informant's name");
    let mut new = entry(&mut Random::new(1), 0);
    new.withheld = vec![secret.clone()];
    let stream = StreamName::new("report-1").unwrap();
    let append = Append {
        stream,
        expected: Expected::NoStream,
        entries: vec![new],
        not_after: None,
    };
    engine.append(vec![append])[0].as_ref().unwrap();
    assert!(disk.holds(&secret.bytes) && disk.holds(&secret.salt));
    engine.erase(0, 0).unwrap();
    assert!(!disk.holds(&secret.bytes) && !disk.holds(&secret.salt));
    disk.restart(&mut Random::new(2));
    assert!(!disk.holds(&secret.bytes) && !disk.holds(&secret.salt));
}
