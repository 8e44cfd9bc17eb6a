//! Commands of commands: `sijill bid seal` and its like. Each stands in a file of its own with its `Arguments` and its `run`.

/// Declares a command's `Arguments` and `run` from one line per subcommand: its name, its module, and `.await` where it asks a server
/// or a store.
macro_rules! subcommands {
    ($($(#[$doc:meta])* $name:ident($module:ident)$(. $wait:tt)?;)*) => {
        #[derive(Debug, clap::Args)]
        pub struct Arguments {
            #[command(subcommand)]
            what: What,
        }

        #[derive(Debug, clap::Subcommand)]
        enum What {
            $($(#[$doc])* $name($module::Arguments),)*
        }

        /// Does what was asked.
        pub async fn run(
            arguments: &Arguments,
            ui: &mut crate::cli::output::Ui,
        ) -> Result<(), crate::cli::errors::Failure> {
            match &arguments.what {
                $(What::$name(arguments) => $module::run(arguments, ui) $(. $wait)?,)*
            }
        }
    };
}
pub(super) use subcommands;
