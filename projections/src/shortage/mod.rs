//! Shortage: what is on hand, how fast it is used, how long it lasts, and when there was none.
//!
//! | File | What |
//! |---|---|
//! | `store`, `cell`, `outstanding` | the state: per facility, per item, per batch × programme; what awaits inspection or is reserved |
//! | [`amc`] | average monthly consumption |
//! | [`stockout`] | usable stock per day, stock-out days, episodes, rate |
//! | [`status`] | months of stock and the status that follows |
//! | `supply`, `requisitions` | what is in transit, on order, asked for |
//! | [`outlook`], [`reorder`] | suggested order, projected stock-out, expiry risk, reorder point |
//! | [`query`], [`rates`], [`rollup`], [`surplus`] | the questions that can be asked |
//! | `registry` | the facilities and items behind the codes |
//! | [`picks`], `lens` | what an answer of many rows consists of before the rows are made; one row |
//! | `rows` | public output rows for the digest |
//!
//! Definitions, beyond those in the files above:
//! - *On hand* is the balance of the book at the instant; *usable* is what of it has neither expired (a batch is usable through
//!   its expiry day) nor is quarantined or recalled. A card's expiry is the one that its first document
//!   names; another one later opens a discrepancy.
//! - The *look-back* is the ruleset's number of complete months before the month of the instant (`amc_look_back_months`).
//! - A facility *reports* a month by any document effective in it, or by a period report, nil included.
//! - A facility *handles* an item when its assortment asks for some of it or, where the assortment says nothing, when it ever moved.

pub mod amc;
mod cell;
mod lens;
pub mod outlook;
mod outstanding;
pub mod picks;
pub mod query;
pub mod rates;
mod registry;
pub mod reorder;
mod requisitions;
pub mod rollup;
mod rows;
mod selected;
pub mod status;
pub mod stockout;
mod store;
pub mod supply;
pub mod surplus;

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::facility::Event as FacilityEvent;
use sijill_ledger_core::domain::item::{Event as ItemEvent, Profile};
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Rules, Ruleset};
use sijill_ledger_core::domain::values::{FacilityId, ItemCode};
use sijill_ledger_core::event::Recorded;

use crate::intern::{Index, Interner};
use crate::view::{AsOf, View};
use query::Filter;
pub use registry::KnownFacility;
pub(crate) use selected::Selected;
use store::{Codes, Store};
use supply::Supply;

/// Particulars by item number; items that are not listed have none.
type Listed = BTreeMap<u32, Arc<Profile>>;

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shortage {
    as_of: Option<AsOf>,
    ruleset: Option<u32>,
    rules: Rules,
    codes: Codes,
    /// Answers whose pages are still asked for hold on to it.
    listed: Arc<Listed>,
    facilities: Interner<FacilityId>,
    /// By facility number.
    stores: Vec<Store>,
    /// Facilities that know an item, by item number.
    holders: Index,
    supply: Supply,
}

/// What the timelines of one item in one facility add up to, at the newest entry, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Stated by opening balances above the book.
    pub opening: Decimal,
    /// Found by counts above the book, below it when negative.
    pub unaccounted: Decimal,
    /// The balance of the book.
    pub on_hand: Decimal,
}

impl View for Shortage {
    const NAME: &'static str = "shortage";
    const VERSION: u32 = 4;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        match &event.event {
            Event::Stock(stock) => {
                let at = event.metadata.effective_at;
                self.change(event.stream.id(), |codes, store| {
                    store.document(codes, stock, event.revision, at);
                });
            }
            Event::Facility(facility) => self.facility(event.stream.id(), facility),
            Event::Item(item) => self.item(event.stream.id(), item),
            Event::Order(_) | Event::Transfer(_) | Event::Requisition(_) => self.supplied(event),
            Event::Ruleset(ruleset) if event.stream == Ruleset::national() => self.rules(ruleset),
            Event::Application(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Qualification(_)
            | Event::Reaction(_)
            | Event::Ruleset(_)
            | Event::Framework(_)
            | Event::Security(_)
            | Event::Succession(_)
            | Event::Tender(_) => {}
        }
    }

    fn rows(&self, sink: &mut dyn FnMut(&[u8])) {
        self.each_row(sink);
    }
}

impl Shortage {
    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// The parameters in force: the national ruleset's, else the built-in ones.
    pub const fn rules_in_force(&self) -> &Rules {
        &self.rules
    }

