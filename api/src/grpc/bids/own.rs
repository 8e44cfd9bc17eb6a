//! One bidder's envelopes as they stand: each is read once for an answer, however many there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use sijill_ledger_core::aggregate::Aggregate;
use sijill_ledger_core::domain::envelope::{Claim, Contents, Envelope};
use sijill_ledger_core::domain::tender::{EnvelopePart, Notice, Tender};
use sijill_ledger_core::domain::values::TenderId;
use sijill_ledger_core::ledger::Ledger;
use sijill_ledger_core::store::{EventStore as _, NodeStore, StreamName};
use sijill_schemas::events::v1 as events;
use sijill_schemas::procurement::v1 as pb;
use sijill_schemas::types::v1 as types;
use tonic::Status;

use super::fate;
use super::index::Sealed;
use crate::grpc::status;

/// Envelopes of one bidder, for one answer.
pub struct Own<'a> {
    ledger: &'a Ledger<NodeStore>,
    /// All of them, in the order of the log.
    envelopes: &'a [Arc<Sealed>],
    tenders: BTreeMap<TenderId, Arc<Tender>>,
    /// Where the latest one of each part of a tender was sealed that stands, `None` where none does: earlier ones are superseded.
    last_standing: BTreeMap<(TenderId, EnvelopePart), Option<u64>>,
}

impl<'a> Own<'a> {
    /// Of these envelopes; nothing more is read yet.
    pub const fn new(ledger: &'a Ledger<NodeStore>, envelopes: &'a [Arc<Sealed>]) -> Self {
        Self {
            ledger,
            envelopes,
            tenders: BTreeMap::new(),
            last_standing: BTreeMap::new(),
        }
    }

    /// One of them.
    pub async fn shown(&mut self, sealed: &Sealed) -> Result<pb::OwnBid, Status> {
        let Claim { tender, part, .. } = &sealed.claim;
        let state = self.tender(tender).await?;
        let envelope = self.envelope(sealed).await?;
        let mut fate = fate::of(&sealed.envelope, &envelope, &state);
        if is_waiting(fate) {
            let last = self.last_standing(tender, *part, &state).await?;
            if last.is_some_and(|last| last > sealed.index) {
                fate = pb::OwnBidState::Superseded;
            }
        }
        let notice = state.notice();
        let amendments = notice.map_or(0, |notice: &Notice| notice.amended_at.len());
        let contents = envelope.contents();
        let confirmed = contents.and_then(|it| it.confirmations().map(|(_, it)| it).max());
        let closes_micros = notice.map_or(0, |notice| notice.closes_at.as_micros());
        Ok(pb::OwnBid {
            tender: tender.to_string(),
            envelope: sealed.envelope.to_string(),
            part: wire_part(*part).into(),
            position: Some(types::Position {
                log_id: self.ledger.store().origin().to_owned(),
                index: sealed.index,
            }),
            sealed_micros: sealed.at.as_micros(),
            closes_micros,
            key: contents.map_or_else(String::new, |it: &Contents| it.key().id().to_string()),
            amendments: u32::try_from(amendments).unwrap_or(u32::MAX),
            confirmed: confirmed.unwrap_or(0).into(),
            state: fate.into(),
        })
    }

    async fn tender(&mut self, id: &TenderId) -> Result<Arc<Tender>, Status> {
        if let Some(known) = self.tenders.get(id) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(self.state(&Tender::stream(id)).await?);
        self.tenders.insert(id.clone(), Arc::clone(&read));
        Ok(read)
    }

    async fn envelope(&self, sealed: &Sealed) -> Result<Envelope, Status> {
        self.state(&Envelope::stream(&sealed.envelope)).await
    }

    async fn state<A: Aggregate>(&self, stream: &StreamName) -> Result<A, Status> {
        self.ledger.state(stream).await.map_err(status::refused)
    }

    /// Looked for from the end, once for each part of a tender.
    async fn last_standing(
        &mut self,
        tender: &TenderId,
        part: EnvelopePart,
        state: &Tender,
    ) -> Result<Option<u64>, Status> {
        let of = (tender.clone(), part);
        if let Some(known) = self.last_standing.get(&of) {
            return Ok(*known);
        }
        let mut found = None;
        for sealed in self.envelopes.iter().rev() {
            if (&sealed.claim.tender, sealed.claim.part) != (tender, part) {
                continue;
            }
            let envelope = self.envelope(sealed).await?;
            if fate::of(&sealed.envelope, &envelope, state) == pb::OwnBidState::Sealed {
                found = Some(sealed.index);
                break;
            }
        }
        self.last_standing.insert(of, found);
        Ok(found)
    }
}

/// Whether a later envelope could still take its place.
const fn is_waiting(fate: pb::OwnBidState) -> bool {
    matches!(
        fate,
        pb::OwnBidState::Sealed | pb::OwnBidState::ConfirmationNeeded
    )
}

const fn wire_part(part: EnvelopePart) -> events::EnvelopePart {
    match part {
        EnvelopePart::Technical => events::EnvelopePart::Technical,
        EnvelopePart::Financial => events::EnvelopePart::Financial,
    }
}
