//! Public keys of people and organisations, and what they prove.

use ed25519_dalek::Verifier as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};

use super::{KeyId, ValueError};

/// Signature algorithms of statements (DESIGN 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8032), 32-byte public key, 64-byte signature.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (JOSE ES256): SEC1 public key, 64-byte r ‖ s.
    Es256,
}

/// A public key that a library has parsed: a point on its curve.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    bytes: Vec<u8>,
}

impl PublicKey {
    /// Checks that the bytes are a key of the algorithm.
    pub fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Result<Self, ValueError> {
        let legal = match algorithm {
            KeyAlgorithm::Ed25519 => ed25519(bytes).is_some_and(|key| !key.is_weak()),
            KeyAlgorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).is_ok(),
        };
        if legal {
            Ok(Self {
                algorithm,
                bytes: bytes.to_vec(),
            })
        } else {
            Err(ValueError::new(
                "public key",
                bytes.len(),
                "a valid Ed25519 or SEC1 P-256 public key",
            ))
        }
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
        let name: &[u8] = match self.algorithm {
            KeyAlgorithm::Ed25519 => b"Ed25519",
            KeyAlgorithm::Es256 => b"ES256",
        };
        let digest = Hasher::new()
            .chain_update(name)
            .chain_update([0])
            .chain_update(&self.bytes)
            .finalize();
        let hex: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        KeyId::from_hash(hex)
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
