//! An attachment that is being received: into a file of its own, `attachments/incoming/…`, under no name that counts. Only when
//! all of it is there and synced does it get its name. What ends before leaves nothing, and after a kill `sweep` removes
//! what is left.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::directory::Directory;
use super::{AttachmentError, AttachmentHash, Attachments, Place};
use crate::store::embedded::{File, Mode};

const FOLDER: &str = "incoming";
/// How much of the beginning is kept at hand, to tell what kind of content it is.
const HEAD_BYTES_MAX: usize = 4 << 10;

/// An attachment that is being received. Dropped, it is gone.
#[derive(Debug)]
pub struct Incoming {
    attachments: Attachments,
    path: PathBuf,
    file: Arc<dyn File>,
    bytes: u64,
    bytes_max: u64,
    head: Vec<u8>,
    hasher: Sha256,
}

/// What was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its name.
    pub hash: AttachmentHash,
    /// How large it is.
    pub bytes: u64,
}

impl Incoming {
    pub(super) fn new(attachments: Attachments, bytes_max: u64) -> Result<Self, AttachmentError> {
        let directory = &attachments.inner.directory;
        let folder = directory.root().join(FOLDER);
        let mut random = [0; 8];
        let drawn = getrandom::fill(&mut random).map_err(std::io::Error::other);
        let path = folder.join(format!("{:016x}", u64::from_be_bytes(random)));
        let opened = drawn
            .and_then(|()| directory.files().create_dir(&folder))
            .and_then(|()| directory.files().open(&path, Mode::WritePrivate));
        let file = opened.map_err(|source| AttachmentError::io(&path, source))?;
        Ok(Self {
            path,
            file,
            attachments,
            bytes: 0,
            bytes_max,
            head: Vec::new(),
            hasher: Sha256::new(),
        })
    }

    /// Takes more bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        let end = self.bytes.saturating_add(bytes.len() as u64);
        if end > self.bytes_max {
            return Err(AttachmentError::TooLarge {
                bytes: end,
                max: self.bytes_max,
            });
        }
        let written = self.file.write_at(bytes, self.bytes);
        written.map_err(|source| AttachmentError::io(&self.path, source))?;
        let room = HEAD_BYTES_MAX.saturating_sub(self.head.len());
        let head = bytes.get(..room).unwrap_or(bytes);
        self.head.extend_from_slice(head);
        self.hasher.update(bytes);
        self.bytes = end;
        Ok(())
    }

    /// The first bytes, 4 KiB at most.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What was received so far.
    pub fn received(&self) -> Received {
        Received {
            hash: AttachmentHash(self.hasher.clone().finalize().into()),
            bytes: self.bytes,
        }
    }

    /// Keeps it under its name: durable when this returns. What is there already is left alone, unless it is damaged.
    pub fn keep(self) -> Result<Received, AttachmentError> {
        let received = self.received();
        match self.attachments.read(received.hash).and_then(drain) {
            // Its name may be another's who has not synced it yet.
            Ok(()) if self.attachments.has(received.hash)? => return Ok(received),
            Ok(()) | Err(AttachmentError::NotFound(_) | AttachmentError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
        match self.attachments.place()? {
            Place::Directory => {
                self.sync()?;
                self.directory().keep(&received, &self.path)?;
            }
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => {
                let bytes = crate::store::embedded::read_all(&*self.file);
                let bytes = bytes.map_err(|source| AttachmentError::io(&self.path, source))?;
                bucket.put(&received, bytes)?;
            }
        }
        Ok(received)
    }

    /// Content and name of the file, so that the final name never stands for less.
    fn sync(&self) -> Result<(), AttachmentError> {
        let directory = self.directory();
        let folder = directory.root().join(FOLDER);
        let synced = self.file.sync();
        synced
            .and_then(|()| directory.files().sync_dir(&folder))
            .map_err(|source| AttachmentError::io(&self.path, source))
    }

    fn directory(&self) -> &Directory {
        &self.attachments.inner.directory
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // It has its name by now, or is only space, which the next start frees.
        let _ = self.directory().files().remove(&self.path);
    }
}

/// Reads to the end, which compares the whole with its name.
fn drain(mut reader: super::reader::Reader) -> Result<(), AttachmentError> {
    while reader.chunk()?.is_some() {}
    Ok(())
}

/// Removes what was being received; says how many there were.
pub(super) fn sweep(directory: &Directory) -> Result<usize, AttachmentError> {
    let folder = directory.root().join(FOLDER);
    let names = directory.names(&folder)?;
    for name in &names {
        let path = folder.join(name);
        let removed = directory.files().remove(&path);
        removed.map_err(|source| AttachmentError::io(&path, source))?;
    }
    Ok(names.len())
}
