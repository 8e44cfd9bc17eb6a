//! Daily stock on hand per stock card: an export over the whole log, and a plain reference for the timelines.
//!
//! Not a view: it keeps every entry for ever, sorts them when asked, and knows no horizon.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::stock::{self, Entry, StockKey, movements};
use sijill_ledger_core::domain::values::{Change, Date, FacilityId};
use sijill_ledger_core::event::Recorded;

/// Every entry of every stock card.
#[derive(Clone, Debug, Default)]
pub struct StockCards(BTreeMap<(FacilityId, StockKey), Vec<Entry>>);

/// The balance of a card at the end of a day with a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyBalance<'a> {
    /// The facility.
    pub facility: &'a FacilityId,
    /// Item, batch and programme.
    pub key: &'a StockKey,
    /// The day, on the wall there.
    pub date: Date,
    /// Balance of the book, in base units.
    pub on_hand: Decimal,
}

impl StockCards {
    /// Takes the next event of the log in.
    pub fn apply(&mut self, event: &Recorded) {
        match &event.event {
            Event::Stock(stock) => self.document(event, stock),
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

    /// One row per card and effective day with a movement, in the order of facility, item, batch, programme, date. The
    /// balance is the one after the day's last entry, in the order (effective instant, revision).
    pub fn rows(&self) -> impl Iterator<Item = DailyBalance<'_>> {
        self.0.iter().flat_map(|((facility, key), entries)| {
            daily(entries)
                .into_iter()
                .map(move |(date, on_hand)| DailyBalance {
                    facility,
                    key,
                    date,
                    on_hand,
                })
        })
    }

    fn document(&mut self, event: &Recorded, document: &stock::Event) {
        let Ok(facility) = FacilityId::new(event.stream.id()) else {
            return;
        };
        if let stock::Event::DocumentReversed(reversal) = document {
            for key in &reversal.keys {
                if let Some(entries) = self.0.get_mut(&(facility.clone(), key.clone())) {
                    entries.retain(|entry| entry.order != reversal.original);
                }
            }
        }
        for movement in movements(document, event.metadata.effective_at) {
            let card = (facility.clone(), movement.key.clone());
            let entries = self.0.entry(card).or_default();
            entries.push(Entry::new(&movement, event.revision));
        }
    }
}

fn daily(entries: &[Entry]) -> BTreeMap<Date, Decimal> {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    // Stable: the lines of one document keep their order.
    ordered.sort_by_key(|entry| (entry.at, entry.order));
    let mut balance = Decimal::ZERO;
    let mut days = BTreeMap::new();
    for entry in ordered {
        balance = match entry.change {
            Change::Add(amount) => balance.saturating_add(amount),
            Change::Set(stated) => stated.get(),
        };
        days.insert(entry.date, balance);
    }
    days
}
