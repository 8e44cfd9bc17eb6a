//! Servers of the built program on a cluster, which is a small server of the protocol in the test: two nodes are one ledger, sign one
//! history, and one that is ahead of its cluster stops.

#![cfg(feature = "kurrentdb")]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fall, and uses a part of what tests share"
)]

#[path = "../../ledger-core/tests/kurrent/mod.rs"]
mod kurrent;
mod server;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kurrent::log::Written;
use kurrent::server::{Cluster, ReadFault};
use server::{Home, Registrar, Server, sijill};
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::SystemClock;

async fn cluster() -> Cluster {
    Cluster::start(1, Arc::new(SystemClock::default())).await
}

/// A node; the address of the cluster is in a file, as a password would be.
async fn serve(cluster: &Cluster, home: Home, more: &[&str]) -> Server {
    let address = home.file("store");
    std::fs::write(&address, cluster.connection() + "\n").unwrap();
    let store = format!("@{}", address.display());
    let more: Vec<String> = more.iter().map(|&more| more.to_owned()).collect();
    let served = tokio::task::spawn_blocking(move || {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        home.serve(&[&["--store", &store], &more[..]].concat())
    });
    served.await.unwrap()
}

async fn stop(server: Server) -> (bool, String, Home) {
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    let (status, log, home) = stopped.await.unwrap();
    (status.success(), log, home)
}

fn entries(home: &Home) -> Vec<Vec<u8>> {
    let store = EmbeddedStore::open_read_only(home.data()).unwrap();
    assert!(store.is_mirror());
    let batches = store.log_reader(0).map(Result::unwrap);
    let mut entries = Vec::new();
    for batch in batches {
        entries.extend(batch.iter().map(|(_, entry)| entry.bytes().to_vec()));
    }
    entries
}

fn ran(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{err}");
    String::from_utf8(output.stdout).unwrap()
}

fn digests(dir: &Path) -> String {
    let data = dir.to_str().unwrap();
    ran(sijill().args(["digest", "--data", data, "--output", "json"]))
}

/// A key that signs the log, and a copy of it for another node, as it was before its first signature.
fn log_keys(a: &Home, b: &Home) -> [String; 2] {
    let key = a.file("log.key");
    let made = sijill()
        .args(["keygen", "--log", "--origin", server::ORIGIN, "--out"])
        .arg(&key)
        .output();
    assert!(made.unwrap().status.success());
    for name in ["log.key", "log.key.state"] {
        std::fs::copy(a.file(name), b.file(name)).unwrap();
    }
    [a, b].map(|home| home.file("log.key").to_str().unwrap().to_owned())
}

