//! The rulebook, rule by rule: given, when, then.

use rust_decimal::Decimal;

use super::*;
use crate::domain::facility;
use crate::domain::item::{self, Category, Tracking};
use crate::domain::values::*;
use crate::event::{Metadata, Role};
use crate::testing::{Given, actor, noon, official};
use crate::time::Timestamp;

mod book;
mod goods;

/// A clinic in Cairo, open; paracetamol by batch and expiry, an inspected vaccine, pens, and a chair.
pub(super) fn clinic() -> Given<Stock> {
    let given = Given::<Stock>::nothing()
        .reading(Facility::stream(&facility("test")), 0, open_facility())
        .reading(Facility::stream(&facility("hospital")), 0, open_facility());
    [
        (
            "paracetamol",
            Category::Medicine,
            Tracking::BatchAndExpiry,
            false,
        ),
        (
            "vaccine",
            Category::Medicine,
            Tracking::BatchAndExpiry,
            true,
        ),
        ("pen", Category::Stationery, Tracking::Quantity, false),
        ("chair", Category::Durable, Tracking::Quantity, false),
    ]
    .into_iter()
    .fold(given, |given, (code, category, tracking, inspected)| {
        let item = listed(code, category, tracking, inspected);
        given.reading(Item::stream(&ItemCode::new(code).unwrap()), 0, item)
    })
}

fn facility(id: &str) -> FacilityId {
    FacilityId::new(id).unwrap()
}

fn open_facility() -> Facility {
    remembered(facility::Event::FacilityOpened(facility::Profile {
        names: Names::new("عيادة", "Clinic").unwrap(),
        kind: facility::Kind::Clinic,
        governorate: Some(Place::new("EG-C").unwrap()),
        position: None,
        population: None,
        parent: None,
        owner: None,
    }))
}

fn listed(code: &str, category: Category, tracking: Tracking, inspected: bool) -> Item {
    remembered(item::Event::ItemListed(item::Profile {
        names: Names::new("صنف", code).unwrap(),
        category,
        base_unit: Code::new("unit").unwrap(),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking,
        inspected,
    }))
}

/// The state after one event.
fn remembered<A: Aggregate>(event: A::Event) -> A
where
    A::Event: PartialEq,
{
    Given::<A>::nothing().event(event).state().clone()
}

pub(super) fn key(item: &str, batch: &str) -> StockKey {
    let batch = (!batch.is_empty()).then(|| Batch::new(batch).unwrap());
    StockKey {
        item: ItemCode::new(item).unwrap(),
        batch,
        programme: None,
    }
}

pub(super) fn paper(number: &str) -> Document {
    Document {
        number: DocumentNumber::new(number).unwrap(),
        attachment: None,
        note: None,
    }
}

pub(super) fn line_in(item: &str, batch: &str, expiry: &str, quantity: u32) -> LineIn {
    let expiry = (!expiry.is_empty()).then(|| Date::parse(expiry).unwrap());
    LineIn {
        key: key(item, batch),
        expiry,
        quantity: quantity.into(),
        unit_price: None,
    }
}

pub(super) fn line_out(item: &str, batch: &str, quantity: u32) -> LineOut {
    LineOut {
        key: key(item, batch),
        quantity: quantity.into(),
        reservation: None,
        fefo_override: None,
    }
}

fn receive(lines: Vec<LineIn>) -> Command {
    Command::Receive(Receipt {
        document: paper("GRN-1"),
        source: Source::Production,
        provisional: false,
        lines,
    })
}

fn issue(lines: Vec<LineOut>) -> Command {
    Command::Issue(Issue {
        document: paper("ISS-1"),
        to: Recipient::Patients,
        lines,
    })
}

fn dispatch(lines: Vec<LineOut>) -> Command {
    dispatch_as("T1", lines)
}

fn dispatch_as(transfer: &str, lines: Vec<LineOut>) -> Command {
    let transfer = Some(TransferId::new(transfer).unwrap());
    let to = Some(facility("hospital"));
    Command::Dispatch(Dispatch {
        document: paper("DSP-1"),
        transfer,
        to,
        due: None,
        requisition: None,
        lines,
    })
}

fn reserve(id: &str, lines: Vec<LineOut>) -> Command {
    let reservation = ReservationId::new(id).unwrap();
    Command::Reserve(Reservation {
        reservation,
        purpose: Text::new("campaign").unwrap(),
        lines,
    })
}

fn step(batch: &str) -> BatchStep {
    BatchStep {
        item: ItemCode::new("paracetamol").unwrap(),
        batch: Batch::new(batch).unwrap(),
        authority: DocumentNumber::new("EDA-7").unwrap(),
        reason: Text::new("discoloured").unwrap(),
    }
}

/// Two batches: A of 100 expires in June 2026, B of 50 in December 2027.
fn stocked() -> Given<Stock> {
    clinic().on("2026-01-05").when(receive(vec![
        line_in("paracetamol", "A", "2026-06-30", 100),
        line_in("paracetamol", "B", "2027-12-31", 50),
    ]))
}

fn on_hand(given: &Given<Stock>, item: &str, batch: &str) -> Decimal {
    given
        .state()
        .card(&key(item, batch))
        .map(Card::on_hand)
        .unwrap_or_default()
}

/// The rules that the discrepancies of the last command name, in order.
fn broken(given: &Given<Stock>) -> Vec<BrokenRule> {
    let rule = |event: &Event| {
        if let Event::DiscrepancyOpened(d) = event {
            Some(d.rule)
        } else {
            None
        }
    };
    given.last().iter().filter_map(rule).collect()
}
