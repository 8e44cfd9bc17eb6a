//! The shortage view against a slow, obvious reference: it keeps every movement in a list, sorts the list for every single
//! figure, walks day by day, and has no timeline, no horizon and no numbers for codes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_possible_truncation,
    reason = "a test may fall"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::random::{FACILITIES, history, steps};
use common::{OFFSET_MINUTES, noon};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use sijill_ledger_core::domain::facility;
use sijill_ledger_core::domain::stock::{self, Flow, Step, StockKey, movements};
use sijill_ledger_core::domain::values::{Change, Date, EffectiveAt, FacilityId, ItemCode, Month};
use sijill_ledger_core::event::{Event, Recorded};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::View as _;
use sijill_projections::shortage::Shortage;
use sijill_projections::shortage::query::{CardRow, Quantities, Row};

const LOOK_BACK_MONTHS: i32 = 6;
const STOCKED_DAYS_MIN: u32 = 10;

/// One movement of one store.
struct Moved {
    key: StockKey,
    at: Timestamp,
    date: Date,
    revision: u64,
    flow: Flow,
    change: Change,
}

/// Everything that one store recorded.
#[derive(Default)]
struct Reference {
    moved: Vec<Moved>,
    /// Who named which expiry, in the order of the stream.
    expiries: BTreeMap<StockKey, Vec<(u64, Date)>>,
    steps: Vec<(ItemCode, String, Timestamp, u64, Step)>,
    uninspected: BTreeMap<(u64, StockKey), Decimal>,
    reserved: BTreeMap<(String, StockKey), Decimal>,
    months: BTreeSet<Month>,
    assortment: BTreeMap<ItemCode, bool>,
}

impl Reference {
    fn of(events: &[Recorded], facility: &str) -> Self {
        let mut reference = Self::default();
        for recorded in events.iter().filter(|event| event.stream.id() == facility) {
            match &recorded.event {
                Event::Stock(event) => reference.stock(recorded, event),
                Event::Facility(facility::Event::AssortmentSet(set)) => {
                    let handled = !set.max.is_zero();
                    reference.assortment.insert(set.item.clone(), handled);
                }
                _ => {}
            }
        }
        reference
    }

    fn stock(&mut self, recorded: &Recorded, event: &stock::Event) {
        let (effective, revision) = (recorded.metadata.effective_at, recorded.revision);
        for movement in movements(event, effective) {
            if let Some(expiry) = movement.expiry {
                self.expiries
                    .entry(movement.key.clone())
                    .or_default()
                    .push((revision, expiry));
            }
            self.moved.push(Moved {
                key: movement.key.clone(),
                at: movement.at.at(),
                date: movement.at.date(),
                revision,
                flow: movement.flow,
                change: movement.change,
            });
        }
        if let Some((step, batch)) = Step::of(event) {
            let (item, batch) = (batch.item.clone(), batch.batch.to_string());
            self.steps
                .push((item, batch, effective.at(), revision, step));
        }
        let mut month = effective.date().month();
        match event {
            stock::Event::StockReceived(receipt) if receipt.provisional => {
                for line in &receipt.lines {
                    let waiting = (revision, line.key.clone());
                    *self.uninspected.entry(waiting).or_default() += line.quantity.get();
                    if let Some(expiry) = line.expiry {
                        self.expiries
                            .entry(line.key.clone())
                            .or_default()
                            .push((revision, expiry));
                    }
                }
            }
            stock::Event::StockAccepted(acceptance) => {
                for line in &acceptance.lines {
                    let waiting = (acceptance.receipt, line.key.clone());
                    *self.uninspected.entry(waiting).or_default() -=
                        line.accepted.get() + line.rejected.get();
                }
            }
            stock::Event::StockReserved(it) => {
                for line in &it.lines {
                    let held = (it.reservation.to_string(), line.key.clone());
                    *self.reserved.entry(held).or_default() += line.quantity.get();
                }
            }
            stock::Event::StockIssued(it) => {
                for line in &it.lines {
                    if let Some(id) = &line.reservation {
                        let held = (id.to_string(), line.key.clone());
                        *self.reserved.entry(held).or_default() -= line.quantity.get();
                    }
                }
            }
            stock::Event::ReservationReleased(it) => {
                self.reserved
                    .retain(|(id, _), _| *id != it.reservation.to_string());
            }
            stock::Event::DocumentReversed(it) => {
                self.moved.retain(|moved| moved.revision != it.original);
                self.uninspected
                    .retain(|(receipt, _), _| *receipt != it.original);
                for named in self.expiries.values_mut() {
                    named.retain(|(revision, _)| *revision != it.original);
                }
                return;
            }
            stock::Event::PeriodReported(it) => month = it.period,
            stock::Event::CountApproved(it) => month = it.counted_at.date().month(),
            _ => {}
        }
        self.months.insert(month);
    }

