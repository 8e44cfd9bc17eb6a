//! Figures of a running server, for Prometheus: `GET /metrics` on a listener of their own, with `GET /healthz` beside them.
//!
//! | Name | Kind | What |
//! |---|---|---|
//! | `sijill_calls_total{method, code}` | counter | calls that ended, by gRPC status code |
//! | `sijill_call_duration_seconds{method}` | histogram | from arrival to the answer's end; for a stream, to its end |
//! | `sijill_calls_open` | gauge | calls and streams that have not ended |
//! | `sijill_connections` | gauge | connections |
//! | `sijill_connections_refused_total` | counter | connections closed because there were too many |
//! | `sijill_log_entries_total` | counter | entries of the log that are durable |
//! | `sijill_views_entries_total` | counter | entries that the views have seen; the distance to the log is how far they are behind |
//! | `sijill_policy_entries_total{policy}` | counter | entries that a policy has handled |
//! | `sijill_policy_held{policy}` | gauge | what waits because something is wrong with one stream: events whose steps cannot be taken, for the scheduler tenders; tried again, see the log for why |
//! | `sijill_published_entries_total` | counter | entries that the published checkpoint covers; the distance to the log is how far it is behind |
//! | `sijill_checkpoint_age_seconds` | gauge | since when that checkpoint is shown |
//! | `sijill_checkpoint_quorum` | gauge | 1 when it has the witnesses' quorum, else 0 |
//! | `sijill_cosignatures_total{witness, outcome}` | counter | answers of witnesses: `ok`, or `failed` for none, a late or a bad one |
//! | `sijill_signing_refusals_total{code}` | counter | times that the log could not be signed |
//! | `sijill_key_file_errors_total` | counter | times that the changed key file could not be read |
//!
//! `method` is a path of the policy table, or `other`: a stranger cannot make up new ones.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use sijill_ledger_core::policies::Progress;
use sijill_ledger_core::store::EventStore as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::Code;

use super::node::Node;
use super::server;

const CALLS: &str = "sijill_calls_total";
const DURATION: &str = "sijill_call_duration_seconds";
const OPEN: &str = "sijill_calls_open";
const CONNECTIONS: &str = "sijill_connections";
const CONNECTIONS_REFUSED: &str = "sijill_connections_refused_total";
const LOG: &str = "sijill_log_entries_total";
const VIEWS: &str = "sijill_views_entries_total";
const POLICY: &str = "sijill_policy_entries_total";
const POLICY_HELD: &str = "sijill_policy_held";
const PUBLISHED: &str = "sijill_published_entries_total";
const CHECKPOINT_AGE: &str = "sijill_checkpoint_age_seconds";
const CHECKPOINT_QUORUM: &str = "sijill_checkpoint_quorum";
const COSIGNATURES: &str = "sijill_cosignatures_total";
const SIGNING_REFUSALS: &str = "sijill_signing_refusals_total";
const KEY_FILE_ERRORS: &str = "sijill_key_file_errors_total";

/// Bounds of the histogram's buckets, in seconds.
const BUCKETS_SECONDS: [f64; 14] = [
    0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];
/// How often the exporter tidies its samples.
const UPKEEP: Duration = Duration::from_secs(5);

/// What writes the figures out. What is counted before there is one is counted nowhere.
#[derive(Clone)]
pub struct Exporter(PrometheusHandle);

impl Exporter {
    /// The process's own; the first call makes it, and must come before the first thing to be counted.
    pub fn install() -> Result<Self, std::io::Error> {
        static EXPORTER: LazyLock<Result<PrometheusHandle, String>> =
            LazyLock::new(|| make().map_err(|error| error.to_string()));
        let exporter = EXPORTER.clone();
        exporter.map(Self).map_err(std::io::Error::other)
    }
}

fn make() -> Result<PrometheusHandle, BuildError> {
    let duration = Matcher::Full(DURATION.to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(duration, &BUCKETS_SECONDS)?
        .install_recorder()
}

/// Serves the figures until the node stops.
pub async fn serve(
    Exporter(exporter): Exporter,
    listener: TcpListener,
    node: Arc<Node>,
    stop: watch::Receiver<bool>,
) -> Result<(), std::io::Error> {
    tokio::spawn(upkeep(exporter.clone(), stop.clone()));
    let (about, health) = (Arc::clone(&node), node);
    let figures = move || {
        let (exporter, node) = (exporter.clone(), Arc::clone(&about));
        async move {
            look(&node);
            let plain = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
            (plain, exporter.render())
        }
    };
    let healthz = move || {
        let is_well = health.is_serving();
        async move {
            if is_well {
                (StatusCode::OK, "serving\n")
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, "not serving\n")
            }
        }
    };
    let router = Router::new()
        .route("/metrics", get(figures))
        .route("/healthz", get(healthz));
    axum::serve(listener, router)
        .with_graceful_shutdown(server::stopped(stop))
        .await
}

async fn upkeep(exporter: PrometheusHandle, stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = server::stopped(stop.clone()) => return,
            () = tokio::time::sleep(UPKEEP) => exporter.run_upkeep(),
        }
    }
}

/// Figures that are looked up when somebody asks.
fn look(node: &Node) {
    metrics::counter!(LOG).absolute(node.store().size());
    metrics::counter!(VIEWS).absolute(*node.live.seen().borrow());
    for Progress {
        policy,
        position,
        held,
        ..
    } in node.policies()
    {
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        metrics::counter!(POLICY, "policy" => policy).absolute(position);
        metrics::gauge!(POLICY_HELD, "policy" => policy).set(f64::from(held));
    }
    if let Some(latest) = node.publication.latest() {
        let age = u32::try_from(latest.since.elapsed().as_secs()).unwrap_or(u32::MAX);
        metrics::counter!(PUBLISHED).absolute(latest.size());
        metrics::gauge!(CHECKPOINT_AGE).set(f64::from(age));
        metrics::gauge!(CHECKPOINT_QUORUM).set(f64::from(u8::from(latest.has_quorum)));
    }
}

/// A call began.
pub fn began() {
    metrics::gauge!(OPEN).increment(1);
}

/// A call ended.
pub fn ended(method: &'static str, code: Code, duration: Duration) {
    metrics::gauge!(OPEN).decrement(1);
    metrics::counter!(CALLS, "method" => method, "code" => name(code)).increment(1);
    metrics::histogram!(DURATION, "method" => method).record(duration);
}

/// There is one connection more, or one less.
pub fn connections(change: i8) {
    metrics::gauge!(CONNECTIONS).increment(change);
}

/// A connection was closed because there were too many.
pub fn connection_refused() {
    metrics::counter!(CONNECTIONS_REFUSED).increment(1);
}

/// A witness was asked.
pub fn cosignature(witness: &str, is_good: bool) {
    let outcome = if is_good { "ok" } else { "failed" };
    metrics::counter!(COSIGNATURES, "witness" => witness.to_owned(), "outcome" => outcome)
        .increment(1);
}

/// The log could not be signed.
pub fn signing_refused(code: &'static str) {
    metrics::counter!(SIGNING_REFUSALS, "code" => code).increment(1);
}

/// The key file has changed and cannot be read.
pub fn key_file_error() {
    metrics::counter!(KEY_FILE_ERRORS).increment(1);
}

/// The name of a status code, as the gRPC documents write it.
pub const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Where the figures are served; said when the server starts.
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}/metrics")
}
