//! The stock of one facility: what its documents say, folded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sijill_ledger_core::domain::facility::{Assortment, Profile};
use sijill_ledger_core::domain::stock::{
    Acceptance, Event, LineOut, Receipt, Reservation, Reversal, Step, movements,
};
use sijill_ledger_core::domain::values::{EffectiveAt, Month, ReservationId};

use super::cell::Cell;
use super::outstanding::Outstanding;
pub(super) use crate::intern::{KeyCodes as Codes, KeyNo};

/// The stock of one facility.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Store {
    /// Particulars; `None` while the facility is not registered.
    pub profile: Option<Arc<Profile>>,
    pub closed: bool,
    /// Months with a document or a report.
    pub reported: BTreeSet<Month>,
    /// By item number. Answers whose pages are still asked for hold on to cells as they were; such a cell is copied before it changes.
    pub cells: BTreeMap<u32, Arc<Cell>>,
    /// Numbers of the items whose cells are new, until the view has taken them into its index.
    #[serde(skip)]
    pub fresh: Vec<u32>,
    pub reservations: Outstanding<ReservationId>,
    /// Provisional receipts, by revision.
    pub inspections: Outstanding<u64>,
    /// Statements further back than any timeline reaches: no possible history, so they are only counted.
    pub ignored_statements: u64,
}

impl Store {
    pub fn set_assortment(&mut self, codes: &mut Codes, assortment: &Assortment) {
        let item = codes.items.intern(&assortment.item);
        let cell = self.cell_mut(item);
        cell.assortment = Some((assortment.min, assortment.max));
    }

    /// Takes one document in.
    pub fn document(&mut self, codes: &mut Codes, event: &Event, revision: u64, at: EffectiveAt) {
        for movement in movements(event, at) {
            let key = codes.key(movement.key);
            let cell = self.cell_mut(key.item);
            if !cell.record(key, &movement, revision) {
                self.ignored_statements = self.ignored_statements.saturating_add(1);
            }
        }
        self.batch_step(codes, event, revision, at);
        self.beside_movements(codes, event, revision);
        if let Some(month) = month_reported(event, at)
            && self.reported.last() != Some(&month)
        {
            self.reported.insert(month);
        }
    }

    /// The cell of an item, new when nothing was said of it yet.
    pub fn cell_mut(&mut self, item: u32) -> &mut Cell {
        let fresh = &mut self.fresh;
        let cell = self.cells.entry(item).or_insert_with(|| {
            fresh.push(item);
            Arc::default()
        });
        Arc::make_mut(cell)
    }

    /// What a document does besides moving stock.
    fn beside_movements(&mut self, codes: &mut Codes, event: &Event, revision: u64) {
        match event {
            Event::StockReceived(receipt) if receipt.provisional => {
                self.await_inspection(codes, receipt, revision);
            }
            Event::StockAccepted(acceptance) => self.inspected(codes, acceptance),
            Event::StockIssued(issue) => self.use_reservations(codes, &issue.lines),
            Event::StockDispatched(sent) => self.use_reservations(codes, &sent.lines),
            Event::StockWrittenOff(loss) => self.use_reservations(codes, &loss.lines),
            Event::StockReserved(reservation) => self.reserve(codes, reservation),
            Event::ReservationReleased(release) => self.reservations.end(&release.reservation),
            Event::DocumentReversed(reversal) => self.reverse(codes, reversal),
            Event::StockReceived(_)
            | Event::OpeningBalanceDeclared(_)
            | Event::StockArrived(_)
            | Event::StockReturned(_)
            | Event::StockAdjusted(_)
            | Event::StockRepacked(_)
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

    fn batch_step(&mut self, codes: &mut Codes, event: &Event, revision: u64, at: EffectiveAt) {
        let Some((step, batch)) = Step::of(event) else {
            return;
        };
        let item = codes.items.intern(&batch.item);
        let number = codes.batches.intern(&batch.batch);
        let cell = self.cell_mut(item);
        cell.step(number, at.at(), revision, step);
    }

    /// Inspections repeat no expiry, so the card takes it from the receipt.
    fn await_inspection(&mut self, codes: &mut Codes, receipt: &Receipt, revision: u64) {
        for line in &receipt.lines {
            let key = codes.key(&line.key);
            let cell = self.cell_mut(key.item);
            cell.card_mut(key).expiry.name(revision, line.expiry);
            self.inspections.promise(revision, key, line.quantity.get());
        }
    }

    fn inspected(&mut self, codes: &mut Codes, acceptance: &Acceptance) {
        for line in &acceptance.lines {
            let amount = line.accepted.get().saturating_add(line.rejected.get());
            let key = codes.key(&line.key);
            self.inspections.settle(&acceptance.receipt, key, amount);
        }
    }

    fn reserve(&mut self, codes: &mut Codes, reservation: &Reservation) {
        for line in &reservation.lines {
            let claim = reservation.reservation.clone();
            let key = codes.key(&line.key);
            self.reservations.promise(claim, key, line.quantity.get());
        }
    }

    fn use_reservations(&mut self, codes: &mut Codes, lines: &[LineOut]) {
        for line in lines {
            if let Some(claim) = &line.reservation {
                let key = codes.key(&line.key);
                self.reservations.settle(claim, key, line.quantity.get());
            }
        }
    }

    /// A provisional receipt that is reversed waits for nothing. What a reversed issue took from a reservation
    /// is not set aside again: the aggregate does not either.
    fn reverse(&mut self, codes: &mut Codes, reversal: &Reversal) {
        for key in &reversal.keys {
            let key = codes.key(key);
            if let Some(cell) = self.cells.get_mut(&key.item) {
                Arc::make_mut(cell).cancel(key, reversal.original);
            }
        }
        self.inspections.end(&reversal.original);
    }
}

/// The month that an event is a report of: any document of the store reports the month it is effective in, a period
/// report the month it names, a count the month of the count. Closing a month, taking a document
/// back and the ledger's own discrepancies are not reports of the keeper.
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
        | Event::StockRepacked(_) => Some(at.date().month()),
        Event::DocumentReversed(_)
        | Event::PeriodClosed(_)
        | Event::DiscrepancyOpened(_)
        | Event::DiscrepancyAnswered(_) => None,
    }
}
