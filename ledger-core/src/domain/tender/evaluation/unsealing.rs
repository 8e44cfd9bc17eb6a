//! Envelopes as a decision is shown them.

use super::envelopes::{Envelopes, Shown, Unsealing};
use super::state::Published;
use crate::aggregate::Facts;
use crate::domain::envelope::Envelope;
use crate::domain::tender::event::{BidContent, EnvelopePart};
use crate::domain::tender::notice::Notice;
use crate::domain::values::EnvelopeId;

impl Envelopes for Facts {
    fn shown(&self, id: &EnvelopeId) -> Option<Shown> {
        let envelope = self.readings.get::<Envelope>(&Envelope::stream(id))?;
        let contents = envelope.contents()?;
        Some(Shown {
            claim: contents.claim().cloned(),
            sealed_at: contents.sealed_at()?,
            confirmations: contents.confirmations().collect(),
            withdrawn_at: envelope.withdrawn_at(),
        })
    }

    fn unseal(
        &self,
        _notice: &Notice,
        _id: &EnvelopeId,
        _published: &Published,
    ) -> Option<Unsealing> {
        None // until branch `envelope` is merged
    }

    fn read(&self, part: EnvelopePart, bytes: &[u8]) -> Option<BidContent> {
        (self.read_bid)(part, bytes)
    }
}
