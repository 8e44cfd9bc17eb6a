//! How far each policy has come.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Where positions are kept.
pub trait Checkpoints: Send + Sync + 'static {
    /// The index that a policy reads next; `None` when none is kept or what is kept is damaged: it starts from 0.
    fn load(&self, policy: &str) -> io::Result<Option<u64>>;

    /// Keeps the index that a policy reads next, durably.
    fn store(&self, policy: &str, next: u64) -> io::Result<()>;
}

/// One small file per policy: its position and a CRC-32C, replaced as a whole.
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
    fn load(&self, policy: &str) -> io::Result<Option<u64>> {
        let text = match fs::read_to_string(self.folder.join(policy)) {
            Ok(text) => text,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::InvalidData
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let position = text
            .trim_end()
            .split_once(' ')
            .filter(|(position, crc)| *crc == checksum(position));
        Ok(position.and_then(|(position, _)| position.parse().ok()))
    }

    fn store(&self, policy: &str, next: u64) -> io::Result<()> {
        let position = next.to_string();
        let temporary = self.folder.join(format!("{policy}.new"));
        let mut file = File::create(&temporary)?;
        writeln!(file, "{position} {}", checksum(&position))?;
        file.sync_all()?;
        fs::rename(&temporary, self.folder.join(policy))?;
        File::open(&self.folder)?.sync_all()
    }
}

fn checksum(position: &str) -> String {
    format!("{:08x}", crc32c::crc32c(position.as_bytes()))
}

/// Positions in memory: for tests, and for ledgers that end with the process.
#[derive(Debug, Default)]
pub struct MemoryCheckpoints(Mutex<BTreeMap<String, u64>>);

impl Checkpoints for MemoryCheckpoints {
    fn load(&self, policy: &str) -> io::Result<Option<u64>> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(policy)
            .copied())
    }

    fn store(&self, policy: &str, next: u64) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(policy.to_owned(), next);
        Ok(())
    }
}
