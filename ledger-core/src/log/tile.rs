//! Tiles of a log: names, which of them a tree of some size has, and their paths (C2SP tlog-tiles).
//!
//! A tile has up to 256 hashes of one level (level 0: the leaves; each level is 8 above the one below), or up to 256 entries.

use std::fmt;
use std::iter;
use std::str::FromStr;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;
/// Highest level that has a name.
pub const TILE_LEVEL_MAX: u8 = 63;
/// Levels above this one are empty in every tree: sizes have 64 bits.
const USED_LEVEL_MAX: u8 = 7;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Entries, as a bundle.
    Entries,
    /// Hashes of a level, from 0 to [`TILE_LEVEL_MAX`].
    Hashes(u8),
}

/// The name of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    kind: TileKind,
    n: u64,
    width: u16,
}

/// A text that names no tile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path of a tile, such as tile/0/x001/067 or tile/entries/000.p/12")]
pub struct TilePathError(String);

impl TileId {
    /// A tile by its coordinates; `None` for a level above [`TILE_LEVEL_MAX`] or a width that is not 1 to [`TILE_WIDTH`].
    pub fn new(kind: TileKind, n: u64, width: u16) -> Option<Self> {
        let level_is_legal = match kind {
            TileKind::Entries => true,
            TileKind::Hashes(level) => level <= TILE_LEVEL_MAX,
        };
        let is_legal = level_is_legal && (1..=TILE_WIDTH).contains(&width);
        is_legal.then_some(Self { kind, n, width })
    }

    /// What it holds.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its place among the tiles of its level, from 0.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// How many hashes or entries: 1 to [`TILE_WIDTH`].
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it will never grow.
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// How many hashes or entries a tree of `size` entries has at this place, whatever the width of this name: 0 to [`TILE_WIDTH`].
    pub fn held(&self, size: u64) -> u16 {
        let here = level_len(self.level(), size).saturating_sub(self.n.saturating_mul(WIDTH));
        // A place beyond what 64 bits can count has nothing.
        let counted = self.n.checked_mul(WIDTH).map_or(0, |_| here);
        u16::try_from(counted).map_or(TILE_WIDTH, |held| held.min(TILE_WIDTH))
    }

    /// Whether a tree of `size` entries holds all of it. Partial tiles of earlier sizes are held as well.
    pub fn is_held(&self, size: u64) -> bool {
        self.width <= self.held(size)
    }

    /// Whether it belongs to a tree of exactly `size` entries: it is full, or as wide as the tree's last tile of this level.
    pub fn fits(&self, size: u64) -> bool {
        self.width == self.held(size)
    }

    /// The tiles that a tree of `new` entries has and a tree of `old` entries had not: bundles first, then hashes, level by level.
    pub fn between(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let kinds = iter::once(TileKind::Entries).chain((0..=USED_LEVEL_MAX).map(TileKind::Hashes));
        kinds.flat_map(move |kind| {
            let level = kind.level();
            let (before, now) = (level_len(level, old), level_len(level, new));
            let last_width = u16::try_from(now % WIDTH).unwrap_or_default();
            let full = (before / WIDTH..now / WIDTH).map(|n| (n, TILE_WIDTH));
            let last = (before < now && last_width > 0).then_some((now / WIDTH, last_width));
            full.chain(last)
                .map(move |(n, width)| Self { kind, n, width })
        })
    }

    /// Its path below the log's address, without a slash at the beginning.
    pub fn path(&self) -> String {
        self.to_string()
    }

    const fn level(&self) -> u8 {
        self.kind.level()
    }
}

const WIDTH: u64 = TILE_WIDTH as u64;

impl TileKind {
    /// Bundles stand beside the hashes of level 0.
    const fn level(self) -> u8 {
        match self {
            Self::Entries => 0,
            Self::Hashes(level) => level,
        }
    }
}

