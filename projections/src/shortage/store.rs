//! The stock of one facility: what its documents say, folded.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::facility::{Assortment, Profile};
use sijill_ledger_core::domain::stock::{
    Acceptance, BatchStep, Event, LineOut, Receipt, Repack, Reservation, Reversal, Step, StockKey,
    movements,
};
use sijill_ledger_core::domain::values::{
    Batch, EffectiveAt, ItemCode, Month, Programme, ReservationId,
};

use super::cell::Cell;
use super::outstanding::Outstanding;
use crate::intern::Interner;

/// A stock key in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct KeyNo {
    pub item: u32,
    pub batch: Option<u32>,
    pub programme: Option<u32>,
}

/// The numbers of the codes that stock keys are made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Codes {
    pub items: Interner<ItemCode>,
    pub batches: Interner<Batch>,
    pub programmes: Interner<Programme>,
}

impl Codes {
    fn key(&mut self, key: &StockKey) -> KeyNo {
        KeyNo {
            item: self.items.intern(&key.item),
            batch: key.batch.as_ref().map(|code| self.batches.intern(code)),
            programme: key
                .programme
                .as_ref()
                .map(|code| self.programmes.intern(code)),
        }
    }
}

/// The stock of one facility.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Store {
    /// Particulars; `None` while the facility is not registered.
    pub profile: Option<Profile>,
    pub closed: bool,
    /// Months with a document or a report.
    pub reported: BTreeSet<Month>,
    /// By item number.
    pub cells: BTreeMap<u32, Cell>,
    pub reservations: Outstanding<ReservationId>,
    /// Provisional receipts, by revision.
    pub inspections: Outstanding<u64>,
    /// Statements further back than any timeline reaches: no possible history, so they are only counted.
    pub ignored_statements: u64,
}

/// Where a document stands: its revision in the stock stream and its own effective time.
#[derive(Clone, Copy)]
struct Place {
    revision: u64,
    at: EffectiveAt,
}

impl Store {
    pub fn set_assortment(&mut self, codes: &mut Codes, assortment: &Assortment) {
        let item = codes.items.intern(&assortment.item);
        let cell = self.cells.entry(item).or_default();
        cell.assortment = Some((assortment.min, assortment.max));
    }

    /// Takes one document in.
    pub fn document(&mut self, codes: &mut Codes, event: &Event, revision: u64, at: EffectiveAt) {
        for movement in movements(event, at) {
            let key = codes.key(movement.key);
            let cell = self.cells.entry(key.item).or_default();
            if !cell.record(key, &movement, revision) {
                self.ignored_statements = self.ignored_statements.saturating_add(1);
            }
        }
        let place = Place { revision, at };
        self.beside_movements(codes, event, place);
        if let Some(month) = month_reported(event, at)
            && self.reported.last() != Some(&month)
        {
            self.reported.insert(month);
        }
    }

