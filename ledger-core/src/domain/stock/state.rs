//! What a store's ledger remembers. Every refusal to remember (`None`) is a history that could not have happened.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::batch::{BatchHistory, Step};
use super::card::{Card, Reserved};
use super::event::{
    Acceptance, CountLine, Event, Receipt, Recipient, Repack, Reservation, ReturnRoute, Reversal,
    WriteOff,
};
use super::movement::{Line, movements};
use super::shapes::{LineOut, StockKey};
use super::timeline::Entry;
use crate::aggregate::Occurred;
use crate::domain::values::{
    Batch, Change, CountId, DiscrepancyId, EffectiveAt, ItemCode, Month, OfficialId, OrderId,
    ReservationId, TransferId,
};
use crate::event::{ActorId, Origin};
use crate::time::Timestamp;

/// Documents stay reversible as long as the longest open window allows, in days (ruleset: at most 92).
pub const REVERSIBLE_DAYS: i32 = 100;

/// The stock of one facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    pub(super) cards: BTreeMap<StockKey, Card>,
    pub(super) batches: BTreeMap<(ItemCode, Batch), BatchHistory>,
    /// Provisional receipts by revision: what still waits for inspection.
    pub(super) receipts: BTreeMap<u64, Waiting>,
    pub(super) reservations: BTreeSet<ReservationId>,
    pub(super) counts: BTreeMap<CountId, Proposed>,
    pub(super) custody: BTreeMap<(OfficialId, StockKey), Decimal>,
    /// Documents by revision that may still be reversed.
    pub(super) reversible: BTreeMap<u64, Written>,
    pub(super) periods: Periods,
    /// Transfers that left from here.
    pub(super) dispatched: BTreeSet<TransferId>,
    /// What arrived of each transfer.
    pub(super) arrived: BTreeSet<(TransferId, StockKey)>,
    /// Batches that were packed out of another: what holds for that one holds for them.
    pub(super) packed: BTreeMap<(ItemCode, Batch), BTreeSet<Batch>>,
    pub(super) open_discrepancies: BTreeSet<DiscrepancyId>,
    /// A native document moved stock here: history can no longer be imported.
    pub(super) native: bool,
}

/// A count that waits for its second person. An approved one stays, so that its id is never used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proposed {
    Waiting {
        by: ActorId,
        at: EffectiveAt,
        lines: Vec<CountLine>,
        revision: u64,
    },
    Approved,
}

/// A provisional receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) order: Option<OrderId>,
    /// What still waits for inspection.
    pub(super) lines: BTreeMap<StockKey, Decimal>,
}

/// What a reversal needs to know of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) at: EffectiveAt,
    pub(super) keys: Vec<StockKey>,
    pub(super) custody: Option<OfficialId>,
    pub(super) order: Option<OrderId>,
}

/// Months: what moved, what was reported, what is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Periods {
    pub(super) moved: BTreeSet<Month>,
    pub(super) reported: BTreeSet<Month>,
    pub(super) closed_through: Option<Month>,
}

impl Periods {
    pub(super) fn is_closed(&self, month: Month) -> bool {
        self.closed_through.is_some_and(|closed| month <= closed)
    }
}

impl Stock {
    /// Stock cards in the order of their keys.
    pub fn cards(&self) -> impl Iterator<Item = (&StockKey, &Card)> {
        self.cards.iter()
    }

    /// The card of a key, `None` when it was never here.
    pub fn card(&self, key: &StockKey) -> Option<&Card> {
        self.cards.get(key)
    }

    /// What an official holds of a key.
    pub fn in_custody(&self, official: &OfficialId, key: &StockKey) -> Decimal {
        self.custody
            .get(&(official.clone(), key.clone()))
            .copied()
            .unwrap_or_default()
    }

    /// Nothing on the shelves, waiting for inspection or in custody.
    pub fn is_empty(&self) -> bool {
        let bare = |card: &Card| card.on_hand().is_zero() && card.uninspected.is_zero();
        self.cards.values().all(bare) && self.custody.values().all(Decimal::is_zero)
    }

