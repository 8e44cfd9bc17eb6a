//! `sijill bench import`: bulk appends of 1000 events, and the way an import of stock cards takes: one command per line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sijill_ledger_core::domain::stock::{Command, Event, Stock};
use sijill_ledger_core::domain::values::Sha256;
use sijill_ledger_core::event::{Actor, Origin, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::{EmbeddedStore, probe};
use sijill_ledger_core::store::{
    APPEND_ENTRIES_MAX, Append, AppendError, EventStore as _, Expected, StreamName,
};
use uuid::Uuid;

use super::append::{DATA_BYTES, METADATA_BYTES, stream_of, typical};
use super::figures::{Figure, First, Rate, rows};
use super::machine::{self, Disk};
use super::world::{self, Spot};
use super::{Common, disorder, failed, workspace};
use crate::cli::errors::Failure;
use crate::cli::output::{Cell, Sheet, Word};
use crate::cli::pipeline::{Outcome, Pipeline};
use crate::cli::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    /// Bulk appends that are on their way at once
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    writers: u32,
    /// Events in each round
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..))]
    events: u64,
    /// Facilities whose stock cards are imported
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    facilities: u64,
    /// Directory whose disk is measured [default: a temporary directory]
    #[arg(long)]
    data: Option<PathBuf>,
}

const BARE: Word = Word::new("bare_loop", "حلقة مجردة", "bare loop");
const BULK: Word = Word::new("store_bulk", "المخزن، دفعات", "store, bulk");
const LINES: Word = Word::new("import_commands", "أوامر استيراد", "import commands");

