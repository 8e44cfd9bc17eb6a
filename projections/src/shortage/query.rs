//! Questions to the view. Pure: the instant is given, the place in the log is the view's.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item::Category;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{
    Batch, Date, EffectiveAt, FacilityId, ItemCode, Names, OrganizationId, Place, Programme,
    Quantity,
};

use super::Shortage;
use super::amc::Amc;
use super::cell::Cell;
use super::outlook::Outlook;
use super::status::Status;
use super::stockout::Episode;
use super::store::Store;
use super::supply::Pipeline;
use crate::view::{AsOf, View as _};

/// An answer with what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Answer<T> {
    /// The last event that the view had seen; `None` for an empty log.
    pub as_of: Option<AsOf>,
    /// The instant that was asked for.
    pub at: EffectiveAt,
    /// Version of the view's definitions: its [`VERSION`](crate::view::View::VERSION).
    pub definition: u32,
    /// Version of the national ruleset; `None` for the built-in parameters.
    pub ruleset: Option<u32>,
    /// The parameters that were used.
    pub rules: Rules,
    /// The answer.
    pub value: T,
}

/// What to look at; what is not named does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One facility.
    pub facility: Option<FacilityId>,
    /// One item.
    pub item: Option<ItemCode>,
    /// The facilities of one governorate.
    pub governorate: Option<Place>,
    /// The items of one category.
    pub category: Option<Category>,
    /// The facilities of one owner.
    pub owner: Option<OrganizationId>,
}

/// Quantities in base units. On hand = usable + expired + blocked; the others stand beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quantities {
    /// The balance of the book.
    pub on_hand: Decimal,
    /// Neither expired nor blocked. Reserved stock is still usable: by those it is reserved for.
    pub usable: Decimal,
    /// Past the expiry of its batch.
    pub expired: Decimal,
    /// Of a quarantined or recalled batch that has not expired.
    pub blocked: Decimal,
    /// Received, waiting for inspection; not on hand yet.
    pub uninspected: Decimal,
    /// Set aside, out of what is on hand.
    pub reserved: Decimal,
}

/// One batch of one programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardRow {
    /// The batch, where batches are tracked.
    pub batch: Option<Batch>,
    /// The programme, where one owns the stock.
    pub programme: Option<Programme>,
    /// Usable through this day.
    #[serde(serialize_with = "crate::output::text_option")]
    pub expiry: Option<Date>,
    /// How much there is.
    pub quantities: Quantities,
}

/// One item in one facility.
#[derive(Clone, Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "four facts, each on its own")]
pub struct Row {
    /// The facility.
    pub facility: FacilityId,
    /// Its names and kind; `None` when it is not registered.
    pub facility_profile: Option<FacilityLabel>,
    /// The item.
    pub item: ItemCode,
    /// Its names, category and unit; `None` when it is not listed.
    pub item_profile: Option<ItemLabel>,
    /// The facility is not closed.
    pub open: bool,
    /// The facility handles the item: its assortment says so or, where it says nothing, any movement does.
    pub handled: bool,
    /// The facility reported in the month of the instant or in the one before.
    pub reporting: bool,
    /// Expected minimum, in base units.
    pub min: Option<Quantity>,
    /// Expected maximum, in base units.
    pub max: Option<Quantity>,
    /// The sums over the cards.
    pub quantities: Quantities,
    /// Average monthly consumption.
    pub amc: Amc,
    /// Usable ÷ average monthly consumption.
    pub months_of_stock: Option<Decimal>,
    /// What that means.
    pub status: Status,
    /// Stock-out days from the first day of the look-back to the day before the instant.
    pub stockout_days: u32,
    /// The episodes they form.
    pub episodes: Vec<Episode>,
    /// `false` when the instant lies before the entries that are kept one by one: quantities are then those before
    /// the oldest kept entry, and a view as of an earlier index knows better.
    pub complete: bool,
    /// Cards with stock, or with a movement since the look-back began.
    pub cards: Vec<CardRow>,
    /// What is on its way.
    pub supply: Pipeline,
    /// What lies ahead.
    pub outlook: Outlook,
}

/// How a facility is shown.
#[derive(Clone, Debug, Serialize)]
pub struct FacilityLabel {
    /// Names.
    pub names: Names,
    /// What it is.
    pub kind: facility::Kind,
    /// Governorate by ISO 3166-2.
    pub governorate: Option<Place>,
    /// The organisation that owns it.
    pub owner: Option<OrganizationId>,
    /// People it serves.
    pub population: Option<u32>,
}

/// How an item is shown.
#[derive(Clone, Debug, Serialize)]
pub struct ItemLabel {
    /// Names.
    pub names: Names,
    /// What it is.
    pub category: Category,
    /// The unit of its quantities.
    pub base_unit: String,
}

impl Shortage {
    /// Every item of every facility that was moved, expected or awaited there, in the order of facility and item.
    pub fn stock(&self, at: EffectiveAt, filter: &Filter) -> Answer<Vec<Row>> {
        self.answer(at, self.pick(at, filter).rows(self).collect())
    }

