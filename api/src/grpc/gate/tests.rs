//! The policy table over a running server: every method with every role, and with none.

use std::net::SocketAddr;
use std::time::Duration;

use http::uri::PathAndQuery;
use sijill_ledger_core::domain::values::OfficialId;
use sijill_ledger_core::event::ActorId;
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::store::embedded::Options;
use sijill_ledger_core::time::SystemClock;
use tonic::client::Grpc;
use tonic::transport::{Channel, Server};
use tonic_health::server::HealthReporter;
use tonic_types::StatusExt as _;

use super::*;
use crate::auth::keys::PrivateKey;
use crate::auth::policy::{Condition, TABLE};
use crate::auth::token::{self, Realm};
use crate::cli::call::raw::Raw;
use crate::grpc::admission::Limits;
use crate::grpc::node::Node;
use crate::grpc::{connections, services};

struct World {
    _dir: tempfile::TempDir,
    _stop: watch::Sender<bool>,
    key: PrivateKey,
    realm: Realm,
    channel: Channel,
    address: SocketAddr,
}

impl World {
    async fn new(limits: Limits, read_only: bool) -> Self {
        Self::with_idle(limits, read_only, connections::IDLE_MAX).await
    }

    async fn with_idle(limits: Limits, read_only: bool, idle_max: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::default());
        let options = Options::new(dir.path().join("data"), clock).origin("sijill.test");
        let node = Arc::new(Node::open(options, Policy::unwitnessed()).await.unwrap());
        let key = PrivateKey::new(&[7; 32]);
        let keys = dir.path().join("keys.json");
        std::fs::write(&keys, serde_json::to_vec(&key.to_jwks()).unwrap()).unwrap();
        let realm = Realm {
            issuer: "i".to_owned(),
            audience: "a".to_owned(),
        };
        let (stop, stopping) = watch::channel(false);
        let keeper = Keeper {
            verifier: Arc::new(Verifier::new(realm.clone(), Some(&keys)).unwrap()),
            admission: Arc::new(Admission::new(limits)),
            read_only,
            stop: stopping,
        };
        let routes = services(&node, &HealthReporter::new()).unwrap();
        let gate = Gate::new(Arc::new(keeper), routes);
        let local = "127.0.0.1:0".parse().unwrap();
        let (listener, address) = connections::bind(local).await.unwrap();
        let incoming = connections::accept(listener, idle_max);
        tokio::spawn(Server::builder().serve_with_incoming(gate, incoming));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        Self {
            address,
            _dir: dir,
            _stop: stop,
            key,
            realm,
            channel: channel.connect_lazy(),
        }
    }

    fn token(&self, id: &str, roles: &[Role]) -> String {
        let identity = Identity {
            id: ActorId::Official(OfficialId::new(id).unwrap()),
            roles: roles.to_vec(),
            position: None,
            facilities: Arc::default(),
            nationwide: false,
            expires: token::now() + 600,
        };
        token::issue(&identity, &self.key, &self.realm).unwrap()
    }

    /// Sends an empty message to a method; the reason why it failed, `None` where an answer began.
    async fn call(&self, path: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let mut request = tonic::Request::new(tokio_stream::once(Vec::new()));
        for (name, value) in headers {
            request.metadata_mut().insert(*name, value.parse().unwrap());
        }
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.unwrap();
        let path = PathAndQuery::try_from(path).unwrap();
        let answer = client.streaming(request, path, Raw).await;
        let status = answer.err()?;
        Some(
            status
                .get_details_error_info()
                .map_or_else(|| format!("no details: {status:?}"), |info| info.reason),
        )
    }

    async fn call_as(&self, path: &str, roles: &[Role]) -> Option<String> {
        let bearer = format!("Bearer {}", self.token("7", roles));
        self.call(path, &[("authorization", &bearer)]).await
    }
}

/// What only the gate answers.
const OF_THE_GATE: [&str; 3] = ["TOKEN_REQUIRED", "ROLE_NOT_ALLOWED", "METHOD_NOT_IN_POLICY"];

