//! The balance of one stock key over effective time.
//!
//! Entries are ordered by (effective instant, revision), everywhere the same. A count states the balance at its
//! instant, so an entry recorded later but effective before it changes what the count found *unaccounted*, and not
//! the balance after it.
//!
//! ```
//! use sijill_ledger_core::domain::stock::{Entry, Flow, Timeline};
//! use sijill_ledger_core::domain::values::{Change, Date, EffectiveAt, Quantity};
//! let entry = |day: &str, order, flow, change| {
//!     let at = EffectiveAt::new(Date::parse(day).unwrap().start(0), 0).unwrap();
//!     Entry { at: at.at(), date: at.date(), order, flow, change }
//! };
//! let mut card = Timeline::default();
//! card.insert(entry("2026-03-01", 0, Flow::Received, Change::Add(100.into())));
//! card.insert(entry("2026-03-05", 1, Flow::Counted, Change::Set(Quantity::from(90))));
//! assert_eq!((card.balance(), card.unaccounted()), (90.into(), (-10).into()));
//! // Recorded late, effective before the count: it explains the ten that were missing.
//! card.insert(entry("2026-03-03", 2, Flow::Issued, Change::Add((-10).into())));
//! assert_eq!((card.balance(), card.unaccounted()), (90.into(), 0.into()));
//! ```

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::movement::{Flow, Movement};
use crate::domain::values::{Change, Date};
use crate::time::Timestamp;

/// How many days of entries are kept one by one behind a key's newest entry; older ones are folded into a base. Covers
/// the longest look-back of any formula (12 months and the running one). A count further back than this
/// is no possible history; anything else further back still counts exactly.
pub const HORIZON_DAYS: i64 = 400;

/// One effect on the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From when.
    pub at: Timestamp,
    /// The date then and there.
    pub date: Date,
    /// Revision of its document in the stock stream.
    pub order: u64,
    /// Kind of flow.
    pub flow: Flow,
    /// The effect.
    pub change: Change,
}

impl Entry {
    /// The entry of a movement in the document at a revision.
    pub fn new(movement: &Movement<'_>, revision: u64) -> Self {
        Self {
            at: movement.at.at(),
            date: movement.at.date(),
            order: revision,
            flow: movement.flow,
            change: movement.change,
        }
    }

    /// Whether goods come in by it.
    fn brings(&self) -> bool {
        match self.change {
            Change::Add(amount) => amount.is_sign_positive(),
            Change::Set(stated) => !stated.is_zero(),
        }
    }

    const fn place(&self) -> (Timestamp, u64) {
        (self.at, self.order)
    }
}

/// What has been folded away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Base {
    sums: Sums,
    /// Place of the newest folded entry.
    until: Option<(Timestamp, u64)>,
    /// Place of the newest folded count or opening balance.
    stated: Option<(Timestamp, u64)>,
    /// Place of the folded opening balance.
    opened: Option<(Timestamp, u64)>,
    /// When goods of a folded entry first came in.
    first_in: Option<Timestamp>,
}

/// Balance, and what statements added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Sums {
    balance: Decimal,
    opening: Decimal,
    unaccounted: Decimal,
}

impl Sums {
    fn apply(&mut self, entry: &Entry) {
        match entry.change {
            Change::Add(amount) => self.add(amount),
            Change::Set(stated) => {
                self.found(entry.flow, stated.get().saturating_sub(self.balance));
                self.balance = stated.get();
            }
        }
    }

    fn add(&mut self, amount: Decimal) {
        self.balance = self.balance.saturating_add(amount);
    }

    /// What a statement of this flow found above the book.
    fn found(&mut self, flow: Flow, amount: Decimal) {
        let account = if flow == Flow::Opening {
            &mut self.opening
        } else {
            &mut self.unaccounted
        };
        *account = account.saturating_add(amount);
    }
}

/// The balance of one stock key over effective time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    base: Base,
    entries: Vec<Entry>,
    now: Sums,
}

impl Timeline {
    /// Puts an entry in its place; `false`, and nothing changed, for a statement further back than [`HORIZON_DAYS`].
    #[must_use]
    pub fn insert(&mut self, entry: Entry) -> bool {
        if self.base.until.is_some_and(|until| entry.place() < until) {
            return self.insert_below(&entry);
        }
        let place = self
            .entries
            .partition_point(|other| other.place() <= entry.place());
        if place == self.entries.len() {
            self.now.apply(&entry);
            self.entries.push(entry);
            self.fold_old(entry.at);
        } else {
            self.insert_before(place, entry);
        }
        true
    }

