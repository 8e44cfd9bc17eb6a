//! Roots and proofs against `ct-merkle`, and questions that have no answer.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

use super::*;
use crate::log::tile::TILE_LEVEL_MAX;
use crate::log::verify::ProofError;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

fn oracle(log: &Numbers, size: u64) -> Oracle {
    let mut oracle = Oracle::new();
    (0..size).for_each(|index| oracle.push(log.entry(index)));
    oracle
}

fn agree(tree: &Tree, oracle: &Oracle, indexes: &[u64], old_sizes: &[u64]) {
    let size = oracle.len();
    let root = tree.root(size).unwrap();
    assert_eq!(root.0[..], oracle.root().as_bytes()[..], "{size}");
    for index in indexes.iter().copied().filter(|index| *index < size) {
        let proof = tree.inclusion(index, size).unwrap();
        let expected = oracle.prove_inclusion(usize::try_from(index).unwrap());
        assert_eq!(bytes(&proof), expected.as_bytes(), "{index} in {size}");
        let leaf = tree.leaf(index).unwrap();
        verify_inclusion(leaf, index, size, root, &proof).unwrap();
    }
    for old in old_sizes
        .iter()
        .copied()
        .filter(|old| (1..=size).contains(old))
    {
        let proof = tree.consistency(old, size).unwrap();
        if old == size {
            assert!(proof.is_empty());
            continue;
        }
        let expected = oracle.prove_consistency(usize::try_from(size - old).unwrap());
        assert_eq!(bytes(&proof), expected.as_bytes(), "{old} in {size}");
        verify_consistency(old, tree.root(old).unwrap(), size, root, &proof).unwrap();
    }
}

#[test]
fn every_size_up_to_700() {
    let log = Numbers::new(700);
    let tree = grown(&SimDisk::default(), &log);
    let mut oracle = Oracle::new();
    let mut builder = RootBuilder::new();
    assert_eq!(tree.root(0).unwrap(), builder.root());
    for size in 1..=700 {
        let entry = log.entry(size - 1);
        builder.push_entry(&entry);
        oracle.push(entry);
        assert_eq!(builder.root().0[..], oracle.root().as_bytes()[..]);
        // All pairs among the small ones; among the others those at both ends, around tiles, and some that wander.
        if size <= 40 {
            let all: Vec<u64> = (0..=size).collect();
            agree(&tree, &oracle, &all, &all);
        } else {
            let some = [
                0,
                1,
                size / 2,
                size - 2,
                size - 1,
                size,
                size * 7 % 611,
                255,
                256,
                257,
                512,
            ];
            agree(&tree, &oracle, &some, &some);
        }
    }
}

#[test]
fn around_the_tiles_of_level_one() {
    let log = Numbers::new(65_537 + 300);
    let tree = grown(&SimDisk::default(), &log);
    let some = [
        0, 1, 255, 256, 257, 32_767, 32_768, 65_279, 65_280, 65_535, 65_536, 65_537, 65_600,
    ];
    let mut oracle = oracle(&log, 65_534);
    for size in 65_535..=65_537 {
        oracle.push(log.entry(size - 1));
        agree(&tree, &oracle, &some, &some);
    }
    while oracle.len() < log.count() {
        oracle.push(log.entry(oracle.len()));
    }
    agree(&tree, &oracle, &some, &some);
    compare_tiles(&tree, &log);
}

/// Entry by entry, as a server with few commands grows it.
#[test]
fn growing_by_ones_is_growing_at_once() {
    let (disk, log) = (SimDisk::default(), Numbers::new(0));
    let tree = grown(&disk, &log);
    for size in 1..=520 {
        log.grow_to(size);
        assert_eq!(tree.catch_up().unwrap(), size);
        assert_eq!(tree.builder(), log.builder(size));
    }
    compare(&tree, &log);
}

#[test]
fn readers_see_one_tree_while_it_grows() {
    let log = Numbers::new(20_000);
    let tree = open(&SimDisk::default(), &log).unwrap();
    std::thread::scope(|scope| {
        let growing = scope.spawn(|| tree.catch_up().unwrap());
        let mut looks = 0;
        while !growing.is_finished() || looks < 3 {
            let size = tree.size();
            if size > 0 {
                let root = tree.root(size).unwrap();
                let proof = tree.inclusion(size / 2, size).unwrap();
                let leaf = tree.leaf(size / 2).unwrap();
                verify_inclusion(leaf, size / 2, size, root, &proof).unwrap();
            }
            looks += 1;
        }
    });
    compare(&tree, &log);
}

#[test]
fn what_the_tree_does_not_have_is_refused() {
    let tree = grown(&SimDisk::default(), &Numbers::new(300));
    let small = |wanted| TreeError::TooSmall { wanted, size: 300 }.to_string();
    assert_eq!(tree.root(301).unwrap_err().to_string(), small(301));
    assert_eq!(tree.inclusion(0, 301).unwrap_err().to_string(), small(301));
    assert_eq!(
        tree.consistency(1, 301).unwrap_err().to_string(),
        small(301)
    );
    let missing = |index, size| TreeError::NoSuchIndex { index, size }.to_string();
    assert_eq!(tree.leaf(300).unwrap_err().to_string(), missing(300, 300));
    assert_eq!(tree.inclusion(7, 7).unwrap_err().to_string(), missing(7, 7));
    let shrunk = TreeError::Shrunk { old: 9, new: 8 };
    assert_eq!(
        tree.consistency(9, 8).unwrap_err().to_string(),
        shrunk.to_string()
    );
    assert!(tree.recheck(301).is_err());
    for path in [
        "tile/0/001.p/45",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "tile/2/000.p/1",
        "tile/entries/001",
        "tile/63/000",
    ] {
        assert_eq!(tree.tile(&path.parse().unwrap()).unwrap(), None, "{path}");
    }
}

