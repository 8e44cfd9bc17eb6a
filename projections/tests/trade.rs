//! Orders, transfers, requisitions and flows against slow, obvious references over random histories: they go through the whole
//! log for every figure, forget nothing, and have no numbers for codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::random::FACILITIES;
use common::trade::{facility, item};
use common::trading::{both, history};
use common::{Log, noon};
use proptest::prelude::*;
use rust_decimal::Decimal;
use sijill_ledger_core::domain::stock::{Event as StockEvent, Flow, StockKey, movements};
use sijill_ledger_core::domain::values::{Change, Date, EffectiveAt, FacilityId, ItemCode, Month};
use sijill_ledger_core::domain::{order, requisition, transfer};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_projections::distribution::balance;
use sijill_projections::distribution::deliveries::{
    DeliveryFilter, DeliveryGroup, DeliverySummary,
};
use sijill_projections::distribution::losses::losses;
use sijill_projections::distribution::transit::{TransferFilter, TransferStage};
use sijill_projections::distribution::{Account, Page, Period};
use sijill_projections::shortage::query::Filter;
use sijill_projections::snapshot::Bounds;
use sijill_projections::{Runner, View};

const ORIGIN: &str = "sijill.test/views";
const OVERDUE_DAYS: i32 = 14;

fn fed(events: &[Recorded]) -> Runner {
    let mut runner = Runner::default();
    for event in events {
        runner.apply(event).unwrap();
    }
    runner
}

fn day_of(event: &Recorded) -> Date {
    event.metadata.effective_at.date()
}

/// A transfer as its events tell it.
#[derive(Default)]
struct Moved {
    legs: Vec<(FacilityId, FacilityId, Date, Option<Date>)>,
    sums: BTreeMap<StockKey, [Decimal; 4]>,
    arrived: Option<Date>,
}

impl Moved {
    fn add(&mut self, key: &StockKey, place: usize, amount: Decimal) {
        if !amount.is_zero() {
            self.sums.entry(key.clone()).or_default()[place] += amount;
        }
    }

    fn left(&self, key: &StockKey) -> Decimal {
        let [dispatched, accepted, rejected, lost] = self.sums[key];
        dispatched - accepted - rejected - lost
    }
}

/// Every transfer with what is dated until a day.
fn transfers(log: &Log, today: Date) -> BTreeMap<String, Moved> {
    let mut all: BTreeMap<String, Moved> = BTreeMap::new();
    for recorded in &log.events {
        let Event::Transfer(event) = &recorded.event else {
            continue;
        };
        let moved = all.entry(recorded.stream.id().to_owned()).or_default();
        match event {
            transfer::Event::TransferDispatched(it) if it.dispatched_on <= today => {
                let from = it.dispatch.facility.clone();
                moved
                    .legs
                    .push((from, it.to.clone(), it.dispatched_on, it.due));
                for line in &it.lines {
                    moved.add(&line.key, 0, line.quantity.get());
                }
            }
            transfer::Event::TransferArrived(it) if it.arrived_on <= today => {
                for line in &it.lines {
                    moved.add(&line.key, 1, line.accepted.get());
                    moved.add(&line.key, 2, line.rejected.get());
                    moved.add(&line.key, 3, line.lost.get());
                    if !line.accepted.is_zero() || !line.rejected.is_zero() {
                        moved.arrived = moved.arrived.max(Some(it.arrived_on));
                    }
                }
            }
            transfer::Event::TransferClosed(it) if day_of(recorded) <= today => {
                for line in &it.lost {
                    moved.add(&line.key, 3, line.quantity.get());
                }
            }
            _ => {}
        }
    }
    all.retain(|_, moved| !moved.legs.is_empty());
    all
}

