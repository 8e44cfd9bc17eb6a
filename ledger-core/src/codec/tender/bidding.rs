//! While suppliers may bid.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::tender_amended::Change as WireChange;

use crate::codec::error::{At, Fault};
use crate::codec::fields::{put, take};
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, record};
use crate::domain::committee::MEMBERS_MAX;
use crate::domain::qualification::REQUESTS_MAX;
use crate::domain::tender::{
    Amendment, Answer, Change, Closing, DOCUMENTS_MAX, DeadlineWitness, Extension, LINES_MAX,
    Outage, Publication, Question, Sealing, SealingMember,
};
use crate::seal::PROOF_BYTES;

record! { Publication = pb::TenderPublished {
    sealing: optional,
    invited: many[0..=REQUESTS_MAX];
    enquiries_until = enquiries_until_micros: plain,
    closes_at = closes_micros: plain,
} }

record! { Sealing = pb::Sealing { threshold: plain, members: many[1..=MEMBERS_MAX] } }

record! { SealingMember = pb::SealingMember {
    member: plain,
    key: plain,
    proof: bytes[PROOF_BYTES..=PROOF_BYTES],
} }

record! { Question = pb::QuestionAsked { id: plain, text: plain, key: required } }

record! { Answer = pb::QuestionAnswered { question: plain, text: plain } }

record! { Amendment = pb::TenderAmended {
    number: optional,
    reason: plain,
    change: required;
    closes_at = closes_micros: plain,
} }

record! { Extension = pb::DeadlineExtended {
    reason: plain;
    closes_at = closes_micros: plain,
    enquiries_until = enquiries_until_micros: plain,
} }

record! { Outage = pb::OutageRecorded {
    reason: plain;
    from = from_micros: plain,
    until = until_micros: plain,
    closes_at = closes_micros: optional,
} }

record! { DeadlineWitness = pb::DeadlineWitnessed {
    checkpoint: plain,
    outside: plain;
    closes_at = closes_micros: plain,
    covered_until = covered_until_micros: plain,
} }

record! { Closing = pb::BiddingClosed {; closed_at = closed_micros: plain } }

impl Wire<WireChange> for Change {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireChange, Fault> {
        Ok(match self {
            Self::Documents { before, after } => WireChange::Documents(pb::DocumentsChange {
                before: put::many(0..=DOCUMENTS_MAX, before, parts).at("documents.before")?,
                after: put::many(0..=DOCUMENTS_MAX, after, parts).at("documents.after")?,
            }),
            Self::Lot { lot, before, after } => WireChange::Lot(pb::LotChange {
                lot: lot.to_wire(parts)?,
                before: put::many(0..=LINES_MAX, before, parts).at("lot.before")?,
                after: put::many(1..=LINES_MAX, after, parts).at("lot.after")?,
            }),
        })
    }

    fn from_wire(wire: WireChange, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireChange::Documents(change) => Self::Documents {
                before: take::many(0..=DOCUMENTS_MAX, change.before, parts)
                    .at("documents.before")?,
                after: take::many(0..=DOCUMENTS_MAX, change.after, parts).at("documents.after")?,
            },
            WireChange::Lot(change) => Self::Lot {
                lot: take::plain(change.lot, parts).at("lot.lot")?,
                before: take::many(0..=LINES_MAX, change.before, parts).at("lot.before")?,
                after: take::many(1..=LINES_MAX, change.after, parts).at("lot.after")?,
            },
        })
    }
}
