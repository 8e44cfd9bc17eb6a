//! The command line: one command per file. Here only what they share: the arguments, the language, the exit status.
//!
//! What is deliberately absent: rules and formulas. Commands parse, call the ledger or a view, and print.

mod bench;
mod bid;
pub mod call;
pub mod cluster;
mod committee;
mod completions;
pub mod data;
mod demo;
mod demo_clock;
mod digest;
mod doctor;
mod document;
pub mod errors;
mod export;
mod help;
mod import;
pub mod input;
mod keygen;
pub mod lang;
mod migrate;
mod mirror;
pub mod output;
mod parse;
mod pipeline;
mod progress;
pub mod proof;
pub mod query;
mod rebuild;
mod remote;
mod replay;
mod restore;
mod ruleset;
mod sealed;
mod serve;
mod sign;
mod signer;
mod subcommands;
mod token;
mod usage;
pub mod verify;
pub mod views;
mod wire;
mod witness;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use errors::Failure;
use lang::Lang;
use output::{Format, Ui};

/// Sijill (سجل): an event-sourced ledger for public procurement and inventory
#[derive(Debug, Parser)]
#[command(
    name = "sijill",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
struct Cli {
    /// Language of messages and tables [default: by the locale]
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// Format of results
    #[arg(long, global = true, value_enum, default_value_t)]
    output: Format,
    /// Print help
    #[arg(long, short, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Print the version
    #[arg(long, short = 'V', action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Seed two years of a fictional country, verify them and show the main views
    Demo(demo::Arguments),
    /// Serve commands and questions over gRPC until told to end
    Serve(serve::Arguments),
    /// Take over the history of another system
    Import(import::Arguments),
    /// Ask the views, of a directory or a server: shortage, stock, flows, transfers, deliveries, losses …
    Query(query::Arguments),
    /// Write figures out for other programs, and the log for other servers
    Export(export::Arguments),
    /// Keep a full copy of another machine's log, checked entry by entry
    Mirror(mirror::Arguments),
    /// Move a log to a cluster of KurrentDB or EventStoreDB: the same entries, the same tree
    Migrate(migrate::Arguments),
    /// Make a log that lost entries whole again, in a new directory
    Restore(restore::Arguments),
    /// Be a witness: cosign the checkpoints of logs, so that none of them can show two histories
    Witness(witness::Arguments),
    /// Print the events of the log, decoded, in order; with --output json one object a line
    Replay(replay::Arguments),
    /// Print the receipt of an entry: the proof that it is in the log, which verifies offline
    Proof(proof::Arguments),
    /// Print digests of the views, to be compared between a server and its mirrors
    Digest(digest::Arguments),
    /// Rebuild the index and the views from the log
    Rebuild(rebuild::Arguments),
    /// Check every byte and every event of a log, its tree and the signatures on it: a directory, published tiles or a server
    Verify(verify::Arguments),
    /// Measure this machine and this ledger
    Bench(bench::Arguments),
    /// Make keys: for signing tokens, for signing a log, for a witness
    Keygen(keygen::Arguments),
    /// Repair what a log's key remembers of its signatures
    Signer(signer::Arguments),
    /// Sign approvals with one's own key: make the key, and sign requests
    Sign(sign::Arguments),
    /// A committee that opens sealed bids: make and enrol one's key, check and answer with one's share, open
    Committee(committee::Arguments),
    /// Bid: seal on one's own machine, hand in, confirm, withdraw, and keep the proof
    Bid(bid::Arguments),
    /// The parameters of the rules: check a file, propose it, adopt it
    Ruleset(ruleset::Arguments),
    /// Sign a token for someone
    Token(token::Arguments),
    /// Call any method of a server: what has no command of its own here
    Call(call::Arguments),
    /// Documents that events name: up to a server, down from it
    Document(document::Arguments),
    /// Look for what is wrong with a directory or a server, and say what to do
    Doctor(doctor::Arguments),
    /// Write the completion script of a shell
    Completions(completions::Arguments),
}

/// Runs one command and says how it ended.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let lang = Lang::detect(&arguments, |name| std::env::var(name).ok());
    let cli = match parse(arguments, lang) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage::report(&error, lang)),
    };
    let mut ui = Ui::new(lang, cli.output);
    let result = execute(cli.command, &mut ui).and_then(|()| ui.flush());
    match result {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            // What was found before the failure belongs to the answer; if nobody reads it any more, the failure counts.
            let _ = ui.flush();
            eprintln!("{}", failure.message(lang));
            ExitCode::from(failure.exit_status())
        }
    }
}

/// The arguments as clap knows them, with help in one language.
fn command(lang: Lang) -> clap::Command {
    help::localised(Cli::command(), lang)
}

fn parse(arguments: Vec<OsString>, lang: Lang) -> Result<Cli, clap::Error> {
    let matches = command(lang).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn execute(command: Command, ui: &mut Ui) -> Result<(), Failure> {
    match command {
        Command::Completions(arguments) => completions::run(&arguments, ui),
        Command::Keygen(arguments) => keygen::run(&arguments, ui),
        Command::Sign(arguments) => sign::run(&arguments, ui),
        Command::Committee(arguments) => block_on(committee::run(&arguments, ui)),
        Command::Bid(arguments) => block_on(bid::run(&arguments, ui)),
        Command::Token(arguments) => token::run(&arguments, ui),
        Command::Call(arguments) => block_on(call::run(&arguments, ui)),
        Command::Ruleset(arguments) => block_on(ruleset::run(&arguments, ui)),
        Command::Document(arguments) => block_on(document::run(&arguments, ui)),
        Command::Doctor(arguments) => block_on(doctor::run(&arguments, ui)),
        Command::Serve(arguments) => block_on(serve::run(&arguments, ui)),
        Command::Demo(arguments) => block_on(demo::run(&arguments, ui)),
        Command::Import(arguments) => block_on(import::run(&arguments, ui)),
        Command::Query(arguments) => block_on(query::run(&arguments, ui)),
        Command::Export(arguments) => block_on(export::run(&arguments, ui)),
        Command::Mirror(arguments) => block_on(mirror::run(&arguments, ui)),
        Command::Migrate(arguments) => block_on(migrate::run(&arguments, ui)),
        Command::Restore(arguments) => block_on(restore::run(&arguments, ui)),
        Command::Signer(arguments) => block_on(signer::run(&arguments, ui)),
        Command::Witness(arguments) => block_on(witness::run(&arguments, ui)),
        Command::Replay(arguments) => block_on(replay::run(&arguments, ui)),
        Command::Proof(arguments) => block_on(proof::run(&arguments, ui)),
        Command::Digest(arguments) => block_on(digest::run(&arguments, ui)),
        Command::Rebuild(arguments) => block_on(rebuild::run(&arguments, ui)),
        Command::Verify(arguments) => block_on(verify::run(&arguments, ui)),
        Command::Bench(arguments) => block_on(bench::run(&arguments, ui)),
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io(std::path::Path::new("tokio"), &error))?;
    runtime.block_on(work)
}
