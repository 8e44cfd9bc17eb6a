//! Distribution: where goods went. What moved in and out of every facility, what is on its way between two of them, what
//! suppliers delivered, what was lost, and how evenly things are shared out.
//!
//! | File | What | Questions |
//! |---|---|---|
//! | [`flows`] | sums per facility, item, month and account | [`Distribution::flows`], [`Distribution::flows_of`] |
//! | [`balance`] | the balance equation, and the account of goods in transit | [`balance::equations`], [`balance::of_period`], [`balance::check`], [`balance::transit`], [`balance::check_transit`] |
//! | [`transit`] | transfers: lines, due, overdue, lead times | [`Distribution::transfers`], [`Distribution::transfer`], [`Distribution::in_transit`], [`Distribution::lead_times`], [`Distribution::unsettled_documents`] |
//! | [`deliveries`] | orders: delivered, on time, in full | [`Distribution::deliveries`], [`Distribution::order_lines`], [`Distribution::delivery_summary`], [`Distribution::delivery_summaries`] |
//! | [`losses`] | losses by reason and month; wastage | [`losses::losses`], [`losses::wastage`] |
//! | [`equity`] | population-weighted Gini of issues and of months of stock | [`equity::equity`] |
//!
//! Questions about this view alone are its methods; those that need [`shortage`](crate::shortage) too (balances, expiry,
//! governorates, populations) are functions of [`Views`](crate::registry::Views). Every answer is an [`Answer`].
//!
//! Flows add the amounts of documents as they are recorded, in the month they are effective in; they know no timeline. A
//! reversed document is taken back by its own amounts, which are kept as long as it can be reversed. Transfers and
//! orders are kept with their dates, so a question may be about any earlier instant: what is dated later is left out.

pub mod balance;
pub mod deliveries;
pub mod equity;
pub mod flows;
pub mod losses;
mod purchases;
mod rows;
mod store;
mod tally;
mod transfers;
pub mod transit;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::Event;
use sijill_ledger_core::domain::ruleset::{Event as RulesetEvent, Rules, Ruleset};
use sijill_ledger_core::domain::stock;
use sijill_ledger_core::domain::values::{
    EffectiveAt, FacilityId, ItemCode, Month, OrganizationId,
};
use sijill_ledger_core::event::Recorded;

pub use crate::page::{Page, Paged};
pub use crate::shortage::query::Answer;
pub use crate::trade::transfers::Sums;
pub use flows::{Account, Flows, Period};
pub use transfers::OutIn;

use crate::intern::{Interner, KeyCodes};
use crate::trade::Names;
use crate::trade::transfers::What;
use crate::view::{AsOf, View};
use flows::Months;
use purchases::Purchases;
use store::Store;
use transfers::Transfers;

/// The view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Distribution {
    as_of: Option<AsOf>,
    ruleset: Option<u32>,
    rules: Rules,
    codes: Codes,
    /// By facility number.
    stores: Vec<Store>,
    transfers: Transfers,
    purchases: Purchases,
}

/// The numbers of all codes of the view.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Codes {
    keys: KeyCodes,
    facilities: Interner<FacilityId>,
    organizations: Interner<OrganizationId>,
}

impl Codes {
    fn names(&mut self) -> Names<'_> {
        Names {
            keys: &mut self.keys,
            facilities: &mut self.facilities,
            organizations: &mut self.organizations,
        }
    }
}

impl View for Distribution {
    const NAME: &'static str = "distribution";
    const VERSION: u32 = 2;

