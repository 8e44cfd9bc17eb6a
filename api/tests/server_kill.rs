//! kill −9 of a server under mixed commands of 16 clients: what was acknowledged stands once, what was in doubt is asked
//! again under its id and then stands once too, reactions are complete, stores agree with transfers and orders, and the
//! views are those of a full replay.
//!
//! `SIJILL_KILL_ROUNDS` (default 20) says how often, `SIJILL_KILL_SEED` (default 1) with which numbers;
//! `scripts/drill server --rounds N` runs more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fall"
)]

mod kill;
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kill::agreement::Log;
use kill::asks::Connection;
use kill::clients::{Client, Dice, Life};
use kill::country::{self, Tokens};
use serde_json::Value;
use server::{Home, Server, eventually, sijill};
use sijill_schemas::types::v1::CommandResponse;
use tokio::task::JoinSet;
use uuid::Uuid;

const CLIENTS: u64 = 16;
/// How long a server lives once it is busy.
const LIFE_MIN_MS: u64 = 50;
const LIFE_MAX_MS: u64 = 400;
/// Answers after which a server is busy; a slow machine takes longer to them.
const BUSY_ANSWERS: u64 = 2 * CLIENTS;
/// Longest wait for them.
const BUSY_WITHIN: Duration = Duration::from_mins(1);
/// One round of so many counts the life from when the server listens: it dies while the clients come back.
const EARLY_EVERY: u64 = 5;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let (rounds, seed) = (
        number("SIJILL_KILL_ROUNDS", 20),
        number("SIJILL_KILL_SEED", 1),
    );
    let mut clients: Vec<Client> = (0..CLIENTS).map(|n| Client::new(n, seed)).collect();
    let (mut home, tokens, registration) = found_country(&mut clients, seed).await;
    let mut dice = Dice::new(seed);
    for n in 0..rounds {
        let life_ms = LIFE_MIN_MS + dice.below(LIFE_MAX_MS - LIFE_MIN_MS + 1);
        let death = Death {
            busy_answers: if n % EARLY_EVERY == 0 {
                0
            } else {
                BUSY_ANSWERS
            },
            after: Duration::from_millis(life_ms),
        };
        home = round(home, &tokens, &mut clients, death).await;
    }
    let server = home.serve(&[]);
    let settle = |client: Client, connection| client.settle(connection);
    clients = all(clients, &server, &tokens, settle).await;
    let repeat = |client: Client, connection| client.repeat(connection);
    clients = all(clients, &server, &tokens, repeat).await;
    policies_have_handled_everything(&server);
    let (status, log, home) = stop(server).await;
    assert!(status, "{log}");
    tell(rounds, &clients);
    agree(&home.data(), registration, &clients).await;
}

/// A country with stock in its stores, on a server that ended in order: views and positions of policies are saved, and
/// every round goes on from there.
async fn found_country(clients: &mut [Client], seed: u64) -> (Home, Tokens, u64) {
    let server = Server::start();
    let tokens = country::tokens(&server);
    let registration = country::register(&server).await;
    let first = Client::new(0, seed);
    let connection = Connection::new(&server, &tokens);
    clients[0] = first.provide(connection).await;
    let (status, log, home) = stop(server).await;
    assert!(status, "{log}");
    (home, tokens, registration)
}

/// When a server is killed.
struct Death {
    busy_answers: u64,
    after: Duration,
}

