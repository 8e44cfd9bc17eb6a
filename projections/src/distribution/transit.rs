//! Transfers: what is on its way, since when, and what became of it.
//!
//! - *In transit* = dispatched − accepted − rejected − lost, per item, batch and programme; what was given up when the transfer was
//!   closed is lost.
//! - *Due*: the day that the dispatch names, else the ruleset's number of days after it. A transfer is *overdue* when something of
//!   it is in transit after that day.
//! - *Lead time*: days from the first dispatch to the last arrival, once nothing is in transit any more.
//!
//! Example: 100 leave on 1 March, nobody names a day. On 12 March 60 are accepted, 5 rejected, 5 lost: 30 are in transit. From
//! 16 March on (14 days after the first) they are overdue. On 20 March they arrive: nothing is in transit, lead time 19 days.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;
use sijill_ledger_core::domain::stock::StockKey;
use sijill_ledger_core::domain::values::{
    Date, EffectiveAt, FacilityId, ItemCode, RequisitionId, TransferId,
};

use super::transfers::Direction;
use super::{Answer, Distribution, OutIn, Page, Paged, Sums};
use crate::shortage::amc::quotient;
use crate::trade::transfers::{Entry, Leg, Transfer, What};

/// What to look at; what is not named does not restrict.
#[derive(Clone, Debug, Default)]
pub struct TransferFilter {
    /// Sent from this facility, to it, or arrived there.
    pub facility: Option<FacilityId>,
    /// Sent from this facility.
    pub from: Option<FacilityId>,
    /// Sent to this facility.
    pub to: Option<FacilityId>,
    /// With a line of this item.
    pub item: Option<ItemCode>,
    /// In this stage.
    pub stage: Option<TransferStage>,
}

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum TransferStage {
    /// Something is on its way after the day it was due.
    Overdue,
    /// Something is on its way.
    InTransit,
    /// More was settled than ever left: the papers of sender and receiver disagree.
    Oversettled,
    /// Nothing is on its way any more.
    Settled,
}

/// One transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferRow {
    /// The transfer.
    pub transfer: TransferId,
    /// The sender of the first dispatch.
    pub from: FacilityId,
    /// The receiver that it names.
    pub to: FacilityId,
    /// How far it has come.
    pub stage: TransferStage,
    /// The day of the first dispatch.
    #[serde(serialize_with = "crate::output::text")]
    pub dispatched_on: Date,
    /// Last day on which everything should have arrived.
    #[serde(serialize_with = "crate::output::text")]
    pub due: Date,
    /// Whether a dispatch names that day; else it follows from the ruleset.
    pub due_stated: bool,
    /// Days since it was due, where something is still on its way.
    pub overdue_days: u32,
    /// The day of the last arrival.
    #[serde(serialize_with = "crate::output::text_option")]
    pub arrived_on: Option<Date>,
    /// Days from the first dispatch to the last arrival; `None` while something is on its way.
    pub lead_time_days: Option<i32>,
    /// The day it was closed.
    #[serde(serialize_with = "crate::output::text_option")]
    pub closed_on: Option<Date>,
    /// The requisition that it fulfils.
    pub requisition: Option<RequisitionId>,
    /// Its lines, in the order of their keys.
    pub lines: Vec<TransferLine>,
}

/// A line of a transfer: one item, batch and programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferLine {
    /// What.
    pub key: StockKey,
    /// How much became of what, in base units.
    pub sums: Sums,
    /// Still on its way; below zero where more was settled than ever left.
    pub in_transit: Decimal,
}

/// What is on its way between two facilities, of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InTransitRow {
    /// The receiver.
    pub to: FacilityId,
    /// The sender.
    pub from: FacilityId,
    /// The item.
    pub item: ItemCode,
    /// In base units, what is overdue included.
    pub quantity: Decimal,
    /// Of it, what should have arrived by the day before the instant.
    pub overdue: Decimal,
    /// The transfers.
    pub transfers: Vec<TransferId>,
}

