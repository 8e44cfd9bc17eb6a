//! `sijill serve`: commands and questions over gRPC, until the process is told to end.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use sijill_ledger_core::time::SystemClock;
use tracing_subscriber::EnvFilter;

use super::data;
use super::errors::Failure;
use super::keygen::key_file;
use super::output::Ui;
use super::token::RealmArguments;
use crate::auth::verifier::Verifier;
use crate::grpc::admission::Limits;
use crate::grpc::metrics;
use crate::grpc::node::Node;
use crate::grpc::server::{self, Config};

/// Names the filter of log lines, such as `sijill=debug,h2=warn`.
const LOG_VARIABLE: &str = "SIJILL_LOG";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the ledger
    #[arg(long)]
    data: PathBuf,
    /// Identity of the log where a new one is created, such as sijill.gov.example/health
    #[arg(long)]
    origin: Option<String>,
    /// Address and port of the services; port 0 takes a free one, which is printed
    #[arg(long, default_value = "127.0.0.1:7450")]
    listen: SocketAddr,
    /// Address and port of /metrics and /healthz
    #[arg(long, default_value = "127.0.0.1:7451")]
    metrics_listen: SocketAddr,
    /// Serve neither /metrics nor /healthz
    #[arg(long)]
    no_metrics: bool,
    /// File of public keys (JSON Web Key Set), or directory of such files: whose tokens are taken; read again when it changes
    #[arg(long)]
    keys: Option<PathBuf>,
    #[command(flatten)]
    realm: RealmArguments,
    /// Answer questions only; another process writes to the directory
    #[arg(long, conflicts_with = "origin")]
    read_only: bool,
    /// Also start when the clock stands more than 366 days after the last entry: the clock is right
    #[arg(long)]
    allow_gap: bool,
    /// Format of log lines, on standard error
    #[arg(long, value_enum, default_value_t)]
    log: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Serves.
pub async fn run(arguments: &Arguments, ui: &mut Ui) -> Result<(), Failure> {
    start_log(arguments.log, "info");
    let keys = arguments.keys.as_deref();
    let verifier = Verifier::new(arguments.realm.realm(), keys).map_err(key_file)?;
    if !verifier.takes_tokens() {
        tracing::warn!(
            "started without --keys: no token is taken, so only public questions are answered"
        );
    }
    if verifier.takes_tokens() && !arguments.listen.ip().is_loopback() {
        tracing::warn!(
            listen = %arguments.listen,
            "tokens travel in the clear: there is no TLS here; put a TLS proxy in front, or listen on 127.0.0.1"
        );
    }
    let node = open(arguments).await?;
    let config = Config {
        listen: arguments.listen,
        metrics_listen: (!arguments.no_metrics).then_some(arguments.metrics_listen),
        verifier: Arc::new(verifier),
        limits: Limits::default(),
    };
    // The same words in every language: programs wait for the first line.
    let announce = |bound: server::Bound| {
        ui.line(&format!("listening on http://{}", bound.services))?;
        if let Some(address) = bound.metrics {
            ui.line(&format!("metrics on {}", metrics::url(address)))?;
        }
        ui.flush()
    };
    server::run(node, config, announce).await
}

async fn open(arguments: &Arguments) -> Result<Node, Failure> {
    let dir = &arguments.data;
    if arguments.read_only {
        return Node::open_read_only(dir).await;
    }
    if arguments.origin.is_none() && !dir.join("log").is_dir() {
        // Says why there is nothing, and creates nothing.
        data::open(dir)?;
    }
    let clock = Arc::new(SystemClock::default());
    let mut options = data::options(dir, arguments.origin.as_deref(), clock);
    if arguments.allow_gap {
        options = options.allow_gap();
    }
    Node::open(options).await
}

/// Log lines go to standard error; without the variable, those from this level on.
pub fn start_log(format: LogFormat, level: &str) {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // An error says that the process has a log already.
    let _ = match format {
        LogFormat::Human => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
