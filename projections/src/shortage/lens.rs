//! What is said of one item in one facility, at one instant, as it was known when the question was asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item::Profile;
use sijill_ledger_core::domain::ruleset::Rules;
use sijill_ledger_core::domain::values::{Date, EffectiveAt, FacilityId, ItemCode, Month};
use sijill_ledger_core::time::Timestamp;

use super::amc::{self, Amc, Exclusion, MonthFigures};
use super::cell::{Card, Cell};
use super::outlook::{Lot, Outlook, expiry_risk, projected_stockout, suggested_order};
use super::query::{CardRow, FacilityLabel, ItemLabel, Quantities, Row, Urgency};
use super::reorder::{LeadTimes, reorder_point};
use super::status::{Status, months_of_stock, status};
use super::stockout::{CardDays, UsableDays};
use super::store::{Codes, KeyNo, Store};
use super::supply::Pipeline;
use super::{Listed, Shortage};

/// What all facilities of a question share.
#[derive(Debug)]
pub(super) struct Scene {
    at: EffectiveAt,
    rules: Rules,
    /// The months of the look-back, oldest first.
    months: Vec<Span>,
    /// The first day of the look-back.
    from: Date,
    /// The instant at which the look-back begins.
    since: Timestamp,
    listed: Arc<Listed>,
}

/// A month with what is asked of it for every item.
#[derive(Clone, Copy, Debug)]
struct Span {
    month: Month,
    first: Date,
    last: Date,
    start: Timestamp,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figures {
    /// Quantities alone.
    Stock,
    /// Everything, what is on its way included.
    All,
}

/// Everything that the rows of one store share. It holds what the view knew, and the view may go on.
#[derive(Debug)]
pub(super) struct Lens {
    scene: Arc<Scene>,
    pub facility: FacilityId,
    profile: Option<Arc<facility::Profile>>,
    open: bool,
    reporting: bool,
    /// Whether the facility reported, by month of the look-back.
    reported: Vec<bool>,
    uninspected: BTreeMap<KeyNo, Decimal>,
    reserved: BTreeMap<KeyNo, Decimal>,
    /// By item number.
    supply: BTreeMap<u32, Pipeline>,
    /// By item number.
    leads: BTreeMap<u32, LeadTimes>,
}

/// How well an item is stocked: what rows are sorted and chosen by.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The sums over the cards.
    pub quantities: Quantities,
    /// Average monthly consumption, in base units; `None` when no month could be used.
    pub amc: Option<Decimal>,
    /// Usable ÷ average monthly consumption.
    pub months_of_stock: Option<Decimal>,
    /// What that means.
    pub status: Status,
    /// Stock-out days from the first day of the look-back to the day before the instant.
    pub stockout_days: u32,
    /// How bad that is.
    pub urgency: Urgency,
}

impl Scene {
    pub fn new(view: &Shortage, at: EffectiveAt) -> Self {
        let look_back = i32::from(view.rules.amc_look_back_months);
        let from = at.date().month().plus(-look_back);
        let offset = at.offset_minutes();
        let span = |n| {
            let month = from.plus(n);
            let first = month.first();
            Span {
                month,
                first,
                last: month.last(),
                start: first.start(offset),
            }
        };
        Self {
            at,
            rules: view.rules.clone(),
            months: (0..look_back).map(span).collect(),
            from: from.first(),
            since: from.first().start(offset),
            listed: Arc::clone(&view.listed),
        }
    }

    pub fn profile(&self, item: u32) -> Option<&Profile> {
        self.listed.get(&item).map(AsRef::as_ref)
    }
}

impl Lens {
    pub fn new(
        view: &Shortage,
        scene: &Arc<Scene>,
        (facility, store): (&FacilityId, &Store),
        item: Option<&ItemCode>,
        figures: Figures,
    ) -> Self {
        let item = item.and_then(|code| view.codes.items.number(code.as_str()));
        let number = view.facilities.number(facility.as_str());
        let number = number.unwrap_or(u32::MAX);
        let (supply, leads) = match figures {
            Figures::Stock => (BTreeMap::new(), BTreeMap::new()),
            Figures::All => {
                let days = (scene.from, scene.at.date());
                let context = (&view.rules, &view.facilities);
                let supply = view.supply.of(number, item, days, context);
                (supply, view.supply.leads.of(number))
            }
        };
        let months = scene.months.iter();
        Self {
            scene: Arc::clone(scene),
            facility: facility.clone(),
            profile: store.profile.clone(),
            open: !store.closed,
            reporting: store.is_reporting(scene.at),
            reported: months
                .map(|span| store.reported.contains(&span.month))
                .collect(),
            uninspected: store.inspections.by_key(item),
            reserved: store.reservations.by_key(item),
            supply,
            leads,
        }
    }

    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn profile(&self) -> Option<&facility::Profile> {
        self.profile.as_deref()
    }