/// How long transfers take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeadTimes {
    /// Transfers of which nothing is on its way any more, and something arrived.
    pub settled: u32,
    /// The median of their lead times, in days; the mean of the two in the middle where their number is even.
    pub median_days: Option<Decimal>,
    /// The longest.
    pub longest_days: Option<i32>,
    /// Transfers that are under way.
    pub in_transit: u32,
    /// Of them, those overdue.
    pub overdue: u32,
}

/// A document of a store that names a transfer which has not recorded it yet: the next step of the policy will. One that
/// stays here was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnsettledDocument {
    /// The store.
    pub facility: FacilityId,
    /// Revision of the document in its stock stream.
    pub revision: u64,
    /// The transfer that it names.
    pub transfer: TransferId,
    /// The day it is effective on.
    #[serde(serialize_with = "crate::output::text")]
    pub on: Date,
    /// Quantities in base units per item: out for a dispatch, in for an arrival.
    pub amounts: Vec<(ItemCode, OutIn)>,
}

/// A document on which a store and a transfer disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentMismatch {
    /// The store.
    pub facility: FacilityId,
    /// Revision of the document in its stock stream.
    pub revision: u64,
    /// The transfer.
    pub transfer: TransferId,
    /// The item.
    pub item: ItemCode,
    /// Moved by the store's document, in base units; zero where it has none.
    pub in_stock: Decimal,
    /// As the transfer has it, in base units.
    pub in_transfer: Decimal,
}

impl Distribution {
    /// Transfers, those that are overdue longest first, then those under way, then the others, the newest first.
    pub fn transfers(
        &self,
        at: EffectiveAt,
        filter: &TransferFilter,
        page: Page,
    ) -> Answer<Paged<TransferRow>> {
        let mut rows = self.matching(at, filter);
        rows.sort_by(|a, b| {
            let newest = b.dispatched_on.cmp(&a.dispatched_on);
            let first = (a.stage, b.overdue_days).cmp(&(b.stage, a.overdue_days));
            first.then(newest).then_with(|| a.transfer.cmp(&b.transfer))
        });
        self.answer(at, page.of(rows, |row| row))
    }

    /// One transfer; `None` when nothing was dispatched under that id by the instant.
    pub fn transfer(&self, at: EffectiveAt, id: &TransferId) -> Answer<Option<TransferRow>> {
        let number = self.transfers.ids.number(id.as_str());
        let row = number.and_then(|number| self.transfer_row(number, at));
        self.answer(at, row)
    }

    /// What is on its way, per receiver, sender and item, in that order.
    pub fn in_transit(
        &self,
        at: EffectiveAt,
        filter: &TransferFilter,
    ) -> Answer<Vec<InTransitRow>> {
        let mut sums: BTreeMap<(FacilityId, FacilityId, ItemCode), InTransitRow> = BTreeMap::new();
        for row in self.matching(at, filter) {
            let overdue = row.stage == TransferStage::Overdue;
            for line in row.lines {
                let (quantity, item) = (line.in_transit, line.key.item);
                let other = filter.item.as_ref().is_some_and(|wanted| *wanted != item);
                if quantity <= Decimal::ZERO || other {
                    continue;
                }
                let key = (row.to.clone(), row.from.clone(), item.clone());
                let sum = sums.entry(key).or_insert_with(|| InTransitRow {
                    to: row.to.clone(),
                    from: row.from.clone(),
                    item,
                    quantity: Decimal::ZERO,
                    overdue: Decimal::ZERO,
                    transfers: Vec::new(),
                });
                sum.quantity = sum.quantity.saturating_add(quantity);
                if overdue {
                    sum.overdue = sum.overdue.saturating_add(quantity);
                }
                if sum.transfers.last() != Some(&row.transfer) {
                    sum.transfers.push(row.transfer.clone());
                }
            }
        }
        self.answer(at, sums.into_values().collect())
    }

