//! Ed25519 for `jsonwebtoken`: the library reads and checks tokens, this file signs and verifies.
//!
//! The library's own providers bring RSA, ECDSA and HMAC along, which this server refuses anyway, and another copy of
//! ed25519-dalek. Verification is strict (RFC 8032 with small-order and non-canonical points refused).

use ed25519_dalek::{SECRET_KEY_LENGTH, Signature, Signer as _, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

/// The only algorithm that there is here.
pub const ALGORITHM: Algorithm = Algorithm::EdDSA;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory,
    verifier_factory,
    // Asked for only when a JWK is made from a DER-encoded key: never here.
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(ErrorKind::UnsupportedAlgorithm.into()),
        rsa_pub_components_from_public_key: |_| Err(ErrorKind::UnsupportedAlgorithm.into()),
        ec_pub_components_from_private_key: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
        ed_pub_components_from_private_key: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
        compute_digest: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    },
};

/// Makes the library use this file. Called before every use; the first call counts.
pub fn install() {
    // An error says that it is installed already.
    let _ = PROVIDER.install_default();
}

/// A private key of 32 bytes, as the library carries it.
pub fn encoding_key(secret: &[u8; SECRET_KEY_LENGTH]) -> EncodingKey {
    EncodingKey::from_ed_der(secret)
}

/// A public key of 32 bytes, as the library carries it; `None` when it is no point, or one that anybody can sign for.
pub fn decoding_key(public: &[u8; 32]) -> Option<DecodingKey> {
    let key = VerifyingKey::from_bytes(public).ok()?;
    (!key.is_weak()).then(|| DecodingKey::from_ed_der(public))
}

// The library gives references.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn signer_factory(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    let secret = <&[u8; SECRET_KEY_LENGTH]>::try_from(key.as_bytes());
    match (*algorithm == ALGORITHM, secret) {
        (true, Ok(secret)) => Ok(Box::new(Ed25519Signer(SigningKey::from_bytes(secret)))),
        (false, _) => Err(ErrorKind::InvalidAlgorithm.into()),
        (true, Err(_)) => Err(ErrorKind::InvalidEddsaKey.into()),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn verifier_factory(
    algorithm: &Algorithm,
    key: &DecodingKey,
) -> Result<Box<dyn JwtVerifier>, Error> {
    if *algorithm != ALGORITHM || key.family() != jsonwebtoken::AlgorithmFamily::Ed {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let public = <&[u8; 32]>::try_from(key.try_get_as_bytes()?);
    let public = public
        .ok()
        .and_then(|bytes| VerifyingKey::from_bytes(bytes).ok());
    match public {
        Some(public) => Ok(Box::new(Ed25519Verifier(public))),
        None => Err(ErrorKind::InvalidEddsaKey.into()),
    }
}

struct Ed25519Signer(SigningKey);

impl signature::Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signature: Signature = self
            .0
            .try_sign(message)
            .map_err(|_| signature::Error::new())?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}

struct Ed25519Verifier(VerifyingKey);

impl signature::Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let signature = Signature::from_slice(signature).map_err(|_| signature::Error::new())?;
        let verified = self.0.verify_strict(message, &signature);
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        ALGORITHM
    }
}
