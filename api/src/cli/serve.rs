//! `sijill serve`: commands and questions over gRPC, until the process is told to end.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::store::embedded::{EmbeddedStore, OpenError};
use sijill_ledger_core::time::SystemClock;
use tracing_subscriber::EnvFilter;

use super::cluster;
use super::data;
use super::demo_clock::DemoClock;
use super::errors::{Bilingual, Failure};
use super::keygen::key_file;
use super::output::Ui;
use super::token::RealmArguments;
use crate::auth::verifier::Verifier;
use crate::grpc::admission::Limits;
use crate::grpc::documents;
use crate::grpc::metrics;
use crate::grpc::node::Node;
use crate::grpc::server::{self, Config, Listeners};
use crate::log::publisher::Signing;
use crate::log::signers::Signers;

/// Names the filter of log lines, such as `sijill=debug,h2=warn`.
const LOG_VARIABLE: &str = "SIJILL_LOG";

#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Arguments {
    /// Directory of the ledger, or of a mirror, on which questions are answered and commands refused
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
    /// Address and port where anyone reads the log over HTTP: /checkpoint, /tile/…, /attachment/…
    #[arg(long, default_value = "127.0.0.1:7452")]
    public_listen: SocketAddr,
    /// Do not serve the log over HTTP
    #[arg(long)]
    no_public: bool,
    /// The ledger is on this cluster of KurrentDB or EventStoreDB, kurrentdb://…, or @FILE that holds the address; --data is where this node mirrors it
    #[arg(long, value_name = "URL", conflicts_with_all = ["read_only", "allow_gap", "demo_clock"])]
    store: Option<String>,
    #[command(flatten)]
    publishing: PublishingArguments,
    #[command(flatten)]
    documents: DocumentArguments,
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
    /// For rehearsals: the time is what this file says, such as 2026-01-01T09:00:00Z. Only for a log whose origin's host ends in
    /// demo.invalid, a name that nobody can own
    #[arg(long, value_name = "FILE", conflicts_with = "read_only")]
    demo_clock: Option<PathBuf>,
    /// Format of log lines, on standard error
    #[arg(long, value_enum, default_value_t)]
    log: LogFormat,
}

/// How the log is signed and witnessed.
#[derive(Debug, clap::Args)]
struct PublishingArguments {
    /// Key that signs the log (sijill keygen --log), outside the data directory; twice while a key is being replaced
    #[arg(long, value_name = "FILE", conflicts_with = "read_only")]
    log_key: Vec<PathBuf>,
    /// Policy file (C2SP tlog-policy): the witnesses, their addresses, and how many are enough
    #[arg(long, value_name = "FILE")]
    witnesses: Option<PathBuf>,
    /// Shortest time between two checkpoints while nobody waits for a receipt, 100ms to 1h
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = interval)]
    checkpoint_every: Duration,
}

/// Which documents are taken, and where they are kept.
#[derive(Debug, clap::Args)]
struct DocumentArguments {
    /// Largest document that is taken, in MiB; mirrors take no larger ones than 64
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=64))]
    document_mib_max: u64,
    /// What one organisation may have uploaded that no event names yet, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1_024, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    unnamed_mib_max: u64,
    /// Keep documents in an S3-compatible store from now on, `s3://BUCKET/PREFIX`; address and credentials from the environment [default: in the data directory, or where it says]
    #[arg(long, value_name = "URL", conflicts_with = "read_only")]
    attachments: Option<String>,
}

impl DocumentArguments {
    fn limits(&self) -> documents::Limits {
        documents::Limits {
            document_bytes_max: self.document_mib_max << 20,
            unnamed_bytes_max: self.unnamed_mib_max << 20,
            ..documents::Limits::default()
        }
    }
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
    let listeners = Listeners::bind(
        arguments.listen,
        (!arguments.no_metrics).then_some(arguments.metrics_listen),
        (!arguments.no_public).then_some(arguments.public_listen),
    )
    .await?;
    let mut node = open(arguments).await?;
    node.documents = arguments.documents.limits();
    let signing = signing(&arguments.publishing, &node)?;
    let config = Config {
        listeners,
        verifier: Arc::new(verifier),
        limits: Limits::default(),
        signing,
    };
    // The same words in every language: programs wait for the first line.
    let announce = |bound: server::Bound| {
        ui.line(&format!("listening on http://{}", bound.services))?;
        if let Some(address) = bound.metrics {
            ui.line(&format!("metrics on {}", metrics::url(address)))?;
        }
        if let Some(address) = bound.public {
            ui.line(&format!("log on http://{address}"))?;
        }
        ui.flush()
    };
    server::run(node, config, announce).await
}

