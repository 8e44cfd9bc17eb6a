//! From a store's receipts to the order, over a ledger.

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::aggregate::Aggregate;
use crate::domain::facility::{self, Facility};
use crate::domain::item::{self, Category, Item, Tracking};
use crate::domain::order::{Basis, OrderLine, Placement};
use crate::domain::organization::{self, Organization, Registration};
use crate::domain::stock::{AcceptanceLine, Document, LineIn, Stock, StockKey};
use crate::domain::values::*;
use crate::event::{Actor, Role};
use crate::ledger::{Context, Ledger};
use crate::policies::{MemoryCheckpoints, PolicyRunner};
use crate::store::{EventStore, MemoryStore, StreamName};
use crate::testing::{actor, noon};
use crate::time::{Clock, ManualClock};

struct World {
    ledger: Ledger<MemoryStore>,
    commands: u128,
}

fn of<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

fn names() -> Names {
    Names::new("اسم", "Name").unwrap()
}

impl World {
    async fn tell<A: Aggregate>(&mut self, stream: &StreamName, command: A::Command) {
        self.commands += 1;
        let context = Context::new(Uuid::from_u128(self.commands), officer());
        let told = self.ledger.execute::<A>(stream, command, context).await;
        told.unwrap_or_else(|error| panic!("{error}"));
    }

    async fn stock(&mut self, command: stock::Command) {
        self.tell::<Stock>(&Stock::stream(&of("central")), command)
            .await;
    }

    /// Runs the policy over the whole log, as after the loss of its checkpoint.
    async fn react(&self) {
        let checkpoints = Arc::new(MemoryCheckpoints::default());
        let policy = Arc::new(DeliveryOnOrder);
        let runner = PolicyRunner::new(self.ledger.clone(), policy, checkpoints).await;
        runner.unwrap().catch_up().await.unwrap();
    }

    async fn events(&self, stream: &StreamName) -> Vec<Event> {
        let batch = self.ledger.store().read_stream(stream, 0).await.unwrap();
        let recorded = |(index, entry): (u64, _)| crate::codec::recorded(index, &entry, &[]);
        batch.iter().map(|at| recorded(at).unwrap().event).collect()
    }

    async fn order_events(&self) -> Vec<order::Event> {
        let stream = Order::stream(&of("PO-1"));
        let events = self.events(&stream).await.into_iter();
        events
            .map(|event| {
                let Event::Order(event) = event else {
                    panic!("{event:?}")
                };
                event
            })
            .collect()
    }
}

fn officer() -> Actor {
    actor("huda", Role::ProcurementOfficer)
}

/// 100 vials, which are inspected, are ordered for the central store.
async fn ordered() -> World {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(noon("2026-01-01").at()));
    let store = Arc::new(MemoryStore::new("sijill.test", Arc::clone(&clock)));
    let ledger = Ledger::new(store, clock);
    let mut world = World {
        ledger,
        commands: 0,
    };
    for (id, role) in [
        ("ministry", organization::Role::ProcuringEntity),
        ("nile", organization::Role::Supplier),
    ] {
        let profile = organization::Profile {
            roles: [role].into(),
            names: names(),
            external: of("EG-GAFI:1"),
            country: of("EG"),
            governorate: None,
        };
        let command = organization::Command::Register(Registration {
            profile,
            bank_account: None,
        });
        let stream = Organization::stream(&of(id));
        world.tell::<Organization>(&stream, command).await;
    }
    let vial = item::Command::List(item::Profile {
        names: names(),
        category: Category::Medicine,
        base_unit: of("vial"),
        packs: Vec::new(),
        atc: None,
        unspsc: None,
        essential: true,
        cold_chain: false,
        tracking: Tracking::Batch,
        inspected: true,
    });
    world.tell::<Item>(&Item::stream(&of("vial")), vial).await;
    let central = facility::Command::Open(facility::Profile {
        names: names(),
        kind: facility::Kind::CentralStore,
        governorate: Some(of("EG-C")),
        position: None,
        population: None,
        parent: None,
        owner: None,
    });
    let stream = Facility::stream(&of("central"));
    world.tell::<Facility>(&stream, central).await;
    let egp = Currency::new("EGP").unwrap();
    let placement = Placement {
        number: of("PO-1"),
        basis: Basis::Emergency(of("an outbreak")),
        buyer: of("ministry"),
        supplier: of("nile"),
        currency: egp,
        delivery_terms: None,
        attachment: None,
        called_by: None,
        lines: vec![OrderLine {
            item: of("vial"),
            facility: of("central"),
            quantity: 100.into(),
            unit_price: UnitPrice::new(2.into(), egp).unwrap(),
            due: Some(Date::parse("2026-01-31").unwrap()),
        }],
    };
    let order = Order::stream(&of("PO-1"));
    let command = order::Command::Place(placement);
    world.tell::<Order>(&order, command).await;
    world
}