fn is_let_in(reason: Option<&str>) -> bool {
    reason.is_none_or(|reason| !OF_THE_GATE.contains(&reason))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_lets_in_whom_its_row_names_and_nobody_else() {
    let world = World::new(Limits::default(), false).await;
    let mut pairs = 0;
    for service in TABLE {
        for row in service.rows {
            let path = format!("/{}/{}", service.name, row.method);
            let roles = row.roles();
            let reason = world.call(&path, &[]).await;
            let expected = roles.is_none();
            assert_eq!(is_let_in(reason.as_deref()), expected, "{path}: {reason:?}");
            if !expected {
                assert_eq!(reason.as_deref(), Some("TOKEN_REQUIRED"));
            }
            for (role, name) in roles::ROLES {
                let expected = roles.as_ref().is_none_or(|roles| roles.contains(role));
                let reason = world.call_as(&path, &[*role]).await;
                let let_in = is_let_in(reason.as_deref());
                assert_eq!(let_in, expected, "{path} as {name}: {reason:?}");
                if !expected {
                    assert_eq!(reason.as_deref(), Some("ROLE_NOT_ALLOWED"));
                }
                pairs += 1;
            }
        }
    }
    assert!(pairs > 100, "the table was walked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_row_is_refused_whoever_asks() {
    let world = World::new(Limits::default(), false).await;
    for path in ["/sijill.none.v1.None/Ask", "/", "/x"] {
        let reason = world.call_as(path, &[Role::Administrator]).await;
        assert_eq!(reason.as_deref(), Some("METHOD_UNKNOWN"), "{path}");
    }
}

/// A row of the table that only some roles may call, payers not among them.
fn some_command() -> (String, Role) {
    let rows = TABLE.iter().flat_map(|service| {
        let rows = service.rows.iter();
        rows.map(move |row| (format!("/{}/{}", service.name, row.method), row))
    });
    let mut commands = rows.filter_map(|(path, row)| match row.allowed {
        Allowed::Roles(roles @ [(role, Condition::Any), ..]) => {
            let pays = roles.iter().any(|(role, _)| *role == Role::Payer);
            (row.effect == Effect::Command && !pays).then_some((path, *role))
        }
        Allowed::Roles(_) | Allowed::Anyone => None,
    });
    commands.next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_chooses_among_the_roles_of_the_token() {
    let world = World::new(Limits::default(), false).await;
    let (path, role) = some_command();
    let bearer = format!("Bearer {}", world.token("7", &[Role::Payer, role]));
    for (chosen, expected) in [
        (roles::name(role), None),
        ("payer", Some("ROLE_NOT_ALLOWED")),
        ("auditor", Some("ROLE_NOT_HELD")),
        ("king", Some("INVALID_FIELD")),
    ] {
        let headers = [("authorization", &*bearer), (ROLE, chosen)];
        let reason = world.call(&path, &headers).await;
        match expected {
            Some(expected) => assert_eq!(reason.as_deref(), Some(expected), "{chosen}"),
            None => assert!(is_let_in(reason.as_deref()), "{chosen}: {reason:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_only_reads_refuses_commands_and_answers_questions() {
    let world = World::new(Limits::default(), true).await;
    let (path, role) = some_command();
    let reason = world.call_as(&path, &[role]).await;
    assert_eq!(reason.as_deref(), Some("READ_ONLY_NODE"));
    assert_eq!(world.call(HEALTH_CHECK, &[]).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_and_turns_are_given_back() {
    let limits = Limits {
        calls_max: 1,
        anonymous_calls_max: 1,
        calls_per_caller_max: 1,
        calls_per_address_max: 1,
        open_per_caller_max: 2,
        open_per_address_max: 2,
        anonymous_open_max: 2,
        call_time_max: Duration::from_millis(200),
        upload_time_max: Duration::from_millis(200),
    };
    let world = World::new(limits, false).await;
    let path = "/sijill.oversight.v1.OversightService/ListItems";
    for _ in 0..20 {
        let until = std::time::Instant::now() + Duration::from_mins(1);
        loop {
            let reason = world.call(path, &[]).await;
            assert_ne!(reason.as_deref(), Some("SERVER_BUSY"));
            if reason.as_deref() != Some("TOO_MANY_OPEN_CALLS") {
                break;
            }
            // The answer before has come, and its place is given back any moment.
            assert!(std::time::Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A question whose message never comes ends by itself, and others are answered meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_comes_ends_in_time() {
    let limits = Limits {
        call_time_max: Duration::from_millis(200),
        ..Limits::default()
    };
    let world = World::new(limits, false).await;
    let mut client = Grpc::new(world.channel.clone());
    client.ready().await.unwrap();
    let silent = tonic::Request::new(tokio_stream::pending::<Vec<u8>>());
    let path = PathAndQuery::from_static("/sijill.oversight.v1.OversightService/ListItems");
    let status = client.streaming(silent, path, Raw).await.unwrap_err();
    let reason = status.get_details_error_info().unwrap().reason;
    assert_eq!(reason, "CALL_TIMEOUT");
}

/// Says hello as an HTTP/2 client and acknowledges what comes, so that only its silence can be held against it; until the
/// server closes.
fn silent_client(address: SocketAddr) -> std::thread::JoinHandle<Duration> {
    use std::io::{Read as _, Write as _};
    std::thread::spawn(move || {
        let began = std::time::Instant::now();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        // Empty SETTINGS, then the acknowledgement of the server's.
        stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
        stream.write_all(&[0, 0, 0, 4, 1, 0, 0, 0, 0]).unwrap();
        let mut bytes = [0; 1024];
        while stream.read(&mut bytes).unwrap() > 0 {}
        began.elapsed()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_calls_is_closed_and_one_with_a_stream_is_not() {
    let idle_max = Duration::from_millis(400);
    let world = World::with_idle(Limits::default(), true, idle_max).await;
    let silent = silent_client(world.address);
    let mut health = tonic_health::pb::health_client::HealthClient::new(world.channel.clone());
    let watch = health.watch(tonic_health::pb::HealthCheckRequest::default());
    let mut watch = watch.await.unwrap().into_inner();
    watch.message().await.unwrap().unwrap();
    let open_for = tokio::task::spawn_blocking(|| silent.join().unwrap()).await;
    let open_for = open_for.unwrap();
    assert!(open_for >= idle_max, "{open_for:?}");
    tokio::time::sleep(2 * idle_max).await;
    let more = tokio::time::timeout(idle_max, watch.message()).await;
    assert!(
        more.is_err(),
        "the stream is open and nothing has happened: {more:?}"
    );
    // Who was idle connects again by itself.
    drop((watch, health));
    tokio::time::sleep(3 * idle_max).await;
    assert_eq!(world.call("/grpc.health.v1.Health/Check", &[]).await, None);
}
