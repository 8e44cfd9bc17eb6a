//! A log of tenders with a server over its views. Events are written as they are: what a tender's rules let through is judged
//! elsewhere.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::tender::{
    self, Approval, AwardBy, CancellationGround, Draft, Ending, Extension, Lot, LotLine, Procedure,
    Publication, Tender, Terms, TieRule,
};
use sijill_ledger_core::domain::values::{
    Code, Country, Currency, EffectiveAt, ExternalId, FacilityId, ItemCode, LotId, Names,
    OfficialId, OrganizationId, Place, Quantity, Sha256, TenderId, Text,
};
use sijill_ledger_core::event::{Actor, ActorId, Event, Metadata, Origin, Role};
use sijill_ledger_core::ledger::event_id;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::store::{Append, EventStore as _, Expected, NewEntry, StreamName};
use sijill_ledger_core::time::{Clock as _, SystemClock, Timestamp};
use sijill_projections::Runner;
use sijill_schemas::oversight::v1::tenders_service_client::TendersServiceClient;
use sijill_schemas::oversight::v1::tenders_service_server::TendersServiceServer;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Server};
use uuid::Uuid;

use crate::grpc::live::{Live, Snapshots};
use crate::grpc::question::desk::Desk;
use crate::grpc::tenders::Tenders;

pub const ORIGIN: &str = "sijill.test/tenders";

pub struct Town {
    _dir: tempfile::TempDir,
    _stop: watch::Sender<bool>,
    store: Arc<EmbeddedStore>,
    live: Arc<Live>,
    commands: AtomicU64,
    /// Last revisions of streams.
    revisions: Mutex<BTreeMap<String, u64>>,
    pub now: Timestamp,
}

