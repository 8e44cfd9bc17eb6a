//! Who brought what no event names yet: `attachments/unnamed/<sha256>` in the data directory, a line for each owner. So
//! nobody else reads it, nobody fills the disk with it, and it can be swept when nobody names it.
//!
//! An owner is text to this module. Records are written before the attachment gets its name: there may be a record of
//! what never came, and never an upload without its record.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::directory::Directory;
use super::incoming::Received;
use super::{AttachmentError, AttachmentHash, Attachments};
use crate::store::embedded::{Mode, read_all, replace};
use crate::time::Timestamp;

const FOLDER: &str = "unnamed";
/// Stands after the owner of what is sealed.
const SEALED: &str = "\tsealed";

/// One upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Whose it is, in one line.
    pub owner: String,
    /// When, in the server's time.
    pub at: Timestamp,
    /// How large it is.
    pub bytes: u64,
    /// Whether it is sealed: of a bid, whose opening names it weeks after it came.
    pub sealed: bool,
}

/// What one owner has here that no event names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// How large they are together.
    pub bytes: u64,
}

/// The uploads of a data directory, of which one process at a time keeps the books.
#[derive(Debug)]
pub struct Uploads {
    attachments: Attachments,
    /// In memory what the files say.
    records: Mutex<BTreeMap<AttachmentHash, Vec<Upload>>>,
}

impl Uploads {
    /// Reads the records of a data directory.
    pub fn open(attachments: Attachments) -> Result<Self, AttachmentError> {
        let mut records = BTreeMap::new();
        let directory = &attachments.inner.directory;
        let folder = directory.root().join(FOLDER);
        for name in directory.names(&folder)? {
            // What is no hash is a file that was being replaced.
            let Ok(hash) = name.parse() else { continue };
            let path = folder.join(name);
            let read = directory.files().open(&path, Mode::Read);
            let bytes = read.and_then(|file| read_all(&*file));
            let bytes = bytes.map_err(|source| AttachmentError::io(&path, source))?;
            records.insert(hash, parsed(&bytes));
        }
        Ok(Self {
            attachments,
            records: Mutex::new(records),
        })
    }

    /// Notes an upload, durably. The same owner's earlier one is replaced.
    pub fn note(
        &self,
        received: &Received,
        owner: &str,
        at: Timestamp,
        sealed: bool,
    ) -> Result<(), AttachmentError> {
        let upload = Upload {
            owner: owner.to_owned(),
            at,
            bytes: received.bytes,
            sealed,
        };
        let mut records = self.records();
        let mut uploads = records.get(&received.hash).cloned().unwrap_or_default();
        uploads.retain(|earlier| earlier.owner != owner);
        uploads.push(upload);
        let directory = self.directory();
        let folder = self.folder();
        let noted = directory.files().create_dir(&folder).and_then(|()| {
            let name = received.hash.to_string();
            replace(directory.files(), &folder, &name, text(&uploads).as_bytes())
        });
        noted.map_err(|source| AttachmentError::io(&folder, source))?;
        records.insert(received.hash, uploads);
        Ok(())
    }

    /// Whether somebody brought it who is this owner.
    pub fn is_of(&self, hash: AttachmentHash, owner: &str) -> bool {
        let records = self.records();
        let uploads = records.get(&hash).map(Vec::as_slice).unwrap_or_default();
        uploads.iter().any(|upload| upload.owner == owner)
    }

    /// When it was last brought.
    pub fn latest(&self, hash: AttachmentHash) -> Option<Timestamp> {
        let records = self.records();
        let uploads = records.get(&hash)?;
        uploads.iter().map(|upload| upload.at).max()
    }

    /// Whether somebody brought it as sealed.
    pub fn is_sealed(&self, hash: AttachmentHash) -> bool {
        let records = self.records();
        let uploads = records.get(&hash).map(Vec::as_slice).unwrap_or_default();
        uploads.iter().any(|upload| upload.sealed)
    }

    /// What one owner has here.
    pub fn share(&self, owner: &str) -> Share {
        let records = self.records();
        let own = records.values().flatten().filter(|it| it.owner == owner);
        own.fold(Share::default(), |share, upload| Share {
            count: share.count.saturating_add(1),
            bytes: share.bytes.saturating_add(upload.bytes),
        })
    }

    /// Those among them that are named by now.
    pub fn named(&self, is_named: impl Fn(AttachmentHash) -> bool) -> Vec<AttachmentHash> {
        let records = self.records();
        let hashes = records.keys().copied();
        hashes.filter(|hash| is_named(*hash)).collect()
    }

    /// Drops the records of what is named, or gone.
    pub fn forget(&self, hashes: &[AttachmentHash]) -> Result<(), AttachmentError> {
        let mut records = self.records();
        for hash in hashes {
            let path = self.folder().join(hash.to_string());
            match self.directory().files().remove(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(AttachmentError::io(&path, source));
                }
                Ok(()) | Err(_) => records.remove(hash),
            };
        }
        Ok(())
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<AttachmentHash, Vec<Upload>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn directory(&self) -> &Directory {
        &self.attachments.inner.directory
    }

    fn folder(&self) -> PathBuf {
        self.directory().root().join(FOLDER)
    }
}

fn text(uploads: &[Upload]) -> String {
    let line = |upload: &Upload| {
        let Upload {
            owner,
            at,
            bytes,
            sealed,
        } = upload;
        let sealed = if *sealed { SEALED } else { "" };
        format!("{}\t{bytes}\t{owner}{sealed}\n", at.as_micros())
    };
    uploads.iter().map(line).collect()
}

/// Lines that are no record are nobody's: the attachment is then swept earlier, and shown to nobody.
fn parsed(bytes: &[u8]) -> Vec<Upload> {
    let text = String::from_utf8_lossy(bytes);
    let upload = |line: &str| {
        let mut fields = line.splitn(3, '\t');
        let at = fields.next()?.parse().ok()?;
        let bytes = fields.next()?.parse().ok()?;
        let rest = fields.next()?;
        let open = rest.strip_suffix(SEALED);
        Some(Upload {
            owner: open.unwrap_or(rest).to_owned(),
            at: Timestamp::from_micros(at),
            bytes,
            sealed: open.is_some(),
        })
    };
    text.lines().filter_map(upload).collect()
}
