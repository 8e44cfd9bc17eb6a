//! Deliveries of suppliers: on time, in full.
//!
//! - A *delivery* is what one receipt brought of one order line; it is *on time* when it came on the line's due day or before.
//!   Deliveries of lines without a due day are counted apart, and so is what counts for no line: what nobody ordered, and what
//!   another supplier brought.
//! - *Late days* are the days from the due day to the delivery; their median is over late deliveries alone.
//! - A line is *in full* when what was delivered of it, less what inspection rejected, is at least what was ordered; it is on time
//!   and in full when what came on the due day or before was enough.
//! - OTIF = lines on time and in full ÷ lines due until the instant (due day included). *Line fill* = lines in full ÷ lines ordered.
//! - Cancelled orders ask for nothing: their lines are counted apart and are in no quotient. A closed order keeps its lines: what
//!   never came was not delivered in full.
//! - A delivery belongs to the month in which it came, a line to the month in which it is due (without a due day: was ordered).
//!
//! Example: line 1 of an order asks for 100 by 10 March: 60 come on 8 March, 40 on 12 March, two days late; line 2 asks for 50 by 10
//! March: 50 come on 10 March. On 31 March: 3 deliveries, 2 on time, 1 late by 2 days; 2 lines due, both in full, 1 on time and in
//! full: OTIF 0.5, line fill 1.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::values::{
    Date, EffectiveAt, FacilityId, ItemCode, Month, OrderId, OrganizationId,
};

use super::tally::{Code, SeenDelivery, SeenLine, Tally, Wanted};
use super::{Answer, Distribution, Page, Paged, Period};
use crate::trade::orders::{Arrival, End, Order};

/// What to look at; what is not named does not restrict.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// Orders from this supplier.
    pub supplier: Option<OrganizationId>,
    /// Lines for this facility, and deliveries there.
    pub facility: Option<FacilityId>,
    /// Lines of this item.
    pub item: Option<ItemCode>,
    /// One order.
    pub order: Option<OrderId>,
    /// Deliveries that came, and lines that are due, in these months.
    pub period: Period,
}

/// One delivery: what one receipt brought of one order line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryRow {
    /// The order.
    pub order: OrderId,
    /// Number of its line, from 1; `None` when it counts for none.
    pub line: Option<u16>,
    /// Who was to deliver.
    pub supplier: OrganizationId,
    /// Where it came to.
    pub facility: FacilityId,
    /// Revision of the receipt in that store's stock stream.
    pub receipt: u64,
    /// The item.
    pub item: ItemCode,
    /// How much came, in base units.
    pub quantity: Decimal,
    /// Of it, taken over.
    pub accepted: Decimal,
    /// Of it, not taken over.
    pub rejected: Decimal,
    /// The day it came.
    #[serde(serialize_with = "crate::output::text")]
    pub delivered_on: Date,
    /// The last day on which it was on time.
    #[serde(serialize_with = "crate::output::text_option")]
    pub due: Option<Date>,
    /// Whether it was; `None` without a due day.
    pub on_time: Option<bool>,
    /// Days after the due day; zero when on time.
    pub late_days: Option<i32>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderLineRow {
    /// The order.
    pub order: OrderId,
    /// Number of the line, from 1.
    pub line: u16,
    /// Who buys.
    pub buyer: OrganizationId,
    /// Who delivers.
    pub supplier: OrganizationId,
    /// Where to.
    pub facility: FacilityId,
    /// The item.
    pub item: ItemCode,
    /// The day of the order.
    #[serde(serialize_with = "crate::output::text")]
    pub placed_on: Date,
    /// The last day on which it is on time.
    #[serde(serialize_with = "crate::output::text_option")]
    pub due: Option<Date>,
    /// How far it has come.
    pub stage: LineStage,
    /// In base units.
    pub ordered: Decimal,
    /// What came.
    pub delivered: Decimal,
    /// Of it, taken over.
    pub accepted: Decimal,
    /// Of it, not taken over.
    pub rejected: Decimal,
    /// Still expected: ordered − delivered + rejected, at least zero; nothing once the order has ended.
    pub outstanding: Decimal,
    /// The day of the first delivery.
    #[serde(serialize_with = "crate::output::text_option")]
    pub first_delivered_on: Option<Date>,
    /// The day of the last one.
    #[serde(serialize_with = "crate::output::text_option")]
    pub last_delivered_on: Option<Date>,
    /// What came less what was rejected is at least what was ordered.
    pub in_full: bool,
    /// The same until the due day; `None` without one, or while it has not come.
    pub on_time_in_full: Option<bool>,
}

