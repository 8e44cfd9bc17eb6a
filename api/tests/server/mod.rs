//! A server of the built program on a directory of its own, with keys and tokens: what tests over a running server share.
//!
//! ```ignore
//! let server = Server::start();
//! let token = server.token(&Who::official("7").role("storekeeper").facility("EG-C-01"));
//! let mut request = Request::new(message);
//! bear(&mut request, &token);
//! let answer = InventoryServiceClient::new(server.channel()).receive_stock(request).await;
//! ```

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests; each file uses a part

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sijill_schemas::events::v1::{ItemCategory, ItemListed, ItemProfile, Tracking};
use sijill_schemas::registry::v1::RegisterItemRequest;
use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use sijill_schemas::types::v1::{CommandContext, Names};
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

/// The log that servers of tests create.
pub const ORIGIN: &str = "sijill.test/server";

/// A running server; killed when it is dropped.
pub struct Server {
    /// Its data, keys and whatever a test puts there; `None` where the test keeps the directory.
    home: Home,
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: Option<JoinHandle<String>>,
    /// Where services listen.
    pub address: SocketAddr,
    /// Where figures are served.
    pub metrics: SocketAddr,
    /// Where the log is read.
    pub public: SocketAddr,
    tokens: Mutex<HashMap<String, String>>,
}

/// A directory with a ledger and keys; outlives the servers on it.
pub struct Home(tempfile::TempDir);

impl Home {
    /// With a pair of keys and no ledger yet.
    pub fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        home.keygen("key.json");
        home
    }

    /// The ledger's directory.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A file beside it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a pair of keys.
    pub fn keygen(&self, name: &str) {
        let out = self.file(name);
        let made = sijill().arg("keygen").arg("--out").arg(out).output();
        assert!(made.unwrap().status.success());
    }

    /// A token for somebody, signed with a key of this home.
    pub fn token_with(&self, key: &str, who: &Who) -> String {
        let mut command = sijill();
        command.arg("token").arg("--key").arg(self.file(key));
        let made = command.args(&who.0).output().unwrap();
        let err = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{err}");
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// Starts a server on it.
    pub fn serve(self, arguments: &[&str]) -> Server {
        self.serve_by(sijill(), arguments)
    }

    /// The same, with a log line for every call, also for those that went well.
    pub fn serve_logging_all(self, arguments: &[&str]) -> Server {
        let mut command = sijill();
        command.env("SIJILL_LOG", "sijill=debug");
        self.serve_by(command, arguments)
    }

    fn serve_by(self, mut command: Command, arguments: &[&str]) -> Server {
        command.arg("serve").args(["--origin", ORIGIN]);
        command.arg("--data").arg(self.data());
        command.arg("--keys").arg(self.file("key.public.json"));
        command.args(arguments);
        Server::spawn(self, command)
    }
}

/// The program, in English whatever the machine's locale.
pub fn sijill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sijill"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "SIJILL_LOG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Reads standard error to its end, so that the server never waits for a reader.
fn collect(mut stderr: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    })
}

/// Whom a token is for: arguments of `sijill token`.
#[derive(Clone)]
pub struct Who(Vec<String>);

impl Who {
    /// An official.
    pub fn official(id: &str) -> Self {
        Self(vec!["--subject".to_owned(), format!("official:{id}")])
    }

    /// An organisation.
    pub fn organization(id: &str) -> Self {
        Self(vec!["--subject".to_owned(), format!("organization:{id}")])
    }

    /// With a role.
    pub fn role(self, role: &str) -> Self {
        self.with("--role", role)
    }

    /// For a facility.
    pub fn facility(self, facility: &str) -> Self {
        self.with("--facility", facility)
    }

    /// For the whole country.
    pub fn nationwide(mut self) -> Self {
        self.0.push("--nationwide".to_owned());
        self
    }

    /// With another argument.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.extend([name.to_owned(), value.to_owned()]);
        self
    }
}

impl Server {
    /// On a new ledger.
    pub fn start() -> Self {
        Home::new().serve(&[])
    }

    /// Runs `sijill serve` with arguments of the test's own, on free ports.
    pub fn spawn(home: Home, mut command: Command) -> Self {
        for listen in ["--listen", "--metrics-listen", "--public-listen"] {
            command.args([listen, "127.0.0.1:0"]);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = Some(collect(child.stderr.take().unwrap()));
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut told = |before: &str| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let rest = line.trim().strip_prefix(before).map(str::to_owned);
            rest.unwrap_or_else(|| panic!("{line:?} instead of {before:?}"))
        };
        let address = told("listening on http://").parse().unwrap();
        let metrics = told("metrics on http://")
            .replace("/metrics", "")
            .parse()
            .unwrap();
        let public = told("log on http://").parse().unwrap();
        Self {
            home,
            child,
            stdout,
            log,
            address,
            metrics,
            public,
            tokens: Mutex::default(),
        }
    }

