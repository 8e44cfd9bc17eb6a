//! Rules that several commands share: lines, effective times, catalogue, usability, first expiry first out.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::card::Card;
use super::event::{BrokenRule, Discrepancy, Event};
use super::movement::Line;
use super::refusal::Refusal;
use super::shapes::{LINES_MAX, LineOut, StockKey};
use super::state::Stock;
use crate::aggregate::{Facts, ensure};
use crate::domain::facility::Facility;
use crate::domain::item::{Category, Item, Profile, Tracking};
use crate::domain::values::{Date, DiscrepancyId, EffectiveAt, FacilityId, ItemCode};

/// 1 to 200 lines, no key twice, nothing that moves nothing.
pub(super) fn check_lines<L: Line>(lines: &[L]) -> Result<(), Refusal> {
    check_keys(lines.iter().map(Line::key), lines.len())?;
    match lines.iter().find(|line| line.quantity().is_zero()) {
        Some(line) => Err(Refusal::ZeroQuantity {
            key: line.key().clone(),
        }),
        None => Ok(()),
    }
}

/// 1 to 200 lines, no key twice.
pub(super) fn check_keys<'a>(
    keys: impl Iterator<Item = &'a StockKey>,
    count: usize,
) -> Result<(), Refusal> {
    ensure(
        (1..=LINES_MAX).contains(&count),
        Refusal::LineCount { lines: count },
    )?;
    let mut seen = BTreeSet::new();
    for key in keys {
        ensure(
            seen.insert(key),
            Refusal::DuplicateLine { key: key.clone() },
        )?;
    }
    Ok(())
}

/// The facility is registered. Facts are taken of a closed one too; plans ask [`check_open`].
pub(super) fn check_registered(facts: &Facts) -> Result<(), Refusal> {
    match facts.readings.get::<Facility>(&Facility::of(&facts.stream)) {
        None | Some(Facility::Unknown) => Err(Refusal::FacilityUnknown {
            facility: own_facility(facts)?,
        }),
        Some(Facility::Open { .. } | Facility::Closed { .. }) => Ok(()),
    }
}

/// The facility is open.
pub(super) fn check_open(facts: &Facts) -> Result<(), Refusal> {
    check_registered(facts)?;
    let open = is_open(facts);
    ensure(
        open,
        Refusal::FacilityClosed {
            facility: own_facility(facts)?,
        },
    )
}

pub(super) fn is_open(facts: &Facts) -> bool {
    facts
        .readings
        .get::<Facility>(&Facility::of(&facts.stream))
        .is_some_and(Facility::is_open)
}

/// The facility whose stock this is.
pub(super) fn own_facility(facts: &Facts) -> Result<FacilityId, Refusal> {
    // A stock stream's id was a facility id when the stream was named.
    FacilityId::new(facts.stream.id()).map_err(|_| Refusal::TransferMissing)
}

/// The item's catalogue entry.
pub(super) fn profile<'a>(item: &ItemCode, facts: &'a Facts) -> Result<&'a Profile, Refusal> {
    facts
        .readings
        .get::<Item>(&Item::stream(item))
        .and_then(Item::profile)
        .ok_or_else(|| Refusal::ItemUnknown { item: item.clone() })
}

/// Whether the item is still listed.
pub(super) fn is_listed(item: &ItemCode, facts: &Facts) -> bool {
    matches!(
        facts.readings.get::<Item>(&Item::stream(item)),
        Some(Item::Listed { .. })
    )
}

pub(super) fn is_durable(item: &ItemCode, facts: &Facts) -> Result<bool, Refusal> {
    Ok(profile(item, facts)?.category == Category::Durable)
}

/// Whether a line in names what the item needs.
pub(super) fn is_tracked(key: &StockKey, expiry: Option<Date>, tracking: Tracking) -> bool {
    match tracking {
        Tracking::Quantity => true,
        Tracking::Batch => key.batch.is_some(),
        Tracking::BatchAndExpiry => key.batch.is_some() && expiry.is_some(),
    }
}

impl Stock {
    /// Not in the future, not before the open window, not in a closed month.
    pub(super) fn check_time(&self, effective: EffectiveAt, facts: &Facts) -> Result<(), Refusal> {
        check_not_future(effective, facts)?;
        let window = i64::from(facts.rules().open_window_days);
        let earliest = facts.at.plus_days(-window);
        ensure(
            effective.at() >= earliest,
            Refusal::OutsideWindow {
                earliest: date_of(earliest, effective),
            },
        )?;
        let period = effective.date().month();
        ensure(
            !self.periods.is_closed(period),
            Refusal::PeriodClosed { period },
        )
    }

