//! Attachments: bytes named by their SHA-256, durable before an event names them.
//!
//! `attachments/ab/cdef…` in the data directory. Written once, never changed; equal content is stored once.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The SHA-256 of an attachment: its name. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttachmentHash(pub [u8; 32]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an attachment is named by 64 lower-case hexadecimal digits")]
pub struct AttachmentHashError;

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
    #[error("the attachment has {bytes} bytes, at most {max} are allowed", max = ATTACHMENT_BYTES_MAX)]
    TooLarge {
        /// How large it is.
        bytes: u64,
    },
    /// The operating system failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// Largest attachment, in bytes.
pub const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;

/// The attachments of one data directory.
#[derive(Clone, Debug)]
pub struct Attachments {
    root: PathBuf,
}

impl Attachments {
    /// The attachments in a data directory. Nothing is created before the first one is put.
    pub fn new(dir: &Path) -> Self {
        Self {
            root: dir.join("attachments"),
        }
    }

    /// Stores an attachment, durably; what is there already is left alone. Returns its name.
    pub fn put(&self, bytes: &[u8]) -> Result<AttachmentHash, AttachmentError> {
        if bytes.len() as u64 > ATTACHMENT_BYTES_MAX {
            return Err(AttachmentError::TooLarge {
                bytes: bytes.len() as u64,
            });
        }
        let hash = AttachmentHash::of(bytes);
        let path = self.path(hash);
        // Damaged content is replaced: whoever puts the right bytes repairs it.
        match self.get(hash) {
            Ok(_) => return Ok(hash),
            Err(AttachmentError::NotFound(_) | AttachmentError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
        write(&self.root, &path, bytes).map_err(|source| AttachmentError::Io { path, source })?;
        Ok(hash)
    }

    /// Reads an attachment and compares it with its name.
    pub fn get(&self, hash: AttachmentHash) -> Result<Vec<u8>, AttachmentError> {
        let path = self.path(hash);
        match fs::read(&path) {
            Ok(bytes) if AttachmentHash::of(&bytes) == hash => Ok(bytes),
            Ok(_) => Err(AttachmentError::Corrupt(hash)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(AttachmentError::NotFound(hash))
            }
            Err(source) => Err(AttachmentError::Io { path, source }),
        }
    }

    /// Whether an attachment is here. Its content is not read.
    pub fn has(&self, hash: AttachmentHash) -> bool {
        self.path(hash).is_file()
    }

    fn path(&self, hash: AttachmentHash) -> PathBuf {
        let name = hash.to_string();
        let (folder, rest) = name.split_at_checked(2).unwrap_or_default();
        self.root.join(folder).join(rest)
    }
}

/// Under a temporary name first, so that the final name never stands for a part of the content.
fn write(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder)?;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let temporary = folder.join(format!("{:016x}.new", u64::from_be_bytes(random)));
    let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // The first error is what counts; a file left over is only space.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    // The new name, the folder's and the root's.
    for dir in folder.ancestors().take(3) {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

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
