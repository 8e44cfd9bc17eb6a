//! The machine and the disk of a run: no figure stands without them.

use std::io;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

use sijill_ledger_core::store::embedded::probe::{self, SyncProbe};

use super::figures::median;
use crate::cli::output::{Cell, Sheet, Word};

/// Writes and syncs in one probe.
const SAMPLES: usize = 100;

/// What the disk did, round by round.
#[derive(Debug, Default)]
pub struct Disk(Vec<SyncProbe>);

impl Disk {
    /// Probes once more.
    pub fn probe(&mut self, dir: &Path) -> io::Result<()> {
        self.0.push(probe::fdatasync(dir, SAMPLES)?);
        Ok(())
    }

    fn micros(&self, of: impl Fn(&SyncProbe) -> Duration) -> Vec<u64> {
        let micros = self
            .0
            .iter()
            .map(|probe| of(probe).as_nanos().div_ceil(1_000));
        micros
            .map(|micros| u64::try_from(micros).unwrap_or(u64::MAX))
            .collect()
    }
}

/// A sheet that begins with the machine, its load, the directory and the disk.
pub fn sheet(dir: &Path, disk: &Disk) -> Sheet {
    let cores = available_parallelism().map_or(0, std::num::NonZero::get) as u64;
    let count = |value: Option<u64>| value.map_or(Cell::Absent, Cell::Count);
    let (medians, worst) = (
        disk.micros(|probe| probe.median),
        disk.micros(|probe| probe.p99),
    );
    Sheet::new(Word::new("figures", "الأرقام", "figures"), &[])
        .fact(Word::new("cpu", "المعالج", "CPU"), Cell::maybe(cpu_model()))
        .fact(Word::new("cores", "الأنوية", "cores"), Cell::Count(cores))
        .fact(
            Word::new("kernel", "النواة", "kernel"),
            Cell::maybe(first_line("/proc/sys/kernel/osrelease")),
        )
        .fact(
            Word::new("load", "الحمل (1، 5، 15 دقيقة)", "load (1, 5, 15 min)"),
            Cell::maybe(load()),
        )
        .fact(
            Word::new("directory", "المجلد", "directory"),
            Cell::text(dir.display()),
        )
        .fact(
            Word::new(
                "fdatasync_median_us",
                "وسيط fdatasync (µs)",
                "fdatasync, median (µs)",
            ),
            count(median(&medians)),
        )
        .fact(
            Word::new(
                "fdatasync_p99_us",
                "أسوأ p99 لـ fdatasync (µs)",
                "fdatasync, worst p99 (µs)",
            ),
            count(worst.iter().max().copied()),
        )
}

fn cpu_model() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load() -> Option<String> {
    let line = first_line("/proc/loadavg")?;
    let figures: Vec<&str> = line.split(' ').take(3).collect();
    Some(figures.join(", "))
}

fn first_line(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().next().map(str::to_owned)
}

/// Processor time of this process until now, all threads together.
pub fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // The clock of a process begins at nothing and has no negative parts.
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
