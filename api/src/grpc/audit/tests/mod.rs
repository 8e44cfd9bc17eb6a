//! In this process, over a log in a directory. Events are put into the log as the ledger would have recorded them: what is
//! tested here is what becomes of them.

#![allow(clippy::unnecessary_wraps)] // fields of messages are optional

mod asking;
mod history;
mod movements;
mod processes;
mod register;
mod replay;

use std::sync::Arc;

use rust_decimal::Decimal;
use sijill_ledger_core::codec::{encode, encode_metadata};
use sijill_ledger_core::domain::stock::{self, Document, LineIn, LineOut, StockKey};
use sijill_ledger_core::domain::values::*;
use sijill_ledger_core::event::{Actor, ActorId, Event, Metadata, Origin, Role};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, Part, StreamName};
use sijill_ledger_core::time::{ManualClock, Timestamp};
use sijill_projections::Runner;
use sijill_schemas::audit::v1 as pb;
use sijill_schemas::audit::v1::audit_service_server::AuditService as _;
use sijill_schemas::types::v1 as types;
use tokio::sync::watch;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use super::Audit;
use crate::grpc::live::{Live, Snapshots};
use crate::grpc::question::desk::Desk;

pub const ORIGIN: &str = "sijill.test/audit";

/// A log, views that follow it, and the service over both.
pub struct World {
    pub dir: tempfile::TempDir,
    pub store: Arc<EmbeddedStore>,
    pub live: Arc<Live>,
    pub audit: Audit,
    clock: Arc<ManualClock>,
    _stop: watch::Sender<bool>,
}

impl World {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(date("2026-03-01").start(0)));
        let options = Options::new(dir.path(), clock.clone()).origin(ORIGIN);
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let live = Arc::new(Live::new(Arc::clone(&store), Runner::default()));
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
        Self {
            dir,
            store,
            audit: Audit::new(Desk::new(Arc::clone(&live)), None),
            live,
            clock,
            _stop: stop,
        }
    }

    /// What is recorded from now on is recorded on this day.
    pub fn on(&self, day: &str) {
        self.clock.set(date(day).start(0));
    }

    /// Records an event; its index.
    pub async fn push(&self, stream: &str, day: &str, event: impl Into<Event>) -> u64 {
        self.push_by("huda", stream, day, event).await
    }

    /// The same, by somebody.
    pub async fn push_by(
        &self,
        who: &str,
        stream: &str,
        day: &str,
        event: impl Into<Event>,
    ) -> u64 {
        let index = append(&self.store, stream, metadata(who, noon(day)), &event.into()).await;
        self.live.reach(index).await.unwrap();
        index
    }
}

/// Puts an event at the end of its stream.
pub async fn append(store: &EmbeddedStore, stream: &str, metadata: Metadata, event: &Event) -> u64 {
    let stream = StreamName::new(stream).unwrap();
    let encoded = encode(event).unwrap();
    let withheld = encoded.withheld.into_iter().map(|(class, bytes)| Part {
        class,
        salt: [7; 32],
        bytes,
    });
    let mut revision = 0;
    loop {
        let batch = store.read_stream(&stream, revision).await.unwrap();
        if batch.is_empty() {
            break;
        }
        revision += batch.len() as u64;
    }
    let entry = NewEntry {
        id: Uuid::from_u128(u128::from(store.size()) + 1),
        kind: encoded.kind,
        metadata: encode_metadata(&metadata).unwrap(),
        data: encoded.data,
        withheld: withheld.collect(),
    };
    let append = Append {
        stream,
        expected: Expected::after(revision.checked_sub(1)),
        entries: vec![entry],
        not_after: None,
    };
    store.append(append).await.unwrap().first_index
}

