//! kill −9 of a real process under load: after each kill the log holds every acknowledged command once, and nothing
//! that was not asked for; unanswered commands are asked again under their ids and then stand once, too.
//!
//! `SIJILL_KILL_ROUNDS` (default 20) says how often; `scripts/drill kill --rounds N` runs more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fall"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::stock::{
    Command, Document, Issue, LineIn, LineOut, Receipt, Recipient, Source, Stock,
};
use sijill_ledger_core::domain::values::{DocumentNumber, Text, Withheld};
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, Done, Ledger};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{EventStore, StoredPart, StreamName};
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

mod common;
use common::{clinic, clinic_with_gauze, gauze_key, official};

const CHILD: &str = "SIJILL_KILL_CHILD";
const WRITERS: u64 = 16;

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Ok(child) = std::env::var(CHILD) {
        let (dir, round) = child.split_once('|').expect("directory|round");
        write_until_killed(Path::new(dir), round.parse().expect("a round"));
        return;
    }
    let rounds: u64 =
        std::env::var("SIJILL_KILL_ROUNDS").map_or(20, |n| n.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a temporary directory");
    runtime().block_on(async { clinic_with_gauze(&open(dir.path())).await });
    let mut world = Known::default();
    for round in 0..rounds {
        let child = spawn(dir.path(), round);
        let after = Duration::from_millis(40 + (round * 137) % 260);
        // Some die before they have opened the log; the first never does.
        world.listen_and_kill(child, after, round % 5 == 4);
        world.check(dir.path());
        runtime().block_on(world.ask_again(dir.path()));
        world.check(dir.path());
    }
    assert!(
        world.acknowledged.len() as u64 > rounds,
        "hardly anything was written: {}",
        world.acknowledged.len()
    );
    println!(
        "{rounds} kills, {} acknowledged commands, each once",
        world.acknowledged.len()
    );
}

/// What the dead processes said.
#[derive(Default)]
struct Known {
    asked: BTreeSet<Uuid>,
    acknowledged: BTreeMap<Uuid, u64>,
}

impl Known {
    fn listen_and_kill(&mut self, mut child: Child, after: Duration, early: bool) {
        let stdout = child.stdout.take().expect("piped");
        let (begun, begins) = std::sync::mpsc::channel();
        if early {
            begun.send(()).expect("the killer listens");
        }
        let killer = std::thread::spawn(move || {
            // Its life counts from its first command: a slow machine takes longer to it. One that never begins is killed too.
            let _ = begins.recv_timeout(Duration::from_mins(1));
            std::thread::sleep(after);
            child.kill().expect("SIGKILL");
            child.wait().expect("a status");
        });
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { break };
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["asked", id] if id.len() == 36 => {
                    self.asked.insert(id.parse().expect("an id"));
                    // The killer may be at it already.
                    let _ = begun.send(());
                }
                ["done", id, index, "."] => {
                    self.acknowledged
                        .insert(id.parse().expect("an id"), index.parse().expect("an index"));
                }
                // The harness's own lines, and the line that the kill cut.
                _ => {}
            }
        }
        killer.join().expect("the killer");
    }

    /// Reads the whole log: gapless indexes and revisions, rising stamps, possible events, known commands, each once.
    fn check(&self, dir: &Path) {
        let waiting = runtime();
        let store = EmbeddedStore::open_read_only(dir).expect("opens for reading");
        let (mut seen, mut states, mut last) = (
            BTreeMap::new(),
            BTreeMap::<StreamName, (State, u64)>::new(),
            None,
        );
        for batch in store.log_reader(0) {
            for (index, entry) in batch.expect("readable").iter() {
                let parts = waiting
                    .block_on(store.parts(index))
                    .expect("readable parts");
                let known = parts
                    .iter()
                    .all(|part| matches!(part, StoredPart::Known(_)));
                assert!(known, "the note of {index} was durable before its entry");
                let recorded = codec::recorded(index, &entry, &parts).expect("decodable");
                assert!(last < Some(recorded.recorded_at), "stamps rise at {index}");
                last = Some(recorded.recorded_at);
                let fresh = || {
                    (
                        State::before_first(recorded.stream.kind()).expect("a known kind"),
                        0,
                    )
                };
                let (state, next) = states.remove(&recorded.stream).unwrap_or_else(fresh);
                assert_eq!(recorded.revision, next, "{} at {index}", recorded.stream);
                let (metadata, stamp) = (&recorded.metadata, Some(recorded.recorded_at));
                let state = state
                    .evolve(&recorded.event, &recorded.stream, metadata, next, stamp)
                    .expect("a possible event");
                states.insert(recorded.stream.clone(), (state, next + 1));
                if recorded.stream.kind() == Stock::KIND {
                    let first = seen.entry(recorded.metadata.command_id).or_insert(index);
                    assert!(
                        index - *first <= 1,
                        "command {} twice",
                        recorded.metadata.command_id
                    );
                    assert!(
                        self.asked.contains(&recorded.metadata.command_id),
                        "nobody asked for {index}"
                    );
                }
            }
        }
        for (id, index) in &self.acknowledged {
            assert_eq!(seen.get(id), Some(index), "acknowledged command {id}");
        }
    }

    /// A client that got no answer asks again with the same id.
    async fn ask_again(&mut self, dir: &Path) {
        let ledger = open(dir);
        let unanswered: Vec<Uuid> = self
            .asked
            .iter()
            .filter(|id| !self.acknowledged.contains_key(id))
            .copied()
            .collect();
        for id in unanswered {
            let done = command(&ledger, id).await;
            self.acknowledged.insert(id, done.first_index);
        }
        let again = *self.acknowledged.keys().next_back().expect("something");
        assert!(command(&ledger, again).await.repeated);
    }
}

