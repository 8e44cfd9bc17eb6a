//! Events of a committee.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::minutes_resolution::Resolution as WireResolution;

use super::error::{At, Defect, Fault};
use super::fields::{put, take};
use super::parts::{PartsIn, PartsOut};
use super::wire::{Wire, choice, kinds, record};
use crate::domain::committee::{
    Dissolution, Event, Formation, MemberSignature, Minutes, Paper, Purpose, RESOLUTIONS_MAX,
    Replacement, Resolution, Signer,
};

kinds! { Event {
    CommitteeFormed,
    MemberReplaced,
    MinutesSigned,
    MinutesDrawnUp,
    MemberSigned,
    CommitteeDissolved,
} }

record! { Formation = pb::CommitteeFormed {
    purpose: plain,
    names: required,
    members: list,
    quorum: number,
    alternates: list,
    decree: plain,
} }

record! { Replacement = pb::MemberReplaced { leaves: plain, joins: plain, reason: plain } }

record! { Minutes = pb::MinutesSigned { number: plain, decision: plain, signers: list } }

record! { Paper = pb::MinutesDrawnUp {
    number: plain,
    tender: optional,
    resolutions: many[1..=RESOLUTIONS_MAX],
    document: optional,
} }

record! { MemberSignature = pb::MemberSigned { number: plain, read: plain, dissent: optional } }

record! { Dissolution = pb::CommitteeDissolved { reason: plain } }

record! { Signer = pb::MinutesSigner { member: plain, dissent: optional } }

choice! { Purpose = pb::CommitteePurpose {
    Opening, Evaluation, Inspection, Count, Disposal, Complaints,
} }

impl Wire<pb::MinutesResolution> for Resolution {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<pb::MinutesResolution, Fault> {
        let resolution = match self {
            Self::TechnicalResult => {
                WireResolution::TechnicalResult(pb::TechnicalResultResolution {})
            }
            Self::Rejection { bidder, lot } => WireResolution::Rejection(pb::RejectionResolution {
                bidder: bidder.to_wire(parts)?,
                lot: put::optional(lot, parts)?,
            }),
            Self::Award { lot, bidder } => WireResolution::Award(pb::AwardResolution {
                lot: lot.to_wire(parts)?,
                bidder: bidder.to_wire(parts)?,
            }),
            Self::Other(text) => WireResolution::Other(text.to_wire(parts)?),
        };
        let resolution = Some(resolution);
        Ok(pb::MinutesResolution { resolution })
    }

    fn from_wire(wire: pb::MinutesResolution, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        let resolution = wire.resolution.ok_or(Defect::Missing).map_err(Fault::from);
        Ok(match resolution.at("resolution")? {
            WireResolution::TechnicalResult(pb::TechnicalResultResolution {}) => {
                Self::TechnicalResult
            }
            WireResolution::Rejection(it) => Self::Rejection {
                bidder: take::plain(it.bidder, parts).at("rejection.bidder")?,
                lot: take::optional(it.lot, parts).at("rejection.lot")?,
            },
            WireResolution::Award(it) => Self::Award {
                lot: take::plain(it.lot, parts).at("award.lot")?,
                bidder: take::plain(it.bidder, parts).at("award.bidder")?,
            },
            WireResolution::Other(text) => Self::Other(take::plain(text, parts).at("other")?),
        })
    }
}
