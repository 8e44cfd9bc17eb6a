//! A log with four witnesses, of which three are enough: dead ones, lying ones, slow ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod server;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use server::{Home, Registrar, Server, eventually, reason, sijill};
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{LogVerifier, WitnessKey, read_key};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::published;
use sijill_ledger_core::log::witness::{Witness, enrol};
use sijill_ledger_core::store::embedded::{Files, RealFiles};
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;

/// How a witness behaves; it can be changed while it runs.
#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
enum Manner {
    Honest,
    /// Takes connections and says nothing.
    Silent,
    /// Changes a byte of each cosignature.
    Forging,
    /// Says that it has seen a size that it makes up.
    Confused,
    /// Answers without end.
    Endless,
}

const MANNERS: [Manner; 5] = [
    Manner::Honest,
    Manner::Silent,
    Manner::Forging,
    Manner::Confused,
    Manner::Endless,
];

/// A witness behind a small HTTP server of the test's own, so that it can misbehave.
struct Acting {
    vkey: String,
    url: String,
    manner: Arc<AtomicU8>,
}

impl Acting {
    fn start(home: &Home, name: &str, log: &LogVerifier) -> Self {
        let file = home.file(&format!("{name}.key"));
        let made = sijill()
            .args(["keygen", "--witness", "--name", name, "--out"])
            .arg(&file)
            .output();
        let made = made.unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let key = WitnessKey::parse(&read_key(&file).unwrap()).unwrap();
        let vkey = key.verifier().vkey();
        assert!(String::from_utf8_lossy(&made.stdout).contains(&vkey));
        let (files, dir): (Arc<dyn Files>, _) = (Arc::new(RealFiles), home.file(name));
        std::fs::create_dir(&dir).unwrap();
        enrol(Arc::clone(&files), &dir, log.name()).unwrap();
        let witness = Witness::open(key, [log.clone()], &files, &dir).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let manner = Arc::new(AtomicU8::new(Manner::Honest as u8));
        let of_it = Arc::clone(&manner);
        let witness = Arc::new(witness);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (witness, manner) = (Arc::clone(&witness), Arc::clone(&of_it));
                // A client that goes away is its own affair.
                thread::spawn(move || answer(&stream.unwrap(), &witness, &manner).ok());
            }
        });
        Self { vkey, url, manner }
    }

    fn behave(&self, manner: Manner) {
        self.manner.store(manner as u8, Ordering::Relaxed);
    }
}

fn answer(mut stream: &TcpStream, witness: &Witness, manner: &AtomicU8) -> std::io::Result<()> {
    let body = request(stream)?;
    match MANNERS[usize::from(manner.load(Ordering::Relaxed))] {
        Manner::Honest => {
            let answer = witness.add_checkpoint(&body, now());
            write_answer(stream, answer.status(), answer.media_type(), &answer.body())
        }
        Manner::Silent => {
            thread::sleep(Duration::from_mins(1));
            Ok(())
        }
        Manner::Forging => {
            let line = witness.add_checkpoint(&body, now()).body();
            // Somewhere inside the base64.
            let place = line.trim_end().len() - 10;
            let other = if line.as_bytes()[place] == b'A' {
                "B"
            } else {
                "A"
            };
            let mut forged = line;
            forged.replace_range(place..=place, other);
            write_answer(stream, 200, "text/plain", &forged)
        }
        Manner::Confused => write_answer(stream, 409, "text/x.tlog.size", "123456789\n"),
        Manner::Endless => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
            )?;
            loop {
                stream.write_all(&[b'a'; 4_096])?;
            }
        }
    }
}

fn request(mut stream: &TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut piece) = (Vec::new(), [0; 4_096]);
    loop {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        request.extend_from_slice(&piece[..read]);
        let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
        assert!(head.starts_with("post /add-checkpoint http/1.1"), "{head}");
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        if request.len() >= end + 4 + length {
            return Ok(request.split_off(end + 4));
        }
    }
}

