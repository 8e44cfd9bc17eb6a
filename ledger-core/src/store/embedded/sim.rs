//! A simulated disk: keeps what was synced, and after a power cut an arbitrary part of what was not.
//!
//! Pages of 4 KiB that were written since the last sync survive or not, each by itself; one of them may be torn at any
//! sector of 512 bytes; names that no directory sync covers survive up to some point. Everything follows from the seed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::files::{File, Files, Mode};
use super::shared::lock;

const PAGE: usize = 4_096;
const SECTOR: usize = 512;

/// Small, good enough for tests, and the same everywhere.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap()
    }

    pub(crate) fn chance(&mut self, in_hundred: usize) -> bool {
        self.below(100) < in_hundred
    }
}

/// The disk. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    contents: Vec<Content>,
    /// Names as the running system sees them, and as a power cut would leave them.
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    pending_names: Vec<NameChange>,
    dirs: BTreeSet<PathBuf>,
    locked: BTreeSet<PathBuf>,
    /// Calls that change something, so far.
    calls: u64,
    /// What happens at which call.
    fault: Option<(u64, Fault)>,
    /// After a power cut, until [`SimDisk::restart`].
    dead: bool,
}

#[derive(Clone, Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    dirty: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
enum NameChange {
    Link(PathBuf, usize),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf),
}

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The power goes: this call and all after it fail.
    PowerCut,
    /// This call fails with EIO. When it is a sync, what it should have synced is forgotten, as Linux does.
    Io,
    /// This call and all writes after it fail with ENOSPC.
    Full,
    /// This call and all writes after it fail with EROFS.
    ReadOnly,
}

impl SimDisk {
    /// At this many changing calls from now, something goes wrong.
    pub(crate) fn plan(&self, calls: u64, fault: Fault) {
        let mut state = lock(&self.0);
        state.fault = Some((state.calls + calls, fault));
    }

    /// The disk after a power cut and a restart.
    pub(crate) fn restart(&self, random: &mut Random) {
        let mut state = lock(&self.0);
        let kept = random.below(state.pending_names.len() + 1);
        let changes: Vec<NameChange> = std::mem::take(&mut state.pending_names);
        let mut names = std::mem::take(&mut state.durable_names);
        changes
            .into_iter()
            .take(kept)
            .for_each(|change| change.apply(&mut names));
        for content in &mut state.contents {
            content.lose(random);
        }
        state.names.clone_from(&names);
        state.durable_names = names;
        state.locked.clear();
        (state.dead, state.fault) = (false, None);
    }

    /// The machine stays up but the process is gone: everything written is still there.
    pub(crate) fn kill(&self) {
        let mut state = lock(&self.0);
        state.locked.clear();
        (state.dead, state.fault) = (false, None);
    }

    /// The files, with their lengths.
    pub(crate) fn files(&self) -> Vec<(PathBuf, usize)> {
        let state = lock(&self.0);
        state
            .names
            .iter()
            .map(|(path, id)| (path.clone(), state.contents[*id].bytes.len()))
            .collect()
    }

    /// Flips one bit of a file, durably.
    pub(crate) fn flip(&self, path: &Path, bit: usize) {
        let mut state = lock(&self.0);
        let id = state.names[path];
        let content = &mut state.contents[id];
        content.bytes[bit / 8] ^= 1 << (bit % 8);
        content.durable.clone_from(&content.bytes);
    }

    /// A copy that shares nothing.
    pub(crate) fn copy(&self) -> Self {
        let state = lock(&self.0);
        let copy = State {
            contents: state.contents.clone(),
            names: state.names.clone(),
            durable_names: state.durable_names.clone(),
            pending_names: state.pending_names.clone(),
            dirs: state.dirs.clone(),
            ..State::default()
        };
        Self(Arc::new(Mutex::new(copy)))
    }

    /// Whether any file holds these bytes, deleted files included.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        let state = lock(&self.0);
        state.contents.iter().any(|content| {
            content
                .bytes
                .windows(bytes.len())
                .any(|window| window == bytes)
        })
    }

    fn change<T>(
        &self,
        call: impl FnOnce(&mut State, Option<Fault>) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut state = lock(&self.0);
        if state.dead {
            return Err(io::Error::other("the power is off"));
        }
        let now = state.calls;
        state.calls += 1;
        let due = match state.fault {
            Some((at, fault @ (Fault::Full | Fault::ReadOnly))) if now >= at => Some(fault),
            Some((at, fault)) if now == at => Some(fault),
            _ => None,
        };
        match due {
            Some(Fault::PowerCut) => state.dead = true,
            Some(Fault::Full | Fault::ReadOnly | Fault::Io) | None => {}
        }
        call(&mut state, due)
    }
}

fn failed(due: Option<Fault>) -> io::Result<()> {
    match due {
        None => Ok(()),
        Some(Fault::PowerCut) => Err(io::Error::other("the power is off")),
        Some(Fault::Io) => Err(io::Error::from_raw_os_error(5)),
        Some(Fault::Full) => Err(io::ErrorKind::StorageFull.into()),
        Some(Fault::ReadOnly) => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
    }
}

