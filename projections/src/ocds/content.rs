//! The bytes of a release: compressed (zlib, RFC 1950), back again, and whether an event tells the truth about them.

use std::io::{self, Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256 as Hasher};
use sijill_ledger_core::domain::process::{RELEASE_BYTES_MAX, Release};
use sijill_ledger_core::domain::values::Sha256;

use super::document::Found;
use super::problem::Fault;
use super::release::Published;

/// Why an event is not what its bytes say.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The bytes are not compressed as they should be.
    #[error("the release cannot be decompressed: {0}")]
    Compression(#[from] io::Error),
    /// There are more of them than a release may have, or than the event says.
    #[error("the release is larger than the {bytes_max} bytes that it may have")]
    TooLarge {
        /// The most there may be.
        bytes_max: u64,
    },
    /// They are not what the event names by its hash.
    #[error("the release has SHA-256 {found}, the event says {recorded}")]
    OtherBytes {
        /// What the event says.
        recorded: Sha256,
        /// What they have.
        found: Sha256,
    },
    /// They are no text.
    #[error("the release is no UTF-8 text")]
    NotUtf8,
    /// They are no release.
    #[error(transparent)]
    Unreadable(#[from] Fault),
    /// The release says something else than the event.
    #[error("the event says something else than the release that it holds: {what}")]
    Differs {
        /// Which field.
        what: &'static str,
    },
}

/// Compresses.
pub fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Decompresses at most `bytes_max` bytes: a few bytes can stand for gigabytes.
pub fn decompress(compressed: &[u8], bytes_max: u64) -> Result<Vec<u8>, ContentError> {
    let mut bytes = Vec::new();
    let mut decoder = ZlibDecoder::new(compressed).take(bytes_max.saturating_add(1));
    decoder.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(ContentError::TooLarge { bytes_max });
    }
    Ok(bytes)
}

/// Derives everything that the event says of its release again, from the compressed bytes: those in the event or in the
/// attachment that it names.
pub fn check(release: &Release, compressed: &[u8]) -> Result<(), ContentError> {
    let bytes = decompress(compressed, RELEASE_BYTES_MAX.min(release.bytes))?;
    let (recorded, found) = (release.sha256, Sha256(Hasher::digest(&bytes).into()));
    if recorded != found {
        return Err(ContentError::OtherBytes { recorded, found });
    }
    let text = str::from_utf8(&bytes).map_err(|_| ContentError::NotUtf8)?;
    let found = Found {
        path: String::new(),
        offset: 0,
        text,
    };
    let published = Published::read(&found)?;
    let same = [
        ("ocid", published.ocid == release.ocid),
        ("id", published.id == release.id),
        ("date", published.date == release.date),
        ("tag", published.tags == release.tags),
        ("bytes", bytes.len() as u64 == release.bytes),
        ("summary", published.summary == release.summary),
    ];
    match same.into_iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(ContentError::Differs { what }),
        None => Ok(()),
    }
}
