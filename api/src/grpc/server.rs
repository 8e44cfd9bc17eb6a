//! A running server: listeners, the gate, background work, and an end in order.
//!
//! The end, on SIGTERM or SIGINT or when the views or the store cannot go on: health says `NOT_SERVING`, no new connection
//! or call is taken, calls in the services finish, streams on which nothing is ready end with `UNAVAILABLE`; what is left after
//! [`DRAIN_MAX`] is cut. Then policies and views stop, snapshots are saved and the log is closed. What was answered is
//! durable in any case.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::store::EventStore as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use super::admission::{Admission, Limits};
use super::door::Door;
use super::gate::{Gate, Keeper};
use super::node::Node;
use super::{connections, metrics};
use crate::auth::verifier::Verifier;
use crate::cli::errors::Failure;
use crate::log::follower;
use crate::log::publisher::{Publisher, Signing};
use crate::web;

/// How long calls and streams may go on after the end was asked for.
const DRAIN_MAX: Duration = Duration::from_secs(10);
/// How long answers of the public listener may then still take.
const PUBLIC_DRAIN_MAX: Duration = Duration::from_secs(2);
/// How often it is looked whether there are any, and how often in a row there must be none: answers are on their way to
/// the network a little longer than in the services.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const QUIET_LOOKS: u32 = 6;
/// How often the key file is looked at.
const KEYS_EVERY: Duration = Duration::from_secs(1);
/// Streams of one connection at once.
const STREAMS_PER_CONNECTION: u32 = 256;
/// Largest set of request headers, in bytes.
const HEADER_BYTES_MAX: u32 = 16 << 10;
/// What may be on its way to us and not read yet, per stream and per connection, in bytes.
const STREAM_WINDOW_BYTES: u32 = 256 << 10;
const CONNECTION_WINDOW_BYTES: u32 = 1 << 20;
/// A connection on which nothing comes is asked whether it is there; without an answer it is closed.
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_ANSWER_MAX: Duration = Duration::from_secs(10);

/// The ports of a server. They are taken before a log is opened, or made: whoever names one that is in use is told, and no new log is
/// left behind. Who connects meanwhile waits.
pub struct Listeners {
    services: Listener,
    metrics: Option<Listener>,
    public: Option<Listener>,
}

type Listener = (TcpListener, SocketAddr);

impl Listeners {
    /// Takes the port of the services, and those of figures and of the log over HTTP, `None` for nowhere.
    pub async fn bind(
        services: SocketAddr,
        metrics: Option<SocketAddr>,
        public: Option<SocketAddr>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            services: bind(services).await?,
            metrics: bind_some(metrics).await?,
            public: bind_some(public).await?,
        })
    }
}

/// Where to listen, and whom to let in.
pub struct Config {
    /// Where services, figures and the log are served.
    pub listeners: Listeners,
    /// Whose tokens are believed.
    pub verifier: Arc<Verifier>,
    /// How many get in.
    pub limits: Limits,
    /// Who signs for the log, `None` for nobody.
    pub signing: Option<Signing>,
}

/// Where a server listens: known once it does.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The services.
    pub services: SocketAddr,
    /// The figures.
    pub metrics: Option<SocketAddr>,
    /// The log over HTTP.
    pub public: Option<SocketAddr>,
}

/// Serves until the process is told to end, then ends in order. `announce` is called when calls are taken.
pub async fn run(
    node: Node,
    config: Config,
    announce: impl FnOnce(Bound) -> Result<(), Failure>,
) -> Result<(), Failure> {
    run_until(node, config, announce, signalled()?).await
}

