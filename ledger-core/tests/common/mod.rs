//! A clinic with gauze, a supplier with a bank account, and officials.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and may fall"
)]

pub mod transfers;

use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::organization::{self, Organization};
use sijill_ledger_core::domain::stock::{
    Command, CountLine, CountProposal, Document, Stock, StockKey,
};
use sijill_ledger_core::domain::values::*;
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::{EventStore, StreamName};
use uuid::Uuid;

pub fn official(id: &str, role: Role) -> Actor {
    Actor {
        id: ActorId::Official(OfficialId::new(id).unwrap()),
        role,
        position: None,
    }
}

fn gauze() -> ItemCode {
    ItemCode::new("gauze").unwrap()
}

pub fn clinic(n: u64) -> FacilityId {
    FacilityId::new(&format!("F{n}")).unwrap()
}

pub fn gauze_key() -> StockKey {
    StockKey {
        item: gauze(),
        batch: None,
        programme: None,
    }
}

pub fn gauze_profile() -> item::Profile {
    item::Profile {
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
    }
}

pub fn clinic_profile() -> facility::Profile {
    facility::Profile {
        names: Names::new("عيادة", "Clinic").unwrap(),
        kind: facility::Kind::Clinic,
        governorate: Some(Place::new("EG-C").unwrap()),
        position: None,
        population: None,
        parent: None,
        owner: None,
    }
}

/// Gauze is listed and clinics F0 to F3 are open.
pub async fn clinic_with_gauze<S: EventStore>(ledger: &Ledger<S>) {
    let registrar = official("registrar", Role::Registrar);
    let context = |n: u64| {
        Context::new(
            Uuid::from_u128(u128::MAX - u128::from(n)),
            registrar.clone(),
        )
    };
    let list = item::Command::List(gauze_profile());
    ledger
        .execute::<Item>(&Item::stream(&gauze()), list, context(0))
        .await
        .unwrap();
    for n in 0..4 {
        let open = facility::Command::Open(clinic_profile());
        ledger
            .execute::<Facility>(&Facility::stream(&clinic(n)), open, context(n + 1))
            .await
            .unwrap();
    }
}

/// A count of gauze in clinic F0 with a remark.
pub fn count_gauze(attachment: Option<[u8; 32]>) -> (StreamName, Command) {
    let count = CountId::new(if attachment.is_some() { "C2" } else { "C1" }).unwrap();
    let document = Document {
        number: DocumentNumber::new("CNT-1").unwrap(),
        attachment: attachment.map(Sha256),
        note: Some(Withheld::Known(Text::new("عدّته منى").unwrap())),
    };
    let lines = vec![CountLine {
        key: gauze_key(),
        expiry: None,
        counted: 7.into(),
    }];
    (
        Stock::stream(&clinic(0)),
        Command::ProposeCount(CountProposal {
            count,
            document,
            lines,
        }),
    )
}

/// The registration of a supplier with a bank account.
pub fn supplier(id: &str, account: &str) -> (StreamName, organization::Command) {
    let profile = organization::Profile {
        roles: [organization::Role::Supplier].into(),
        names: Names::new("شركة", "Company").unwrap(),
        external: ExternalId::new("EG-GAFI:12345").unwrap(),
        country: Country::new("EG").unwrap(),
        governorate: Some(Place::new("EG-C").unwrap()),
    };
    let bank_account = Some(Withheld::Known(Text::new(account).unwrap()));
    let stream = Organization::stream(&OrganizationId::new(id).unwrap());
    (
        stream,
        organization::Command::Register(organization::Registration {
            profile,
            bank_account,
        }),
    )
}
