//! `sijill migrate`: a log that is in a directory, to a cluster: the same entries with the same stamps, so the tree is the same, and
//! checkpoints and receipts that were given stay good.

use std::path::PathBuf;

use super::cluster;
use super::errors::Failure;
use super::output::Ui;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger that is moved; nobody may serve it meanwhile
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// The cluster of KurrentDB or EventStoreDB, empty or half moved to: kurrentdb://…, or @FILE that holds the address
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// Directory of the mirror, which the first node then serves: new, or begun by the same move
    #[arg(long)]
    pub data: PathBuf,
}

/// Moves.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    cluster::migrate(arguments, ui).await
}