impl NameChange {
    fn apply(self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Link(path, id) => drop(names.insert(path, id)),
            Self::Unlink(path) => drop(names.remove(&path)),
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(&from) {
                    names.insert(to, id);
                }
            }
        }
    }
}

impl Content {
    /// What a power cut leaves: of each unsynced page the old bytes, the new ones, or some sectors of each.
    fn lose(&mut self, random: &mut Random) {
        let len = if random.chance(50) {
            self.bytes.len()
        } else {
            self.durable.len()
        };
        let mut left = self.durable.clone();
        left.resize(len, 0);
        for page in std::mem::take(&mut self.dirty) {
            let kept = random.below(3);
            for sector in 0..PAGE / SECTOR {
                let survives = kept == 1 || (kept == 2 && random.chance(50));
                let start = page * PAGE + sector * SECTOR;
                let end = (start + SECTOR).min(len).min(self.bytes.len());
                if survives && start < end {
                    left[start..end].copy_from_slice(&self.bytes[start..end]);
                }
            }
        }
        self.durable.clone_from(&left);
        self.bytes = left;
    }
}

impl Files for SimDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.change(|state, due| {
            failed(due)?;
            state.dirs.extend(dir.ancestors().map(Path::to_owned));
            Ok(())
        })
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = lock(&self.0);
        if !state.dirs.contains(dir) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let entries = state
            .names
            .keys()
            .chain(&state.dirs)
            .filter(|path| path.parent() == Some(dir));
        Ok(entries
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect())
    }

    fn open(&self, path: &Path, mode: Mode) -> io::Result<Arc<dyn File>> {
        let found = lock(&self.0).names.get(path).copied();
        let id = match found {
            Some(id) => id,
            None if mode == Mode::Read => return Err(io::ErrorKind::NotFound.into()),
            None => self.change(|state, due| {
                failed(due)?;
                let id = state.contents.len();
                state.contents.push(Content::default());
                state.names.insert(path.to_owned(), id);
                state
                    .pending_names
                    .push(NameChange::Link(path.to_owned(), id));
                Ok(id)
            })?,
        };
        Ok(Arc::new(SimFile {
            disk: self.clone(),
            id,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(|state, due| {
            failed(due)?;
            let change = NameChange::Rename(from.to_owned(), to.to_owned());
            change.clone().apply(&mut state.names);
            state.pending_names.push(change);
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(|state, due| {
            failed(due)?;
            let change = NameChange::Unlink(path.to_owned());
            if !state.names.contains_key(path) {
                return Err(io::ErrorKind::NotFound.into());
            }
            change.clone().apply(&mut state.names);
            state.pending_names.push(change);
            Ok(())
        })
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.change(|state, due| {
            failed(due)?;
            let inside = |path: &Path| path.parent() == Some(dir);
            let (now, later): (Vec<_>, Vec<_>) = std::mem::take(&mut state.pending_names)
                .into_iter()
                .partition(|change| match change {
                    NameChange::Link(path, _) | NameChange::Unlink(path) => inside(path),
                    NameChange::Rename(_, to) => inside(to),
                });
            let mut names = std::mem::take(&mut state.durable_names);
            for change in now {
                change.apply(&mut names);
            }
            state.durable_names = names;
            state.pending_names = later;
            Ok(())
        })
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let free = lock(&self.0).locked.insert(path.to_owned());
        Ok(free.then(|| Box::new(SimLock(self.clone(), path.to_owned())) as _))
    }
}

#[derive(Debug)]
struct SimLock(SimDisk, PathBuf);

impl Drop for SimLock {
    fn drop(&mut self) {
        lock(&self.0.0).locked.remove(&self.1);
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    id: usize,
}

impl File for SimFile {
    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.disk.0).contents[self.id].bytes.len() as u64)
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = lock(&self.disk.0);
        let offset = usize::try_from(offset).unwrap();
        let bytes = state.contents[self.id]
            .bytes
            .get(offset..)
            .unwrap_or_default();
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.change(|state, due| {
            let start = usize::try_from(offset).unwrap();
            let end = start + bytes.len();
            // A write that fails may have written all the same: only ENOSPC says that it did not.
            if !matches!(due, Some(Fault::Full | Fault::ReadOnly)) {
                let content = &mut state.contents[self.id];
                if content.bytes.len() < end {
                    content.bytes.resize(end, 0);
                }
                content.bytes[start..end].copy_from_slice(bytes);
                content.dirty.extend(start / PAGE..end.div_ceil(PAGE));
            }
            failed(due)
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.change(|state, due| {
            let content = &mut state.contents[self.id];
            match due {
                None => {
                    let Content {
                        bytes,
                        durable,
                        dirty,
                    } = content;
                    durable.resize(bytes.len(), 0);
                    for page in std::mem::take(dirty) {
                        let end = ((page + 1) * PAGE).min(bytes.len());
                        let start = (page * PAGE).min(end);
                        durable[start..end].copy_from_slice(&bytes[start..end]);
                    }
                }
                // The pages stay in memory but count as clean: the next sync says 0 and writes nothing.
                Some(Fault::Io) => content.dirty.clear(),
                Some(Fault::Full | Fault::ReadOnly | Fault::PowerCut) => {}
            }
            failed(due)
        })
    }
}