    /// An addition between others: the next statement had found it already, so it moves from what that one found to
    /// what is accounted for; without one it stays in the balance.
    fn insert_before(&mut self, place: usize, entry: Entry) {
        let later = self.entries.get(place..).unwrap_or_default();
        let stated = later
            .iter()
            .find(|later| matches!(later.change, Change::Set(_)));
        match (entry.change, stated.map(|stated| stated.flow)) {
            (Change::Add(amount), Some(flow)) => self.now.found(flow, -amount),
            (Change::Add(amount), None) => self.now.add(amount),
            (Change::Set(_), _) => {
                self.entries.insert(place, entry);
                self.recompute();
                return;
            }
        }
        self.entries.insert(place, entry);
    }

    /// Whether [`insert`](Self::insert) would take an entry.
    pub fn accepts(&self, entry: &Entry) -> bool {
        matches!(entry.change, Change::Add(_))
            || self.base.until.is_none_or(|until| entry.place() >= until)
    }

    /// What the additions of a document come to.
    pub fn amount_of(&self, order: u64) -> Decimal {
        let amounts = self
            .entries
            .iter()
            .filter(|entry| entry.order == order)
            .map(|entry| match entry.change {
                Change::Add(amount) => amount,
                Change::Set(_) => Decimal::ZERO,
            });
        amounts.fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// Takes the entries of a document out again, and returns them.
    pub fn cancel(&mut self, order: u64) -> Vec<Entry> {
        let cancelled = self
            .entries
            .extract_if(.., |entry| entry.order == order)
            .collect();
        self.recompute();
        cancelled
    }

    /// The balance after the newest entry.
    pub const fn balance(&self) -> Decimal {
        self.now.balance
    }

    /// What opening balances stated above the book (which normally was empty).
    pub const fn opening(&self) -> Decimal {
        self.now.opening
    }

    /// What counts found above (below, when negative) the book: no document accounts for it.
    pub const fn unaccounted(&self) -> Decimal {
        self.now.unaccounted
    }

    /// The balance at an instant, everything effective then included.
    pub fn balance_at(&self, at: Timestamp) -> Decimal {
        if self.ends_by(at) {
            return self.now.balance;
        }
        self.steps()
            .take_while(|(entry, _)| entry.at <= at)
            .last()
            .map_or(self.base.sums.balance, |(_, balance)| balance)
    }

    /// The lowest balance at an instant or any time after it.
    pub fn lowest_from(&self, at: Timestamp) -> Decimal {
        self.steps_after(at)
            .map(|(_, balance)| balance)
            .fold(self.balance_at(at), Decimal::min)
    }

    /// The entries effective after an instant, each with the balance after it.
    pub fn steps_after(&self, at: Timestamp) -> impl Iterator<Item = (&Entry, Decimal)> {
        let walked = if self.ends_by(at) {
            0
        } else {
            self.entries.len()
        };
        self.steps()
            .take(walked)
            .filter(move |(entry, _)| entry.at > at)
    }

    /// How many entries are kept one by one.
    pub const fn kept_count(&self) -> usize {
        self.entries.len()
    }

    /// The entries that are kept one by one, each with the balance after it.
    pub fn steps(&self) -> impl Iterator<Item = (&Entry, Decimal)> {
        let mut sums = self.base.sums;
        self.entries.iter().map(move |entry| {
            sums.apply(entry);
            (entry, sums.balance)
        })
    }

    /// The balance before the first entry that is kept one by one.
    pub const fn balance_before(&self) -> Decimal {
        self.base.sums.balance
    }

    /// When goods first came in: first in, first out where an item has no expiry.
    pub fn first_in(&self) -> Option<Timestamp> {
        let kept = || {
            self.entries
                .iter()
                .find(|entry| entry.brings())
                .map(|entry| entry.at)
        };
        self.base.first_in.or_else(kept)
    }

    /// Whether anything was ever recorded.
    pub fn is_untouched(&self) -> bool {
        self.entries.is_empty() && self.base.until.is_none()
    }

    /// Whether nothing is effective after an instant: the common case, answered without a walk.
    fn ends_by(&self, at: Timestamp) -> bool {
        self.entries.last().is_some_and(|entry| entry.at <= at)
    }

    /// An entry older than everything that is kept: an addition before the last folded statement was already in what
    /// that statement found, so it moves from unaccounted to accounted.
    fn insert_below(&mut self, entry: &Entry) -> bool {
        let Change::Add(amount) = entry.change else {
            return false;
        };
        let sums = &mut self.base.sums;
        if self
            .base
            .opened
            .is_some_and(|opened| entry.place() < opened)
        {
            sums.found(Flow::Opening, -amount);
        } else if self
            .base
            .stated
            .is_some_and(|stated| entry.place() < stated)
        {
            sums.found(Flow::Counted, -amount);
        } else {
            sums.add(amount);
        }
        self.recompute();
        true
    }

    /// Folds entries beyond the horizon, in halves, so that each is moved once.
    fn fold_old(&mut self, newest: Timestamp) {
        let limit = newest.plus_days(-HORIZON_DAYS);
        let half = self.entries.len() / 2;
        if half < 16 || self.entries.get(half).is_none_or(|entry| entry.at >= limit) {
            return;
        }
        for entry in self.entries.drain(..half) {
            self.base.sums.apply(&entry);
            if entry.brings() && self.base.first_in.is_none() {
                self.base.first_in = Some(entry.at);
            }
            self.base.until = Some(entry.place());
            if let Change::Set(_) = entry.change {
                self.base.stated = Some(entry.place());
                if entry.flow == Flow::Opening {
                    self.base.opened = Some(entry.place());
                }
            }
        }
    }

    fn recompute(&mut self) {
        let mut sums = self.base.sums;
        self.entries.iter().for_each(|entry| sums.apply(entry));
        self.now = sums;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::values::Quantity;

    fn entry(day: i32, order: u64, change: Change) -> Entry {
        let date = Date::from_days(day).unwrap();
        let flow = if let Change::Set(_) = change {
            Flow::Counted
        } else {
            Flow::Gain
        };
        Entry {
            at: date.start(0),
            date,
            order,
            flow,
            change,
        }
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            8 => (-50_i64..50).prop_map(|n| Change::Add(n.into())),
            1 => (0_u32..50).prop_map(|n| Change::Set(Quantity::from(n))),
        ]
    }

    /// Sort everything, walk it once: what a timeline must agree with.
    fn slow(mut all: Vec<Entry>) -> (Decimal, Decimal) {
        all.sort_by_key(Entry::place);
        all.iter().fold(
            (Decimal::ZERO, Decimal::ZERO),
            |(balance, unaccounted), entry| match entry.change {
                Change::Add(amount) => (balance + amount, unaccounted),
                Change::Set(stated) => (stated.get(), unaccounted + stated.get() - balance),
            },
        )
    }

    proptest! {
        #[test]
        fn equals_sorting_everything(steps in prop::collection::vec((0_i32..30, 0_i32..90, change()), 1..300)) {
            let (mut timeline, mut all, mut today) = (Timeline::default(), Vec::new(), 20_000);
            for (order, (forward, back, change)) in steps.into_iter().enumerate() {
                today += forward;
                let entry = entry(today - back, order as u64, change);
                prop_assert!(timeline.insert(entry));
                all.push(entry);
            }
            prop_assert_eq!((timeline.balance(), timeline.unaccounted()), slow(all));
        }

        #[test]
        fn an_addition_from_beyond_the_horizon_still_counts(back in 0_i32..2_000, amount in -50_i64..50) {
            let (mut timeline, mut all) = (Timeline::default(), Vec::new());
            for order in 0..200_u64 {
                let change = if order % 17 == 3 { Change::Set(Quantity::from(7)) } else { Change::Add(2.into()) };
                all.push(entry(20_000 + 10 * i32::try_from(order).unwrap(), order, change));
                prop_assert!(timeline.insert(all[all.len() - 1]));
            }
            let late = entry(22_000 - back, 200, Change::Add(amount.into()));
            prop_assert!(timeline.insert(late));
            all.push(late);
            prop_assert_eq!((timeline.balance(), timeline.unaccounted()), slow(all));
        }
    }

    #[test]
    fn the_lowest_balance_from_an_instant_on() {
        let mut timeline = Timeline::default();
        let card = [(1, 100), (5, -70), (9, 50)];
        for (order, (day, amount)) in (0_u64..).zip(card) {
            assert!(timeline.insert(entry(20_000 + day, order, Change::Add(amount.into()))));
        }
        let at = |day| Date::from_days(20_000 + day).unwrap().start(0);
        assert_eq!(timeline.lowest_from(at(2)), Decimal::from(30));
        assert_eq!(timeline.lowest_from(at(9)), Decimal::from(80));
        assert_eq!(timeline.balance_at(at(4)), Decimal::from(100));
    }
}
