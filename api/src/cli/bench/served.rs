//! The real server in this process, with everything that `sijill serve` has: tokens, policy table, admission, views, policies,
//! figures, log lines (written, and thrown away). And those who call it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::event::{ActorId, Role};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::store::EventStore as _;
use sijill_ledger_core::time::SystemClock;
use sijill_schemas::inventory::v1::IssueStockRequest;
use sijill_schemas::types::v1::CommandContext;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use super::{disorder, shelves, world};
use crate::auth::keys::PrivateKey;
use crate::auth::token::{self, Identity, Realm};
use crate::auth::verifier::Verifier;
use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};
use crate::cli::keygen::key_file;
use crate::grpc::admission::Limits;
use crate::grpc::node::Node;
use crate::grpc::server::{self, Bound, Config, Listeners};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// How long the tokens of a bench are good.
const TOKEN_SECONDS: u64 = 86_400;
/// Of the log that is written to.
const ORIGIN: &str = "bench.sijill.example/grpc";
/// A connection on this machine that takes longer has failed.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// A token as a header.
pub type Bearer = MetadataValue<Ascii>;

/// A running server over a country with full shelves.
pub struct Served {
    pub address: SocketAddr,
    /// Numbers the documents and makes the request ids.
    pub commands: u64,
    /// Index of the last event of the country as it begins: views that have seen it have seen the shelves.
    pub filled_at: u64,
    key: PrivateKey,
    realm: Realm,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), Failure>>,
}

impl Served {
    /// Starts it in a directory of its own, over full shelves.
    pub async fn start(dir: &Path, facilities: u64) -> Result<Self, Failure> {
        let clock = Arc::new(SystemClock::default());
        let options = data::options(&dir.join("data"), Some(ORIGIN), clock);
        let node = Node::open(options, Policy::unwitnessed()).await?;
        world::register(&node.ledger, facilities).await?;
        let commands = shelves::fill(&node.ledger, facilities).await?;
        Self::serve(dir, node, commands).await
    }

    /// Starts it over a log that is there, for questions alone: nothing is written, and no policy runs.
    pub async fn over(dir: &Path, log: &Path) -> Result<Self, Failure> {
        let node = Node::open_read_only(log, Policy::unwitnessed()).await?;
        Self::serve(dir, node, 0).await
    }

    /// Starts it over a log that is open; commands are numbered from `commands` on.
    pub async fn serve(dir: &Path, node: Node, commands: u64) -> Result<Self, Failure> {
        log_to_nowhere();
        let filled_at = node.store().size().saturating_sub(1);
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| broken(&error))?;
        let key = PrivateKey::new(&secret);
        let realm = Realm {
            issuer: "sijill".to_owned(),
            audience: "sijill".to_owned(),
        };
        let keys = dir.join("keys.json");
        let public = serde_json::to_vec(&key.to_jwks()).map_err(|error| broken(&error))?;
        std::fs::write(&keys, public).map_err(|error| Failure::io(&keys, &error))?;
        let verifier = Verifier::new(realm.clone(), Some(&keys)).map_err(key_file)?;
        let config = Config {
            listeners: Listeners::bind(LOOPBACK, Some(LOOPBACK), None).await?,
            verifier: Arc::new(verifier),
            limits: Limits::default(),
            signing: None,
        };
        let (stop, stopping) = oneshot::channel();
        let (announce, bound) = oneshot::channel();
        let running = tokio::spawn(async move {
            let announce = |bound: Bound| {
                // Nobody listens when the bench has failed already: then it stops at once.
                let _ = announce.send(bound.services);
                Ok(())
            };
            let told = async {
                // A sender that is gone says stop too.
                let _ = stopping.await;
                Ok(())
            };
            server::run_until(node, config, announce, told).await
        });
        let Ok(address) = bound.await else {
            running.await.map_err(|error| disorder(&error))??;
            return Err(broken(&"the server ended before it began"));
        };
        Ok(Self {
            address,
            commands,
            filled_at,
            key,
            realm,
            stop,
            running,
        })
    }

    /// A token of a keeper of these facilities.
    pub fn token(
        &self,
        keeper: &str,
        facilities: impl Iterator<Item = u64>,
    ) -> Result<Bearer, Failure> {
        let actor = world::actor(keeper, Role::Storekeeper);
        let actor = actor.map_err(|error| world::impossible(&error))?;
        let facilities = facilities.map(world::facility_id).collect::<Result<_, _>>();
        self.issue(&Identity {
            id: actor.id,
            roles: vec![actor.role],
            position: actor.position,
            facilities: Arc::new(facilities.map_err(|error| world::impossible(&error))?),
            nationwide: false,
            expires: token::now().saturating_add(TOKEN_SECONDS),
        })
    }

    /// A token of somebody who keeps nothing.
    pub fn bearer(&self, id: ActorId, role: Role) -> Result<Bearer, Failure> {
        self.issue(&Identity {
            id,
            roles: vec![role],
            position: None,
            facilities: Arc::default(),
            nationwide: false,
            expires: token::now().saturating_add(TOKEN_SECONDS),
        })
    }

    fn issue(&self, identity: &Identity) -> Result<Bearer, Failure> {
        let signed = token::issue(identity, &self.key, &self.realm);
        let signed = signed.map_err(|error| broken(&error))?;
        MetadataValue::try_from(format!("Bearer {signed}")).map_err(|error| broken(&error))
    }

    /// The next so many numbers of commands.
    pub const fn take_numbers(&mut self, count: u64) -> std::ops::Range<u64> {
        let first = self.commands;
        self.commands += count;
        first..self.commands
    }

    /// Ends it in order.
    pub async fn end(self) -> Result<(), Failure> {
        // An error says that it has ended already; why, it says itself.
        let _ = self.stop.send(());
        self.running.await.map_err(|error| disorder(&error))?
    }
}

/// A connection of its own.
pub async fn connect(address: SocketAddr) -> Result<Channel, Failure> {
    let unreachable = |error: tonic::transport::Error| Failure::Unreachable {
        server: address.to_string(),
        what: error.to_string(),
    };
    let endpoint = Endpoint::from_shared(format!("http://{address}")).map_err(unreachable)?;
    let endpoint = endpoint.connect_timeout(CONNECT_MAX);
    endpoint.connect().await.map_err(unreachable)
}

/// Goods handed out at a facility, as a request.
pub fn issue(number: u64, facility: u64) -> Result<IssueStockRequest, Failure> {
    let issue = world::issue(number, shelves::spot(facility, number), shelves::HANDED_OUT);
    let issue = issue.map_err(|error| world::impossible(&error))?;
    let id = world::facility_id(facility).map_err(|error| world::impossible(&error))?;
    Ok(IssueStockRequest {
        context: Some(CommandContext {
            request_id: Uuid::from_u128(number.into()).to_string(),
            ..CommandContext::default()
        }),
        facility: id.to_string(),
        issue: Some(write(&issue).map_err(|error| broken(&error))?),
    })
}

/// A request with its token, if it has one.
pub fn asked<T>(message: T, bearer: Option<&Bearer>) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(bearer) = bearer {
        request
            .metadata_mut()
            .insert("authorization", bearer.clone());
    }
    request
}

/// Something that only a defect of the bench can bring about.
pub fn broken(what: &impl ToString) -> Failure {
    Failure::Refused {
        code: "BENCH",
        text: Bilingual::new(what.to_string(), what.to_string()),
    }
}

/// Log lines cost what they cost a server; nobody reads them here.
fn log_to_nowhere() {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info"))
        .with_writer(std::io::sink);
    // An error says that the process has a log already.
    let _ = lines.try_init();
}
