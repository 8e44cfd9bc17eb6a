//! `sijill document`: documents up to a server and down from it, and away with those that nothing names.

mod get;
mod named;
mod put;
mod sweep;

use super::subcommands::subcommands;

subcommands! {
    /// Upload a document and print its SHA-256, by which events name it
    Put(put).await;
    /// Download a document; goes on where an earlier attempt broke off
    Get(get).await;
    /// Remove uploads that no event names for long; nobody else may write meanwhile
    Sweep(sweep).await;
}