async fn open(arguments: &Arguments) -> Result<Node, Failure> {
    let dir = &arguments.data;
    let witnesses = witnesses(arguments.publishing.witnesses.as_deref())?;
    if let Some(store) = &arguments.store {
        return on_cluster(store, arguments, witnesses).await;
    }
    let holds_mirror = EmbeddedStore::holds_mirror(dir);
    let is_mirror = holds_mirror.map_err(|error| data::opening(dir, error))?;
    if is_mirror && !arguments.publishing.log_key.is_empty() {
        return Err(Failure::Usage(Bilingual::new(
            "المجلد مرآة: لا يوقّع السجلَّ إلا صاحبه؛ وتشهد المرآة بخيار sijill mirror --cosign",
            "the directory is a mirror: only the log's own server signs it; a mirror cosigns (sijill mirror --cosign)",
        )));
    }
    if is_mirror && arguments.demo_clock.is_some() {
        return Err(Failure::Usage(Bilingual::new(
            "المجلد مرآة: تعرض وقت السجل كما سُجّل، ولا ساعة لها",
            "the directory is a mirror: it shows the times of its log as they were recorded, and has no clock of its own",
        )));
    }
    if arguments.read_only || is_mirror {
        return read_only(arguments, witnesses).await;
    }
    if arguments.origin.is_none() && !dir.join("log").is_dir() {
        // Says why there is nothing, and creates nothing.
        data::open(dir)?;
    }
    let origin = arguments.origin.as_deref();
    let mut options = match &arguments.demo_clock {
        None => data::options(dir, origin, Arc::new(SystemClock::default())),
        Some(file) => {
            let (clock, origin) = DemoClock::for_log(file, dir, origin)?;
            tracing::warn!(
                origin,
                "a rehearsal: its time is what {} says",
                file.display()
            );
            data::options(dir, Some(&origin), Arc::new(clock))
        }
    };
    if arguments.allow_gap {
        options = options.allow_gap();
    }
    let node = Node::open(options, witnesses).await?;
    keep_documents(&node, &arguments.documents).await?;
    Ok(node)
}

async fn on_cluster(
    store: &str,
    arguments: &Arguments,
    witnesses: Policy,
) -> Result<Node, Failure> {
    let origin = arguments.origin.as_deref();
    let node = cluster::open(store, &arguments.data, origin, witnesses).await?;
    keep_documents(&node, &arguments.documents).await?;
    if arguments.documents.attachments.is_none() {
        tracing::warn!(
            "started without --attachments: documents are kept on this node alone, and an event that names one is refused by the others"
        );
    }
    Ok(node)
}

async fn keep_documents(node: &Node, arguments: &DocumentArguments) -> Result<(), Failure> {
    let Some(place) = arguments.attachments.clone() else {
        return Ok(());
    };
    let attachments = node.store().attachments().clone();
    let keeping = move || attachments.keep_at(&place);
    let kept = tokio::task::spawn_blocking(keeping).await;
    let kept = kept.map_err(|error| Failure::WritesStopped {
        what: error.to_string(),
    })?;
    kept.map_err(data::attaching)
}

async fn read_only(arguments: &Arguments, witnesses: Policy) -> Result<Node, Failure> {
    let dir = &arguments.data;
    let node = Node::open_read_only(dir, witnesses).await?;
    let found = node.store().origin().to_owned();
    match arguments.origin.clone() {
        Some(expected) if expected != found => {
            let dir = dir.clone();
            let other = OpenError::OriginMismatch {
                dir,
                expected,
                found,
            };
            Err(data::opening(&arguments.data, other))
        }
        Some(_) | None => Ok(node),
    }
}

/// Reads a witness policy; nobody is asked where there is none.
pub fn witnesses(file: Option<&Path>) -> Result<Policy, Failure> {
    let Some(file) = file else {
        return Ok(Policy::unwitnessed());
    };
    let unusable = |text| Failure::Input {
        file: file.to_owned(),
        text,
    };
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let policy: Policy = text
        .parse()
        .map_err(|error| unusable(Bilingual::refusal(&error)))?;
    Ok(policy)
}

fn signing(arguments: &PublishingArguments, node: &Node) -> Result<Option<Signing>, Failure> {
    let store = node.store();
    let signers = Signers::open(&arguments.log_key, store.origin(), store.dir())?;
    if signers.is_none() && !node.read_only {
        tracing::warn!(
            "started without --log-key: no checkpoint is signed, so nobody can prove what is in the log"
        );
    }
    Ok(signers.map(|signers| Signing {
        signers,
        every: arguments.checkpoint_every,
    }))
}

/// A time such as 500ms, 1s or 2m.
pub fn interval(text: &str) -> Result<Duration, String> {
    const MIN: Duration = Duration::from_millis(100);
    const MAX: Duration = Duration::from_hours(1);
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    let time = parsed.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| (MIN..=MAX).contains(time))
        .ok_or_else(|| "a time from 100ms to 1h, such as 1s".to_owned())
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