    /// How long the transfers took that a filter lets through.
    pub fn lead_times(&self, at: EffectiveAt, filter: &TransferFilter) -> Answer<LeadTimes> {
        let rows = self.matching(at, filter);
        let count = |stages: &[TransferStage]| {
            let found = rows.iter().filter(|row| stages.contains(&row.stage));
            u32::try_from(found.count()).unwrap_or(u32::MAX)
        };
        let mut days: Vec<i32> = rows.iter().filter_map(|row| row.lead_time_days).collect();
        days.sort_unstable();
        let value = LeadTimes {
            settled: u32::try_from(days.len()).unwrap_or(u32::MAX),
            median_days: median(&days),
            longest_days: days.last().copied(),
            in_transit: count(&[TransferStage::InTransit, TransferStage::Overdue]),
            overdue: count(&[TransferStage::Overdue]),
        };
        self.answer(at, value)
    }

    /// Documents of stores that name a transfer which has not recorded them, in the order of store and revision.
    pub fn unsettled_documents(&self, at: EffectiveAt) -> Answer<Vec<UnsettledDocument>> {
        let mut found: Vec<UnsettledDocument> = self
            .transfers
            .awaited
            .iter()
            .filter_map(|((facility, revision), awaited)| {
                let amounts = awaited.amounts.iter().filter_map(|(item, amount)| {
                    let mut sums = OutIn::default();
                    match awaited.direction {
                        Direction::Out => sums.out = *amount,
                        Direction::In => sums.into = *amount,
                    }
                    Some((self.codes.keys.items.code(*item)?.clone(), sums))
                });
                Some(UnsettledDocument {
                    facility: self.codes.facilities.code(*facility)?.clone(),
                    revision: *revision,
                    transfer: awaited.transfer.clone(),
                    on: awaited.on,
                    amounts: amounts.collect(),
                })
            })
            .collect();
        found.sort_by(|a, b| (&a.facility, a.revision).cmp(&(&b.facility, b.revision)));
        self.answer(at, found)
    }

    /// Documents that a store and a transfer tell differently: none, when policies did their work.
    pub fn document_mismatches(&self, at: EffectiveAt) -> Answer<Vec<DocumentMismatch>> {
        let found = self.transfers.mismatches.iter().filter_map(|mismatch| {
            let (facility, revision) = mismatch.place;
            Some(DocumentMismatch {
                facility: self.codes.facilities.code(facility)?.clone(),
                revision,
                transfer: self.transfers.ids.code(mismatch.transfer)?.clone(),
                item: self.codes.keys.items.code(mismatch.item)?.clone(),
                in_stock: mismatch.in_stock,
                in_transfer: mismatch.in_transfer,
            })
        });
        self.answer(at, found.collect())
    }

    fn matching(&self, at: EffectiveAt, filter: &TransferFilter) -> Vec<TransferRow> {
        let rows = self.candidates(at, filter).into_iter();
        rows.filter_map(|number| self.transfer_row(number, at))
            .filter(|row| filter.from.as_ref().is_none_or(|from| *from == row.from))
            .filter(|row| filter.to.as_ref().is_none_or(|to| *to == row.to))
            .filter(|row| filter.stage.is_none_or(|stage| stage == row.stage))
            .collect()
    }

    /// Numbers of the transfers to look at: by the narrowest index, and those under way alone when that is enough.
    fn candidates(&self, at: EffectiveAt, filter: &TransferFilter) -> Vec<u32> {
        let all = &self.transfers;
        let facilities = [&filter.facility, &filter.from, &filter.to];
        let mut sets: Vec<&[u32]> = Vec::new();
        for facility in facilities.into_iter().flatten() {
            let number = self.codes.facilities.number(facility.as_str());
            sets.push(number.map_or(&[], |number| all.by_facility.of(number)));
        }
        if let Some(item) = &filter.item {
            let number = self.codes.keys.items.number(item.as_str());
            sets.push(number.map_or(&[], |number| all.by_item.of(number)));
        }
        let under_way = matches!(
            filter.stage,
            Some(TransferStage::InTransit | TransferStage::Overdue)
        );
        let now = under_way && all.newest.is_none_or(|newest| newest <= at.date());
        let listed = |number: &u32| sets.iter().all(|set| set.binary_search(number).is_ok());
        match sets.iter().min_by_key(|set| set.len()) {
            Some(narrowest) => narrowest.iter().copied().filter(listed).collect(),
            None if now => all.open.iter().copied().collect(),
            None => (0..u32::try_from(all.all.len()).unwrap_or(u32::MAX)).collect(),
        }
    }

