//! An envelope as its event holds it: dealing and ciphertext in one run of bytes.
//!
//! | Bytes | What |
//! |---|---|
//! | 1 | version: 1 |
//! | 1 | k, how many members open together |
//! | 1 | n, how many members there are |
//! | 32 | commitment to the bid |
//! | 32 · k | commitments to the dealer's polynomial |
//! | 80 · n | sealed shares, in the order of the seats |
//! | the rest | ciphertext: a size class and 16 bytes |
//!
//! The envelope's id and the bidder's key stand beside it in the event, the ciphertext's hash follows from the ciphertext; so an
//! envelope has one form only.

use sha2::{Digest as _, Sha256 as Hash};
use uuid::Uuid;

use super::{Dealing, MEMBERS_MAX, MEMBERS_MIN, SHARE_BYTES, SIZE_CLASSES, Sealed, THRESHOLD_MIN};
use crate::domain::values::{PublicKey, Sha256};

const VERSION: u8 = 1;
/// What the cipher adds to a plaintext, in bytes.
const TAG_BYTES: usize = 16;

impl Sealed {
    /// The bytes of the envelope, without its id and its sender.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Dealing {
            bid,
            commitments,
            shares,
            ..
        } = &self.dealing;
        // A committee has at most MEMBERS_MAX seats.
        let number = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        let mut bytes = vec![VERSION, number(commitments.len()), number(shares.len())];
        bytes.extend_from_slice(&bid.0);
        bytes.extend(commitments.iter().flatten());
        bytes.extend(shares.iter().flatten());
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads the bytes; `None` for any others. Whether it is right shows at the opening.
    pub fn from_bytes(id: Uuid, sender: &PublicKey, bytes: &[u8]) -> Option<Self> {
        let ([version, threshold, members], rest) = bytes.split_first_chunk()?;
        let (k, n) = (usize::from(*threshold), usize::from(*members));
        let possible = (MEMBERS_MIN..=MEMBERS_MAX).contains(&n) && k <= n;
        (*version == VERSION && possible && *threshold >= THRESHOLD_MIN).then_some(())?;
        let (bid, mut rest) = rest.split_first_chunk()?;
        let commitments = chunks(&mut rest, k)?;
        let shares = chunks::<SHARE_BYTES>(&mut rest, n)?;
        let class = rest.len().checked_sub(TAG_BYTES)?;
        SIZE_CLASSES.contains(&class).then_some(())?;
        let dealing = Dealing {
            id,
            sender: sender.clone(),
            bid: Sha256(*bid),
            commitments,
            ciphertext: Sha256(Hash::digest(rest).into()),
            shares,
        };
        let ciphertext = rest.to_vec();
        Some(Self {
            dealing,
            ciphertext,
        })
    }
}

/// Takes so many chunks off the front.
fn chunks<const BYTES: usize>(rest: &mut &[u8], count: usize) -> Option<Vec<[u8; BYTES]>> {
    let take = |_| {
        let (chunk, after) = rest.split_first_chunk()?;
        *rest = after;
        Some(*chunk)
    };
    (0..count).map(take).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::values::KeyAlgorithm;
    use proptest::prelude::*;

    fn sender() -> PublicKey {
        let key = ed25519_dalek::SigningKey::from_bytes(&[3; 32]).verifying_key();
        PublicKey::new(KeyAlgorithm::Ed25519, key.as_bytes()).unwrap()
    }

    fn envelope(k: usize, n: usize, class: usize) -> Sealed {
        let ciphertext = vec![7; class + TAG_BYTES];
        let dealing = Dealing {
            id: Uuid::from_u128(9),
            sender: sender(),
            bid: Sha256([1; 32]),
            commitments: vec![[2; 32]; k],
            ciphertext: Sha256(Hash::digest(&ciphertext).into()),
            shares: vec![[4; SHARE_BYTES]; n],
        };
        Sealed {
            dealing,
            ciphertext,
        }
    }

    #[test]
    fn an_envelope_comes_back_and_no_shorter_or_longer_one_does() {
        for (k, n) in [(2, 3), (3, 5), (16, 16)] {
            let sealed = envelope(k, n, SIZE_CLASSES[0]);
            let bytes = sealed.to_bytes();
            assert_eq!(bytes.len(), 3 + 32 + 32 * k + 80 * n + (4 << 10) + 16);
            let read = |bytes: &[u8]| Sealed::from_bytes(Uuid::from_u128(9), &sender(), bytes);
            assert_eq!(read(&bytes), Some(sealed));
            for length in 0..bytes.len() {
                assert_eq!(read(&bytes[..length]), None, "{length}");
            }
            assert_eq!(read(&[&bytes[..], &[0]].concat()), None);
        }
    }

    #[test]
    fn other_versions_and_impossible_committees_are_not_read() {
        let bytes = envelope(3, 5, SIZE_CLASSES[0]).to_bytes();
        for (place, byte) in [(0, 2), (1, 1), (1, 6), (2, 2), (2, 17)] {
            let mut other = bytes.clone();
            other[place] = byte;
            let read = Sealed::from_bytes(Uuid::from_u128(9), &sender(), &other);
            assert_eq!(read, None, "{place} {byte}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_gives_the_same_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), k in 2..4_u8, n in 3..6_u8) {
            let body = vec![9; 32 + 32 * usize::from(k) + 80 * usize::from(n) + (4 << 10) + 16];
            for bytes in [bytes.clone(), [&[1, k, n][..], &body].concat(), [&[1, k, n][..], &body, &bytes].concat()] {
                if let Some(read) = Sealed::from_bytes(Uuid::from_u128(9), &sender(), &bytes) {
                    prop_assert_eq!(read.to_bytes(), bytes);
                }
            }
        }
    }
}
