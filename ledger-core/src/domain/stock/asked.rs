//! Commands told from what was decided: every first event of a decision holds all of its command.

use super::command::Command;
use super::event::Event;

/// What was asked for; `None` for an event that only follows others.
pub(super) fn asked(event: &Event, imported: bool) -> Option<Command> {
    if imported {
        return Some(Command::Import(Box::new(event.clone())));
    }
    Some(match event.clone() {
        Event::OpeningBalanceDeclared(it) => Command::DeclareOpening(it),
        Event::StockReceived(it) => Command::Receive(it),
        Event::StockAccepted(it) => Command::Accept(it),
        Event::StockIssued(it) => Command::Issue(it),
        Event::StockDispatched(it) => Command::Dispatch(it),
        Event::StockArrived(it) => Command::Arrive(it),
        Event::StockReturned(it) => Command::Return(it),
        Event::StockAdjusted(it) => Command::Adjust(it),
        Event::CountProposed(it) => Command::ProposeCount(it),
        Event::CountApproved(it) => Command::ApproveCount { count: it.count },
        Event::StockWrittenOff(it) => Command::WriteOff(it),
        Event::StockReserved(it) => Command::Reserve(it),
        Event::ReservationReleased(it) => Command::ReleaseReservation {
            reservation: it.reservation,
        },
        Event::BatchQuarantined(it) => Command::Quarantine(it),
        Event::BatchReleased(it) => Command::Release(it),
        Event::BatchRecalled(it) => Command::Recall(it),
        Event::StockRepacked(it) => Command::Repack(it),
        Event::DocumentReversed(it) => Command::Reverse {
            document: it.document,
            original: it.original,
            reason: it.reason,
        },
        Event::PeriodReported(it) => Command::ReportPeriod {
            period: it.period,
            nil: it.nil,
        },
        Event::PeriodClosed(it) => Command::ClosePeriod { period: it.period },
        Event::DiscrepancyAnswered(it) => Command::AnswerDiscrepancy(it),
        Event::DiscrepancyOpened(_) => return None,
    })
}
