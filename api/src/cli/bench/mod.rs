//! `sijill bench`: what this machine can do, and what this ledger makes of it.
//!
//! Nothing here is compared with a number from another day: each round measures the disk, then the bare work, then the
//! ledger, and the ratios are taken within the round. Figures of a busy machine say so by their spread.

mod ahead;
mod append;
mod arrivals;
mod bids;
mod echo;
mod figures;
mod grpc;
mod import;
mod machine;
mod market;
mod open;
mod query;
mod replay;
mod rush;
mod search;
mod served;
mod shelves;
mod signatures;
mod stock_log;
mod submit;
mod tender_log;
mod tender_words;
mod verify;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use tempfile::TempDir;

use super::data;
use super::errors::{Bilingual, Failure};
use super::output::{Format, Sheet, Ui};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Durable appends by many writers at once, beside a bare loop of writes and syncs
    Append(append::Arguments),
    /// Bulk appends of 1000 events, and imported history command by command
    Import(import::Arguments),
    /// Reading a log: scanning, decoding, applying to every view
    Replay(replay::Arguments),
    /// Verifying a log: its tree, all of it, and signatures by themselves
    Verify(verify::Arguments),
    /// Opening a log after a clean close, after a kill, without a saved index
    Open(open::Arguments),
    /// Whole commands over gRPC by many callers, beside an echo service
    Grpc(grpc::Arguments),
    /// Commands over one stream, many on their way at once, beside an echo service
    Submit(submit::Arguments),
    /// Sealed bids in the last second before a deadline, and many of them for longer, beside an echo service
    Bids(bids::Arguments),
    /// Questions over gRPC while commands arrive, beside an echo service
    Query(query::Arguments),
    /// Words and filters over many tenders: in the view, over gRPC, beside an echo service
    Search(search::Arguments),
}

/// What all benches are asked.
#[derive(Debug, clap::Args)]
struct Common {
    /// Rounds, of which the median is shown
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// The same as --output json
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.what {
        What::Append(arguments) => {
            let sheet = append::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Import(arguments) => {
            let sheet = import::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Replay(arguments) => {
            let sheet = replay::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Verify(arguments) => {
            let sheet = verify::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Open(arguments) => {
            let sheet = open::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Grpc(arguments) => {
            let sheet = grpc::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Submit(arguments) => {
            let sheet = submit::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Bids(arguments) => {
            let sheet = bids::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Query(arguments) => {
            let sheet = query::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
        What::Search(arguments) => {
            let sheet = search::measure(arguments).await?;
            show(&sheet, &arguments.common, ui)
        }
    }
}

fn show(sheet: &Sheet, common: &Common, ui: &mut Ui) -> Result<(), Failure> {
    if common.json {
        ui.format = Format::Json;
    }
    ui.sheet(sheet)
}

/// The log that is read in a bench.
#[derive(Debug, clap::Args)]
struct Measured {
    /// Events of the log that is built to be measured
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    events: u64,
    /// An existing ledger to measure instead of building a log
    #[arg(long, conflicts_with = "events")]
    data: Option<PathBuf>,
}

impl Measured {
    /// The log, built in the workspace where none is named.
    async fn log(&self, workspace: &Path) -> Result<Arc<EmbeddedStore>, Failure> {
        let store = match &self.data {
            Some(existing) => data::open(existing)?,
            None => stock_log::build(&workspace.join("log"), self.events).await?,
        };
        if store.size() > 0 {
            return Ok(store);
        }
        Err(Failure::Usage(Bilingual::new(
            "السجل فارغ فلا شيء يُقاس",
            "the log is empty: there is nothing to measure",
        )))
    }

    /// The directory whose disk the log is read from.
    fn dir<'a>(&'a self, workspace: &'a Path) -> &'a Path {
        self.data.as_deref().unwrap_or(workspace)
    }
}

/// A directory that goes away with the bench, on the disk that is named or that of temporary files.
fn workspace(disk: Option<&PathBuf>) -> Result<TempDir, Failure> {
    let parent = disk.cloned().unwrap_or_else(std::env::temp_dir);
    let made = tempfile::Builder::new()
        .prefix("sijill-bench-")
        .tempdir_in(&parent);
    made.map_err(|error| Failure::io(&parent, &error))
}

/// An error of the operating system within the workspace.
fn failed(dir: &Path) -> impl Fn(std::io::Error) -> Failure + use<> {
    let dir = dir.to_owned();
    move |error| Failure::io(&dir, &error)
}

/// A task that ended in disorder.
fn disorder(error: &tokio::task::JoinError) -> Failure {
    Failure::io(
        Path::new("tokio"),
        &std::io::Error::other(error.to_string()),
    )
}
