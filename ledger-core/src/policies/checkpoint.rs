//! How far each policy has come, and in which log.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::store::{EventStore, ReadError};

/// The last entry that a policy has handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its index.
    pub index: u64,
    /// Its event id: logs of one origin differ in it.
    pub event: Uuid,
    /// The origin of its log.
    pub origin: String,
}

impl Checkpoint {
    /// The index that the policy reads next.
    pub const fn next(&self) -> u64 {
        self.index.saturating_add(1)
    }

    /// Whether the entry stands in this log: a data directory may have been replaced or restored under the checkpoint.
    pub(super) async fn is_of<S: EventStore>(&self, store: &S) -> Result<bool, ReadError> {
        if self.origin != store.origin() || self.index >= store.size() {
            return Ok(false);
        }
        let batch = store.read_log(self.index).await?;
        Ok(batch
            .get(0)
            .is_some_and(|(_, entry)| entry.id == self.event))
    }

    /// `index event origin crc`: an origin has no spaces.
    fn to_line(&self) -> String {
        let Self {
            index,
            event,
            origin,
        } = self;
        let content = format!("{index} {event} {origin}");
        format!("{content} {}\n", checksum(&content))
    }

    fn from_line(line: &str) -> Option<Self> {
        let (content, crc) = line.trim_end().rsplit_once(' ')?;
        (crc == checksum(content)).then_some(())?;
        let mut fields = content.splitn(3, ' ');
        Some(Self {
            index: fields.next()?.parse().ok()?,
            event: fields.next()?.parse().ok()?,
            origin: fields.next()?.to_owned(),
        })
    }
}

/// Where positions are kept.
pub trait Checkpoints: Send + Sync + 'static {
    /// How far a policy has come; `None` when nothing is kept or what is kept is damaged: it starts from 0.
    fn load(&self, policy: &str) -> io::Result<Option<Checkpoint>>;

    /// Keeps how far a policy has come, durably.
    fn store(&self, policy: &str, checkpoint: &Checkpoint) -> io::Result<()>;
}

/// One small file per policy: one line with a CRC-32C, replaced as a whole.
#[derive(Clone, Debug)]
pub struct FileCheckpoints {
    folder: PathBuf,
}

impl FileCheckpoints {
    /// Keeps positions in a folder, which is made when it is missing.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }
}

impl Checkpoints for FileCheckpoints {
    fn load(&self, policy: &str) -> io::Result<Option<Checkpoint>> {
        match fs::read_to_string(self.folder.join(policy)) {
            Ok(line) => Ok(Checkpoint::from_line(&line)),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::InvalidData
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn store(&self, policy: &str, checkpoint: &Checkpoint) -> io::Result<()> {
        let temporary = self.folder.join(format!("{policy}.new"));
        let mut file = File::create(&temporary)?;
        file.write_all(checkpoint.to_line().as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, self.folder.join(policy))?;
        File::open(&self.folder)?.sync_all()
    }
}

fn checksum(content: &str) -> String {
    format!("{:08x}", crc32c::crc32c(content.as_bytes()))
}

/// Positions in memory: for tests, and for ledgers that end with the process.
#[derive(Debug, Default)]
pub struct MemoryCheckpoints(Mutex<BTreeMap<String, Checkpoint>>);

impl Checkpoints for MemoryCheckpoints {
    fn load(&self, policy: &str) -> io::Result<Option<Checkpoint>> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(policy)
            .cloned())
    }

    fn store(&self, policy: &str, checkpoint: &Checkpoint) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(policy.to_owned(), checkpoint.clone());
        Ok(())
    }
}
