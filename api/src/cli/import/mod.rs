//! `sijill import`: the history of other systems, by the import path of DESIGN 2 (administrators, file hash, flagged).

mod csv_file;
mod history;
mod ocds;
mod openlmis;
mod rejects;
mod scms;

use super::errors::Failure;
use super::output::Ui;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    system: System,
}

#[derive(Debug, clap::Subcommand)]
enum System {
    /// Take over stock cards from the CSV files of OpenLMIS
    Openlmis(openlmis::Arguments),
    /// Take over orders and deliveries from the CSV files of the SCMS delivery history
    Scms(scms::Arguments),
    /// Record releases of other systems from OCDS files, as they were published
    Ocds(ocds::Arguments),
}

/// Imports.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    match &arguments.system {
        System::Openlmis(arguments) => openlmis::run(arguments, ui).await,
        System::Scms(arguments) => scms::run(arguments, ui).await,
        System::Ocds(arguments) => ocds::run(arguments, ui).await,
    }
}
