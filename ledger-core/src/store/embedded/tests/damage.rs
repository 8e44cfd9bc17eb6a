//! One flipped bit anywhere: reported with its index, or the file is derived and rebuilt, or the bytes were unused. Never is
//! anything else read than what was written.

use std::path::Path;

use super::{Engine, clock, entry, seeds};
use crate::store::embedded::check::check;
use crate::store::embedded::error::OpenError;
use crate::store::embedded::sim::{Random, SimDisk};
use crate::store::{Append, Expected, ReadError, StoredPart, StreamName};

/// The bytes of an entry, and its parts.
type Content = (Vec<u8>, Vec<StoredPart>);

/// What a log holds: entry bytes and parts by index, and where each segment's used bytes end.
struct Truth {
    entries: Vec<Content>,
    /// Per segment: where its groups end, first index, one after the last index.
    segments: Vec<(u32, u64, u64)>,
    parts_end: u64,
}

fn written(random: &mut Random, clean: bool) -> (SimDisk, Truth) {
    let disk = SimDisk::default();
    let mut engine = Engine::open(&disk, &clock()).unwrap();
    let stream = StreamName::new("stock-1").unwrap();
    for number in 0..80_u64 {
        let append = Append {
            stream: stream.clone(),
            expected: Expected::after(number.checked_sub(1)),
            entries: vec![entry(random, number)],
            not_after: None,
        };
        engine.append(vec![append])[0].as_ref().unwrap();
        if number == 40 && random.chance(50) {
            engine.close();
            engine = Engine::open(&disk, &clock()).unwrap();
        }
    }
    let truth = Truth {
        entries: contents(&engine).into_iter().map(Result::unwrap).collect(),
        segments: {
            let index = engine.shared.index();
            let last =
                |s: &super::super::index::SegmentIndex| s.first_index + s.offsets.len() as u64;
            index
                .segments
                .iter()
                .map(|s| (s.end, s.first_index, last(s)))
                .collect()
        },
        parts_end: engine.shared.parts.places().end,
    };
    assert!(truth.segments.len() > 1, "several segments are wanted");
    if clean {
        engine.close();
    } else {
        drop(engine);
    }
    disk.kill();
    (disk, truth)
}

/// Every entry with its parts as a reader gets them.
fn contents(engine: &Engine) -> Vec<Result<Content, ReadError>> {
    let shared = &engine.shared;
    let one = |index| {
        let batch = shared.entry(index)?;
        let logged = shared.log_block(index)?;
        assert_eq!(
            logged.get(0).unwrap().1.bytes(),
            batch.get(0).unwrap().1.bytes()
        );
        Ok((
            batch.get(0).unwrap().1.bytes().to_vec(),
            shared.parts_of(index)?,
        ))
    };
    (0..shared.size()).map(one).collect()
}

#[test]
fn a_flipped_bit_is_reported_or_rebuilt() {
    let mut random = Random::new(7);
    for clean in [true, false] {
        let (disk, truth) = written(&mut random, clean);
        for (path, bytes) in disk.files() {
            // Small files whole, large ones by samples.
            let samples = if bytes <= 64 {
                bytes * 8
            } else {
                usize::try_from(seeds(2_000) / 20).unwrap().min(bytes * 8)
            };
            for n in 0..samples {
                let bit = if samples == bytes * 8 {
                    n
                } else {
                    random.below(bytes * 8)
                };
                let copy = disk.copy();
                copy.flip(&path, bit);
                judge(&copy, &path, bit, &truth);
            }
        }
    }
}

fn judge(disk: &SimDisk, path: &Path, bit: usize, truth: &Truth) {
    let name = path
        .strip_prefix("/data/log")
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let place = format!("{name} byte {} bit {}", bit / 8, bit % 8);
    let offset = (bit / 8) as u64;
    // The indexes that damage at this place may concern; `None` where nothing of the log lies.
    let concerned = match name
        .strip_suffix(".segment")
        .map(|n| n.strip_prefix("log/").unwrap().parse::<usize>().unwrap())
    {
        Some(number) => truth
            .segments
            .get(number - 1)
            .filter(|s| offset < u64::from(s.0))
            .map(|s| (s.1, s.2)),
        None if name == "withheld" && offset < truth.parts_end => {
            Some((0, truth.entries.len() as u64))
        }
        None => None,
    };
    let reported = match Engine::open(disk, &clock()) {
        Err(OpenError::Corrupt { index, file, .. }) => {
            assert_eq!(file, name, "{place}");
            Some(index)
        }
        Err(error) => panic!("{place}: {error}"),
        Ok(engine) => {
            let found = contents(&engine);
            assert_eq!(found.len(), truth.entries.len(), "{place}");
            for (found, wanted) in found.iter().zip(&truth.entries) {
                match found {
                    Ok(found) => assert!(found == wanted, "{place}: something else is read"),
                    Err(ReadError::Corrupt { .. }) => {}
                    Err(error) => panic!("{place}: {error}"),
                }
            }
            let report = check(&engine.shared).unwrap();
            if concerned.is_none() {
                assert!(found.iter().all(Result::is_ok), "{place}");
            }
            report.damage.map(|damage| damage.index)
        }
    };
    match (concerned, reported) {
        (Some((from, to)), Some(index)) => {
            assert!((from..to).contains(&index), "{place}: {index} is reported");
        }
        (None, None) => {}
        (concerned, reported) => panic!("{place}: concerns {concerned:?}, reported {reported:?}"),
    }
}

#[test]
fn a_truncated_or_missing_segment_is_refused() {
    let (disk, truth) = written(&mut Random::new(3), false);
    let last = truth.segments.len();
    let copy = disk.copy();
    let path = Path::new("/data/log/log").join(format!("{last:08}.segment"));
    let files: &dyn super::super::files::Files = &copy;
    files.remove(&path).unwrap();
    let Err(OpenError::Corrupt { index, .. }) = Engine::open(&copy, &clock()) else {
        panic!("opened")
    };
    assert_eq!(index, truth.segments[last - 1].1);
}