    /// What a plan needs of one line: usable through the time between effect and decision, and free of reservations.
    pub(super) fn check_usable(&self, line: &LineOut, facts: &Facts) -> Result<(), Refusal> {
        let (key, at) = (&line.key, facts.effective.at());
        let asked = line.quantity.get();
        let not_enough = |free| Refusal::NotEnough {
            key: key.clone(),
            free,
            asked,
        };
        let card = self
            .cards
            .get(key)
            .ok_or_else(|| not_enough(Decimal::ZERO))?;
        let blocked = self.is_blocked(key, at) || self.is_blocked(key, facts.at.max(at));
        ensure(!blocked, Refusal::Blocked { key: key.clone() })?;
        if let Some(expiry) = card
            .expiry()
            .filter(|_| card.is_expired(facts.effective.date()))
        {
            return Err(Refusal::Expired {
                key: key.clone(),
                expiry,
            });
        }
        self.check_reservation(line)?;
        let free = self.free_for(line, facts);
        ensure(asked <= free, not_enough(free))
    }

    /// What a line may take: what is free on its card, and what the reservation it names holds there.
    pub(super) fn free_for(&self, line: &LineOut, facts: &Facts) -> Decimal {
        let own = line.reservation.as_ref();
        let card = self.cards.get(&line.key);
        card.map(|card| card.free_from(facts.effective.at(), own))
            .unwrap_or_default()
    }

    /// What the reservation that a line names still holds of its card.
    pub(super) fn held_for(&self, line: &LineOut) -> Decimal {
        let card = self.cards.get(&line.key);
        card.zip(line.reservation.as_ref())
            .and_then(|(card, id)| card.held_by(id))
            .unwrap_or_default()
    }

    /// A plan takes no more from a reservation than it holds.
    fn check_reservation(&self, line: &LineOut) -> Result<(), Refusal> {
        let Some(reservation) = line.reservation.clone() else {
            return Ok(());
        };
        let stands = self.reservations.contains(&reservation);
        ensure(
            stands,
            Refusal::ReservationUnknown {
                reservation: reservation.clone(),
            },
        )?;
        let (key, held) = (line.key.clone(), self.held_for(line));
        ensure(
            line.quantity.get() <= held,
            Refusal::ReservationHolds {
                reservation,
                key,
                held,
            },
        )
    }

    /// The card that should go out before this line's: the same item and programme, usable, with something free that
    /// this document does not take, and an earlier expiry (an earlier arrival, where there is none).
    pub(super) fn goes_first(
        &self,
        line: &LineOut,
        lines: &[LineOut],
        facts: &Facts,
    ) -> Option<StockKey> {
        if line.fefo_override.is_some() || line.reservation.is_some() {
            return None;
        }
        let own = self.cards.get(&line.key)?;
        let at = facts.effective.at();
        let taken = |key: &StockKey| {
            let same = lines.iter().find(|other| other.key == *key);
            same.map_or(Decimal::ZERO, |other| other.quantity.get())
        };
        self.cards_of(&line.key.item)
            .filter(|(key, _)| **key != line.key && key.programme == line.key.programme)
            .filter(|(_, card)| {
                card.turn() < own.turn() && !card.is_expired(facts.effective.date())
            })
            // Most earlier batches are used up, which is seen at once.
            .find(|(key, card)| card.free_from(at, None) > taken(key) && !self.is_blocked(key, at))
            .map(|(key, _)| key.clone())
    }
}

impl Card {
    /// Its turn to go out: by expiry, else by arrival; what expires goes before what does not.
    fn turn(&self) -> (bool, Option<Date>, Option<crate::time::Timestamp>) {
        let expiry = self.expiry();
        let arrival = if expiry.is_some() {
            None
        } else {
            self.timeline.first_in()
        };
        (expiry.is_none(), expiry, arrival)
    }
}

pub(super) fn check_not_future(effective: EffectiveAt, facts: &Facts) -> Result<(), Refusal> {
    let tolerance_minutes = facts.rules().future_tolerance_minutes;
    let latest = facts
        .at
        .plus_micros(i64::from(tolerance_minutes) * 60_000_000);
    ensure(
        effective.at() <= latest,
        Refusal::InTheFuture { tolerance_minutes },
    )
}

fn date_of(at: crate::time::Timestamp, like: EffectiveAt) -> Date {
    EffectiveAt::new(at, like.offset_minutes()).map_or_else(|_| like.date(), EffectiveAt::date)
}

/// Discrepancies found while a fact is recorded.
pub(super) struct Findings<'a> {
    facts: &'a Facts,
    events: Vec<Event>,
}

impl<'a> Findings<'a> {
    /// The fact comes first; findings follow it.
    pub(super) fn of(fact: Event, facts: &'a Facts) -> Self {
        Self {
            facts,
            events: vec![fact],
        }
    }

    /// Opens a discrepancy about a line of the fact.
    pub(super) fn open(
        &mut self,
        rule: BrokenRule,
        key: &StockKey,
        expected: Decimal,
        found: Decimal,
    ) {
        let position = u64::try_from(self.events.len()).unwrap_or(u64::MAX);
        let revision = self.facts.next_revision.saturating_add(position);
        // `D` and digits is always a legal id.
        let Ok(id) = DiscrepancyId::new(&format!("D{revision}")) else {
            return;
        };
        let document = self.facts.next_revision;
        let discrepancy = Discrepancy {
            id,
            rule,
            document,
            key: key.clone(),
            expected,
            found,
        };
        self.events.push(Event::DiscrepancyOpened(discrepancy));
    }

    /// The fact and its findings.
    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }
}