    /// What is on its way of an item.
    pub fn supply(&self, item: u32) -> Option<&Pipeline> {
        self.supply.get(&item)
    }

    /// How well an item is stocked.
    pub fn standing(&self, item: u32, cell: &Cell) -> Standing {
        self.measured(item, cell).0
    }

    /// What lies ahead of an item.
    pub fn lies_ahead(&self, codes: &Codes, item: u32, cell: &Cell) -> Outlook {
        let (standing, amc, _) = self.measured(item, cell);
        let cards = self.card_rows(codes, item, cell);
        let none = Pipeline::default();
        let supply = self.supply(item).unwrap_or(&none);
        self.outlook((item, cell), (&standing.quantities, &cards), &amc, supply)
    }

    fn measured(&self, item: u32, cell: &Cell) -> (Standing, Amc, UsableDays) {
        let scene = &self.scene;
        let live: Vec<&Card> = cell.live_cards(scene.since).collect();
        let first = cell.first.unwrap_or(scene.at.date());
        let days = UsableDays::of(
            live.iter().map(|card| card_days(card, cell)),
            first,
            scene.at.offset_minutes(),
        );
        let cards = cell.cards().iter();
        let quantities = cards.fold(Quantities::default(), |sum, card| {
            sum.plus(&self.quantities(item, card, cell))
        });
        let amc = amc::average(self.months(cell, &live, &days));
        let months_of_stock = months_of_stock(quantities.usable, amc.value);
        let status = status(quantities.usable, amc.value, &scene.rules);
        let stockout_days = days.stockout_days(scene.from, scene.at.date());
        let standing = Standing {
            quantities,
            amc: amc.value,
            months_of_stock,
            status,
            stockout_days,
            urgency: Urgency::of(self.reporting, (status, months_of_stock, stockout_days)),
        };
        (standing, amc, days)
    }

    pub fn row(&self, codes: &Codes, (number, item): (u32, &ItemCode), cell: &Cell) -> Row {
        let scene = &self.scene;
        let (standing, amc, days) = self.measured(number, cell);
        let cards = self.card_rows(codes, number, cell);
        let supply = self.supply.get(&number).cloned().unwrap_or_default();
        let (min, max) = cell.assortment.unzip();
        let stock = (&standing.quantities, &*cards);
        let outlook = self.outlook((number, cell), stock, &amc, &supply);
        Row {
            facility: self.facility.clone(),
            facility_profile: self.profile().map(facility_label),
            item: item.clone(),
            item_profile: scene.profile(number).map(item_label),
            open: self.open,
            handled: cell.is_handled(),
            reporting: self.reporting,
            min,
            max,
            quantities: standing.quantities,
            months_of_stock: standing.months_of_stock,
            status: standing.status,
            amc,
            stockout_days: standing.stockout_days,
            episodes: days.episodes(scene.from, scene.at.date()),
            complete: cell.kept_from().is_none_or(|kept| kept <= scene.at.at()),
            cards,
            supply,
            outlook,
        }
    }

    fn outlook(
        &self,
        (item, cell): (u32, &Cell),
        (quantities, cards): (&Quantities, &[CardRow]),
        amc: &Amc,
        supply: &Pipeline,
    ) -> Outlook {
        let (today, rules) = (self.scene.at.date(), &self.scene.rules);
        let max = cell.assortment.map(|(_, max)| max);
        let leads = self.leads.get(&item).copied().unwrap_or_default();
        let max = max.filter(|max| !max.is_zero());
        let order = suggested_order(amc.value, max, quantities, supply, rules);
        let stockout = |amc| projected_stockout(today, &lots(today, cards, supply), amc);
        Outlook {
            suggested_order: order,
            projected_stockout: amc.value.and_then(stockout),
            expiry_risk: amc.value.map(|amc| expiry_risk(today, cards, amc)),
            reorder: reorder_point(amc, &leads),
        }
    }

