//! When bidding is closed, every envelope of the tender is listed in its stream, the latest first, and then the list is ended.
//!
//! Which envelopes are a tender's, only whoever holds their withheld claims knows: they are gathered in memory, from the start of
//! the log. One that a rule refuses is a visible step (`StepRefused`), and the end of the list names it. All timely ones stand
//! before the closing: a stamp before the deadline was given before the closing was decided.
//!
//! A log that was restored without its withheld parts does not say whose the envelopes are that were sealed before. Each that may
//! be of a tender (sealed between its publication and its closing, and on no list) is named at the end of its list, so that nobody
//! takes the list for whole.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Memory, Policy, Step};
use crate::domain::Command;
use crate::domain::envelope::{self, Sealed};
use crate::domain::tender::{self, Listing, Receipt, Tender};
use crate::domain::values::EnvelopeId;
use crate::event::{Event, Recorded};
use crate::store::StreamName;

/// Lists the envelopes of a tender when its bidding is closed.
#[derive(Debug, Default)]
pub struct ListOfEnvelopes(Mutex<Index>);

#[derive(Debug, Default)]
struct Index {
    /// By stream of the tender: its envelopes by the index of their sealing.
    envelopes: BTreeMap<StreamName, BTreeMap<u64, Receipt>>,
    /// Envelopes that are on no list and whose claims are not held here, by the index of their sealing.
    unknown: BTreeMap<u64, EnvelopeId>,
    /// Where each of these was sealed.
    unknown_at: BTreeMap<EnvelopeId, u64>,
    /// Tenders that take envelopes, with the index of their publication.
    published: BTreeMap<StreamName, u64>,
    /// Tenders that are closed, by the index of the closing.
    closed: BTreeMap<u64, StreamName>,
}

impl Index {
    fn remember(&mut self, event: &Recorded, tender: &tender::Event) {
        if let tender::Event::TenderPublished(publication) = tender {
            if publication.sealing.is_some() {
                self.published.insert(event.stream.clone(), event.index);
            }
        } else if let tender::Event::BiddingClosed(_) = tender {
            self.closed.insert(event.index, event.stream.clone());
        } else if let tender::Event::BidReceived(receipt) = tender
            && let Some(at) = self.unknown_at.remove(&receipt.envelope)
        {
            self.unknown.remove(&at);
        }
    }

    fn sealed(&mut self, event: &Recorded, sealed: &Sealed) {
        // An envelope stream's id was an envelope id when the stream was named.
        let Ok(envelope) = EnvelopeId::new(event.stream.id()) else {
            return;
        };
        let Some(claim) = sealed.claim.known() else {
            self.unknown_at.insert(envelope.clone(), event.index);
            self.unknown.insert(event.index, envelope);
            return;
        };
        let receipt = Receipt {
            envelope,
            bidder: claim.bidder.clone(),
            part: claim.part,
            sealed_at: None,
            standing: None,
            vouch: claim.vouch.clone(),
        };
        let of_tender = self.envelopes.entry(Tender::stream(&claim.tender));
        of_tender.or_default().insert(event.index, receipt);
    }

    /// Envelopes of a tender that is closed now by the index of their sealing, and those that may be its, of which nothing is known.
    fn candidates(&self, closing: &Recorded) -> BTreeMap<u64, (&EnvelopeId, Option<&Receipt>)> {
        let known = self.envelopes.get(&closing.stream);
        let known = known.map(|known| known.range(..closing.index));
        let known = known.into_iter().flatten();
        let published = self.published.get(&closing.stream);
        let unknown = published.map(|published| self.unknown.range(published..&closing.index));
        let unknown = unknown.into_iter().flatten();
        known
            .map(|(at, receipt)| (*at, (&receipt.envelope, Some(receipt))))
            .chain(unknown.map(|(at, envelope)| (*at, (envelope, None))))
            .collect()
    }
}

impl ListOfEnvelopes {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Policy for ListOfEnvelopes {
    fn name(&self) -> &'static str {
        "list-of-envelopes"
    }

    fn reacts_to(&self) -> &'static [&'static str] {
        &[
            "sijill.events.v1.TenderPublished",
            "sijill.events.v1.BidSealed",
            "sijill.events.v1.BiddingClosed",
            "sijill.events.v1.BidReceived",
        ]
    }

    fn react(&self, event: &Recorded) -> Vec<Step> {
        if !is_closing(event) {
            return Vec::new();
        }
        let step = |command| Step::Command {
            stream: event.stream.clone(),
            command: Command::Tender(command),
        };
        let index = self.index();
        let candidates = index.candidates(event);
        let latest_first = candidates.values().rev();
        let listing = Listing {
            envelopes: u32::try_from(candidates.len()).ok(),
            unlisted: latest_first.clone().map(|(it, _)| (*it).clone()).collect(),
            left_off: None,
        };
        let receive = |(_, receipt): &(_, Option<&Receipt>)| match receipt {
            Some(receipt) => step(tender::Command::Receive((*receipt).clone())),
            // It may stand on the list already, from before the log was restored.
            None => Step::Nothing,
        };
        let end = step(tender::Command::EndReceipts(listing));
        latest_first.map(receive).chain([end]).collect()
    }

    fn memory(&self) -> Option<&dyn Memory> {
        Some(self)
    }
}

impl Memory for ListOfEnvelopes {
    fn remember(&self, event: &Recorded) {
        let mut index = self.index();
        if let Event::Tender(tender) = &event.event {
            index.remember(event, tender);
        } else if let Event::Envelope(envelope::Event::BidSealed(sealed)) = &event.event {
            index.sealed(event, sealed);
        }
    }

    fn settled(&self, below: u64) {
        let mut index = self.index();
        let later = index.closed.split_off(&below);
        let listed = std::mem::replace(&mut index.closed, later);
        for tender in listed.into_values() {
            index.envelopes.remove(&tender);
            index.published.remove(&tender);
        }
    }
}

fn is_closing(event: &Recorded) -> bool {
    matches!(event.event, Event::Tender(tender::Event::BiddingClosed(_)))
}