fn check_transfers(log: &Log, runner: &Runner, at: EffectiveAt) -> Result<(), TestCaseError> {
    let view = &runner.views().distribution;
    let slow = transfers(log, at.date());
    let fast = view
        .transfers(at, &TransferFilter::default(), Page::ALL)
        .value;
    prop_assert_eq!(fast.total, slow.len());
    let mut in_transit: BTreeMap<(FacilityId, ItemCode), Decimal> = BTreeMap::new();
    for row in fast.rows {
        let moved = &slow[row.transfer.as_str()];
        prop_assert_eq!(&row.from, &moved.legs[0].0);
        prop_assert_eq!(row.lines.len(), moved.sums.len());
        for line in &row.lines {
            let sums = &line.sums;
            let found = [sums.dispatched, sums.accepted, sums.rejected, sums.lost];
            prop_assert_eq!(found, moved.sums[&line.key]);
            prop_assert_eq!(line.in_transit, moved.left(&line.key));
            let sum = in_transit
                .entry((row.to.clone(), line.key.item.clone()))
                .or_default();
            *sum += line.in_transit.max(Decimal::ZERO);
        }
        let due = moved
            .legs
            .iter()
            .map(|leg| leg.3.unwrap_or(leg.2.plus_days(OVERDUE_DAYS)));
        let due = due.max().unwrap();
        let open = moved.sums.keys().any(|key| moved.left(key) > Decimal::ZERO);
        prop_assert_eq!(row.due, due);
        prop_assert_eq!(row.stage == TransferStage::Overdue, open && due < at.date());
        prop_assert_eq!(
            row.stage == TransferStage::InTransit,
            open && due >= at.date()
        );
        let first = moved.legs.iter().map(|leg| leg.2).min().unwrap();
        let lead = moved.arrived.map(|arrived| arrived.days() - first.days());
        prop_assert_eq!(row.lead_time_days, lead.filter(|_| !open));
        let one = view.transfer(at, &row.transfer).value;
        prop_assert_eq!(one.as_ref(), Some(&row));
    }
    in_transit.retain(|_, sum| !sum.is_zero());
    let mut found: BTreeMap<(FacilityId, ItemCode), Decimal> = BTreeMap::new();
    for row in view.in_transit(at, &TransferFilter::default()).value {
        *found.entry((row.to, row.item)).or_default() += row.quantity;
    }
    prop_assert_eq!(&found, &in_transit);
    for to in FACILITIES.map(facility) {
        for code in ["AMOX", "ORS"].map(item) {
            let filter = TransferFilter {
                to: Some(to.clone()),
                item: Some(code.clone()),
                stage: Some(TransferStage::Overdue),
                ..TransferFilter::default()
            };
            let narrow = view.in_transit(at, &filter).value;
            let overdue: Decimal = narrow.iter().map(|row| row.overdue).sum();
            let all = view.in_transit(at, &TransferFilter::default()).value;
            let expected = all.iter().filter(|row| row.to == to && row.item == code);
            prop_assert_eq!(overdue, expected.map(|row| row.overdue).sum::<Decimal>());
        }
    }
    Ok(())
}

/// What one receipt brought of one order line.
struct Came {
    order: String,
    receipt: (FacilityId, u64),
    line: Option<u16>,
    on: Date,
    quantity: Decimal,
    rejected: Decimal,
}

/// Placements, deliveries that stand, and how orders ended, of what is dated until a day.
struct Bought {
    placed: BTreeMap<String, (Date, order::Placement)>,
    came: Vec<Came>,
    ended: BTreeMap<String, bool>,
}

fn orders(log: &Log, today: Date) -> Bought {
    let (mut placed, mut came, mut ended) = (BTreeMap::new(), Vec::<Came>::new(), BTreeMap::new());
    for recorded in &log.events {
        let Event::Order(event) = &recorded.event else {
            continue;
        };
        let (id, on) = (recorded.stream.id().to_owned(), day_of(recorded));
        match event {
            order::Event::OrderPlaced(it) => {
                placed.insert(id, (on, it.clone()));
            }
            order::Event::DeliveryRecorded(it) => {
                for line in &it.lines {
                    let receipt = (it.receipt.facility.clone(), it.receipt.revision);
                    let same = came.iter_mut().find(|other| {
                        other.order == id && other.receipt == receipt && other.line == line.line
                    });
                    match same {
                        Some(same) => same.quantity += line.quantity.get(),
                        None => came.push(Came {
                            order: id.clone(),
                            receipt,
                            line: line.line,
                            on: it.delivered_on,
                            quantity: line.quantity.get(),
                            rejected: Decimal::ZERO,
                        }),
                    }
                }
            }
            order::Event::DeliveryInspected(it) if on <= today => {
                // One delivery per receipt and item here.
                for line in &it.lines {
                    let receipt = (it.receipt.facility.clone(), it.receipt.revision);
                    let found = came
                        .iter_mut()
                        .find(|other| other.order == id && other.receipt == receipt);
                    if let Some(found) = found {
                        found.rejected += line.rejected.get();
                    }
                }
            }
            order::Event::DeliveryReversed(it) => {
                let receipt = (it.receipt.facility.clone(), it.receipt.revision);
                came.retain(|other| other.order != id || other.receipt != receipt);
            }
            order::Event::OrderClosed(_) if on <= today => {
                ended.insert(id, true);
            }
            order::Event::OrderCancelled(_) if on <= today => {
                ended.insert(id, false);
            }
            _ => {}
        }
    }
    came.retain(|came| came.on <= today);
    Bought {
        placed,
        came,
        ended,
    }
}

