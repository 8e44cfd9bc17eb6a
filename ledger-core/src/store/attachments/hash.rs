//! The name of an attachment.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The SHA-256 of an attachment: its name. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttachmentHash(pub [u8; 32]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an attachment is named by 64 lower-case hexadecimal digits")]
pub struct AttachmentHashError;

impl AttachmentHash {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for AttachmentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AttachmentHash {
    type Err = AttachmentHashError;

    fn from_str(text: &str) -> Result<Self, AttachmentHashError> {
        let legal =
            text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !legal {
            return Err(AttachmentHashError);
        }
        let mut hash = [0; 32];
        for (byte, start) in hash.iter_mut().zip((0..).step_by(2)) {
            let digits = text.get(start..start + 2).ok_or(AttachmentHashError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| AttachmentHashError)?;
        }
        Ok(Self(hash))
    }
}