    fn apply(&mut self, event: &Recorded) {
        self.as_of = Some(AsOf::of(event));
        let (id, at) = (event.stream.id(), event.metadata.effective_at);
        match &event.event {
            Event::Stock(stock) => self.document(id, stock, event.revision, at),
            Event::Order(order) => self.purchases.event(&mut self.codes, id, order, at.date()),
            Event::Transfer(transfer) => {
                let codes = &mut self.codes;
                for entry in self.transfers.event(codes, id, transfer, at.date()) {
                    let account = if entry.what == What::Rejected {
                        Account::TransitRejected
                    } else {
                        Account::TransitLost
                    };
                    if let Some(store) = self.store_mut(entry.facility) {
                        let month = entry.on.month();
                        store.add(entry.key.item, month, account, -entry.quantity);
                    }
                }
            }
            Event::Ruleset(RulesetEvent::RulesetAdopted(adoption))
                if event.stream == Ruleset::national() =>
            {
                self.ruleset = Some(adoption.version);
                self.rules = adoption.rules.clone();
            }
            Event::Application(_)
            | Event::Committee(_)
            | Event::Disclosure(_)
            | Event::Envelope(_)
            | Event::Facility(_)
            | Event::Item(_)
            | Event::Migration(_)
            | Event::Official(_)
            | Event::Organization(_)
            | Event::Plan(_)
            | Event::Process(_)
            | Event::Qualification(_)
            | Event::Reaction(_)
            | Event::Requisition(_)
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

impl Distribution {
    /// The last event that the view has seen; `None` for an empty log.
    pub const fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// The flows of every item in every facility over a period, in the order of facility and item.
    pub fn flows(&self, period: Period) -> Vec<(&FacilityId, &ItemCode, Flows)> {
        let mut all = Vec::new();
        for (number, facility) in self.codes.facilities.sorted() {
            let cells = self.store(number).into_iter().flat_map(Store::cells);
            let start = all.len();
            all.extend(cells.filter_map(|(item, months)| {
                let item = self.codes.keys.items.code(item)?;
                Some((facility, item, months.over(period)))
            }));
            all[start..].sort_unstable_by_key(|(_, item, _)| *item);
        }
        all
    }

    /// The flows of one item in one facility over a period; none where nothing ever moved.
    pub fn flows_of(&self, facility: &FacilityId, item: &ItemCode, period: Period) -> Flows {
        let months = self.cell(facility, item);
        months.map_or_else(Flows::default, |months| months.over(period))
    }

    /// What was booked for one item in one facility, in the order of the months.
    fn months_of(&self, facility: &FacilityId, item: &ItemCode) -> Vec<(Month, Account, Decimal)> {
        let mut booked = Vec::new();
        if let Some(months) = self.cell(facility, item) {
            months.each(|month, account, amount| booked.push((month, account, amount)));
        }
        booked
    }

    fn cell(&self, facility: &FacilityId, item: &ItemCode) -> Option<&Months> {
        let number = self.codes.facilities.number(facility.as_str())?;
        let item = self.codes.keys.items.number(item.as_str())?;
        self.store(number)?.cell(item)
    }

    /// An answer as of the view's place in the log.
    fn answer<T>(&self, at: EffectiveAt, value: T) -> Answer<T> {
        Answer {
            as_of: self.as_of,
            at,
            definition: Self::VERSION,
            ruleset: self.ruleset,
            rules: self.rules.clone(),
            value,
        }
    }

    fn document(&mut self, id: &str, event: &stock::Event, revision: u64, at: EffectiveAt) {
        let parse = |id: &str| FacilityId::new(id).ok();
        let Some(number) = self.codes.facilities.intern_text(id, parse) else {
            return;
        };
        let (codes, place) = (&mut self.codes, (number, revision));
        self.transfers.stock(codes, place, event, at.date());
        let lines = store::lines(&mut codes.keys, event, revision, at);
        let Some(store) = self.store_mut(number) else {
            return;
        };
        if let stock::Event::DocumentReversed(reversal) = event {
            store.reverse(reversal.original);
        }
        for line in lines {
            store.enter(line);
        }
    }

    fn store(&self, number: u32) -> Option<&Store> {
        self.stores.get(usize::try_from(number).ok()?)
    }

    /// The store of a facility by its number, new when nothing moved there yet.
    fn store_mut(&mut self, number: u32) -> Option<&mut Store> {
        let number = usize::try_from(number).ok()?;
        if number >= self.stores.len() {
            self.stores.resize_with(number + 1, Store::default);
        }
        self.stores.get_mut(number)
    }
}
