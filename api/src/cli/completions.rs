//! `sijill completions SHELL`.

use clap_complete::Shell;

use super::errors::Failure;
use super::output::Ui;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script to standard output.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = super::command(ui.lang);
    clap_complete::generate(arguments.shell, &mut command, "sijill", &mut script);
    ui.line(String::from_utf8_lossy(&script).trim_end())
}
