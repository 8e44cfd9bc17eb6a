//! Four witnesses, three of whom are enough: what one bad one cannot do, what two can, and what none of them, nor the signer, nor a
//! mirror lets a log do that goes back and grows differently.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

mod logs;
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use logs::{
    Answering, Log, Stranger, Witness, copy, entries, evidence, is_signed, log_key, mirror_once,
    post, published, run, serving, text, vkey_file, within_long, witness_key,
};
use server::{Home, ORIGIN, Registrar, Server, reason, signal};
use sijill_ledger_core::log::checkpoint::SignedCheckpoint;
use sijill_ledger_core::log::note::{CosignatureVerifier, LogVerifier, parse_signatures};
use sijill_ledger_core::log::policy::Policy;
use sijill_ledger_core::log::proof::Proof;
use sijill_ledger_core::log::witness::{AddCheckpoint, REQUEST_BYTES_MAX};
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_client::AuditServiceClient;

const NAMES: [&str; 4] = ["w0", "w1", "w2", "w3"];

/// The keys of a log and of four witnesses, in the home of a server.
struct Panel {
    dir: PathBuf,
    logs: PathBuf,
    vkey: String,
    vkeys: Vec<String>,
}

impl Panel {
    fn new(home: &Home) -> Self {
        let dir = home.file("witnesses");
        std::fs::create_dir_all(&dir).unwrap();
        let vkey = log_key(&home.file("log.key"), ORIGIN);
        let vkeys = NAMES.map(|name| {
            let key = dir.join(format!("{name}.key"));
            let vkey = witness_key(&key, &format!("{name}.example"));
            let state = dir.join(format!("{name}.state"));
            let enrolled = run(&["witness", "enrol", "--state", text(&state), ORIGIN]);
            assert_eq!(enrolled.status, 0, "{enrolled:?}");
            vkey
        });
        Self {
            logs: vkey_file(&dir, &vkey),
            dir,
            vkey,
            vkeys: vkeys.to_vec(),
        }
    }

    fn serve(&self, name: &str, listen: &str) -> Witness {
        Witness::serve(&self.dir, name, &self.logs, listen)
    }

    /// Three of the four, at these addresses.
    fn policy(&self, addresses: [SocketAddr; 4]) -> PathBuf {
        let witness = |n: usize| {
            let (name, vkey, address) = (NAMES[n], &self.vkeys[n], addresses[n]);
            format!("witness {name} {vkey} http://{address}\n")
        };
        let witnesses = [0, 1, 2, 3].map(witness).concat();
        let policy = format!("{witnesses}group panel 3 w0 w1 w2 w3\nquorum panel\n");
        let path = self.dir.join("policy");
        std::fs::write(&path, policy).unwrap();
        path
    }
}

