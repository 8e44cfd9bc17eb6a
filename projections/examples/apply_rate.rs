//! How fast the views take a log in: `cargo run --release -p sijill-projections --example apply_rate [EVENTS]`.
//!
//! A log in memory of receipts and issues, two years over 200 facilities × 50 items with batches that change twice a
//! year. Prints events per second for decoding alone, for folding alone, and for a catch-up that overlaps both.
#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a measurement"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::sync::Arc;
use std::time::Instant;

use common::{Log, date, issue, key, noon, quantity, receive};
use sijill_ledger_core::codec;
use sijill_ledger_core::event::Recorded;
use sijill_ledger_core::store::{
    APPEND_ENTRIES_MAX, Append, EventStore, Expected, MemoryStore, NewEntry, Part, StreamName,
};
use sijill_ledger_core::time::{ManualClock, Timestamp};
use sijill_projections::shortage::query::Filter;
use sijill_projections::{Runner, View};

const FACILITIES: usize = 200;
const ITEMS: usize = 50;

fn main() {
    let events: usize = std::env::args()
        .nth(1)
        .map_or(400_000, |n| n.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = stored(events).await;
        println!(
            "{} events, {FACILITIES} facilities × {ITEMS} items",
            store.size()
        );

        let watch = Stopwatch::start();
        let decoded = decoded(&store).await;
        watch.rate("decode alone", events);

        let mut runner = Runner::default();
        let watch = Stopwatch::start();
        for event in &decoded {
            runner.apply(event).unwrap();
        }
        watch.rate("fold alone, all views", events);
        let digests = runner.digests();

        for _ in 0..3 {
            let mut runner = Runner::default();
            let watch = Stopwatch::start();
            runner.catch_up(&store).await.unwrap();
            watch.rate("catch-up: read, decode, fold", events);
            assert_eq!(runner.digests(), digests);
        }
        sizes(&runner, events);
    });
}

/// Wall time, and the time this thread was running: on a busy machine only the second says something.
struct Stopwatch(Instant, u64);

impl Stopwatch {
    fn start() -> Self {
        Self(Instant::now(), on_cpu_nanos())
    }

    fn rate(&self, what: &str, events: usize) {
        let rate = |seconds: f64| events as f64 / seconds / 1e6;
        let wall = rate(self.0.elapsed().as_secs_f64());
        let cpu = rate((on_cpu_nanos() - self.1).max(1) as f64 / 1e9);
        println!("{what}: {wall:.2} M events/s; {cpu:.2} per second of this thread on a core");
    }
}

fn on_cpu_nanos() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split(' ').next().and_then(|n| n.parse().ok());
    nanos.unwrap_or_default()
}

fn sizes(runner: &Runner, events: usize) {
    let started = Instant::now();
    let views = runner.views();
    let bytes = [size(&views.shortage), size(&views.distribution)];
    println!(
        "snapshots: {bytes:?} bytes, {} per event",
        bytes.iter().sum::<usize>() / events
    );
    println!("written to memory in {:.2?}", started.elapsed());
    let started = Instant::now();
    runner.digests();
    println!("digests in {:.2?}", started.elapsed());
    let started = Instant::now();
    let at = noon(date("2026-01-01"));
    let rows = views.shortage.stock(at, &Filter::default()).value.len();
    println!(
        "{rows} rows of the whole country in {:.2?}",
        started.elapsed()
    );
}

fn size<V: View>(view: &V) -> usize {
    postcard::to_stdvec(view).unwrap().len()
}

async fn decoded(store: &Arc<MemoryStore>) -> Vec<Recorded> {
    let mut events = Vec::new();
    while let batch = store.read_log(events.len() as u64).await.unwrap()
        && !batch.is_empty()
    {
        events.extend(
            batch
                .iter()
                .map(|(index, entry)| codec::recorded(index, &entry, &[]).unwrap()),
        );
    }
    events
}

async fn stored(events: usize) -> Arc<MemoryStore> {
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1)));
    let store = Arc::new(MemoryStore::new("sijill.test/rate", clock));
    let mut revisions = vec![None; FACILITIES];
    let mut written = 0;
    while written < events {
        let chunk = APPEND_ENTRIES_MAX.min(100).min(events - written);
        let facility = (written / 100) % FACILITIES;
        let mut log = Log::default();
        for n in 0..chunk {
            one(&mut log, written + n, n, written * 730 / events);
        }
        let entries: Vec<NewEntry> = log
            .events
            .iter()
            .map(|event| entry(event, written))
            .collect();
        let revision: &mut Option<u64> = &mut revisions[facility];
        let append = Append {
            stream: StreamName::new(&format!("stock-EG-CAI-{facility:04}")).unwrap(),
            expected: Expected::after(*revision),
            entries,
            not_after: None,
        };
        *revision = Some(store.append(append).await.unwrap().revision);
        written += chunk;
    }
    store
}

fn one(log: &mut Log, n: usize, place: usize, day: usize) {
    let item = (n * 7 + n / 100) % ITEMS;
    let key = key(&format!("J01CA04-{item:03}/LOT{}", 100 + day / 180));
    let at = noon(date("2024-01-01").plus_days(i32::try_from(day).unwrap()));
    let event = if place.is_multiple_of(8) {
        receive(key, quantity(700), Some(date("2027-01-31")), false)
    } else {
        issue(key, quantity(90), None)
    };
    log.stock("X", at, event);
}

fn entry(event: &Recorded, written: usize) -> NewEntry {
    let encoded = codec::encode(&event.event).unwrap();
    let part = |(class, bytes)| Part {
        class,
        salt: [7; 32],
        bytes,
    };
    NewEntry {
        id: uuid::Uuid::from_u128((written as u128) << 64 | u128::from(event.index)),
        kind: encoded.kind,
        metadata: codec::encode_metadata(&event.metadata).unwrap(),
        data: encoded.data,
        withheld: encoded.withheld.into_iter().map(part).collect(),
    }
}
