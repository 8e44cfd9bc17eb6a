//! Envelopes, bids, securities and complaints of a tender.

use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::codec::payload::write;
use sijill_ledger_core::domain::tender::{Against, Disqualification, LinePrice};
use sijill_ledger_core::domain::values::{
    ComplaintId, Date, EnvelopeId, LotId, OrganizationId, SecurityId,
};
use sijill_ledger_core::event::{Actor, Role};
use sijill_ledger_core::time::Timestamp;
use sijill_projections::tenders::World;
use sijill_projections::tenders::record::{
    Bid, Complaint, Envelope, Lid, Offer, Outcome, Rejection,
};
use sijill_projections::tenders::world::Security;

use super::{pb, wire};

/// An envelope.
pub fn envelope(id: &EnvelopeId, of: &Envelope) -> Result<pb::TenderEnvelope, EncodeError> {
    let (opened, voided) = match &of.lid {
        Lid::Closed => (None, None),
        Lid::Opened(mark) => (Some(mark), None),
        Lid::Void { mark, reason } => (None, Some((mark, reason))),
    };
    let reason = voided.and_then(|(_, reason)| reason.as_ref());
    Ok(pb::TenderEnvelope {
        envelope: write(id)?,
        bidder: write(&of.bidder)?,
        part: write(&of.part)?,
        sealed_at_micros: of.sealed_at.map(Timestamp::as_micros),
        standing: of
            .standing
            .as_ref()
            .map(write)
            .transpose()?
            .unwrap_or_default(),
        listed: Some(wire::mark(&of.listed)?),
        opened: wire::marked(opened)?,
        voided: wire::marked(voided.map(|(mark, _)| mark))?,
        void_reason: reason.map(write).transpose()?.unwrap_or_default(),
    })
}

/// A bid.
pub fn bid(world: &World, bidder: &OrganizationId, of: &Bid) -> Result<pb::TenderBid, EncodeError> {
    let points = of
        .scores
        .as_ref()
        .and_then(|scores| scores.disclosed.as_ref());
    let scores = points.map_or(&[][..], |(scores, _)| scores).iter();
    let scores = scores.map(|score| {
        Ok(pb::BidPoints {
            criterion: write(&score.criterion)?,
            points: Some(write(&score.points)?),
        })
    });
    let whole = of.rejected.iter().map(|why| (None, why));
    let of_lots = of.rejected_lots.iter().map(|(lot, why)| (Some(lot), why));
    let rejections = whole.chain(of_lots);
    Ok(pb::TenderBid {
        bidder: write(bidder)?,
        bidder_names: wire::organization(world, bidder)?,
        lots: of.lots.iter().flatten().map(ToString::to_string).collect(),
        points: scores.collect::<Result<_, EncodeError>>()?,
        points_disclosed: wire::marked(points.map(|(_, mark)| mark))?,
        accepted: of.accepted,
        rejections: rejections
            .map(|(lot, why)| rejection(bidder, lot, why))
            .collect::<Result<_, _>>()?,
        offers: of
            .offers
            .iter()
            .map(|(lot, offered)| offer(lot, offered))
            .collect::<Result<_, _>>()?,
        security: of.security.as_ref().map(ToString::to_string),
        binds_until_days: of.binds_until.map(Date::days),
    })
}

fn rejection(
    bidder: &OrganizationId,
    lot: Option<&LotId>,
    why: &Rejection,
) -> Result<pb::BidRejection, EncodeError> {
    let stated = Disqualification {
        bidder: bidder.clone(),
        lot: lot.cloned(),
        ground: why.ground.clone(),
        reason: why.reason.clone(),
        minutes: why.minutes.clone(),
    };
    Ok(pb::BidRejection {
        lot: lot.map(ToString::to_string),
        disqualification: Some(write(&stated)?),
        mark: Some(wire::mark(&why.mark)?),
    })
}

fn offer(lot: &LotId, of: &Offer) -> Result<pb::BidOffer, EncodeError> {
    let lines = of.lines.iter().map(|(line, (quantity, unit_price))| {
        write(&LinePrice {
            lot: lot.clone(),
            line: *line,
            quantity: *quantity,
            unit_price: *unit_price,
        })
    });
    Ok(pb::BidOffer {
        lot: write(lot)?,
        lines: lines.collect::<Result<_, _>>()?,
        stated: of.stated.as_ref().map(write).transpose()?,
        price: of.price.as_ref().map(write).transpose()?,
        corrected: wire::marked(of.corrected.as_ref())?,
        explained: of.explained,
    })
}

/// A security for a bid.
pub fn security(id: &SecurityId, of: &Security) -> Result<pb::TenderSecurity, EncodeError> {
    let called = of.called.as_ref();
    Ok(pb::TenderSecurity {
        security: write(id)?,
        received: Some(write(&of.received)?),
        mark: Some(wire::mark(&of.mark)?),
        verified: wire::marked(of.verified.as_ref())?,
        called: wire::marked(called.map(|(_, mark)| mark))?,
        called_amount: called.map(|(call, _)| write(&call.amount)).transpose()?,
        released: wire::marked(of.released.as_ref().map(|(_, mark)| mark))?,
        valid_until_days: of.valid_until.days(),
    })
}

/// A complaint.
pub fn complaint(id: &ComplaintId, of: &Complaint) -> Result<pb::TenderComplaint, EncodeError> {
    let (against, lot) = match &of.against {
        Against::Documents => (pb::ComplaintAgainst::Documents, None),
        Against::Award(lot) => (pb::ComplaintAgainst::Award, Some(lot)),
        Against::TechnicalResult => (pb::ComplaintAgainst::TechnicalResult, None),
    };
    let by = Actor {
        id: of.by.clone(),
        role: Role::Supplier,
        position: None,
    };
    let mut written = pb::TenderComplaint {
        complaint: write(id)?,
        against: against.into(),
        lot: lot.map(ToString::to_string),
        by: Some(write(&by)?),
        grounds: write(&of.grounds)?,
        filed: Some(wire::mark(&of.filed)?),
        ..pb::TenderComplaint::default()
    };
    match &of.outcome {
        Outcome::Pending => {}
        Outcome::Withdrawn(mark) => written.withdrawn = Some(wire::mark(mark)?),
        Outcome::Decided {
            outcome,
            decision,
            reason,
            mark,
        } => {
            written.outcome = write(outcome)?;
            written.decision = Some(write(decision)?);
            written.reason = Some(write(reason)?);
            written.decided = Some(wire::mark(mark)?);
        }
    }
    Ok(written)
}
