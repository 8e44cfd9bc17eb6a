//! The register of movements: every line of every stock document that moved a balance, with the balance after it.
//!
//! Computed on demand from the documents themselves, which the [view](super::Audit::documents) finds: whoever asks reads them
//! and hands them over in log order. Balances order by (effective instant, log order) like everywhere else, so an entry that was
//! recorded late stands where it happened and all later balances contain it. Worked example, one card:
//!
//! | Recorded | Effective | Line | Change | Balance |
//! |---|---|---|---|---|
//! | 1st | 1 March | received 100 | +100 | 100 |
//! | 3rd, late | 3 March | issued 10 | −10 | 90 |
//! | 2nd | 5 March | counted 85 | −5 | 85 |
//!
//! A line of a document that was reversed later stays in the register, says by which event, and moves nothing.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::stock::{self, Flow, StockKey, movements};
use sijill_ledger_core::domain::values::{Batch, Change, Date, EffectiveAt, FacilityId, ItemCode};
use sijill_ledger_core::event::Recorded;

/// Which movements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one facility.
    pub facility: Option<FacilityId>,
    /// Of one item.
    pub item: Option<ItemCode>,
    /// Of one batch of the item.
    pub batch: Option<Batch>,
    /// Effective on this day, on the wall there, or later.
    pub from: Option<Date>,
    /// Effective on this day or earlier.
    pub until: Option<Date>,
}

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Log index of the document.
    pub index: u64,
    /// Which of the document's movements, from 0.
    pub place: u32,
    /// The store.
    pub facility: FacilityId,
    /// Item, batch and programme: one card.
    pub key: StockKey,
    /// Kind of flow.
    pub flow: Flow,
    /// From when it counts.
    pub effective_at: EffectiveAt,
    /// What was stated, where the line states a balance (opening, count).
    pub stated: Option<Decimal>,
    /// By how much the card's balance changed, in base units; zero when the document was reversed.
    pub change: Decimal,
    /// The card's balance after the line, in base units.
    pub balance: Decimal,
    /// Log index of the event that reversed the document.
    pub reversed_by: Option<u64>,
}

/// Collects documents and lists their movements.
#[derive(Debug)]
pub struct Register {
    filter: Filter,
    cards: Vec<(FacilityId, StockKey)>,
    numbers: BTreeMap<(FacilityId, StockKey), usize>,
    entries: Vec<Entry>,
    /// By store and revision: the event that took the document back.
    reversed: BTreeMap<(FacilityId, u64), u64>,
}

/// A movement, small: a register may be long, and only a page of it is shown.
#[derive(Clone, Copy, Debug)]
struct Entry {
    index: u64,
    revision: u64,
    place: u32,
    card: usize,
    flow: Flow,
    at: EffectiveAt,
    change: Change,
}

impl Register {
    /// An empty register.
    pub const fn new(filter: Filter) -> Self {
        Self {
            filter,
            cards: Vec::new(),
            numbers: BTreeMap::new(),
            entries: Vec::new(),
            reversed: BTreeMap::new(),
        }
    }

    /// Takes a document in; each once, in log order. Other events have no effect.
    pub fn take(&mut self, event: &Recorded) {
        match &event.event {
            Event::Stock(document) => self.document(event, document),
            Event::Application(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Facility(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Qualification(_)
            | Event::Requisition(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Succession(_)
            | Event::Tender(_)
            | Event::Transfer(_) => {}
        }
    }

    /// The lines, in the order of (effective instant, log order). Balances count everything that was taken in, lines
    /// outside the filter's days too.
    pub fn lines(mut self) -> Vec<Line> {
        // Stable: the lines of one document keep their order.
        self.entries
            .sort_by_key(|entry| (entry.at.at(), entry.index));
        let mut balances = vec![Decimal::ZERO; self.cards.len()];
        let mut lines = Vec::new();
        for entry in &self.entries {
            let (Some((facility, key)), Some(balance)) =
                (self.cards.get(entry.card), balances.get_mut(entry.card))
            else {
                continue;
            };
            let document = (facility.clone(), entry.revision);
            let reversed_by = self.reversed.get(&document).copied();
            let before = *balance;
            let stated = match entry.change {
                Change::Add(_) => None,
                Change::Set(stated) => Some(stated.get()),
            };
            if reversed_by.is_none() {
                *balance = match entry.change {
                    Change::Add(amount) => before.saturating_add(amount),
                    Change::Set(stated) => stated.get(),
                };
            }
            if self.filter.covers(entry.at.date()) {
                lines.push(Line {
                    index: entry.index,
                    place: entry.place,
                    facility: facility.clone(),
                    key: key.clone(),
                    flow: entry.flow,
                    effective_at: entry.at,
                    stated,
                    change: balance.saturating_sub(before).normalize(),
                    balance: balance.normalize(),
                    reversed_by,
                });
            }
        }
        lines
    }

    fn document(&mut self, event: &Recorded, document: &stock::Event) {
        let Ok(facility) = FacilityId::new(event.stream.id()) else {
            return;
        };
        if let stock::Event::DocumentReversed(reversal) = document {
            self.reversed
                .insert((facility, reversal.original), event.index);
            return;
        }
        let moved = movements(document, event.metadata.effective_at);
        for (place, movement) in (0..).zip(moved) {
            if !self.filter.wants(&facility, movement.key) {
                continue;
            }
            let card = self.card(&facility, movement.key);
            self.entries.push(Entry {
                index: event.index,
                revision: event.revision,
                place,
                card,
                flow: movement.flow,
                at: movement.at,
                change: movement.change,
            });
        }
    }

    fn card(&mut self, facility: &FacilityId, key: &StockKey) -> usize {
        let card = (facility.clone(), key.clone());
        let next = self.cards.len();
        let number = *self.numbers.entry(card.clone()).or_insert(next);
        if number == next {
            self.cards.push(card);
        }
        number
    }
}

impl Filter {
    fn wants(&self, facility: &FacilityId, key: &StockKey) -> bool {
        self.facility.as_ref().is_none_or(|only| only == facility)
            && self.item.as_ref().is_none_or(|only| *only == key.item)
            && (self.batch.is_none() || self.batch == key.batch)
    }

    fn covers(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}