/// Size and root of the checkpoint that a node shows.
fn checkpoint(server: &Server) -> Option<(u64, String)> {
    let (status, _, body) = server.public("/checkpoint");
    let text = String::from_utf8(body).unwrap();
    let mut lines = text.lines().skip(1);
    (status == 200).then(|| {
        let size = lines.next().unwrap().parse().unwrap();
        (size, lines.next().unwrap().to_owned())
    })
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_mins(1);
    while !tokio::task::block_in_place(&holds) {
        assert!(Instant::now() < until, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_are_one_ledger() {
    let cluster = cluster().await;
    let (a, b) = (Home::new(), Home::new());
    let keys = log_keys(&a, &b);
    let often = |key: &str| ["--log-key", key, "--checkpoint-every", "100ms"].map(str::to_owned);
    let (options, of_second) = (often(&keys[0]), often(&keys[1]));
    let a = serve(&cluster, a, &options.each_ref().map(String::as_str)).await;
    let b = serve(&cluster, b, &of_second.each_ref().map(String::as_str)).await;
    let (mut first, mut second) = (Registrar::new(&a), Registrar::new(&b));
    let mut indexes = Vec::new();
    for number in 0..60 {
        if number % 20 == 7 {
            cluster.cut();
        }
        let registrar = if number % 2 == 0 {
            &mut first
        } else {
            &mut second
        };
        indexes.push(registrar.list(number).await.unwrap());
    }
    // Whoever asks the other node again hears the first answer.
    assert_eq!(second.list(0).await.unwrap(), indexes[0]);
    assert_eq!(first.list(59).await.unwrap(), indexes[59]);
    assert_eq!(indexes, (0..60).collect::<Vec<u64>>());

    // Both sign the whole log, which is one tree.
    for server in [&a, &b] {
        until("a checkpoint over all", || {
            checkpoint(server).is_some_and(|(size, _)| size == 60)
        })
        .await;
    }
    assert_eq!(checkpoint(&a), checkpoint(&b));
    let (ended, log_of_a, a) = stop(a).await;
    assert!(ended, "{log_of_a}");
    let (ended, log_of_b, b) = stop(b).await;
    assert!(ended, "{log_of_b}");
    // Whichever came first.
    let logs = log_of_a + &log_of_b;
    assert!(logs.contains("the policies run on this node"), "{logs}");
    assert_eq!(entries(&a).len(), 60);
    assert_eq!(entries(&a), entries(&b));
    assert_eq!(digests(&a.data()), digests(&b.data()));

    // And again, from where it ended.
    let a = serve(&cluster, a, &options.each_ref().map(String::as_str)).await;
    assert_eq!(Registrar::new(&a).list(60).await.unwrap(), 60);
    until("a checkpoint after the start", || {
        checkpoint(&a).is_some_and(|(size, _)| size == 61)
    })
    .await;
    let (ended, log, _) = stop(a).await;
    assert!(ended, "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_is_ahead_of_its_cluster_stops() {
    let cluster = cluster().await;
    let server = serve(&cluster, Home::new(), &[]).await;
    let mut registrar = Registrar::new(&server);
    for number in 0..5 {
        registrar.list(number).await.unwrap();
    }
    // As if the cluster had been restored from an older copy; after the last entry there may be notes of the node itself.
    cluster.with_log(|log| {
        let is_entry = |event: &Written| event.kind.starts_with("sijill.events.");
        let last = log.events.iter().rposition(is_entry).unwrap();
        log.forget_after(last);
    });
    cluster.fail_reads(&[ReadFault::Cut(0)]);
    let ended = tokio::task::spawn_blocking(move || server.ends_by_itself());
    let (status, log, home) = ended.await.unwrap();
    assert_eq!(status.code(), Some(3), "{log}");
    assert!(log.contains("MIRROR_AHEAD_OF_CLUSTER"), "{log}");

    // Nor does it start again, and says so in Arabic too.
    let mut again = sijill();
    again.args(["--lang", "ar", "serve", "--store", &cluster.connection()]);
    again.arg("--data").arg(home.data());
    let refused = tokio::task::spawn_blocking(move || again.output().unwrap());
    let refused = refused.await.unwrap();
    let err = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{err}");
    assert!(err.contains("MIRROR_AHEAD_OF_CLUSTER"), "{err}");
    assert!(err.contains("أُعيد العنقود من نسخة أقدم"), "{err}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_a_node_is_told() {
    let cluster = cluster().await;
    let serve = |arguments: &[&str]| {
        let mut command = sijill();
        command.arg("serve").args(arguments);
        let output = command.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), err)
    };
    let home = Home::new();
    let data = home.data();
    let data = data.to_str().unwrap();
    let told = tokio::task::block_in_place(|| {
        [
            serve(&[
                "--data",
                data,
                "--store",
                "mysql://here",
                "--origin",
                "sijill.test/x",
            ]),
            // A new mirror needs to know whose it is.
            serve(&["--data", data, "--store", &cluster.connection()]),
            serve(&["--data", data, "--store", "@/nowhere"]),
        ]
    });
    let [address, origin, file] = told;
    assert!(
        address.0 == Some(3) && address.1.contains("CLUSTER_OPTIONS"),
        "{address:?}"
    );
    assert_eq!(origin.0, Some(2), "{origin:?}");
    assert!(
        file.0 == Some(9) && file.1.contains("INPUT_UNUSABLE"),
        "{file:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_a_directory_is_moved_to_a_cluster() {
    let home = Home::new();
    let [key, _] = log_keys(&home, &Home::new());
    let arguments = ["--log-key".to_owned(), key.clone()];
    let alone = home.serve(&arguments.each_ref().map(String::as_str));
    let mut registrar = Registrar::new(&alone);
    for number in 0..30 {
        registrar.list(number).await.unwrap();
    }
    let (ended, log, home) = stop(alone).await;
    assert!(ended, "{log}");
    let old = home.file("old");
    std::fs::rename(home.data(), &old).unwrap();

    let cluster = cluster().await;
    let mut command = sijill();
    command.args(["migrate", "--output", "json", "--to", &cluster.connection()]);
    command
        .arg("--from")
        .arg(&old)
        .arg("--data")
        .arg(home.data());
    let told = tokio::task::block_in_place(|| {
        // Twice: what is moved is moved.
        assert_eq!(ran(&mut command), ran(&mut command));
        ran(&mut command)
    });
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["entries"], &told["checkpoint"]),
        (&30.into(), &"30".into()),
        "{told}"
    );
    assert_eq!(digests(&old), digests(&home.data()));

    // The same key signs on, over the same tree.
    let server = serve(
        &cluster,
        home,
        &["--log-key", &key, "--checkpoint-every", "100ms"],
    )
    .await;
    until("a checkpoint over what was moved", || {
        checkpoint(&server).is_some_and(|(size, _)| size == 30)
    })
    .await;
    assert_eq!(Registrar::new(&server).list(30).await.unwrap(), 30);
    until("a checkpoint over what is new", || {
        checkpoint(&server).is_some_and(|(size, _)| size == 31)
    })
    .await;
    let (ended, log, home) = stop(server).await;
    assert!(ended, "{log}");
    // The old directory is not the log any more: it would sign another history.
    let refused = sijill()
        .args(["migrate", "--to", &cluster.connection()])
        .arg("--from")
        .arg(home.data())
        .arg("--data")
        .arg(home.file("x"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(10));
}
