//! `sijill ruleset check`: would a server take this file?

use std::path::PathBuf;

use super::file;
use crate::cli::errors::Failure;
use crate::cli::output::Ui;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// File of parameters (JSON), as in schemas/examples/rulesets
    file: PathBuf,
}

/// Prints the parameters as they would be adopted.
pub(super) fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let rules = file::read(&arguments.file)?;
    ui.sheet(&file::sheet(&rules)?)?;
    ui.note(ui.lang.pick(
        "الملف صالح؛ تسري معاييره حين يقترحها مدير أو مسجِّل ويعتمدها آخر",
        "the file can be adopted: one administrator or registrar proposes it, another adopts it",
    ))
}
