//! A bidder's client that keeps the rules but for what its owner tells it.

use sha2::{Digest as _, Sha256 as Hash};

use super::super::envelope::{Context, share_info, transcript};
use super::super::plaintext::pack;
use super::super::sealing::{Cipher, polynomial};
use super::super::transcript::derive;
use super::super::{hybrid, sharing};
use super::*;
use crate::domain::values::Sha256;

/// What to do otherwise; by default nothing.
pub(super) struct Cheat {
    /// The r in the plaintext, where the shares follow from another.
    pub(super) r_inside: [u8; 32],
    /// The plaintext before it is encrypted.
    pub(super) plaintext: fn(Vec<u8>) -> Vec<u8>,
    /// The bid that is committed to.
    pub(super) committed: &'static [u8],
    /// The commitments before anything is bound to them.
    pub(super) commitments: fn(Vec<[u8; 32]>) -> Vec<[u8; 32]>,
    /// The secret that the key is made of.
    pub(super) secret: fn([u8; 32]) -> [u8; 32],
    /// What is sealed to a seat instead of its share.
    pub(super) share: fn(SeatNumber, [u8; 32]) -> [u8; 32],
    /// To whose key it is sealed.
    pub(super) sealed_to: fn(SeatNumber) -> SeatNumber,
    /// The seed of its HPKE.
    pub(super) ikm: fn(SeatNumber, [u8; 32]) -> [u8; 32],
}

impl Default for Cheat {
    fn default() -> Self {
        Self {
            r_inside: *bidder().r,
            plaintext: |plaintext| plaintext,
            committed: BID,
            commitments: |commitments| commitments,
            secret: |secret| secret,
            share: |_, share| share,
            sealed_to: |seat| seat,
            ikm: |_, ikm| ikm,
        }
    }
}

impl Cheat {
    pub(super) fn seal(&self, world: &World) -> Sealed {
        let Secrets { salt, r } = bidder();
        let context = Context::new(&world.sheet, id(), &sender());
        let polynomial = polynomial(context, &r, world.sheet.threshold()).unwrap();
        let commitments = (self.commitments)(polynomial.commitments());
        let bid = context.bid(&salt, self.committed);
        let header = context.header(bid, &commitments);
        let plaintext = (self.plaintext)(pack(&salt, BID, &self.r_inside).unwrap().to_vec());
        let secret = (self.secret)(polynomial.secret().to_bytes());
        let cipher = Cipher::new(header, &secret).unwrap();
        let ciphertext = cipher.encrypt(&plaintext).unwrap();
        let hash = Sha256(Hash::digest(&ciphertext).into());
        let transcript = transcript(header, hash);
        let shares = (1..=world.secrets.len()).map(|seat| {
            let seat = SeatNumber::try_from(seat).unwrap();
            let share = (self.share)(seat, polynomial.at(seat).to_bytes());
            let receiver = world.secrets[usize::from((self.sealed_to)(seat)) - 1].public();
            let info = share_info(transcript, seat, &receiver);
            let ikm = derive(&r, &[b"encapsulation", &context.0.0, &[seat]]).unwrap();
            let ikm = Zeroizing::new((self.ikm)(seat, *ikm));
            hybrid::seal(&receiver.x25519(), &info, &share, ikm).unwrap()
        });
        let dealing = Dealing {
            id: id(),
            sender: sender(),
            bid,
            commitments,
            ciphertext: hash,
            shares: shares.collect(),
        };
        Sealed {
            dealing,
            ciphertext,
        }
    }
}

/// A share with one added: another scalar in its one encoding.
pub(super) fn plus_one(share: [u8; 32]) -> [u8; 32] {
    let share = sharing::scalar(&share).unwrap();
    (share + curve25519_dalek::scalar::Scalar::ONE).to_bytes()
}

/// Without a lie it is the honest client, byte by byte.
#[test]
fn the_cheat_without_a_lie_is_honest() {
    let world = World::new(3, 5);
    assert_eq!(Cheat::default().seal(&world), world.sealed(BID));
}
