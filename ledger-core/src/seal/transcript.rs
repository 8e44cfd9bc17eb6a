//! Hashes and derived secrets: every field after its length, every purpose under a name of its own.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256 as Hash};
use zeroize::Zeroizing;

use crate::domain::values::Sha256;

/// The salt of every extraction, so that no other program's derivations from the same bytes are ours.
const SALT: &[u8] = b"sijill/seal/v1";

/// The fields one after another, each after its length as a big-endian `u32`.
pub(super) fn prefixed(fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(fields.iter().map(|field| 4 + field.len()).sum());
    for field in fields {
        bytes.extend_from_slice(&length(field));
        bytes.extend_from_slice(field);
    }
    bytes
}

/// SHA-256 over the fields, the first of which names the purpose.
pub(crate) fn digest(fields: &[&[u8]]) -> Sha256 {
    let hash = fields.iter().fold(Hash::new(), |hash, field| {
        hash.chain_update(length(field)).chain_update(field)
    });
    Sha256(hash.finalize().into())
}

/// HKDF-SHA256 of a secret, expanded for a purpose. `None` cannot happen: nothing here is longer than 64 bytes.
pub(super) fn derive<const N: usize>(
    secret: &[u8; 32],
    purpose: &[&[u8]],
) -> Option<Zeroizing<[u8; N]>> {
    let mut derived = Zeroizing::new([0; N]);
    Hkdf::<Hash>::new(Some(SALT), secret)
        .expand(&prefixed(purpose), &mut derived[..])
        .ok()?;
    Some(derived)
}

/// Nothing that is hashed comes near 4 GiB: bids and texts have limits.
fn length(field: &[u8]) -> [u8; 4] {
    u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes()
}