    /// Sort everything, take what lies before.
    fn balance(&self, key: &StockKey, counts: impl Fn(&Moved) -> bool) -> Decimal {
        let mut card: Vec<&Moved> = self.moved.iter().filter(|m| m.key == *key).collect();
        card.sort_by_key(|moved| (moved.at, moved.revision));
        let until = card.into_iter().filter(|moved| counts(moved));
        until.fold(Decimal::ZERO, |balance, moved| match moved.change {
            Change::Add(amount) => balance + amount,
            Change::Set(stated) => stated.get(),
        })
    }

    fn blocked(&self, key: &StockKey, at: Timestamp) -> bool {
        let Some(batch) = &key.batch else {
            return false;
        };
        let mut steps: Vec<_> = self
            .steps
            .iter()
            .filter(|(item, other, when, ..)| {
                *item == key.item && *other == batch.to_string() && *when <= at
            })
            .map(|(_, _, when, revision, step)| (*when, *revision, *step))
            .collect();
        steps.sort_by_key(|(when, revision, _)| (*when, *revision));
        steps.iter().any(|(_, _, step)| *step == Step::Recalled)
            || steps
                .last()
                .is_some_and(|(_, _, step)| *step == Step::Quarantined)
    }

    fn expired(&self, key: &StockKey, day: Date) -> bool {
        self.expiries
            .get(key)
            .and_then(|named| named.first())
            .is_some_and(|(_, expiry)| *expiry < day)
    }

    fn keys(&self, item: &ItemCode) -> BTreeSet<StockKey> {
        let moved = self.moved.iter().map(|moved| &moved.key);
        let waiting = self.uninspected.keys().map(|(_, key)| key);
        let held = self.reserved.keys().map(|(_, key)| key);
        let all = moved.chain(waiting).chain(held);
        all.filter(|key| key.item == *item).cloned().collect()
    }

    fn quantities(&self, key: &StockKey, at: EffectiveAt) -> Quantities {
        let on_hand = self.balance(key, |moved| moved.at <= at.at());
        let (expired, blocked) = (self.expired(key, at.date()), self.blocked(key, at.at()));
        let when = |holds: bool| if holds { on_hand } else { Decimal::ZERO };
        let sum = |amounts: Vec<&Decimal>| amounts.into_iter().sum();
        let waiting = self
            .uninspected
            .iter()
            .filter(|((_, other), _)| other == key);
        let held = self.reserved.iter().filter(|((_, other), _)| other == key);
        Quantities {
            on_hand,
            usable: when(!expired && !blocked),
            expired: when(expired),
            blocked: when(blocked && !expired),
            uninspected: sum(waiting.map(|(_, amount)| amount).collect()),
            reserved: sum(held.map(|(_, amount)| amount).collect()),
        }
    }

    /// Usable at the end of a day.
    fn usable_on(&self, item: &ItemCode, day: Date) -> Decimal {
        let end = day.start(OFFSET_MINUTES).plus_days(1).plus_micros(-1);
        let keys = self.keys(item).into_iter();
        keys.filter(|key| !self.expired(key, day) && !self.blocked(key, end))
            .map(|key| self.balance(&key, |moved| moved.date <= day))
            .sum()
    }

    fn first(&self, item: &ItemCode) -> Option<Date> {
        let of_item = self.moved.iter().filter(|moved| moved.key.item == *item);
        of_item.map(|moved| moved.date).min()
    }

    fn stockout_days(&self, item: &ItemCode, at: EffectiveAt) -> Vec<Date> {
        let from = at.date().month().plus(-LOOK_BACK_MONTHS).first();
        let Some(first) = self.first(item) else {
            return Vec::new();
        };
        (from.days()..at.date().days())
            .map(|day| Date::from_days(day).unwrap())
            .filter(|day| *day >= first && self.usable_on(item, *day) <= Decimal::ZERO)
            .collect()
    }

