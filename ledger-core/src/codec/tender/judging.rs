//! When bids are judged.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::DisqualificationGround as WireOther;
use sijill_schemas::events::v1::bid_disqualified::Ground as WireGround;

use crate::codec::error::{At, Defect, Fault};
use crate::codec::fields::take;
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, record};
use crate::domain::tender::{
    AcceptedBid, Correction, Disqualification, DisqualificationGround, LowBid, Scoring,
    TechnicalResult, ValidityExtension,
};

record! { Disqualification = pb::BidDisqualified {
    bidder: plain,
    lot: optional,
    ground: required,
    reason: plain,
    minutes: optional,
} }

record! { Scoring = pb::BidScored { bidder: plain; scores = scores_part: apart(Pending) } }

record! { TechnicalResult = pb::TechnicalResultApproved { minutes: plain, accepted: list } }

record! { AcceptedBid = pb::AcceptedBid { bidder: plain } }

record! { Correction = pb::BidCorrected {
    bidder: plain,
    lot: plain,
    before: optional,
    after: optional,
} }

record! { LowBid = pb::LowBidExplained {
    bidder: plain,
    lot: plain,
    explanation: plain,
    accepted: plain,
} }

record! { ValidityExtension = pb::ValidityExtended { bidder: plain; until = until_days: plain } }

impl Wire<WireGround> for DisqualificationGround {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireGround, Fault> {
        let other = match self {
            Self::Criterion(criterion) => {
                return Ok(WireGround::Criterion(criterion.to_wire(parts)?));
            }
            Self::Security => WireOther::Security,
            Self::Incomplete => WireOther::Incomplete,
            Self::LowPrice => WireOther::LowPrice,
            Self::CorrectionRefused => WireOther::CorrectionRefused,
            Self::Debarred => WireOther::Debarred,
            Self::WithdrawnAfterOpening => WireOther::WithdrawnAfterOpening,
            Self::FalseStatement => WireOther::FalseStatement,
            Self::Lapsed => WireOther::Lapsed,
        };
        Ok(WireGround::Other(other as i32))
    }

    fn from_wire(wire: WireGround, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireGround::Criterion(criterion) => {
                Self::Criterion(take::plain(criterion, parts).at("criterion")?)
            }
            WireGround::Other(number) => match WireOther::try_from(number) {
                Ok(WireOther::Security) => Self::Security,
                Ok(WireOther::Incomplete) => Self::Incomplete,
                Ok(WireOther::LowPrice) => Self::LowPrice,
                Ok(WireOther::CorrectionRefused) => Self::CorrectionRefused,
                Ok(WireOther::Debarred) => Self::Debarred,
                Ok(WireOther::WithdrawnAfterOpening) => Self::WithdrawnAfterOpening,
                Ok(WireOther::FalseStatement) => Self::FalseStatement,
                Ok(WireOther::Lapsed) => Self::Lapsed,
                Ok(WireOther::Unspecified) | Err(_) => {
                    return Err(Fault::from(Defect::Choice(number))).at("other");
                }
            },
        })
    }
}
