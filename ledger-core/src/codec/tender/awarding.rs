//! Awards, complaints and the end.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::complaint_filed::Against as WireAgainst;

use crate::codec::error::{At, Fault};
use crate::codec::fields::take;
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, choice, record};
use crate::domain::tender::{
    Against, Award, AwardApproval, AwardCancellation, CancellationGround, CancellationProposal,
    Complaint, ComplaintDecision, ComplaintOutcome, ComplaintWithdrawal, Completion, DOCUMENTS_MAX,
    Ending, Failure, FailureCause, LINES_MAX, LotFailure, Notification, Ranked, StandstillEnd,
    Winner, WonLine,
};

record! { Award = pb::AwardProposed {
    lot: plain,
    minutes: plain,
    ranking: list,
    winners: list,
    reserve: optional,
    departure: optional,
} }

record! { Ranked = pb::RankedBid { bidder: plain, price: required } }

record! { Winner = pb::AwardWinner {
    bidder: plain,
    lines: many[0..=LINES_MAX],
    value: optional,
} }

record! { WonLine = pb::WonLine { line: plain, quantity: required } }

record! { AwardApproval = pb::AwardApproved {
    lot: plain,
    proposal: plain,
    value: optional,
    limit: optional,
} }

record! { LotFailure = pb::LotFailed { lot: plain, reason: plain } }

record! { Notification = pb::BiddersNotified {;
    standstill_until = standstill_until_micros: optional,
} }

record! { StandstillEnd = pb::StandstillEnded {; ended_at = ended_micros: plain } }

record! { AwardCancellation = pb::AwardCancelled { lot: plain, reason: plain } }

record! { Complaint = pb::ComplaintFiled {
    id: plain,
    against: required,
    grounds: plain,
    key: optional;
    documents = evidence: many[0..=DOCUMENTS_MAX],
} }

record! { ComplaintDecision = pb::ComplaintDecided {
    complaint: plain,
    decision: plain,
    outcome: plain,
    reason: plain,
} }

choice! { ComplaintOutcome = pb::ComplaintOutcome { Invalid, Declined, Upheld } }

record! { ComplaintWithdrawal = pb::ComplaintWithdrawn { complaint: plain } }

record! { Ending = pb::TenderCancelled { ground: plain, reason: plain, proposal: optional } }

record! { CancellationProposal = pb::CancellationProposed { ground: plain, reason: plain } }

choice! { CancellationGround = pb::CancellationGround {
    NoDemand, Unfixable, ForceMajeure, ExpensesCut,
} }

record! { Failure = pb::TenderFailed { cause: optional } }

choice! { FailureCause = pb::FailureCause { NoBids, NoValidBids, NoAward, BidsLost } }

record! { Completion = pb::TenderCompleted { value: optional } }

impl Wire<WireAgainst> for Against {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireAgainst, Fault> {
        Ok(match self {
            Self::Documents => WireAgainst::Documents(pb::DocumentsComplaint {}),
            Self::Award(lot) => WireAgainst::AwardLot(lot.to_wire(parts)?),
            Self::TechnicalResult => WireAgainst::TechnicalResult(pb::TechnicalResultComplaint {}),
        })
    }

    fn from_wire(wire: WireAgainst, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireAgainst::Documents(pb::DocumentsComplaint {}) => Self::Documents,
            WireAgainst::AwardLot(lot) => Self::Award(take::plain(lot, parts).at("award_lot")?),
            WireAgainst::TechnicalResult(pb::TechnicalResultComplaint {}) => Self::TechnicalResult,
        })
    }
}