fn spawn(dir: &Path, round: u64) -> Child {
    Process::new(std::env::current_exe().expect("this test"))
        .args([
            "a_killed_process_loses_nothing_that_it_acknowledged",
            "--exact",
            "--nocapture",
        ])
        .env(CHILD, format!("{}|{round}", dir.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts")
}

fn write_until_killed(dir: &Path, round: u64) {
    runtime().block_on(async {
        let ledger = open(dir);
        let writers = (0..WRITERS).map(|writer| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                for n in 0_u64.. {
                    let id = Uuid::from_u128(
                        u128::from(round) << 64 | u128::from(writer) << 32 | u128::from(n),
                    );
                    say(&format!("asked {id}"));
                    let done = command(&ledger, id).await;
                    say(&format!("done {id} {} .", done.first_index));
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("writes until killed");
        }
    });
}

/// One line in one write, so that the parent never reads two lines mixed.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())
        .and_then(|()| out.flush())
        .expect("the parent listens");
}

/// The command of an id: always the same. Every third issues from stock that may not be there, so that some have two
/// events; each withholds a note.
async fn command(ledger: &Ledger<EmbeddedStore>, id: Uuid) -> Done {
    let n = id.as_u128();
    let facility = clinic(u64::try_from(n % 4).expect("small"));
    let note = Text::new(&format!("note of {id}")).expect("legal");
    let number = DocumentNumber::new(&format!("N-{n}")).expect("legal");
    let document = Document {
        number,
        attachment: None,
        note: Some(Withheld::Known(note)),
    };
    let key = gauze_key();
    let command = if n.is_multiple_of(3) {
        let line = LineOut {
            key,
            quantity: 7.into(),
            reservation: None,
            fefo_override: None,
        };
        Command::Issue(Issue {
            document,
            to: Recipient::Patients,
            lines: vec![line],
        })
    } else {
        let line = LineIn {
            key,
            expiry: None,
            quantity: 3.into(),
            unit_price: None,
        };
        Command::Receive(Receipt {
            document,
            source: Source::Production,
            provisional: false,
            lines: vec![line],
        })
    };
    let context = Context::new(id, official("huda", Role::Storekeeper));
    ledger
        .execute::<Stock>(&Stock::stream(&facility), command, context)
        .await
        .expect("accepted")
}

fn open(dir: &Path) -> Ledger<EmbeddedStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let options = Options::new(dir, Arc::clone(&clock)).origin("sijill.test/kill");
    Ledger::new(
        Arc::new(EmbeddedStore::create_or_open(options).expect("opens for writing")),
        clock,
    )
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime")
}
