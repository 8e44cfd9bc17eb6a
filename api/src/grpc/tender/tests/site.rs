//! The whole of a server with its clock in the test's hand, everything it writes to its log, and the program as others run it.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::signer::create_key;
use sijill_ledger_core::store::embedded::Options;
use sijill_ledger_core::time::ManualClock;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Channel;

use super::world::*;
use super::*;
use crate::auth::verifier::Verifier;
use crate::cli;
use crate::cli::errors::Failure;
use crate::grpc::admission::Limits;
use crate::grpc::node::Node;
use crate::grpc::server::{self, Bound, Config, Listeners};
use crate::grpc::testing::tokens;
use crate::log::publisher::Signing;
use crate::log::signers::Signers;

/// What the server wrote to its log.
static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Line;

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A server with everything that `sijill serve` has.
pub struct Site {
    dir: tempfile::TempDir,
    pub play: Play,
    pub channel: Channel,
    pub bound: Bound,
    /// The log's public key.
    pub vkey: String,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), Failure>>,
}

impl Site {
    /// Starts it on 1 January 2026 with these suppliers.
    pub async fn start(suppliers: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(midnight("01-01")));
        let options = Options::new(dir.path().join("data"), clock.clone()).origin(ORIGIN);
        let node = Node::open(options, Policy::unwitnessed()).await.unwrap();
        let ledger = node.ledger.clone();
        let log_key = dir.path().join("log.key");
        let vkey = create_key(&log_key, ORIGIN).unwrap().vkey();
        let signers = Signers::open(&[log_key], ORIGIN, node.store().dir()).unwrap();
        let keys = dir.path().join("keys.json");
        std::fs::write(&keys, serde_json::to_vec(&tokens::key().to_jwks()).unwrap()).unwrap();
        let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let config = Config {
            listeners: Listeners::bind(local, Some(local), Some(local))
                .await
                .unwrap(),
            verifier: Arc::new(Verifier::new(tokens::realm(), Some(&keys)).unwrap()),
            limits: Limits::default(),
            signing: signers.map(|signers| Signing {
                signers,
                every: Duration::from_millis(100),
            }),
        };
        let (stop, stopping) = oneshot::channel::<()>();
        let (announce, bound) = oneshot::channel();
        let running = tokio::spawn(async move {
            let announce = |bound: Bound| {
                announce.send(bound).unwrap();
                Ok(())
            };
            let told = async {
                let _ = stopping.await;
                Ok(())
            };
            server::run_until(node, config, announce, told).await
        });
        let bound = bound.await.unwrap();
        let address = format!("http://{}", bound.services);
        let channel = Channel::from_shared(address.clone());
        let channel = channel.unwrap().connect_lazy();
        let world = World::of_server(ledger, channel.clone(), address);
        Self {
            play: Play::over(world, clock, suppliers).await,
            dir,
            channel,
            bound,
            vkey,
            stop,
            running,
        }
    }

    /// The server's own directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A directory of somebody else.
    pub fn elsewhere(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The private key that signs for the log, as its file has it.
    pub fn log_key(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log.key")).unwrap()
    }

    pub fn public(&self, path: &str) -> String {
        format!("http://{}{path}", self.bound.public.unwrap())
    }

    pub async fn end(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap().unwrap();
    }
}

/// From now on every line is kept that any part of this process logs.
pub fn keep_log() {
    let lines = tracing_subscriber::fmt().with_env_filter("trace");
    lines.with_writer(|| Line).with_ansi(false).init();
}

/// What was logged so far.
pub fn logged() -> Vec<u8> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

const ARGUMENTS: &str = "SIJILL_TEST_ARGUMENTS";

/// An ignored test of a module in a process of its own.
pub fn process(module: &str, test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let (_, path) = module.split_once("::").unwrap();
    let test = format!("{path}::{test}");
    command.args(["--exact", &test, "--ignored", "--nocapture"]);
    command
}

/// What the program prints, to both ends, with all of its log; it does what it is asked.
pub fn program(arguments: &[&str]) -> Vec<u8> {
    let (done, printed) = tried(arguments);
    let text = String::from_utf8_lossy(&printed);
    assert!(done, "{arguments:?}: {text}");
    printed
}

/// The same of what may have no answer, and whether it has.
pub fn tried(arguments: &[&str]) -> (bool, Vec<u8>) {
    let arguments = [&["sijill"], arguments].concat();
    let output = process(module_path!(), "as_the_program")
        .env(ARGUMENTS, serde_json::to_string(&arguments).unwrap())
        .env("SIJILL_LOG", "trace")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), printed)
}

/// Not a test: what [`program`] starts.
#[test]
#[ignore = "the program, run by the walk"]
fn as_the_program() {
    let arguments = std::env::var(ARGUMENTS).unwrap();
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    let code = cli::run(arguments.into_iter().map(Into::into).collect());
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
}

/// All files below a directory, by their paths in it.
pub fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut dirs) = (BTreeMap::new(), vec![dir.to_owned()]);
    while let Some(next) = dirs.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                // A file that is being replaced may be gone.
                found.extend(std::fs::read(&path).map(|bytes| (name, bytes)));
            }
        }
    }
    found
}
