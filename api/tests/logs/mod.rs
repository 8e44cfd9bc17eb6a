//! Logs, witnesses and mirrors: what the tests of more than one of them share. Processes are the built program; a log that lies is
//! made here, for the program makes none.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests; each file uses a part

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogKey, LogVerifier, read_key};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::signer::{Held, Signer};
use sijill_ledger_core::log::state::StateFile;
use sijill_ledger_core::log::tree::Tree;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use sijill_ledger_core::time::SystemClock;
use uuid::Uuid;

/// Longest wait for something that takes a moment: other work may keep the machine busy.
const LONG: Duration = Duration::from_mins(1);

/// The program, in English whatever the machine's locale.
pub fn sijill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sijill"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "SIJILL_LOG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// The end of a command: status and both outputs.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Whether either output has these words.
    pub fn says(&self, words: &str) -> bool {
        self.out.contains(words) || self.err.contains(words)
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Ran {
    let ended = sijill().args(arguments).output().unwrap();
    Ran {
        status: ended.status.code().unwrap_or(-1),
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
    }
}

/// Makes a key with these arguments of `keygen`; its vkey.
fn keygen(out: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["keygen"];
    all.extend(arguments);
    all.extend(["--out", text(out)]);
    let made = run(&all);
    assert_eq!(made.status, 0, "{}", made.err);
    made.out.lines().last().unwrap().to_owned()
}

/// Makes the key of a log; its vkey.
pub fn log_key(out: &Path, origin: &str) -> String {
    keygen(out, &["--log", "--origin", origin])
}

/// Makes the key of a witness; its vkey.
pub fn witness_key(out: &Path, name: &str) -> String {
    keygen(out, &["--witness", "--name", name])
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Waits until something holds.
pub fn within_long(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// `sijill mirror … --once`.
pub fn mirror_once(url: &str, dir: &Path, vkey: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["mirror", url, text(dir), "--vkey", vkey, "--once"];
    arguments.extend(more);
    run(&arguments)
}

/// All entries of a log, byte for byte.
pub fn entries(dir: &Path) -> Vec<Vec<u8>> {
    let store = EmbeddedStore::open_read_only(dir).unwrap();
    let mut entries = Vec::new();
    for batch in store.log_reader(0) {
        let batch = batch.unwrap();
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

/// What a directory says was published.
pub fn published(dir: &Path) -> SignedCheckpoint {
    SignedCheckpoint::parse(&std::fs::read(dir.join("checkpoint")).unwrap()).unwrap()
}

/// The files kept as evidence: name and content.
pub fn evidence(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(files) = std::fs::read_dir(dir.join("evidence")) else {
        return BTreeMap::new();
    };
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// Copies a directory.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name())
        };
        if from.is_dir() {
            copy(&from, &to.join(name));
        } else {
            std::fs::copy(&from, to.join(name)).unwrap();
        }
    }
}

/// A running `sijill witness serve`; killed when it is dropped.
pub struct Witness {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Witness {
    /// Over the files `NAME.key` and `NAME.state` in a directory.
    pub fn serve(home: &Path, name: &str, logs: &Path, listen: &str) -> Self {
        let mut command = sijill();
        command.args(["witness", "serve", "--listen", listen]);
        command.arg("--key").arg(home.join(format!("{name}.key")));
        command
            .arg("--state")
            .arg(home.join(format!("{name}.state")));
        command.arg("--logs").arg(logs);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let (_, address) = line.trim().rsplit_once("http://").expect("it listens");
        Self {
            address: address.parse().unwrap(),
            child,
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself; the status.
    pub fn ended(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is answered to a request: its method and path, and its body.
pub type Answering = dyn Fn(&str, &[u8]) -> (u16, Vec<u8>) + Send;

/// Somebody at an address who answers as they like.
pub struct Stranger {
    /// Where they listen.
    pub address: SocketAddr,
    answering: Arc<Mutex<Box<Answering>>>,
}

impl Stranger {
    /// Who answers like this.
    pub fn new(answering: Box<Answering>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answering = Arc::new(Mutex::new(answering));
        let shared = Arc::clone(&answering);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                // A caller who goes away is no concern of theirs.
                std::thread::spawn(move || answer(stream.ok()?, &shared));
            }
        });
        Self { address, answering }
    }

    /// From now on like this.
    pub fn answer(&self, answering: Box<Answering>) {
        *self.answering.lock().unwrap() = answering;
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn answer(stream: TcpStream, answering: &Mutex<Box<Answering>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).ok()?;
    let request: Vec<&str> = line.split(' ').take(2).collect();
    let request = request.join(" ");
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if let Some(bytes) = header.strip_prefix("content-length:") {
            length = bytes.trim().parse().ok()?;
        }
        if header.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (status, content) = answering.lock().unwrap()(&request, &body);
    let mut stream = reader.into_inner();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&content).ok()
}

/// Sends a body: status, head in lower case, and what was answered.
pub fn post(address: SocketAddr, path: &str, body: &[u8]) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

/// A log that is made here, entry by entry; nobody serves it but a [`Stranger`].
pub struct Log {
    store: EmbeddedStore,
    tree: Arc<Tree>,
    signer: Signer,
    /// Its public key.
    pub vkey: String,
}

/// The files of a log: path and content.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Log {
    /// In a directory, signed with a key file whose state is beside it.
    pub fn open(dir: &Path, key: &Path) -> Self {
        let key_text = LogKey::parse(&read_key(key).unwrap()).unwrap();
        let vkey = key_text.verifier().vkey();
        let options = Options::new(dir, Arc::new(SystemClock::default()));
        let store = EmbeddedStore::create_or_open(options.origin(key_text.verifier().name()));
        let store = store.unwrap();
        let tree = Tree::open(&store).unwrap();
        tree.catch_up().unwrap();
        let mut signer = Signer::open(key_text, StateFile::beside(key)).unwrap();
        let root = tree.root(signer.last().size()).unwrap();
        let woken = signer.wake(
            Held::Enough { root },
            &BTreeMap::new(),
            &Policy::unwitnessed(),
        );
        woken.unwrap();
        Self {
            store,
            tree: Arc::new(tree),
            signer,
            vkey,
        }
    }

    /// Appends so many entries that say a word.
    pub async fn grow(&self, count: u64, word: &str) {
        for _ in 0..count {
            let size = self.store.size();
            let append = Append {
                stream: StreamName::new(&format!("item-{}", size % 7)).unwrap(),
                expected: Expected::after(size.checked_sub(7).map(|before| before / 7)),
                entries: vec![NewEntry {
                    id: Uuid::from_u128(u128::from(size) + 1),
                    kind: "sijill.events.v1.ItemListed",
                    metadata: Vec::new(),
                    data: format!("{word} {size}").into_bytes(),
                    withheld: Vec::new(),
                }],
                not_after: None,
            };
            self.store.append(append).await.unwrap();
        }
    }

    /// Signs it as it is now; what a mirror then finds at its paths.
    pub fn files(&mut self) -> Files {
        self.tree.catch_up().unwrap();
        let size = self.tree.size();
        let root = self.tree.root(size).unwrap();
        let proof = self.tree.consistency(self.signer.last().size(), size);
        let signed = self.signer.sign(size, root, &proof.unwrap()).unwrap();
        let mut files = Files::new();
        files.insert("checkpoint".to_owned(), signed.to_bytes());
        for tile in sijill_ledger_core::log::tile::TileId::between(0, size) {
            files.insert(tile.path(), self.tree.tile(&tile).unwrap().unwrap());
        }
        files
    }

    /// The proof from one size to another, and the checkpoint that was signed last: what a witness is sent.
    pub fn consistency(&self, old: u64, new: u64) -> Vec<sijill_ledger_core::log::Hash> {
        self.tree.consistency(old, new).unwrap()
    }
}

/// Serves files as they are.
pub fn serving(files: Files) -> Box<Answering> {
    Box::new(move |request, _| {
        let path = request.strip_prefix("GET /").unwrap_or_default();
        match files.get(path) {
            Some(content) => (200, content.clone()),
            None => (404, Vec::new()),
        }
    })
}

/// Whether a key has signed a note.
pub fn is_signed(note: &[u8], vkey: &str) -> bool {
    let key = LogVerifier::parse(vkey).unwrap();
    SignedCheckpoint::parse(note).is_ok_and(|note| note.signed_by(&key) == Ok(true))
}

/// The keys of a log, where processes of a test find them.
pub fn vkey_file(home: &Path, vkey: &str) -> PathBuf {
    let path = home.join("logs.vkey");
    std::fs::write(&path, format!("# whom we witness\n{vkey}\n")).unwrap();
    path
}