/// The same until `told` is ready.
pub async fn run_until(
    node: Node,
    config: Config,
    announce: impl FnOnce(Bound) -> Result<(), Failure>,
    told: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let node = Arc::new(node);
    let Config {
        listeners,
        verifier,
        limits,
        signing,
    } = config;
    let (services, service_address) = listeners.services;
    let (figures, public) = (listeners.metrics, listeners.public);
    let (stop, stopping) = watch::channel(false);
    // Views, policies and figures go on until the last call is answered.
    let (stop_behind, stopping_behind) = watch::channel(false);
    let health = HealthReporter::new();
    let admission = Arc::new(Admission::new(limits));
    let keeper = Arc::new(Keeper {
        verifier: Arc::clone(&verifier),
        admission: Arc::clone(&admission),
        read_only: node.read_only,
        stop: stopping.clone(),
    });
    let gate = Gate::new(keeper, super::services(&node, &health)?);
    let figures = match figures {
        Some((listener, address)) => {
            let exporter = metrics::Exporter::install();
            let exporter = exporter.map_err(|error| Failure::io(Path::new("metrics"), &error))?;
            let serving = metrics::serve(
                exporter,
                listener,
                Arc::clone(&node),
                stopping_behind.clone(),
            );
            Some((tokio::spawn(serving), address))
        }
        None => None,
    };
    let mut behind = Behind::start(&node, &verifier, signing, &stopping_behind);
    let public = public.map(|(listener, address)| {
        let router = web::routes(&node);
        let serving = web::serving::serve(listener, router, stopping.clone());
        (tokio::spawn(serving), address)
    });
    let serving = tokio::spawn(serve(gate, services, stopping));
    node.set_serving(true);
    let bound = Bound {
        services: service_address,
        metrics: figures.as_ref().map(|(_, address)| *address),
        public: public.as_ref().map(|(_, address)| *address),
    };
    announce(bound)?;
    let ended = tokio::select! {
        told = told => told,
        fault = behind.fault() => Err(node.fault(fault)),
    };
    tracing::info!("stopping");
    node.set_serving(false);
    health
        .set_service_status("", ServingStatus::NotServing)
        .await;
    stop.send_replace(true);
    drain(serving, &admission).await;
    if let Some((mut public, _)) = public {
        // Most have ended by now.
        let _ = tokio::time::timeout(PUBLIC_DRAIN_MAX, &mut public).await;
        public.abort();
    }
    stop_behind.send_replace(true);
    let ended = ended.and(behind.end().await);
    if let Some((figures, _)) = figures {
        figures.abort();
    }
    node.close().await;
    tracing::info!(entries = node.store().size(), "stopped");
    ended
}

async fn bind_some(address: Option<SocketAddr>) -> Result<Option<Listener>, Failure> {
    match address {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
    }
}

async fn bind(address: SocketAddr) -> Result<Listener, Failure> {
    let bound = connections::bind(address).await;
    bound.map_err(|error| Failure::io(Path::new(&address.to_string()), &error))
}

