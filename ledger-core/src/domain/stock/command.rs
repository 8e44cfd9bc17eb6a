//! What can be asked of a store's stock.

use serde::{Deserialize, Serialize};

use super::event::{
    Acceptance, Adjustment, Arrival, BatchStep, CountProposal, DiscrepancyAnswer, Dispatch, Event,
    Issue, Opening, Receipt, Repack, Reservation, Return, WriteOff,
};
use super::shapes::Document;
use crate::domain::values::{CountId, ItemCode, Month, ReservationId, Text};

/// A request to the keeper of one store's ledger. Facts are recorded, plans are judged (DESIGN 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Fact: what was on the shelves when the ledger began here.
    DeclareOpening(Opening),
    /// Fact: goods came from outside.
    Receive(Receipt),
    /// Fact: an inspector accepted or rejected a provisional receipt, whole or in part.
    Accept(Acceptance),
    /// Fact: goods were handed out.
    Issue(Issue),
    /// Plan: send goods to another facility.
    Dispatch(Dispatch),
    /// Fact: goods came from another facility.
    Arrive(Arrival),
    /// Fact: goods came back. Plan: send goods back to their supplier.
    Return(Return),
    /// Plan: correct the book.
    Adjust(Adjustment),
    /// Fact: one person counted.
    ProposeCount(CountProposal),
    /// Plan: another person approves the count.
    ApproveCount {
        /// The count.
        count: CountId,
    },
    /// Fact: goods were lost or destroyed.
    WriteOff(WriteOff),
    /// Plan: set usable stock aside.
    Reserve(Reservation),
    /// Plan: give back what is left of a reservation.
    ReleaseReservation {
        /// The reservation.
        reservation: ReservationId,
    },
    /// Plan: stop the use of a batch until released.
    Quarantine(BatchStep),
    /// Plan: allow a quarantined batch again.
    Release(BatchStep),
    /// Plan: stop the use of a batch for good.
    Recall(BatchStep),
    /// Plan: pack goods anew.
    Repack(Repack),
    /// Plan: take back a wrongly entered document.
    Reverse {
        /// The paper.
        document: Document,
        /// Revision of the document in this stream.
        original: u64,
        /// Why; written for publication.
        reason: Text,
    },
    /// Fact: the keeper reports a month.
    ReportPeriod {
        /// The month.
        period: Month,
        /// Nothing moved.
        nil: bool,
    },
    /// Plan: close a reported month.
    ClosePeriod {
        /// The month.
        period: Month,
    },
    /// Fact: someone answers a discrepancy.
    AnswerDiscrepancy(DiscrepancyAnswer),
    /// Imported history: one document that moves stock, before the store's first native one.
    Import(Box<Event>),
}

impl Command {
    /// The items whose catalogue entries the decision needs.
    pub(super) fn items(&self) -> Vec<&ItemCode> {
        let mut items: Vec<&ItemCode> = match self {
            Self::DeclareOpening(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Receive(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Issue(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Dispatch(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Arrive(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Return(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Adjust(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::ProposeCount(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::WriteOff(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Reserve(it) => it.lines.iter().map(|l| &l.key.item).collect(),
            Self::Repack(it) => it.lines.iter().map(|l| &l.from.item).collect(),
            Self::Quarantine(step) | Self::Release(step) | Self::Recall(step) => vec![&step.item],
            Self::Import(event) => event.keys().into_iter().map(|key| &key.item).collect(),
            Self::Accept(_)
            | Self::ApproveCount { .. }
            | Self::ReleaseReservation { .. }
            | Self::Reverse { .. }
            | Self::ReportPeriod { .. }
            | Self::ClosePeriod { .. }
            | Self::AnswerDiscrepancy(_) => Vec::new(),
        };
        items.sort_unstable();
        items.dedup();
        items
    }
}
