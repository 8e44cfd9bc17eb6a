//! `sijill document`: documents up to a server and down from it, and away with those that nothing names.

mod get;
mod named;
mod put;
mod sweep;

use super::errors::Failure;
use super::output::Ui;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Upload a document and print its SHA-256, by which events name it
    Put(put::Arguments),
    /// Download a document; goes on where an earlier attempt broke off
    Get(get::Arguments),
    /// Remove uploads that no event names for long; nobody else may write meanwhile
    Sweep(sweep::Arguments),
}

/// Does what was asked.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.what {
        What::Put(arguments) => put::run(arguments, ui).await,
        What::Get(arguments) => get::run(arguments, ui).await,
        What::Sweep(arguments) => sweep::run(arguments, ui).await,
    }
}
