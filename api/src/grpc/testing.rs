//! A server in this process over a ledger of its own, and callers whose tokens nobody checks: what the tests of the
//! services of commands share.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

pub mod tokens;

use std::sync::Arc;

use sijill_ledger_core::domain::values::FacilityId;
use sijill_ledger_core::event::{Actor, Role};
use sijill_ledger_core::ledger::{Ledger, OsSalts, Surroundings};
use sijill_ledger_core::store::Attachments;
use sijill_ledger_core::store::NodeStore;
use sijill_ledger_core::store::attachments::uploads::Uploads;
use sijill_ledger_core::store::embedded::{EmbeddedStore, Options};
use sijill_ledger_core::time::{Clock, ManualClock, SystemClock};
use sijill_projections::Runner;
use sijill_schemas::FILE_DESCRIPTOR_SET;
use sijill_schemas::documents::v1::documents_service_client::DocumentsServiceClient;
use sijill_schemas::documents::v1::documents_service_server::DocumentsServiceServer;
use sijill_schemas::events::v1 as events;
use sijill_schemas::inventory::v1::inventory_service_client::InventoryServiceClient;
use sijill_schemas::inventory::v1::inventory_service_server::InventoryServiceServer;
use sijill_schemas::oversight::v1::tenders_service_client::TendersServiceClient;
use sijill_schemas::oversight::v1::tenders_service_server::TendersServiceServer;
use sijill_schemas::procurement::v1::bids_service_client::BidsServiceClient;
use sijill_schemas::procurement::v1::bids_service_server::BidsServiceServer;
use sijill_schemas::procurement::v1::framework_service_client::FrameworkServiceClient;
use sijill_schemas::procurement::v1::framework_service_server::FrameworkServiceServer;
use sijill_schemas::procurement::v1::procurement_service_client::ProcurementServiceClient;
use sijill_schemas::procurement::v1::procurement_service_server::ProcurementServiceServer;
use sijill_schemas::procurement::v1::qualification_service_client::QualificationServiceClient;
use sijill_schemas::procurement::v1::qualification_service_server::QualificationServiceServer;
use sijill_schemas::procurement::v1::tender_service_client::TenderServiceClient;
use sijill_schemas::procurement::v1::tender_service_server::TenderServiceServer;
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use sijill_schemas::registry::v1::registry_service_server::RegistryServiceServer;
use sijill_schemas::registry::v1::supplier_service_client::SupplierServiceClient;
use sijill_schemas::registry::v1::supplier_service_server::SupplierServiceServer;
use sijill_schemas::types::v1::{CommandContext, CommandResponse, Decimal, Names, Refusal};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Server};
use tonic::{Request, Status};
use uuid::Uuid;

use super::bids::Bids;
use super::command::Commands;
use super::documents::{Documents, Limits};
use super::framework::Framework;
use super::inventory::Inventory;
use super::live::{Live, Snapshots};
use super::procurement::Procurement;
use super::qualification::Qualification;
use super::question::desk::Desk;
use super::registry::Registry;
use super::submit;
use super::supplier::Supplier;
use super::tender::Tender;
use super::tenders::Tenders;
use crate::auth::caller::{Caller, Known};

/// A running server.
pub struct World {
    _dir: Option<tempfile::TempDir>,
    _stop: watch::Sender<bool>,
    pub ledger: Ledger<NodeStore>,
    channel: Channel,
    address: String,
}

impl World {
    pub async fn new() -> Self {
        Self::with_documents(Limits::default()).await
    }

    pub async fn with_documents(limits: Limits) -> Self {
        Self::on(Arc::new(SystemClock::default()), limits).await
    }

    /// A server whose time a test moves.
    pub async fn at(clock: &Arc<ManualClock>) -> Self {
        let clock: Arc<dyn Clock> = clock.clone();
        Self::on(clock, Limits::default()).await
    }