fn paper(number: &str) -> Document {
    Document {
        number: of(number),
        attachment: None,
        note: None,
    }
}

fn batch(batch: &str) -> StockKey {
    StockKey {
        item: of("vial"),
        batch: Some(of(batch)),
        programme: None,
    }
}

/// Two batches of a receipt.
fn receive(order: &str, quantities: [u32; 2]) -> stock::Command {
    let line = |(name, quantity): (&str, u32)| LineIn {
        key: batch(name),
        expiry: None,
        quantity: quantity.into(),
        unit_price: None,
    };
    stock::Command::Receive(Receipt {
        document: paper("GRN-1"),
        source: Source::Supplier {
            organization: of("nile"),
            order: Some(of(order)),
        },
        provisional: false,
        lines: ["A", "B"].into_iter().zip(quantities).map(line).collect(),
    })
}

fn accept(receipt: u64, accepted: u32, rejected: u32) -> stock::Command {
    stock::Command::Accept(Acceptance {
        document: paper("Q-1"),
        receipt,
        order: None,
        lines: vec![AcceptanceLine {
            key: batch("A"),
            accepted: accepted.into(),
            rejected: rejected.into(),
            reason: None,
        }],
    })
}

#[tokio::test]
async fn receipts_inspections_and_reversals_reach_the_order_once() {
    let mut world = ordered().await;
    world.stock(receive("PO-1", [60, 30])).await;
    world.react().await;
    let central = |revision| ReceiptRef {
        facility: of("central"),
        revision,
    };
    let vials = |quantity: u32| DeliveryLine {
        line: Some(1),
        item: of("vial"),
        quantity: quantity.into(),
        unit_price: None,
    };
    let recorded = Delivery {
        receipt: central(0),
        document: of("GRN-1"),
        supplier: of("nile"),
        delivered_on: Date::parse("2026-01-01").unwrap(),
        provisional: true,
        lines: vec![vials(90)],
        freight: None,
        note: None,
    };
    let events = world.order_events().await;
    assert_eq!(events[1], order::Event::DeliveryRecorded(recorded));

    world.stock(accept(0, 50, 10)).await;
    world.stock(receive("PO-1", [10, 10])).await;
    world.react().await;
    // The inspection and its discrepancy in stock come before the second receipt.
    let (inspection, second) = (1, 3);
    let reverse = stock::Command::Reverse {
        document: paper("R-1"),
        original: second,
        reason: of("entered twice"),
    };
    world.stock(reverse).await;
    world.react().await;
    let events = world.order_events().await;
    let expected = Inspection {
        receipt: central(0),
        revision: inspection,
        lines: vec![InspectionLine {
            item: of("vial"),
            accepted: 50.into(),
            rejected: 10.into(),
            reason: None,
        }],
    };
    assert_eq!(events[2], order::Event::DeliveryInspected(expected));
    assert!(matches!(&events[3], order::Event::DiscrepancyOpened(_)));
    assert!(
        matches!(&events[4], order::Event::DeliveryRecorded(it) if it.receipt == central(second))
    );
    let reversed = order::Event::DeliveryReversed(DeliveryReversal {
        receipt: central(second),
    });
    assert_eq!(events[5..], [reversed]);
    let size = world.ledger.store().size();
    world.react().await;
    assert_eq!(world.ledger.store().size(), size, "each step once");
}

#[tokio::test]
async fn a_receipt_against_no_order_is_visible() {
    let mut world = ordered().await;
    world.stock(receive("PO-9", [1, 1])).await;
    world.react().await;
    let own = StreamName::new("reaction-delivery-on-order").unwrap();
    let refused = world.events(&own).await;
    let [Event::Reaction(crate::domain::reaction::Event::StepRefused(refused))] = &refused[..]
    else {
        panic!("{refused:?}")
    };
    let found = (refused.stream.as_str(), refused.code.as_str());
    assert_eq!(found, ("order-PO-9", "ORDER_NOT_PLACED"));
}

/// Two batches whose sum no line can hold stay two lines; imported receipts bring their own deliveries.
#[test]
fn sums_stay_legal() {
    let most = Quantity::parse("1000000000000").unwrap();
    assert_eq!(sum(most, 1.into()), None);
    assert_eq!(sum(2.into(), 1.into()), Some(3.into()));
}
