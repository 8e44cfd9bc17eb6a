//! What is done ahead of need and off the commit path: the next segment, filled with zeros, and snapshots of the index.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::create::segment_len;
use super::files::{File, Mode, zero_fill};
use super::format::Head;
use super::layout::Dir;
use super::shared::{Shared, lock};
use super::snapshot;

/// A segment ready to be begun.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) file: Arc<dyn File>,
    pub(super) len: u32,
}

/// Hands out segments and takes orders for snapshots.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    pub(super) segment_bytes: u32,
    /// `None`: everything is done when it is needed, by the caller; what a run does is then the same every time.
    worker: Option<Worker>,
}

#[derive(Debug)]
struct Worker {
    jobs: Sender<Job>,
    ready: Arc<Ready>,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
enum Job {
    Prepare(u32),
    Snapshot(Head),
}

type Ready = (Mutex<Option<(u32, io::Result<Prepared>)>>, Condvar);

impl Keeper {
    pub(super) fn new(
        shared: Arc<Shared>,
        segment_bytes: u32,
        background: bool,
    ) -> io::Result<Self> {
        let worker = background
            .then(|| Worker::start(Arc::clone(&shared), segment_bytes))
            .transpose()?;
        Ok(Self {
            shared,
            segment_bytes,
            worker,
        })
    }

    /// The segment with this number will be needed.
    pub(super) fn prepare(&self, number: u32) {
        if let Some(worker) = &self.worker {
            // A worker that is gone shows when the segment is taken.
            let _ = worker.jobs.send(Job::Prepare(number));
        }
    }

    /// The segment with this number, at least this long.
    pub(super) fn take(&self, number: u32, len_min: u32) -> io::Result<Prepared> {
        let mut prepared = match &self.worker {
            Some(worker) => worker.take(number)?,
            None => prepare(&self.shared.dir, number, self.segment_bytes)?,
        };
        prepared.len = Self::lengthen(&*prepared.file, prepared.len, len_min)?;
        Ok(prepared)
    }

    /// Makes a segment at least this long; says how long it is then.
    pub(super) fn lengthen(file: &dyn File, len: u32, len_min: u32) -> io::Result<u32> {
        if len < len_min {
            zero_fill(file, u64::from(len), u64::from(len_min))?;
        }
        Ok(len.max(len_min))
    }

    /// Writes a snapshot of the index as it is at `head`, soon.
    pub(super) fn snapshot(&self, head: Head) {
        match &self.worker {
            Some(worker) => {
                let _ = worker.jobs.send(Job::Snapshot(head));
            }
            None => self.snapshot_now(&head),
        }
    }

    /// Writes a snapshot of the index as it is at `head`.
    pub(super) fn snapshot_now(&self, head: &Head) {
        snapshot_of(&self.shared, head);
    }

    /// Waits until everything ordered is done.
    pub(super) fn finish(&mut self) {
        if let Some(Worker { jobs, thread, .. }) = self.worker.take() {
            drop(jobs);
            if thread.join().is_err() {
                self.shared
                    .note("the keeper's thread ended in disorder".to_owned());
            }
        }
    }
}

impl Worker {
    fn start(shared: Arc<Shared>, segment_bytes: u32) -> io::Result<Self> {
        let (jobs, orders) = channel();
        let ready: Arc<Ready> = Arc::default();
        let out = Arc::clone(&ready);
        let thread = thread::Builder::new()
            .name("sijill-keeper".to_owned())
            .spawn(move || work(&shared, segment_bytes, &orders, &out))?;
        Ok(Self {
            jobs,
            ready,
            thread,
        })
    }

    fn take(&self, wanted: u32) -> io::Result<Prepared> {
        let (slot, changed) = &*self.ready;
        let mut ready = lock(slot);
        loop {
            match ready.take() {
                Some((number, prepared)) if number == wanted => return prepared,
                _ if self.thread.is_finished() => {
                    return Err(io::Error::other("the keeper's thread ended"));
                }
                _ => {}
            }
            let wait = std::time::Duration::from_millis(100);
            let woken = changed.wait_timeout(ready, wait);
            ready = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn work(shared: &Shared, segment_bytes: u32, orders: &Receiver<Job>, ready: &Ready) {
    for job in orders {
        match job {
            Job::Prepare(number) => {
                let prepared = prepare(&shared.dir, number, segment_bytes);
                if let Err(error) = &prepared {
                    shared.note(format!("the next segment could not be prepared: {error}"));
                }
                *lock(&ready.0) = Some((number, prepared));
                ready.1.notify_all();
            }
            Job::Snapshot(head) => snapshot_of(shared, &head),
        }
    }
}

fn prepare(dir: &Dir, number: u32, segment_bytes: u32) -> io::Result<Prepared> {
    let len = segment_len(number, segment_bytes);
    let file = dir.open_segment(number, Mode::Write)?;
    let found = file.len()?;
    zero_fill(&*file, found, u64::from(len))?;
    dir.files.sync_dir(&dir.log)?;
    let len = u32::try_from(found).unwrap_or(u32::MAX).max(len);
    Ok(Prepared { file, len })
}

fn snapshot_of(shared: &Shared, head: &Head) {
    let (dir, index) = (&shared.dir, shared.index_lock());
    let written = snapshot::write(
        &*dir.files,
        &dir.root,
        shared.log_id,
        head,
        index,
        shared.parts.places(),
    );
    if let Err(error) = written {
        // It is derived: the next start only takes longer.
        shared.note(format!("the index snapshot could not be written: {error}"));
    }
}
