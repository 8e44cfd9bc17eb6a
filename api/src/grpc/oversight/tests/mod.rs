//! The service over a connection, on a small ledger that grows while it is asked.

#![allow(clippy::unnecessary_wraps)] // fields of messages are optional

mod pages;
mod questions;
mod seats;
mod watching;
mod wrong;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::stock::{
    self, Document, Issue, LineIn, LineOut, Receipt, Recipient, Source, Stock, StockKey,
};
use sijill_ledger_core::domain::values::{
    Code, DocumentNumber, FacilityId, ItemCode, Names, OfficialId, Place,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{EventStore as _, StreamName};
use sijill_ledger_core::time::SystemClock;
use sijill_projections::Runner;
use sijill_schemas::oversight::v1::oversight_service_client::OversightServiceClient;
use sijill_schemas::oversight::v1::oversight_service_server::OversightServiceServer;
use sijill_schemas::types::v1 as types;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use uuid::Uuid;

use super::Oversight;
use crate::grpc::live::{Live, Snapshots};
use crate::grpc::question::desk::Desk;

/// A ledger that is written to, with a server over its views.
pub struct World {
    _dir: tempfile::TempDir,
    pub ledger: Ledger<EmbeddedStore>,
    pub live: Arc<Live>,
    _stop: watch::Sender<bool>,
    documents: AtomicU64,
}

pub const ORIGIN: &str = "sijill.test/oversight";

impl World {
    /// Two items and four facilities: F0 to F2 with 100 of each item, F3 with nothing yet.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::default());
        let options = Options::new(dir.path(), clock.clone()).origin(ORIGIN);
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let live = Arc::new(Live::new(Arc::clone(&store), Runner::default()));
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
        let world = Self {
            _dir: dir,
            ledger: Ledger::new(store, clock),
            live,
            _stop: stop,
            documents: AtomicU64::new(0),
        };
        for code in ["amoxicillin", "gauze"] {
            world.list(code).await;
        }
        for n in 0..4 {
            world
                .open(&format!("F{n}"), if n < 2 { "EG-C" } else { "EG-GZ" })
                .await;
        }
        for n in 0..3 {
            for code in ["amoxicillin", "gauze"] {
                world.receive(&format!("F{n}"), code, 100).await;
            }
        }
        world
    }

    /// A client of a new server over the views.
    pub async fn client(&self) -> OversightServiceClient<Channel> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service =
            OversightServiceServer::new(Oversight::new(Desk::new(Arc::clone(&self.live))));
        let server = Server::builder()
            .add_service(service)
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        OversightServiceClient::connect(address).await.unwrap()
    }

    /// The views as of the first so many events, folded anew.
    pub async fn folded(&self, size: u64) -> Runner {
        let mut runner = Runner::default();
        let caught_up = runner.catch_up_to(self.ledger.store(), size).await;
        caught_up.unwrap();
        runner
    }

    /// Index of the last event.
    pub fn last(&self) -> u64 {
        self.ledger.store().size() - 1
    }

    /// Read your writes.
    pub fn after_all(&self) -> Option<types::QueryContext> {
        Some(types::QueryContext {
            minimum_index: Some(self.last()),
            ..types::QueryContext::default()
        })
    }

    pub async fn receive(&self, facility: &str, code: &str, quantity: u32) {
        let line = LineIn {
            key: key(code),
            expiry: None,
            quantity: quantity.into(),
            unit_price: None,
        };
        let receipt = stock::Command::Receive(Receipt {
            document: self.document(),
            source: Source::Production,
            provisional: false,
            lines: vec![line],
        });
        self.stock(facility, receipt).await;
    }

    pub async fn issue(&self, facility: &str, code: &str, quantity: u32) {
        let line = LineOut {
            key: key(code),
            quantity: quantity.into(),
            reservation: None,
            fefo_override: None,
        };
        let issue = stock::Command::Issue(Issue {
            document: self.document(),
            to: Recipient::Patients,
            lines: vec![line],
        });
        self.stock(facility, issue).await;
    }

    pub async fn open(&self, id: &str, governorate: &str) {
        let profile = facility::Profile {
            names: Names::new(&format!("عيادة {id}"), &format!("clinic {id}")).unwrap(),
            kind: facility::Kind::Clinic,
            governorate: Some(Place::new(governorate).unwrap()),
            position: None,
            population: Some(1_000),
            parent: None,
            owner: None,
        };
        let stream = Facility::stream(&FacilityId::new(id).unwrap());
        let command = facility::Command::Open(profile);
        self.execute::<Facility>(&stream, command).await;
    }

    async fn list(&self, code: &str) {
        let profile = item::Profile {
            names: Names::new("صنف", code).unwrap(),
            category: if code == "gauze" {
                Category::Supply
            } else {
                Category::Medicine
            },
            base_unit: Code::new("piece").unwrap(),
            packs: Vec::new(),
            atc: None,
            unspsc: None,
            essential: true,
            cold_chain: false,
            tracking: Tracking::Quantity,
            inspected: false,
        };
        let stream = Item::stream(&ItemCode::new(code).unwrap());
        self.execute::<Item>(&stream, item::Command::List(profile))
            .await;
    }

    async fn stock(&self, facility: &str, command: stock::Command) {
        let stream = Stock::stream(&FacilityId::new(facility).unwrap());
        self.execute::<Stock>(&stream, command).await;
    }

    async fn execute<A: Aggregate>(&self, stream: &StreamName, command: A::Command)
    where
        A::Refusal: std::fmt::Debug,
    {
        let number = self.documents.fetch_add(1, Ordering::Relaxed);
        let actor = Actor {
            id: ActorId::Official(OfficialId::new("huda").unwrap()),
            role: Role::Storekeeper,
            position: None,
        };
        let context = Context::new(Uuid::from_u128(u128::from(number) + 1), actor);
        let done = self.ledger.execute::<A>(stream, command, context);
        done.await.unwrap();
    }

    fn document(&self) -> Document {
        let number = self.documents.load(Ordering::Relaxed);
        Document {
            number: DocumentNumber::new(&format!("N-{number}")).unwrap(),
            attachment: None,
            note: None,
        }
    }
}

fn key(code: &str) -> StockKey {
    StockKey {
        item: ItemCode::new(code).unwrap(),
        batch: None,
        programme: None,
    }
}
