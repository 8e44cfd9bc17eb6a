//! A small country, registered over gRPC: three stores, four items, a buyer and a supplier, and the officials who act.

#![allow(clippy::unnecessary_wraps, reason = "fields of messages are optional")]

use std::collections::BTreeMap;

use sijill_schemas::events::v1 as events;
use sijill_schemas::registry::v1 as registry;
use sijill_schemas::registry::v1::registry_service_client::RegistryServiceClient;
use sijill_schemas::types::v1::{
    CommandContext, CommandResponse, Decimal, Money, Names, UnitPrice,
};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::server::{Server, Who, bear, registrar};

/// The stores; each may send to each.
pub const FACILITIES: [&str; 3] = ["EG-C-STORE", "EG-GZ-H-1", "EG-ALX-CL-1"];
/// Counted; counted; by batch; counted, and inspected when it comes.
pub const ITEMS: [&str; 4] = ["GAUZE", "SOAP", "SALINE", "GLOVES"];
/// Every batch of the item that is tracked by batch.
const BATCH: &str = "B-1";
/// Which item is tracked by batch.
const BATCHED: usize = 2;
/// Which item is inspected.
pub const INSPECTED: usize = 3;
pub const BUYER: &str = "MOH";
pub const SUPPLIER: &str = "NILE";
const CURRENCY: &str = "EGP";

/// First and last day of what lasts for years around any day on which this runs.
const FIRST_DAY: i32 = 20_000;
pub const LAST_DAY: i32 = 40_000;

/// Longest that a token may be good: a drill of many rounds takes its time.
const TOKEN_LIFETIME: &str = "1d";

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// Places orders.
    Officer,
    /// Approves requisitions.
    Approver,
    /// Keeps the store of this number.
    Keeper(usize),
    /// Inspects what comes to the store of this number.
    Inspector(usize),
}

/// Their tokens, which outlive any server.
pub type Tokens = BTreeMap<Person, String>;

impl Person {
    fn all() -> Vec<Self> {
        let stores = 0..FACILITIES.len();
        let at_stores = stores.flat_map(|store| [Self::Keeper(store), Self::Inspector(store)]);
        [Self::Officer, Self::Approver]
            .into_iter()
            .chain(at_stores)
            .collect()
    }

    fn who(self) -> Who {
        let who = match self {
            Self::Officer => Who::official("nadia").role("procurement_officer"),
            Self::Approver => Who::official("sami").role("approver").nationwide(),
            Self::Keeper(store) => Who::official(&format!("keeper-{store}"))
                .role("storekeeper")
                .facility(FACILITIES[store]),
            Self::Inspector(store) => Who::official(&format!("inspector-{store}"))
                .role("inspector")
                .facility(FACILITIES[store]),
        };
        who.with("--expires", TOKEN_LIFETIME)
    }
}

/// A token for each.
pub fn tokens(server: &Server) -> Tokens {
    let token = |person: Person| (person, server.token(&person.who()));
    Person::all().into_iter().map(token).collect()
}

/// Registers everything; returns how many entries that took.
pub async fn register(server: &Server) -> u64 {
    let mut registrar = Registering {
        client: RegistryServiceClient::new(server.channel()),
        token: server.token(&registrar()),
        number: 0,
        entries: 0,
    };
    for item in 0..ITEMS.len() {
        registrar.item(item).await;
    }
    for facility in FACILITIES {
        registrar.facility(facility).await;
    }
    registrar
        .organization(BUYER, events::OrganizationRole::ProcuringEntity)
        .await;
    registrar
        .organization(SUPPLIER, events::OrganizationRole::Supplier)
        .await;
    for official in ["nadia", "sami"] {
        registrar.official(official).await;
    }
    registrar.entries
}

/// Where a registration is under way.
struct Registering {
    client: RegistryServiceClient<Channel>,
    token: String,
    number: u128,
    entries: u64,
}

impl Registering {
    /// Circumstances under an id that no client uses.
    fn context(&mut self) -> Option<CommandContext> {
        self.number += 1;
        context(Uuid::from_u128((1 << 120) | self.number))
    }

