//! Envelopes as a decision is shown them: their streams, and what `seal` makes of their bytes.

use std::collections::BTreeSet;

use super::envelopes::{Envelopes, Shown, Unsealed, Unsealing};
use super::state::Published;
use crate::aggregate::Facts;
use crate::domain::envelope::Envelope;
use crate::domain::tender::event::{BidContent, EnvelopePart};
use crate::domain::tender::notice::Notice;
use crate::domain::values::EnvelopeId;
use crate::seal::{self, Answer, OpenError, Outcome};

impl Envelopes for Facts {
    fn shown(&self, id: &EnvelopeId) -> Option<Shown> {
        let envelope = self.readings.get::<Envelope>(&Envelope::stream(id))?;
        let contents = envelope.contents()?;
        Some(Shown {
            claim: contents.claim().cloned(),
            key: contents.key().clone(),
            sealed_at: contents.sealed_at()?,
            confirmations: contents.confirmations().collect(),
            withdrawn_at: envelope.withdrawn_at(),
        })
    }

    fn unseal(
        &self,
        notice: &Notice,
        part: EnvelopePart,
        id: &EnvelopeId,
        published: &Published,
    ) -> Option<Unsealing> {
        let envelope = self.readings.get::<Envelope>(&Envelope::stream(id));
        let sealed = envelope?.contents()?.sealed(id);
        let sheet = notice.sealing.sheet(&self.log, &notice.tender, part).ok()?;
        let opening = sealed.and_then(|sealed| {
            let envelope = seal::Envelope::new(&sheet, &sealed.dealing).ok()?;
            let answers = answers(notice, published);
            let opening = match &published.secret {
                None => seal::open(&envelope, &sealed.ciphertext, &answers),
                Some(r) => seal::open_with_r(&envelope, &sealed.ciphertext, &answers, r),
            };
            Some(opening)
        });
        Some(match opening {
            Some(Ok(opening)) => Unsealing {
                outcome: opening.outcome.into(),
                blamed: opening.blamed,
            },
            Some(Err(OpenError::OtherR)) => nobody_blamed(Unsealed::OtherSecret),
            // What does not fit its own commitments or this committee was dealt badly: the entry holds all of it.
            None | Some(Err(OpenError::OtherCiphertext { .. })) => nobody_blamed(Unsealed::Void),
        })
    }

    fn read(&self, part: EnvelopePart, bytes: &[u8]) -> Option<BidContent> {
        (self.read_bid)(part, bytes)
    }
}

/// What members said, by their seats.
fn answers(notice: &Notice, published: &Published) -> seal::Answers {
    let seats = (1..).zip(&notice.sealing.members);
    let answers = seats.filter_map(|(seat, member)| {
        let answer = match published.shares.get(&member.member)? {
            Some(share) => Answer::Share(*share),
            None => Answer::Complaint,
        };
        Some((seat, answer))
    });
    answers.collect()
}

const fn nobody_blamed(outcome: Unsealed) -> Unsealing {
    Unsealing {
        outcome,
        blamed: BTreeSet::new(),
    }
}

impl From<Outcome> for Unsealed {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Opened { bid, .. } => Self::Opened(bid),
            Outcome::Void { .. } => Self::Void,
            Outcome::NotEnough { good, needed } => Self::NotEnough { good, needed },
        }
    }
}
