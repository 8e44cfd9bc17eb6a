//! Whether a batch may be used: quarantine, release and recall over effective time.

use serde::{Deserialize, Serialize};

use super::event::Event;
use crate::time::Timestamp;

/// A step in the life of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// May not be used until released.
    Quarantined,
    /// May be used again, unless recalled.
    Released,
    /// May never be used again.
    Recalled,
}

impl Step {
    /// The step that an event takes, and the batch that takes it.
    pub const fn of(event: &Event) -> Option<(Self, &super::event::BatchStep)> {
        match event {
            Event::BatchQuarantined(step) => Some((Self::Quarantined, step)),
            Event::BatchReleased(step) => Some((Self::Released, step)),
            Event::BatchRecalled(step) => Some((Self::Recalled, step)),
            Event::OpeningBalanceDeclared(_)
            | Event::StockReceived(_)
            | Event::StockAccepted(_)
            | Event::StockIssued(_)
            | Event::StockDispatched(_)
            | Event::StockArrived(_)
            | Event::StockReturned(_)
            | Event::StockAdjusted(_)
            | Event::CountProposed(_)
            | Event::CountApproved(_)
            | Event::StockWrittenOff(_)
            | Event::StockReserved(_)
            | Event::ReservationReleased(_)
            | Event::StockRepacked(_)
            | Event::DocumentReversed(_)
            | Event::PeriodReported(_)
            | Event::PeriodClosed(_)
            | Event::DiscrepancyOpened(_)
            | Event::DiscrepancyAnswered(_) => None,
        }
    }
}

/// The steps of one batch in one store, ordered by (effective instant, revision).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchHistory(Vec<(Timestamp, u64, Step)>);

impl BatchHistory {
    /// Puts a step in its place.
    pub fn insert(&mut self, at: Timestamp, revision: u64, step: Step) {
        let place = self
            .0
            .partition_point(|(other, order, _)| (*other, *order) <= (at, revision));
        self.0.insert(place, (at, revision, step));
    }

    /// Whether the batch may not be used at an instant.
    pub fn is_blocked(&self, at: Timestamp) -> bool {
        let until = &self.0[..self.0.partition_point(|(step_at, _, _)| *step_at <= at)];
        until.iter().any(|(_, _, step)| *step == Step::Recalled)
            || matches!(until.last(), Some((_, _, Step::Quarantined)))
    }

    /// Whether the batch is recalled at an instant.
    pub fn is_recalled(&self, at: Timestamp) -> bool {
        self.0
            .iter()
            .any(|(step_at, _, step)| *step_at <= at && *step == Step::Recalled)
    }

    /// The instants at which whether it may be used can change.
    pub fn instants(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(|(at, _, _)| *at)
    }
}
