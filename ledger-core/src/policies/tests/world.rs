//! Two stores that send goods to each other, and a way there that fails where a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::aggregate::Aggregate;
use crate::codec;
use crate::domain::facility::{self, Facility};
use crate::domain::item::{self, Category, Item, Tracking};
use crate::domain::reaction;
use crate::domain::requisition::{self, Requisition};
use crate::domain::stock::{self, Stock, StockKey};
use crate::domain::values::{
    Code, DocumentNumber, FacilityId, ItemCode, Names, RequisitionId, Text, TransferId,
};
use crate::event::{Event, Recorded, Role};
use crate::ledger::{Context, Ledger};
use crate::store::{
    Append, AppendError, Batch, EventStore, MemoryStore, ReadError, StoredPart, StreamName,
};
use crate::testing::{actor, noon};
use crate::time::{Clock, ManualClock};

pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new(noon("2026-01-01").at()))
}

pub(super) fn facility(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

pub(super) fn transfer(id: &str) -> TransferId {
    TransferId::new(id).unwrap()
}

pub(super) fn requisition_id(id: &str) -> RequisitionId {
    RequisitionId::new(id).unwrap()
}

pub(super) fn gauze() -> StockKey {
    StockKey {
        item: ItemCode::new("gauze").unwrap(),
        batch: None,
        programme: None,
    }
}

/// A ledger whose commands are numbered: the same world has the same log.
pub(super) struct World<S: EventStore> {
    pub(super) ledger: Ledger<S>,
    commands: AtomicU64,
}

impl<S: EventStore> World<S> {
    /// A store with 1,000 pieces of gauze and a clinic.
    pub(super) async fn new(ledger: Ledger<S>) -> Self {
        let world = Self {
            ledger,
            commands: AtomicU64::new(1),
        };
        let profile = item::Profile {
            names: Names::new("شاش", "Gauze").unwrap(),
            category: Category::Supply,
            base_unit: Code::new("piece").unwrap(),
            packs: Vec::new(),
            atc: None,
            unspsc: None,
            essential: false,
            cold_chain: false,
            tracking: Tracking::Quantity,
            inspected: false,
        };
        let listed = Item::stream(&gauze().item);
        world
            .ask::<Item>(&listed, item::Command::List(profile))
            .await;
        for id in ["store", "clinic"] {
            let profile = facility::Profile {
                names: Names::new("منشأة", "Facility").unwrap(),
                kind: facility::Kind::Clinic,
                governorate: None,
                position: None,
                population: None,
                parent: None,
                owner: None,
            };
            let stream = Facility::stream(&facility(id));
            world
                .ask::<Facility>(&stream, facility::Command::Open(profile))
                .await;
        }
        let receipt = stock::Receipt {
            document: paper("GRN-1"),
            source: stock::Source::Production,
            provisional: false,
            lines: vec![stock::LineIn {
                key: gauze(),
                expiry: None,
                quantity: 1_000.into(),
                unit_price: None,
            }],
        };
        world.stock("store", stock::Command::Receive(receipt)).await;
        world
    }

    pub(super) async fn ask<A: Aggregate>(&self, stream: &StreamName, command: A::Command) {
        let id = self.commands.fetch_add(1, Ordering::SeqCst);
        let context = Context::new(
            Uuid::from_u128(u128::from(id)),
            actor("huda", Role::Storekeeper),
        );
        self.ledger
            .execute::<A>(stream, command, context)
            .await
            .unwrap();
    }

    pub(super) async fn stock(&self, store: &str, command: stock::Command) {
        let stream = Stock::stream(&facility(store));
        self.ask::<Stock>(&stream, command).await;
    }

    /// The clinic asks for gauze.
    pub(super) async fn request(&self, id: &str, quantity: u32) {
        let submission = requisition::Submission {
            number: DocumentNumber::new("REQ-1").unwrap(),
            from: facility("clinic"),
            supplier: facility("store"),
            kind: requisition::Kind::Emergency(Text::new("measles").unwrap()),
            lines: vec![requisition::RequisitionLine {
                item: gauze().item,
                on_hand: 0.into(),
                requested: quantity.into(),
            }],
        };
        let stream = Requisition::stream(&requisition_id(id));
        let command = requisition::Command::Submit(submission);
        self.ask::<Requisition>(&stream, command).await;
    }

    pub(super) async fn send(&self, id: &str, quantity: u32, requisition: Option<&str>) {
        let dispatch = stock::Dispatch {
            document: paper("DSP-1"),
            transfer: Some(transfer(id)),
            to: Some(facility("clinic")),
            due: None,
            requisition: requisition.map(requisition_id),
            lines: vec![stock::LineOut {
                key: gauze(),
                quantity: quantity.into(),
                reservation: None,
                fefo_override: None,
            }],
        };
        self.stock("store", stock::Command::Dispatch(dispatch))
            .await;
    }

    /// The clinic takes what came; the rest of what was sent is lost.
    pub(super) async fn take(&self, id: &str, sent: u32, accepted: u32) {
        let arrival = stock::Arrival {
            document: paper("ARR-1"),
            transfer: Some(transfer(id)),
            from: Some(facility("store")),
            lines: vec![stock::ArrivalLine {
                key: gauze(),
                expiry: None,
                shipped: sent.into(),
                accepted: accepted.into(),
                rejected: 0.into(),
                lost: (sent - accepted).into(),
                reason: None,
            }],
        };
        self.stock("clinic", stock::Command::Arrive(arrival)).await;
    }

    /// A history that asks for steps of every kind: three transfers (one still in transit, one short), two of them for a
    /// requisition, one for a requisition that nobody submitted.
    pub(super) async fn history(&self) {
        self.request("R1", 60).await;
        self.send("T1", 40, Some("R1")).await;
        self.send("T2", 30, Some("R1")).await;
        self.take("T1", 40, 40).await;
        self.send("T3", 5, Some("R9")).await;
        self.take("T2", 30, 28).await;
    }
}

fn paper(number: &str) -> stock::Document {
    stock::Document {
        number: DocumentNumber::new(number).unwrap(),
        attachment: None,
        note: None,
    }
}

/// The whole log, decoded.
pub(super) async fn log<S: EventStore>(store: &S) -> Vec<Recorded> {
    let (mut events, mut next) = (Vec::new(), 0);
    loop {
        let batch = store.read_log(next).await.unwrap();
        let Some(after) = batch.next_index() else {
            return events;
        };
        next = after;
        let decode = |(index, entry): (u64, crate::store::Entry<'_>)| {
            codec::recorded(index, &entry, &[]).unwrap()
        };
        events.extend(batch.iter().map(decode));
    }
}

/// What the log says, wherever each event came to stand: streams, revisions, ids and contents, sorted. Equal for two logs
/// in which the same happened.
pub(super) async fn contents<S: EventStore>(store: &S) -> Vec<(String, u64, Uuid, String)> {
    let mut contents: Vec<_> = log(store)
        .await
        .into_iter()
        .map(|r| {
            let stream = r.stream.as_str().to_owned();
            // Where the cause stands may differ; which event it is does not.
            let event = if let Event::Reaction(reaction::Event::StepRefused(refused)) = r.event {
                format!("{:?} {:?}", refused.cause, refused.code)
            } else {
                format!("{:?}", r.event)
            };
            (stream, r.revision, r.id, event)
        })
        .collect();
    contents.sort();
    contents
}

/// What a store does with the append that a test chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accident {
    /// It is not taken.
    NotTaken,
    /// It is taken, and nobody hears of it.
    AnswerLost,
}