/// How far an order line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum LineStage {
    /// Something is missing after its due day.
    Late,
    /// Something is still expected.
    Open,
    /// Everything came.
    Filled,
    /// The order was closed before everything had come.
    Short,
    /// The order was cancelled.
    Cancelled,
}

/// Counts of deliveries and order lines, and their quotients; a quotient is `None` when its divisor is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DeliverySummary {
    /// Deliveries of lines with a due day.
    pub deliveries: u64,
    /// Of them, those on time.
    pub on_time: u64,
    /// Of them, those late.
    pub late: u64,
    /// `on_time` ÷ `deliveries`.
    pub on_time_rate: Option<Decimal>,
    /// Median of the days that late deliveries were late.
    pub late_days_median: Option<Decimal>,
    /// Deliveries of lines without a due day.
    pub without_due: u64,
    /// Deliveries that count for no line: nobody ordered this, or another supplier brought it.
    pub not_ordered: u64,
    /// Lines ordered, those of cancelled orders left out.
    pub lines_ordered: u64,
    /// Of them, those in full.
    pub lines_filled: u64,
    /// `lines_filled` ÷ `lines_ordered`.
    pub line_fill: Option<Decimal>,
    /// Lines due until the instant.
    pub lines_due: u64,
    /// Of them, those in full, late or not.
    pub in_full: u64,
    /// Of them, those on time and in full.
    pub on_time_in_full: u64,
    /// `on_time_in_full` ÷ `lines_due`.
    pub otif: Option<Decimal>,
    /// Lines of cancelled orders.
    pub lines_cancelled: u64,
}

/// By what deliveries are summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum DeliveryGroup {
    /// By supplier.
    Supplier,
    /// By item.
    Item,
    /// By facility.
    Facility,
    /// By month.
    Month,
}

/// The summary of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupSummary {
    /// Code of the supplier, item or facility, or the month.
    pub key: String,
    /// Its summary.
    pub summary: DeliverySummary,
}

impl Distribution {
    /// Deliveries, the newest first.
    pub fn deliveries(
        &self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        page: Page,
    ) -> Answer<Paged<DeliveryRow>> {
        let mut rows = Vec::new();
        self.each_delivery(at, filter, |seen| rows.extend(self.delivery_row(at, &seen)));
        rows.sort_by(|a, b| {
            let place = |row: &DeliveryRow| (row.order.clone(), row.receipt, row.line);
            let newest = b.delivered_on.cmp(&a.delivered_on);
            newest.then_with(|| (place(a), &a.item).cmp(&(place(b), &b.item)))
        });
        self.answer(at, page.of(rows, |row| row))
    }

    /// Order lines: those that are late first, by due day, then by order and line.
    pub fn order_lines(
        &self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        page: Page,
    ) -> Answer<Paged<OrderLineRow>> {
        let mut rows = Vec::new();
        self.each_line(at, filter, |seen| rows.extend(self.line_row(at, &seen)));
        rows.sort_by(|a: &OrderLineRow, b| {
            let first = (a.stage, a.due.is_none(), a.due).cmp(&(b.stage, b.due.is_none(), b.due));
            first.then_with(|| (&a.order, a.line).cmp(&(&b.order, b.line)))
        });
        self.answer(at, page.of(rows, |row| row))
    }

    /// How deliveries were, over everything that a filter lets through.
    pub fn delivery_summary(
        &self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
    ) -> Answer<DeliverySummary> {
        let mut groups = self.tallies(at, filter, None);
        let tally = groups.remove("").unwrap_or_default();
        self.answer(at, tally.summary())
    }

