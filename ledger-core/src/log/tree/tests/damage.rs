//! Flipped bits anywhere in the tree's files, and files that are gone: found, and made anew.

use super::*;
use crate::store::embedded::Files as _;
use crate::store::embedded::sim::Random;

const HEADER_BYTES: usize = 64;
const BLOCK_BYTES: usize = 4 + 8_192;

/// Opens what was damaged, reads everything, and finds the same again without a repair.
fn repaired(disk: &SimDisk, log: &Arc<Numbers>, what: &str) -> u64 {
    let tree = grown(disk, log);
    compare(&tree, log);
    let rebuilt = tree.rebuilt();
    let again = grown(disk, log);
    let root = again.root(log.count()).unwrap();
    assert_eq!(again.recheck(log.count()).unwrap(), root, "{what}");
    assert_eq!(again.rebuilt(), Rebuilt::default(), "{what}");
    rebuilt.tiles
}

/// In the first file every region: each byte of the header, checksums, hashes at both ends, and places by chance.
#[test]
fn a_flipped_bit_in_a_tile_of_leaves_is_repaired() {
    let (disk, log) = (SimDisk::default(), Numbers::new(900));
    grown(&disk, &log);
    let len = HEADER_BYTES + 3 * BLOCK_BYTES;
    assert_eq!(disk.files(), [(level_path(0), len)]);
    let mut random = Random::new(4);
    let starts = (0..3).map(|n| HEADER_BYTES + n * BLOCK_BYTES);
    let edges = starts.flat_map(|at| [at, at + 3, at + 4, at + 5, at + BLOCK_BYTES - 1]);
    let any = (0..seeds(60)).map(|_| random.below(len));
    let bytes: Vec<usize> = (0..HEADER_BYTES).chain(edges).chain(any).collect();
    for byte in bytes {
        let damaged = disk.copy();
        damaged.flip(&level_path(0), byte * 8 + byte % 8);
        let reader = open_read_only(&damaged, &log);
        reader.catch_up().unwrap();
        assert_eq!(reader.recheck(900).unwrap(), log.builder(900).root());
        let rebuilt = repaired(&damaged, &log, &format!("byte {byte}"));
        // Behind a bad header everything is taken in again; a bad tile is rebuilt alone.
        assert_eq!(rebuilt, u64::from(byte >= HEADER_BYTES), "byte {byte}");
    }
}

#[test]
fn a_flipped_bit_in_a_higher_level_is_repaired() {
    let (disk, log) = (SimDisk::default(), Numbers::new(66_000));
    grown(&disk, &log);
    let paths = [
        (level_path(0), HEADER_BYTES + 257 * BLOCK_BYTES),
        (level_path(1), HEADER_BYTES + BLOCK_BYTES),
    ];
    assert_eq!(disk.files(), paths);
    let mut random = Random::new(5);
    for byte in [3, 30, 63, 64, 67, 68, HEADER_BYTES + BLOCK_BYTES - 1] {
        let damaged = disk.copy();
        damaged.flip(&level_path(1), byte * 8);
        // The leaves below it too: the higher tile is made from what is repaired.
        damaged.flip(
            &level_path(0),
            random.below(256 * BLOCK_BYTES) * 8 + HEADER_BYTES * 8,
        );
        assert_eq!(repaired(&damaged, &log, &format!("byte {byte}")), 2);
    }
}

#[test]
fn lost_and_shortened_files_are_made_anew() {
    let (disk, log) = (SimDisk::default(), Numbers::new(66_000));
    grown(&disk, &log);
    let lost = disk.copy();
    lost.remove(&level_path(1)).unwrap();
    assert_eq!(repaired(&lost, &log, "level 1 is lost"), 1);
    let lost = disk.copy();
    lost.remove(&level_path(0)).unwrap();
    assert_eq!(repaired(&lost, &log, "level 0 is lost"), 0);
    let zeroed = disk.copy();
    let file = zeroed
        .open(&level_path(0), crate::store::embedded::Mode::Write)
        .unwrap();
    file.write_at(&vec![0; 5 * BLOCK_BYTES], (HEADER_BYTES + 100) as u64)
        .unwrap();
    assert_eq!(repaired(&zeroed, &log, "a hole"), 6);
}

/// A reader repairs in memory only, and reports what it found.
#[test]
fn a_reader_changes_nothing() {
    let (disk, log) = (SimDisk::default(), Numbers::new(1_000));
    grown(&disk, &log);
    disk.flip(&level_path(0), (HEADER_BYTES + BLOCK_BYTES + 99) * 8);
    let reader = open_read_only(&disk, &log);
    assert_eq!(reader.size(), 768);
    log.grow_to(1_400);
    reader.catch_up().unwrap();
    assert_eq!(reader.recheck(1_000).unwrap(), log.builder(1_000).root());
    let found = Rebuilt {
        tiles: 1,
        first: Some((0, 1)),
    };
    assert_eq!(reader.rebuilt(), found);
    compare(&reader, &log);
    // The damage is still there for the writer to find.
    assert_eq!(open_read_only(&disk, &log).rebuilt(), found);
    assert_eq!(
        disk.files(),
        [(level_path(0), HEADER_BYTES + 3 * BLOCK_BYTES)]
    );
    // Without files, and beside a directory that is not there.
    let bare = open_read_only(&SimDisk::default(), &log);
    assert_eq!(bare.size(), 0);
    bare.catch_up().unwrap();
    compare(&bare, &log);
    assert_eq!(bare.rebuilt(), Rebuilt::default());
}

/// The files of another log are not taken for this one's.
#[test]
fn another_logs_files_are_not_used() {
    let (disk, log) = (SimDisk::default(), Numbers::new(600));
    grown(&disk, &log);
    let theirs = Levels::open(Derived {
        log_id: LogId([8; 16]),
        ..derived(&disk, true)
    });
    let other = Numbers::forked(600, 0, 3);
    let tree = Tree::over(Arc::clone(&other) as _, theirs.unwrap()).unwrap();
    assert_eq!(tree.size(), 0);
    tree.catch_up().unwrap();
    compare(&tree, &other);
}

/// What a verifier is told: roots at the sizes it asks for, how many tiles are right, and the first that is not. Nothing is
/// repaired on the way.
#[test]
fn a_check_tells_what_differs_and_changes_nothing() {
    let (disk, log) = (SimDisk::default(), Numbers::new(66_000));
    grown(&disk, &log);
    let sizes = BTreeSet::from([0, 1, 300, 65_536, 66_000, 70_000]);
    let checked = |disk: &SimDisk| {
        let levels = Levels::open(derived(disk, false)).unwrap();
        check::over(&*log, &levels, 66_000, &sizes).unwrap()
    };
    let whole = checked(&disk);
    assert_eq!(whole.roots, log.roots(&[0, 1, 300, 65_536, 66_000]));
    assert_eq!(
        (whole.tiles, whole.wrong, whole.first_wrong),
        (258, 0, None)
    );
    for (level, n) in [(0, 0), (0, 200), (0, 256), (1, 0)] {
        let damaged = disk.copy();
        let place = HEADER_BYTES + usize::try_from(n).unwrap() * BLOCK_BYTES + 77;
        damaged.flip(&level_path(level), place * 8);
        for _ in 0..2 {
            let found = checked(&damaged);
            assert_eq!(found.roots, whole.roots);
            assert_eq!((found.tiles, found.wrong), (257, 1));
            assert_eq!(found.first_wrong, Some((level, n)));
        }
    }
    // What the files do not have yet is no error.
    assert_eq!(checked(&SimDisk::default()).tiles, 0);
}
