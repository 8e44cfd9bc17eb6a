//! What the ledger fills in, a caller leaves empty: what is said there would be lost without a word, or taken for what was decided.

use sijill_ledger_core::codec::payload::Payload;
use sijill_ledger_core::codec::{DecodeError, Defect};
use sijill_schemas::events::v1 as events;
use sijill_schemas::events::v1::tender_amended::Change;

/// What is commanded, parts of which the ledger fills in.
pub trait Completed {
    /// Path, in its request, of the first such part that is there.
    fn filled(&self) -> Option<String>;
}

/// The same, unless it says what only the ledger says.
pub fn unfilled<M: Completed>(
    message: Option<M>,
    payload: &Payload<'_>,
) -> Result<Option<M>, DecodeError> {
    match message.as_ref().and_then(Completed::filled) {
        None => Ok(message),
        Some(path) => Err(payload.defect(Defect::FilledIn, &path)),
    }
}

/// The first of these paths whose part is there.
fn first<const N: usize>(parts: [(bool, &str); N]) -> Option<String> {
    let mut there = parts.into_iter().filter(|(there, _)| *there);
    there.next().map(|(_, path)| path.to_owned())
}

impl Completed for events::PlanApproved {
    fn filled(&self) -> Option<String> {
        first([(self.limit.is_some(), "approval.limit")])
    }
}

impl Completed for events::TenderApproved {
    fn filled(&self) -> Option<String> {
        first([(self.limit.is_some(), "approval.limit")])
    }
}

impl Completed for events::TenderPublished {
    fn filled(&self) -> Option<String> {
        first([(self.sealing.is_some(), "publication.sealing")])
    }
}

impl Completed for events::TenderAmended {
    fn filled(&self) -> Option<String> {
        let before = match &self.change {
            Some(Change::Documents(change)) => {
                (!change.before.is_empty(), "amendment.documents.before")
            }
            Some(Change::Lot(change)) => (!change.before.is_empty(), "amendment.lot.before"),
            None => return first([(self.number.is_some(), "amendment.number")]),
        };
        first([(self.number.is_some(), "amendment.number"), before])
    }
}

impl Completed for events::OutageRecorded {
    fn filled(&self) -> Option<String> {
        first([(self.closes_micros.is_some(), "outage.closes_micros")])
    }
}

impl Completed for events::TechnicalResultApproved {
    fn filled(&self) -> Option<String> {
        first([(!self.accepted.is_empty(), "result.accepted")])
    }
}

impl Completed for events::BidCorrected {
    fn filled(&self) -> Option<String> {
        first([
            (self.before.is_some(), "correction.before"),
            (self.after.is_some(), "correction.after"),
        ])
    }
}

impl Completed for events::AwardProposed {
    fn filled(&self) -> Option<String> {
        let mut winners = self.winners.iter().enumerate();
        let valued = winners.find(|(_, winner)| winner.value.is_some());
        first([(!self.ranking.is_empty(), "award.ranking")])
            .or_else(|| valued.map(|(n, _)| format!("award.winners[{n}].value")))
    }
}

impl Completed for events::AwardApproved {
    fn filled(&self) -> Option<String> {
        first([
            (self.value.is_some(), "approval.value"),
            (self.limit.is_some(), "approval.limit"),
        ])
    }
}

impl Completed for events::TenderCancelled {
    fn filled(&self) -> Option<String> {
        first([(self.proposal.is_some(), "ending.proposal")])
    }
}