    /// The sums of the timelines of every item in every facility, in their order: one side of the balance equation.
    pub fn totals(&self) -> Vec<(FacilityId, ItemCode, Totals)> {
        let everything = Filter::default();
        let mut totals = Vec::new();
        for (facility, store) in self.stores(&everything) {
            for (_, item, cell) in self.cells(store, &everything) {
                totals.push((facility.clone(), item.clone(), cell.totals()));
            }
        }
        totals
    }

    /// Counts and opening balances that lay further back than any timeline reaches and were left out: zero, unless
    /// something other than this ledger wrote the log.
    pub fn ignored_statements(&self) -> u64 {
        let ignored = self.stores.iter().map(|store| store.ignored_statements);
        ignored.fold(0, u64::saturating_add)
    }

    fn facility(&mut self, id: &str, event: &FacilityEvent) {
        self.change(id, |codes, store| match event {
            FacilityEvent::FacilityOpened(profile) => {
                store.profile = Some(Arc::new(profile.clone()));
            }
            FacilityEvent::FacilityAmended(amendment) => {
                store.profile = Some(Arc::new(amendment.profile.clone()));
            }
            FacilityEvent::AssortmentSet(assortment) => store.set_assortment(codes, assortment),
            FacilityEvent::CustodyHandedOver(_) => {}
            FacilityEvent::FacilityClosed(_) => store.closed = true,
        });
    }

    fn item(&mut self, code: &str, event: &ItemEvent) {
        let items = &mut self.codes.items;
        let Some(number) = items.intern_text(code, |code| ItemCode::new(code).ok()) else {
            return;
        };
        match event {
            ItemEvent::ItemListed(profile) => {
                Arc::make_mut(&mut self.listed).insert(number, Arc::new(profile.clone()));
            }
            ItemEvent::ItemAmended(amendment) => {
                let profile = Arc::new(amendment.profile.clone());
                Arc::make_mut(&mut self.listed).insert(number, profile);
            }
            // What is in stock of a delisted item is used up, so it is shown as before.
            ItemEvent::ReferencePriceSet(_) | ItemEvent::ItemDelisted(_) => {}
        }
    }

    /// What is on its way somewhere is known there from then on, even before it comes.
    fn supplied(&mut self, event: &Recorded) {
        let (id, on) = (event.stream.id(), event.metadata.effective_at.date());
        let (supply, names) = (&mut self.supply, (&mut self.codes, &mut self.facilities));
        let cells = if let Event::Order(order) = &event.event {
            supply.order(names, id, order, on)
        } else if let Event::Transfer(transfer) = &event.event {
            supply.transfer(names, id, transfer, on)
        } else if let Event::Requisition(requisition) = &event.event {
            supply.requisition(names, id, requisition, on)
        } else {
            return;
        };
        for (facility, item) in cells {
            self.change_store(facility, |_, store| {
                store.cell_mut(item);
            });
        }
    }

    fn rules(&mut self, event: &RulesetEvent) {
        match event {
            RulesetEvent::RulesetProposed(_) => {}
            RulesetEvent::RulesetAdopted(adoption) => {
                self.ruleset = Some(adoption.version);
                self.rules = adoption.rules.clone();
            }
        }
    }

    fn store(&self, number: u32) -> Option<&Store> {
        self.stores.get(usize::try_from(number).ok()?)
    }

    /// Changes the store of a facility by its id; nothing, when that is no legal id.
    fn change(&mut self, id: &str, change: impl FnOnce(&mut Codes, &mut Store)) {
        let parse = |id: &str| FacilityId::new(id).ok();
        if let Some(number) = self.facilities.intern_text(id, parse) {
            self.change_store(number, change);
        }
    }

    /// Changes the store of a facility by its number, new when nothing was said of it yet.
    fn change_store(&mut self, number: u32, change: impl FnOnce(&mut Codes, &mut Store)) {
        let Ok(place) = usize::try_from(number) else {
            return;
        };
        if place >= self.stores.len() {
            self.stores.resize_with(place + 1, Store::default);
        }
        if let Some(store) = self.stores.get_mut(place) {
            change(&mut self.codes, store);
            for item in store.fresh.drain(..) {
                self.holders.put(item, number);
            }
        }
    }
}
