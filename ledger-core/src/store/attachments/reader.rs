//! An attachment that is being read, chunk by chunk: the last chunk is only given when all of them are what the name says.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{AttachmentError, AttachmentHash};
use crate::store::embedded::File;

/// Largest chunk, in bytes.
pub const CHUNK_BYTES: usize = 512 << 10;

/// Where the bytes come from.
#[derive(Debug)]
pub(super) enum Source {
    /// A file.
    File {
        /// Its path, for messages.
        path: PathBuf,
        /// The open file.
        file: Arc<dyn File>,
    },
    /// An object in a bucket.
    #[cfg(feature = "s3")]
    Object(super::s3::Object),
}

/// An attachment that is being read.
#[derive(Debug)]
pub struct Reader {
    hash: AttachmentHash,
    source: Source,
    bytes: u64,
    read: u64,
    hasher: Sha256,
    /// Whether the end was given.
    ended: bool,
}

impl Reader {
    pub(super) fn new(hash: AttachmentHash, source: Source) -> Result<Self, AttachmentError> {
        Ok(Self {
            hash,
            bytes: source.bytes()?,
            source,
            read: 0,
            hasher: Sha256::new(),
            ended: false,
        })
    }

    /// How many bytes there are in all.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next chunk, `None` after the last. `Corrupt` in the place of the last one where the whole is not what its name
    /// says.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, AttachmentError> {
        if self.ended {
            return Ok(None);
        }
        let chunk = self.source.read_at(self.read)?;
        self.hasher.update(&chunk);
        self.read = self.read.saturating_add(chunk.len() as u64);
        // Empty before the end: it was cut off while it was read.
        if self.read >= self.bytes || chunk.is_empty() {
            self.ended = true;
            if self.hasher.clone().finalize()[..] != self.hash.0 {
                return Err(AttachmentError::Corrupt(self.hash));
            }
        }
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }
}

impl Source {
    fn bytes(&self) -> Result<u64, AttachmentError> {
        match self {
            Self::File { path, file } => file.len().map_err(|source| AttachmentError::Io {
                path: path.clone(),
                source,
            }),
            #[cfg(feature = "s3")]
            Self::Object(object) => Ok(object.bytes()),
        }
    }

    fn read_at(&mut self, offset: u64) -> Result<Vec<u8>, AttachmentError> {
        match self {
            Self::File { path, file } => {
                let mut chunk = vec![0; CHUNK_BYTES];
                let read = file.read_at(&mut chunk, offset);
                let read = read.map_err(|source| AttachmentError::Io {
                    path: path.clone(),
                    source,
                })?;
                chunk.truncate(read);
                Ok(chunk)
            }
            #[cfg(feature = "s3")]
            Self::Object(object) => object.read_at(offset, CHUNK_BYTES),
        }
    }
}
