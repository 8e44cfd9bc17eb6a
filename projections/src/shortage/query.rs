//! Questions to the view. Pure: the instant is given, the place in the log is the view's.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item::{Category, Profile};
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{
    Batch, Date, EffectiveAt, FacilityId, ItemCode, Month, Names, OrganizationId, Place, Programme,
    Quantity,
};

use super::Shortage;
use super::amc::{self, Amc, Exclusion, MonthFigures};
use super::cell::{Card, Cell};
use super::status::{Status, months_of_stock, status};
use super::stockout::{CardDays, Episode, UsableDays};
use super::store::{KeyNo, Store};
use crate::view::{AsOf, View as _};

/// An answer with what it rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Answer<T> {
    /// The last event that the view had seen; `None` for an empty log.
    pub as_of: Option<AsOf>,
    /// The instant that was asked for.
    pub at: EffectiveAt,
    /// Version of the definitions: [`Shortage::VERSION`](crate::view::View::VERSION).
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
    /// The facilities of one owner.
    pub owner: Option<OrganizationId>,
    /// The items of one category.
    pub category: Option<Category>,
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
pub struct Row {
    /// The facility.
    pub facility: FacilityId,
    /// Its names and kind; `None` when it is not registered.
    pub facility_profile: Option<FacilityLabel>,
    /// The item.
    pub item: ItemCode,
    /// Its names, category and unit; `None` when it is not listed.
    pub item_profile: Option<ItemLabel>,
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
        let mut rows = Vec::new();
        for (facility, store) in self.stores(filter) {
            let lens = Lens::new(self, store, at, filter.item.as_ref());
            for (number, item, cell) in self.cells(store, filter) {
                rows.push(lens.row(facility, (number, item), cell));
            }
        }
        self.answer(at, rows)
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
    pub(super) fn answer<T>(&self, at: EffectiveAt, value: T) -> Answer<T> {
        Answer {
            as_of: self.as_of,
            at,
            definition: Self::VERSION,
            ruleset: self.ruleset,
            rules: self.rules.clone(),
            value,
        }
    }

    /// Stores in the order of their facilities' ids.
    pub(super) fn stores(&self, filter: &Filter) -> Vec<(&FacilityId, &Store)> {
        let named = |id: &FacilityId| filter.facility.as_ref().is_none_or(|f| f == id);
        let placed = |store: &Store| {
            let profile = store.profile.as_ref();
            let place = profile.and_then(|p| p.governorate.as_ref());
            let owner = profile.and_then(|p| p.owner.as_ref());
            (filter.governorate.is_none() || place == filter.governorate.as_ref())
                && (filter.owner.is_none() || owner == filter.owner.as_ref())
        };
        self.facilities
            .sorted()
            .into_iter()
            .filter_map(|(number, id)| Some((id, self.store(number)?)))
            .filter(|(id, store)| named(id) && placed(store))
            .collect()
    }

    /// Cells of a store in the order of their items' codes.
    pub(super) fn cells<'a>(
        &'a self,
        store: &'a Store,
        filter: &Filter,
    ) -> Vec<(u32, &'a ItemCode, &'a Cell)> {
        let named = |code: &ItemCode| filter.item.as_ref().is_none_or(|item| item == code);
        let sorted = |number: u32| {
            let category = self.listed.get(&number).map(|profile| profile.category);
            filter.category.is_none() || category == filter.category
        };
        let mut cells: Vec<_> = store
            .cells
            .iter()
            .filter(|(number, _)| sorted(**number))
            .filter_map(|(number, cell)| Some((*number, self.codes.items.code(*number)?, cell)))
            .filter(|(_, code, _)| named(code))
            .collect();
        cells.sort_unstable_by_key(|(_, code, _)| *code);
        cells
    }
}

/// Everything that the rows of one store share.
struct Lens<'a> {
    view: &'a Shortage,
    store: &'a Store,
    at: EffectiveAt,
    /// The first month of the look-back.
    from: Month,
    uninspected: BTreeMap<KeyNo, Decimal>,
    reserved: BTreeMap<KeyNo, Decimal>,
}

impl<'a> Lens<'a> {
    fn new(view: &'a Shortage, store: &'a Store, at: EffectiveAt, item: Option<&ItemCode>) -> Self {
        let item = item.and_then(|code| view.codes.items.number(code.as_str()));
        let look_back = i32::from(view.rules.amc_look_back_months);
        Self {
            view,
            store,
            at,
            from: at.date().month().plus(-look_back),
            uninspected: store.inspections.by_key(item),
            reserved: store.reservations.by_key(item),
        }
    }

