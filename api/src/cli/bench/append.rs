//! `sijill bench append`: many writers, each waiting for its answer before its next append.
//!
//! A round is: the disk's fdatasync, the bare loop (a group commit with nothing around it, the same number of writers and
//! of bytes), the store, and with `--ledger` whole commands. Rounds are interleaved, because a shared disk changes its mood.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::domain::stock::{Command, Stock};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::{EmbeddedStore, probe};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use uuid::Uuid;

use super::figures::{Figure, First, Latencies, Rate, rows};
use super::machine::{self, Disk};
use super::world;
use super::{Common, disorder, failed, shelves, workspace};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Writers at once, each waiting for its answer
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    writers: u32,
    /// Events in each round
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u64).range(1..))]
    events: u64,
    /// Also measure whole commands: stock issues, decided and appended
    #[arg(long)]
    ledger: bool,
    /// Facilities that the commands of --ledger go to
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    facilities: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

/// What a typical event has (PERFORMANCE.md): bytes of its payload and of its metadata.
pub const DATA_BYTES: usize = 266;
pub const METADATA_BYTES: usize = 106;
pub const KIND: &str = "sijill.events.v1.StockIssued";

const BARE: Word = Word::new("bare_loop", "حلقة مجردة", "bare loop");
const STORE: Word = Word::new("store_append", "المخزن", "store");
const LEDGER: Word = Word::new("ledger_command", "أوامر كاملة", "whole commands");

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let (bare_dir, store_dir) = (dir.path().join("bare"), dir.path().join("store"));
    std::fs::create_dir(&bare_dir).map_err(failed(&bare_dir))?;
    let mut store = StoreBench::open(&store_dir, arguments.writers)?;
    let mut ledger = if arguments.ledger {
        Some(LedgerBench::open(&dir.path().join("ledger"), arguments).await?)
    } else {
        None
    };
    let (writers, each) = (arguments.writers as usize, arguments.each());
    let (mut disk, mut bare, mut stored) = (Disk::default(), Figure::new(BARE), Figure::new(STORE));
    let mut commanded = Figure::new(LEDGER);
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench append");
    for _ in 0..arguments.common.rounds {
        disk.probe(&bare_dir).map_err(failed(&bare_dir))?;
        let each_usize = usize::try_from(each).unwrap_or(usize::MAX);
        let ran = probe::bare_loop(&bare_dir, writers, each_usize, 1).await;
        let ran = ran.map_err(failed(&bare_dir))?;
        bare.round(Rate {
            count: ran.records,
            elapsed: ran.elapsed,
        });
        store.round(each, &mut stored).await?;
        if let Some(ledger) = &mut ledger {
            ledger
                .round(arguments.writers.into(), each, &mut commanded)
                .await?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut figures = vec![bare, stored];
    figures.extend(ledger.is_some().then_some(commanded));
    let mut sheet = machine::sheet(dir.path(), &disk)
        .fact(
            Word::new("writers", "الكتّاب", "writers"),
            Cell::Count(arguments.writers.into()),
        )
        .fact(
            Word::new("event_bytes", "بايتات الحدث", "bytes of an event"),
            Cell::Count((DATA_BYTES + METADATA_BYTES) as u64),
        );
    rows(&mut sheet, First::Base, figures);
    Ok(sheet)
}

impl Arguments {
    /// Events of one writer in a round.
    fn each(&self) -> u64 {
        (self.events / u64::from(self.writers)).max(1)
    }
}

/// Writers on a store, each on a stream of its own.
struct StoreBench {
    store: Arc<EmbeddedStore>,
    /// Last revision of each writer's stream.
    revisions: Vec<Option<u64>>,
}

impl StoreBench {
    fn open(dir: &Path, writers: u32) -> Result<Self, Failure> {
        let store = Arc::clone(world::ledger(dir)?.store());
        let revisions = vec![None; writers as usize];
        Ok(Self { store, revisions })
    }

    async fn round(&mut self, each: u64, figure: &mut Figure) -> Result<(), Failure> {
        let begun = Instant::now();
        let writers = self.revisions.iter().enumerate().map(|(writer, revision)| {
            let store = Arc::clone(&self.store);
            tokio::spawn(append_all(store, writer as u64, *revision, each))
        });
        let writers: Vec<_> = writers.collect();
        let mut latencies = Vec::with_capacity(writers.len());
        for (writer, revision) in writers.into_iter().zip(&mut self.revisions) {
            let (own, last) = writer.await.map_err(|error| disorder(&error))??;
            latencies.push(own);
            *revision = last;
        }
        let count = each * self.revisions.len() as u64;
        figure.round(Rate {
            count,
            elapsed: begun.elapsed(),
        });
        figure.answered(latencies);
        Ok(())
    }
}

async fn append_all(
    store: Arc<EmbeddedStore>,
    writer: u64,
    mut revision: Option<u64>,
    each: u64,
) -> Result<(Latencies, Option<u64>), Failure> {
    let stream = stream_of(writer)?;
    let mut latencies = Latencies::default();
    for n in 0..each {
        let begun = Instant::now();
        let append = Append {
            stream: stream.clone(),
            expected: Expected::after(revision),
            entries: vec![typical(writer, revision.map_or(n, |last| last + 1))],
            not_after: None,
        };
        let appended = store.append(append).await.map_err(data::appending)?;
        revision = Some(appended.revision);
        latencies.add(begun.elapsed());
    }
    Ok((latencies, revision))
}

pub fn stream_of(writer: u64) -> Result<StreamName, Failure> {
    let id = world::facility_id(writer).map_err(|error| world::impossible(&error))?;
    Ok(Stock::stream(&id))
}

/// An entry of the typical size; the store looks at neither data nor metadata.
pub fn typical(writer: u64, revision: u64) -> NewEntry {
    NewEntry {
        id: Uuid::from_u64_pair(writer, revision),
        kind: KIND,
        metadata: vec![0x6D; METADATA_BYTES],
        data: vec![0x64; DATA_BYTES],
        withheld: Vec::new(),
    }
}

/// Keepers who hand out medicine through the ledger.
struct LedgerBench {
    ledger: Ledger<EmbeddedStore>,
    facilities: u64,
    /// Commands so far: numbers documents and makes command ids.
    commands: u64,
}

impl LedgerBench {
    async fn open(dir: &Path, arguments: &Arguments) -> Result<Self, Failure> {
        let ledger = world::ledger(dir)?;
        let facilities = arguments.facilities;
        world::register(&ledger, facilities).await?;
        let commands = shelves::fill(&ledger, facilities).await?;
        Ok(Self {
            ledger,
            facilities,
            commands,
        })
    }

    fn address(facility: u64, command: u64) -> Result<(StreamName, Context), Failure> {
        shelves::address("keeper", facility, command)
    }

    async fn round(&mut self, writers: u64, each: u64, figure: &mut Figure) -> Result<(), Failure> {
        let mut prepared = Vec::new();
        for writer in 0..writers {
            let facility = writer % self.facilities;
            let numbers = self.commands + writer * each..self.commands + (writer + 1) * each;
            let commands = numbers.map(|number| {
                let (stream, context) = Self::address(facility, number)?;
                let issue =
                    world::issue(number, shelves::spot(facility, number), shelves::HANDED_OUT);
                let command = issue.map(Command::Issue);
                Ok((
                    stream,
                    command.map_err(|error| world::impossible(&error))?,
                    context,
                ))
            });
            prepared.push(commands.collect::<Result<Vec<_>, Failure>>()?);
        }
        self.commands += writers * each;
        let begun = Instant::now();
        let tasks = prepared.into_iter().map(|commands| {
            let ledger = self.ledger.clone();
            tokio::spawn(execute_all(ledger, commands))
        });
        let mut latencies = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            latencies.push(task.await.map_err(|error| disorder(&error))??);
        }
        figure.round(Rate {
            count: writers * each,
            elapsed: begun.elapsed(),
        });
        figure.answered(latencies);
        Ok(())
    }
}

async fn execute_all(
    ledger: Ledger<EmbeddedStore>,
    commands: Vec<(StreamName, Command, Context)>,
) -> Result<Latencies, Failure> {
    let mut latencies = Latencies::default();
    for (stream, command, context) in commands {
        let begun = Instant::now();
        let done = ledger.execute::<Stock>(&stream, command, context).await;
        done.map_err(|error| data::executing(error, stream.as_str()))?;
        latencies.add(begun.elapsed());
    }
    Ok(latencies)
}