impl Bought {
    fn due(&self, came: &Came) -> Option<Date> {
        let (_, placement) = &self.placed[&came.order];
        placement.lines[usize::from(came.line?) - 1].due
    }

    /// What came of a line until a day, less what was rejected of it.
    fn good(&self, order: &str, line: u16, until: Date) -> Decimal {
        let of_line = self
            .came
            .iter()
            .filter(|came| came.order == order && came.line == Some(line) && came.on <= until);
        of_line.map(|came| came.quantity - came.rejected).sum()
    }

    /// Order id, line number, line, day of the order.
    fn lines(&self, today: Date) -> Vec<(&String, u16, &order::OrderLine, Date)> {
        let placed = self.placed.iter().filter(|(_, (on, _))| *on <= today);
        placed
            .flat_map(|(id, (on, placement))| {
                let lines = (1..).zip(&placement.lines);
                lines.map(move |(number, line)| (id, number, line, *on))
            })
            .collect()
    }

    fn supplier(&self, order: &str) -> &str {
        self.placed[order].1.supplier.as_str()
    }

    fn summary(&self, today: Date, supplier: Option<&str>) -> DeliverySummary {
        let mut sum = DeliverySummary::default();
        let fits = |order: &str| supplier.is_none_or(|wanted| self.supplier(order) == wanted);
        let mut late = Vec::new();
        for came in self.came.iter().filter(|came| fits(&came.order)) {
            match (came.line, self.due(came)) {
                (None, _) => sum.not_ordered += 1,
                (Some(_), None) => sum.without_due += 1,
                (Some(_), Some(due)) if came.on <= due => {
                    sum.deliveries += 1;
                    sum.on_time += 1;
                }
                (Some(_), Some(due)) => {
                    sum.deliveries += 1;
                    sum.late += 1;
                    late.push(came.on.days() - due.days());
                }
            }
        }
        for (id, number, line, _) in self.lines(today) {
            if !fits(id) {
                continue;
            }
            if self.ended.get(id) == Some(&false) {
                sum.lines_cancelled += 1;
                continue;
            }
            let full = |until| self.good(id, number, until) >= line.quantity.get();
            sum.lines_ordered += 1;
            sum.lines_filled += u64::from(full(today));
            if let Some(due) = line.due.filter(|due| *due <= today) {
                sum.lines_due += 1;
                sum.in_full += u64::from(full(today));
                sum.on_time_in_full += u64::from(full(due));
            }
        }
        late.sort_unstable();
        let middle = |place: usize| Decimal::from(late[place]);
        sum.late_days_median = (!late.is_empty())
            .then(|| (middle((late.len() - 1) / 2) + middle(late.len() / 2)) / Decimal::TWO);
        let rate = |part: u64, whole: u64| {
            (whole > 0).then(|| (Decimal::from(part) / Decimal::from(whole)).round_dp(6))
        };
        sum.on_time_rate = rate(sum.on_time, sum.deliveries);
        sum.line_fill = rate(sum.lines_filled, sum.lines_ordered);
        sum.otif = rate(sum.on_time_in_full, sum.lines_due);
        sum
    }
}

