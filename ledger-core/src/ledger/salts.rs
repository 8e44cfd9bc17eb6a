//! Salts of withheld parts: randomness is injected.

use crate::store::AppendError;

/// Where salts come from.
pub trait Salts: Send + Sync + 'static {
    /// 32 bytes that nobody can guess.
    fn salt(&self) -> Result<[u8; 32], AppendError>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsSalts;

impl Salts for OsSalts {
    fn salt(&self) -> Result<[u8; 32], AppendError> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|error| {
            AppendError::Unavailable(format!("no randomness from the operating system: {error}"))
        })?;
        Ok(salt)
    }
}
