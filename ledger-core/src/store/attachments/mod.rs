//! Attachments: bytes named by their SHA-256, durable before an event names them.
//!
//! Written once, never changed; equal content is stored once. Where they are kept:
//!
//! | File | What |
//! |---|---|
//! | `directory` | `attachments/ab/cdef…` in the data directory: the usual place |
//! | `s3` | an S3-compatible store, with the feature `s3`; `attachments/place` in the data directory names it |
//! | [`incoming`] | bytes that are being received: a file of their own until all are there |
//! | [`reader`] | bytes that are being read, compared with their name by the end |
//! | [`uploads`] | who brought what no event names yet |
//! | `hash` | the name |
//!
//! Everything here blocks; callers that must not wait use a thread where waiting is allowed.

mod directory;
mod hash;
pub mod incoming;
pub mod reader;
#[cfg(feature = "s3")]
mod s3;
#[cfg(test)]
mod tests;
pub mod uploads;

pub use hash::{AttachmentHash, AttachmentHashError};

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::embedded::{Files, Mode, RealFiles, read_all, replace};
use crate::time::Timestamp;
use directory::Directory;
use incoming::Incoming;
use reader::Reader;

/// Largest attachment, in bytes.
pub const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;

/// Why an attachment was not stored or not found.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// There is no such attachment here.
    #[error("there is no attachment {0}")]
    NotFound(AttachmentHash),
    /// What is stored is not what its name says.
    #[error("the attachment {0} is damaged; restore it from a mirror or a backup")]
    Corrupt(AttachmentHash),
    /// It is larger than allowed.
    #[error("the attachment has {bytes} bytes or more, at most {max} are allowed")]
    TooLarge {
        /// How many bytes there are at least.
        bytes: u64,
        /// How many are allowed.
        max: u64,
    },
    /// The operating system failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// The store that keeps the attachments cannot be used.
    #[error("the attachments are kept at {place}: {what}")]
    Place {
        /// Its address.
        place: String,
        /// What is wrong.
        what: String,
    },
}

impl AttachmentError {
    fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::Io { path, source }
    }
}

/// The attachments of one data directory. Clones share them.
#[derive(Clone, Debug)]
pub struct Attachments {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    directory: Directory,
    place: OnceLock<Place>,
}

/// Where the bytes are, once that was looked up.
#[derive(Debug)]
enum Place {
    Directory,
    #[cfg(feature = "s3")]
    Bucket(s3::Bucket),
}

/// One attachment as a store lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub hash: AttachmentHash,
    /// How large it is.
    pub bytes: u64,
    /// When it was stored.
    pub at: Timestamp,
}

impl Attachments {
    /// The attachments of a data directory, wherever it says that they are. Nothing is created before the first one is put.
    pub fn new(dir: &Path) -> Self {
        Self::on(dir, Arc::new(RealFiles))
    }

    /// The same over a file layer.
    pub(crate) fn on(dir: &Path, files: Arc<dyn Files>) -> Self {
        Self {
            inner: Arc::new(Inner {
                directory: Directory::new(dir, files),
                place: OnceLock::new(),
            }),
        }
    }

    /// Keeps them at an S3-compatible store from now on: `s3://bucket/prefix`. The directory remembers it. Refused where they
    /// are kept elsewhere already, and where the store cannot be written.
    pub fn keep_at(&self, place: &str) -> Result<(), AttachmentError> {
        let refused = |what: &str| AttachmentError::Place {
            place: place.to_owned(),
            what: what.to_owned(),
        };
        match self.noted()? {
            Some(noted) if noted == place => return self.place().map(drop),
            Some(_) => return Err(refused("the directory says that they are kept elsewhere")),
            None => {}
        }
        if !self.inner.directory.list()?.is_empty() {
            return Err(refused(
                "the directory holds some already; copy them there under the same names, then write the address into attachments/place",
            ));
        }
        Place::probe(place)?;
        let directory = &self.inner.directory;
        let noting = directory
            .files()
            .create_dir(directory.root())
            .and_then(|()| replace(directory.files(), directory.root(), PLACE, place.as_bytes()));
        noting.map_err(|source| AttachmentError::io(directory.root(), source))
    }