/// A store that goes down with the n-th append from now: that one meets the accident, later ones are not taken.
#[derive(Clone)]
pub(super) struct Frail {
    pub(super) store: Arc<MemoryStore>,
    appends_left: Arc<AtomicU64>,
    accident: Accident,
}

impl Frail {
    pub(super) fn new(store: Arc<MemoryStore>, appends: u64, accident: Accident) -> Self {
        Self {
            store,
            appends_left: Arc::new(AtomicU64::new(appends)),
            accident,
        }
    }

    /// Takes appends again.
    pub(super) fn mend(&self) {
        self.appends_left.store(u64::MAX, Ordering::SeqCst);
    }
}

impl EventStore for Frail {
    type Ticket =
        std::pin::Pin<Box<dyn Future<Output = Result<crate::store::Appended, AppendError>> + Send>>;

    fn origin(&self) -> &str {
        self.store.origin()
    }

    async fn submit(&self, append: Append) -> Result<Self::Ticket, AppendError> {
        let left = self.appends_left.load(Ordering::SeqCst);
        let down = || AppendError::Unavailable("power is out".to_owned());
        match (left, self.accident) {
            (0, _) => Err(down()),
            (1, Accident::NotTaken) => {
                self.appends_left.store(0, Ordering::SeqCst);
                Err(down())
            }
            (1, Accident::AnswerLost) => {
                self.appends_left.store(0, Ordering::SeqCst);
                self.store.append(append).await?;
                let lost = AppendError::OutcomeUnknown("power is out".to_owned());
                Ok(Box::pin(std::future::ready(Err(lost))))
            }
            (more, _) => {
                self.appends_left.store(more - 1, Ordering::SeqCst);
                Ok(Box::pin(self.store.submit(append).await?))
            }
        }
    }

    fn size(&self) -> u64 {
        self.store.size()
    }
    async fn grown_past(&self, size: u64) -> Result<u64, ReadError> {
        self.store.grown_past(size).await
    }
    async fn read_log(&self, from: u64) -> Result<Batch, ReadError> {
        self.store.read_log(from).await
    }
    async fn read_stream(&self, stream: &StreamName, from: u64) -> Result<Batch, ReadError> {
        self.store.read_stream(stream, from).await
    }
    async fn parts(&self, index: u64) -> Result<Vec<StoredPart>, ReadError> {
        self.store.parts(index).await
    }
    async fn erase_part(&self, index: u64, part: u8) -> Result<(), ReadError> {
        self.store.erase_part(index, part).await
    }
}