pub fn metadata(who: &str, at: EffectiveAt) -> Metadata {
    Metadata {
        command_id: Uuid::from_u128(9),
        command_hash: Sha256([0; 32]),
        correlation_id: Uuid::from_u128(9),
        causation_id: None,
        actor: Actor {
            id: ActorId::Official(OfficialId::new(who).unwrap()),
            role: Role::Storekeeper,
            position: Some(Code2::new("EG-keeper").unwrap()),
        },
        decided_at: at.at(),
        effective_at: at,
        facts: Vec::new(),
        ruleset: None,
        origin: Origin::Native,
        statement: None,
    }
}

use sijill_ledger_core::domain::values::Code as Code2;

pub fn date(day: &str) -> Date {
    Date::parse(day).unwrap()
}

pub fn noon(day: &str) -> EffectiveAt {
    let at = date(day).start(120).plus_micros(12 * 3_600_000_000);
    EffectiveAt::new(at, 120).unwrap()
}

pub fn micros(day: &str) -> i64 {
    Timestamp::as_micros(date(day).start(0))
}

pub fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub fn key(item: &str, batch: &str) -> StockKey {
    StockKey {
        item: ItemCode::new(item).unwrap(),
        batch: Some(Batch::new(batch).unwrap()),
        programme: None,
    }
}

pub fn paper(number: &str) -> Document {
    Document {
        number: DocumentNumber::new(number).unwrap(),
        attachment: None,
        note: None,
    }
}

pub fn receive(number: &str, key: StockKey, amount: u32) -> stock::Event {
    stock::Event::StockReceived(stock::Receipt {
        document: paper(number),
        source: stock::Source::Supplier {
            organization: OrganizationId::new("S1").unwrap(),
            order: Some(OrderId::new("PO-1").unwrap()),
        },
        provisional: false,
        lines: vec![LineIn {
            key,
            expiry: Some(date("2027-06-30")),
            quantity: amount.into(),
            unit_price: None,
        }],
    })
}

pub fn out(key: StockKey, amount: u32) -> Vec<LineOut> {
    vec![LineOut {
        key,
        quantity: amount.into(),
        reservation: None,
        fefo_override: None,
    }]
}

pub fn issue(number: &str, key: StockKey, amount: u32) -> stock::Event {
    stock::Event::StockIssued(stock::Issue {
        document: paper(number),
        to: stock::Recipient::Patients,
        lines: out(key, amount),
    })
}

pub fn entity(kind: pb::EntityKind, scope: &str, id: &str) -> Option<pb::Entity> {
    Some(pb::Entity {
        kind: kind.into(),
        scope: scope.to_owned(),
        id: id.to_owned(),
    })
}

pub fn page(size: u32, token: &str) -> Option<types::Page> {
    Some(types::Page {
        size,
        token: token.to_owned(),
        order_by: String::new(),
    })
}

pub fn order_by(order_by: &str) -> Option<types::Page> {
    Some(types::Page {
        order_by: order_by.to_owned(),
        ..types::Page::default()
    })
}

pub fn as_of(size: u64) -> Option<types::QueryContext> {
    Some(types::QueryContext {
        as_of: Some(types::query_context::AsOf::Size(size)),
        ..types::QueryContext::default()
    })
}

pub fn decimal(wire: Option<&types::Decimal>) -> Decimal {
    let wire = wire.unwrap();
    Decimal::new(wire.units, wire.scale)
}

/// The code and stable reason of a status.
pub fn reason(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info();
    (
        status.code(),
        info.map(|info| info.reason).unwrap_or_default(),
    )
}

impl World {
    pub async fn history(
        &self,
        request: pb::GetHistoryRequest,
    ) -> Result<pb::GetHistoryResponse, Status> {
        let answer = self.audit.get_history(Request::new(request)).await;
        answer.map(tonic::Response::into_inner)
    }

    pub async fn movements(
        &self,
        request: pb::ListMovementsRequest,
    ) -> Result<pb::ListMovementsResponse, Status> {
        let answer = self.audit.list_movements(Request::new(request)).await;
        answer.map(tonic::Response::into_inner)
    }
}
