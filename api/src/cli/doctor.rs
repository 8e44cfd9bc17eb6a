//! `sijill doctor`.

use super::errors::Failure;
use super::output::Ui;

#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub async fn run(_: &Arguments, _: &mut Ui) -> Result<(), Failure> {
    Ok(())
}
