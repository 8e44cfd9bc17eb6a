//! The tree of a log that is elsewhere, believed only as far as a checkpoint vouches for it.
//!
//! ```text
//! checkpoint's root ──▶ the last, unfinished tile of each level ──▶ full tiles above ──▶ full tiles below ──▶ bundles of entries
//! ```
//!
//! The unfinished tiles together give the root, so a false one shows at once; and a full tile, or a full bundle, is vouched for by
//! its hash in the tile above it. So each piece is checked alone, in any order, and little is held: a tile per level. Knows no
//! network: [`Tiles`] fetches.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{HASH_SIZE, Hash, record_hash};

use super::bundle::{self, BundleError};
use super::tile::{TILE_WIDTH, TileId, TileKind};
use super::tree::RootBuilder;

const WIDTH: u64 = TILE_WIDTH as u64;
/// A size has 64 bits, of which each level of tiles takes eight.
const LEVELS: u8 = 8;

/// Fetches tiles of hashes from wherever they are.
pub trait Tiles {
    /// Why a tile was not fetched.
    type Error;

    /// The content of a tile, or what the other side says it is.
    fn tile(&self, tile: &TileId) -> Result<Vec<u8>, Self::Error>;
}

/// A tree of which only root and size are known at first.
#[derive(Debug)]
pub struct RemoteTree<T> {
    tiles: T,
    size: u64,
    /// The unfinished tile of each level.
    edge: Vec<Arc<[u8]>>,
    /// The full tile of each level that was read last, and its place.
    read: Vec<Option<(u64, Arc<[u8]>)>>,
}

/// Why a tile is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError<E> {
    /// It was not fetched.
    #[error("{0}")]
    Fetch(E),
    /// It has another number of hashes than its name says.
    #[error("{tile} has {bytes} bytes, not {expected}")]
    Length {
        /// Which.
        tile: TileId,
        /// Bytes it has.
        bytes: usize,
        /// Bytes it should have.
        expected: usize,
    },
    /// The unfinished tiles do not give the root of the checkpoint.
    #[error("the last tiles of a tree of {size} entries give another root than the checkpoint's")]
    Root {
        /// The size.
        size: u64,
    },
    /// A full tile has another hash than the tile above it says.
    #[error("{tile} is not what the tile above it says")]
    Tile {
        /// Which.
        tile: TileId,
        /// What was fetched.
        bytes: Vec<u8>,
    },
    /// The tree has no such tile.
    #[error("a tree of {size} entries has no tile {n} on level {level}")]
    Absent {
        /// The level.
        level: u8,
        /// The place there.
        n: u64,
        /// The size.
        size: u64,
    },
}

/// What a bundle of entries must be.
#[derive(Clone, Debug)]
pub struct Expected {
    n: u64,
    width: u16,
    hashes: Hashes,
}

#[derive(Clone, Debug)]
enum Hashes {
    /// Of a full bundle: the hash over all of its leaves.
    Whole(Hash),
    /// Of the last one: each leaf's.
    Each(Arc<[u8]>),
}

/// Why a bundle is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleDefect {
    /// It is no bundle.
    #[error(transparent)]
    Form(#[from] BundleError),
    /// Its entries are not those of the tree.
    #[error("entries of the bundle are not those of the tree")]
    Entries,
}