    /// Whether a key may be used at an instant, on a date: neither blocked nor expired.
    pub(super) fn is_blocked(&self, key: &StockKey, at: Timestamp) -> bool {
        // Few stores ever stop a batch.
        let batch = key.batch.as_ref().filter(|_| !self.batches.is_empty());
        batch
            .and_then(|batch| self.batches.get(&(key.item.clone(), batch.clone())))
            .is_some_and(|history| history.is_blocked(at))
    }

    /// The cards of one item.
    pub(super) fn cards_of(&self, item: &ItemCode) -> impl Iterator<Item = (&StockKey, &Card)> {
        let first = StockKey {
            item: item.clone(),
            batch: None,
            programme: None,
        };
        let item = item.clone();
        self.cards
            .range(first..)
            .take_while(move |(key, _)| key.item == item)
    }

    pub(super) fn remember(&mut self, occurred: &Occurred<'_, Event>) -> Option<()> {
        let (event, revision) = (occurred.event, occurred.revision);
        let effective = occurred.metadata.effective_at;
        self.enter_movements(event, effective, revision)?;
        match event {
            Event::StockReceived(receipt) => self.await_inspection(receipt, revision),
            Event::StockAccepted(acceptance) => self.settle_inspection(acceptance)?,
            Event::StockIssued(issue) => {
                self.consume_reservations(&issue.lines);
                if let Recipient::Custody(official) = &issue.to {
                    self.entrust(official, &issue.lines, |quantity| quantity);
                }
            }
            Event::StockDispatched(dispatch) => {
                self.consume_reservations(&dispatch.lines);
                self.dispatched.extend(dispatch.transfer.clone());
            }
            Event::StockArrived(arrival) => {
                if let Some(transfer) = &arrival.transfer {
                    let keys = arrival.lines.iter().map(|line| line.key.clone());
                    self.arrived.extend(keys.map(|key| (transfer.clone(), key)));
                }
            }
            Event::StockRepacked(repack) => self.remember_repacked(repack),
            Event::StockReturned(back) => {
                if let ReturnRoute::FromCustody(official) = &back.route {
                    self.entrust(official, &back.lines, |quantity| -quantity);
                }
            }
            Event::StockWrittenOff(WriteOff {
                custody: Some(official),
                lines,
                ..
            }) => {
                self.entrust(official, lines, |quantity| -quantity);
            }
            Event::CountProposed(proposal) => {
                let by = occurred.metadata.actor.id.clone();
                let waiting = Proposed::Waiting {
                    by,
                    at: effective,
                    lines: proposal.lines.clone(),
                    revision: occurred.revision,
                };
                vacant(
                    self.counts
                        .insert(proposal.count.clone(), waiting)
                        .is_none(),
                )?;
            }
            Event::CountApproved(approval) => {
                let imported = matches!(occurred.metadata.origin, Origin::Import { .. });
                let proposed = self
                    .counts
                    .insert(approval.count.clone(), Proposed::Approved);
                vacant(match proposed {
                    Some(Proposed::Waiting { by, at, lines, .. }) => {
                        let second = by != occurred.metadata.actor.id;
                        !imported && second && at == approval.counted_at && lines == approval.lines
                    }
                    Some(Proposed::Approved) => false,
                    None => imported,
                })?;
            }
            Event::StockReserved(reservation) => self.set_aside(reservation, effective.at())?,
            Event::ReservationReleased(release) => {
                vacant(self.reservations.contains(&release.reservation))?;
                let cards = self.cards.values_mut();
                cards.for_each(|card| {
                    card.reserved
                        .retain(|r| r.reservation != release.reservation);
                });
            }
            Event::BatchQuarantined(_) | Event::BatchReleased(_) | Event::BatchRecalled(_) => {
                let (step, batch) = Step::of(event)?;
                let history = self
                    .batches
                    .entry((batch.item.clone(), batch.batch.clone()))
                    .or_default();
                history.insert(effective.at(), revision, step);
            }
            Event::DocumentReversed(reversal) => self.reverse(reversal)?,
            Event::PeriodReported(report) => vacant(self.periods.reported.insert(report.period))?,
            Event::PeriodClosed(close) => {
                vacant(!self.periods.is_closed(close.period))?;
                self.periods.closed_through = Some(close.period);
            }
            Event::DiscrepancyOpened(discrepancy) => {
                vacant(self.open_discrepancies.insert(discrepancy.id.clone()))?;
            }
            Event::DiscrepancyAnswered(answer) => {
                vacant(self.open_discrepancies.remove(&answer.id))?;
            }
            Event::OpeningBalanceDeclared(_) | Event::StockAdjusted(_) => {}
            Event::StockWrittenOff(loss) => self.consume_reservations(&loss.lines),
        }
        self.keep_reversible(event, effective, revision);
        let imported = matches!(occurred.metadata.origin, Origin::Import { .. });
        self.native |= !imported && !movements(event, effective).is_empty();
        Some(())
    }