    fn transfer_row(&self, number: u32, at: EffectiveAt) -> Option<TransferRow> {
        let transfer = self.transfers.get(number)?;
        let today = at.date();
        let legs: Vec<&Leg> = transfer
            .legs
            .iter()
            .filter(|leg| leg.dispatched_on <= today)
            .collect();
        let first = legs.first()?;
        let dispatched_on = legs.iter().map(|leg| leg.dispatched_on).min()?;
        let due = legs.iter().map(|leg| leg.due_by(&self.rules)).max()?;
        let sums = transfer.lines(Some(today));
        let open = |sums: &Sums| sums.in_transit() > Decimal::ZERO;
        let stage = if sums.values().any(open) {
            if due < today {
                TransferStage::Overdue
            } else {
                TransferStage::InTransit
            }
        } else if sums.values().all(|sums| sums.in_transit().is_zero()) {
            TransferStage::Settled
        } else {
            TransferStage::Oversettled
        };
        let arrived_on = transfer.arrived_on(today);
        let under_way = matches!(stage, TransferStage::InTransit | TransferStage::Overdue);
        let overdue_days = if stage == TransferStage::Overdue {
            u32::try_from(today.days() - due.days()).unwrap_or(0)
        } else {
            0
        };
        let mut lines: Vec<TransferLine> = sums
            .into_iter()
            .filter_map(|(key, sums)| {
                Some(TransferLine {
                    key: self.codes.keys.stock_key(key)?,
                    in_transit: sums.in_transit(),
                    sums,
                })
            })
            .collect();
        lines.sort_by(|a, b| a.key.cmp(&b.key));
        Some(TransferRow {
            transfer: self.transfers.ids.code(number)?.clone(),
            from: self.codes.facilities.code(first.from)?.clone(),
            to: self.codes.facilities.code(first.to)?.clone(),
            stage,
            dispatched_on,
            due,
            due_stated: legs.iter().any(|leg| leg.due.is_some()),
            overdue_days,
            arrived_on,
            lead_time_days: arrived_on
                .filter(|_| !under_way)
                .map(|arrived| arrived.days() - dispatched_on.days()),
            closed_on: transfer.closed_on.filter(|on| *on <= today),
            requisition: legs.iter().find_map(|leg| leg.requisition.clone()),
            lines,
        })
    }

    /// What is on its way per item number, as the log has it, from the lines of the transfers that are not settled; and
    /// what was settled beyond what left, negative.
    pub(super) fn open_lines(&self) -> BTreeMap<u32, Decimal> {
        let mut sums: BTreeMap<u32, Decimal> = BTreeMap::new();
        let open: &BTreeSet<u32> = &self.transfers.open;
        for transfer in open.iter().filter_map(|number| self.transfers.get(*number)) {
            for (key, line) in transfer.lines(None) {
                let sum = sums.entry(key.item).or_default();
                *sum = sum.saturating_add(line.in_transit());
            }
        }
        sums
    }
}

impl Transfer {
    /// The last day on which something came, until a day.
    fn arrived_on(&self, until: Date) -> Option<Date> {
        let came = |entry: &&Entry| matches!(entry.what, What::Accepted | What::Rejected);
        let days = self.entries.iter().filter(came).map(|entry| entry.on);
        days.filter(|on| *on <= until).max()
    }
}

/// The middle of sorted numbers; the mean of the two in the middle where their number is even.
///
/// ```
/// use rust_decimal::Decimal;
/// use sijill_projections::distribution::transit::median;
/// assert_eq!(median(&[2, 3, 40]), Some(3.into()));
/// assert_eq!(median(&[2, 3, 4, 40]), Some(Decimal::new(35, 1)));
/// assert_eq!(median(&[]), None);
/// ```
pub fn median(sorted: &[i32]) -> Option<Decimal> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get(sorted.len().checked_sub(1)? / 2)?;
    quotient(
        Decimal::from(i64::from(*lower) + i64::from(*upper)),
        Decimal::TWO,
    )
}