impl Town {
    /// With one buyer, "moh".
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock::default());
        let now = clock.now().unwrap();
        let options = Options::new(dir.path(), clock).origin(ORIGIN);
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let live = Arc::new(Live::new(Arc::clone(&store), Runner::default()));
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
        let town = Self {
            _dir: dir,
            _stop: stop,
            store,
            live,
            commands: AtomicU64::new(1),
            revisions: Mutex::default(),
            now,
        };
        let profile = organization::Profile {
            roles: [organization::Role::ProcuringEntity].into(),
            names: Names::new("الصحة", "Health").unwrap(),
            external: ExternalId::new("EG-TAX:1").unwrap(),
            country: Country::new("EG").unwrap(),
            governorate: None,
        };
        let event = organization::Event::OrganizationRegistered(organization::Registration {
            profile,
            bank_account: None,
        });
        let stream = Organization::stream(&OrganizationId::new("moh").unwrap());
        town.write(&stream, vec![Event::Organization(event)]).await;
        town
    }

    /// A client of a new server over the views, which has kept no answer.
    pub async fn client(&self) -> TendersServiceClient<Channel> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = Tenders::new(Desk::new(Arc::clone(&self.live)));
        let serving = Server::builder()
            .add_service(TendersServiceServer::new(service))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(serving);
        TendersServiceClient::connect(address).await.unwrap()
    }

    /// Index of the last event.
    pub fn last(&self) -> u64 {
        self.store.size() - 1
    }

    /// Publishes a tender for goods that are delivered into a governorate; it closes in 30 days.
    pub async fn publish(&self, id: &str, ar: &str, en: &str, place: &str) {
        let facility = FacilityId::new(&format!("store-{place}")).unwrap();
        let stream = Facility::stream(&facility);
        let opened = facility::Event::FacilityOpened(facility::Profile {
            names: Names::new("مخزن", "Store").unwrap(),
            kind: facility::Kind::Warehouse,
            governorate: Some(Place::new(place).unwrap()),
            position: None,
            population: None,
            parent: None,
            owner: None,
        });
        self.write(&stream, vec![Event::Facility(opened)]).await;
        let lot = Lot {
            id: LotId::new("L1").unwrap(),
            title: Names::new("مجموعة", "Lot").unwrap(),
            estimate: None,
            lines: vec![LotLine {
                item: ItemCode::new("item-1").unwrap(),
                quantity: Quantity::from(5),
                facility,
                delivery_days: 30,
                entity: None,
            }],
        };
        let publication = Publication {
            enquiries_until: self.now.plus_days(10),
            closes_at: self.now.plus_days(30),
            sealing: None,
            invited: Vec::new(),
        };
        let approval = Approval {
            read: 1,
            limit: None,
        };
        let events = vec![
            tender::Event::TenderDrafted(draft(Names::new(ar, en).unwrap())),
            tender::Event::LotAdded(lot),
            tender::Event::TenderApproved(approval),
            tender::Event::TenderPublished(publication),
        ];
        self.tender(id, events).await;
    }

    pub async fn extend(&self, id: &str, days: i64) {
        let extension = Extension {
            closes_at: self.now.plus_days(days),
            enquiries_until: self.now.plus_days(days - 5),
            reason: Text::new("طُلب").unwrap(),
        };
        let event = tender::Event::DeadlineExtended(extension);
        self.tender(id, vec![event]).await;
    }

    pub async fn cancel(&self, id: &str) {
        let ending = Ending {
            ground: CancellationGround::NoDemand,
            reason: Text::new("لا حاجة").unwrap(),
            proposal: None,
        };
        let event = tender::Event::TenderCancelled(ending);
        self.tender(id, vec![event]).await;
    }

    pub async fn tender(&self, id: &str, events: Vec<tender::Event>) {
        let stream = Tender::stream(&TenderId::new(id).unwrap());
        let events = events.into_iter().map(Event::Tender).collect();
        self.write(&stream, events).await;
    }

    async fn write(&self, stream: &StreamName, events: Vec<Event>) {
        let expected = {
            let mut revisions = self.revisions.lock().unwrap();
            let known = revisions.get(stream.as_str()).copied();
            let expected = Expected::after(known);
            let count = u64::try_from(events.len()).unwrap();
            revisions.insert(stream.to_string(), expected.next_revision() + count - 1);
            expected
        };
        let entries = events
            .iter()
            .map(|event| self.entry(stream, event))
            .collect();
        let append = Append {
            stream: stream.clone(),
            expected,
            entries,
            not_after: None,
        };
        self.store.append(append).await.unwrap();
        self.live.reach(self.last()).await.unwrap();
    }

    fn entry(&self, stream: &StreamName, event: &Event) -> NewEntry {
        let command_id = Uuid::from_u128(self.commands.fetch_add(1, Ordering::Relaxed).into());
        let actor = Actor {
            id: ActorId::Official(OfficialId::new("officer").unwrap()),
            role: Role::ProcurementOfficer,
            position: None,
        };
        let metadata = Metadata {
            command_id,
            command_hash: Sha256([1; 32]),
            correlation_id: command_id,
            causation_id: None,
            actor: actor.clone(),
            decided_at: self.now,
            effective_at: EffectiveAt::new(self.now, 120).unwrap(),
            facts: Vec::new(),
            ruleset: None,
            origin: Origin::Native,
            statement: None,
        };
        let encoded = codec::encode(event).unwrap();
        NewEntry {
            id: event_id(ORIGIN, &actor.id, stream, command_id, 0),
            kind: encoded.kind,
            metadata: codec::encode_metadata(&metadata).unwrap(),
            data: encoded.data,
            withheld: Vec::new(),
        }
    }
}

fn draft(title: Names) -> Draft {
    Draft {
        buyer: OrganizationId::new("moh").unwrap(),
        title,
        procedure: Procedure::Open,
        plan: None,
        currency: Currency::new("EGP").unwrap(),
        terms: Terms {
            delivery: Code::new("DDP").unwrap(),
            tax_included: true,
            validity_days: 90,
            security_percent: 1.into(),
            split: false,
        },
        criteria: Vec::new(),
        award_by: AwardBy::LowestPrice,
        ties: vec![TieRule::EarlierEnvelope],
        participants: Vec::new(),
        documents: Vec::new(),
        invitation: None,
        framework: None,
    }
}
