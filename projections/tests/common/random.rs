//! Random histories at the level of events: everything that a store's ledger can record, in an order and with references that
//! it could have recorded; quantities are free, as facts are recorded even when they break a rule.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::stock::{self, ReservationRelease, ReturnRoute, StockKey};
use sijill_ledger_core::domain::values::{Code, Date, OfficialId, OrganizationId, ReservationId};

use super::{
    Log, accept, adjust, arrive, back, batch_step, count, date, dispatch, entrust, issue, key,
    lose, noon, opening, quantity, receive, repack, report, reserve, reverse,
};

/// The facilities of every random history.
pub const FACILITIES: [&str; 2] = ["CLINIC", "HOSPITAL"];
const KEYS: [&str; 6] = [
    "AMOX/B1",
    "AMOX/B2",
    "AMOX/B1@EPI",
    "AMOX",
    "ORS/R1",
    "ORS@EPI",
];
/// Longest that a document may lie back, in days: the longest open window.
pub const BACK_DAYS_MAX: i32 = 92;

/// One step of a history, before it is known what it can refer to.
#[derive(Clone, Debug)]
pub struct Step {
    kind: u8,
    facility: usize,
    key: usize,
    forward_days: i32,
    back_days: i32,
    amount: u32,
    pick: usize,
}

/// Steps for a history: mostly a few days apart, sometimes late by weeks.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let forward = prop_oneof![6 => 0_i32..6, 1 => 0_i32..60];
    let back = prop_oneof![4 => Just(0_i32), 2 => 0_i32..31, 1 => 0_i32..BACK_DAYS_MAX];
    // A few round amounts, so that shelves run exactly empty.
    let amount = prop_oneof![1 => 0_u32..60, 2 => prop::sample::select(vec![0_u32, 9, 9, 19])];
    // Issues and receipts are what a store mostly does.
    let kind = prop_oneof![3 => 0_u8..3, 2 => 0_u8..26];
    let step = (
        kind,
        0_usize..2,
        0..KEYS.len(),
        forward,
        back,
        amount,
        0_usize..64,
    );
    let step = step.prop_map(
        |(kind, facility, key, forward_days, back_days, amount, pick)| Step {
            kind,
            facility,
            key,
            forward_days,
            back_days,
            amount,
            pick,
        },
    );
    // Short ones too: in them everything lies inside the look-back.
    prop_oneof![
        prop::collection::vec(step.clone(), 1..most / 5),
        prop::collection::vec(step, 1..most)
    ]
}

/// The log of the steps, and its last day.
pub fn history(steps: &[Step]) -> (Log, Date) {
    let mut writer = Writer::default();
    for step in steps {
        writer.step(step);
    }
    (writer.log, writer.today)
}

#[derive(Default)]
struct Store {
    /// Documents that may be reversed: day, revision, keys.
    reversible: Vec<(Date, u64, Vec<StockKey>)>,
    /// Provisional receipts: revision, key, what is left.
    waiting: Vec<(u64, StockKey, u32)>,
    /// Reservations: id, key, what is left.
    reserved: Vec<(String, StockKey, u32)>,
    reservations: u32,
    /// Keys that have a card: others cannot be reserved.
    known: BTreeSet<StockKey>,
}

/// Writes steps into a log.
pub struct Writer {
    pub log: Log,
    pub today: Date,
    stores: [Store; 2],
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            log: Log::default(),
            today: date("2024-01-10"),
            stores: [Store::default(), Store::default()],
        }
    }
}

impl Writer {
    pub fn step(&mut self, step: &Step) {
        self.today = self.today.plus_days(step.forward_days);
        let day = self.today.plus_days(-step.back_days);
        let facility = FACILITIES[step.facility];
        if step.kind == 25 {
            let item = key(KEYS[step.key]).item;
            let (min, max) = (quantity(1), quantity(step.amount / 20));
            let set = facility::Event::AssortmentSet(facility::Assortment { item, min, max });
            self.log
                .push(&format!("facility-{facility}"), noon(day), set);
            return;
        }
        let store = &mut self.stores[step.facility];
        let Some(event) = store.event(step, day, self.today) else {
            return;
        };
        let keys: Vec<StockKey> = event.keys().into_iter().cloned().collect();
        let revision = self.log.stock(facility, noon(day), event.clone());
        store.remember(&event, revision, day, keys);
    }
}

