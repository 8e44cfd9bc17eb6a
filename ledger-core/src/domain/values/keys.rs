//! Public keys of people and organisations, and what they prove.

use ed25519_dalek::Verifier as _;
use serde::{Deserialize, Serialize};
use sha2::Digest;

use super::{KeyId, Sha256, ValueError, legal, octets};

/// Signature algorithms of statements (DESIGN 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8032), 32-byte public key, 64-byte signature.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (JOSE ES256): SEC1 public key, 64-byte r ‖ s.
    Es256,
}

impl KeyAlgorithm {
    /// Its name in key ids and signed messages: never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
        }
    }
}

/// A public key that a library has parsed: a point on its curve, in the one form that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    #[serde(serialize_with = "octets")]
    bytes: Vec<u8>,
}

impl PublicKey {
    /// Checks that the bytes are a key of the algorithm. A P-256 key is kept uncompressed, so that a revoked key does not come
    /// back as another one in its other form.
    pub fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Result<Self, ValueError> {
        let canonical = match algorithm {
            KeyAlgorithm::Ed25519 => ed25519(bytes)
                .filter(|key| !key.is_weak())
                .map(|key| key.to_bytes().to_vec()),
            KeyAlgorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes)
                .ok()
                .map(|key| key.to_sec1_point(false).as_bytes().to_vec()),
        };
        let Some(bytes) = canonical else {
            return Err(ValueError::new(
                "public key",
                bytes.len(),
                legal(
                    "مفتاح عام صحيح من نوع Ed25519 أو P-256 (SEC1)",
                    "a valid Ed25519 or SEC1 P-256 public key",
                ),
            ));
        };
        Ok(Self { algorithm, bytes })
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The key's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// First 16 hexadecimal characters of SHA-256(algorithm name ‖ 0 ‖ bytes).
    pub fn id(&self) -> KeyId {
        let digest = sha2::Sha256::new()
            .chain_update(self.algorithm.name())
            .chain_update([0])
            .chain_update(&self.bytes)
            .finalize();
        let hex = Sha256(digest.into()).to_string();
        KeyId::from_hash(hex.chars().take(16).collect())
    }

    /// Whether `signature` over `message` was made with this key.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            KeyAlgorithm::Ed25519 => ed25519(&self.bytes)
                .zip(ed25519_dalek::Signature::from_slice(signature).ok())
                .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok()),
            KeyAlgorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(&self.bytes)
                .ok()
                .zip(p256::ecdsa::Signature::from_slice(signature).ok())
                .is_some_and(|(key, signature)| key.verify(message, &signature).is_ok()),
        }
    }
}

fn ed25519(bytes: &[u8]) -> Option<ed25519_dalek::VerifyingKey> {
    ed25519_dalek::VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()
}
