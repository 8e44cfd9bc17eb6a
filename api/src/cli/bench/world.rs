//! A small country to measure on: stores, medicines, and what is done there every day.

use std::sync::Arc;

use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Category, Item, Tracking};
use sijill_ledger_core::domain::stock::{
    Document, Issue, LineIn, LineOut, Receipt, Recipient, Source, StockKey,
};
use sijill_ledger_core::domain::values::{
    Batch, Code, Date, DocumentNumber, EffectiveAt, FacilityId, ItemCode, Names, OfficialId, Place,
    Quantity, ValueError,
};
use sijill_ledger_core::event::{Actor, ActorId, Role};
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::EventStore;
use sijill_ledger_core::store::embedded::EmbeddedStore;
use sijill_ledger_core::time::{Clock, SystemClock};
use uuid::Uuid;

use crate::cli::data;
use crate::cli::errors::{Bilingual, Failure};

/// Medicines of every store.
pub const ITEMS: u64 = 50;
/// The first day of the history.
const FIRST_DAY: &str = "2024-01-01";
/// Days of the history: two years.
const DAYS: u64 = 731;
/// Days for which a batch is handed out.
const BATCH_DAYS: i32 = 180;
/// Command ids of the registry begin here, far from those of the measured commands.
const REGISTRY_IDS: u128 = 1 << 100;

/// Where in the country something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub facility: u64,
    pub item: u64,
    /// Days since the first day.
    pub day: i32,
}

/// The n-th of `total` events along the two years, at noon on the wall.
pub fn moment(n: u64, total: u64) -> Result<(i32, EffectiveAt), ValueError> {
    let day = i32::try_from(n.saturating_mul(DAYS) / total.max(1)).unwrap_or_default();
    let date = Date::parse(FIRST_DAY)?.plus_days(day);
    let noon = date.start(120).plus_micros(12 * 3_600 * 1_000_000);
    Ok((day, EffectiveAt::new(noon, 120)?))
}

pub fn facility_id(number: u64) -> Result<FacilityId, ValueError> {
    FacilityId::new(&format!("EG-B{number:05}"))
}

pub fn item_code(number: u64) -> Result<ItemCode, ValueError> {
    ItemCode::new(&format!("J01CA{number:03}"))
}

/// What stands on the shelf at a spot: a medicine, in a batch that changes twice a year.
fn key(spot: Spot) -> Result<StockKey, ValueError> {
    let lot = spot.day / BATCH_DAYS;
    Ok(StockKey {
        item: item_code(spot.item)?,
        batch: Some(Batch::new(&format!("LOT-{:03}-{lot}", spot.item))?),
        programme: None,
    })
}

fn document(number: u64) -> Result<Document, ValueError> {
    Ok(Document {
        number: DocumentNumber::new(&format!("EG/2024/{number:08}"))?,
        attachment: None,
        note: None,
    })
}

/// Goods from a supplier.
pub fn receipt(number: u64, spot: Spot, quantity: u32) -> Result<Receipt, ValueError> {
    let lot_ends = (spot.day / BATCH_DAYS + 5) * BATCH_DAYS;
    let line = LineIn {
        key: key(spot)?,
        expiry: Some(Date::parse(FIRST_DAY)?.plus_days(lot_ends)),
        quantity: Quantity::from(quantity),
        unit_price: None,
    };
    Ok(Receipt {
        document: document(number)?,
        source: Source::Unstated,
        provisional: false,
        lines: vec![line],
    })
}

/// Goods handed out.
pub fn issue(number: u64, spot: Spot, quantity: u32) -> Result<Issue, ValueError> {
    let line = LineOut {
        key: key(spot)?,
        quantity: Quantity::from(quantity),
        reservation: None,
        fefo_override: None,
    };
    Ok(Issue {
        document: document(number)?,
        to: Recipient::Patients,
        lines: vec![line],
    })
}

/// Who acts.
pub fn actor(id: &str, role: Role) -> Result<Actor, ValueError> {
    Ok(Actor {
        id: ActorId::Official(OfficialId::new(id)?),
        role,
        position: Some(Code::new("EG-bench")?),
    })
}

/// A ledger of its own in a directory.
pub fn ledger(dir: &std::path::Path) -> Result<Ledger<EmbeddedStore>, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let store = data::writable(data::options(
        dir,
        Some("bench.sijill.example/stock"),
        Arc::clone(&clock),
    ))?;
    Ok(Ledger::new(store, clock))
}

/// Opens so many facilities and lists the items.
pub async fn register<S: EventStore>(ledger: &Ledger<S>, facilities: u64) -> Result<(), Failure> {
    let registrar = actor("registrar", Role::Registrar).map_err(|error| impossible(&error))?;
    let context = |n: u64| {
        let id = Uuid::from_u128(REGISTRY_IDS + u128::from(n));
        Context::new(id, registrar.clone())
    };
    for number in 0..ITEMS {
        let (stream, command) = listing(number).map_err(|error| impossible(&error))?;
        let done = ledger
            .execute::<Item>(&stream, command, context(number))
            .await;
        done.map_err(|error| data::executing(error, stream.as_str()))?;
    }
    for number in 0..facilities {
        let (stream, command) = opening(number).map_err(|error| impossible(&error))?;
        let done = ledger
            .execute::<Facility>(&stream, command, context(ITEMS + number))
            .await;
        done.map_err(|error| data::executing(error, stream.as_str()))?;
    }
    Ok(())
}

type Commanded<C> = (sijill_ledger_core::store::StreamName, C);

fn listing(number: u64) -> Result<Commanded<item::Command>, ValueError> {
    let profile = item::Profile {
        names: Names::new(&format!("دواء {number}"), &format!("Medicine {number}"))?,
        category: Category::Medicine,
        base_unit: Code::new("tablet")?,
        packs: Vec::new(),
        atc: Some(Code::new("J01CA04")?),
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::BatchAndExpiry,
        inspected: false,
    };
    Ok((
        Item::stream(&item_code(number)?),
        item::Command::List(profile),
    ))
}

fn opening(number: u64) -> Result<Commanded<facility::Command>, ValueError> {
    let profile = facility::Profile {
        names: Names::new(&format!("مستوصف {number}"), &format!("Clinic {number}"))?,
        kind: facility::Kind::Clinic,
        governorate: Some(Place::new("EG-C")?),
        position: None,
        population: None,
        parent: None,
        owner: None,
    };
    let stream = Facility::stream(&facility_id(number)?);
    Ok((stream, facility::Command::Open(profile)))
}

/// The country is written in legal values; should one be illegal, the bench itself is at fault.
pub fn impossible(error: &ValueError) -> Failure {
    Failure::Refused {
        code: "BENCH",
        text: Bilingual::from(error),
    }
}
