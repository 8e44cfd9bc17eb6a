//! Distribution: what went in and out of every facility, per item and kind of flow.
//!
//! The first part: sums per flow, and with the timelines of [`shortage`](crate::shortage) the balance equation
//! ([`balance`]). Transfers in transit, lead times, fill rates, wastage and equity are views of their own to come.
//!
//! A sum adds the amounts of documents as they are recorded, whatever they are effective for; it knows no timeline. A
//! reversed document is taken back by its own amounts, which are kept as long as it can be reversed.

pub mod balance;

use std::collections::{BTreeMap, VecDeque};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::stock::{self, Flow, REVERSIBLE_DAYS, movements};
use sijill_ledger_core::domain::values::{Change, Date, EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::event::Recorded;

use crate::intern::Interner;
use crate::view::{AsOf, View};

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Distribution {
    as_of: Option<AsOf>,
    items: Interner<ItemCode>,
    facilities: Interner<FacilityId>,
    /// By facility number.
    stores: Vec<Store>,
}

/// Sums of signed amounts per flow, in base units: what came in is positive, what went out negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows(Vec<(Flow, Decimal)>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Store {
    /// By item number.
    flows: BTreeMap<u32, Flows>,
    /// What may still be reversed, in the order of revisions.
    reversible: VecDeque<Line>,
}

/// One movement of one document.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Line {
    revision: u64,
    date: Date,
    item: u32,
    amount: Decimal,
    flow: Flow,
}

impl View for Distribution {
    const NAME: &'static str = "distribution";
    const VERSION: u32 = 1;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        match &event.event {
            Event::Stock(stock) => {
                let at = event.metadata.effective_at;
                self.document(event.stream.id(), stock, event.revision, at);
            }
            Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Facility(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Organization(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Transfer(_) => {}
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        for (facility, item, flows) in self.flows() {
            for (flow, amount) in flows.iter() {
                let amount = amount.normalize();
                sink(format!("flow\t{facility}\t{item}\t{flow:?}\t{amount}").as_bytes());
            }
        }
    }
}

impl Distribution {
    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// The flows of every item in every facility, in the order of facility and item.
    pub fn flows(&self) -> Vec<(&FacilityId, &ItemCode, &Flows)> {
        let mut all = Vec::new();
        for (number, facility) in self.facilities.sorted() {
            let store = usize::try_from(number)
                .ok()
                .and_then(|n| self.stores.get(n));
            let flows = store.into_iter().flat_map(|store| &store.flows);
            let start = all.len();
            all.extend(
                flows.filter_map(|(item, flows)| Some((facility, self.items.code(*item)?, flows))),
            );
            all[start..].sort_unstable_by_key(|(_, item, _)| *item);
        }
        all
    }

    fn document(&mut self, id: &str, event: &stock::Event, revision: u64, at: EffectiveAt) {
        let parse = |id: &str| FacilityId::new(id).ok();
        let number = self.facilities.intern_text(id, parse);
        let Some(number) = number.and_then(|number| usize::try_from(number).ok()) else {
            return;
        };
        if number >= self.stores.len() {
            self.stores.resize_with(number + 1, Store::default);
        }
        let Some(store) = self.stores.get_mut(number) else {
            return;
        };
        if let stock::Event::DocumentReversed(reversal) = event {
            store.reverse(reversal.original);
        }
        for movement in movements(event, at) {
            // What a statement found is known to the timeline alone.
            let Change::Add(amount) = movement.change else {
                continue;
            };
            store.enter(Line {
                revision,
                date: movement.at.date(),
                item: self.items.intern(&movement.key.item),
                amount,
                flow: movement.flow,
            });
        }
    }
}

impl Store {
    fn enter(&mut self, line: Line) {
        let flows = self.flows.entry(line.item).or_default();
        flows.add(line.flow, line.amount);
        let limit = line.date.plus_days(-REVERSIBLE_DAYS);
        self.reversible.push_back(line);
        while self
            .reversible
            .front()
            .is_some_and(|oldest| oldest.date < limit)
        {
            self.reversible.pop_front();
        }
    }

    fn reverse(&mut self, original: u64) {
        let from = self
            .reversible
            .partition_point(|line| line.revision < original);
        let until = self
            .reversible
            .partition_point(|line| line.revision <= original);
        for line in self.reversible.drain(from..until) {
            let flows = self.flows.entry(line.item).or_default();
            flows.add(line.flow, -line.amount);
        }
    }
}

impl Flows {
    /// The sum of one flow.
    pub fn of(&self, flow: Flow) -> Decimal {
        let place = self.0.binary_search_by_key(&flow, |(other, _)| *other);
        let found = place.ok().and_then(|place| self.0.get(place));
        found.map_or(Decimal::ZERO, |(_, sum)| *sum)
    }

    /// The sums of the flows that occurred, in the order of [`Flow`].
    pub fn iter(&self) -> impl Iterator<Item = (Flow, Decimal)> {
        self.0.iter().copied()
    }

    fn add(&mut self, flow: Flow, amount: Decimal) {
        match self.0.binary_search_by_key(&flow, |(other, _)| *other) {
            Ok(place) => {
                if let Some((_, sum)) = self.0.get_mut(place) {
                    *sum = sum.saturating_add(amount);
                }
            }
            Err(place) => {
                // Few flows occur on a card, and there are many cards.
                self.0.reserve_exact(1);
                self.0.insert(place, (flow, amount));
            }
        }
    }
}