async fn serve(
    gate: Gate,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> Result<(), tonic::transport::Error> {
    Server::builder()
        // Browsers speak gRPC-Web over HTTP/1.
        .accept_http1(true)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .http2_max_header_list_size(HEADER_BYTES_MAX)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keepalive_interval(Some(PING_EVERY))
        .http2_keepalive_timeout(Some(PING_ANSWER_MAX))
        .serve_with_incoming_shutdown(
            Door::new(gate),
            connections::accept(listener, connections::IDLE_MAX),
            stopped(stop),
        )
        .await
}

/// Waits for calls and streams to end; what goes on for too long is cut. Connections on which nothing is open are not
/// waited for: the other end may be gone, and every call on them is turned away.
async fn drain(
    mut serving: JoinHandle<Result<(), tonic::transport::Error>>,
    admission: &Admission,
) {
    let until = tokio::time::Instant::now() + DRAIN_MAX;
    let mut quiet = 0;
    while quiet < QUIET_LOOKS {
        match tokio::time::timeout(LOOK_EVERY, &mut serving).await {
            Ok(Ok(Ok(()))) => return,
            Ok(Ok(Err(error))) => return tracing::error!(%error, "the listener failed"),
            Ok(Err(error)) => return tracing::error!(%error, "the listener ended in disorder"),
            Err(_) if admission.is_idle() => quiet += 1,
            Err(_) => quiet = 0,
        }
        if tokio::time::Instant::now() >= until {
            tracing::warn!("some calls did not end in time and are cut");
            break;
        }
    }
    serving.abort();
}

/// Work behind the services.
struct Behind {
    views: JoinHandle<Result<(), Failure>>,
    policies: JoinHandle<Result<(), Failure>>,
    keys: JoinHandle<()>,
    publishing: JoinHandle<()>,
    /// The views' end was taken already.
    ended: bool,
}

impl Behind {
    fn start(
        node: &Arc<Node>,
        verifier: &Arc<Verifier>,
        signing: Option<Signing>,
        stop: &watch::Receiver<bool>,
    ) -> Self {
        let (of_views, of_policies) = (Arc::clone(node), Arc::clone(node));
        let (stop_views, stop_policies) = (stop.clone(), stop.clone());
        Self {
            views: tokio::spawn(async move { of_views.follow(stop_views).await }),
            policies: tokio::spawn(async move { of_policies.react(stop_policies).await }),
            keys: tokio::spawn(watch_keys(Arc::clone(verifier), stop.clone())),
            publishing: tokio::spawn(publish(Arc::clone(node), signing, stop.clone())),
            ended: false,
        }
    }

    /// Why the views cannot go on; never returns while they can.
    async fn fault(&mut self) -> Failure {
        let ended = (&mut self.views).await;
        self.ended = true;
        match ended {
            Ok(Err(failure)) => failure,
            Ok(Ok(())) => disorder("the views stopped by themselves"),
            Err(error) => disorder(&error.to_string()),
        }
    }

    /// Waits for all of it, after the stop was said.
    async fn end(self) -> Result<(), Failure> {
        for ended in [self.keys.await, self.publishing.await] {
            if let Err(error) = ended {
                tracing::error!(%error, "background work ended in disorder");
            }
        }
        let policies = self.policies.await;
        policies.unwrap_or_else(|error| Err(disorder(&error.to_string())))?;
        if self.ended {
            return Ok(());
        }
        let views = self.views.await;
        views.unwrap_or_else(|error| Err(disorder(&error.to_string())))
    }
}

fn disorder(what: &str) -> Failure {
    Failure::WritesStopped {
        what: what.to_owned(),
    }
}

/// Keeps the published checkpoint up, as the one that signs or as one that follows.
async fn publish(node: Arc<Node>, signing: Option<Signing>, stop: watch::Receiver<bool>) {
    let publication = Arc::clone(&node.publication);
    let Some(signing) = signing else {
        return follower::run(publication, stop).await;
    };
    // What was published before is shown until there is more.
    if let Err(error) = follower::adopted(&publication).await {
        tracing::error!(error, "what was published before is not shown");
    }
    let store = Arc::clone(node.ledger.store());
    Publisher::new(store, publication, signing).run(stop).await;
}

/// Reads the keys again when their file has changed.
async fn watch_keys(verifier: Arc<Verifier>, stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = stopped(stop.clone()) => return,
            () = tokio::time::sleep(KEYS_EVERY) => {}
        }
        let looking = Arc::clone(&verifier);
        match tokio::task::spawn_blocking(move || looking.refresh()).await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => tracing::info!("the key file has changed: its keys are in force"),
            Ok(Err(error)) => {
                metrics::key_file_error();
                tracing::error!(%error, "the key file has changed and cannot be used: the keys before stay in force");
            }
            Err(error) => tracing::error!(%error, "the key file could not be looked at"),
        }
    }
}

/// Returns when a stop is said, or nobody is left to say it.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Listens from now on for the process being told to end, and waits for it when awaited.
pub fn signalled() -> Result<impl Future<Output = Result<(), Failure>>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| Failure::io(Path::new("signal"), &error);
    let mut terminated = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => Ok(()),
            _ = interrupted.recv() => Ok(()),
        }
    })
}
