//! When envelopes are opened.

use sijill_schemas::events::v1 as pb;
use sijill_schemas::events::v1::bid_opened::Content as WireContent;

use crate::codec::error::{At, Fault};
use crate::codec::fields::take;
use crate::codec::parts::{PartsIn, PartsOut};
use crate::codec::wire::{Wire, choice, record};
use crate::domain::committee::MEMBERS_MAX;
use crate::domain::envelope::Vouch;
use crate::domain::tender::{
    ANSWERS_MAX, BidContent, CriterionAnswer, DirectOffer, EnvelopePart, EnvelopeShare,
    FinancialBid, LINES_MAX, LOTS_MAX, LeftOff, LinePrice, Listing, LotTotal, OpenedBid, Receipt,
    Reveal, SHARES_MAX, SealedDocument, Shares, Standing, TechnicalBid, UNLISTED_MAX, VoidReason,
    VoidedBid,
};

record! { Receipt = pb::BidReceived {
    envelope: plain,
    bidder: plain,
    part: plain,
    standing: optional,
    vouch: optional;
    sealed_at = sealed_micros: optional,
} }

record! { Listing = pb::BidsListed {
    envelopes: optional,
    unlisted: many[0..=UNLISTED_MAX],
    left_off: optional,
} }

record! { LeftOff = pb::UnlistedEnvelopes { count: plain, digest: plain } }

choice! { EnvelopePart = pb::EnvelopePart { Technical, Financial } }

choice! { Standing = pb::EnvelopeStanding {
    Counts, Late, Superseded, Withdrawn, Unconfirmed, Debarred, Unvouched, Uninvited, Unwitnessed,
} }

record! { Vouch = pb::TenderKeyVouch { key: plain, signature: signature } }

record! { Shares = pb::SharesPublished { member: plain, shares: many[1..=SHARES_MAX] } }

record! { EnvelopeShare = pb::EnvelopeShare { envelope: plain, share: optional } }

record! { Reveal = pb::SecretRevealed { envelope: plain, secret: plain } }

record! { OpenedBid = pb::BidOpened {
    envelope: plain,
    bidder: optional,
    content: optional,
    blamed: many[0..=MEMBERS_MAX],
} }

record! { TechnicalBid = pb::TechnicalBid {
    lots: many[1..=LOTS_MAX],
    answers: many[0..=ANSWERS_MAX],
    documents: many[0..=ANSWERS_MAX],
    security: optional,
} }

record! { CriterionAnswer = pb::CriterionAnswer { criterion: plain, text: plain } }

record! { SealedDocument = pb::SealedDocument { sealed: required, key: plain } }

record! { FinancialBid = pb::FinancialBid {
    prices: many[1..=LINES_MAX],
    totals: many[1..=LOTS_MAX],
} }

record! { DirectOffer = pb::OfferRecorded {
    bidder: plain,
    offer: required,
    document: required,
} }

record! { LinePrice = pb::LinePrice {
    lot: plain,
    line: plain,
    quantity: required,
    unit_price: required,
} }

record! { LotTotal = pb::LotTotal { lot: plain, total: required } }

record! { VoidedBid = pb::BidVoided {
    envelope: plain,
    bidder: optional,
    reason: optional,
    blamed: many[0..=MEMBERS_MAX],
} }

choice! { VoidReason = pb::VoidReason { BadDeal, Unreadable, Unfitting, NotOpened } }

impl Wire<WireContent> for BidContent {
    fn to_wire(&self, parts: &mut PartsOut) -> Result<WireContent, Fault> {
        Ok(match self {
            Self::Technical(bid) => WireContent::Technical(bid.to_wire(parts).at("technical")?),
            Self::Financial(bid) => WireContent::Financial(bid.to_wire(parts).at("financial")?),
        })
    }

    fn from_wire(wire: WireContent, parts: &mut PartsIn<'_>) -> Result<Self, Fault> {
        Ok(match wire {
            WireContent::Technical(bid) => {
                Self::Technical(take::plain(bid, parts).at("technical")?)
            }
            WireContent::Financial(bid) => {
                Self::Financial(take::plain(bid, parts).at("financial")?)
            }
        })
    }
}
