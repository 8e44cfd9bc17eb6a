//! A disk that dies after so many changes, as a process does that is killed: what was written before stays.

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sijill_ledger_core::store::embedded::{File, Files, Mode, RealFiles};

#[derive(Clone, Debug)]
pub struct Dying(Arc<AtomicI64>);

impl Dying {
    pub fn after(changes: i64) -> Self {
        Self(Arc::new(AtomicI64::new(changes)))
    }

    fn live(&self) -> io::Result<()> {
        if self.0.fetch_sub(1, Ordering::SeqCst) > 0 {
            Ok(())
        } else {
            Err(io::Error::other("killed"))
        }
    }
}

impl Files for Dying {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        RealFiles.create_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealFiles.list(dir)
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<Arc<dyn File>> {
        let file = RealFiles.open(path, mode)?;
        Ok(Arc::new(DyingFile {
            file,
            dying: self.clone(),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.live()?;
        RealFiles.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealFiles.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealFiles.sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        RealFiles.lock(path)
    }
}

#[derive(Debug)]
struct DyingFile {
    file: Arc<dyn File>,
    dying: Dying,
}

impl File for DyingFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(into, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        match self.dying.live() {
            Ok(()) => self.file.write_at(bytes, offset),
            Err(error) => {
                // Half of it may have reached the disk.
                let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
                self.file.write_at(half, offset)?;
                Err(error)
            }
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.dying.live()?;
        self.file.sync()
    }
}