    fn row(&self, facility: &FacilityId, (number, item): (u32, &ItemCode), cell: &Cell) -> Row {
        let since = self.from.first().start(self.at.offset_minutes());
        let live: Vec<&Card> = cell.live_cards(since).collect();
        let first = cell.first.unwrap_or(self.at.date());
        let days = UsableDays::of(
            live.iter().map(|card| card_days(card, cell)),
            first,
            self.at.offset_minutes(),
        );
        let cards = self.card_rows(number, cell);
        let quantities = cards.iter().fold(Quantities::default(), |sum, card| {
            sum.plus(&card.quantities)
        });
        let amc = amc::average(self.months(cell, &live, &days));
        let (from, until) = (self.from.first(), self.at.date());
        Row {
            facility: facility.clone(),
            facility_profile: self.store.profile.as_ref().map(facility_label),
            item: item.clone(),
            item_profile: self.view.listed.get(&number).map(item_label),
            handled: cell.is_handled(),
            reporting: self.store.is_reporting(self.at),
            min: cell.assortment.map(|(min, _)| min),
            max: cell.assortment.map(|(_, max)| max),
            quantities,
            months_of_stock: months_of_stock(quantities.usable, amc.value),
            status: status(quantities.usable, amc.value, &self.view.rules),
            amc,
            stockout_days: days.stockout_days(from, until),
            episodes: days.episodes(from, until),
            complete: cell.kept_from().is_none_or(|kept| kept <= self.at.at()),
            cards,
        }
    }

    /// The months of the look-back, oldest first.
    fn months(&self, cell: &Cell, live: &[&Card], days: &UsableDays) -> Vec<MonthFigures> {
        let look_back = self.view.rules.amc_look_back_months;
        let timelines = live.iter().map(|card| &card.timeline);
        let consumed = amc::consumption(timelines, self.from, look_back);
        (0..)
            .zip(consumed)
            .map(|(n, net)| {
                let month = self.from.plus(n);
                let stocked = days.stocked_days(month.first(), month.last().plus_days(1));
                let without = month.day_count().saturating_sub(stocked);
                MonthFigures::new(month, net, without, self.view.rules.amc_stocked_days_min)
                    .excluded(self.exclusion(cell, month))
            })
            .collect()
    }

    /// Why a month says nothing, apart from its stocked days.
    fn exclusion(&self, cell: &Cell, month: Month) -> Option<Exclusion> {
        let start = month.first().start(self.at.offset_minutes());
        if cell.first.is_none_or(|first| month.last() < first) {
            Some(Exclusion::BeforeFirstMovement)
        } else if !self.store.reported.contains(&month) {
            Some(Exclusion::NotReported)
        } else if cell.kept_from().is_some_and(|kept| start < kept) {
            Some(Exclusion::NotKept)
        } else {
            None
        }
    }

    fn card_rows(&self, item: u32, cell: &Cell) -> Vec<CardRow> {
        let since = self.from.first().start(self.at.offset_minutes());
        let codes = &self.view.codes;
        let mut rows: Vec<CardRow> = cell
            .cards()
            .iter()
            .filter_map(|card| {
                let key = KeyNo {
                    item,
                    batch: card.batch,
                    programme: card.programme,
                };
                let quantities = self.quantities(key, card, cell);
                let live = card.is_live(since) || quantities != Quantities::default();
                live.then(|| CardRow {
                    batch: card.batch.and_then(|n| codes.batches.code(n)).cloned(),
                    programme: card
                        .programme
                        .and_then(|n| codes.programmes.code(n))
                        .cloned(),
                    expiry: card.expiry.date(),
                    quantities,
                })
            })
            .collect();
        rows.sort_unstable_by(|a, b| (&a.batch, &a.programme).cmp(&(&b.batch, &b.programme)));
        rows
    }

    fn quantities(&self, key: KeyNo, card: &Card, cell: &Cell) -> Quantities {
        let (expired, blocked) = cell.unusable(card, self.at);
        let on_hand = card.timeline.balance_at(self.at.at());
        let when = |holds: bool| if holds { on_hand } else { Decimal::ZERO };
        let of = |sums: &BTreeMap<KeyNo, Decimal>| sums.get(&key).copied().unwrap_or_default();
        Quantities {
            on_hand,
            usable: when(!expired && !blocked),
            expired: when(expired),
            blocked: when(blocked && !expired),
            uninspected: of(&self.uninspected),
            reserved: of(&self.reserved),
        }
    }
}

impl Quantities {
    fn plus(self, other: &Self) -> Self {
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

fn card_days<'a>(card: &'a Card, cell: &'a Cell) -> CardDays<'a> {
    CardDays {
        timeline: &card.timeline,
        expiry: card.expiry.date(),
        history: cell.history(card.batch),
    }
}

fn facility_label(profile: &facility::Profile) -> FacilityLabel {
    FacilityLabel {
        names: profile.names.clone(),
        kind: profile.kind,
        governorate: profile.governorate.clone(),
        owner: profile.owner.clone(),
    }
}

fn item_label(profile: &Profile) -> ItemLabel {
    ItemLabel {
        names: profile.names.clone(),
        category: profile.category,
        base_unit: profile.base_unit.as_str().to_owned(),
    }
}
