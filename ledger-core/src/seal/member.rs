//! A committee member's key for one tender: proven by a signature, opened to by HPKE.
//!
//! It is an Ed25519 key. The key that bids are sealed to is its X25519 form, which anyone derives from it; so the
//! signature that proves it proves the other too, without a question from anyone.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::transcript::prefixed;

/// Size of a proof of possession, in bytes.
pub const PROOF_BYTES: usize = 64;

/// What a proof is made for, for ever.
const PROOF_DOMAIN: &[u8] = b"sijill/committee-key/v1";
/// What the text of a secret key begins with: nobody takes another key for one.
const TEXT_PREFIX: &str = "sijill-committee-key+Ed25519+";

/// Whose key it is, and for what: a key is proven for one member and one tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat<'a> {
    /// Origin of the log.
    pub origin: &'a str,
    /// The tender.
    pub tender: &'a str,
    /// The member.
    pub member: &'a str,
}

impl Seat<'_> {
    fn message(&self, key: &MemberKey) -> Vec<u8> {
        prefixed(&[
            PROOF_DOMAIN,
            self.origin.as_bytes(),
            self.tender.as_bytes(),
            self.member.as_bytes(),
            key.as_bytes(),
        ])
    }
}

/// The secret key of a member for one tender.
pub struct MemberSecret(SigningKey);

/// A secret key never reaches a log line.
impl fmt::Debug for MemberSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberSecret")
    }
}

impl MemberSecret {
    /// The key of a seed, which must be random, secret and of no other use.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The key as one line of text, for its owner's file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(STANDARD.encode(self.0.as_bytes()));
        Zeroizing::new([TEXT_PREFIX, &encoded].concat())
    }

    /// Reads that line; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(TEXT_PREFIX)?;
        let seed = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        <&[u8; 32]>::try_from(&seed[..]).ok().map(Self::from_seed)
    }

    /// The public key.
    pub fn public(&self) -> MemberKey {
        MemberKey(self.0.verifying_key())
    }

    /// Proves for a seat that whoever takes it holds this key.
    pub fn prove(&self, seat: &Seat<'_>) -> [u8; PROOF_BYTES] {
        self.0.sign(&seat.message(&self.public())).to_bytes()
    }

    /// The X25519 secret: the scalar of Ed25519 before clamping, which is X25519's to do.
    pub(super) fn x25519(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_scalar_bytes())
    }
}

/// The public key of a member for one tender.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MemberKey(VerifyingKey);

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.as_bytes()))
    }
}

impl MemberKey {
    /// `None` for what is no Ed25519 key in its one encoding, or one whose secret everybody knows.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
        let canonical = key.to_edwards().compress().as_bytes() == key.as_bytes();
        (canonical && !key.is_weak()).then_some(Self(key))
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether this is the proof of the key for that seat.
    pub fn proves(&self, seat: &Seat<'_>, proof: &[u8; PROOF_BYTES]) -> bool {
        let signature = Signature::from_bytes(proof);
        let message = seat.message(self);
        self.0.verify_strict(&message, &signature).is_ok()
    }

    /// The X25519 key that shares are sealed to. A key and its negative have the same.
    pub(super) fn x25519(&self) -> [u8; 32] {
        self.0.to_montgomery().to_bytes()
    }
}