impl<T: Tiles> RemoteTree<T> {
    /// Fetches the unfinished tiles, at most eight, and compares them with the root.
    pub fn open(tiles: T, size: u64, root: Hash) -> Result<Self, RemoteError<T::Error>> {
        let mut edge: Vec<Arc<[u8]>> = Vec::new();
        for level in 0..LEVELS {
            let len = level_len(level, size);
            if len == 0 {
                break;
            }
            let width = u16::try_from(len % WIDTH).unwrap_or_default();
            let last = match TileId::new(TileKind::Hashes(level), len / WIDTH, width) {
                Some(tile) => fetch(&tiles, &tile)?,
                None => Vec::new(),
            };
            edge.push(last.into());
        }
        let tails = edge.iter().map(|tile| tile.to_vec()).collect();
        if RootBuilder::resumed(size, tails).root() != root {
            return Err(RemoteError::Root { size });
        }
        Ok(Self {
            tiles,
            size,
            edge,
            read: vec![None; usize::from(LEVELS)],
        })
    }

    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Whether it begins with all of a tree that is known: that one's unfinished tiles, which determine its root, must be the
    /// beginnings of the tiles at their places here.
    pub fn begins_with(&mut self, known: &RootBuilder) -> Result<bool, RemoteError<T::Error>> {
        if known.size() > self.size {
            return Ok(false);
        }
        for level in 0..LEVELS {
            let tail = known.tail(level);
            if tail.is_empty() {
                continue;
            }
            let here = self.hashes(level, level_len(level, known.size()) / WIDTH)?;
            if !here.starts_with(tail) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the bundle at a place must be.
    pub fn expected(&mut self, n: u64) -> Result<Expected, RemoteError<T::Error>> {
        if n < self.size / WIDTH {
            let hashes = Hashes::Whole(self.hash_of(0, n)?);
            let width = TILE_WIDTH;
            return Ok(Expected { n, width, hashes });
        }
        let leaves = self.hashes(0, n)?;
        let width = u16::try_from(leaves.len() / HASH_SIZE).unwrap_or(TILE_WIDTH);
        let hashes = Hashes::Each(leaves);
        Ok(Expected { n, width, hashes })
    }

    /// The index of the first entry in a false bundle that is not the tree's.
    pub fn first_false(&mut self, n: u64, entries: &[&[u8]]) -> Result<u64, RemoteError<T::Error>> {
        let leaves = self.hashes(0, n)?;
        let right = leaves
            .chunks_exact(HASH_SIZE)
            .zip(entries)
            .take_while(|(leaf, entry)| record_hash(entry).0 == **leaf);
        Ok(n * WIDTH + right.count() as u64)
    }

    /// The hashes of a tile, full or the last of its level.
    fn hashes(&mut self, level: u8, n: u64) -> Result<Arc<[u8]>, RemoteError<T::Error>> {
        let place = usize::from(level);
        if n >= level_len(level, self.size) / WIDTH {
            let is_edge = n == level_len(level, self.size) / WIDTH;
            let size = self.size;
            let edge = self.edge.get(place).filter(|_| is_edge).cloned();
            return edge.ok_or(RemoteError::Absent { level, n, size });
        }
        if let Some(Some((at, tile))) = self.read.get(place)
            && *at == n
        {
            return Ok(Arc::clone(tile));
        }
        let vouched = self.hash_of(level, n)?;
        let tile = TileId::new(TileKind::Hashes(level), n, TILE_WIDTH);
        let size = self.size;
        let tile = tile.ok_or(RemoteError::Absent { level, n, size })?;
        let bytes = fetch(&self.tiles, &tile)?;
        if Tile::subtree_hash(&bytes) != vouched {
            return Err(RemoteError::Tile { tile, bytes });
        }
        let hashes: Arc<[u8]> = bytes.into();
        if let Some(read) = self.read.get_mut(place) {
            *read = Some((n, Arc::clone(&hashes)));
        }
        Ok(hashes)
    }

    /// The hash of a full tile, out of the one above it. Levels end, for on the highest no tile is full.
    fn hash_of(&mut self, level: u8, n: u64) -> Result<Hash, RemoteError<T::Error>> {
        let above = self.hashes(level + 1, n / WIDTH)?;
        let place = usize::try_from(n % WIDTH).unwrap_or(usize::MAX);
        let hash = above.chunks_exact(HASH_SIZE).nth(place);
        let hash = hash.and_then(|bytes| bytes.try_into().ok()).map(Hash);
        let size = self.size;
        hash.ok_or(RemoteError::Absent { level, n, size })
    }
}

impl Expected {
    /// The bundle to fetch.
    pub fn tile(&self) -> Option<TileId> {
        TileId::new(TileKind::Entries, self.n, self.width)
    }

    /// Its entries, once they are those of the tree.
    pub fn check<'a>(&self, content: &'a [u8]) -> Result<Vec<&'a [u8]>, BundleDefect> {
        let entries = bundle::parse(content, self.width)?;
        let mut leaves = Vec::with_capacity(entries.len() * HASH_SIZE);
        for entry in &entries {
            leaves.extend_from_slice(&record_hash(entry).0);
        }
        let is_right = match &self.hashes {
            Hashes::Whole(hash) => Tile::subtree_hash(&leaves) == *hash,
            Hashes::Each(each) => *leaves == **each,
        };
        if is_right {
            Ok(entries)
        } else {
            Err(BundleDefect::Entries)
        }
    }
}

/// A tile of the length that its name says.
fn fetch<T: Tiles>(tiles: &T, tile: &TileId) -> Result<Vec<u8>, RemoteError<T::Error>> {
    let content = tiles.tile(tile).map_err(RemoteError::Fetch)?;
    let expected = usize::from(tile.width()) * HASH_SIZE;
    if content.len() == expected {
        return Ok(content);
    }
    Err(RemoteError::Length {
        tile: *tile,
        bytes: content.len(),
        expected,
    })
}

/// How many complete subtrees a level has.
fn level_len(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or_default()
}