fn check_orders(log: &Log, runner: &Runner, at: EffectiveAt) -> Result<(), TestCaseError> {
    let (view, slow) = (&runner.views().distribution, orders(log, at.date()));
    let all = DeliveryFilter::default();
    prop_assert_eq!(
        view.delivery_summary(at, &all).value,
        slow.summary(at.date(), None)
    );
    let suppliers = view.delivery_summaries(at, &all, DeliveryGroup::Supplier, Page::ALL);
    for group in suppliers.value.rows {
        prop_assert_eq!(group.summary, slow.summary(at.date(), Some(&group.key)));
    }
    prop_assert_eq!(
        view.deliveries(at, &all, Page::ALL).value.total,
        slow.came.len()
    );
    let lines = view.order_lines(at, &all, Page::ALL).value;
    prop_assert_eq!(lines.total, slow.lines(at.date()).len());
    for row in lines.rows {
        let (id, number) = (row.order.as_str(), row.line);
        let good = slow.good(id, number, at.date());
        prop_assert_eq!(row.delivered - row.rejected, good);
        let outstanding = if slow.ended.contains_key(id) {
            Decimal::ZERO
        } else {
            (row.ordered - good).max(Decimal::ZERO)
        };
        prop_assert_eq!(row.outstanding, outstanding);
        // The index finds it too.
        let narrow = DeliveryFilter {
            item: Some(row.item.clone()),
            facility: Some(row.facility.clone()),
            supplier: Some(row.supplier.clone()),
            ..DeliveryFilter::default()
        };
        let narrow = view.order_lines(at, &narrow, Page::ALL).value.rows;
        prop_assert!(narrow.contains(&row));
    }
    Ok(())
}

/// What a requisition's events leave waiting and unmet: facility, item, both.
fn demands(log: &Log) -> BTreeMap<(FacilityId, ItemCode), (Decimal, Decimal)> {
    let mut sums: BTreeMap<(FacilityId, ItemCode), (Decimal, Decimal)> = BTreeMap::new();
    let ids: BTreeSet<&str> = log
        .events
        .iter()
        .filter(|event| matches!(event.event, Event::Requisition(_)))
        .map(|event| event.stream.id())
        .collect();
    for id in ids {
        let mut from = None;
        let (mut wanted, mut approved) = (BTreeMap::new(), BTreeMap::new());
        let (mut sent, mut unmet) = (BTreeMap::new(), BTreeMap::<ItemCode, Decimal>::new());
        let (mut complete, mut over) = (false, false);
        let waiting = |wanted: &BTreeMap<ItemCode, Decimal>, sent: &BTreeMap<ItemCode, Decimal>| {
            let left = |(item, quantity): (&ItemCode, &Decimal)| {
                let sent = sent.get(item).copied().unwrap_or_default();
                (item.clone(), (*quantity - sent).max(Decimal::ZERO))
            };
            wanted.iter().map(left).collect::<BTreeMap<_, _>>()
        };
        for recorded in log.events.iter().filter(|event| event.stream.id() == id) {
            let Event::Requisition(event) = &recorded.event else {
                continue;
            };
            match event {
                requisition::Event::RequisitionSubmitted(it) => {
                    from = Some(it.from.clone());
                    let line =
                        |l: &requisition::RequisitionLine| (l.item.clone(), l.requested.get());
                    wanted = it.lines.iter().map(line).collect();
                    approved = wanted
                        .keys()
                        .map(|item| (item.clone(), Decimal::ZERO))
                        .collect();
                }
                requisition::Event::RequisitionApproved(it) => {
                    for line in &it.lines {
                        approved.insert(line.item.clone(), line.approved.get());
                    }
                    complete |= it.complete;
                }
                requisition::Event::RequisitionFulfilled(it) => {
                    for line in &it.lines {
                        *sent.entry(line.item.clone()).or_default() += line.quantity.get();
                        if let Some(left) = unmet.get_mut(&line.item) {
                            *left = (*left - line.quantity.get()).max(Decimal::ZERO);
                        }
                    }
                }
                requisition::Event::UnmetDemandRecorded(it) => {
                    over = true;
                    let line = |l: &requisition::ItemQuantity| (l.item.clone(), l.quantity.get());
                    unmet = it.lines.iter().map(line).collect::<BTreeMap<_, _>>();
                }
                _ => over = true,
            }
            let wants = if complete { &approved } else { &wanted };
            over |= waiting(wants, &sent).values().all(Decimal::is_zero);
        }
        let from = from.unwrap();
        let wants = if complete { &approved } else { &wanted };
        for (item, left) in waiting(wants, &sent).into_iter().filter(|_| !over) {
            sums.entry((from.clone(), item)).or_default().0 += left;
        }
        for (item, left) in unmet {
            sums.entry((from.clone(), item)).or_default().1 += left;
        }
    }
    sums
}

