//! Whose envelopes are, as their claims say when they are disclosed, against the list of their tender.
//!
//! When an envelope is listed its claim is still sealed to everyone but the server, so the listing is judged again without it.
//! The claim is disclosed after that, and a server that listed it as another's, or under another word than its bidder gave, shows.

use std::collections::HashMap;

use sijill_ledger_core::codec;
use sijill_ledger_core::domain::State;
use sijill_ledger_core::domain::disclosure::{Disclosed, Event as Fate};
use sijill_ledger_core::domain::envelope::{Claim, Event as EnvelopeEvent};
use sijill_ledger_core::domain::tender::{LastStage, Tender};
use sijill_ledger_core::domain::values::EnvelopeId;
use sijill_ledger_core::event::Event;
use sijill_ledger_core::store::{Entry, Part, StoredPart, StreamName};

use super::source::Source;
use super::stream::Stream;
use crate::cli::lang::{Lang, two};

/// Checks a disclosed claim: whether there was one to check.
pub fn check(
    source: &dyn Source,
    streams: &HashMap<StreamName, Stream>,
    event: &Event,
    lang: Lang,
) -> Result<bool, String> {
    let Event::Disclosure(Fate::PartDisclosed(disclosed)) = event else {
        return Ok(false);
    };
    let Some((envelope, claim)) = claim(source, disclosed) else {
        return Ok(false);
    };
    let listed = streams.get(&Tender::stream(&claim.tender));
    let listed = listed.and_then(|stream| listed_as(stream.state.as_ref()?, &envelope));
    match listed {
        // Of a tender that was given up before its envelopes were listed.
        None => Ok(false),
        Some(listed) if listed == claim => Ok(true),
        Some(listed) => {
            let (bidder, said) = (&claim.bidder, &listed.bidder);
            Err(two!(
                lang,
                "المظروف {envelope} مذكور في حصر مناقصته لـ {said} وليس كما يقول بيانه المنشور (لـ {bidder})",
                "envelope {envelope} stands on the list of its tender as one of {said}, and not as its disclosed claim says (of {bidder})"
            ))
        }
    }
}

/// The envelope and claim that were disclosed; `None` for any other part.
fn claim(source: &dyn Source, disclosed: &Disclosed) -> Option<(EnvelopeId, Claim)> {
    let looked = source.entry(disclosed.part.index).ok()??;
    let entry = Entry::decode(&looked.bytes).ok()?;
    let part = StoredPart::Known(Part {
        class: disclosed.class,
        salt: disclosed.salt,
        bytes: disclosed.bytes.clone(),
    });
    let sealed = codec::recorded(disclosed.part.index, &entry, &[part]).ok()?;
    let Event::Envelope(EnvelopeEvent::BidSealed(sealing)) = sealed.event else {
        return None;
    };
    let envelope = EnvelopeId::new(sealed.stream.id()).ok()?;
    Some((envelope, sealing.claim.known()?.clone()))
}

fn listed_as(state: &State, envelope: &EnvelopeId) -> Option<Claim> {
    let State::Tender(tender) = state else {
        return None;
    };
    match &**tender {
        Tender::Evaluation(evaluation) => evaluation.listed_as(envelope),
        Tender::Ended(ended) => match &ended.last {
            LastStage::Evaluation(evaluation) => evaluation.listed_as(envelope),
            LastStage::Draft | LastStage::Bidding(_) => None,
        },
        Tender::Unknown | Tender::Draft(_) | Tender::Bidding(_) => None,
    }
}