    /// Consumption adjusted for days without stock, of the months that can be used.
    fn amc(&self, item: &ItemCode, at: EffectiveAt) -> (Option<Decimal>, u32) {
        let mut adjusted = Vec::new();
        for back in (1..=LOOK_BACK_MONTHS).rev() {
            let month = at.date().month().plus(-back);
            let days: Vec<Date> = (month.first().days()..=month.last().days())
                .map(|day| Date::from_days(day).unwrap())
                .collect();
            let Some(first) = self.first(item).filter(|first| *first <= month.last()) else {
                continue;
            };
            let stocked = days
                .iter()
                .filter(|day| **day >= first && self.usable_on(item, **day) > Decimal::ZERO)
                .count() as u32;
            if !self.months.contains(&month) || stocked < STOCKED_DAYS_MIN {
                continue;
            }
            let consumed: Decimal = self
                .moved
                .iter()
                .filter(|m| m.key.item == *item && days.contains(&m.date))
                .filter(|m| matches!(m.flow, Flow::Issued | Flow::Returned))
                .map(|m| match m.change {
                    Change::Add(amount) => -amount,
                    Change::Set(_) => Decimal::ZERO,
                })
                .sum();
            let consumed = consumed.max(Decimal::ZERO);
            adjusted.push(rounded(
                consumed * Decimal::from(days.len()) / Decimal::from(stocked),
            ));
        }
        let used = adjusted.len() as u32;
        let sum: Decimal = adjusted.into_iter().sum();
        (
            (used > 0).then(|| rounded(sum / Decimal::from(used.max(1)))),
            used,
        )
    }
}

fn rounded(exact: Decimal) -> Decimal {
    exact.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero)
}

/// The days of a row's episodes, one by one; an episode is never followed by the next without a day between.
fn episode_days(row: &Row, at: EffectiveAt) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    for episode in &row.episodes {
        assert!(
            days.last()
                .is_none_or(|last| last.plus_days(1) < episode.start)
        );
        let end = episode.end.unwrap_or(at.date().plus_days(-1));
        assert_eq!(episode.end.is_none(), end == at.date().plus_days(-1));
        let span = episode.start.days()..=end.days();
        assert_eq!(span.clone().count(), episode.days as usize);
        days.extend(span.map(|day| Date::from_days(day).unwrap()));
    }
    days
}

fn compare(reference: &Reference, row: &Row, at: EffectiveAt) -> Result<(), TestCaseError> {
    let keys = reference.keys(&row.item);
    let mut sum = Quantities::default();
    for key in &keys {
        let slow = reference.quantities(key, at);
        let fast = row
            .cards
            .iter()
            .find(|card| card.batch == key.batch && card.programme == key.programme)
            .map_or(Quantities::default(), |card| card.quantities);
        prop_assert_eq!(slow, fast, "{} at {}", key, at.date());
        sum.on_hand += slow.on_hand;
        sum.usable += slow.usable;
        sum.expired += slow.expired;
        sum.blocked += slow.blocked;
        sum.uninspected += slow.uninspected;
        sum.reserved += slow.reserved;
    }
    prop_assert_eq!(sum, row.quantities);
    prop_assert!(row.complete);
    // A card whose only document was reversed is still there, empty.
    let known = |card: &CardRow| {
        keys.iter()
            .any(|key| card.batch == key.batch && card.programme == key.programme)
    };
    let mut others = row.cards.iter().filter(|card| !known(card));
    prop_assert!(others.all(|card| card.quantities == Quantities::default()));

    let stockouts = reference.stockout_days(&row.item, at);
    prop_assert_eq!(row.stockout_days as usize, stockouts.len());
    prop_assert_eq!(episode_days(row, at), stockouts);

    let (value, used) = reference.amc(&row.item, at);
    prop_assert_eq!(
        (row.amc.value, row.amc.months_used),
        (value, used),
        "{:?}",
        row.amc
    );

    let month = at.date().month();
    let reporting = [month, month.plus(-1)].map(|m| reference.months.contains(&m));
    prop_assert_eq!(row.reporting, reporting.contains(&true));
    let handled = reference.assortment.get(&row.item).copied();
    prop_assert_eq!(
        row.handled,
        handled.unwrap_or(reference.first(&row.item).is_some())
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_view_equals_the_reference(steps in steps(150), back in 0_i32..120) {
        let (log, last) = history(&steps);
        let mut view = Shortage::default();
        log.events.iter().for_each(|event| view.apply(event));
        for at in [last.plus_days(1), last.plus_days(-back), last.plus_days(40)].map(noon) {
            for facility in FACILITIES {
                let reference = Reference::of(&log.events, facility);
                for item in ["AMOX", "ORS"].map(|code| ItemCode::new(code).unwrap()) {
                    let id = FacilityId::new(facility).unwrap();
                    match view.stock_of(at, &id, &item).value {
                        Some(row) => compare(&reference, &row, at)?,
                        None => prop_assert!(reference.keys(&item).is_empty()),
                    }
                }
            }
        }
    }
}
