//! Shares sealed to members: HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

use std::convert::Infallible;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _, single_shot_open,
    single_shot_seal_with_rng,
};
use zeroize::Zeroizing;

use super::SHARE_BYTES;

/// Size of an encapsulated key, in bytes.
const ENCAPSULATED_BYTES: usize = 32;

type Aead = ChaCha20Poly1305;
type Kdf = HkdfSha256;
type Suite = X25519HkdfSha256;

/// Seals a share with the ephemeral key that `DeriveKeyPair` gives of `ikm`: the same inputs give the same bytes. `None`
/// where the receiver's key is of low order.
pub(super) fn seal(
    receiver: &[u8; 32],
    info: &[u8],
    share: &[u8; 32],
    ikm: Zeroizing<[u8; 32]>,
) -> Option<[u8; SHARE_BYTES]> {
    let (encapsulated, ciphertext) = seal_with(receiver, info, share, b"", ikm)?;
    [&encapsulated[..], &ciphertext].concat().try_into().ok()
}

/// The same for anything, as RFC 9180 has it.
pub(super) fn seal_with(
    receiver: &[u8; 32],
    info: &[u8],
    plaintext: &[u8],
    aad: &[u8],
    ikm: Zeroizing<[u8; 32]>,
) -> Option<([u8; ENCAPSULATED_BYTES], Vec<u8>)> {
    let receiver = <Suite as Kem>::PublicKey::from_bytes(receiver).ok()?;
    let (base, mut ikm) = (OpModeS::Base, Ikm(ikm));
    let sealed = single_shot_seal_with_rng::<Aead, Kdf, Suite>(
        &base, &receiver, info, plaintext, aad, &mut ikm,
    );
    let (encapsulated, ciphertext) = sealed.ok()?;
    Some((encapsulated.to_bytes().into(), ciphertext))
}

/// Opens; `None` where it was sealed to another key, for another purpose, or changed.
pub(super) fn open(
    receiver: &[u8; 32],
    info: &[u8],
    sealed: &[u8; SHARE_BYTES],
) -> Option<Zeroizing<[u8; 32]>> {
    let (encapsulated, ciphertext) = sealed.split_at_checked(ENCAPSULATED_BYTES)?;
    let encapsulated = <Suite as Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
    let secret = <Suite as Kem>::PrivateKey::from_bytes(receiver).ok()?;
    let base = OpModeR::Base;
    let opened =
        single_shot_open::<Aead, Kdf, Suite>(&base, &secret, &encapsulated, info, ciphertext, b"");
    let opened = Zeroizing::new(opened.ok()?);
    opened[..].try_into().ok().map(Zeroizing::new)
}

/// The randomness of one encapsulation, known beforehand. `hpke` draws the key material of the ephemeral key, 32 bytes at
/// once, and nothing else; the vector of RFC 9180 in the tests keeps it so.
struct Ikm(Zeroizing<[u8; 32]>);

impl TryRng for Ikm {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (byte, known) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *known;
        }
        Ok(())
    }
}

impl TryCryptoRng for Ikm {}
