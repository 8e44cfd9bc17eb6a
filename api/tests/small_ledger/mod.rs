//! A small ledger in a directory, and the program over it: for the tests of commands that read a ledger.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "for tests, each of which uses its part"
)]

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::stock::{
    Command, Document, Issue, LineIn, LineOut, Receipt, Recipient, Source, Stock, StockKey,
};
use sijill_ledger_core::domain::values::{
    Code, DocumentNumber, FacilityId, ItemCode, Names, OfficialId, Place, Text, Withheld,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::{EmbeddedStore, OpenError, Options};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

/// What is written in the note of every document: withheld, so that no command may print it.
pub const SECRET: &str = "hidden-remark-about-a-person";
/// Events: one item, two facilities, then documents.
pub const REGISTERED: u64 = 3;
pub const DOCUMENTS: u64 = 40;
pub const EVENTS: u64 = REGISTERED + DOCUMENTS;

/// A ledger of [`EVENTS`] events, closed in order.
pub fn written() -> tempfile::TempDir {
    written_with(DOCUMENTS)
}

/// A ledger of so many documents after what is registered, closed in order: goods for some 660 were received.
pub fn written_with(documents: u64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let ledger = open(dir.path());
        write(&ledger, documents).await;
        ledger.store().close();
    });
    dir
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .unwrap()
}

pub fn open(dir: &Path) -> Ledger<EmbeddedStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let opened = (0..100).find_map(|_| {
        let options = Options::new(dir, Arc::clone(&clock)).origin("sijill.test/tools");
        match EmbeddedStore::create_or_open(options) {
            // A program that another test is starting holds this process's locks until it has begun.
            Err(OpenError::Locked { .. }) => {
                std::thread::sleep(Duration::from_millis(50));
                None
            }
            opened => Some(opened.unwrap()),
        }
    });
    Ledger::new(Arc::new(opened.expect("no lock for five seconds")), clock)
}

async fn write(ledger: &Ledger<EmbeddedStore>, documents: u64) {
    let stream = Item::stream(&item());
    let listed = ledger.execute::<Item>(&stream, item::Command::List(gauze()), context(0));
    listed.await.unwrap();
    for n in 0..2 {
        let stream = Facility::stream(&facility(n));
        let command = facility::Command::Open(clinic());
        ledger
            .execute::<Facility>(&stream, command, context(1 + n))
            .await
            .unwrap();
    }
    for n in 0..documents {
        let stream = Stock::stream(&facility(n % 2));
        ledger
            .execute::<Stock>(&stream, document(n), context(10 + n))
            .await
            .unwrap();
    }
}

/// Goods come first, then are handed out; each paper bears a remark that is withheld.
pub fn document(n: u64) -> Command {
    let document = Document {
        number: DocumentNumber::new(&format!("N-{n}")).unwrap(),
        attachment: None,
        note: Some(Withheld::Known(Text::new(SECRET).unwrap())),
    };
    let key = StockKey {
        item: item(),
        batch: None,
        programme: None,
    };
    if n < 2 {
        let line = LineIn {
            key,
            expiry: None,
            quantity: 1_000.into(),
            unit_price: None,
        };
        return Command::Receive(Receipt {
            document,
            source: Source::Production,
            provisional: false,
            lines: vec![line],
        });
    }
    let line = LineOut {
        key,
        quantity: 3.into(),
        reservation: None,
        fefo_override: None,
    };
    Command::Issue(Issue {
        document,
        to: Recipient::Patients,
        lines: vec![line],
    })
}

pub fn context(n: u64) -> Context {
    let actor = Actor {
        id: ActorId::Official(OfficialId::new("huda").unwrap()),
        role: Role::Storekeeper,
        position: None,
    };
    Context::new(Uuid::from_u128(n.into()), actor)
}

fn item() -> ItemCode {
    ItemCode::new("gauze").unwrap()
}

pub fn facility(n: u64) -> FacilityId {
    FacilityId::new(&format!("F{n}")).unwrap()
}

fn names() -> Names {
    Names::new("شاش", "Gauze").unwrap()
}

fn gauze() -> item::Profile {
    item::Profile {
        names: names(),
        category: Category::Supply,
        base_unit: Code::new("piece").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: false,
        cold_chain: false,
        tracking: Tracking::Quantity,
        inspected: false,
    }
}

fn clinic() -> facility::Profile {
    facility::Profile {
        names: names(),
        kind: facility::Kind::Clinic,
        governorate: Some(Place::new("EG-C").unwrap()),
        position: None,
        population: None,
        parent: None,
        owner: None,
    }
}

/// Appends an entry as somebody with the disk in hand could, past the ledger and its rules: a copy of the entry at `index`,
/// changed, as the next of its stream (or of another one).
pub fn smuggle(dir: &Path, index: u64, stream: Option<&str>, change: impl FnOnce(&mut NewEntry)) {
    runtime().block_on(async {
        let ledger = open(dir);
        let store = ledger.store();
        let batch = store.entry(index).unwrap();
        let (_, entry) = batch.get(0).unwrap();
        let stream = stream.map_or_else(|| entry.stream_name(), |s| StreamName::new(s).unwrap());
        let last = store
            .read_stream(&stream, 0)
            .await
            .unwrap()
            .last()
            .map(|(_, e)| e.revision);
        let kinds = sijill_ledger_core::codec::KINDS;
        let kind = kinds.iter().find(|kind| **kind == entry.kind).unwrap();
        let parts = store.parts(index).await.unwrap().into_iter();
        let withheld = parts.filter_map(|part| match part {
            sijill_ledger_core::store::StoredPart::Known(part) => Some(part),
            sijill_ledger_core::store::StoredPart::Absent => None,
        });
        let mut forged = NewEntry {
            id: entry.id,
            kind,
            metadata: entry.metadata.to_vec(),
            data: entry.data.to_vec(),
            withheld: withheld.collect(),
        };
        change(&mut forged);
        let append = Append {
            stream,
            expected: Expected::after(last),
            entries: vec![forged],
            not_after: None,
        };
        store.append(append).await.unwrap();
        store.close();
    });
}

/// The program's end, with both outputs as text.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
}

/// Runs the program in English.
pub fn sijill(arguments: &[&str]) -> Ran {
    let mut process = Process::new(env!("CARGO_BIN_EXE_sijill"));
    let Output {
        status,
        stdout,
        stderr,
    } = process
        .args(arguments)
        .args(["--lang", "en"])
        .output()
        .unwrap();
    Ran {
        status: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// The directory as an argument.
pub fn path(dir: &tempfile::TempDir) -> String {
    dir.path().to_str().unwrap().to_owned()
}

/// The log's first segment.
pub fn segment(dir: &Path) -> PathBuf {
    dir.join("log/00000001.segment")
}

/// Flips one bit in a file where `needle` stands for the n-th time.
pub fn flip(file: &Path, needle: &[u8], nth: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    let found = bytes
        .windows(needle.len())
        .enumerate()
        .filter(|(_, w)| *w == needle);
    let at = found.map(|(at, _)| at).nth(nth).expect("it stands there");
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}