    /// The same per supplier, item, facility or month, in the order of their codes.
    pub fn delivery_summaries(
        &self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        by: DeliveryGroup,
        page: Page,
    ) -> Answer<Paged<GroupSummary>> {
        let groups: Vec<_> = self.tallies(at, filter, Some(by)).into_iter().collect();
        let row = |(key, tally): (String, Tally)| GroupSummary {
            key,
            summary: tally.summary(),
        };
        self.answer(at, page.of(groups, row))
    }

    fn tallies(
        &self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        by: Option<DeliveryGroup>,
    ) -> BTreeMap<String, Tally> {
        let mut groups: BTreeMap<String, Tally> = BTreeMap::new();
        self.each_delivery(at, filter, |seen| {
            let arrival = seen.arrival;
            let (facility, month) = (arrival.receipt.0, arrival.delivered_on.month());
            let key = self.group(by, seen.order, arrival.item, facility, month);
            groups.entry(key).or_default().delivery(&seen);
        });
        self.each_line(at, filter, |seen| {
            let (line, month) = (seen.line, seen.month());
            let key = self.group(by, seen.order, line.item, line.facility, month);
            groups.entry(key).or_default().line(&seen, at.date());
        });
        groups
    }

    fn group(
        &self,
        by: Option<DeliveryGroup>,
        order: &Order,
        item: u32,
        facility: u32,
        month: Month,
    ) -> String {
        let codes = &self.codes;
        match by {
            None => String::new(),
            Some(DeliveryGroup::Supplier) => codes.organizations.text(Some(order.supplier)).into(),
            Some(DeliveryGroup::Item) => codes.keys.items.text(Some(item)).into(),
            Some(DeliveryGroup::Facility) => codes.facilities.text(Some(facility)).into(),
            Some(DeliveryGroup::Month) => month.to_string(),
        }
    }

