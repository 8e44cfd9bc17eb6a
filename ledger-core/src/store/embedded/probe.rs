//! What this disk and this machine can do at best: printed beside every figure of the store, taken in the same run.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use super::files::{File, Files, Mode, RealFiles, zero_fill};

/// Size of a record in the bare loop, in bytes: what a typical event takes in the log.
pub const RECORD_BYTES: usize = 424;

const PROBE_FILE: &str = "sijill-probe";
const PAGE_BYTES: usize = 4_096;

/// How long an fdatasync takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncProbe {
    /// The median.
    pub median: Duration,
    /// The 99th percentile.
    pub p99: Duration,
}

/// Measures write and fdatasync of 4 KiB into a preallocated file in a directory, and removes the file.
pub fn fdatasync(dir: &Path, samples: usize) -> io::Result<SyncProbe> {
    let path = dir.join(PROBE_FILE);
    let measured = fdatasync_into(&path, samples.max(1));
    fs::remove_file(&path)?;
    let mut times = measured?;
    times.sort_unstable();
    let at = |hundredths: usize| {
        times
            .get((times.len() - 1) * hundredths / 100)
            .copied()
            .unwrap_or_default()
    };
    Ok(SyncProbe {
        median: at(50),
        p99: at(99),
    })
}

fn fdatasync_into(path: &Path, samples: usize) -> io::Result<Vec<Duration>> {
    let file = RealFiles.open(path, Mode::Write)?;
    let page = [0x5A; PAGE_BYTES];
    zero_fill(&*file, 0, (samples * PAGE_BYTES) as u64)?;
    let offsets = (0..samples).map(|n| (n * PAGE_BYTES) as u64);
    offsets
        .map(|offset| {
            let begun = Instant::now();
            file.write_at(&page, offset)?;
            file.sync()?;
            Ok(begun.elapsed())
        })
        .collect()
}

/// What the bare loop did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BareLoop {
    /// Records made durable.
    pub records: u64,
    /// In this time.
    pub elapsed: Duration,
}

type Waiting = oneshot::Sender<io::Result<()>>;

/// A group commit with nothing around it: `writers` tasks hand fixed records to one thread, which writes what waits at once,
/// syncs, and answers. The same queue and answers as the store's, so that the difference is what the store does.
///
/// To be called inside a multi-thread runtime. Leaves no file behind.
pub async fn bare_loop(
    dir: &Path,
    writers: usize,
    appends_per_writer: usize,
    records_per_append: usize,
) -> io::Result<BareLoop> {
    let path = dir.join(PROBE_FILE);
    let file = RealFiles.open(&path, Mode::Write)?;
    let records = writers * appends_per_writer * records_per_append;
    zero_fill(&*file, 0, (records * RECORD_BYTES) as u64)?;
    let (queue, waiting) = mpsc::channel::<Waiting>(super::QUEUE_MAX_DEFAULT);
    let append_bytes = records_per_append * RECORD_BYTES;
    let writer = thread::Builder::new()
        .name("sijill-probe".to_owned())
        .spawn(move || write_waiting(&*file, waiting, append_bytes))?;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| tokio::spawn(append_all(queue.clone(), appends_per_writer)))
        .collect();
    drop(queue);
    for task in tasks {
        task.await.map_err(io::Error::other)??;
    }
    let elapsed = begun.elapsed();
    if writer.join().is_err() {
        return Err(io::Error::other("the probe's writer ended in disorder"));
    }
    fs::remove_file(&path)?;
    Ok(BareLoop {
        records: records as u64,
        elapsed,
    })
}

async fn append_all(queue: mpsc::Sender<Waiting>, appends: usize) -> io::Result<()> {
    for _ in 0..appends {
        let (answer, answered) = oneshot::channel();
        queue.send(answer).await.map_err(io::Error::other)?;
        answered.await.map_err(io::Error::other)??;
    }
    Ok(())
}

fn write_waiting(file: &dyn File, mut waiting: mpsc::Receiver<Waiting>, append_bytes: usize) {
    const APPENDS_MAX: usize = 2_048;
    let record = vec![0x5A; append_bytes];
    let (mut buffer, mut answers, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(first) = waiting.blocking_recv() {
        let rest = std::iter::from_fn(|| waiting.try_recv().ok());
        answers.extend(std::iter::once(first).chain(rest).take(APPENDS_MAX));
        buffer.clear();
        for _ in &answers {
            buffer.extend_from_slice(&record);
        }
        let written = file.write_at(&buffer, at).and_then(|()| file.sync());
        at += buffer.len() as u64;
        for answer in answers.drain(..) {
            let result = written
                .as_ref()
                .copied()
                .map_err(|error| error.kind().into());
            // Whoever asked may have gone.
            let _ = answer.send(result);
        }
    }
}