    /// Its directory.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The URL of the services.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A connection of its own, made when it is first used.
    pub fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(self.url()).unwrap();
        endpoint
            .connect_timeout(Duration::from_secs(10))
            .connect_lazy()
    }

    /// A token for somebody; the same one for the same person.
    pub fn token(&self, who: &Who) -> String {
        let mut tokens = self.tokens.lock().unwrap();
        let token = tokens.entry(who.0.join(" "));
        token
            .or_insert_with(|| self.home.token_with("key.json", who))
            .clone()
    }

    /// What `/metrics` or `/healthz` answers: status and body.
    pub fn get(&self, path: &str) -> (u16, String) {
        get(self.metrics, path)
    }

    /// What the public listener answers: status, head and body.
    pub fn public(&self, path: &str) -> (u16, String, Vec<u8>) {
        http(self.public, "GET", path)
    }

    /// Tells it to end and waits until it has; status, log and home.
    pub fn stop(mut self) -> (ExitStatus, String, Home) {
        signal(self.id(), "TERM");
        self.ended()
    }

    /// Waits until it has ended, though nobody told it to; status, log and home.
    pub fn ends_by_itself(mut self) -> (ExitStatus, String, Home) {
        self.ended()
    }

    /// Ends it at once, as a failing machine would.
    pub fn kill(mut self) -> (ExitStatus, String, Home) {
        self.child.kill().unwrap();
        self.ended()
    }

    fn ended(&mut self) -> (ExitStatus, String, Home) {
        let until = Instant::now() + Duration::from_mins(2);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        let log = self.log.take().unwrap().join().unwrap();
        let nothing = Home(tempfile::tempdir().unwrap());
        (status, log, std::mem::replace(&mut self.home, nothing))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds, for a minute at most.
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal by its name.
pub fn signal(process: u32, name: &str) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {process}")])
        .status();
    assert!(sent.unwrap().success());
}

/// Sends a request with a token.
pub fn bear<T>(request: &mut Request<T>, token: &str) {
    let header = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", header);
}

/// The stable reason in a status's details.
pub fn reason(status: &tonic::Status) -> String {
    use tonic_types::StatusExt as _;
    let info = status.get_details_error_info();
    info.unwrap_or_else(|| panic!("no details: {status:?}"))
        .reason
}

/// One HTTP/1 request: status and body.
pub fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let (status, _, body) = http(address, "GET", path);
    (status, String::from_utf8(body).unwrap())
}

/// One HTTP/1 request without a body: status, head in lower case, and body as it came.
pub fn http(address: SocketAddr, method: &str, path: &str) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.unwrap() + 4);
    let head = String::from_utf8(head.to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, body.to_vec())
}

/// Resident memory of a process in KiB, where the system tells.
pub fn memory_kib(process: u32) -> Option<u64> {
    let status =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A command that lists an item, one of its own for each number.
pub fn register_item(number: u64) -> RegisterItemRequest {
    let profile = ItemProfile {
        names: Some(Names {
            ar: format!("صنف {number}"),
            en: format!("item {number}"),
        }),
        category: ItemCategory::Supply.into(),
        base_unit: "piece".to_owned(),
        tracking: Tracking::Quantity.into(),
        ..ItemProfile::default()
    };
    RegisterItemRequest {
        context: Some(CommandContext {
            request_id: uuid::Uuid::from_u128((1 << 64) | u128::from(number)).to_string(),
            ..CommandContext::default()
        }),
        item: item_code(number),
        listing: Some(ItemListed {
            profile: Some(profile),
        }),
    }
}

/// The code of that item.
pub fn item_code(number: u64) -> String {
    format!("I-{number}")
}

/// Who may list items.
pub fn registrar() -> Who {
    Who::official("huda").role("registrar")
}

/// Lists items over one connection.
pub struct Registrar {
    client: RegistryServiceClient<Channel>,
    token: String,
}

impl Registrar {
    /// On a connection of its own.
    pub fn new(server: &Server) -> Self {
        Self {
            client: RegistryServiceClient::new(server.channel()),
            token: server.token(&registrar()),
        }
    }

    /// Lists an item; its index along the log.
    pub async fn list(&mut self, number: u64) -> Result<u64, tonic::Status> {
        let mut request = Request::new(register_item(number));
        bear(&mut request, &self.token);
        let answer = self.client.register_item(request).await?.into_inner();
        Ok(answer.position.unwrap().index)
    }
}