    fn enter_movements(
        &mut self,
        event: &Event,
        effective: EffectiveAt,
        revision: u64,
    ) -> Option<()> {
        for movement in movements(event, effective) {
            let card = self.cards.entry(movement.key.clone()).or_default();
            card.timeline
                .insert(Entry::new(&movement, revision))
                .then_some(())?;
            card.expiry.name(revision, movement.expiry);
            self.periods.moved.insert(movement.at.date().month());
        }
        Some(())
    }

    fn await_inspection(&mut self, receipt: &Receipt, revision: u64) {
        if !receipt.provisional {
            return;
        }
        for line in &receipt.lines {
            let card = self.cards.entry(line.key.clone()).or_default();
            card.expiry.name(revision, line.expiry);
            card.uninspected += line.quantity.get();
        }
        let lines = receipt
            .lines
            .iter()
            .map(|line| (line.key.clone(), line.quantity.get()))
            .collect();
        let order = receipt.order().cloned();
        self.receipts.insert(revision, Waiting { order, lines });
    }

    fn settle_inspection(&mut self, acceptance: &Acceptance) -> Option<()> {
        let waiting = self.receipts.get_mut(&acceptance.receipt)?;
        for line in &acceptance.lines {
            let settled = line.accepted.get() + line.rejected.get();
            let left = waiting
                .lines
                .get_mut(&line.key)
                .filter(|left| **left >= settled)?;
            *left -= settled;
            self.cards.get_mut(&line.key)?.uninspected -= settled;
        }
        waiting.lines.retain(|_, left| !left.is_zero());
        if waiting.lines.is_empty() {
            self.receipts.remove(&acceptance.receipt);
        }
        Some(())
    }

    /// A fact may name a reservation that holds less, or none: what it held is used up.
    fn consume_reservations(&mut self, lines: &[LineOut]) {
        for line in lines {
            if let (Some(reservation), Some(card)) =
                (&line.reservation, self.cards.get_mut(&line.key))
            {
                card.consume(reservation, line.quantity);
            }
        }
    }

    fn entrust<L: Line>(
        &mut self,
        official: &OfficialId,
        lines: &[L],
        sign: fn(Decimal) -> Decimal,
    ) {
        for line in lines {
            let held = self
                .custody
                .entry((official.clone(), line.key().clone()))
                .or_default();
            *held = held.saturating_add(sign(line.quantity().get()));
        }
    }

    fn remember_repacked(&mut self, repack: &Repack) {
        for line in &repack.lines {
            if let (Some(from), Some(to)) = (&line.from.batch, &line.to.batch) {
                let packed = self
                    .packed
                    .entry((line.from.item.clone(), from.clone()))
                    .or_default();
                packed.insert(to.clone());
            }
        }
    }