/// Of proofs that are right, everything that differs a little is wrong.
#[test]
fn altered_proofs_are_refused() {
    let tree = grown(&SimDisk::default(), &Numbers::new(611));
    let (root, leaf) = (tree.root(611).unwrap(), tree.leaf(300).unwrap());
    let proof = tree.inclusion(300, 611).unwrap();
    let wrong = Err(ProofError::Wrong);
    assert_eq!(verify_inclusion(leaf, 300, 611, root, &proof), Ok(()));
    assert_eq!(verify_inclusion(leaf, 301, 611, root, &proof), wrong);
    assert_eq!(verify_inclusion(leaf, 300, 2_000, root, &proof), wrong);
    assert_eq!(verify_inclusion(root, 300, 611, root, &proof), wrong);
    assert_eq!(verify_inclusion(leaf, 300, 611, leaf, &proof), wrong);
    assert_eq!(verify_inclusion(leaf, 300, 611, root, &proof[1..]), wrong);
    let longer = [&proof[..], &[root]].concat();
    assert_eq!(verify_inclusion(leaf, 300, 611, root, &longer), wrong);
    for at in 0..proof.len() {
        let mut bent = proof.clone();
        bent[at].0[at] ^= 1;
        assert_eq!(verify_inclusion(leaf, 300, 611, root, &bent), wrong);
    }
    let none = ProofError::NoSuchIndex {
        index: 611,
        size: 611,
    };
    assert_eq!(verify_inclusion(leaf, 611, 611, root, &proof), Err(none));

    let (old_root, proof) = (tree.root(300).unwrap(), tree.consistency(300, 611).unwrap());
    let check = |old, new, proof: &[Hash]| verify_consistency(old, old_root, new, root, proof);
    assert_eq!(check(300, 611, &proof), Ok(()));
    assert_eq!(check(301, 611, &proof), wrong);
    assert_eq!(check(300, 1_200, &proof), wrong);
    assert_eq!(check(300, 611, &proof[1..]), wrong);
    assert_eq!(check(0, 611, &[]), wrong);
    assert_eq!(check(611, 611, &[]), wrong);
    assert_eq!(
        check(612, 611, &proof),
        Err(ProofError::Shrunk { old: 612, new: 611 })
    );
    for at in 0..proof.len() {
        let mut bent = proof.clone();
        bent[at].0[31] ^= 0x80;
        assert_eq!(check(300, 611, &bent), wrong);
    }
    let empty = RootBuilder::new().root();
    assert_eq!(verify_consistency(0, empty, 611, root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, empty, 611, root, &[root]), wrong);
    assert_eq!(verify_consistency(0, empty, 0, empty, &[]), Ok(()));
    assert_eq!(verify_consistency(0, empty, 0, root, &[]), wrong);
    assert_eq!(verify_consistency(611, root, 611, root, &[]), Ok(()));
}

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash)
}

/// Sizes and indexes: any, small ones, and those at the ends of what 64 bits count.
fn number() -> impl Strategy<Value = u64> {
    let small_bits = (0_u32..64, 0_u64..3).prop_map(|(bit, off)| (1 << bit) - 1 + off);
    prop_oneof![
        any::<u64>(),
        0_u64..1_000,
        (0_u64..3).prop_map(|n| u64::MAX - n),
        small_bits
    ]
}

proptest! {
    #[test]
    fn any_proof_is_right_or_refused(
        (leaf, root) in (hash(), hash()), a in number(), b in number(),
        proof in proptest::collection::vec(hash(), 0..80),
    ) {
        if verify_inclusion(leaf, a, b, root, &proof).is_ok() {
            prop_assert!((a, b, leaf) == (0, 1, root));
        }
        if verify_consistency(a, leaf, b, root, &proof).is_ok() {
            prop_assert!(a == b && leaf == root);
        }
    }

    #[test]
    fn any_question_has_an_answer(size in 0_u64..600, a in number(), b in number(), level in 0..=TILE_LEVEL_MAX, width in 1_u16..=256) {
        let tree = grown(&SimDisk::default(), &Numbers::new(size));
        prop_assert_eq!(tree.root(a).is_ok(), a <= size);
        prop_assert_eq!(tree.leaf(a).is_ok(), a < size);
        prop_assert_eq!(tree.inclusion(a, b).is_ok(), a < b && b <= size);
        prop_assert_eq!(tree.consistency(a, b).is_ok(), a <= b && b <= size);
        for kind in [TileKind::Entries, TileKind::Hashes(level)] {
            let tile = TileId::new(kind, a, width).unwrap();
            prop_assert_eq!(tree.tile(&tile).unwrap().is_some(), tile.is_held(size));
        }
    }

    #[test]
    fn any_two_sizes_agree_with_the_oracle(size in 1_u64..1_500, index: u64, old: u64) {
        let log = Numbers::new(size);
        let tree = grown(&SimDisk::default(), &log);
        agree(&tree, &oracle(&log, size), &[index % size], &[1 + old % size]);
    }
}