fn write_answer(
    mut stream: &TcpStream,
    status: u16,
    media: &str,
    body: &str,
) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// A log, its witnesses, and the policy that names them.
struct Stage {
    home: Home,
    log: LogVerifier,
    witnesses: Vec<Acting>,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let made = sijill()
            .args(["keygen", "--log", "--origin", server::ORIGIN, "--out"])
            .arg(home.file("log.key"))
            .output();
        let printed = String::from_utf8(made.unwrap().stdout).unwrap();
        let log = LogVerifier::parse(printed.lines().last().unwrap()).unwrap();
        let names = ["parliament", "court", "ngo", "university"];
        let witnesses: Vec<Acting> = names
            .iter()
            .map(|name| Acting::start(&home, name, &log))
            .collect();
        let mut policy = format!("log {}\n", log.vkey());
        for (name, witness) in names.iter().zip(&witnesses) {
            let (vkey, url) = (&witness.vkey, &witness.url);
            writeln!(policy, "witness {name} {vkey} {url}").unwrap();
        }
        policy.push_str("group enough 3 parliament court ngo university\nquorum enough\n");
        std::fs::write(home.file("policy"), policy).unwrap();
        Self {
            home,
            log,
            witnesses,
        }
    }

    fn policy(&self) -> Policy {
        let text = std::fs::read_to_string(self.home.file("policy")).unwrap();
        text.parse().unwrap()
    }

    fn serve(self) -> (Server, Vec<Acting>, LogVerifier, Policy) {
        let policy = self.policy();
        let path = |name: &str| self.home.file(name).display().to_string();
        let (key, file) = (path("log.key"), path("policy"));
        let arguments = [
            "--log-key",
            &key,
            "--witnesses",
            &file,
            "--checkpoint-every",
            "100ms",
        ];
        (
            self.home.serve(&arguments),
            self.witnesses,
            self.log,
            policy,
        )
    }
}

async fn receipt(
    server: &Server,
    index: u64,
    wait_millis: u32,
) -> Result<pb::GetReceiptResponse, tonic::Status> {
    let mut client = AuditServiceClient::new(server.channel());
    let asked = pb::GetReceiptRequest { index, wait_millis };
    Ok(client.get_receipt(asked).await?.into_inner())
}