/// One life of a server: it starts, all clients command it, and it is killed.
async fn round(home: Home, tokens: &Tokens, clients: &mut Vec<Client>, death: Death) -> Home {
    let server = tokio::task::spawn_blocking(move || home.serve(&[]));
    let server = server.await.unwrap();
    let life = Arc::new(Life::default());
    let mut at_work = JoinSet::new();
    for client in clients.drain(..) {
        let connection = Connection::new(&server, tokens);
        at_work.spawn(client.work(connection, Arc::clone(&life)));
    }
    let until = Instant::now() + BUSY_WITHIN;
    while life.answers.load(Ordering::Relaxed) < death.busy_answers {
        assert!(Instant::now() < until, "the server hardly answers");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(death.after).await;
    let killed = tokio::task::spawn_blocking(move || server.kill());
    let (status, _log, home) = killed.await.unwrap();
    assert!(!status.success(), "it was killed");
    life.dead.store(true, Ordering::Relaxed);
    *clients = at_work.join_all().await;
    home
}

/// Every client does something at the same time, on a connection of its own.
async fn all<F: Future<Output = Client> + Send + 'static>(
    clients: Vec<Client>,
    server: &Server,
    tokens: &Tokens,
    act: impl Fn(Client, Connection) -> F,
) -> Vec<Client> {
    let mut acting = JoinSet::new();
    for client in clients {
        acting.spawn(act(client, Connection::new(server, tokens)));
    }
    acting.join_all().await
}

/// Waits until every policy has handled all that is in the log.
fn policies_have_handled_everything(server: &Server) {
    eventually("policies handle the log", || {
        let (_, figures) = server.get("/metrics");
        let figure = |line: &str| line.rsplit(' ').next()?.parse::<u64>().ok();
        let starting = |name: &'static str| {
            let lines = figures.lines().filter(move |line| line.starts_with(name));
            lines.filter_map(figure).collect::<Vec<_>>()
        };
        let entries = starting("sijill_log_entries_total");
        let policies = starting("sijill_policy_entries_total{");
        !policies.is_empty() && policies.iter().all(|handled| entries == [*handled])
    });
}

async fn stop(server: Server) -> (bool, String, Home) {
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    let (status, log, home) = stopped.await.unwrap();
    (status.success(), log, home)
}

fn tell(rounds: u64, clients: &[Client]) {
    let sum = |of: fn(&Client) -> usize| clients.iter().map(of).sum::<usize>();
    let acknowledged = sum(|client| client.acknowledged.len());
    println!(
        "{rounds} kills, {acknowledged} acknowledged commands, each once; {} refused; {} were in doubt, of which {} stood already",
        sum(|client| client.refused.len()),
        sum(|client| client.retried),
        sum(|client| client.recovered),
    );
    assert!(acknowledged as u64 > rounds, "hardly anything was written");
}

/// The log, its views, and what the program itself says of them.
async fn agree(dir: &Path, registration: u64, clients: &[Client]) {
    let acknowledged: BTreeMap<Uuid, CommandResponse> = clients
        .iter()
        .flat_map(|client| &client.acknowledged)
        .map(|(ask, answer)| (ask.id, answer.clone()))
        .collect();
    let refused = clients.iter().flat_map(|client| &client.refused);
    let contradicted: Vec<&Uuid> = refused.filter(|id| acknowledged.contains_key(id)).collect();
    assert!(contradicted.is_empty(), "{contradicted:?}");

    let log = Log::read(dir);
    log.holds_once(registration, &acknowledged);
    let compared = log.reactions_agree();
    println!("{} entries; {compared:?}", log.len());
    for (what, count) in compared.counts() {
        assert!(count > 0, "no {what} to compare");
    }
    log.transit_agrees().await;
    let entries = log.len();
    drop(log);

    let verified = report("verify", dir);
    let checks = verified["checks"].as_array().unwrap();
    // What needs a key, a policy or a saved checkpoint is not done without them.
    let whole = ["passed", "not_done"];
    assert!(
        checks
            .iter()
            .all(|check| whole.iter().any(|word| check["outcome"] == *word)),
        "{verified}"
    );
    let rebuilt = report("rebuild", dir);
    for row in rebuilt["rebuilt"].as_array().unwrap() {
        assert_eq!(row["outcome"], "agrees", "{rebuilt}");
        assert_eq!(row["saved_at"], entries, "{rebuilt}");
    }
}

/// What a subcommand says of a ledger that it finds whole.
fn report(command: &str, dir: &Path) -> Value {
    let mut program = sijill();
    program
        .args([command, "--output", "json", "--data"])
        .arg(dir);
    let output = program.output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}{err}");
    serde_json::from_str(out.lines().next().unwrap()).unwrap()
}
