//! Power cuts, kills and failing calls at every possible moment: whatever the files hold then, the tree says what the entries say.

use super::*;
use crate::store::embedded::sim::{Fault, Random};

#[test]
fn whatever_is_left_the_tree_is_right() {
    let mut faults = 0;
    for seed in 0..seeds(150) {
        let mut random = Random::new(seed);
        let size_max = if seed % 50 == 0 { 67_000 } else { 3_000 };
        let run = std::panic::catch_unwind(move || lives(&mut random, size_max));
        let Ok(hit) = run else {
            panic!("failed with seed {seed}")
        };
        faults += hit;
    }
    assert!(faults > 0, "no fault was ever hit");
}

/// Several lives of one tree, each ended by something else. Says how often something failed.
fn lives(random: &mut Random, size_max: usize) -> u64 {
    let (disk, log) = (SimDisk::default(), Numbers::new(0));
    let mut hit = 0;
    for _ in 0..4 {
        let fault = match random.below(10) {
            0..4 => Some(Fault::PowerCut),
            4 | 5 => Some(Fault::Io),
            6 => Some(Fault::Full),
            7 => Some(Fault::ReadOnly),
            _ => None,
        };
        if let Some(fault) = fault {
            disk.plan(random.below(20) as u64, fault);
        }
        hit += u64::from(live(&disk, &log, random, size_max).is_err());
        // The log is durable before the tree hears of it: it never gets shorter.
        if random.chance(60) {
            disk.restart(random);
        } else {
            disk.kill();
        }
    }
    let tree = grown(&disk, &log);
    compare(&tree, &log);
    // A reader beside it sees the same and changes nothing.
    let before = disk.files();
    let reader = open_read_only(&disk, &log);
    reader.catch_up().unwrap();
    compare(&reader, &log);
    assert_eq!(disk.files(), before);
    hit
}

/// One life: grow and read until something fails.
fn live(
    disk: &SimDisk,
    log: &Arc<Numbers>,
    random: &mut Random,
    size_max: usize,
) -> Result<(), TreeError> {
    let tree = open(disk, log)?;
    for _ in 0..random.below(5) {
        let size = log.count();
        log.grow_to(size + random.below(size_max / 8) as u64);
        let reached = tree.catch_up();
        // What was published before something failed is right as well.
        let now = tree.builder();
        assert_eq!(now.root(), log.builder(now.size()).root());
        assert_eq!(reached?, log.count());
        let proof = tree.consistency(size, log.count())?;
        let (old_root, root) = (log.builder(size).root(), log.builder(log.count()).root());
        verify_consistency(size, old_root, log.count(), root, &proof).unwrap();
    }
    Ok(())
}

/// A write that fails takes nothing in; the next attempt does.
#[test]
fn a_full_disk_delays_the_tree() {
    let (disk, log) = (SimDisk::default(), Numbers::new(2_000));
    let tree = open(&disk, &log).unwrap();
    disk.plan(5, Fault::Full);
    let error = tree.catch_up().unwrap_err().to_string();
    assert!(error.starts_with("/data/tree/level-0: "), "{error}");
    assert_eq!(
        tree.root(tree.size()).unwrap(),
        log.builder(tree.size()).root()
    );
    disk.kill();
    assert_eq!(tree.catch_up().unwrap(), 2_000);
    compare(&tree, &log);
}

#[test]
fn an_unreadable_log_stops_the_tree_there() {
    let (disk, log) = (SimDisk::default(), Numbers::new(2_000));
    log.unreadable_from.store(1_300, Ordering::SeqCst);
    let tree = open(&disk, &log).unwrap();
    let error = tree.catch_up().unwrap_err().to_string();
    assert_eq!(error, "damaged at index 1300: as planned");
    assert_eq!(tree.size(), 1_300);
    assert_eq!(tree.root(1_300).unwrap(), log.builder(1_300).root());
    assert!(tree.recheck(1_300).is_ok());
    log.unreadable_from.store(u64::MAX, Ordering::SeqCst);
    tree.catch_up().unwrap();
    compare(&tree, &log);
}

/// A log that was replaced by an older copy and grew differently: nothing of the other history stays.
#[test]
fn a_tree_that_is_ahead_of_its_log_begins_anew() {
    let disk = SimDisk::default();
    grown(&disk, &Numbers::forked(2_000, 700, 1));
    let other = Numbers::forked(1_000, 700, 2);
    let tree = open(&disk, &other).unwrap();
    assert_eq!(tree.size(), 0);
    other.grow_to(3_000);
    tree.catch_up().unwrap();
    compare(&tree, &other);
}

/// The files are another history's and pass every checksum: found by computing the tree anew, as before a first signature.
#[test]
fn a_recheck_finds_another_history() {
    let disk = SimDisk::default();
    grown(&disk, &Numbers::forked(1_000, 600, 1));
    let other = Numbers::forked(1_100, 600, 2);
    let tree = open(&disk, &other).unwrap();
    tree.catch_up().unwrap();
    assert_ne!(tree.root(1_100).unwrap(), other.builder(1_100).root());
    let root = other.builder(1_000).root();
    assert_eq!(tree.recheck(1_000).unwrap(), root);
    let rebuilt = Rebuilt {
        tiles: 1,
        first: Some((0, 2)),
    };
    assert_eq!(tree.rebuilt(), rebuilt);
    compare(&tree, &other);
    assert_eq!(tree.recheck(0).unwrap(), RootBuilder::new().root());
    assert_eq!(tree.rebuilt(), rebuilt);
}