/// All rounds.
pub async fn measure(arguments: &Arguments) -> Result<Sheet, Failure> {
    let dir = workspace(arguments.data.as_ref())?;
    let bare_dir = dir.path().join("bare");
    std::fs::create_dir(&bare_dir).map_err(failed(&bare_dir))?;
    let mut bulk = Bulk::open(&dir.path().join("bulk"), arguments)?;
    let mut lines = Lines::open(&dir.path().join("lines"), arguments).await?;
    let mut disk = Disk::default();
    let (mut bare, mut stored) = (Figure::new(BARE), Figure::new(BULK));
    let mut imported = Figure::new(LINES);
    let bar = progress::bar(u64::from(arguments.common.rounds), "bench import");
    for _ in 0..arguments.common.rounds {
        disk.probe(&bare_dir).map_err(failed(&bare_dir))?;
        let (writers, appends) = (arguments.writers as usize, bulk.appends);
        let appends = usize::try_from(appends).unwrap_or(usize::MAX);
        let ran = probe::bare_loop(&bare_dir, writers, appends, bulk.entries).await;
        let ran = ran.map_err(failed(&bare_dir))?;
        bare.round(Rate {
            count: ran.records,
            elapsed: ran.elapsed,
        });
        stored.round(bulk.round().await?);
        imported.round(lines.round(arguments.events).await?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut sheet = machine::sheet(dir.path(), &disk)
        .fact(
            Word::new("writers", "الكتّاب", "writers"),
            Cell::Count(arguments.writers.into()),
        )
        .fact(
            Word::new("events_per_append", "أحداث الدفعة", "events per append"),
            Cell::Count(bulk.entries as u64),
        )
        .fact(
            Word::new("event_bytes", "بايتات الحدث", "bytes of an event"),
            Cell::Count((DATA_BYTES + METADATA_BYTES) as u64),
        );
    rows(&mut sheet, First::Base, vec![bare, stored, imported]);
    Ok(sheet)
}

/// Full appends to the store, without the ledger.
struct Bulk {
    store: Arc<EmbeddedStore>,
    writers: u64,
    /// Appends of each writer in a round.
    appends: u64,
    /// Entries of each append: the most that one takes, unless a round has fewer.
    entries: usize,
    /// Entries of each writer's stream so far.
    written: u64,
}

impl Bulk {
    fn open(dir: &Path, arguments: &Arguments) -> Result<Self, Failure> {
        let writers = u64::from(arguments.writers);
        let each = (arguments.events / writers).max(1);
        let entries = usize::try_from(each)
            .unwrap_or(usize::MAX)
            .min(APPEND_ENTRIES_MAX);
        Ok(Self {
            store: Arc::clone(world::ledger(dir)?.store()),
            writers,
            appends: (each / entries as u64).max(1),
            entries,
            written: 0,
        })
    }

    async fn round(&mut self) -> Result<Rate, Failure> {
        // What is measured is the store, so what it stores is ready before.
        let streams: Vec<Vec<Append>> = (0..self.writers)
            .map(|writer| self.appends_of(writer))
            .collect::<Result<_, _>>()?;
        let begun = Instant::now();
        let writers = streams.into_iter().map(|appends| {
            let store = Arc::clone(&self.store);
            tokio::spawn(async move {
                for append in appends {
                    store.append(append).await?;
                }
                Ok::<_, AppendError>(())
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer
                .await
                .map_err(|error| disorder(&error))?
                .map_err(data::appending)?;
        }
        let each = self.appends * self.entries as u64;
        self.written += each;
        Ok(Rate {
            count: each * self.writers,
            elapsed: begun.elapsed(),
        })
    }

    fn appends_of(&self, writer: u64) -> Result<Vec<Append>, Failure> {
        let stream = stream_of(writer)?;
        let appends = (0..self.appends).map(|append| {
            let first = self.written + append * self.entries as u64;
            Append {
                stream: stream.clone(),
                expected: Expected::after(first.checked_sub(1)),
                entries: (0..self.entries as u64)
                    .map(|n| typical(writer, first + n))
                    .collect(),
                not_after: None,
            }
        });
        Ok(appends.collect())
    }
}

/// Stock cards, line by line, through the ledger.
struct Lines {
    ledger: Ledger<EmbeddedStore>,
    actor: Actor,
    facilities: u64,
    /// Lines of all rounds: the history is spread over its two years.
    total: u64,
    done: u64,
}

impl Lines {
    async fn open(dir: &Path, arguments: &Arguments) -> Result<Self, Failure> {
        let ledger = world::ledger(dir)?;
        world::register(&ledger, arguments.facilities).await?;
        let actor = world::actor("administrator", Role::Administrator);
        Ok(Self {
            ledger,
            actor: actor.map_err(|error| world::impossible(&error))?,
            facilities: arguments.facilities,
            total: arguments.events * u64::from(arguments.common.rounds),
            done: 0,
        })
    }

    async fn round(&mut self, events: u64) -> Result<Rate, Failure> {
        let lines = self.done..self.done + events;
        let lines: Vec<_> = lines.map(|n| self.line(n)).collect::<Result<_, _>>()?;
        self.done += events;
        let begun = Instant::now();
        let settle = |stream: StreamName, outcome: Outcome<Stock>| match outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(data::executing(error, stream.as_str())),
        };
        let mut pipeline: Pipeline<'_, Stock, StreamName, _> = Pipeline::new(&self.ledger, settle);
        for (stream, command, context) in lines {
            pipeline
                .push(stream.clone(), &stream, command, context)
                .await?;
        }
        pipeline.finish().await?;
        Ok(Rate {
            count: events,
            elapsed: begun.elapsed(),
        })
    }

    /// One line of a file: every eighth is a receipt, the others issues.
    fn line(&self, n: u64) -> Result<(StreamName, Command, Context), Failure> {
        let line = || {
            let (day, at) = world::moment(n, self.total)?;
            let facility = n % self.facilities;
            let visit = n / self.facilities;
            let spot = Spot {
                facility,
                item: visit / 8 % world::ITEMS,
                day,
            };
            let event = if visit.is_multiple_of(8) {
                Event::StockReceived(world::receipt(n, spot, 700)?)
            } else {
                Event::StockIssued(world::issue(n, spot, 90)?)
            };
            let mut context =
                Context::new(Uuid::from_u128(n.into()), self.actor.clone()).effective(at);
            context.origin = Origin::Import {
                file: Sha256([0x5A; 32]),
                line: n + 2,
            };
            let stream = Stock::stream(&world::facility_id(facility)?);
            Ok((stream, Command::Import(Box::new(event)), context))
        };
        line().map_err(|error| world::impossible(&error))
    }
}
