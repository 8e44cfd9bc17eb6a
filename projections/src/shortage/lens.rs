//! One row: everything that is said of one item in one facility.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::item::Profile;
use sijill_ledger_core::domain::values::{
    Date, EffectiveAt, FacilityId, ItemCode, Month, Quantity,
};

use super::Shortage;
use super::amc::{self, Amc, Exclusion, MonthFigures};
use super::cell::{Card, Cell};
use super::outlook::{Lot, Outlook, expiry_risk, projected_stockout, suggested_order};
use super::query::{CardRow, FacilityLabel, ItemLabel, Quantities, Row};
use super::reorder::reorder_point;
use super::status::{months_of_stock, status};
use super::stockout::{CardDays, UsableDays};
use super::store::{KeyNo, Store};
use super::supply::Pipeline;

/// Everything that the rows of one store share.
pub(super) struct Lens<'a> {
    view: &'a Shortage,
    store: &'a Store,
    at: EffectiveAt,
    /// The first month of the look-back.
    from: Month,
    uninspected: BTreeMap<KeyNo, Decimal>,
    reserved: BTreeMap<KeyNo, Decimal>,
    /// The facility's number.
    number: u32,
    /// By item number.
    supply: BTreeMap<u32, Pipeline>,
}

impl<'a> Lens<'a> {
    pub fn new(
        view: &'a Shortage,
        (facility, store): (&FacilityId, &'a Store),
        at: EffectiveAt,
        item: Option<&ItemCode>,
    ) -> Self {
        let item = item.and_then(|code| view.codes.items.number(code.as_str()));
        let look_back = i32::from(view.rules.amc_look_back_months);
        let from = at.date().month().plus(-look_back);
        let number = view.facilities.number(facility.as_str());
        let number = number.unwrap_or(u32::MAX);
        let days = (from.first(), at.date());
        let context = (&view.rules, &view.facilities);
        Self {
            view,
            store,
            at,
            from,
            uninspected: store.inspections.by_key(item),
            reserved: store.reservations.by_key(item),
            number,
            supply: view.supply.of(number, item, days, context),
        }
    }

    pub fn row(&self, facility: &FacilityId, (number, item): (u32, &ItemCode), cell: &Cell) -> Row {
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
        let supply = self.supply.get(&number).cloned().unwrap_or_default();
        let max = cell.assortment.map(|(_, max)| max);
        let outlook = self.outlook(number, (&quantities, &cards), &amc, &supply, max);
        Row {
            facility: facility.clone(),
            facility_profile: self.store.profile.as_ref().map(facility_label),
            item: item.clone(),
            item_profile: self.view.listed.get(&number).map(item_label),
            open: !self.store.closed,
            handled: cell.is_handled(),
            reporting: self.store.is_reporting(self.at),
            min: cell.assortment.map(|(min, _)| min),
            max,
            quantities,
            months_of_stock: months_of_stock(quantities.usable, amc.value),
            status: status(quantities.usable, amc.value, &self.view.rules),
            amc,
            stockout_days: days.stockout_days(from, until),
            episodes: days.episodes(from, until),
            complete: cell.kept_from().is_none_or(|kept| kept <= self.at.at()),
            cards,
            supply,
            outlook,
        }
    }

    fn outlook(
        &self,
        item: u32,
        (quantities, cards): (&Quantities, &[CardRow]),
        amc: &Amc,
        supply: &Pipeline,
        max: Option<Quantity>,
    ) -> Outlook {
        let today = self.at.date();
        let leads = self.view.supply.leads.of((self.number, item));
        let max = max.filter(|max| !max.is_zero());
        let order = suggested_order(amc.value, max, quantities, supply, &self.view.rules);
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