/// How many hashes a level has in a tree of `size` entries: those of its complete subtrees.
fn level_len(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or_default()
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries/")?,
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        // A number of 64 bits has at most seven groups of three digits.
        for power in (1..7).rev() {
            let rest = self.n / 1_000_u64.pow(power);
            if rest > 0 {
                write!(f, "x{:03}/", rest % 1_000)?;
            }
        }
        write!(f, "{:03}", self.n % 1_000)?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

impl FromStr for TileId {
    type Err = TilePathError;

    /// Takes exactly what [`TileId::path`] gives.
    fn from_str(path: &str) -> Result<Self, TilePathError> {
        // The longest path: seven groups and a partial width.
        const PATH_BYTES_MAX: usize = "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255".len();
        let refused = || TilePathError(path.chars().take(PATH_BYTES_MAX).collect());
        let parsed = (path.len() <= PATH_BYTES_MAX).then(|| parse(path));
        // One spelling only: no leading zeros, no empty groups, no sign.
        parsed
            .flatten()
            .filter(|tile| tile.path() == path)
            .ok_or_else(refused)
    }
}

fn parse(path: &str) -> Option<TileId> {
    let (kind, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes(level.parse().ok()?),
    };
    let (place, width) = match place.split_once(".p/") {
        Some((place, width)) => (place, width.parse().ok()?),
        None => (place, TILE_WIDTH),
    };
    let mut n = 0_u64;
    for group in place.split('/') {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        n = n.checked_mul(1_000)?.checked_add(group)?;
    }
    TileId::new(kind, n, width)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hashes(level: u8, n: u64, width: u16) -> TileId {
        TileId::new(TileKind::Hashes(level), n, width).unwrap()
    }

    fn entries(n: u64, width: u16) -> TileId {
        TileId::new(TileKind::Entries, n, width).unwrap()
    }

    /// The examples of the specification, and the ends of the ranges.
    #[test]
    fn paths_are_those_of_the_specification() {
        for (tile, path) in [
            (hashes(0, 1_234_067, 256), "tile/0/x001/x234/067"),
            (entries(0, 12), "tile/entries/000.p/12"),
            (hashes(1, 5, 1), "tile/1/005.p/1"),
            (hashes(63, 999, 255), "tile/63/999.p/255"),
            (entries(1_000, 256), "tile/entries/x001/000"),
            (
                entries(u64::MAX, 255),
                "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255",
            ),
        ] {
            assert_eq!(tile.path(), path);
            assert_eq!(path.parse(), Ok(tile));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/00/000",
            "tile/+0/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/data/000",
            "tile/8/0/000",
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/x001/x002",
            "tile/0/xx01/002",
            "tile/0/+01",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/256",
            "tile/0/000.p/257",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/٠٠٠",
            "tile/entries/x018/x446/x744/x073/x709/x551/616",
            "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255/000",
            "tile/entries/../entries/000",
        ] {
            assert!(path.parse::<TileId>().is_err(), "{path}");
        }
        assert_eq!(TileId::new(TileKind::Hashes(64), 0, 1), None);
        assert_eq!(TileId::new(TileKind::Entries, 0, 0), None);
        assert_eq!(TileId::new(TileKind::Entries, 0, 257), None);
    }

    #[test]
    fn a_tree_has_full_tiles_and_one_partial_tile_per_level() {
        // 70,000 entries: 273 full tiles and 112 hashes; 273 = 256 + 17 hashes on level 1; 1 on level 2.
        let size = 70_000;
        assert!(hashes(0, 272, 256).fits(size) && hashes(0, 273, 112).fits(size));
        assert!(hashes(1, 0, 256).fits(size) && hashes(1, 1, 17).fits(size));
        assert!(hashes(2, 0, 1).fits(size) && !hashes(3, 0, 1).is_held(size));
        assert!(entries(273, 112).fits(size) && !entries(273, 113).is_held(size));
        // Of an earlier size: held, though it is not the tree's own tile.
        assert!(!entries(273, 3).fits(size) && entries(273, 3).is_held(size));
        assert!(entries(0, 3).is_held(size) && !entries(0, 3).fits(size));
        assert!(!entries(u64::MAX, 1).is_held(u64::MAX));
        assert!(!hashes(63, 0, 1).is_held(u64::MAX) && hashes(7, 0, 255).fits(u64::MAX));
    }

    #[test]
    fn what_is_between_two_sizes() {
        let paths = |old, new| {
            TileId::between(old, new)
                .map(|t| t.path())
                .collect::<Vec<_>>()
        };
        assert_eq!(paths(0, 0), Vec::<String>::new());
        assert_eq!(paths(7, 7), Vec::<String>::new());
        assert_eq!(paths(0, 3), ["tile/entries/000.p/3", "tile/0/000.p/3"]);
        assert_eq!(
            paths(255, 257),
            [
                "tile/entries/000",
                "tile/entries/001.p/1",
                "tile/0/000",
                "tile/0/001.p/1",
                "tile/1/000.p/1",
            ]
        );
        assert_eq!(
            paths(65_535, 65_536),
            [
                "tile/entries/255",
                "tile/0/255",
                "tile/1/000",
                "tile/2/000.p/1"
            ]
        );
    }

    proptest! {
        #[test]
        fn every_tile_has_one_path(level in 0_u8..=63, n: u64, width in 1_u16..=256, is_entries: bool) {
            let kind = if is_entries { TileKind::Entries } else { TileKind::Hashes(level) };
            let tile = TileId::new(kind, n, width).unwrap();
            prop_assert_eq!(tile.path().parse(), Ok(tile));
        }

        #[test]
        fn any_text_is_a_path_or_refused(text in "\\PC{0,60}", near in "tile/([0-9]{1,2}|entries)/[x0-9/]{0,20}(\\.p/[0-9]{0,3})?") {
            for text in [text, near] {
                if let Ok(tile) = text.parse::<TileId>() {
                    prop_assert_eq!(tile.path(), text);
                }
            }
        }

        #[test]
        fn between_gives_what_fits_and_is_new(old in 0_u64..300_000, more in 0_u64..300_000) {
            let new = old + more;
            let tiles: Vec<TileId> = TileId::between(old, new).collect();
            prop_assert!(tiles.iter().all(|tile| tile.fits(new) && !tile.is_held(old)));
            let entries = tiles.iter().filter(|t| t.kind() == TileKind::Entries);
            let covered: u64 = entries.map(|t| u64::from(t.width())).sum();
            prop_assert_eq!(covered, if more == 0 { 0 } else { new - old / 256 * 256 });
        }

        #[test]
        fn any_tile_at_any_size(level in 0_u8..=63, n: u64, width in 1_u16..=256, size: u64) {
            let tile = TileId::new(TileKind::Hashes(level), n, width).unwrap();
            prop_assert!(tile.held(size) <= 256);
            prop_assert!(!tile.fits(size) || tile.is_held(size));
        }
    }
}
