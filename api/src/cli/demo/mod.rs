//! `sijill demo`.
mod anomalies;
mod calendar;
mod care;
mod catalogue;
mod control;
mod country;
mod history;
mod people;
mod registry;
mod rng;
mod seed;
mod shelf;
mod supply;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::{ManualClock, Timestamp};

use super::errors::Failure;
use super::output::Ui;
use super::{data, progress};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    #[arg(long, default_value_t = 100)]
    scale: u32,
}

pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
    let store = data::create(
        &arguments.data,
        Some("demo.sijill.example/egypt"),
        clock.clone(),
    )?;
    let world = world::World::new(country::ScalePercent(arguments.scale), 2024)
        .map_err(seed::impossible)?;
    let Some(anomalies) = anomalies::Anomalies::plant(&world).map_err(seed::impossible)? else {
        return Ok(());
    };
    let mut seeder = seed::Seeder {
        ledger: Ledger::new(store.clone(), clock.clone()),
        clock,
        world,
        anomalies,
    };
    let bar = progress::bar(731, "demo");
    let start = std::time::Instant::now();
    seeder.run(&bar).await?;
    ui.line(&format!(
        "{} events, {} sites, {:?}",
        store.size(),
        seeder.world.sites.len(),
        start.elapsed()
    ))
}