impl Store {
    fn event(&mut self, step: &Step, day: Date, today: Date) -> Option<stock::Event> {
        let key = key(KEYS[step.key]);
        let (some, expiry) = (quantity(step.amount + 1), expiry(step));
        let unit = Code::new("ward 3").unwrap();
        Some(match step.kind {
            0 => receive(key, some, expiry, false),
            1 | 2 => issue(key, some, None),
            3 => receive(key, some, expiry, true),
            4 => return self.accept(step),
            5 => entrust(key, some),
            6 => dispatch(key, some, None),
            7 => arrive(key, some, expiry),
            8 => back(ReturnRoute::FromUnit(unit), key, some),
            9 => back(
                ReturnRoute::FromCustody(OfficialId::new("omar").unwrap()),
                key,
                some,
            ),
            10 => back(
                ReturnRoute::ToSupplier(OrganizationId::new("s1").unwrap()),
                key,
                some,
            ),
            11 => adjust(
                key,
                (i64::from(step.amount) - 30 + i64::from(step.amount >= 30)).into(),
            ),
            12 | 13 => count(key, quantity(step.amount), noon(day.plus_days(-1))),
            14 => lose(key, some, false),
            15 => lose(key, some, true),
            16 if self.known.contains(&key) => {
                self.reservations += 1;
                let id = format!("R{}", self.reservations);
                self.reserved
                    .push((id.clone(), key.clone(), step.amount + 1));
                reserve(&id, key, some)
            }
            17 => return self.issue_reserved(step),
            18 => return self.release(step),
            19 => stock::Event::BatchQuarantined(batch_step(&batched(key)?)),
            20 => stock::Event::BatchReleased(batch_step(&batched(key)?)),
            // Recalls are for ever, so they are rare.
            21 if step.pick < 8 => stock::Event::BatchRecalled(batch_step(&batched(key)?)),
            22 => repack(key.clone(), StockKey { batch: None, ..key }, 3, None),
            23 => return self.reverse(step, today),
            24 => report(day.month()),
            16 | 21 => return None,
            _ => opening(key, some, expiry),
        })
    }

    fn accept(&mut self, step: &Step) -> Option<stock::Event> {
        let place = step.pick.checked_rem(self.waiting.len())?;
        let (receipt, key, left) = &mut self.waiting[place];
        let settled = step.amount.min(*left);
        *left -= settled;
        let rejected = settled / 3;
        let (accepted, rejected) = (quantity(settled - rejected), quantity(rejected));
        Some(accept(*receipt, key.clone(), accepted, rejected))
    }

    fn issue_reserved(&mut self, step: &Step) -> Option<stock::Event> {
        let place = step.pick.checked_rem(self.reserved.len())?;
        let (id, key, left) = &mut self.reserved[place];
        let taken = step.amount.clamp(1, (*left).max(1)).min(*left);
        *left -= taken;
        (taken > 0).then(|| issue(key.clone(), quantity(taken), Some(id)))
    }

    fn release(&mut self, step: &Step) -> Option<stock::Event> {
        let place = step.pick.checked_rem(self.reserved.len())?;
        let (id, _, _) = self.reserved.remove(place);
        let reservation = ReservationId::new(&id).unwrap();
        Some(stock::Event::ReservationReleased(ReservationRelease {
            reservation,
        }))
    }

    fn reverse(&mut self, step: &Step, today: Date) -> Option<stock::Event> {
        let oldest = today.plus_days(-BACK_DAYS_MAX);
        self.reversible.retain(|(day, ..)| *day >= oldest);
        let place = step.pick.checked_rem(self.reversible.len())?;
        let (_, original, keys) = self.reversible.remove(place);
        self.waiting.retain(|(receipt, ..)| *receipt != original);
        Some(reverse(original, keys))
    }

    fn remember(&mut self, event: &stock::Event, revision: u64, day: Date, keys: Vec<StockKey>) {
        let in_custody =
            matches!(event, stock::Event::StockWrittenOff(loss) if loss.custody.is_some());
        if !in_custody {
            // What is lost out of custody need never have had a card here.
            self.known.extend(keys.iter().cloned());
        }
        match event {
            stock::Event::StockReceived(receipt) if receipt.provisional => {
                let amount = receipt.lines[0].quantity.get().try_into().unwrap();
                self.waiting.push((revision, keys[0].clone(), amount));
            }
            stock::Event::StockAccepted(acceptance) => {
                self.reversible
                    .retain(|(_, other, _)| *other != acceptance.receipt);
                return;
            }
            stock::Event::StockWrittenOff(loss) if loss.custody.is_some() => return,
            stock::Event::StockReceived(_)
            | stock::Event::StockAdjusted(_)
            | stock::Event::StockRepacked(_)
            | stock::Event::StockIssued(_)
            | stock::Event::StockReturned(_)
            | stock::Event::StockWrittenOff(_) => {}
            _ => return,
        }
        self.reversible.push((day, revision, keys));
    }
}

/// A key that can take a batch step.
fn batched(key: StockKey) -> Option<StockKey> {
    key.batch.is_some().then_some(key)
}

/// Some documents name an expiry, a few of them a near one.
fn expiry(step: &Step) -> Option<Date> {
    let tens = i32::try_from(step.pick).unwrap_or(0);
    step.pick
        .is_multiple_of(3)
        .then(|| date("2024-02-01").plus_days(10 * tens))
}
