//! Entry bundles: what `tile/entries/…` holds (C2SP tlog-tiles). Up to 256 entries, each as its length in two bytes,
//! big-endian, and its bytes.

use super::tile::TILE_WIDTH;

/// Largest bundle, in bytes.
pub const BUNDLE_BYTES_MAX: usize = TILE_WIDTH as usize * (2 + u16::MAX as usize);

/// Bytes that are no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The bytes end inside an entry.
    #[error("the bundle ends inside its entry {place}")]
    CutShort {
        /// Place of the entry in the bundle, from 0.
        place: usize,
    },
    /// Another number of entries than its name says.
    #[error("the bundle holds {found} entries, its name says {expected}")]
    WrongCount {
        /// Entries found; counting ends one above the most that a bundle may hold.
        found: usize,
        /// Entries expected.
        expected: u16,
    },
}

/// Adds an entry to a bundle. `false`, with nothing added, when it is larger than 65,535 bytes.
#[must_use]
pub fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(len) = u16::try_from(entry.len()) else {
        return false;
    };
    bundle.extend_from_slice(&len.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// The entries of a bundle, of which there must be exactly `expected`, and nothing after them.
pub fn parse(bundle: &[u8], expected: u16) -> Result<Vec<&[u8]>, BundleError> {
    let (mut entries, mut rest) = (Vec::new(), bundle);
    while !rest.is_empty() && entries.len() <= usize::from(TILE_WIDTH) {
        let place = entries.len();
        let cut_short = BundleError::CutShort { place };
        let (len, after) = rest.split_first_chunk::<2>().ok_or(cut_short)?;
        let len = usize::from(u16::from_be_bytes(*len));
        let (entry, after) = after.split_at_checked(len).ok_or(cut_short)?;
        entries.push(entry);
        rest = after;
    }
    let found = entries.len();
    if found == usize::from(expected) {
        Ok(entries)
    } else {
        Err(BundleError::WrongCount { found, expected })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bundle(entries: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        assert!(entries.iter().all(|entry| push(&mut out, entry)));
        out
    }

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        let bytes = bundle(&[b"a", b"", &[7; 258]]);
        assert_eq!(bytes[..7], [0, 1, b'a', 0, 0, 1, 2]);
        assert_eq!(parse(&bytes, 3), Ok(vec![&b"a"[..], b"", &[7; 258]]));
        assert_eq!(parse(&[], 0), Ok(Vec::new()));
    }

    #[test]
    fn what_is_cut_or_too_long_is_refused() {
        let bytes = bundle(&[b"one", b"two"]);
        for end in 1..bytes.len() {
            let place = usize::from(end > 5);
            let expected = match end {
                5 => BundleError::WrongCount {
                    found: 1,
                    expected: 2,
                },
                _ => BundleError::CutShort { place },
            };
            assert_eq!(parse(&bytes[..end], 2), Err(expected), "{end}");
        }
        let wrong = |found, expected| Err(BundleError::WrongCount { found, expected });
        assert_eq!(parse(&bytes, 1), wrong(2, 1));
        assert_eq!(parse(&[], 1), wrong(0, 1));
        assert_eq!(parse(&[0; 2 * 300], 256), wrong(257, 256));
        let mut out = Vec::new();
        assert!(!push(&mut out, &vec![0; 65_536]) && out.is_empty());
        assert!(push(&mut out, &vec![0; 65_535]));
    }

    proptest! {
        #[test]
        fn entries_come_back(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..=256)) {
            let slices: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            let count = u16::try_from(entries.len()).unwrap();
            let bytes = bundle(&slices);
            prop_assert_eq!(parse(&bytes, count), Ok(slices));
        }

        #[test]
        fn any_bytes_are_a_bundle_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600), expected: u16) {
            if let Ok(entries) = parse(&bytes, expected) {
                prop_assert_eq!(bundle(&entries), bytes);
            }
        }
    }
}