    /// The months of the look-back, oldest first.
    fn months(&self, cell: &Cell, live: &[&Card], days: &UsableDays) -> Vec<MonthFigures> {
        let scene = &self.scene;
        let timelines = live.iter().map(|card| &card.timeline);
        let lasts: Vec<Date> = scene.months.iter().map(|span| span.last).collect();
        let consumed = amc::consumption(timelines, scene.from, &lasts);
        let kept = cell.kept_from();
        let spans = scene.months.iter().zip(&self.reported);
        spans
            .zip(consumed)
            .map(|((span, reported), net)| {
                let stocked = days.stocked_days(span.first, span.last.plus_days(1));
                let without = span.month.day_count().saturating_sub(stocked);
                MonthFigures::new(span.month, net, without, scene.rules.amc_stocked_days_min)
                    .excluded(exclusion(cell.first, kept, span, *reported))
            })
            .collect()
    }

    pub fn card_rows(&self, codes: &Codes, item: u32, cell: &Cell) -> Vec<CardRow> {
        let shown = |card: &&Card| self.shows(item, card, cell);
        let shown = cell.cards().iter().filter(shown);
        let mut rows: Vec<CardRow> = shown
            .map(|card| self.card_row(codes, item, card, cell))
            .collect();
        rows.sort_unstable_by(|a, b| (&a.batch, &a.programme).cmp(&(&b.batch, &b.programme)));
        rows
    }

    /// Whether a card is shown: those with stock, or with a movement since the look-back began.
    pub fn shows(&self, item: u32, card: &Card, cell: &Cell) -> bool {
        card.is_live(self.scene.since) || self.quantities(item, card, cell) != Quantities::default()
    }

    pub fn card_row(&self, codes: &Codes, item: u32, card: &Card, cell: &Cell) -> CardRow {
        let batch = card.batch.and_then(|number| codes.batches.code(number));
        let programme = card.programme.and_then(|no| codes.programmes.code(no));
        CardRow {
            batch: batch.cloned(),
            programme: programme.cloned(),
            expiry: card.expiry.date(),
            quantities: self.quantities(item, card, cell),
        }
    }

    pub fn quantities(&self, item: u32, card: &Card, cell: &Cell) -> Quantities {
        let at = self.scene.at;
        let key = KeyNo {
            item,
            batch: card.batch,
            programme: card.programme,
        };
        let (expired, blocked) = cell.unusable(card, at);
        let on_hand = card.timeline.balance_at(at.at());
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

/// Why a month says nothing, apart from its stocked days.
fn exclusion(
    first: Option<Date>,
    kept: Option<Timestamp>,
    span: &Span,
    reported: bool,
) -> Option<Exclusion> {
    if first.is_none_or(|first| span.last < first) {
        Some(Exclusion::BeforeFirstMovement)
    } else if !reported {
        Some(Exclusion::NotReported)
    } else if kept.is_some_and(|kept| span.start < kept) {
        Some(Exclusion::NotKept)
    } else {
        None
    }
}

/// Usable stock, and what is to come by its due day; what is overdue or without a day is not counted on.
fn lots(today: Date, cards: &[CardRow], supply: &Pipeline) -> Vec<Lot> {
    let stock = cards.iter().map(|card| Lot {
        from: today,
        expiry: card.expiry,
        quantity: card.quantities.usable,
    });
    let to_come = |due: Date, quantity| Lot {
        from: due.max(today.plus_days(1)),
        expiry: None,
        quantity,
    };
    let moving = supply.transfers.iter().filter(|one| !one.overdue);
    let moving = moving.map(|one| to_come(one.due, one.quantity));
    let ordered = supply.orders.iter().filter(|one| !one.late);
    let ordered = ordered.filter_map(|one| Some(to_come(one.due?, one.quantity)));
    stock.chain(moving).chain(ordered).collect()
}

fn card_days<'a>(card: &'a Card, cell: &'a Cell) -> CardDays<'a> {
    CardDays {
        timeline: &card.timeline,
        expiry: card.expiry.date(),
        history: cell.history(card.batch),
    }
}

pub(super) fn facility_label(profile: &facility::Profile) -> FacilityLabel {
    FacilityLabel {
        names: profile.names.clone(),
        kind: profile.kind,
        governorate: profile.governorate.clone(),
        owner: profile.owner.clone(),
        population: profile.population,
    }
}

fn item_label(profile: &Profile) -> ItemLabel {
    ItemLabel {
        names: profile.names.clone(),
        category: profile.category,
        base_unit: profile.base_unit.as_str().to_owned(),
    }
}
