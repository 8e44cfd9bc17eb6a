//! What a tender does not show yet, and which step will show it. Content of envelopes, estimates and points are committed to in the
//! log and disclosed by a step of the procedure ([`DisclosureOfPending`](sijill_ledger_core::policies::DisclosureOfPending)).

use sijill_ledger_core::domain::tender::EnvelopePart;
use sijill_ledger_core::domain::values::{LotId, OrganizationId};

use super::record::{Lid, Record, Sealed};
use super::stage::Stage;
use super::step::StepKind;

/// Something that is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldFact {
    /// What.
    pub what: Fact,
    /// The step that discloses it; `None` where no step will any more.
    pub until: Option<StepKind>,
}

/// What can be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// How many envelopes there are, and whose.
    Bidders,
    /// What is in an envelope of a bidder.
    Envelope(OrganizationId, EnvelopePart),
    /// What a lot is expected to cost.
    Estimate(LotId),
    /// The points of a bid.
    Points(OrganizationId),
}

/// What a tender does not show yet, in the order of the procedure.
///
/// A tender that failed discloses estimates and points; one that was cancelled discloses nothing more.
pub fn withheld(record: &Record) -> Vec<WithheldFact> {
    let mut facts = Vec::new();
    let mut put = |what, until| facts.push(WithheldFact { what, until });
    if record.stage < Stage::Listing && record.is_published() {
        put(Fact::Bidders, Some(StepKind::BidReceived));
    }
    for part in [EnvelopePart::Technical, EnvelopePart::Financial] {
        for envelope in record.counting(part) {
            if envelope.lid == Lid::Closed {
                let bid = record.bids.get(&envelope.bidder);
                let out = bid.is_some_and(|bid| bid.rejected.is_some());
                let opens = !out && !record.stage.is_end();
                let what = Fact::Envelope(envelope.bidder.clone(), part);
                put(what, opens.then_some(StepKind::BidOpened));
            }
        }
    }
    for lot in &record.lots {
        if let Some(estimate) = &lot.estimate {
            let step = step(record, estimate, StepKind::BidOpened);
            if estimate.disclosed.is_none() {
                put(Fact::Estimate(lot.id.clone()), step);
            }
        }
    }
    for (bidder, bid) in &record.bids {
        if let Some(points) = &bid.scores {
            let step = step(record, points, StepKind::BiddersNotified);
            if points.disclosed.is_none() {
                put(Fact::Points(bidder.clone()), step);
            }
        }
    }
    facts
}

fn step<T>(record: &Record, sealed: &Sealed<T>, usual: StepKind) -> Option<StepKind> {
    if sealed.erased {
        return None;
    }
    match record.stage {
        Stage::Cancelled => None,
        Stage::Failed => Some(StepKind::TenderFailed),
        Stage::Draft
        | Stage::Approved
        | Stage::Bidding
        | Stage::Listing
        | Stage::TechnicalOpening
        | Stage::TechnicalEvaluation
        | Stage::FinancialOpening
        | Stage::Awarding
        | Stage::Standstill
        | Stage::Final
        | Stage::Completed => Some(usual),
    }
}