fn serve(home: Home, key: &str, policy: &std::path::Path) -> Server {
    let key = home.file(key);
    home.serve(&[
        "--log-key",
        text(&key),
        "--witnesses",
        text(policy),
        "--checkpoint-every",
        "100ms",
    ])
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

fn metrics(server: &Server) -> String {
    server.get("/metrics").1
}

/// A cosignature in the name of a key that did not make it.
fn forged(vkey: &str) -> String {
    let mut words = vkey.splitn(3, '+');
    let (name, id) = (words.next().unwrap(), words.next().unwrap());
    let id = u32::from_str_radix(id, 16).unwrap();
    let mut blob = id.to_be_bytes().to_vec();
    blob.extend(1_700_000_000_u64.to_be_bytes());
    blob.extend([7; 64]);
    format!("— {name} {}\n", BASE64_STANDARD.encode(blob))
}

fn always(status: u16, body: String) -> Box<Answering> {
    Box::new(move |_, _| (status, body.clone().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_witness_of_four_is_borne_and_two_are_not() {
    let home = Home::new();
    let panel = Panel::new(&home);
    let good = [0, 1, 2].map(|n| panel.serve(NAMES[n], "127.0.0.1:0"));
    // The fourth says that it has seen a larger log, and goes on to other lies.
    let liar = Stranger::new(always(409, "999999\n".to_owned()));
    let [a, b, c] = &good;
    let policy = panel.policy([a.address, b.address, c.address, liar.address]);
    let server = serve(home, "log.key", &policy);
    let policy: Policy = std::fs::read_to_string(&policy).unwrap().parse().unwrap();
    let key = LogVerifier::parse(&panel.vkey).unwrap();
    let mut registrar = Registrar::new(&server);

    let lies = [
        always(409, "999999\n".to_owned()),
        always(200, forged(&panel.vkeys[3])),
        always(200, "no signature\n".to_owned()),
        always(500, String::new()),
    ];
    for (n, lie) in (0..).zip(lies) {
        liar.answer(lie);
        let index = registrar.list(n).await.unwrap();
        let answer = receipt(&server, index, 60_000).await.unwrap();
        let shown = answer.checkpoint.unwrap();
        assert!(shown.quorum && !shown.witnesses.contains(&"w3".to_owned()));
        let proof = Proof::parse(&answer.receipt).unwrap();
        let verified = proof.verify(&answer.entry, &key, &policy).unwrap();
        assert_eq!(verified.index, index);
        assert!(verified.cosigned_at.len() >= 3, "{verified:?}");
    }
    within_long("the bad one is counted", || {
        metrics(&server).contains(r#"sijill_cosignatures_total{witness="w3",outcome="failed"}"#)
    });

    // A second one is gone: no quorum, and everybody is told so.
    let [a, b, c] = good;
    let (gone, process) = (c.address, c.id());
    signal(process, "TERM");
    assert!(c.ended().success());
    let index = registrar.list(10).await.unwrap();
    has_too_few(&server, index).await;
    let told = metrics(&server);
    assert!(told.contains("sijill_checkpoint_quorum 0"), "{told}");

    // It comes back with its record, and the same entry has its receipt.
    let back = panel.serve("w2", &gone.to_string());
    let answer = receipt(&server, index, 60_000).await.unwrap();
    assert!(answer.checkpoint.unwrap().quorum);
    within_long("the quorum is told", || {
        metrics(&server).contains("sijill_checkpoint_quorum 1")
    });
    drop((a, b, back));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_goes_back_and_grows_differently_is_refused_by_all() {
    let home = Home::new();
    let panel = Panel::new(&home);
    let witnesses = NAMES.map(|name| panel.serve(name, "127.0.0.1:0"));
    let policy = panel.policy(witnesses.each_ref().map(|witness| witness.address));

    // An early backup of the data, and of the signing state, which nobody should have.
    let server = serve(home, "log.key", &policy);
    let index = list(&server, 0..5).await;
    receipt(&server, index, 60_000).await.unwrap();
    let (_, _, home) = server.stop();
    copy(&home.data(), &home.file("backup"));
    for name in ["log.key", "log.key.state"] {
        std::fs::copy(home.file(name), home.file(&format!("old-{name}"))).unwrap();
    }

    // The log goes on; witnesses and a mirror see it.
    let server = serve(home, "log.key", &policy);
    let index = list(&server, 5..10).await;
    let answer = receipt(&server, index, 60_000).await.unwrap();
    let seen = answer.checkpoint.unwrap();
    let url = format!("http://{}", server.public);
    let copied = server.home().file("mirror");
    let mirrored = mirror_once(&url, &copied, &panel.vkey, &["--witnesses", text(&policy)]);
    assert_eq!(mirrored.status, 0, "{mirrored:?}");
    let (_, _, home) = server.stop();

    // The backup is restored. Its own signer refuses, while it is shorter and when it has grown past.
    std::fs::remove_dir_all(home.data()).unwrap();
    copy(&home.file("backup"), &home.data());
    let server = serve(home, "log.key", &policy);
    let refuses = |server: &Server, code: &str| {
        let wanted = format!("sijill_signing_refusals_total{{code=\"{code}\"}}");
        within_long(code, || metrics(server).contains(&wanted));
    };
    refuses(&server, "LOG_REWOUND");
    list(&server, 100..112).await;
    refuses(&server, "LOG_FORKED");
    let (_, log, home) = server.stop();
    assert!(
        log.contains("entries are lost or an old backup was restored"),
        "{log}"
    );
    assert!(log.contains("signed entries have changed"), "{log}");

    // With the old signing state too: the witnesses have seen more.
    let server = serve(home, "old-log.key", &policy);
    refuses(&server, "WITNESSES_AHEAD");
    let (_, log, home) = server.stop();
    assert!(log.contains("an old signing state was restored"), "{log}");

    // And where that state signs all the same: the witnesses do not.
    let mut forked = Log::open(&home.data(), &home.file("old-log.key"));
    let files = forked.files();
    let checkpoint = SignedCheckpoint::parse(&files["checkpoint"]).unwrap();
    let size = checkpoint.checkpoint().size();
    assert!(size > seen.size && is_signed(&files["checkpoint"], &panel.vkey));
    let name = NAMES.iter().position(|name| seen.witnesses[0] == *name);
    let witness = &witnesses[name.unwrap()];
    let ask = |old_size: u64| {
        let request = AddCheckpoint {
            old_size,
            proof: forked.consistency(old_size, size),
            checkpoint: checkpoint.clone(),
        };
        post(witness.address, "/add-checkpoint", &request.to_bytes())
    };
    let (status, head, body) = ask(5);
    assert_eq!(status, 409);
    assert!(head.contains("text/x.tlog.size"), "{head}");
    assert_eq!(body.trim().parse(), Ok(seen.size));
    let (status, _, body) = ask(seen.size);
    assert_eq!(status, 422);
    assert!(body.starts_with("WITNESS_PROOF\n"), "{body}");
    assert!(
        body.contains("لا يثبت البرهان") && body.contains("it is not cosigned"),
        "{body}"
    );

    // Nor does the mirror take any of it.
    let before = entries(&copied);
    let liar = Stranger::new(serving(files.clone()));
    let ran = mirror_once(&liar.url(), &copied, &panel.vkey, &[]);
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.err.contains("error[MIRROR_LOG_FORKED]"), "{ran:?}");
    let kept = evidence(&copied);
    let shown = published(&copied).to_bytes();
    for note in [&shown, &files["checkpoint"]] {
        assert!(is_signed(note, &panel.vkey));
        assert!(kept.values().any(|content| content == note));
    }
    assert!(entries(&copied) == before);
}

/// Each answer of C2SP tlog-witness over the wire, and what a kill −9 leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_answers_as_the_protocol_says_and_remembers_over_a_kill() {
    let home = Home::new();
    let panel = Panel::new(&home);
    let witness = panel.serve("w0", "127.0.0.1:0");
    let mut log = Log::open(&home.data(), &home.file("log.key"));
    log.grow(3, "entry").await;
    let early = SignedCheckpoint::parse(&log.files()["checkpoint"]).unwrap();
    log.grow(4, "entry").await;
    let late = SignedCheckpoint::parse(&log.files()["checkpoint"]).unwrap();
    let request = |old_size, checkpoint: &SignedCheckpoint| {
        let size = checkpoint.checkpoint().size();
        let request = AddCheckpoint {
            old_size,
            proof: log.consistency(old_size, size),
            checkpoint: checkpoint.clone(),
        };
        request.to_bytes()
    };
    let path = "/add-checkpoint";
    let key = CosignatureVerifier::parse(&panel.vkeys[0]).unwrap();

    let (status, _, body) = post(witness.address, path, &request(0, &early));
    assert_eq!(status, 200, "{body}");
    let mut cosigned = early.clone();
    let lines = parse_signatures(&body).unwrap();
    cosigned.put(lines[0].clone()).unwrap();
    assert!(key.cosigned_at(cosigned.note()).unwrap().is_some());

    // Of another log, of another key of this log, and what is no request at all.
    let stranger = home.file("stranger.key");
    log_key(&stranger, "sijill.test/stranger");
    let imposter = home.file("imposter.key");
    log_key(&imposter, ORIGIN);
    for (key, expected, code) in [
        (&stranger, 404, "WITNESS_UNKNOWN_LOG"),
        (&imposter, 403, "WITNESS_NOT_SIGNED"),
    ] {
        let dir = key.with_extension("log");
        let mut other = Log::open(&dir, key);
        other.grow(1, "entry").await;
        let note = SignedCheckpoint::parse(&other.files()["checkpoint"]).unwrap();
        let request = AddCheckpoint {
            old_size: 0,
            proof: Vec::new(),
            checkpoint: note,
        };
        let (status, _, body) = post(witness.address, path, &request.to_bytes());
        assert_eq!(status, expected);
        assert!(body.starts_with(code), "{body}");
    }
    let too_much = vec![b'x'; REQUEST_BYTES_MAX + 1];
    for nonsense in [&b""[..], b"old x\n\n", b"\xff\xff", &too_much] {
        let (status, _, body) = post(witness.address, path, nonsense);
        assert_eq!(status, 400, "{body}");
        assert!(body.starts_with("WITNESS_REQUEST_"), "{body}");
    }
    assert_eq!(server::get(witness.address, path).0, 405);
    assert_eq!(post(witness.address, "/other", b"").0, 404);

    // Killed, it still knows what it has cosigned.
    let (status, _, _) = post(witness.address, path, &request(3, &late));
    assert_eq!(status, 200);
    signal(witness.id(), "KILL");
    witness.ended();
    let witness = panel.serve("w0", "127.0.0.1:0");
    let (status, head, body) = post(witness.address, path, &request(3, &late));
    assert_eq!((status, body.as_str()), (409, "7\n"), "{head}");
    assert_eq!(post(witness.address, path, &request(7, &late)).0, 200);
}

/// Lists items; the index of the last one.
async fn list(server: &Server, numbers: std::ops::Range<u64>) -> u64 {
    let mut registrar = Registrar::new(server);
    let mut last = 0;
    for number in numbers {
        last = registrar.list(number).await.unwrap();
    }
    last
}