    async fn on(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options::new(dir.path(), clock.clone()).origin(ORIGIN);
        let store = Arc::new(EmbeddedStore::create_or_open(options).unwrap());
        let attachments = store.attachments().clone();
        let live = Arc::new(Live::new(Arc::clone(&store), Runner::default()));
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(Arc::clone(&live).follow(Snapshots::Left, stopping));
        let uploads = Arc::new(Uploads::open(attachments.clone()).unwrap());
        let told_time = clock.clone();
        let surroundings = Surroundings {
            clock,
            salts: Arc::new(OsSalts),
            attachments: Some(attachments.clone()),
        };
        let ledger = Ledger::with(Arc::new(store.into()), surroundings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let commands = Commands::new(ledger.clone());
        let envelopes = Arc::clone(commands.envelopes());
        let desk = Desk::new(Arc::clone(&live));
        let questions = Tenders::new(desk.clone());
        let documents = Documents::new(ledger.clone(), live, uploads, told_time, limits);
        let server = Server::builder()
            .add_service(InterceptedService::new(
                DocumentsServiceServer::new(documents),
                let_in,
            ))
            .add_service(InterceptedService::new(
                InventoryServiceServer::new(Inventory::new(commands.clone())),
                let_in,
            ))
            .add_service(InterceptedService::new(
                ProcurementServiceServer::new(Procurement::new(commands.clone(), attachments)),
                let_in,
            ))
            .add_service(InterceptedService::new(
                RegistryServiceServer::new(Registry::new(commands.clone())),
                let_in,
            ))
            .add_service(InterceptedService::new(
                SupplierServiceServer::new(Supplier::new(commands.clone(), desk)),
                let_in,
            ))
            .add_service(InterceptedService::new(
                QualificationServiceServer::new(Qualification::new(commands.clone())),
                let_in,
            ))
            .add_service(InterceptedService::new(
                FrameworkServiceServer::new(Framework::new(commands.clone())),
                let_in,
            ))
            .add_service(InterceptedService::new(
                TenderServiceServer::new(Tender::new(commands)),
                let_in,
            ))
            .add_service(InterceptedService::new(
                BidsServiceServer::new(Bids::new(ledger.clone(), envelopes)),
                let_in,
            ))
            .add_service(TendersServiceServer::new(questions))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        let channel = Channel::from_shared(address.clone())
            .unwrap()
            .connect_lazy();
        Self {
            _dir: Some(dir),
            _stop: stop,
            ledger,
            channel,
            address,
        }
    }

    /// Callers of a server that somebody else keeps up.
    pub fn of_server(ledger: Ledger<NodeStore>, channel: Channel, address: String) -> Self {
        let (stop, _) = watch::channel(false);
        Self {
            _dir: None,
            _stop: stop,
            ledger,
            channel,
            address,
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn attachments(&self) -> Attachments {
        self.ledger.store().attachments().clone()
    }

    pub fn documents(&self) -> DocumentsServiceClient<Channel> {
        DocumentsServiceClient::new(self.channel.clone())
    }

    pub fn inventory(&self) -> InventoryServiceClient<Channel> {
        InventoryServiceClient::new(self.channel.clone())
    }

    pub fn procurement(&self) -> ProcurementServiceClient<Channel> {
        ProcurementServiceClient::new(self.channel.clone())
    }

    pub fn registry(&self) -> RegistryServiceClient<Channel> {
        RegistryServiceClient::new(self.channel.clone())
    }

    pub fn bids(&self) -> BidsServiceClient<Channel> {
        BidsServiceClient::new(self.channel.clone())
    }

    pub fn suppliers(&self) -> SupplierServiceClient<Channel> {
        SupplierServiceClient::new(self.channel.clone())
    }

    pub fn qualifications(&self) -> QualificationServiceClient<Channel> {
        QualificationServiceClient::new(self.channel.clone())
    }

    pub fn frameworks(&self) -> FrameworkServiceClient<Channel> {
        FrameworkServiceClient::new(self.channel.clone())
    }

    pub fn tenders(&self) -> TenderServiceClient<Channel> {
        TenderServiceClient::new(self.channel.clone())
    }

    pub fn views(&self) -> TendersServiceClient<Channel> {
        TendersServiceClient::new(self.channel.clone())
    }

    /// Registers an item that is counted, over gRPC.
    pub async fn item(&self, code: &str) {
        let request = registry::RegisterItemRequest {
            context: new(),
            item: code.to_owned(),
            listing: Some(events::ItemListed {
                profile: Some(events::ItemProfile {
                    names: names("شاش", "gauze"),
                    category: events::ItemCategory::Supply.into(),
                    base_unit: "piece".to_owned(),
                    tracking: events::Tracking::Quantity.into(),
                    ..events::ItemProfile::default()
                }),
            }),
        };
        let registered = self.registry().register_item(HUDA.asks(request)).await;
        registered.unwrap();
    }

    /// Registers a facility, over gRPC.
    pub async fn facility(&self, id: &str) {
        let request = registry::OpenFacilityRequest {
            context: new(),
            facility: id.to_owned(),
            opening: Some(events::FacilityOpened {
                profile: Some(events::FacilityProfile {
                    names: names("عيادة", "clinic"),
                    kind: events::FacilityKind::Clinic.into(),
                    governorate: Some("EG-C".to_owned()),
                    ..events::FacilityProfile::default()
                }),
            }),
        };
        let opened = self.registry().open_facility(HUDA.asks(request)).await;
        opened.unwrap();
    }

    /// Registers an organisation, over gRPC, with a bank account that stays apart.
    pub async fn organization(&self, id: &str, role: events::OrganizationRole) -> CommandResponse {
        self.registered(id, &format!("EG-GAFI:{id}"), role).await
    }

    /// The same with this number.
    pub async fn registered(
        &self,
        id: &str,
        external: &str,
        role: events::OrganizationRole,
    ) -> CommandResponse {
        let request = registry::RegisterOrganizationRequest {
            context: withholding(&[BANK_ACCOUNT]),
            organization: id.to_owned(),
            registration: Some(events::OrganizationRegistered {
                profile: Some(events::OrganizationProfile {
                    roles: vec![role.into()],
                    names: names("جهة", "organisation"),
                    external: external.to_owned(),
                    country: "EG".to_owned(),
                    governorate: None,
                }),
                bank_account_part: Some(0),
            }),
        };
        let mut registry = self.registry();
        let registered = registry.register_organization(HUDA.asks(request)).await;
        registered.unwrap().into_inner()
    }

    /// Appoints an official to a post of an organisation, over gRPC; returns the post.
    pub async fn official(&self, id: &str, organization: &str) -> String {
        let post = format!("EG-MOH-{id}");
        let request = registry::AppointOfficialRequest {
            context: withholding(&["29001011234567"]),
            official: id.to_owned(),
            appointment: Some(events::PositionHeld {
                post: post.clone(),
                seat: Some(events::position_held::Seat::Organization(
                    organization.to_owned(),
                )),
                names: names("موظف", "official"),
                national_id_part: Some(0),
                from_days: FIRST_DAY,
                decree: "1/2024".to_owned(),
            }),
        };
        let appointed = self.registry().appoint_official(HUDA.asks(request)).await;
        appointed.unwrap();
        post
    }
}

/// The origin of the log.
pub const ORIGIN: &str = "sijill.test/commands";

/// First and last day of what lasts for years around any day on which this runs.
pub const FIRST_DAY: i32 = 20_000;
pub const LAST_DAY: i32 = 40_000;

/// What every organisation withholds.
pub const BANK_ACCOUNT: &str = "EG800002000156789012345180002";

/// Header of the tests: `who role facility`.
const CALLER: &str = "x-test-caller";

/// In the place of the layer that checks tokens: believes the header.
fn let_in(mut request: Request<()>) -> Result<Request<()>, Status> {
    let caller = match request.metadata().get(CALLER) {
        None => Caller::Anonymous,
        Some(header) => {
            let words: Vec<_> = header.to_str().unwrap().split(' ').collect();
            let [id, role, facility] = words[..] else {
                panic!("who, role and facility");
            };
            let role = all_roles()
                .into_iter()
                .find(|one| format!("{one:?}") == role);
            Caller::Known(Known {
                actor: Actor {
                    id: tokens::actor_id(id),
                    role: role.unwrap(),
                    position: None,
                },
                facilities: Arc::new(FacilityId::new(facility).into_iter().collect()),
                nationwide: facility == NATIONWIDE,
            })
        }
    };
    request.extensions_mut().insert(caller);
    Ok(request)
}

fn all_roles() -> [Role; 14] {
    [
        Role::Requester,
        Role::ProcurementOfficer,
        Role::Approver,
        Role::BudgetOfficer,
        Role::CommitteeMember,
        Role::Inspector,
        Role::Storekeeper,
        Role::Payer,
        Role::Supplier,
        Role::ReviewBody,
        Role::Auditor,
        Role::Oversight,
        Role::Registrar,
        Role::Administrator,
    ]
}

/// A caller: an official's id, or `organization:` and its id.
#[derive(Clone, Copy)]
pub struct By(pub &'static str, pub Role, pub &'static str);

/// One who keeps the registers.
pub const HUDA: By = By("huda", Role::Registrar, "-");
/// Another.
pub const ADEL: By = By("adel", Role::Registrar, "-");
/// Who keeps the clinic's store.
pub const MONA: By = By("mona", Role::Storekeeper, CLINIC);
/// Who answers for it.
pub const SAMI: By = By("sami", Role::Approver, CLINIC);
/// In the place of a facility: the whole country.
pub const NATIONWIDE: &str = "*";
/// The facility of most tests.
pub const CLINIC: &str = "EG-C-CL-1";

impl By {
    /// A request of this caller, for a server that checks tokens as for one that believes.
    pub fn asks<T>(self, message: T) -> Request<T> {
        let Self(id, role, facility) = self;
        let mut request = Request::new(message);
        let caller = format!("{id} {role:?} {facility}");
        let bearer = format!("Bearer {}", tokens::token(self));
        let headers = request.metadata_mut();
        headers.insert(CALLER, caller.parse().unwrap());
        headers.insert("authorization", bearer.parse().unwrap());
        request
    }
}

/// Circumstances of a new command.
pub fn new() -> Option<CommandContext> {
    withholding(&[])
}

/// Circumstances of a new command that withholds something.
pub fn withholding(contents: &[&str]) -> Option<CommandContext> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    Some(CommandContext {
        request_id: Uuid::from_bytes(bytes).to_string(),
        withheld: contents.iter().map(|&content| content.to_owned()).collect(),
        ..CommandContext::default()
    })
}

pub fn names(ar: &str, en: &str) -> Option<Names> {
    let (ar, en) = (ar.to_owned(), en.to_owned());
    Some(Names { ar, en })
}

pub fn whole(units: i64) -> Option<Decimal> {
    let scale = 0;
    Some(Decimal { units, scale })
}

/// What a status says in its details.
pub fn details(status: &Status) -> Refusal {
    submit::refusal(status)
}

/// Code and first field of a status.
pub fn code_and_field(status: &Status) -> (String, String) {
    let refusal = details(status);
    let field = refusal.fields.first().map(|field| field.field.clone());
    (refusal.code, field.unwrap_or_default())
}

/// The methods of a service, as its schema has them.
pub fn methods(package: &str, service: &str) -> Vec<String> {
    let files: prost_types::FileDescriptorSet =
        prost::Message::decode(FILE_DESCRIPTOR_SET).unwrap();
    let file = files.file.iter().filter(|file| file.package() == package);
    let service = file
        .flat_map(|file| &file.service)
        .find(|it| it.name() == service);
    let methods = service.unwrap().method.iter();
    methods.map(|method| method.name().to_owned()).collect()
}

/// Every method of a service but `Submit` gives one case of a command, and every case that a caller may give has its method.
pub fn assert_all_served(package: &str, service: &str, reached: &[&str]) {
    assert_served(package, service, &[reached, &["Submit"]].concat());
}

/// The same of a service without `Submit`.
pub fn assert_served(package: &str, service: &str, reached: &[&str]) {
    let mut expected = reached.to_vec();
    expected.sort_unstable();
    let mut served = methods(package, service);
    served.sort_unstable();
    assert_eq!(served, expected);
}

/// Which method gives each case of a command. The compiler asks about a new case; `None` for one that no caller gives.
macro_rules! reached {
    ($name:ident: $command:ty { $($case:pat => $method:expr,)* }) => {
        fn $name() -> Vec<&'static str> {
            #[allow(dead_code, clippy::unnecessary_wraps)] // where every case has a method
            fn exhaustive(command: &$command) -> Option<&'static str> {
                match command { $($case => $method,)* }
            }
            let methods: Vec<Option<&'static str>> = vec![$($method),*];
            methods.into_iter().flatten().collect()
        }
    };
}
pub(in crate::grpc) use reached;