    /// Stores an attachment, durably; what is there already is left alone. Returns its name.
    pub fn put(&self, bytes: &[u8]) -> Result<AttachmentHash, AttachmentError> {
        let mut incoming = self.receive(ATTACHMENT_BYTES_MAX)?;
        incoming.write(bytes)?;
        Ok(incoming.keep()?.hash)
    }

    /// Begins to receive an attachment of so many bytes at most.
    pub fn receive(&self, bytes_max: u64) -> Result<Incoming, AttachmentError> {
        Incoming::new(self.clone(), bytes_max.min(ATTACHMENT_BYTES_MAX))
    }

    /// Reads an attachment and compares it with its name.
    pub fn get(&self, hash: AttachmentHash) -> Result<Vec<u8>, AttachmentError> {
        let mut reader = self.read(hash)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = reader.chunk()? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Begins to read an attachment.
    pub fn read(&self, hash: AttachmentHash) -> Result<Reader, AttachmentError> {
        let source = match self.place()? {
            Place::Directory => self.inner.directory.open(hash)?,
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.open_object(hash)?,
        };
        Reader::new(hash, source)
    }

    /// Whether an attachment is here, durably. Its content is not read.
    pub fn has(&self, hash: AttachmentHash) -> Result<bool, AttachmentError> {
        match self.place()? {
            Place::Directory => self.inner.directory.has(hash),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.has(hash),
        }
    }

    /// All that are here, in no order.
    pub fn list(&self) -> Result<Vec<Stored>, AttachmentError> {
        match self.place()? {
            Place::Directory => self.inner.directory.list(),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.list(),
        }
    }

    /// Forgets an attachment. For those that no event names: nothing else may ever go.
    pub fn remove(&self, hash: AttachmentHash) -> Result<(), AttachmentError> {
        match self.place()? {
            Place::Directory => self.inner.directory.remove(hash),
            #[cfg(feature = "s3")]
            Place::Bucket(bucket) => bucket.remove(hash),
        }
    }

    /// Removes what was being received when a process ended. Only for whoever holds the directory's lock: what others are
    /// receiving would go too. Says how many there were.
    pub fn sweep_incoming(&self) -> Result<usize, AttachmentError> {
        incoming::sweep(&self.inner.directory)
    }

    /// The address that the directory notes, where it notes one.
    fn noted(&self) -> Result<Option<String>, AttachmentError> {
        let directory = &self.inner.directory;
        let path = directory.root().join(PLACE);
        let read = directory.files().open(&path, Mode::Read);
        match read.and_then(|file| read_all(&*file)) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(AttachmentError::Io { path, source }),
        }
    }

    fn place(&self) -> Result<&Place, AttachmentError> {
        if let Some(place) = self.inner.place.get() {
            return Ok(place);
        }
        let found = match self.noted()? {
            None => Place::Directory,
            Some(noted) => Place::at(&noted)?,
        };
        Ok(self.inner.place.get_or_init(|| found))
    }
}

/// The file that names another place than the directory.
const PLACE: &str = "place";

impl Place {
    #[cfg(feature = "s3")]
    fn at(place: &str) -> Result<Self, AttachmentError> {
        s3::Bucket::open(place).map(Self::Bucket)
    }

    /// Whether it can be used, by trying.
    #[cfg(feature = "s3")]
    fn probe(place: &str) -> Result<(), AttachmentError> {
        s3::Bucket::open(place)?.probe()
    }

    #[cfg(not(feature = "s3"))]
    fn at(place: &str) -> Result<Self, AttachmentError> {
        Err(AttachmentError::Place {
            place: place.to_owned(),
            what: "this program was built without the feature s3; build it with --features s3"
                .to_owned(),
        })
    }

    #[cfg(not(feature = "s3"))]
    fn probe(place: &str) -> Result<(), AttachmentError> {
        Self::at(place).map(drop)
    }
}
