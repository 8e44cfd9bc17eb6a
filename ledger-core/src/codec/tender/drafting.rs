//! While a tender is drafted.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::criterion::Kind as WireKind;
use sijill_schemas::events::v1::tender_drafted::AwardBy as WireAwardBy;

use crate::codec::error::{At, Fault};
use crate::codec::fields::{put, take};
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, choice, record};
use crate::domain::tender::{
    Approval, AwardBy, CRITERIA_MAX, Committees, Criterion, CriterionKind, DOCUMENTS_MAX, Draft,
    FrameworkTerms, INVITED_MAX, Invitation, InvitationGround, LINES_MAX, Lot, LotLine, LotRemoval,
    OpeningKey, PARTICIPANTS_MAX, Participant, Procedure, TIES_MAX, Terms, TieRule,
};
use crate::seal::PROOF_BYTES;

record! { Draft = pb::TenderDrafted {
    buyer: plain,
    title: required,
    procedure: plain,
    plan: optional,
    currency: plain,
    terms: required,
    criteria: many[0..=CRITERIA_MAX],
    award_by: required,
    ties: many[1..=TIES_MAX],
    participants: many[0..=PARTICIPANTS_MAX],
    documents: many[0..=DOCUMENTS_MAX],
    invitation: optional,
    framework: optional,
} }

choice! { Procedure = pb::TenderProcedure { Open, Quotation, Limited, Direct, Selective } }

record! { FrameworkTerms = pb::FrameworkTerms { days: number, suppliers: plain } }

record! { Invitation = pb::TenderInvitation {
    ground: plain,
    justification: plain,
    after: optional,
    invited: many[0..=INVITED_MAX],
    list: optional,
} }

choice! { InvitationGround = pb::InvitationGround {
    FewSuppliers,
    Disproportionate,
    SoleSource,
    Urgency,
    Additional,
    EssentialSecurity,
    FailedTender,
    Qualified,
} }

record! { Terms = pb::TenderTerms {
    delivery: plain,
    tax_included: plain,
    validity_days: plain,
    security_percent: required,
    split: plain,
} }

record! { Criterion = pb::Criterion { id: plain, name: required, kind: required } }

choice! { TieRule = pb::TieRule { LowerPrice, MorePoints, EarlierEnvelope } }

record! { Participant = pb::TenderParticipant { entity: plain, budget: optional } }

record! { Lot = pb::LotAdded {
    id: plain,
    title: required,
    lines: many[1..=LINES_MAX];
    estimate = estimate_part: withheld(Pending),
} }

record! { LotLine = pb::LotLine {
    item: plain,
    quantity: required,
    facility: plain,
    delivery_days: plain,
    entity: optional,
} }

record! { LotRemoval = pb::LotRemoved { lot: plain, reason: plain } }

record! { Committees = pb::CommitteeAppointed {
    opening: plain,
    evaluation: plain,
    threshold: plain,
} }

record! { OpeningKey = pb::OpeningKeyEnrolled {
    member: plain,
    key: plain,
    proof: bytes[PROOF_BYTES..=PROOF_BYTES],
    witness: plain,
} }

record! { Approval = pb::TenderApproved { read: plain, limit: optional } }

impl Wire<WireAwardBy> for AwardBy {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireAwardBy, Fault> {
        Ok(match self {
            Self::LowestPrice => WireAwardBy::LowestPrice(pb::LowestPriceAward {}),
            Self::Rated { price_weight } => WireAwardBy::PriceWeight(price_weight.to_wire(parts)?),
        })
    }

    fn from_wire(wire: WireAwardBy, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireAwardBy::LowestPrice(pb::LowestPriceAward {}) => Self::LowestPrice,
            WireAwardBy::PriceWeight(weight) => Self::Rated {
                price_weight: take::plain(weight, parts).at("price_weight")?,
            },
        })
    }
}

impl Wire<WireKind> for CriterionKind {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireKind, Fault> {
        Ok(match self {
            Self::Required => WireKind::Required(pb::RequiredCriterion {}),
            Self::Rated { points, least } => WireKind::Rated(pb::RatedCriterion {
                points: put::required(points, parts).at("points")?,
                least: put::required(least, parts).at("least")?,
            }),
        })
    }

    fn from_wire(wire: WireKind, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireKind::Required(pb::RequiredCriterion {}) => Self::Required,
            WireKind::Rated(rated) => Self::Rated {
                points: take::required(rated.points, parts).at("points")?,
                least: take::required(rated.least, parts).at("least")?,
            },
        })
    }
}
