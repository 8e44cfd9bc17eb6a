//! What a tender has without an end: envelopes, bids, securities, complaints and steps. An answer has as many of them as a message
//! may well be long, in this order; the next one goes on.

use prost::Message as _;
use sijill_ledger_core::codec::EncodeError;
use sijill_ledger_core::domain::security::Purpose;
use sijill_ledger_core::domain::values::{ComplaintId, EnvelopeId, OrganizationId, SecurityId};
use sijill_projections::tenders::Tenders;
use sijill_projections::tenders::record::{Bid, Complaint, Envelope, Record};
use sijill_projections::tenders::step::Step;
use sijill_projections::tenders::world::Security;

use super::{bids, pb, timeline};
use crate::grpc::question::page::BYTES_MAX;

enum Row<'a> {
    Envelope(&'a EnvelopeId, &'a Envelope),
    Bid(&'a OrganizationId, &'a Bid),
    Security(&'a SecurityId, &'a Security),
    Complaint(&'a ComplaintId, &'a Complaint),
    Step(&'a Step),
}

/// Adds the rows after so many to a page, as long as they fit, but at least one; gives how many come before the next page's, where
/// there is one.
pub fn fill(
    page: &mut pb::TenderPage,
    view: &Tenders,
    record: &Record,
    before: usize,
) -> Result<Option<usize>, EncodeError> {
    let (mut given, mut bytes) = (before, 0_usize);
    for row in rows(view, record).skip(before) {
        let row = row.written(view)?;
        bytes = bytes.saturating_add(row.encoded_len());
        if bytes > BYTES_MAX && given > before {
            return Ok(Some(given));
        }
        given = given.saturating_add(1);
        append(page, row);
    }
    Ok(None)
}

/// What a later answer says goes behind what the answers before it said.
pub fn append(page: &mut pb::TenderPage, more: pb::TenderPage) {
    page.envelopes.extend(more.envelopes);
    page.bids.extend(more.bids);
    page.securities.extend(more.securities);
    page.complaints.extend(more.complaints);
    page.timeline.extend(more.timeline);
}

fn rows<'a>(view: &'a Tenders, record: &'a Record) -> impl Iterator<Item = Row<'a>> {
    let envelopes = record.envelopes.iter();
    let bids = record.bids.iter();
    let securities = view.world().securities();
    let securities = securities.filter(|(_, it)| match it.purpose() {
        Purpose::Bid(tender) => *tender == record.id,
        Purpose::Performance(_) => false,
    });
    let complaints = record.complaints.iter();
    envelopes
        .map(|(id, it)| Row::Envelope(id, it))
        .chain(bids.map(|(bidder, it)| Row::Bid(bidder, it)))
        .chain(securities.map(|(id, it)| Row::Security(id, it)))
        .chain(complaints.map(|(id, it)| Row::Complaint(id, it)))
        .chain(record.steps.iter().map(Row::Step))
}

impl Row<'_> {
    /// A page of nothing else.
    fn written(&self, view: &Tenders) -> Result<pb::TenderPage, EncodeError> {
        let mut page = pb::TenderPage::default();
        match self {
            Self::Envelope(id, it) => page.envelopes.push(bids::envelope(id, it)?),
            Self::Bid(bidder, it) => page.bids.push(bids::bid(view.world(), bidder, it)?),
            Self::Security(id, it) => page.securities.push(bids::security(id, it)?),
            Self::Complaint(id, it) => page.complaints.push(bids::complaint(id, it)?),
            Self::Step(it) => page.timeline.push(timeline::step(view, it)?),
        }
        Ok(page)
    }
}