    /// A batch and all that were packed out of it, directly or in turn.
    pub(super) fn with_packed(&self, item: &ItemCode, batch: &Batch) -> BTreeSet<Batch> {
        let (mut all, mut next) = (BTreeSet::new(), vec![batch.clone()]);
        while let Some(batch) = next.pop() {
            if all.insert(batch.clone()) {
                let packed = self.packed.get(&(item.clone(), batch));
                next.extend(packed.into_iter().flatten().cloned());
            }
        }
        all
    }

    fn set_aside(&mut self, reservation: &Reservation, from: Timestamp) -> Option<()> {
        vacant(self.reservations.insert(reservation.reservation.clone()))?;
        for line in &reservation.lines {
            let outstanding = line.quantity.get();
            let reserved = Reserved {
                reservation: reservation.reservation.clone(),
                from,
                outstanding,
            };
            self.cards.get_mut(&line.key)?.reserved.push(reserved);
        }
        Some(())
    }

    fn reverse(&mut self, reversal: &Reversal) -> Option<()> {
        let written = self.reversible.remove(&reversal.original)?;
        if let Some(waiting) = self.receipts.remove(&reversal.original) {
            for (key, quantity) in waiting.lines {
                self.cards.get_mut(&key)?.uninspected -= quantity;
            }
        }
        for key in &reversal.keys {
            let card = self.cards.get_mut(key)?;
            card.expiry.cancel(reversal.original);
            for entry in card.timeline.cancel(reversal.original) {
                if let (Some(official), Change::Add(amount)) = (&written.custody, entry.change) {
                    let held = self
                        .custody
                        .entry((official.clone(), key.clone()))
                        .or_default();
                    *held = held.saturating_add(amount);
                }
            }
        }
        Some(())
    }

    /// Receipts, issues, returns, adjustments, losses from the shelf and repackings can be reversed. Transfers are
    /// settled by their arrival, counts by another count, and a reversal never is.
    fn keep_reversible(&mut self, event: &Event, at: EffectiveAt, revision: u64) {
        let custody = match event {
            Event::StockReceived(_) | Event::StockAdjusted(_) | Event::StockRepacked(_) => None,
            Event::StockIssued(issue) => match &issue.to {
                Recipient::Custody(official) => Some(official.clone()),
                Recipient::Patients | Recipient::Unit(_) | Recipient::Unstated => None,
            },
            Event::StockReturned(back) => match &back.route {
                ReturnRoute::FromCustody(official) => Some(official.clone()),
                ReturnRoute::FromUnit(_)
                | ReturnRoute::FromUnstated
                | ReturnRoute::ToSupplier(_) => None,
            },
            Event::StockWrittenOff(loss) if loss.custody.is_none() => None,
            Event::StockAccepted(acceptance) => {
                // An inspected receipt stands; what was wrong with it is adjusted.
                self.reversible.remove(&acceptance.receipt);
                return;
            }
            Event::OpeningBalanceDeclared(_)
            | Event::StockDispatched(_)
            | Event::StockArrived(_)
            | Event::CountProposed(_)
            | Event::CountApproved(_)
            | Event::StockWrittenOff(_)
            | Event::StockReserved(_)
            | Event::ReservationReleased(_)
            | Event::BatchQuarantined(_)
            | Event::BatchReleased(_)
            | Event::BatchRecalled(_)
            | Event::DocumentReversed(_)
            | Event::PeriodReported(_)
            | Event::PeriodClosed(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => return,
        };
        let keys = event.keys().into_iter().cloned().collect();
        let order = if let Event::StockReceived(receipt) = event {
            receipt.order().cloned()
        } else {
            None
        };
        let written = Written {
            at,
            keys,
            custody,
            order,
        };
        self.reversible.insert(revision, written);
        let limit = at.at().plus_days(-i64::from(REVERSIBLE_DAYS));
        while self
            .reversible
            .first_key_value()
            .is_some_and(|(_, written)| written.at.at() < limit)
        {
            self.reversible.pop_first();
        }
    }
}

/// `None` unless the history so far leaves room for the event.
fn vacant(possible: bool) -> Option<()> {
    possible.then_some(())
}
