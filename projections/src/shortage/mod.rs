//! Shortage: what is on hand, how fast it is used, how long it lasts, and when there was none.
//!
//! | File | What |
//! |---|---|
//! | `store`, `cell`, `outstanding` | the state: per facility, per item, per batch × programme; what awaits inspection or is reserved |
//! | [`amc`] | average monthly consumption |
//! | [`stockout`] | usable stock per day, stock-out days, episodes, rate |
//! | [`status`] | months of stock and the status that follows |
//! | [`query`], [`rates`] | the questions that can be asked |
//! | `registry` | the facilities and items behind the codes |
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
mod outstanding;
pub mod query;
pub mod rates;
mod registry;
mod rows;
pub mod status;
pub mod stockout;
mod store;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::facility::Event as FacilityEvent;
use sijill_ledger_core::domain::item::{Event as ItemEvent, Profile};
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Rules, Ruleset};
use sijill_ledger_core::domain::values::{FacilityId, ItemCode};
use sijill_ledger_core::event::Recorded;

use crate::intern::Interner;
use crate::view::{AsOf, View};
use query::Filter;
pub use registry::KnownFacility;
use store::{Codes, Store};

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shortage {
    as_of: Option<AsOf>,
    ruleset: Option<u32>,
    rules: Rules,
    codes: Codes,
    /// Particulars by item number; items that are not listed have none.
    listed: BTreeMap<u32, Profile>,
    facilities: Interner<FacilityId>,
    /// By facility number.
    stores: Vec<Store>,
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
    const VERSION: u32 = 1;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        match &event.event {
            Event::Stock(stock) => {
                if let Some((codes, store)) = self.store_mut(event.stream.id()) {
                    let at = event.metadata.effective_at;
                    store.document(codes, stock, event.revision, at);
                }
            }
            Event::Facility(facility) => self.facility(event.stream.id(), facility),
            Event::Item(item) => self.item(event.stream.id(), item),
            Event::Ruleset(ruleset) if event.stream == Ruleset::national() => self.rules(ruleset),
            Event::Ruleset(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Order(_)
            | Event::Organization(_)
            | Event::Process(_)
            | Event::Reaction(_)
            | Event::Requisition(_)
            | Event::Transfer(_) => {}
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
        let Some((codes, store)) = self.store_mut(id) else {
            return;
        };
        match event {
            FacilityEvent::FacilityOpened(profile) => store.profile = Some(profile.clone()),
            FacilityEvent::FacilityAmended(amendment) => {
                store.profile = Some(amendment.profile.clone());
            }
            FacilityEvent::AssortmentSet(assortment) => store.set_assortment(codes, assortment),
            FacilityEvent::CustodyHandedOver(_) => {}
            FacilityEvent::FacilityClosed(_) => store.closed = true,
        }
    }

    fn item(&mut self, code: &str, event: &ItemEvent) {
        let items = &mut self.codes.items;
        let Some(number) = items.intern_text(code, |code| ItemCode::new(code).ok()) else {
            return;
        };
        match event {
            ItemEvent::ItemListed(profile) => {
                self.listed.insert(number, profile.clone());
            }
            ItemEvent::ItemAmended(amendment) => {
                self.listed.insert(number, amendment.profile.clone());
            }
            // What is in stock of a delisted item is used up, so it is shown as before.
            ItemEvent::ReferencePriceSet(_) | ItemEvent::ItemDelisted(_) => {}
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

    /// The store of a facility by its id, new when it is not known yet; `None` when that is no legal id.
    fn store_mut(&mut self, id: &str) -> Option<(&mut Codes, &mut Store)> {
        let parse = |id: &str| FacilityId::new(id).ok();
        let number = usize::try_from(self.facilities.intern_text(id, parse)?).ok()?;
        if number >= self.stores.len() {
            self.stores.resize_with(number + 1, Store::default);
        }
        Some((&mut self.codes, self.stores.get_mut(number)?))
    }
}