/// Waits until what was asked for is published with too few witnesses.
async fn has_too_few(server: &Server, index: u64) {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let refused = receipt(server, index, 1).await.unwrap_err();
        assert_eq!(reason(&refused), "RECEIPT_NOT_YET");
        if refused.message().contains("too few witnesses") {
            return;
        }
        assert!(Instant::now() < until, "{refused}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// That the receipt of a new entry has the quorum, verified as a stranger would.
async fn has_quorum(server: &Server, number: u64, log: &LogVerifier, policy: &Policy) -> usize {
    let index = Registrar::new(server).list(number).await.unwrap();
    let answer = receipt(server, index, 60_000).await.unwrap();
    let shown = answer.checkpoint.unwrap();
    assert!(
        shown.quorum && shown.witnesses.len() >= 3,
        "{:?}",
        shown.witnesses
    );
    let proof = Proof::parse(&answer.receipt).unwrap();
    let verified = proof.verify(&answer.entry, log, policy).unwrap();
    assert_eq!(verified.index, index);
    verified.cosigned_at.len()
}

/// One dead, one silent, one forging, one confused: each alone stops nothing.
#[tokio::test(flavor = "multi_thread")]
async fn one_bad_witness_of_four_stops_nothing() {
    let (server, witnesses, log, policy) = Stage::new().serve();
    has_quorum(&server, 0, &log, &policy).await;
    for (number, manner) in (1_u64..).zip(MANNERS) {
        for witness in &witnesses[..1] {
            witness.behave(manner);
        }
        has_quorum(&server, number, &log, &policy).await;
    }
    let figures = server.get("/metrics").1;
    assert!(figures.contains("sijill_checkpoint_quorum 1"), "{figures}");
    let failed = "sijill_cosignatures_total{witness=\"parliament\",outcome=\"failed\"}";
    eventually("its failures are counted", || {
        server.get("/metrics").1.contains(failed)
    });
    // It comes back by itself, and into the published checkpoint.
    witnesses[0].behave(Manner::Honest);
    eventually("all four are under it", || {
        let note = SignedCheckpoint::parse(&server.public("/checkpoint").2).unwrap();
        policy.witnessed(&note).unwrap().cosigned_at.len() == 4
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bad_witnesses_of_four_are_said_and_published_all_the_same() {
    let (server, witnesses, log, policy) = Stage::new().serve();
    has_quorum(&server, 0, &log, &policy).await;
    witnesses[0].behave(Manner::Forging);
    witnesses[1].behave(Manner::Silent);
    let index = Registrar::new(&server).list(1).await.unwrap();
    has_too_few(&server, index).await;
    assert!(
        server
            .get("/metrics")
            .1
            .contains("sijill_checkpoint_quorum 0")
    );
    let note = SignedCheckpoint::parse(&server.public("/checkpoint").2).unwrap();
    assert!(note.signed_by(&log).unwrap() && note.checkpoint().size() > index);
    // No forged line is ever shown, and what had a quorum before still proves.
    assert!(policy.witnessed(&note).unwrap().cosigned_at.len() <= 2);
    receipt(&server, 0, 1).await.unwrap();
    for witness in &witnesses {
        witness.behave(Manner::Honest);
    }
    receipt(&server, index, 60_000).await.unwrap();

    // What had a quorum last is kept beside what was published last: for the record of a deadline, should the server end here.
    for witness in &witnesses[..2] {
        witness.behave(Manner::Forging);
    }
    let index = Registrar::new(&server).list(2).await.unwrap();
    has_too_few(&server, index).await;
    let (_, _, home) = server.stop();
    let kept = published::load_witnessed(&home.data()).unwrap().unwrap();
    assert!(policy.witnessed(&kept).unwrap().quorum);
    let latest = published::load(&home.data()).unwrap().unwrap();
    assert!(!policy.witnessed(&latest).unwrap().quorum);
    assert!(kept.checkpoint().size() < latest.checkpoint().size());
}

/// At the start the witnesses are asked first: with two of them gone nothing is signed until one is back.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_before_a_quorum_was_asked() {
    let stage = Stage::new();
    for witness in &stage.witnesses[..2] {
        witness.behave(Manner::Endless);
    }
    let (server, witnesses, log, policy) = stage.serve();
    let index = Registrar::new(&server).list(0).await.unwrap();
    eventually("the refusal is counted", || {
        let code = "sijill_signing_refusals_total{code=\"WITNESS_QUORUM_UNREACHABLE\"}";
        server.get("/metrics").1.contains(code)
    });
    assert_eq!(server.public("/checkpoint").0, 404);
    witnesses[0].behave(Manner::Honest);
    receipt(&server, index, 60_000).await.unwrap();
    has_quorum(&server, 1, &log, &policy).await;
}

/// The signing state is restored from an old copy, and the log with it: the witnesses remember.
#[tokio::test(flavor = "multi_thread")]
async fn witnesses_stop_a_log_whose_signing_state_was_restored_too() {
    let (server, witnesses, log, policy) = Stage::new().serve();
    has_quorum(&server, 0, &log, &policy).await;
    let (_, _, home) = server.stop();
    copy(&home.data(), &home.file("backup"));
    std::fs::copy(home.file("log.key.state"), home.file("state")).unwrap();

    let again = |home| Stage {
        home,
        log: log.clone(),
        witnesses: Vec::new(),
    };
    let (server, _, _, _) = again(home).serve();
    has_quorum(&server, 1, &log, &policy).await;
    let (_, _, home) = server.stop();
    std::fs::remove_dir_all(home.data()).unwrap();
    copy(&home.file("backup"), &home.data());
    std::fs::copy(home.file("state"), home.file("log.key.state")).unwrap();

    let (server, _, _, _) = again(home).serve();
    Registrar::new(&server).list(100).await.unwrap();
    eventually("the refusal is counted", || {
        let code = "sijill_signing_refusals_total{code=\"WITNESSES_AHEAD\"}";
        server.get("/metrics").1.contains(code)
    });
    let (_, log, _) = server.stop();
    assert!(log.contains("WITNESSES_AHEAD"), "{log}");
    drop(witnesses);
}

fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(from)
        .arg(to)
        .status();
    assert!(copied.unwrap().success());
}