    /// One item in one facility; `None` when neither a movement nor an assortment speaks of it.
    pub fn stock_of(
        &self,
        at: EffectiveAt,
        facility: &FacilityId,
        item: &ItemCode,
    ) -> Answer<Option<Row>> {
        let filter = Filter {
            facility: Some(facility.clone()),
            item: Some(item.clone()),
            ..Filter::default()
        };
        let found = self.stock(at, &filter);
        self.answer(at, found.value.into_iter().next())
    }

    /// An answer as of the view's place in the log.
    pub fn answer<T>(&self, at: EffectiveAt, value: T) -> Answer<T> {
        Answer {
            as_of: self.as_of,
            at,
            definition: Self::VERSION,
            ruleset: self.ruleset,
            rules: self.rules.clone(),
            value,
        }
    }

    /// Stores in the order of their facilities' ids. A question about one facility or one item looks at those alone that
    /// it concerns.
    pub(super) fn stores(&self, filter: &Filter) -> Vec<(&FacilityId, &Store)> {
        let fits = |store: &Store| {
            let profile = store.profile.as_ref();
            let place = profile.and_then(|profile| profile.governorate.as_ref());
            let owner = profile.and_then(|profile| profile.owner.as_ref());
            (filter.governorate.is_none() || place == filter.governorate.as_ref())
                && (filter.owner.is_none() || owner == filter.owner.as_ref())
        };
        self.concerned(filter)
            .into_iter()
            .filter_map(|(number, id)| Some((id, self.store(number)?)))
            .filter(|(_, store)| fits(store))
            .collect()
    }

    /// The facilities that a filter's facility or item leaves, by their ids.
    fn concerned(&self, filter: &Filter) -> Vec<(u32, &FacilityId)> {
        if let Some(id) = &filter.facility {
            let number = self.facilities.number(id.as_str());
            let found = number.and_then(|no| Some((no, self.facilities.code(no)?)));
            return found.into_iter().collect();
        }
        let Some(item) = &filter.item else {
            return self.facilities.sorted();
        };
        let number = self.codes.items.number(item.as_str());
        let holders = number.map_or(&[][..], |number| self.holders.of(number));
        let mut found: Vec<_> = holders
            .iter()
            .filter_map(|no| Some((*no, self.facilities.code(*no)?)))
            .collect();
        found.sort_unstable_by_key(|(_, id)| *id);
        found
    }

    /// Cells of a store in the order of their items' codes.
    pub(super) fn cells<'a>(
        &'a self,
        store: &'a Store,
        filter: &Filter,
    ) -> Vec<(u32, &'a ItemCode, &'a Arc<Cell>)> {
        let sorted = |number: u32| {
            let category = self.listed.get(&number).map(|profile| profile.category);
            filter.category.is_none() || category == filter.category
        };
        let named = |number| Some((number, self.codes.items.code(number)?));
        if let Some(item) = &filter.item {
            let number = self.codes.items.number(item.as_str());
            let cell = number.filter(|number| sorted(*number)).and_then(|number| {
                let (number, code) = named(number)?;
                Some((number, code, store.cells.get(&number)?))
            });
            return cell.into_iter().collect();
        }
        let mut cells: Vec<_> = store
            .cells
            .iter()
            .filter(|(number, _)| sorted(**number))
            .filter_map(|(number, cell)| {
                let (number, code) = named(*number)?;
                Some((number, code, cell))
            })
            .collect();
        cells.sort_unstable_by_key(|(_, code, _)| *code);
        cells
    }
}

impl Row {
    /// Whether it is counted among shortages: a closed facility has none, one that does not handle an item neither, and a durable is
    /// not consumed.
    pub fn counts(&self) -> bool {
        let item = self.item_profile.as_ref();
        let durable = item.is_some_and(|item| item.category == Category::Durable);
        self.open && self.handled && !durable
    }

    /// The order of [`Urgency`], then of facility and item.
    pub(super) fn worst_first(&self, other: &Self) -> std::cmp::Ordering {
        let key = |row: &Self| {
            let figures = (row.status, row.months_of_stock, row.stockout_days);
            Urgency::of(row.reporting, figures)
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| (&self.facility, &self.item).cmp(&(&other.facility, &other.item)))
    }
}

/// What is worst: those that report before those that do not; by status, then by months of stock, the longest stocked-out first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    silent: bool,
    status: Status,
    months_of_stock: Option<Decimal>,
    stockout_days: std::cmp::Reverse<u32>,
}

impl Urgency {
    /// Of whether the facility reports, and of status, months of stock and stock-out days.
    pub(super) fn of(reporting: bool, figures: (Status, Option<Decimal>, u32)) -> Self {
        let (status, months, days) = figures;
        Self {
            silent: !reporting,
            status,
            months_of_stock: months.filter(|_| status != Status::StockedOut),
            stockout_days: std::cmp::Reverse(days),
        }
    }
}

impl Quantities {
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            on_hand: self.on_hand.saturating_add(other.on_hand),
            usable: self.usable.saturating_add(other.usable),
            expired: self.expired.saturating_add(other.expired),
            blocked: self.blocked.saturating_add(other.blocked),
            uninspected: self.uninspected.saturating_add(other.uninspected),
            reserved: self.reserved.saturating_add(other.reserved),
        }
    }
}
