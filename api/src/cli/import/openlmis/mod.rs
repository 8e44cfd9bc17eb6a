//! x
mod events;
mod lines;
mod reasons;
mod reference;
use super::super::errors::Failure;
use super::super::output::Ui;
#[derive(Debug, clap::Args)]
pub struct Arguments {}
pub async fn run(_: &Arguments, _: &mut Ui) -> Result<(), Failure> {
    Ok(())
}
