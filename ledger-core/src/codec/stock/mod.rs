//! Events of one store's stock ledger. What documents share is in `shapes`, who goods come from and go to in `parties`.

mod parties;
mod shapes;

use sijill_schemas::events::v1 as pb;

use super::wire::{kinds, record};
use crate::domain::stock::{
    Acceptance, Adjustment, Arrival, BatchStep, CountApproval, CountProposal, Discrepancy,
    DiscrepancyAnswer, Dispatch, Event, Opening, PeriodClose, PeriodReport, Repack, Reservation,
    ReservationRelease, Reversal, WriteOff,
};

kinds! { Event {
    OpeningBalanceDeclared,
    StockReceived,
    StockAccepted,
    StockIssued,
    StockDispatched,
    StockArrived,
    StockReturned,
    StockAdjusted,
    CountProposed,
    CountApproved,
    StockWrittenOff,
    StockReserved,
    ReservationReleased = StockReservationReleased,
    BatchQuarantined,
    BatchReleased,
    BatchRecalled,
    StockRepacked,
    DocumentReversed,
    PeriodReported,
    PeriodClosed,
    DiscrepancyOpened,
    DiscrepancyAnswered,
} }

record! { Opening = pb::OpeningBalanceDeclared { document: required, lines: lines } }

record! { Acceptance = pb::StockAccepted {
    document: required,
    receipt: plain,
    lines: lines,
    order: optional,
} }

record! { Dispatch = pb::StockDispatched {
    document: required,
    transfer: optional,
    to: optional,
    lines: lines,
    requisition: optional;
    due = due_days: optional,
} }

record! { Arrival = pb::StockArrived {
    document: required,
    transfer: optional,
    from: optional,
    lines: lines,
} }

record! { Adjustment = pb::StockAdjusted {
    document: required,
    reason: plain,
    lines: lines;
    prior_period = prior_period_months: optional,
} }

record! { CountProposal = pb::CountProposed { count: plain, document: required, lines: lines } }

record! { CountApproval = pb::CountApproved { count: plain, counted_at: required, lines: lines } }

record! { WriteOff = pb::StockWrittenOff {
    document: required,
    reason: plain,
    custody: optional,
    lines: lines,
} }

record! { Reservation = pb::StockReserved { reservation: plain, purpose: plain, lines: lines } }

record! { ReservationRelease = pb::StockReservationReleased { reservation: plain } }

/// Three kinds say the same of a batch.
macro_rules! batch_steps {
    ($($message:ident),*) => {$(
        record! { BatchStep = pb::$message {
            item: plain,
            batch: plain,
            authority: plain,
            reason: plain,
        } }
    )*};
}

batch_steps!(BatchQuarantined, BatchReleased, BatchRecalled);

record! { Repack = pb::StockRepacked { document: required, lines: lines } }

record! { Reversal = pb::DocumentReversed {
    document: required,
    original: plain,
    reason: plain,
    keys: list,
    order: optional,
} }

record! { PeriodReport = pb::PeriodReported { nil: plain; period = period_months: plain } }

record! { PeriodClose = pb::PeriodClosed { ; period = period_months: plain } }

record! { Discrepancy = pb::DiscrepancyOpened {
    id: plain,
    rule: plain,
    document: plain,
    key: required,
    expected: required,
    found: required,
} }

record! { DiscrepancyAnswer = pb::DiscrepancyAnswered { id: plain, answer: plain } }