    fn bear<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        bear(&mut request, &self.token);
        request
    }

    fn count(&mut self, answer: Result<Response<CommandResponse>, Status>) {
        self.entries += answer.unwrap().into_inner().count;
    }

    async fn item(&mut self, item: usize) {
        let tracking = match item {
            BATCHED => events::Tracking::Batch,
            _ => events::Tracking::Quantity,
        };
        let request = self.context();
        let request = self.bear(registry::RegisterItemRequest {
            context: request,
            item: ITEMS[item].to_owned(),
            listing: Some(events::ItemListed {
                profile: Some(events::ItemProfile {
                    names: names("صنف", ITEMS[item]),
                    category: events::ItemCategory::Supply.into(),
                    base_unit: "piece".to_owned(),
                    tracking: tracking.into(),
                    inspected: item == INSPECTED,
                    ..events::ItemProfile::default()
                }),
            }),
        });
        let answer = self.client.register_item(request).await;
        self.count(answer);
        // Without one no requisition for the item is approved.
        let context = self.context();
        let request = self.bear(registry::SetReferencePriceRequest {
            context,
            item: ITEMS[item].to_owned(),
            reference: Some(events::ReferencePriceSet {
                price: price(),
                source: "price list".to_owned(),
            }),
        });
        let answer = self.client.set_reference_price(request).await;
        self.count(answer);
    }

    async fn facility(&mut self, facility: &str) {
        let context = self.context();
        let request = self.bear(registry::OpenFacilityRequest {
            context,
            facility: facility.to_owned(),
            opening: Some(events::FacilityOpened {
                profile: Some(events::FacilityProfile {
                    names: names("مخزن", facility),
                    kind: events::FacilityKind::Warehouse.into(),
                    governorate: Some("EG-C".to_owned()),
                    ..events::FacilityProfile::default()
                }),
            }),
        });
        let answer = self.client.open_facility(request).await;
        self.count(answer);
    }

    async fn organization(&mut self, id: &str, role: events::OrganizationRole) {
        let mut context = self.context().unwrap();
        context.withheld = vec!["EG800002000156789012345180002".to_owned()];
        let request = self.bear(registry::RegisterOrganizationRequest {
            context: Some(context),
            organization: id.to_owned(),
            registration: Some(events::OrganizationRegistered {
                profile: Some(events::OrganizationProfile {
                    roles: vec![role.into()],
                    names: names("جهة", id),
                    external: format!("EG-GAFI:{id}"),
                    country: "EG".to_owned(),
                    governorate: None,
                }),
                bank_account_part: Some(0),
            }),
        });
        let answer = self.client.register_organization(request).await;
        self.count(answer);
    }

    /// An official of the buyer with authority over more than all orders come to.
    async fn official(&mut self, id: &str) {
        let post = format!("EG-MOH-{id}");
        let mut context = self.context().unwrap();
        context.withheld = vec!["29001011234567".to_owned()];
        let request = self.bear(registry::AppointOfficialRequest {
            context: Some(context),
            official: id.to_owned(),
            appointment: Some(events::PositionHeld {
                post: post.clone(),
                seat: Some(events::position_held::Seat::Organization(BUYER.to_owned())),
                names: names("موظف", id),
                national_id_part: Some(0),
                from_days: FIRST_DAY,
                decree: "1/2024".to_owned(),
            }),
        });
        let answer = self.client.appoint_official(request).await;
        self.count(answer);
        let context = self.context();
        let request = self.bear(registry::DelegateAuthorityRequest {
            context,
            official: id.to_owned(),
            delegation: Some(events::AuthorityDelegated {
                post,
                limit: Some(Money {
                    amount: whole(1_000_000),
                    currency: CURRENCY.to_owned(),
                }),
                from_days: FIRST_DAY,
                until_days: LAST_DAY,
                delegator: None,
                decree: "2/2024".to_owned(),
            }),
        });
        let answer = self.client.delegate_authority(request).await;
        self.count(answer);
    }
}

fn names(ar: &str, en: &str) -> Option<Names> {
    let (ar, en) = (ar.to_owned(), en.to_owned());
    Some(Names { ar, en })
}

/// Circumstances of a command.
pub fn context(id: Uuid) -> Option<CommandContext> {
    Some(CommandContext {
        request_id: id.to_string(),
        ..CommandContext::default()
    })
}

/// A whole number of base units.
pub fn whole(units: i64) -> Option<Decimal> {
    let scale = 0;
    Some(Decimal { units, scale })
}

/// What one base unit of anything costs.
pub fn price() -> Option<UnitPrice> {
    Some(UnitPrice {
        amount: whole(10),
        currency: CURRENCY.to_owned(),
    })
}

/// What an item is kept under.
pub fn key(item: usize) -> Option<events::StockKey> {
    Some(events::StockKey {
        item: ITEMS[item].to_owned(),
        batch: (item == BATCHED).then(|| BATCH.to_owned()),
        programme: None,
    })
}
