//! One store's stock ledger: a stream of documents, each with up to 200 lines.
//!
//! **Plans are refused, facts are recorded.** A dispatch, reservation, repacking, adjustment or reversal that breaks a rule is
//! refused. What has happened (goods came, medicine was handed out, a count found less) is recorded even when it breaks
//! a rule, together with a `DiscrepancyOpened` that someone must answer. What cannot be understood (an item without a
//! catalogue entry has no unit) or would hide in a closed month is refused in both cases.
//!
//! [`movements`] says what a document does to balances, [`Timeline`] keeps a balance over effective time; views use
//! the same two.

mod asked;
mod batch;
mod batches;
mod card;
mod command;
mod correcting;
mod counting;
mod event;
mod expiry;
mod importing;
mod incoming;
mod movement;
mod outgoing;
mod periods;
#[cfg(test)]
mod properties;
mod refusal;
mod rules;
mod shapes;
mod state;
#[cfg(test)]
mod tests;
mod timeline;

pub use batch::{BatchHistory, Step};
pub use card::Card;
pub use command::Command;
pub use event::*;
pub use expiry::Expiry;
pub use movement::{Flow, Movement, movements};
pub use refusal::Refusal;
pub use shapes::{Document, LINES_MAX, LineIn, LineOut, StockKey};
pub use state::{REVERSIBLE_DAYS, Stock};
pub use timeline::{Entry, HORIZON_DAYS, Timeline};

use super::facility::Facility;
use super::item::Item;
use super::member;
use super::ruleset::Ruleset;
use super::transfer::Transfer;
use super::values::FacilityId;
use crate::aggregate::{Aggregate, Facts, Occurred, Wanted, ensure};
use crate::event::Origin;
use crate::store::StreamName;

/// What a decision gives.
type Decision = Result<Vec<Event>, Refusal>;

impl Aggregate for Stock {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const KIND: &'static str = "stock";

    fn reads(&self, stream: &StreamName, command: &Command) -> Vec<StreamName> {
        let mut streams = vec![Facility::of(stream), Ruleset::national()];
        if let Command::Dispatch(Dispatch { to: Some(to), .. }) = command {
            streams.push(Facility::stream(to));
        }
        if let Command::Arrive(Arrival {
            transfer: Some(transfer),
            ..
        }) = command
        {
            streams.push(Transfer::stream(transfer));
        }
        streams.extend(command.items().into_iter().map(Item::stream));
        streams
    }

    fn wants_statement(&self, event: &Event) -> Wanted {
        match event {
            Event::CountApproved(approval) => Wanted::Approval {
                revision: self.proposed_count(&approval.count),
            },
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
            | Event::DocumentReversed(_)
            | Event::PeriodReported(_)
            | Event::PeriodClosed(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => Wanted::No,
        }
    }

    fn decide(&self, command: Command, facts: &Facts) -> Decision {
        let imported = matches!(facts.origin, Origin::Import { .. });
        if let Command::Import(event) = command {
            ensure(imported, Refusal::NotHistory)?;
            return self.import(*event, facts);
        }
        ensure(!imported, Refusal::NotHistory)?;
        match command {
            Command::DeclareOpening(opening) => self.declare_opening(opening, facts),
            Command::Receive(receipt) => self.receive(receipt, facts),
            Command::Accept(acceptance) => self.accept(acceptance, facts),
            Command::Issue(issue) => self.issue(issue, facts),
            Command::Dispatch(dispatch) => self.dispatch(dispatch, facts),
            Command::Arrive(arrival) => self.arrive(arrival, facts),
            Command::Return(back) => self.take_back(back, facts),
            Command::Adjust(adjustment) => self.adjust(adjustment, facts),
            Command::ProposeCount(proposal) => self.propose_count(proposal, facts),
            Command::ApproveCount { count } => self.approve_count(count, facts),
            Command::WriteOff(loss) => self.write_off(loss, facts),
            Command::Reserve(reservation) => self.reserve(reservation, facts),
            Command::ReleaseReservation { reservation } => self.release_reservation(reservation),
            Command::Quarantine(step) => self.quarantine(&step, facts),
            Command::Release(step) => self.release(&step, facts),
            Command::Recall(step) => self.recall(&step, facts),
            Command::Repack(repack) => self.repack(repack, facts),
            Command::Reverse {
                document,
                original,
                reason,
            } => self.reverse_document(document, original, reason, facts),
            Command::ReportPeriod { period, nil } => self.report_period(period, nil, facts),
            Command::ClosePeriod { period } => self.close_period(period, facts),
            Command::AnswerDiscrepancy(answer) => self.answer(answer),
            Command::Import(_) => Err(Refusal::NotHistory),
        }
    }

    fn evolve(mut self, occurred: Occurred<'_, Event>) -> Option<Self> {
        self.remember(&occurred)?;
        Some(self)
    }

    fn asked(event: &Event, imported: bool) -> Option<Command> {
        asked::asked(event, imported)
    }

    member!(Stock);
}

impl Stock {
    /// The stream of a facility's stock.
    pub fn stream(id: &FacilityId) -> StreamName {
        StreamName::of(Self::KIND, id.as_str())
    }

    fn answer(&self, answer: DiscrepancyAnswer) -> Decision {
        ensure(
            self.open_discrepancies.contains(&answer.id),
            Refusal::DiscrepancyUnknown {
                id: answer.id.clone(),
            },
        )?;
        Ok(vec![Event::DiscrepancyAnswered(answer)])
    }
}

impl Facility {
    /// The facility's own stream beside its stock stream: both have the same id.
    fn of(stock: &StreamName) -> StreamName {
        StreamName::of("facility", stock.id())
    }
}
