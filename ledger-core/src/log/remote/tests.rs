//! Trees of all shapes, honest and false.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A log that serves what it likes: its tiles, some of them changed.
#[derive(Clone, Default)]
struct Served {
    entries: Vec<Vec<u8>>,
    tiles: BTreeMap<TileId, Vec<u8>>,
}

impl Served {
    fn new(size: u64) -> Self {
        Self::of(
            (0..size)
                .map(|n| format!("entry {n}").into_bytes())
                .collect(),
        )
    }

    fn of(entries: Vec<Vec<u8>>) -> Self {
        let mut levels = vec![Vec::new()];
        for entry in &entries {
            levels[0].push(record_hash(entry));
        }
        while levels.last().unwrap().len() >= 256 {
            let full = levels.last().unwrap().chunks_exact(256);
            let above = full.map(|tile| Tile::subtree_hash(&bytes(tile))).collect();
            levels.push(above);
        }
        let mut tiles = BTreeMap::new();
        for (level, hashes) in (0..).zip(&levels) {
            for (n, tile) in (0..).zip(hashes.chunks(256)) {
                let width = u16::try_from(tile.len()).unwrap();
                let id = TileId::new(TileKind::Hashes(level), n, width).unwrap();
                tiles.insert(id, bytes(tile));
            }
        }
        Self { entries, tiles }
    }

    fn builder(&self, size: usize) -> RootBuilder {
        let mut builder = RootBuilder::new();
        self.entries[..size]
            .iter()
            .for_each(|e| builder.push_entry(e));
        builder
    }

    fn open(&self) -> Result<RemoteTree<&Self>, RemoteError<TileId>> {
        let all = self.builder(self.entries.len());
        RemoteTree::open(self, all.size(), all.root())
    }

    fn bundle(&self, expected: &Expected) -> Vec<u8> {
        let tile = expected.tile().unwrap();
        let from = usize::try_from(tile.n() * 256).unwrap();
        let mut content = Vec::new();
        for entry in &self.entries[from..from + usize::from(tile.width())] {
            assert!(bundle::push(&mut content, entry));
        }
        content
    }
}

impl Tiles for &Served {
    type Error = TileId;

    fn tile(&self, tile: &TileId) -> Result<Vec<u8>, TileId> {
        self.tiles.get(tile).cloned().ok_or(*tile)
    }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn all_of_an_honest_log_is_believed() {
    for size in [
        0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000,
    ] {
        let served = Served::new(size);
        let mut remote = served.open().unwrap();
        for n in 0..size.div_ceil(256) {
            let expected = remote.expected(n).unwrap();
            let content = served.bundle(&expected);
            let entries = expected.check(&content).unwrap();
            assert_eq!(entries.len(), usize::from(expected.tile().unwrap().width()));
        }
        assert!(remote.expected(size.div_ceil(256) + 1).is_err());
    }
}

#[test]
fn a_changed_entry_is_found_by_its_index() {
    let served = Served::new(700);
    let mut remote = served.open().unwrap();
    for index in [0, 300, 511, 512, 699] {
        let n = index / 256;
        let expected = remote.expected(n).unwrap();
        let mut liar = served.clone();
        liar.entries[usize::try_from(index).unwrap()] = b"other".to_vec();
        let content = liar.bundle(&expected);
        assert_eq!(expected.check(&content), Err(BundleDefect::Entries));
        let width = expected.tile().unwrap().width();
        let entries = bundle::parse(&content, width).unwrap();
        assert_eq!(remote.first_false(n, &entries), Ok(index));
        let cut = &content[..content.len() - 1];
        assert!(matches!(expected.check(cut), Err(BundleDefect::Form(_))));
    }
}

/// Every tile of a log of three levels, changed in one bit or in its length.
#[test]
fn a_changed_tile_is_not_believed() {
    let honest = Served::new(66_000);
    let all = honest.builder(66_000);
    for tile in honest.tiles.keys() {
        for is_cut in [false, true] {
            let mut liar = honest.clone();
            let content = liar.tiles.get_mut(tile).unwrap();
            if is_cut {
                content.pop();
            } else {
                content[7] ^= 1;
            }
            let read = RemoteTree::open(&liar, all.size(), all.root())
                .and_then(|mut remote| remote.hashes(level_of(tile), tile.n()));
            match read.unwrap_err() {
                RemoteError::Length { tile: at, .. } => assert!(is_cut && at == *tile),
                RemoteError::Root { .. } => assert!(!is_cut && !tile.is_full()),
                RemoteError::Tile { tile: at, .. } => assert!(!is_cut && at == *tile),
                other @ (RemoteError::Fetch(_) | RemoteError::Absent { .. }) => panic!("{other}"),
            }
        }
    }
}

fn level_of(tile: &TileId) -> u8 {
    match tile.kind() {
        TileKind::Hashes(level) => level,
        TileKind::Entries => panic!("no hashes"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn it_begins_with_every_earlier_tree_and_with_no_other(size in 1_usize..1_500, old in 0_usize..1_500, changed in 0_usize..1_500) {
        let served = Served::new(size as u64);
        let old = old.min(size);
        let mut remote = served.open().unwrap();
        prop_assert_eq!(remote.begins_with(&served.builder(old)), Ok(true));
        if old > 0 {
            let mut other = served.clone();
            other.entries[changed % old] = b"other".to_vec();
            prop_assert_eq!(remote.begins_with(&other.builder(old)), Ok(false));
        }
        let longer = Served::new(size as u64 + 1);
        prop_assert_eq!(remote.begins_with(&longer.builder(size + 1)), Ok(false));
    }
}