    fn each_delivery<'a>(
        &'a self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        mut found: impl FnMut(SeenDelivery<'a>),
    ) {
        let wanted = self.wanted(filter);
        for number in self.orders_for(filter) {
            let Some(order) = self.purchases.get(number) else {
                continue;
            };
            for arrival in &order.arrivals {
                let line = arrival.line.and_then(|line| order.line(line));
                let fits = arrival.delivered_on <= at.date()
                    && filter.period.contains(arrival.delivered_on.month())
                    && wanted.fits(arrival.item, arrival.receipt.0);
                if fits {
                    found(SeenDelivery {
                        number,
                        order,
                        arrival,
                        line,
                    });
                }
            }
        }
    }

    fn each_line<'a>(
        &'a self,
        at: EffectiveAt,
        filter: &DeliveryFilter,
        mut found: impl FnMut(SeenLine<'a>),
    ) {
        let wanted = self.wanted(filter);
        for number in self.orders_for(filter) {
            let order = self.purchases.get(number);
            let Some(order) = order.filter(|order| order.placed_on <= at.date()) else {
                continue;
            };
            for (place, line) in (1..).zip(&order.lines) {
                let seen = SeenLine {
                    number,
                    order,
                    place,
                    line,
                };
                if wanted.fits(line.item, line.facility) && filter.period.contains(seen.month()) {
                    found(seen);
                }
            }
        }
    }

    fn wanted(&self, filter: &DeliveryFilter) -> Wanted {
        let (items, facilities) = (&self.codes.keys.items, &self.codes.facilities);
        let item = filter.item.as_ref().map(ItemCode::as_str);
        let facility = filter.facility.as_ref().map(FacilityId::as_str);
        Wanted {
            item: Code::of(item, |code| items.number(code)),
            facility: Code::of(facility, |id| facilities.number(id)),
        }
    }

    /// Numbers of the orders to look at: by the narrowest index.
    fn orders_for(&self, filter: &DeliveryFilter) -> Vec<u32> {
        let all = &self.purchases;
        let mut sets: Vec<Vec<u32>> = Vec::new();
        if let Some(order) = &filter.order {
            sets.push(all.orders.ids.number(order.as_str()).into_iter().collect());
        }
        if let Some(supplier) = &filter.supplier {
            let number = self.codes.organizations.number(supplier.as_str());
            sets.push(number.map_or(Vec::new(), |no| all.by_supplier.of(no).to_vec()));
        }
        if let Some(facility) = &filter.facility {
            let number = self.codes.facilities.number(facility.as_str());
            sets.push(number.map_or(Vec::new(), |no| all.by_facility.of(no).to_vec()));
        }
        if let Some(item) = &filter.item {
            let number = self.codes.keys.items.number(item.as_str());
            sets.push(number.map_or(Vec::new(), |no| all.by_item.of(no).to_vec()));
        }
        let listed = |number: &u32| sets.iter().all(|set| set.binary_search(number).is_ok());
        match sets.iter().min_by_key(|set| set.len()) {
            Some(narrowest) => narrowest.iter().copied().filter(listed).collect(),
            None => (0..u32::try_from(all.orders.all.len()).unwrap_or(u32::MAX)).collect(),
        }
    }

    fn delivery_row(&self, at: EffectiveAt, seen: &SeenDelivery<'_>) -> Option<DeliveryRow> {
        let (arrival, codes) = (seen.arrival, &self.codes);
        let late_days = seen.late_days();
        Some(DeliveryRow {
            order: self.purchases.orders.ids.code(seen.number)?.clone(),
            line: arrival.line,
            supplier: codes.organizations.code(seen.order.supplier)?.clone(),
            facility: codes.facilities.code(arrival.receipt.0)?.clone(),
            receipt: arrival.receipt.1,
            item: codes.keys.items.code(arrival.item)?.clone(),
            quantity: arrival.quantity,
            accepted: arrival.accepted(Some(at.date())),
            rejected: arrival.rejected(Some(at.date())),
            delivered_on: arrival.delivered_on,
            due: seen.line.and_then(|line| line.due),
            on_time: late_days.map(|days| days == 0),
            late_days,
        })
    }

    fn line_row(&self, at: EffectiveAt, seen: &SeenLine<'_>) -> Option<OrderLineRow> {
        let (today, codes, line) = (at.date(), &self.codes, seen.line);
        let arrivals = || seen.order.arrivals_of(seen.place, today);
        let sum = |of: &dyn Fn(&Arrival) -> Decimal| {
            arrivals()
                .map(of)
                .fold(Decimal::ZERO, Decimal::saturating_add)
        };
        let delivered = sum(&|arrival| arrival.quantity);
        let rejected = sum(&|arrival| arrival.rejected(Some(today)));
        let missing = line
            .quantity
            .saturating_sub(delivered.saturating_sub(rejected));
        let ended = seen.order.ended_by(today);
        let in_full = seen.in_full(today, today);
        let due = line.due.filter(|due| *due <= today || in_full);
        Some(OrderLineRow {
            order: self.purchases.orders.ids.code(seen.number)?.clone(),
            line: u16::try_from(seen.place).ok()?,
            buyer: codes.organizations.code(seen.order.buyer)?.clone(),
            supplier: codes.organizations.code(seen.order.supplier)?.clone(),
            facility: codes.facilities.code(line.facility)?.clone(),
            item: codes.keys.items.code(line.item)?.clone(),
            placed_on: seen.order.placed_on,
            due: line.due,
            stage: match ended {
                Some(End::Cancelled) => LineStage::Cancelled,
                _ if in_full => LineStage::Filled,
                Some(End::Closed) => LineStage::Short,
                None if line.due.is_some_and(|due| due < today) => LineStage::Late,
                None => LineStage::Open,
            },
            ordered: line.quantity,
            delivered,
            accepted: sum(&|arrival| arrival.accepted(Some(today))),
            rejected,
            outstanding: if ended.is_some() {
                Decimal::ZERO
            } else {
                missing.max(Decimal::ZERO)
            },
            first_delivered_on: arrivals().map(|arrival| arrival.delivered_on).min(),
            last_delivered_on: arrivals().map(|arrival| arrival.delivered_on).max(),
            in_full,
            on_time_in_full: due.map(|due| seen.in_full(due, today)),
        })
    }
}