/// What the shortage view says of the present is what the other view, and the requisitions, say.
fn check_supply(log: &Log, runner: &Runner, last: Date) -> Result<(), TestCaseError> {
    let (views, at) = (runner.views(), noon(last));
    let slow = orders(log, last);
    let demands = demands(log);
    for to in FACILITIES.map(facility) {
        for code in ["AMOX", "ORS"].map(item) {
            let Some(row) = views.shortage.stock_of(at, &to, &code).value else {
                continue;
            };
            let filter = TransferFilter {
                to: Some(to.clone()),
                item: Some(code.clone()),
                ..TransferFilter::default()
            };
            let moving = views.distribution.in_transit(at, &filter).value;
            let sum: Decimal = moving.iter().map(|row| row.quantity).sum();
            let overdue: Decimal = moving.iter().map(|row| row.overdue).sum();
            prop_assert_eq!(row.supply.in_transit, sum);
            prop_assert_eq!(row.supply.in_transit_overdue, overdue);

            let open = slow.lines(last).into_iter().filter(|(id, _, line, _)| {
                line.facility == to && line.item == code && !slow.ended.contains_key(*id)
            });
            let left = open.map(|(id, number, line, _)| {
                (line.quantity.get() - slow.good(id, number, last)).max(Decimal::ZERO)
            });
            prop_assert_eq!(row.supply.on_order, left.sum::<Decimal>());
            let lines: Decimal = row.supply.orders.iter().map(|line| line.quantity).sum();
            prop_assert_eq!(row.supply.on_order, lines);

            let (waiting, unmet) = demands
                .get(&(to.clone(), code.clone()))
                .copied()
                .unwrap_or_default();
            prop_assert_eq!(row.supply.requested, waiting);
            // The look-back of the histories is shorter than that of the rules only in the short ones.
            prop_assert!(row.supply.unmet <= unmet);
        }
    }
    Ok(())
}

/// Every amount of every document that stands, added up by month.
fn flows(log: &Log) -> BTreeMap<(FacilityId, ItemCode, Month, Flow), Decimal> {
    let mut sums: BTreeMap<(FacilityId, ItemCode, Month, Flow), Decimal> = BTreeMap::new();
    let reversed = |stream: &str, revision: u64| {
        log.events.iter().any(|event| {
            event.stream.to_string() == stream
                && matches!(&event.event, Event::Stock(StockEvent::DocumentReversed(it)) if it.original == revision)
        })
    };
    for recorded in &log.events {
        let Event::Stock(event) = &recorded.event else {
            continue;
        };
        if reversed(&recorded.stream.to_string(), recorded.revision) {
            continue;
        }
        for movement in movements(event, recorded.metadata.effective_at) {
            if let Change::Add(amount) = movement.change {
                let (place, code) = (facility(recorded.stream.id()), movement.key.item.clone());
                let key = (place, code, movement.at.date().month(), movement.flow);
                *sums.entry(key).or_default() += amount;
            }
        }
    }
    sums
}

fn check_flows(log: &Log, runner: &Runner, period: Period) -> Result<(), TestCaseError> {
    let mut slow: BTreeMap<(FacilityId, ItemCode, Flow), Decimal> = BTreeMap::new();
    for ((place, code, month, flow), amount) in flows(log) {
        if period.contains(month) {
            *slow.entry((place, code, flow)).or_default() += amount;
        }
    }
    slow.retain(|_, amount| !amount.is_zero());
    let mut fast = BTreeMap::new();
    for (place, code, found) in runner.views().distribution.flows(period) {
        for (account, _) in found.iter() {
            let flow = match account {
                Account::Flow(flow) => flow,
                Account::Loss(_) => Flow::Loss,
                Account::CustodyLoss(_) | Account::TransitLost | Account::TransitRejected => {
                    continue;
                }
            };
            fast.insert((place.clone(), code.clone(), flow), found.of(flow));
        }
    }
    fast.retain(|_, amount| !amount.is_zero());
    prop_assert_eq!(fast, slow);
    Ok(())
}