    /// What a document does besides moving stock.
    fn beside_movements(&mut self, codes: &mut Codes, event: &Event, place: Place) {
        if let Some((step, batch)) = Step::of(event) {
            self.batch_step(codes, step, batch, place);
        }
        match event {
            Event::StockReceived(receipt) if receipt.provisional => {
                self.await_inspection(codes, receipt, place);
            }
            Event::StockAccepted(acceptance) => self.inspected(codes, acceptance, place),
            Event::StockIssued(issue) => self.use_reservations(codes, &issue.lines, place),
            Event::StockDispatched(sent) => self.use_reservations(codes, &sent.lines, place),
            Event::StockReturned(back) => self.use_reservations(codes, &back.lines, place),
            Event::StockWrittenOff(loss) => self.use_reservations(codes, &loss.lines, place),
            Event::StockReserved(reservation) => self.reserve(codes, reservation, place),
            Event::ReservationReleased(release) => self.reservations.end(&release.reservation),
            Event::StockRepacked(repack) => self.carry_expiries(codes, repack),
            Event::DocumentReversed(reversal) => self.reverse(codes, reversal),
            Event::StockReceived(_)
            | Event::OpeningBalanceDeclared(_)
            | Event::StockArrived(_)
            | Event::StockAdjusted(_)
            | Event::CountProposed(_)
            | Event::CountApproved(_)
            | Event::BatchQuarantined(_)
            | Event::BatchReleased(_)
            | Event::BatchRecalled(_)
            | Event::PeriodReported(_)
            | Event::PeriodClosed(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => {}
        }
    }

    /// Whether the keeper reported in the month of an instant or in the one before: the running month's report may
    /// not be due yet.
    pub fn is_reporting(&self, at: EffectiveAt) -> bool {
        let month = at.date().month();
        self.reported.contains(&month) || self.reported.contains(&month.plus(-1))
    }

    fn batch_step(&mut self, codes: &mut Codes, step: Step, batch: &BatchStep, place: Place) {
        let item = codes.items.intern(&batch.item);
        let number = codes.batches.intern(&batch.batch);
        let cell = self.cells.entry(item).or_default();
        let history = &mut cell.lot_mut(Some(number)).history;
        history.insert(place.at.at(), place.revision, step);
    }

    /// Inspections repeat no expiry, so the lot takes it from the receipt.
    fn await_inspection(&mut self, codes: &mut Codes, receipt: &Receipt, place: Place) {
        let (revision, at) = (place.revision, place.at.at());
        for line in &receipt.lines {
            let key = codes.key(&line.key);
            let cell = self.cells.entry(key.item).or_default();
            cell.card_mut(key);
            cell.name_expiry(key.batch, line.expiry);
            let amount = line.quantity.get();
            self.inspections
                .promise(revision, revision, at, key, amount);
        }
    }

    fn inspected(&mut self, codes: &mut Codes, acceptance: &Acceptance, place: Place) {
        for line in &acceptance.lines {
            let key = codes.key(&line.key);
            let amount = line.accepted.get().saturating_add(line.rejected.get());
            let (revision, at) = (place.revision, place.at.at());
            self.inspections
                .settle(&acceptance.receipt, revision, at, key, amount);
        }
    }

    fn reserve(&mut self, codes: &mut Codes, reservation: &Reservation, place: Place) {
        for line in &reservation.lines {
            let key = codes.key(&line.key);
            let (claim, revision) = (reservation.reservation.clone(), place.revision);
            self.reservations
                .promise(claim, revision, place.at.at(), key, line.quantity.get());
        }
    }

    fn use_reservations(&mut self, codes: &mut Codes, lines: &[LineOut], place: Place) {
        for line in lines {
            let Some(claim) = &line.reservation else {
                continue;
            };
            let (key, revision) = (codes.key(&line.key), place.revision);
            self.reservations
                .settle(claim, revision, place.at.at(), key, line.quantity.get());
        }
    }

    /// Goods do not get younger in a new pack.
    fn carry_expiries(&mut self, codes: &mut Codes, repack: &Repack) {
        for line in &repack.lines {
            let (from, to) = (codes.key(&line.from), codes.key(&line.to));
            let expiry = self
                .cells
                .get(&from.item)
                .and_then(|c| c.expiry(from.batch));
            let cell = self.cells.entry(to.item).or_default();
            if cell.expiry(to.batch).is_none() {
                cell.name_expiry(to.batch, expiry);
            }
        }
    }

    fn reverse(&mut self, codes: &mut Codes, reversal: &Reversal) {
        for key in &reversal.keys {
            let key = codes.key(key);
            if let Some(cell) = self.cells.get_mut(&key.item) {
                cell.cancel(key, reversal.original);
            }
        }
        self.inspections.cancel(reversal.original);
        self.inspections.end(&reversal.original);
        self.reservations.cancel(reversal.original);
    }
}

/// The month that an event is a report of: any document of the store reports the month it is effective in, a period
/// report the month it names, a count the month of the count. Closing a month and the ledger's own discrepancies
/// are not reports of the keeper.
fn month_reported(event: &Event, at: EffectiveAt) -> Option<Month> {
    match event {
        Event::PeriodReported(report) => Some(report.period),
        Event::CountApproved(count) => Some(count.counted_at.date().month()),
        Event::OpeningBalanceDeclared(_)
        | Event::StockReceived(_)
        | Event::StockAccepted(_)
        | Event::StockIssued(_)
        | Event::StockDispatched(_)
        | Event::StockArrived(_)
        | Event::StockReturned(_)
        | Event::StockAdjusted(_)
        | Event::CountProposed(_)
        | Event::StockWrittenOff(_)
        | Event::StockReserved(_)
        | Event::ReservationReleased(_)
        | Event::BatchQuarantined(_)
        | Event::BatchReleased(_)
        | Event::BatchRecalled(_)
        | Event::StockRepacked(_)
        | Event::DocumentReversed(_) => Some(at.date().month()),
        Event::PeriodClosed(_) | Event::DiscrepancyOpened(_) | Event::DiscrepancyAnswered(_) => {
            None
        }
    }
}
