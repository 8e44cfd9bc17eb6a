//! `sijill`: composition only. What is here: [`cli`], one command per file. What is not: rules (`ledger-core`) and
//! figures (`projections`).

mod auth;
mod cli;
mod grpc;
mod http_client;
mod local;
mod log;
mod mirror;
mod published_log;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