fn check_losses(log: &Log, runner: &Runner, at: EffectiveAt) -> Result<(), TestCaseError> {
    let rows = losses(
        runner.views(),
        at,
        &Filter::default(),
        Period::default(),
        Page::ALL,
    );
    let rows = rows.value.rows;
    let sum = |of: fn(&sijill_projections::distribution::losses::LossRow) -> Decimal| {
        rows.iter().map(of).sum::<Decimal>()
    };
    let all = transfers(log, Date::parse("2999-12-31").unwrap());
    let of = |place: usize| {
        all.values()
            .flat_map(|m| m.sums.values())
            .map(move |s| s[place])
    };
    prop_assert_eq!(sum(|row| row.lost_in_transit), of(3).sum::<Decimal>());
    prop_assert_eq!(sum(|row| row.rejected_in_transit), of(2).sum::<Decimal>());
    let written = flows(log);
    let written = written.iter().filter(|((.., flow), _)| *flow == Flow::Loss);
    prop_assert_eq!(
        sum(|row| row.written_off.iter().map(|(_, amount)| *amount).sum()),
        -written.map(|(_, amount)| *amount).sum::<Decimal>()
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_views_equal_the_references((stock, trade) in both(90), back in 0_i32..60) {
        let (log, last) = history(&stock, &trade);
        let runner = fed(&log.events);
        for day in [last, last.plus_days(-back), last.plus_days(30)] {
            check_transfers(&log, &runner, noon(day))?;
            check_orders(&log, &runner, noon(day))?;
        }
        check_supply(&log, &runner, last)?;
        check_losses(&log, &runner, noon(last))?;
        let month = last.month();
        check_flows(&log, &runner, Period::default())?;
        check_flows(&log, &runner, Period::between(month.plus(-3), month.plus(-1)))?;
        check_flows(&log, &runner, Period { from: Some(month.plus(-1)), to: None })?;
    }

    /// At every index: per facility and item over everything and over months, and for what is between facilities.
    #[test]
    fn the_balance_equations_hold((stock, trade) in both(70), months in 0_i32..8) {
        let (log, _) = history(&stock, &trade);
        let mut runner = Runner::default();
        for event in &log.events {
            runner.apply(event).unwrap();
            let views = runner.views();
            prop_assert_eq!(balance::check(views), []);
            prop_assert_eq!(balance::check_transit(views), [], "at {}", event.index);
            let at = event.metadata.effective_at;
            prop_assert!(views.distribution.document_mismatches(at).value.is_empty());
            if event.index % 7 == 0 {
                let month = at.date().month();
                let period = Period::between(month.plus(-months), month);
                let all = balance::of_period(views, at, &Filter::default(), period, Page::ALL);
                for found in all.value.rows.iter().filter(|row| row.complete) {
                    prop_assert_eq!(found.equation.difference(), Decimal::ZERO, "{:?}", found);
                }
            }
        }
    }

    #[test]
    fn a_snapshot_and_the_tail_equal_a_full_replay((stock, trade) in both(60), cut in 0_usize..120) {
        let (log, _) = history(&stock, &trade);
        let cut = cut.min(log.events.len());
        let whole = fed(&log.events);
        let dir = tempfile::tempdir().unwrap();
        fed(&log.events[..cut]).save(dir.path(), ORIGIN).unwrap();
        let bounds = Bounds::newest(log.events.len() as u64);
        let restored = Runner::restore(dir.path(), ORIGIN, bounds, &common::ids(&log));
        prop_assert!(restored.rejected.is_empty(), "{:?}", restored.rejected);
        let mut runner = restored.runner;
        for event in &log.events {
            runner.apply(event).unwrap();
        }
        prop_assert_eq!(runner.digests(), whole.digests());
        let state = |runner: &Runner| {
            let views = runner.views();
            (bytes(&views.shortage), bytes(&views.distribution))
        };
        prop_assert_eq!(state(&runner), state(&whole));
    }
}

/// The whole state, not only its rows.
fn bytes<V: View>(view: &V) -> Vec<u8> {
    postcard::to_stdvec(view).unwrap()
}
