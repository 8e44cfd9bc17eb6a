//! One item in one facility: its cards (batch × programme), its lots, and what it is expected to hold.

use std::mem::size_of;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::stock::{
    BatchHistory, Entry, Expiry, HORIZON_DAYS, Movement, Step, Timeline,
};
use sijill_ledger_core::domain::values::{Date, EffectiveAt, Quantity};
use sijill_ledger_core::time::Timestamp;

use super::Totals;
use super::store::KeyNo;

/// One item in one facility.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Cell {
    /// Expected minimum and maximum.
    pub assortment: Option<(Quantity, Quantity)>,
    /// The first movement's date: opening balances and counts are movements too.
    pub first: Option<Date>,
    /// In the order of (batch, programme) numbers.
    cards: Vec<Card>,
    /// Batches that were ever quarantined or recalled, in the order of their numbers.
    lots: Vec<Lot>,
}

/// The balance of one batch of one programme.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Card {
    pub batch: Option<u32>,
    pub programme: Option<u32>,
    /// Usable through this day: as the first document that stands and named one says. A later one that names another opens a
    /// discrepancy and changes nothing, here as in the aggregate.
    pub expiry: Expiry,
    /// The latest effective instant of a movement.
    pub newest: Timestamp,
    pub timeline: Timeline,
}

/// What holds for a batch whoever owns it: whether it may be used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lot {
    pub batch: u32,
    /// Quarantine, release, recall.
    pub history: BatchHistory,
}

impl Card {
    /// Whether it has stock, or moved since an instant.
    pub fn is_live(&self, since: Timestamp) -> bool {
        self.newest >= since || !self.timeline.balance().is_zero()
    }
}

impl Cell {
    /// About how much memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let entries = self.cards.iter().map(|card| card.timeline.kept_count());
        let entries = entries.sum::<usize>().saturating_mul(size_of::<Entry>());
        let cards = self.cards.len().saturating_mul(size_of::<Card>());
        let lots = self.lots.len().saturating_mul(2 * size_of::<Lot>());
        size_of::<Self>()
            .saturating_add(cards)
            .saturating_add(entries)
            .saturating_add(lots)
    }

    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The cards that anything can be said of from an instant on: those with stock, or moved since.
    pub fn live_cards(&self, from: Timestamp) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.is_live(from))
    }

    /// What the assortment says or, where it says nothing, whether anything ever moved. An item that was taken out of the
    /// assortment is not missed.
    pub fn is_handled(&self) -> bool {
        self.assortment
            .map_or(self.first.is_some(), |(_, max)| !max.is_zero())
    }

    /// The instant from which entries are surely kept one by one; `None` when none can have been folded away.
    pub fn kept_from(&self) -> Option<Timestamp> {
        let newest = self.cards.iter().map(|card| card.newest).max()?;
        let limit = newest.plus_days(-HORIZON_DAYS);
        // A day's slack covers every offset of a wall clock.
        let first = self.first?.start(0).plus_days(-1);
        (first < limit).then_some(limit)
    }

    /// The steps of a batch, `None` when it never took one.
    pub fn history(&self, batch: Option<u32>) -> Option<&BatchHistory> {
        let batch = batch?;
        let place = self.lots.binary_search_by_key(&batch, |lot| lot.batch);
        self.lots.get(place.ok()?).map(|lot| &lot.history)
    }

    pub fn step(&mut self, batch: u32, at: Timestamp, revision: u64, step: Step) {
        let found = self.lots.binary_search_by_key(&batch, |lot| lot.batch);
        let place = found.unwrap_or_else(|place| {
            let history = BatchHistory::default();
            self.lots.insert(place, Lot { batch, history });
            place
        });
        if let Some(lot) = self.lots.get_mut(place) {
            lot.history.insert(at, revision, step);
        }
    }

    /// Whether a card's batch is expired and whether it is blocked at an instant.
    pub fn unusable(&self, card: &Card, at: EffectiveAt) -> (bool, bool) {
        let expired = card.expiry.date().is_some_and(|last| last < at.date());
        let history = self.history(card.batch);
        (
            expired,
            history.is_some_and(|history| history.is_blocked(at.at())),
        )
    }

    /// What is usable at an instant, over all cards.
    pub fn usable_at(&self, at: EffectiveAt) -> Decimal {
        self.live_cards(at.at())
            .filter(|card| self.unusable(card, at) == (false, false))
            .map(|card| card.timeline.balance_at(at.at()))
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// What the timelines add up to at their newest entries.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for Card { timeline, .. } in &self.cards {
            totals.opening = totals.opening.saturating_add(timeline.opening());
            totals.unaccounted = totals.unaccounted.saturating_add(timeline.unaccounted());
            totals.on_hand = totals.on_hand.saturating_add(timeline.balance());
        }
        totals
    }

    /// Puts a movement on its card; `false`, with no effect, for a statement further back than the card reaches.
    #[must_use]
    pub fn record(&mut self, key: KeyNo, movement: &Movement<'_>, revision: u64) -> bool {
        let entry = Entry::new(movement, revision);
        let card = self.card_mut(key);
        if !card.timeline.insert(entry) {
            return false;
        }
        card.newest = card.newest.max(entry.at);
        card.expiry.name(revision, movement.expiry);
        self.first = Some(self.first.map_or(entry.date, |first| first.min(entry.date)));
        true
    }

    /// Takes the entries of a reversed document out.
    pub fn cancel(&mut self, key: KeyNo, revision: u64) {
        let oldest_kept = self.oldest_kept();
        let Ok(place) = self.place(key) else { return };
        if let Some(card) = self.cards.get_mut(place) {
            card.timeline.cancel(revision);
            card.expiry.cancel(revision);
        }
        // Unless older entries were folded away, the first movement is among those that are left.
        if self.first >= oldest_kept {
            self.first = self.oldest_kept();
        }
    }

    pub fn card_mut(&mut self, key: KeyNo) -> &mut Card {
        let place = self.place(key).unwrap_or_else(|place| {
            let card = Card {
                batch: key.batch,
                programme: key.programme,
                expiry: Expiry::default(),
                newest: Timestamp::from_micros(i64::MIN),
                timeline: Timeline::default(),
            };
            // Most cells have one card, and a card is not small.
            self.cards.reserve_exact(1);
            self.cards.insert(place, card);
            place
        });
        &mut self.cards[place]
    }

    fn place(&self, key: KeyNo) -> Result<usize, usize> {
        let wanted = (key.batch, key.programme);
        self.cards
            .binary_search_by_key(&wanted, |card| (card.batch, card.programme))
    }

    fn oldest_kept(&self) -> Option<Date> {
        self.cards
            .iter()
            .flat_map(|card| card.timeline.steps())
            .map(|(entry, _)| entry.date)
            .min()
    }
}
