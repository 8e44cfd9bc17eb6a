//! What became of an envelope, as its bidder is told: before the deadline what would become of it, afterwards what the log says.

use sijill_ledger_core::domain::envelope::{Contents, Envelope};
use sijill_ledger_core::domain::tender::evaluation::{Fate, Stage};
use sijill_ledger_core::domain::tender::{Evaluation, LastStage, Notice, Standing, Tender};
use sijill_ledger_core::domain::values::EnvelopeId;
use sijill_schemas::procurement::v1::OwnBidState as State;

/// Of an envelope of this tender. Before the deadline it is judged by itself: whether a later one takes its place says who knows
/// that one.
pub fn of(id: &EnvelopeId, envelope: &Envelope, tender: &Tender) -> State {
    let contents = match envelope {
        Envelope::Unknown => return State::Undecided,
        Envelope::Withdrawn { .. } => return State::Withdrawn,
        Envelope::Sealed(contents) => contents,
    };
    match tender {
        Tender::Bidding(bidding) => waiting(contents, bidding.notice()),
        Tender::Evaluation(evaluation) => listed(id, evaluation),
        Tender::Ended(ended) => match &ended.last {
            LastStage::Evaluation(evaluation) => listed(id, evaluation),
            LastStage::Bidding(_) | LastStage::Draft => State::Undecided,
        },
        Tender::Unknown | Tender::Draft(_) => State::Undecided,
    }
}

/// The rule is the one by which envelopes are listed: known the last amendment when sealing or confirming.
fn waiting(contents: &Contents, notice: &Notice) -> State {
    let Some(amended_at) = notice.amended_at.last() else {
        return State::Sealed;
    };
    let confirmed = contents
        .confirmations()
        .map(|(_, amendment)| usize::from(amendment))
        .max();
    let is_later = contents.sealed_at() > Some(*amended_at);
    if is_later || confirmed >= Some(notice.amended_at.len()) {
        State::Sealed
    } else {
        State::ConfirmationNeeded
    }
}

fn listed(id: &EnvelopeId, evaluation: &Evaluation) -> State {
    match evaluation.fate(id) {
        None if evaluation.stage() == Stage::Receiving => State::Undecided,
        // The list is complete, and only what came after the closing is not on it.
        None => State::Late,
        Some(Fate::Opened) => State::Opened,
        Some(Fate::Voided) => State::Void,
        Some(Fate::Unopened(standing)) => match standing {
            Standing::Counts => State::Counts,
            Standing::Late => State::Late,
            Standing::Superseded => State::Superseded,
            Standing::Withdrawn => State::Withdrawn,
            Standing::Unconfirmed => State::Unconfirmed,
            Standing::Debarred => State::Debarred,
            Standing::Unvouched => State::Unvouched,
            Standing::Uninvited => State::Uninvited,
            Standing::Unwitnessed => State::Unwitnessed,
        },
    }
}
