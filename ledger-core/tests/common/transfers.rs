//! A history that policies have much to do for.

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::facility::{self, Facility};
use sijill_ledger_core::domain::item::{self, Item};
use sijill_ledger_core::domain::stock::{
    Arrival, ArrivalLine, Command, Dispatch, Document, LineIn, LineOut, Receipt, Source, Stock,
};
use sijill_ledger_core::domain::values::{DocumentNumber, TransferId};
use sijill_ledger_core::event::Role;
use sijill_ledger_core::ledger::{Context, Ledger};
use sijill_ledger_core::store::{EventStore, StreamName};
use uuid::Uuid;

use super::{clinic, clinic_profile, gauze_key, gauze_profile, official};

pub const TRANSFERS: u64 = 40;

/// One facility sends gauze to another many times; every second transfer arrives, every fourth is short.
pub async fn history<S: EventStore>(ledger: &Ledger<S>) {
    Asking(ledger, 0).history().await;
}

fn paper(number: &str) -> Document {
    Document {
        number: DocumentNumber::new(number).unwrap(),
        attachment: None,
        note: None,
    }
}

pub fn transfer(n: u64) -> TransferId {
    TransferId::new(&format!("T{n}")).unwrap()
}

struct Asking<'a, S: EventStore>(&'a Ledger<S>, u128);

impl<S: EventStore> Asking<'_, S> {
    async fn ask<A: Aggregate>(&mut self, stream: &StreamName, command: A::Command) {
        self.1 += 1;
        let context = Context::new(Uuid::from_u128(self.1), official("huda", Role::Storekeeper));
        self.0.execute::<A>(stream, command, context).await.unwrap();
    }

    async fn history(&mut self) {
        let gauze = Item::stream(&gauze_key().item);
        self.ask::<Item>(&gauze, item::Command::List(gauze_profile()))
            .await;
        for n in [1, 2] {
            let stream = Facility::stream(&clinic(n));
            let command = facility::Command::Open(clinic_profile());
            self.ask::<Facility>(&stream, command).await;
        }
        let (store, receiver) = (Stock::stream(&clinic(1)), Stock::stream(&clinic(2)));
        let receipt = Receipt {
            document: paper("GRN-1"),
            source: Source::Production,
            provisional: false,
            lines: vec![LineIn {
                key: gauze_key(),
                expiry: None,
                quantity: 10_000.into(),
                unit_price: None,
            }],
        };
        self.ask::<Stock>(&store, Command::Receive(receipt)).await;
        for n in 0..TRANSFERS {
            let dispatch = Dispatch {
                document: paper("DSP-1"),
                transfer: Some(transfer(n)),
                to: Some(clinic(2)),
                due: None,
                requisition: None,
                lines: vec![LineOut {
                    key: gauze_key(),
                    quantity: 10.into(),
                    reservation: None,
                    fefo_override: None,
                }],
            };
            self.ask::<Stock>(&store, Command::Dispatch(dispatch)).await;
        }
        for n in (0..TRANSFERS).step_by(2) {
            let lost: u32 = u32::from(n % 4 == 0);
            let arrival = Arrival {
                document: paper("ARR-1"),
                transfer: Some(transfer(n)),
                from: Some(clinic(1)),
                lines: vec![ArrivalLine {
                    key: gauze_key(),
                    expiry: None,
                    shipped: 10.into(),
                    accepted: (10 - lost).into(),
                    rejected: 0.into(),
                    lost: lost.into(),
                    reason: None,
                }],
            };
            self.ask::<Stock>(&receiver, Command::Arrive(arrival)).await;
        }
    }
}

/// Event ids, which are derived from who asked for what: equal for two logs in which the same happened.
pub async fn ids(store: &impl EventStore) -> Vec<Uuid> {
    let (mut ids, mut next) = (Vec::new(), 0);
    loop {
        let batch = store.read_log(next).await.unwrap();
        let Some(after) = batch.next_index() else {
            ids.sort_unstable();
            return ids;
        };
        next = after;
        ids.extend(batch.iter().map(|(_, entry)| entry.id));
    }
}
