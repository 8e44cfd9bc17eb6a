//! What people of the story would draw at random and keep to themselves is derived from names here, so that every run tells the
//! same story byte for byte. A demo has no secrets: never for a ledger that people use.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use sijill_ledger_core::ledger::Salts;
use sijill_ledger_core::statement::StatementKey;
use sijill_ledger_core::store::AppendError;
use uuid::Uuid;

use crate::cli::errors::Failure;

/// 32 bytes for a purpose.
pub fn bytes(purpose: &str) -> [u8; 32] {
    Sha256::new_with_prefix("sijill demo/")
        .chain_update(purpose)
        .finalize()
        .into()
}

/// The id of an envelope: in the form of a random number, as the rules want it.
pub fn envelope_id(purpose: &str) -> Uuid {
    let mut first = [0; 16];
    for (byte, drawn) in first.iter_mut().zip(bytes(purpose)) {
        *byte = drawn;
    }
    uuid::Builder::from_random_bytes(first).into_uuid()
}

/// The key of a supplier, which two registrars enrolled.
pub fn supplier_key(supplier: usize) -> Result<StatementKey, Failure> {
    let seed = bytes(&format!("supplier/{supplier}"));
    StatementKey::from_seed(&seed).map_err(|error| Failure::refused(&error, "demo"))
}

/// Salts of withheld parts, by their number in the story.
#[derive(Debug, Default)]
pub struct StorySalts(AtomicU64);

impl Salts for StorySalts {
    fn salt(&self) -> Result<[u8; 32], AppendError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(bytes(&format!("salt/{number}")))
    }
}
